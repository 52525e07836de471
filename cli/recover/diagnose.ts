import type { PlannedResource } from "../../plan/plan";
import { getShortType } from "../../plan/resource-types";
import { commandLine, setCommand } from "../../stacks/commands";
import type { UnknownKey } from "./access-keys";
import type { Deployment, PendingOperation, StateResource } from "../state";
import type { Lock, StoredStack } from "./backend";
import type { DatabaseStatus } from "./database";
import type { EnvironmentStatus } from "./environments";
import { dataTypes, type ExistingResource, getFixedName, type MatchedResource } from "./existing";

/** Everything that the diagnosis depends on. */
export interface Facts {
  stack: string;
  region: string;
  stored: Omit<StoredStack, "locks"> & { locks: (Lock & { isAlive?: boolean })[] };
  /** The current state; empty if it cannot be read. */
  deployment: Deployment;
  planned: PlannedResource[];
  /** Everything in AWS that may be of the stack. */
  existing: ExistingResource[];
  /** Those of them that the program declares. */
  matched: MatchedResource[];
  environments: EnvironmentStatus[];
  databases: DatabaseStatus[];
  unknownKeys: UnknownKey[];
  /** Whether the configuration says what a new database is created from. */
  hasDatabaseSource: boolean;
  /** The file with the resources to import. */
  importFile: string;
}

/** What a command does to AWS. */
export type Effect = "reads" | "changes" | "deletes";

/** A command that brings the stack closer to a good state. */
export interface Step {
  /** What it does, as a sentence. */
  does: string;
  command: string;
  effect: Effect;
}

/** What happened, and what to do. */
export interface Diagnosis {
  findings: string[];
  steps: Step[];
  /** Commands for another intention than the one that the findings suggest. */
  alternatives: { when: string; steps: Step[] }[];
  /** The ids to import, by the URNs of the planned resources. */
  imports: Map<string, string>;
  /** Whether what follows can only be said once the steps have run. */
  isFinal: boolean;
}

type Section = Partial<Diagnosis>;

/** Says what happened and what to do, in the order of the commands. It is a pure function of the facts. */
export function diagnose(facts: Facts): Diagnosis {
  const diagnosis: Diagnosis = {
    findings: [],
    steps: [],
    alternatives: [],
    imports: new Map(),
    isFinal: false,
  };
  for (const inspect of [
    inspectAttributes,
    inspectLocks,
    inspectStoredState,
    inspectActivity,
    inspectDrafts,
    inspectDestroy,
    inspectDatabase,
    inspectPendingOperations,
    inspectKeys,
    inspectUnknownResources,
  ]) {
    const { findings = [], steps = [], alternatives = [], imports = [], isFinal = false } = inspect(facts);
    // What comes before, such as the removal of a lock, is needed either way.
    const before = [...diagnosis.steps];
    diagnosis.alternatives.push(
      ...alternatives.map((alternative) => ({ ...alternative, steps: [...before, ...alternative.steps] })),
    );
    diagnosis.findings.push(...findings);
    diagnosis.steps.push(...steps);
    for (const [urn, id] of imports) {
      diagnosis.imports.set(urn, id);
    }
    if (isFinal) {
      return { ...diagnosis, isFinal };
    }
  }
  return diagnosis;
}

/** A process that was killed leaves files that keep every command from the state. */
function inspectAttributes({ stored: { locks, removeAttributes } }: Facts): Section {
  // A running process writes them at this moment.
  return removeAttributes === undefined || locks.some(({ isAlive }) => isAlive)
    ? {}
    : {
        findings: [
          "A process was killed while it wrote the attributes of a file beside the state. Pulumi cannot read the file, and says `EOF` or `unexpected end of JSON input`.",
        ],
        steps: [
          {
            does: "Removes the damaged attributes. They only say that the file is JSON; the state stays. Only if no update of the stack is running elsewhere.",
            command: removeAttributes,
            effect: "reads",
          },
        ],
        isFinal: true,
      };
}

