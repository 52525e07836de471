import type { DBInstance } from "@aws-sdk/client-rds";
import { UserError } from "../user-error";
import { back, getTag, tagNames } from "./tags";

/** The instances of a restore. */
export interface Instances {
  /** The name of the stack's database: what the application connects to. */
  name: string;
  /** The instance with that name. */
  current?: DBInstance;
  /** The one that was restored next to it. */
  restored?: DBInstance;
  /** The one that was replaced. */
  old?: DBInstance;
}

/**
 * How far a restore has come.
 *
 * - intact: the stack has its database, and none is beside it.
 * - restoring: the restored instance is beside it.
 * - half-switched: the old instance has left its name.
 * - switched: the restored instance has the name, and the state still has the old one.
 * - recorded: the state has the restored instance.
 */
export type Position = "intact" | "restoring" | "half-switched" | "switched" | "recorded";

/** The names of the other two instances. */
export const getRestoredName = (name: string) => `${name}-restored`;
export const getOldName = (name: string) => `${name}-old`;

/**
 * The instances that the steps by hand and `recover` restore a backup into, to make a snapshot of it: docs/backups.md and
 * docs/restoring.md, "A database that failed".
 */
export const getRescueName = (name: string) => `${name}-rescue`;
const getLatestName = (name: string) => `${name}-latest`;

/** The names of a stack's database, and of the instances beside it that have its data. */
export const getOwnNames = (name: string) => [
  name,
  ...[getOldName, getRestoredName, getRescueName, getLatestName].map((getName) => getName(name)),
];

/** Whether --undo was interrupted while the old instance is not the stack's database again. */
export function isGoingBack({ old }: Pick<Instances, "old">): boolean {
  return old !== undefined && getTag(old, tagNames.direction) === back;
}

/** Finds the instances of a restore by their names. */
export function findInstances(all: DBInstance[], stateId: string, identifier: string): Instances {
  const name = findName(all, stateId, identifier);
  const find = (wanted: string) => all.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === wanted);
  return {
    name,
    current: find(name),
    restored: find(getRestoredName(name)),
    old: find(getOldName(name)),
  };
}

/** The state has the name of the database, unless it was refreshed while the database had the name of the old one. */
function findName(all: DBInstance[], stateId: string, identifier: string): string {
  const own = all.find(({ DbiResourceId }) => DbiResourceId === stateId);
  const replacedBy = own && getTag(own, tagNames.replacedBy);
  const restored = all.find(({ DbiResourceId }) => DbiResourceId === replacedBy);
  const base = identifier.replace(/-old$/, "");
  return own?.DBInstanceIdentifier === getOldName(base) &&
    [base, getRestoredName(base)].includes(restored?.DBInstanceIdentifier ?? "")
    ? base
    : identifier;
}

/**
 * Returns how far a restore has come.
 *
 * @param stateId The resource id of the database in the state.
 * @throws UserError if AWS has something else under these names.
 */
export function getPosition(
  { stack, region }: { stack: string; region: string },
  stateId: string,
  instances: Instances,
): Position {
  const { name, current, restored, old } = instances;
  const isState = (instance: DBInstance | undefined) => instance?.DbiResourceId === stateId;
  if (restored !== undefined && getTag(restored, tagNames.restoredFrom) === undefined) {
    throw new UserError(
      `${getRestoredName(name)} exists, but this command did not create it. Rename or delete it, then run this command again.`,
    );
  }
  if (isState(current)) {
    if (old === undefined) {
      return restored === undefined ? "intact" : "restoring";
    }
    if (getTag(old, tagNames.replacedBy) !== stateId) {
      throw new UserError(
        `${getOldName(name)} exists, but this command did not replace it. Rename or delete it, then run this command again.`,
      );
    }
    return "recorded";
  }
  if (isState(old) && current !== undefined) {
    requireReplacement(old, current, name, region);
    return "switched";
  }
  if (isState(old) && restored !== undefined) {
    return "half-switched";
  }
  if (isState(old)) {
    throw new UserError(
      `The database of ${stack} has the name ${getOldName(name)}, and the restored one is gone. Give it its name back: aws rds modify-db-instance --region ${region} --db-instance-identifier ${getOldName(name)} --new-db-instance-identifier ${name} --apply-immediately`,
    );
  }
  throw new UserError(
    `The state of ${stack} has the database ${stateId}, which is none of ${name}, ${getRestoredName(name)} and ${getOldName(name)} in AWS. See what happened: npx beo recover ${stack}`,
  );
}

function requireReplacement(
  old: DBInstance | undefined,
  current: DBInstance,
  name: string,
  region: string,
): void {
  if (old === undefined || getTag(old, tagNames.replacedBy) !== current.DbiResourceId) {
    throw new UserError(
      `The database with the name ${name} is not the one that replaced ${getOldName(name)}. See what happened: aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${name}`,
    );
  }
}
