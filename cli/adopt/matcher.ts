import type { PlannedResource } from "../../plan/plan";
import type { PropertyValue } from "../../plan/values";
import type { Clients } from "./clients";

export type Inputs = PlannedResource["inputs"];

/** A setting to add to the stack's configuration. */
export interface SuggestedSetting {
  key: string;
  value: string | number | boolean;
  reason: string;
}

/** An existing resource that matches a planned one. */
export interface Match {
  /** The id for `pulumi import`. */
  id: string;
  /** Its properties, by the names of the program's inputs. */
  actual: Record<string, PropertyValue | undefined>;
  /** Without these settings the resource would be replaced, or its update would fail. */
  requiredSettings: SuggestedSetting[];
  /** Without these settings the existing application would be unavailable during the migration. */
  recommendedSettings: SuggestedSetting[];
  /** Why the resource cannot be imported as it is, and what to do. */
  blockers: string[];
  /** Changes that a difference of inputs does not show. */
  notes: string[];
  /** What is unused after the migration, and the command that removes it. */
  cleanup: string[];
  /** The application's variables, secrets in plain text. Never shown. */
  variables?: Record<string, string>;
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
}

/** Finds the resources in AWS that have the physical name of a planned resource. */
export type Matcher = (name: string, planned: Inputs, context: AdoptionContext) => Promise<Match[]>;

/** Creates a match; the lists default to empty. */
export function createMatch(id: string, details: Partial<Match> = {}): Match {
  return {
    id,
    actual: {},
    requiredSettings: [],
    recommendedSettings: [],
    blockers: [],
    notes: [],
    cleanup: [],
    ...details,
  };
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
