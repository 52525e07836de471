import { getShortType } from "../../../plan/resource-types";
import { getInterruptedOperations, type PendingOperation, type StateResource } from "../../state";
import { dataTypes, type ExistingResource, getFixedName, type MatchedResource } from "../existing";
import { count, describe, type Facts, isDestroyed, type Section, type Step } from "./facts";
import { findReplaced, isTaken, makePlace } from "./place";

/** Operations that Pulumi began and did not end: it does not know their result. */
export function inspectPendingOperations(facts: Facts): Section {
  const { stack, deployment } = facts;
  const { pending_operations: pending = [], resources = [] } = deployment;
  if (pending.length === 0) {
    return {};
  }
  const created = findAllCreated(facts);
  const lost = getInterruptedOperations(pending, resources);
  return {
    findings: pending.map((operation) => {
      const { type, resource } = operation;
      const result =
        type === "creating" ? describeResult(created.has(resource.urn), lost.includes(operation)) : "";
      return `Pulumi was interrupted while ${type} ${describe(resource)}.${result}`;
    }),
    steps: [
      {
        // Its --import-pending-creates only renames the operations (Pulumi 3.259): the import below adds the resources.
        does: "Reads the resources from AWS into the state, and removes the interrupted operations from it.",
        command: `npx pulumi refresh --yes --non-interactive --clear-pending-creates -s ${stack}`,
        effect: "reads",
      },
    ],
  };
}

/**
 * Describes what became of an interrupted creation.
 *
 * @param exists Whether AWS has what it created, and the state does not.
 * @param isLost Whether the state has no resource in its place.
 */
function describeResult(exists: boolean, isLost: boolean): string {
  if (exists) {
    return " It exists in AWS.";
  }
  return isLost
    ? " It is not in AWS, or is listed below."
    : " The state has it since, or has what it would have replaced.";
}

/** Returns what interrupted creations created, by URN. */
function findAllCreated(facts: Facts): Map<string, ExistingResource> {
  const { pending_operations: pending = [] } = facts.deployment;
  return new Map(
    pending
      .filter(({ type }) => type === "creating")
      .flatMap((operation) => {
        const resource = findCreated(facts, operation);
        return resource === undefined ? [] : [[operation.resource.urn, resource] as const];
      }),
  );
}

/** Returns what an interrupted creation created, by its name: tags may not have been set yet. */
function findCreated(
  { existing, matched, deployment }: Facts,
  { resource: { urn, type, inputs } }: PendingOperation,
): ExistingResource | undefined {
  const name = getFixedName(type, inputs);
  const isKnown = ({ id }: ExistingResource) =>
    (deployment.resources ?? []).some((resource) => isSame(resource, { type, id }));
  return (
    matched.find((one) => one.planned?.urn === urn && !isKnown(one)) ??
    existing.find((one) => one.type === type && one.urn === undefined && one.name === name && !isKnown(one))
  );
}

/** Whether a resource of the state is one in AWS. What was deleted for its replacement is not, although the id may be the same. */
function isSame(
  resource: Pick<ExistingResource, "type"> & Pick<StateResource, "id" | "pendingReplacement">,
  { type, id }: Pick<ExistingResource, "type" | "id">,
): boolean {
  return resource.type === type && resource.id === id && resource.pendingReplacement !== true;
}

export function inspectKeys({ unknownKeys }: Facts): Section {
  return {
    findings: unknownKeys.map(
      ({ id, user, created, lastUsed, usedBy }) =>
        `The user ${user} has the access key ${id}, which is not in the state: created ${created}, ${lastUsed}. ${usedBy.length === 0 ? "No environment has it." : `It is in use, in ${usedBy.join(", ")}. Keep it until an update has given the environments another one.`}`,
    ),
    steps: unknownKeys
      .filter(({ usedBy }) => usedBy.length === 0)
      .map(({ id, user }) => ({
        does: "Deletes the unknown key. If something outside the stack may use it, deactivate it first (aws iam update-access-key … --status Inactive) and see.",
        command: `aws iam delete-access-key --user-name ${user} --access-key-id ${id}`,
        effect: "deletes",
      })),
  };
}

