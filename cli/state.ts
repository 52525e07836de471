import { type PulumiError, runPulumi } from "./pulumi";
import { UserError } from "./user-error";

/** A resource as the state has it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** Set by the program, and so once it has updated the resource. */
  additionalSecretOutputs?: string[];
  /** It was replaced and is to be deleted. */
  delete?: boolean;
  /** It was deleted and is to be created again. */
  pendingReplacement?: boolean;
  /** Deleting it leaves it in AWS. */
  retainOnDelete?: boolean;
  /** The URNs of what it depends on. */
  dependencies?: string[];
}

/** What Pulumi was doing when it was interrupted. */
export interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: StateResource;
}

/** A stack's state. */
export interface Deployment {
  manifest?: { time?: string };
  resources?: StateResource[];
  pending_operations?: PendingOperation[];
}

/**
 * Returns a stack's state; it is empty before the first update.
 *
 * @param showSecrets Whether to decrypt secrets: each is an object with its JSON as `plaintext`.
 * @throws UserError with the problem if it cannot be read.
 */
export function exportState(stack: string, problem: string, showSecrets = false): Deployment {
  try {
    const args = ["stack", "export", "--stack", stack, ...(showSecrets ? ["--show-secrets"] : [])];
    const { deployment } = JSON.parse(runPulumi(args)) as { deployment: Deployment | null };
    return deployment ?? {};
  } catch (error) {
    const { stderr = "" } = error as PulumiError;
    throw new UserError(stderr + problem, { cause: error });
  }
}

/** Whether a deployment has created something in AWS. A failed first update leaves the providers, which have IDs too. */
export function isDeployed(resources: readonly StateResource[]): boolean {
  return resources.some(({ type, id }) => type.startsWith("aws:") && id !== undefined);
}

/**
 * Returns what Pulumi was interrupted during, without creations of resources that the state has: Pulumi keeps an interrupted
 * creation until someone clears it, also when a later update has created the resource.
 */
export function getInterruptedOperations(
  operations: readonly PendingOperation[],
  resources: readonly StateResource[],
): PendingOperation[] {
  // What is replaced has the same URN, and so has its replacement.
  const inState = new Set(
    resources.flatMap(({ urn, delete: isReplaced, pendingReplacement }) =>
      isReplaced || pendingReplacement ? [] : urn,
    ),
  );
  return operations.filter(({ type, resource }) => type !== "creating" || !inState.has(resource.urn));
}

/** Returns an output of the component with the environments: of those that serve the application. */
export function getServingOutput(resources: readonly StateResource[], name: string): string | undefined {
  const value = resources.find(({ type }) => type === "beo:index:Beanstalk")?.outputs?.[name];
  return typeof value === "string" ? value : undefined;
}
