import type { PlannedResource } from "../../plan/plan";
import type { Clients } from "../aws-clients";
import type { ExistingEnvironment, SuggestedSetting } from "./survey";

export type Inputs = PlannedResource["inputs"];

/** An existing resource that matches a planned one. */
export interface Match {
  /** The id for `pulumi import`. */
  id: string;
  /** Without these settings the resource would be replaced, its update would fail, or what runs would lose it. */
  requiredSettings: SuggestedSetting[];
  /** Why the resource cannot be imported as it is, and what to do. */
  blockers: string[];
  /** Changes that a difference of inputs does not show. */
  notes: string[];
  /** What is unused after the migration, and the command that removes it. */
  cleanup: string[];
}

/** What matchers know of the account and the stack. */
export interface AdoptionContext {
  aws: Clients;
  stack: string;
  region: string;
  /** The VPC of the stack. */
  vpcId: string | undefined;
  /** The platform branch of the planned environments. */
  branch: string;
  /** The ids of all resources in the stack. */
  managed: ReadonlySet<string>;
  environments: ExistingEnvironment[];
  planned: PlannedResource[];
  /** The stack file's values by key without namespace. */
  configuration: Readonly<Record<string, string>>;
}

/** Finds the resources in AWS that have the physical name of a planned resource. */
export type Matcher = (name: string, planned: Inputs, context: AdoptionContext) => Promise<Match[]>;

/** Creates a match; the lists default to empty. */
export function createMatch(id: string, details: Partial<Match> = {}): Match {
  return { id, requiredSettings: [], blockers: [], notes: [], cleanup: [], ...details };
}

/** Returns the response, or undefined if AWS responds with one of these "not found" errors. */
export async function ignoreMissing<T>(response: Promise<T>, ...errors: string[]): Promise<T | undefined> {
  try {
    return await response;
  } catch (error) {
    if (errors.includes((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}

/** Returns the items if the condition is true, else none. */
export function when<T>(condition: boolean, ...items: T[]): T[] {
  return condition ? items : [];
}
