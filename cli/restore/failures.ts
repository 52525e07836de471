import type { DBInstance } from "@aws-sdk/client-rds";
import type { Context } from "./context";

/** Statuses that RDS does not leave by itself, apart from those of an instance that is stopped or deleted. */
const failures = /^(failed|incompatible-|inaccessible-|insufficient-|restore-error|storage-full)/;

/** Returns whether RDS does not leave the status of an instance by itself. */
export function isFailed({ DBInstanceStatus = "" }: DBInstance): boolean {
  return failures.test(DBInstanceStatus);
}

/** Whether RDS refuses a final snapshot (DeleteDBInstance, SkipFinalSnapshot). */
export function hasNoSnapshot({ DBInstanceStatus = "" }: DBInstance): boolean {
  return ["failed", "incompatible-restore", "incompatible-network"].includes(DBInstanceStatus);
}

/**
 * What a status means, and what ends it, from
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html. None where RDS has no way.
 */
const remedies: Record<string, string> = {
  "storage-full":
    "Its storage is full. Raise database.allocatedStorage, and update the stack; or at once: aws rds modify-db-instance --region REGION --db-instance-identifier NAME --allocated-storage GIB --apply-immediately",
  "incompatible-network":
    "RDS cannot recover it in its VPC, for example because a subnet has no free address. Free one, and see the events.",
  "incompatible-option-group": "RDS could not apply a change of its option group. Revert that change.",
  "incompatible-parameters":
    "RDS cannot start it with the parameters of its parameter group. Revert their last change, and reboot it: aws rds reboot-db-instance --region REGION --db-instance-identifier NAME",
  "inaccessible-encryption-credentials-recoverable":
    "RDS cannot use its KMS key. Enable the key, then start it: aws rds start-db-instance --region REGION --db-instance-identifier NAME",
};

/** Says what ends the status of an instance that RDS does not leave by itself. */
export function describeFailure(
  { stack, region }: Pick<Context, "stack" | "region">,
  name: string,
  status: string,
): string {
  const remedy = remedies[status]?.replaceAll("NAME", name).replaceAll("REGION", region);
  const restored = name.endsWith("-restored")
    ? `To delete it, and restore again: npx beo restore ${stack} --undo`
    : "Its data is in its backups: restore a snapshot in a new stack, docs/restoring.md#a-database-that-failed";
  return [
    `${name} is ${status}, and RDS does not leave that by itself (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html).`,
    ...(remedy === undefined ? [] : [remedy]),
    `See why: aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${name} --duration 20160`,
    restored,
  ].join("\n");
}
