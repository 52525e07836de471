import { formatHolder } from "../locks";
import { count, type Facts, type Section } from "./facts";

/** A process that was killed leaves files that keep every command from the state. */
export function inspectAttributes({ stored: { locks, removeAttributes } }: Facts): Section {
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

export function inspectLocks({ stack, stored: { locks } }: Facts): Section {
  const alive = locks.find(({ isAlive }) => isAlive);
  if (alive !== undefined) {
    return {
      findings: [
        `An update of the stack is running: ${formatHolder(alive)}. Wait until it ends, or stop it with Ctrl-C there, then run this command again.`,
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
        `The stack is locked by ${formatHolder(lock)}. ${isCertain ? "That process does not exist any more: it was killed." : `Whether it still runs cannot be seen from here: ask ${lock.username}, or run \`ps -p ${lock.pid}\` on ${lock.hostname}.`}`,
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
export function inspectStoredState({ stack, stored, deployment, matched, databases }: Facts): Section {
  const [newest] = stored.versions;
  const restore = newest && {
    does: `Makes ${newest.label} of ${newest.time} the stack's state.`,
    command: newest.restore,
    effect: "reads" as const,
  };
  const stateTime = Date.parse(deployment.manifest?.time ?? "") || 0;
  const hasResources = (newest?.deployment.resources ?? []).length > 0;
  const hasBackups = databases.some(({ lost }) => (lost?.sources ?? []).length > 0);
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
                : `The backend has no state of the stack, and AWS has ${hasBackups ? "only backups of its database" : "no resources of it"}.`,
            ],
            steps:
              matched.length > 0 || hasBackups
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
