import type { Merged, Values } from "../merge";
import type { Problem } from "../problem";

/** What a rule sees: the merged settings, and the region that the stack is in. */
export interface Context {
  settings: Merged;
  /** What of them was chosen, and does not come from the tier. */
  chosen: Values;
  region: string | undefined;
}

/** What holds between keys, by what it demands. Each rule is pure, and gives its problems with the command that mends them. */
export type Rules = Record<string, (context: Context) => Problem[]>;

/** The problem, where something is wrong. */
export function when(wrong: boolean, problem: () => Problem): Problem[] {
  return wrong ? [problem()] : [];
}