function inspectLocks({ stack, stored: { locks } }: Facts): Section {
  const describe = ({ pid, username, hostname, timestamp }: Lock) =>
    `process ${pid} of ${username} on ${hostname}, since ${timestamp}`;
  const alive = locks.find(({ isAlive }) => isAlive);
  if (alive !== undefined) {
    return {
      findings: [
        `An update of the stack is running: ${describe(alive)}. Wait until it ends, or stop it with Ctrl-C there, then run this command again.`,
      ],
      isFinal: true,
    };
  }
  if (locks.length === 0) {
    return {};
  }
  const isCertain = locks.every(({ isAlive }) => isAlive === false);
  return {
    findings: locks.map(
      (lock) =>
        `The stack is locked by ${describe(lock)}. ${isCertain ? "That process does not exist any more: it was killed." : `Whether it still runs cannot be seen from here: ask ${lock.username}, or run \`ps -p ${lock.pid}\` on ${lock.hostname}.`}`,
    ),
    steps: [
      {
        does: isCertain
          ? "Removes the lock."
          : "Removes the lock. Only if that process does not run any more: two updates at once damage the state.",
        command: `npx pulumi cancel ${stack}`,
        effect: isCertain ? "reads" : "changes",
      },
    ],
  };
}

/** A state that is broken, missing, or older than a version that the backend keeps. */
function inspectStoredState({ stack, stored, deployment, matched }: Facts): Section {
  const [newest] = stored.versions;
  const restore = newest && {
    does: `Makes ${newest.label} of ${newest.time} the stack's state.`,
    command: newest.restore,
    effect: "reads" as const,
  };
  const stateTime = Date.parse(deployment.manifest?.time ?? "") || 0;
  const hasResources = (newest?.deployment.resources ?? []).length > 0;
  switch (stored.state) {
    case "broken":
      return {
        findings: [
          restore
            ? "The state file is damaged: it is not the JSON that Pulumi writes."
            : "The state file is damaged, and the backend has no older version of it. If there is a backup of it elsewhere, restore it. If not, move the file away, create the stack (npx pulumi stack init), and run this command again: it imports what exists in AWS.",
        ],
        steps: restore ? [restore] : [],
        isFinal: true,
      };
    case "missing":
      return restore && hasResources
        ? { findings: ["The state file is missing."], steps: [restore], isFinal: true }
        : {
            findings: [
              matched.length > 0
                ? `The backend has no state of the stack, but AWS has ${count(matched.length, "resource")} of it.`
                : "The backend has no state of the stack, and AWS has no resources of it.",
            ],
            steps:
              matched.length > 0
                ? [
                    {
                      does: "Creates the stack without resources.",
                      command: `npx pulumi stack init ${stack}`,
                      effect: "reads",
                    },
                  ]
                : [],
            isFinal: true,
          };
    default:
      return restore && hasResources && Date.parse(newest.time) > stateTime
        ? {
            findings: [
              stateTime === 0
                ? "The state is empty, but the backend has a version with resources. Someone created the stack again."
                : `The state is of ${deployment.manifest?.time ?? ""}, but the backend has a newer version. Someone restored an older one.`,
            ],
            steps: [restore],
            isFinal: true,
          }
        : {};
  }
}

/** What AWS is still doing. Commands would fail meanwhile. */
function inspectActivity({ environments, databases }: Facts): Section {
  const busy = environments.filter(({ status }) => status !== "Ready");
  const waiting = databases.flatMap(({ identifier, status = "available" }) => {
    const isDeleting = status === "deleting";
    return ["available", "storage-optimization", "backing-up"].includes(status) || isStuck(status)
      ? []
      : [
          {
            does: `Waits until the database ${identifier} is ${isDeleting ? "deleted" : "available"}.`,
            command: `aws rds wait db-instance-${isDeleting ? "deleted" : "available"} --db-instance-identifier ${identifier}`,
            effect: "reads" as const,
          },
        ];
  });
  const stuck = databases.filter(({ status = "" }) => isStuck(status));
  return {
    findings: [
      ...busy.map(({ name, status }) => `The environment ${name} is ${status}.`),
      ...databases.flatMap(({ identifier, status }) =>
        status === undefined || status === "available" ? [] : [`The database ${identifier} is ${status}.`],
      ),
      ...stuck.map(
        ({ identifier }) =>
          `Repair the database ${identifier} in the RDS console until it is available: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Troubleshooting.html`,
      ),
    ],
    steps: [
      ...busy.map(({ id, name, status }): Step => {
        const event =
          status === "Terminating"
            ? "environment-terminated"
            : status === "Launching"
              ? "environment-exists"
              : "environment-updated";
        return {
          does: `Waits until the environment ${name} is ${status === "Terminating" ? "terminated" : "Ready"}.`,
          command: `aws elasticbeanstalk wait ${event} --environment-ids ${id}`,
          effect: "reads",
        };
      }),
      ...waiting,
    ],
    isFinal: stuck.length > 0,
  };
}

