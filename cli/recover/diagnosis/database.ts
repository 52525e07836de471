import type { PlannedResource } from "../../../plan/plan";
import { commandLine, setCommand } from "../../../stacks/commands";
import { getRescueName } from "../../restore/position";
import { describeKey, getEnableCommands } from "../../encryption-keys";
import type { StateResource } from "../../state";
import type { DatabaseStatus } from "../database";
import { dataTypes } from "../existing";
import { type Facts, isDestroyed, type Section, type Step } from "./facts";

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

/** Makes the keys of the data usable, before an update creates others, which do not decrypt it. */
export function inspectEncryptionKeys({ unusableKeys }: Facts): Section {
  return unusableKeys.length === 0
    ? {}
    : {
        findings: unusableKeys.map(describeKey),
        steps: unusableKeys.flatMap(getEnableCommands).map((command) => ({
          does: command.includes("cancel")
            ? "Keeps the key, which is disabled then."
            : "Makes the key usable again. The database may take some minutes to start.",
          command,
          effect: "changes",
        })),
        isFinal: true,
      };
}

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
      ...gone.map(
        ({ identifier, snapshot }) =>
          `The database ${identifier} is deleted. ${snapshot === undefined ? "There is no snapshot of it." : `Its newest snapshot is ${snapshot}.`}`,
      ),
      ...gone.flatMap(({ retainedBackup }) =>
        retainedBackup === undefined ? [] : `AWS kept its automated backup ${retainedBackup}.`,
      ),
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

/** What a database can be restored from, the latest data first, and the steps that restore it. */
function getSources(
  facts: Facts,
  database: DatabaseStatus,
): { time: Date | undefined; what: string; steps: Step[] }[] {
  const { identifier, snapshot, snapshotTime, retainedBackup, retainedTime } = database;
  const of = (time: Date | undefined) => (time === undefined ? "" : ` of ${time.toISOString()}`);
  const sources = [
    ...(retainedBackup === undefined
      ? []
      : [
          {
            time: retainedTime,
            what: `the automated backup ${retainedBackup}${of(retainedTime)}`,
            steps: createBackupSteps(facts, identifier, retainedBackup),
          },
        ]),
    ...(snapshot === undefined
      ? []
      : [
          {
            time: snapshotTime,
            what: `the snapshot ${snapshot}${of(snapshotTime)}`,
            steps: [createSnapshotStep(facts.stack, snapshot)],
          },
        ]),
  ];
  return sources.sort((a, b) => Number(b.time ?? 0) - Number(a.time ?? 0));
}

/** The program creates a database from snapshots only: one is made of what the automated backup restores. */
function createBackupSteps({ stack, region, deployment }: Facts, identifier: string, backup: string): Step[] {
  const rescue = getRescueName(identifier);
  const group = deployment.resources?.find(({ type }) => type === "aws:rds/subnetGroup:SubnetGroup")?.id;
  const aws = (operation: string) => `aws rds ${operation} --region ${region}`;
  const [instance, snapshot] = [`--db-instance-identifier ${rescue}`, `--db-snapshot-identifier ${rescue}`];
  return [
    {
      does: `Restores the automated backup into ${rescue}, of which the next steps make a snapshot. Delete ${rescue} in the end.`,
      command: `${aws("restore-db-instance-to-point-in-time")} --source-db-instance-automated-backups-arn ${backup} --target-db-instance-identifier ${rescue} --use-latest-restorable-time --no-publicly-accessible${group === undefined ? "" : ` --db-subnet-group-name ${group}`}`,
      effect: "changes",
    },
    {
      does: "Waits for it.",
      command: `${aws("wait db-instance-available")} ${instance}`,
      effect: "reads",
    },
    {
      does: "Makes the snapshot.",
      command: `${aws("create-db-snapshot")} ${instance} ${snapshot}`,
      effect: "changes",
    },
    {
      does: "Waits for it.",
      command: `${aws("wait db-snapshot-available")} ${snapshot}`,
      effect: "reads",
    },
    createSnapshotStep(stack, rescue),
  ];
}

function createSnapshotStep(stack: string, snapshot: string): Step {
  return {
    does: "Makes the next update restore the database from this snapshot.",
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
  const sections = databases.map((database): Section => {
    const { identifier, status, snapshot, retainedBackup } = database;
    const existed = known.some(({ inputs }) => inputs?.identifier === identifier);
    if (status !== undefined || hasDatabaseSource || !(existed || snapshot || retainedBackup)) {
      return {};
    }
    const text = `The database ${identifier} does not exist, although the stack had one.`;
    const [latest, ...others] = getSources(facts, database);
    return latest === undefined
      ? {
          findings: [
            `${text} There is no snapshot of it, and an update would create an EMPTY one. If that is what you want, run npx pulumi up --refresh -s ${stack}.`,
          ],
          isFinal: true,
        }
      : {
          findings: [`${text} Its latest data is in ${latest.what}.`],
          steps: latest.steps,
          alternatives: others.map(({ what, steps }) => ({ when: `To restore ${what} instead`, steps })),
        };
  });
  return {
    findings: sections.flatMap(({ findings = [] }) => findings),
    steps: sections.flatMap(({ steps = [] }) => steps),
    alternatives: sections.flatMap(({ alternatives = [] }) => alternatives),
    isFinal: sections.some(({ isFinal }) => isFinal),
  };
}
