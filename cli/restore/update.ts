import type { Step } from "../preview";

/** What an update would do. */
export interface Update {
  /** Why it must not run. */
  problem?: string;
  /** What it would change, for people. */
  changes: string[];
}

/** Checks the preview of an update after a restore: it may neither replace nor delete anything, nor create a database. */
export function checkPreview(preview: Step[] | string): Update {
  if (typeof preview === "string") {
    return { problem: `An update of the stack would fail:\n${preview}`, changes: [] };
  }
  const steps = preview.filter(({ op }) => op !== "same" && op !== "refresh" && !op.startsWith("read"));
  const forbidden = steps.filter(
    ({ op, urn }) =>
      /replace|delete/.test(op) || (op === "create" && urn.includes("aws:rds/instance:Instance")),
  );
  const list = (some: Step[]) => [...new Set(some.map(formatStep))];
  return {
    ...(forbidden.length > 0 && {
      problem: `An update of the stack would ${list(forbidden).join("; ")}.`,
    }),
    changes: list(steps),
  };
}

/** "update beo-db-instance (tags)". */
function formatStep({ op, urn, diffReasons = [] }: Step): string {
  const name = urn.split("::").at(-1) ?? "";
  return `${op} ${name}${diffReasons.length === 0 ? "" : ` (${diffReasons.join(", ")})`}`;
}
