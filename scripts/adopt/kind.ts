import type { PlannedResource } from "../../plan/plan";
import type { Wire } from "../../plan/wire";
import type { Clients } from "./clients";

export type Inputs = PlannedResource["inputs"];

/** A configuration key of the stack, and the value that fits the hand-made resource. */
export interface Setting {
  key: string;
  value: string | number | boolean;
  why: string;
}

/** A hand-made resource beside what the program plans for it. */
export interface Found {
  /** What `pulumi import` knows it by. */
  id: string;
  /** How it is, by the names of the program's inputs. */
  actual: Record<string, Wire | undefined>;
  /** Without these it would be replaced, or the update would fail. */
  demands: Setting[];
  /** Without these the hand-made application would be cut off for a while. */
  advice: Setting[];
  /** Why it cannot be taken over as it is, and what to do. */
  obstacles: string[];
  /** What becomes of it, where a difference of inputs does not tell. */
  notes: string[];
  /** What the program does not need any more once it runs, and the command that removes it. */
  leftovers: string[];
  /** The application's variables in the clear; never shown. */
  variables?: Record<string, string>;
}

/** Where a resource is looked for. */
export interface Place {
  aws: Clients;
  stack: string;
  region: string;
  /** The VPC that the program puts everything into. */
  vpcId: string | undefined;
  /** The platform branch of the program's environments. */
  branch: string;
  /** The ids of everything that is in the stack's state. */
  managed: ReadonlySet<string>;
}

/** A type of resource that people make by hand. */
export interface Kind {
  /** Its name among people. */
  what: string;
  /** The input that has its physical name. */
  name: string;
  /** What goes by the name in AWS: none, one, or several that could be meant. */
  look: (name: string, planned: Inputs, place: Place) => Promise<Found[]>;
}

/** A resource of which there is nothing more to say. */
export function found(id: string, more: Partial<Found> = {}): Found {
  return { id, actual: {}, demands: [], advice: [], obstacles: [], notes: [], leftovers: [], ...more };
}

/** The answer, or undefined where AWS answers with one of these errors: it is not there. */
export async function unlessMissing<T>(answer: Promise<T>, ...errors: string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errors.includes((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}

/** The items whose condition holds. */
export function when<T>(holds: boolean, ...items: T[]): T[] {
  return holds ? items : [];
}
