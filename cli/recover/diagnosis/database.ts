import type { PlannedResource } from "../../../plan/plan";
import { commandLine, setCommand } from "../../../stacks/commands";
import type { StateResource } from "../../state";
import { dataTypes } from "../existing";
import { type Facts, isDestroyed, type Section, type Step } from "./facts";

/** Goes on with a destroy that was interrupted. */
export function inspectDestroy(facts: Facts): Section {
  const { stack, databases } = facts;
  if (!isDestroyInterrupted(facts)) {
    return {};
  }
  const gone = databases.filter(({ status }) => status === undefined);
  // Its final snapshot, from which it can be restored, is complete when it is deleted.
  const isDeleting = databases.some(({ status }) => status === "deleting");
  const retained = gone.filter(
    ({ snapshot, retainedBackup }) => snapshot === undefined && retainedBackup !== undefined,
  );
  const isEmpty = gone.some(({ snapshot }) => snapshot === undefined);
  const update: Step = {
    does: "Creates what is missing.",
    command: `npx pulumi up --refresh -s ${stack}`,
    effect: "changes",
  };
  return {
    findings: [
      "A destroy of the stack was interrupted.",
      ...gone.map(
        ({ identifier, snapshot }) =>
          `The database ${identifier} is deleted. ${snapshot === undefined ? "There is no snapshot of it." : `Its newest snapshot is ${snapshot}.`}`,
      ),
      ...retained.map(
        ({ retainedBackup = "" }) =>
          `AWS kept its automated backup ${retainedBackup}. To keep the stack, restore it as docs/restoring.md says, then run this command again.`,
      ),
    ],
    steps: [
      {
        does: "Deletes the rest of the stack.",
        command: `npx pulumi destroy --refresh -s ${stack}`,
        effect: "deletes",
      },
    ],
    alternatives:
      retained.length > 0
        ? []
        : [
            {
              when: `To keep the stack and create again what was deleted${isEmpty ? ", WITH AN EMPTY DATABASE" : ""}`,
              steps: isDeleting
                ? []
                : [
                    ...gone.flatMap(({ snapshot }) =>
                      snapshot === undefined ? [] : [createSnapshotStep(stack, snapshot)],
                    ),
                    update,
                  ],
            },
          ],
    isFinal: true,
  };
}

function createSnapshotStep(stack: string, snapshot: string): Step {
  return {
    does: "Makes the next update restore the database from its newest snapshot.",
    command: commandLine([setCommand("database.snapshotIdentifier", snapshot)], stack),
    effect: "changes",
  };
}

/** Whether the program declares other inputs: an update deletes first what cannot exist beside its replacement. */
function isChanged(planned: PlannedResource, { type, inputs = {} }: StateResource): boolean {
  return (
    !dataTypes.has(type) &&
    Object.entries(planned.inputs).some(
      ([key, value]) =>
        typeof value === "string" &&
        !value.startsWith("[") &&
        typeof inputs[key] === "string" &&
        inputs[key] !== value,
    )
  );
}

/** An update deletes nothing that the program declares and does not change, so that it must have been a destroy. */
function isDestroyInterrupted({ stored, deployment, planned, existing }: Facts): boolean {
  const { resources = [], pending_operations: pending = [] } = deployment;
  const urns = new Set(planned.map(({ urn }) => urn));
  if (resources.length === 0 || pending.some(({ type }) => type === "creating" || type === "updating")) {
    return false;
  }
  const isInReplacement = (urn: string) =>
    resources.some((one) => one.urn === urn && (one.delete === true || one.pendingReplacement === true));
  if (
    pending.some(
      ({ type, resource }) =>
        type === "deleting" &&
        urns.has(resource.urn) &&
        !isInReplacement(resource.urn) &&
        !planned.some((one) => one.urn === resource.urn && isChanged(one, resource)),
    )
  ) {
    return true;
  }
  const inState = new Set(resources.map(({ urn }) => urn));
  if (stored.runs[0]?.kind === "destroy") {
    // Whatever its result: Pulumi 3.259 records some that Ctrl-C ended as succeeded. One that protection refused deleted
    // nothing.
    return planned.length === 0 || planned.some(({ urn }) => !inState.has(urn));
  }
  const complete = stored.versions.find(({ isFinal }) => isFinal)?.deployment.resources ?? [];
  const removed = complete.filter(
    ({ urn, id }) => id !== undefined && id !== "" && urns.has(urn) && !inState.has(urn),
  );
  const exists = ({ type, id }: StateResource) =>
    existing.some((resource) => resource.type === type && resource.id === id);
  return removed.length > 0 && !removed.some(exists);
}

/** An update must not create an empty database in place of one that had data. */
export function inspectDatabase(facts: Facts): Section {
  const { stack, stored, deployment, databases, hasDatabaseSource } = facts;
  if (isDestroyed(facts)) {
    return {};
  }
  const type = "aws:rds/instance:Instance";
  const lastDestroy = stored.runs.find(({ kind, result }) => kind === "destroy" && result === "succeeded");
  const known = [
    deployment,
    ...stored.versions
      .filter(({ time }) => Date.parse(time) / 1000 > (lastDestroy?.endTime ?? 0))
      .map((version) => version.deployment),
  ].flatMap(({ resources = [] }) => resources.filter((resource) => resource.type === type));
  const sections = databases.map(({ identifier, status, snapshot, retainedBackup }): Section => {
    const existed = known.some(({ inputs }) => inputs?.identifier === identifier);
    if (status !== undefined || hasDatabaseSource || !(existed || snapshot || retainedBackup)) {
      return {};
    }
    const text = `The database ${identifier} does not exist, although the stack had one.`;
    if (snapshot !== undefined) {
      return {
        findings: [`${text} Its newest snapshot is ${snapshot}.`],
        steps: [createSnapshotStep(stack, snapshot)],
      };
    }
    return {
      findings: [
        retainedBackup === undefined
          ? `${text} There is no snapshot of it, and an update would create an EMPTY one. If that is what you want, run npx pulumi up --refresh -s ${stack}.`
          : `${text} AWS kept its automated backup ${retainedBackup}. Restore it as docs/restoring.md says, then run this command again.`,
      ],
      isFinal: true,
    };
  });
  return {
    findings: sections.flatMap(({ findings = [] }) => findings),
    steps: sections.flatMap(({ steps = [] }) => steps),
    isFinal: sections.some(({ isFinal }) => isFinal),
  };
}
