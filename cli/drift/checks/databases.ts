import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  paginateDescribeDBSnapshots,
} from "@aws-sdk/client-rds";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { type Deployed, getText } from "../resources";

/** RDS instances: pending changes, replicas, roles, and snapshots that others can restore. */
export function checkDatabases(context: Context): Check[] {
  const rds = context.clients.rds();
  return ofType(context.deployed, "rds/instance:Instance").flatMap((database) => {
    const identifier = getText(database.outputs, "identifier");
    return [
      {
        what: `pending changes, replicas and roles of the database ${identifier}`,
        find: async () => {
          const { DBInstances = [] } = await rds.send(
            new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
          );
          return toDrift(
            database,
            DBInstances.flatMap((instance) => [
              ...findPending(instance, database, context),
              ...findReplicas(instance, context),
              ...findRoles(instance, context),
            ]),
          );
        },
      },
      {
        what: `snapshots of the database ${identifier}`,
        find: async () => toDrift(database, await findSharedSnapshots(identifier, context)),
      },
    ];
  });
}

/** The pending values of RDS that the program sets: the option of `modify-db-instance`, and the program's input. */
const pendingValues = {
  AllocatedStorage: ["allocated-storage", "allocatedStorage"],
  BackupRetentionPeriod: ["backup-retention-period", "backupRetentionPeriod"],
  DBInstanceClass: ["db-instance-class", "instanceClass"],
  EngineVersion: ["engine-version", "engineVersion"],
  MultiAZ: ["multi-az", "multiAz"],
} as const;

/** What waits for the maintenance window, unless the program wants it. */
export function findPending(instance: DBInstance, database: Deployed, { region }: Context): Addition[] {
  const { DBInstanceIdentifier = "", PendingModifiedValues = {} } = instance;
  return Object.entries(pendingValues).flatMap(([name, [option, input]]): Addition[] => {
    const pending = PendingModifiedValues[name as keyof typeof pendingValues];
    const wanted = getText(database.inputs, input);
    const current = instance[name as keyof typeof pendingValues];
    const isWanted =
      input === "engineVersion" ? String(pending).startsWith(wanted) : String(pending) === wanted;
    if (pending === undefined || isWanted) {
      return [];
    }
    const value =
      typeof current === "boolean"
        ? { [current ? option : `no-${option}`]: [] }
        : { [option]: String(current) };
    return [
      {
        severity: "medium",
        text: `${input} changes to ${String(pending)} in the maintenance window, which is not in the program`,
        meaning: "The database restarts or slows down then.",
        undo: [
          "# The value that it has now: RDS cancels the pending change.",
          awsCommand(
            "rds modify-db-instance",
            { "db-instance-identifier": DBInstanceIdentifier, ...value },
            region,
          ),
        ],
      },
    ];
  });
}

function findReplicas(
  { ReadReplicaDBInstanceIdentifiers = [] }: DBInstance,
  { region }: Context,
): Addition[] {
  return ReadReplicaDBInstanceIdentifiers.map((replica) => ({
    severity: "high",
    text: `read replica ${replica} is not in the program`,
    meaning: "It has all data, and its own security groups and public access.",
    undo: [
      "# DELETES the replica.",
      awsCommand(
        "rds delete-db-instance",
        { "db-instance-identifier": replica, "skip-final-snapshot": [] },
        region,
      ),
    ],
  }));
}

function findRoles({ DBInstanceIdentifier = "", AssociatedRoles = [] }: DBInstance, { region }: Context) {
  return AssociatedRoles.map(({ RoleArn = "", FeatureName = "" }): Addition => ({
    severity: "high",
    text: `role ${RoleArn} (${FeatureName}) is not in the program`,
    meaning: "Users of the database can do what the role may do, such as copy tables to S3.",
    undo: [
      awsCommand(
        "rds remove-role-from-db-instance",
        { "db-instance-identifier": DBInstanceIdentifier, "role-arn": RoleArn, "feature-name": FeatureName },
        region,
      ),
    ],
  }));
}

async function findSharedSnapshots(identifier: string, { clients, region }: Context): Promise<Addition[]> {
  const rds = clients.rds();
  const shared: Addition[] = [];
  const pages = paginateDescribeDBSnapshots(
    { client: rds },
    { DBInstanceIdentifier: identifier, SnapshotType: "manual" },
  );
  for await (const { DBSnapshots = [] } of pages) {
    for (const { DBSnapshotIdentifier = "" } of DBSnapshots) {
      const { DBSnapshotAttributesResult } = await rds.send(
        new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier }),
      );
      const accounts = (DBSnapshotAttributesResult?.DBSnapshotAttributes ?? [])
        .filter(({ AttributeName }) => AttributeName === "restore")
        .flatMap(({ AttributeValues = [] }) => AttributeValues);
      shared.push(...accounts.map((account) => describeShare(DBSnapshotIdentifier, account, region)));
    }
  }
  return shared;
}

function describeShare(snapshot: string, account: string, region: string): Addition {
  const isPublic = account === "all";
  return {
    severity: isPublic ? "critical" : "high",
    text: `snapshot ${snapshot} is shared with ${isPublic ? "everyone" : `account ${account}`}`,
    meaning: `${isPublic ? "Every AWS account" : "That account"} can restore the snapshot and read all its data.`,
    undo: [
      awsCommand(
        "rds modify-db-snapshot-attribute",
        { "db-snapshot-identifier": snapshot, "attribute-name": "restore", "values-to-remove": account },
        region,
      ),
    ],
  };
}