function isStuck(status: string): boolean {
  return /^(incompatible-|failed|restore-error|storage-full|inaccessible)/.test(status);
}

/** Elastic Beanstalk keeps settings that it could not deploy, and the provider cannot read the others then. */
function inspectDrafts({ environments }: Facts): Section {
  const drafts = environments.filter(({ hasDraft, status }) => hasDraft && status === "Ready");
  return {
    findings: drafts.map(
      ({ name }) =>
        `Elastic Beanstalk could not apply the last settings of ${name}, and keeps them as a draft. eb events ${name} says why: solve that before the next update.`,
    ),
    steps: drafts.map(({ application, name }) => ({
      does: "Deletes the draft. The environment keeps the settings that it runs with.",
      command: `aws elasticbeanstalk delete-environment-configuration --application-name ${application} --environment-name ${name}`,
      effect: "deletes",
    })),
  };
}

/** Goes on with a destroy that was interrupted. */
function inspectDestroy(facts: Facts): Section {
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

/** Whether the stack has nothing any more because it was destroyed. */
export function isDestroyed({ stored, deployment: { resources = [] } }: Facts): boolean {
  return resources.length === 0 && stored.runs[0]?.kind === "destroy";
}

/** An update must not create an empty database in place of one that had data. */
function inspectDatabase(facts: Facts): Section {
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

/** Operations that Pulumi began and did not end: it does not know their result. */
function inspectPendingOperations(facts: Facts): Section {
  const { stack, deployment } = facts;
  const { pending_operations: pending = [] } = deployment;
  if (pending.length === 0) {
    return {};
  }
  const created = findAllCreated(facts);
  return {
    findings: pending.map(({ type, resource }) => {
      const exists = created.has(resource.urn);
      const result =
        type === "creating" ? (exists ? " It exists in AWS." : " It is not in AWS, or is listed below.") : "";
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
    (deployment.resources ?? []).some((resource) => resource.type === type && resource.id === id);
  return (
    matched.find((one) => one.planned?.urn === urn && !isKnown(one)) ??
    existing.find((one) => one.type === type && one.urn === undefined && one.name === name && !isKnown(one))
  );
}

function inspectKeys({ unknownKeys }: Facts): Section {
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
function inspectUnknownResources(facts: Facts): Section {
  const { stack, deployment, matched, importFile } = facts;
  const { resources = [] } = deployment;
  const created = findAllCreated(facts);
  const known = [...resources, ...created.values()];
  const unknown = matched.filter(
    ({ type, id }) => !known.some((resource) => resource.type === type && resource.id === id),
  );
  const isGone = isDestroyed(facts);
  const inState = new Set(resources.map(({ urn }) => urn));
  const orphans: MatchedResource[] = [];
  const imports = new Map(
    [...created].flatMap(([urn, { importId }]) => (importId === null ? [] : [[urn, importId] as const])),
  );
  for (const resource of unknown) {
    const { urn = "" } = resource.planned ?? {};
    if (isGone || inState.has(urn) || imports.has(urn) || resource.importId === null) {
      orphans.push(resource);
    } else {
      imports.set(urn, resource.importId);
    }
  }
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
      ...orphans.map((resource) =>
        dataTypes.has(resource.type) && (resource.remove.length === 0 || !isGenerated(resource))
          ? `AWS has ${describeUnknown(resource)}, which is not in the state. It may hold data: look at it before you delete it in the console.`
          : `AWS has ${describeUnknown(resource)}, which is not in the state: ${isGone ? "the destroy left it" : "the stack has another one in its place"}.`,
      ),
    ],
    steps: [
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

function describe({ type, urn, inputs }: StateResource): string {
  const name = urn.replace(/^.*::/, "");
  const physical = getFixedName(type, inputs);
  return `${getShortType(type)} ${name}${physical === undefined || physical === name ? "" : ` (${physical})`}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
