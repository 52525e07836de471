import { describe } from "../recover/diagnosis/facts";
import type { Lock } from "../recover/locks";
import { getBackendUrl } from "../recover/read-facts";
import { readStackLocks } from "../recover/stack-locks";
import { type Deployment, getInterruptedOperations, isDeployed } from "../state";
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
  const interrupted = getInterruptedOperations(operations, resources);
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
