import type { PlannedResource } from "../../../plan/plan";
import { describeKey, getEnableCommands } from "../../encryption-keys";
import type { StateResource } from "../../state";
import { dataTypes } from "../existing";
import { type Diagnosis, type Facts, isDestroyed, type Section, type Step } from "./facts";
import { getSources } from "./sources";

/** Goes on with a guided restore that was interrupted between its two renames: the database has another name only. */
export function inspectRestore({ stack, databases }: Facts): Section {
  const [database] = databases.filter(({ restoring }) => restoring !== undefined);
  return database === undefined
    ? {}
    : {
        findings: [
          `A restore of the database ${database.identifier} is under way: ${(database.restoring ?? []).join(" and ")} ${database.restoring?.length === 1 ? "has" : "have"} another name until it has ended.`,
        ],
        steps: [
          database.isGoingBack
            ? {
                does: "Completes --undo, which was interrupted. Without --undo, the command asks whether to go forward again.",
                command: `npx beo restore ${stack} --undo`,
                effect: "changes",
              }
            : {
                does: "Shows how far it is, asks, and goes on. With --undo it goes back.",
                command: `npx beo restore ${stack}`,
                effect: "changes",
              },
        ],
        isFinal: true,
      };
}

/**
 * Makes the keys of the data usable, before an update creates others, which do not decrypt it. Where a key is gone for good, and
 * the database with it, what follows is how to restore a copy with another key.
 */
export function inspectEncryptionKeys({ unusableKeys, databases }: Facts): Section {
  const commands = unusableKeys.flatMap(getEnableCommands);
  return unusableKeys.length === 0
    ? {}
    : {
        findings: unusableKeys.map(describeKey),
        steps: commands.map((command) => ({
          does: command.includes("cancel")
            ? "Keeps the key, which is disabled then."
            : "Makes the key usable again. The database may take some minutes to start.",
          command,
          effect: "changes",
        })),
        isFinal: commands.length > 0 || databases.some(({ lost }) => lost === undefined),
      };
}

/** Every place was looked at. */
const noSource = "There is no snapshot and no automated backup of it";

/** Goes on with a destroy that was interrupted. */
export function inspectDestroy(facts: Facts): Section {
  const { stack, databases } = facts;
  if (!isDestroyInterrupted(facts)) {
    return {};
  }
  const gone = databases.filter(({ status }) => status === undefined);
  // Its final snapshot, from which it can be restored, is complete when it is deleted.
  const isDeleting = databases.some(({ status }) => status === "deleting");
  const isEmpty = gone.some((database) => getSources(facts, database).length === 0);
  const update: Step = {
    does: "Creates what is missing.",
    command: `npx pulumi up --refresh -s ${stack}`,
    effect: "changes",
  };
  return {
    findings: [
      "A destroy of the stack was interrupted.",
      ...gone.map((database) => {
        const [latest] = getSources(facts, database);
        return `The database ${database.identifier} is deleted. ${latest === undefined ? `${noSource}.` : `Its latest data is in ${latest.what}.`}`;
      }),
    ],
    steps: [
      {
        does: "Deletes the rest of the stack.",
        command: `npx pulumi destroy --refresh -s ${stack}`,
        effect: "deletes",
      },
    ],
    alternatives: [
      {
        when: `To keep the stack and create again what was deleted${isEmpty ? ", WITH AN EMPTY DATABASE" : ""}`,
        steps: isDeleting
          ? []
          : [...gone.flatMap((database) => getSources(facts, database)[0]?.steps ?? []), update],
      },
    ],
    isFinal: true,
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
function isDestroyInterrupted({ stored, deployment, planned, existing, matched }: Facts): boolean {
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
  // What replaced it has another id.
  const exists = ({ type, id, urn }: StateResource) =>
    existing.some((resource) => resource.type === type && resource.id === id) ||
    matched.some((resource) => resource.planned?.urn === urn);
  return removed.length > 0 && !removed.some(exists);
}

/** An update must not create an empty database in place of one that had data. */
export function inspectDatabase(facts: Facts): Section {
  const { stack, stored, deployment, databases, hasDatabaseSource } = facts;
  if (isDestroyed(facts)) {
    return { alternatives: createAgain(facts) };
  }
  const type = "aws:rds/instance:Instance";
  const lastDestroy = stored.runs.find(({ kind, result }) => kind === "destroy" && result === "succeeded");
  const known = [
    deployment,
    ...stored.versions
      .filter(({ time }) => Date.parse(time) / 1000 > (lastDestroy?.endTime ?? 0))
      .map((version) => version.deployment),
  ].flatMap(({ resources = [] }) => resources.filter((resource) => resource.type === type));
  const sections = databases.map((database): Section => {
    const { identifier, status } = database;
    const [latest, ...others] = getSources(facts, database);
    const existed = known.some(({ inputs }) => inputs?.identifier === identifier);
    if (status !== undefined || hasDatabaseSource || !(existed || latest)) {
      return {};
    }
    const text = `The database ${identifier} does not exist, although the stack had one.`;
    return latest === undefined
      ? {
          findings: [
            `${text} ${noSource}, and an update would create an EMPTY one. If that is what you want, run npx pulumi up --refresh -s ${stack}.`,
          ],
          isFinal: true,
        }
      : {
          findings: [`${text} Its latest data is in ${latest.what}.`],
          steps: latest.steps,
          alternatives: others.map(({ what, steps }) => ({ when: `To restore ${what}`, steps })),
        };
  });
  return {
    findings: sections.flatMap(({ findings = [] }) => findings),
    steps: sections.flatMap(({ steps = [] }) => steps),
    alternatives: sections.flatMap(({ alternatives = [] }) => alternatives),
    isFinal: sections.some(({ isFinal }) => isFinal),
  };
}

/** A destroyed stack needs nothing, but an update of it is refused until its data is restored, or ignoreSnapshot says not to. */
function createAgain(facts: Facts): Diagnosis["alternatives"] {
  const update: Step = {
    does: "Creates the stack again.",
    command: `npx pulumi up -s ${facts.stack}`,
    effect: "changes",
  };
  return facts.databases.flatMap((database) =>
    getSources(facts, database).map(({ what, steps }) => ({
      when: `To create the stack again with ${what}`,
      steps: [...steps, update],
    })),
  );
}
