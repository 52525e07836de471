/** How urgent a difference is. "critical" opens access; "low" changes nothing that the application notices. */
export type Severity = "critical" | "high" | "medium" | "low";

const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** A difference between AWS and the program. */
export interface Drift {
  urn: string;
  /** What `pulumi up --refresh` would do to the resource. */
  action: "create" | "update" | "replace" | "delete" | "none";
  severity: Severity;
  message: string;
  /** What the difference means. */
  meaning: string;
  /** The commands that take the change back; a line that begins with # is a comment. */
  undo: string[];
  /** The commands that keep the change; empty if no setting can. */
  keep: string[];
  /** `pulumi up` fails until the commands of `undo` were run: AWS has something in the place of what it would create. */
  isObstacle?: true;
}

/** The differences of a stack, and what is not among them. */
export interface Comparison {
  drift: Drift[];
  /** Changes that are not drift: deployments, managed updates. */
  notes: string[];
  /** What an update would create that the state does not have, and that is no drift: the program was changed, or little was lost. */
  pending: string[];
  /** What could not be compared, and why. */
  notCompared: string[];
}

/** Sorts by severity, with the differences of a resource together. What stops every update comes first. */
export function sortDrift(drift: Drift[]): Drift[] {
  const rank = ({ severity, isObstacle }: Drift) => (isObstacle ? -1 : severities.indexOf(severity));
  const sorted = [...drift].sort((a, b) => rank(a) - rank(b));
  return [...new Set(sorted.map(({ urn }) => urn))].flatMap((urn) => sorted.filter((one) => one.urn === urn));
}

/** Returns the differences without what a check found elsewhere in AWS: to Pulumi it is missing. */
export function removeExplained(drift: Drift[], found: Drift[]): Drift[] {
  const explained = new Set(found.filter(({ action }) => action === "create").map(({ urn }) => urn));
  return drift.filter(({ urn }) => !explained.has(urn));
}
