import { isRecord, parseJson } from "../../stacks/validators";
import type { StateResource } from "../state";

/** Returns the parameters of the call that a schedule of EventBridge makes. */
export function getScheduleInput({ outputs }: Pick<StateResource, "outputs">): Record<string, unknown> {
  const target = outputs?.target;
  const input = isRecord(target) ? parseJson(target.input) : undefined;
  return isRecord(input) ? input : {};
}

/** Whether a stack sleeps at times: its setting `sleep`, as it is deployed. */
export function hasSleep(resources: readonly StateResource[]): boolean {
  return resources.some((resource) => resource.type === "beo:index:Sleep" && !resource.delete);
}
