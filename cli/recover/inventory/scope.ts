import type { PlannedResource } from "../../../plan/plan";
import type { Clients } from "../../aws-clients";
import type { StateResource } from "../../state";
import type { EnvironmentStatus } from "../environments";
import { getFixedName } from "../existing";

/** What the search depends on. */
export interface Scope {
  aws: Clients;
  planned: PlannedResource[];
  state: StateResource[];
  environments: EnvironmentStatus[];
}

/** The names of a type that the program or the state fixes. */
export function getNames({ planned, state }: Scope, type: string): string[] {
  return [
    ...new Set(
      [...planned, ...state].flatMap((resource) =>
        resource.type === type ? (getFixedName(type, resource.inputs) ?? []) : [],
      ),
    ),
  ];
}

/** Whether the program or the state has a resource of a type; AWS need not be asked for others. */
export function hasType({ planned, state }: Scope, type: string): boolean {
  return [...planned, ...state].some((resource) => resource.type === type);
}

/** The region of a resource that is in another one than the stack's; undefined for the stack's. */
export function getRegion({ inputs }: Pick<PlannedResource, "inputs">): string | undefined {
  return typeof inputs.region === "string" ? inputs.region : undefined;
}

/**
 * Returns the state's resource that is a planned one. One of another region is not, which the next update replaces, and neither
 * is one whose replacement has begun.
 */
export function findInState(
  state: readonly StateResource[],
  planned: Pick<PlannedResource, "urn" | "inputs">,
): StateResource | undefined {
  return state.find(
    (resource) =>
      resource.urn === planned.urn &&
      resource.delete !== true &&
      resource.pendingReplacement !== true &&
      !isElsewhere(resource, planned),
  );
}

/** Whether a resource of the state is in another region than the program declares it in. */
export function isElsewhere({ inputs }: StateResource, planned: Pick<PlannedResource, "inputs">): boolean {
  const region = getRegion(planned);
  return region !== undefined && typeof inputs?.region === "string" && inputs.region !== region;
}

/** The other regions in which the program or the state has resources of a type. */
export function getOtherRegions(
  { planned, state }: Pick<Scope, "planned" | "state">,
  type: string,
): string[] {
  const regions = [...planned, ...state].flatMap((resource) =>
    resource.type === type && typeof resource.inputs?.region === "string" ? resource.inputs.region : [],
  );
  return [...new Set(regions)];
}

/** Whether a name begins with a planned one: its fixed name, or the logical name, from which Pulumi generates one. */
export function hasPlannedName({ planned }: Scope, type: string, name: string): boolean {
  return planned.some(
    (resource) =>
      resource.type === type &&
      name.toLowerCase().startsWith((getFixedName(type, resource.inputs) ?? resource.name).toLowerCase()),
  );
}
