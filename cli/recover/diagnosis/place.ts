import { getShortType } from "../../../plan/resource-types";
import type { StateResource } from "../../state";
import { findInState, isElsewhere } from "../inventory/scope";
import type { Facts, Step } from "./facts";

/** Whether the state has a resource at a URN, which `pulumi import` refuses then, that is not to be replaced. */
export function isTaken({ deployment: { resources = [] }, planned }: Facts, urn: string): boolean {
  return findInState(resources, planned.find((one) => one.urn === urn) ?? { urn, inputs: {} }) !== undefined;
}

/** Returns what the state has at a URN although it is deleted or to be replaced by what AWS has already. */
export function findReplaced(
  { deployment: { resources = [] }, planned }: Facts,
  urn: string,
): StateResource | undefined {
  const declared = planned.find((one) => one.urn === urn);
  return resources.find(
    (resource) =>
      resource.urn === urn &&
      // Pulumi does not count these.
      resource.delete !== true &&
      (resource.pendingReplacement === true || (declared !== undefined && isElsewhere(resource, declared))),
  );
}

/**
 * Returns the command with which a resource of the state leaves its URN to what replaces it. AWS keeps what it has: the next
 * update deletes a renamed resource, unless it is retained, as it would have done after the replacement.
 */
export function makePlace(
  { stack, deployment: { resources = [] } }: Facts,
  { urn, type, inputs, pendingReplacement = false }: StateResource,
): Step {
  const name = urn.replace(/^.*::/, "");
  const label = `${getShortType(type)} ${name}`;
  const hasDependents = resources.some(
    ({ parent, dependencies = [] }) => parent === urn || dependencies.includes(urn),
  );
  if (pendingReplacement && !hasDependents) {
    return {
      does: `Removes the old ${label} from the state: an update has deleted it, and was interrupted before it noted the new one.`,
      command: `npx pulumi state delete --yes '${urn}' -s ${stack}`,
      effect: "reads",
    };
  }
  const suffix = typeof inputs?.region === "string" ? inputs.region : "replaced";
  return {
    does: `Renames the old ${label} in the state, which makes room for the import. The update at the end removes it, and says before whether it stays in AWS.`,
    command: `npx pulumi state rename --yes '${urn}' ${name}-${suffix} -s ${stack}`,
    effect: "reads",
  };
}
