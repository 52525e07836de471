import { UserError } from "../user-error";
import type { Preview, Step } from "../preview";
import type { Context } from "./context";
import { getDatabaseResource, type StateFile } from "./state-edit";

/** A preview of an update; one that failed has the first error, and the steps up to that. */
export interface UpdatePreview extends Pick<Preview, "steps"> {
  error?: string;
}

/** What an update would do. */
export interface Update {
  /** Why it must not run. */
  problem?: string;
  /** What it would change, for people. */
  changes: string[];
}

/** Checks the preview of an update after a restore: it may neither replace nor delete anything, nor create a database. */
export function checkPreview({ steps, error }: UpdatePreview): Update {
  const changing = steps.filter(({ op }) => op !== "same" && op !== "refresh" && !op.startsWith("read"));
  const forbidden = changing.filter(isForbidden);
  const databases = forbidden.filter(isDatabase);
  const others = forbidden.filter((step) => !isDatabase(step));
  const problems = [
    // Pulumi fails where a step is forbidden by `protect`: the steps say more.
    ...(error === undefined || (forbidden.length > 0 && error.includes("marked for protection"))
      ? []
      : [`The preview of an update failed:\n${error}`]),
    ...(others.length === 0
      ? []
      : [`An update would replace or delete other resources: ${formatSteps(others).join("; ")}.`]),
    ...(databases.length === 0
      ? []
      : [`An update would replace, delete or create a database: ${formatSteps(databases).join("; ")}.`]),
  ];
  return { ...(problems.length > 0 && { problem: problems.join("\n") }), changes: formatSteps(changing) };
}

/**
 * Refuses to go on where the update of step 7 would be refused, while the application still uses its own database. The
 * database itself is left out: its settings may be those of the one to restore.
 */
export function requireUpdate({ stack, engine, print }: Context, unchanged: string): void {
  const state = JSON.parse(engine.exportState()) as StateFile;
  print("Previewing an update, without the database …");
  const { problem } = checkPreview(engine.preview(getDatabaseResource(stack, state).urn));
  if (problem !== undefined) {
    throw new UserError(
      `${problem}\n${unchanged} Solve that first, then run the command again. To see the whole update: npx pulumi preview --refresh --diff -s ${stack}`,
    );
  }
}

const isDatabase = ({ urn }: Step) => urn.includes("aws:rds/instance:Instance");

function isForbidden(step: Step): boolean {
  const { op, urn, oldState } = step;
  // It leaves the state, and stays in AWS.
  const isKept = oldState?.retainOnDelete === true;
  // Another key of the database: nothing but the console uses the alias of the old one.
  const isKeyAlias = urn.includes("beo:index:Database$aws:kms/alias:Alias");
  if (op === "delete" && (isKept || isKeyAlias)) {
    return false;
  }
  return /replace|delete/.test(op) || (op === "create" && isDatabase(step));
}

/** "update beo-db-instance (tags)". */
function formatSteps(steps: Step[]): string[] {
  const format = ({ op, urn, diffReasons = [] }: Step) =>
    `${op} ${urn.split("::").at(-1) ?? ""}${diffReasons.length === 0 ? "" : ` (${diffReasons.join(", ")})`}`;
  return [...new Set(steps.map(format))];
}
