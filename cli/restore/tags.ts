import type { DBInstance } from "@aws-sdk/client-rds";

/**
 * The tags by which the next run knows how far a restore has come. `pulumi up` removes those of the instance that it manages,
 * since the program does not have them.
 */
export const tagNames = {
  /** On the restored instance: the recovery point. */
  restoredFrom: "RestoredFrom",
  /** On the restored instance: the name of the database whose data it has, if that is another one. */
  dataOf: "RestoredDataOf",
  /** On the restored instance: it has all settings, and the current password. */
  configured: "RestoreConfigured",
  /** On the old instance: the resource id of the restored one. */
  replacedBy: "ReplacedBy",
  /** On the old instance: whether it gives its name to the restored one, or --undo gives it back. */
  direction: "RestoreDirection",
} as const;

/** The recovery point of an instance that was the stack's database until --undo: it has what was written since. */
export const undone = "undone";

/** The values of `direction`. */
export const forward = "forward";
export const back = "back";

/** Returns the value of a tag of an instance. */
export function getTag({ TagList = [] }: DBInstance, name: string): string | undefined {
  return TagList.find(({ Key }) => Key === name)?.Value;
}

/** Returns the tags of an instance that a new one can have: AWS reserves those of its own services. */
export function getOwnTags({ TagList = [] }: DBInstance) {
  const own: string[] = Object.values(tagNames);
  return TagList.filter(({ Key = "" }) => !Key.startsWith("aws:") && !own.includes(Key));
}
