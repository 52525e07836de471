import { describe } from "../recover/diagnosis/facts";
import type { Lock } from "../recover/locks";
import { getBackendUrl } from "../recover/read-facts";
import { readStackLocks } from "../recover/stack-locks";
import { type Deployment, isDeployed } from "../state";
import { describeLocks } from "../up/locks";

/** Why a stack cannot be compared: it is not deployed, or an update runs or was interrupted; undefined if it can. */
export async function findObstacle(
  stack: string,
  { resources = [], pending_operations: operations = [] }: Deployment,
): Promise<string | undefined> {
  const lock = describeLocks(stack, await findLocks(stack));
  if (lock !== undefined) {
    return `${stack} ${lock}`;
  }
  const inState = new Set(resources.map(({ urn }) => urn));
  // Pulumi keeps an interrupted creation until someone clears it, also when a later update has created the resource.
  const interrupted = operations.filter(
    ({ type, resource }) => type !== "creating" || !inState.has(resource.urn),
  );
  const names = interrupted.map(({ type, resource }) => `${type} ${describe(resource)}`).join(", ");
  if (interrupted.length === 0) {
    return isDeployed(resources)
      ? undefined
      : `${stack} is not deployed. Check what its first deployment needs: npx beo preflight ${stack}`;
  }
  return `Pulumi was interrupted during: ${names}. Complete the update first: npx beo recover ${stack}`;
}

/** Returns the locks; none without the right to read them. */
async function findLocks(stack: string): Promise<Lock[]> {
  try {
    return await readStackLocks(stack, getBackendUrl());
  } catch {
    return [];
  }
}
