import { cpSync } from "node:fs";
import { join } from "node:path";
import { Workspace } from "./workspace";

/** A workspace whose program is a database alone, with a stack dev. */
export async function databaseProgram(): Promise<Workspace> {
  const workspace = new Workspace();
  const program = join(__dirname, "../database");
  cpSync(program, join(workspace.folder, "test/e2e/database"), { recursive: true });
  cpSync(join(program, "Pulumi.yaml"), join(workspace.folder, "Pulumi.yaml"));
  await workspace.init("dev");
  await workspace.succeed("config", "set", "aws:region", "us-west-1", "--stack", "dev");
  return workspace;
}
