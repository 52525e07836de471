import { createProgram } from "./program";
import type { Workspace } from "./workspace";

/** A workspace whose program is a database alone, with a stack dev. */
export function databaseProgram(): Promise<Workspace> {
  return createProgram("database");
}
