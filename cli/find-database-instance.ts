import { type DBInstance, DescribeDBInstancesCommand, type RDSClient } from "@aws-sdk/client-rds";
import { ignoreMissing } from "./adopt/matcher";

/** Returns a database instance, or undefined if there is none with this identifier. */
export async function findDatabaseInstance(
  rds: RDSClient,
  DBInstanceIdentifier: string,
): Promise<DBInstance | undefined> {
  const response = await ignoreMissing(
    rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier })),
    "DBInstanceNotFoundFault",
    "DBInstanceNotFound",
  );
  return response?.DBInstances?.[0];
}
