import type { DBInstance } from "@aws-sdk/client-rds";
import { UserError } from "../user-error";
import type { Context } from "./context";

/** What helps where RDS has no room for another instance, by the name of the error (RestoreDBInstanceFromDBSnapshot). */
const remedies: Record<string, (frame: { stack: string; region: string; instance: DBInstance }) => string> = {
  InsufficientDBInstanceCapacityFault: ({ stack, region, instance }) =>
    [
      `RDS has no capacity of ${instance.DBInstanceClass ?? "the class"} in the Availability Zones of the database's subnets. Run the command again in some minutes, or with another class and the point: npx beo restore ${stack} --class <class>`,
      `The classes of the region: aws rds describe-orderable-db-instance-options --region ${region} --engine ${instance.Engine ?? ""} --engine-version ${instance.EngineVersion ?? ""} --query 'OrderableDBInstanceOptions[?Vpc].DBInstanceClass' --output text`,
    ].join("\n"),
  InstanceQuotaExceededFault: ({ region }) => describeQuota(region, "DB instances", "L-7B6409FD"),
  StorageQuotaExceededFault: ({ region }) => describeQuota(region, "GiB of storage", "L-7ADDB58A"),
};

function describeQuota(region: string, what: string, code: string): string {
  const quota = `--region ${region} --service-code rds --quota-code ${code}`;
  return [
    `The account has as many ${what} in ${region} as its quota allows. Delete instances that are no longer needed, or request more, and run the command again once it is granted:`,
    `  aws service-quotas get-service-quota ${quota} --query Quota.Value`,
    `  aws service-quotas request-service-quota-increase ${quota} --desired-value <value>`,
  ].join("\n");
}

/** Throws what a person can do where RDS has no room for another instance, and other errors as they are. */
export function explainRefusal({ stack, region }: Pick<Context, "stack" | "region">, instance: DBInstance) {
  return (error: unknown): never => {
    const { name, message } = error as Error;
    // The SDK gives an error that it does not know the code of the answer, which lacks the ending.
    const remedy = remedies[name] ?? remedies[`${name}Fault`];
    throw remedy === undefined
      ? error
      : new UserError(`${name}: ${message}\nNothing was changed. ${remedy({ stack, region, instance })}`, {
          cause: error,
        });
  };
}
