import type { PlannedResource } from "../../../plan/plan";
import { getShortType } from "../../../plan/resource-types";
import type { Deployment, StateResource } from "../../state";
import type { UnusableKey } from "../../encryption-keys";
import type { UnknownKey } from "../access-keys";
import type { StoredStack } from "../backend";
import type { DatabaseStatus } from "../database";
import type { EnvironmentStatus } from "../environments";
import { type ExistingResource, getFixedName, type MatchedResource } from "../existing";
import type { Lock } from "../locks";

/** Everything that the diagnosis depends on. */
export interface Facts {
  stack: string;
  region: string;
  stored: Omit<StoredStack, "locks"> & { locks: (Lock & { isAlive?: boolean })[] };
  /** The current state; empty if it cannot be read. */
  deployment: Deployment;
  planned: PlannedResource[];
  /** Everything in AWS that may be of the stack. */
  existing: ExistingResource[];
  /** Those of them that the program declares. */
  matched: MatchedResource[];
  environments: EnvironmentStatus[];
  databases: DatabaseStatus[];
  unknownKeys: UnknownKey[];
  /** Keys of the data that are deleted, are disabled or wait for their deletion. */
  unusableKeys: UnusableKey[];
  /** Whether the configuration says what a new database is created from. */
  hasDatabaseSource: boolean;
  /** The file with the resources to import. */
  importFile: string;
}

/** What a command does to AWS. */
export type Effect = "reads" | "changes" | "deletes";

/** A command that brings the stack closer to a good state. */
export interface Step {
  /** What it does, as a sentence. */
  does: string;
  command: string;
  effect: Effect;
}

/** What happened, and what to do. */
export interface Diagnosis {
  findings: string[];
  steps: Step[];
  /** Commands for another intention than the one that the findings suggest. */
  alternatives: { when: string; steps: Step[] }[];
  /** The ids to import, by the URNs of the planned resources. */
  imports: Map<string, string>;
  /** Whether what follows can only be said once the steps have run. */
  isFinal: boolean;
}

export type Section = Partial<Diagnosis>;

/** Whether the stack has nothing any more because it was destroyed. */
export function isDestroyed({ stored, deployment: { resources = [] } }: Facts): boolean {
  return resources.length === 0 && stored.runs[0]?.kind === "destroy";
}

/** Whether nothing was deployed yet: the state and AWS have nothing of the stack. */
export function isUndeployed({ deployment, matched, environments, databases }: Facts): boolean {
  const { resources = [], pending_operations: pending = [] } = deployment;
  return (
    resources.length + pending.length + matched.length + environments.length === 0 &&
    databases.every(({ status }) => status === undefined)
  );
}

export function describe({ type, urn, inputs }: StateResource): string {
  const name = urn.replace(/^.*::/, "");
  const physical = getFixedName(type, inputs);
  return `${getShortType(type)} ${name}${physical === undefined || physical === name ? "" : ` (${physical})`}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