/** Resources that carry the stack's names and tags, and are not in the state. */
export function inspectUnknownResources(facts: Facts): Section {
  const { stack, deployment, matched, importFile } = facts;
  const { resources = [] } = deployment;
  // The replacement of what the state still has is no import: the next update creates it again.
  const created = new Map([...findAllCreated(facts)].filter(([urn]) => !isTaken(facts, urn)));
  const known = [...resources, ...created.values()];
  const unknown = matched.filter((one) => !known.some((resource) => isSame(resource, one)));
  const isGone = isDestroyed(facts);
  const orphans: MatchedResource[] = [];
  const imports = new Map(
    [...created].flatMap(([urn, { importId }]) => (importId === null ? [] : [[urn, importId] as const])),
  );
  for (const resource of unknown) {
    const { urn = "" } = resource.planned ?? {};
    if (isGone || isTaken(facts, urn) || imports.has(urn) || resource.importId === null) {
      orphans.push(resource);
    } else {
      imports.set(urn, resource.importId);
    }
  }
  const replaced = [...imports.keys()].flatMap((urn) => findReplaced(facts, urn) ?? []);
  const describeUnknown = (resource: MatchedResource) => `${getShortType(resource.type)} ${resource.name}`;
  const imported = unknown.filter((resource) => !orphans.includes(resource));
  return {
    imports,
    // An update of a destroyed stack would create it again.
    isFinal: isGone,
    findings: [
      ...imported.map(
        (resource) => `AWS has ${describeUnknown(resource)}, which is not in the state and belongs in it.`,
      ),
      ...replaced.map(
        (resource) => `The state still has the old ${describe(resource)} in the place of what AWS has.`,
      ),
      ...orphans.map((resource) =>
        dataTypes.has(resource.type) && (resource.remove.length === 0 || !isGenerated(resource))
          ? `AWS has ${describeUnknown(resource)}, which is not in the state. It may hold data: look at it before you delete it in the console.`
          : `AWS has ${describeUnknown(resource)}, which is not in the state: ${isGone ? "the destroy left it" : "the stack has another one in its place"}.`,
      ),
    ],
    steps: [
      ...replaced.map((resource) => makePlace(facts, resource)),
      ...(imports.size === 0
        ? []
        : [
            {
              does: `Imports ${count(imports.size, "resource")} into the state. ${importFile} lists them.`,
              command: `npx pulumi import --file ${importFile} --protect=false --generate-code=false -s ${stack}`,
              effect: "reads" as const,
            },
          ]),
      ...createRemovals(orphans.filter((resource) => !dataTypes.has(resource.type) || isGenerated(resource))),
    ],
  };
}

/** What other types depend on is deleted after them. */
const deletedLast = ["RolePolicy", "InstanceProfile", "Role", "Application", "SecurityGroup"];

/** Returns the commands that delete resources, each once, in an order in which AWS accepts them. */
function createRemovals(resources: MatchedResource[]): Step[] {
  const rank = ({ type }: MatchedResource) => deletedLast.indexOf(getShortType(type));
  const steps = [...resources]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((resource) =>
      resource.remove.map((command, index, commands): Step => {
        const isLast = index === commands.length - 1;
        const what = `${getShortType(resource.type)} ${resource.name}`;
        return {
          does: isLast ? `Deletes ${what}.` : `Removes what is attached to ${what}.`,
          command,
          effect: "deletes",
        };
      }),
    );
  return [...new Map(steps.map((step) => [step.command, step])).values()];
}

/** Whether Pulumi generated the name. Data has the names of the contract. */
function isGenerated({ type, planned }: MatchedResource): boolean {
  return getFixedName(type, planned?.inputs) === undefined;
}
