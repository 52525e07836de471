import {
  type DBInstance,
  DescribeDBInstancesCommand,
  paginateDescribeDBParameters,
  type Parameter,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { commandLine, removeCommand, setSecretCommand } from "../../../stacks/commands";
import { getSetting } from "../../../stacks/schema";
import {
  type AdoptionContext,
  createMatch,
  ignoreMissing,
  type Inputs,
  type Match,
  type Matcher,
  when,
} from "../matcher";
import { formatPasswordCommand } from "../password-command";
import type { SuggestedSetting } from "../survey";

export const findDatabase: Matcher = async (name, planned, context) => {
  const rds = context.aws.rds(context.region);
  const instance = await describeInstance(rds, name);
  if (instance === undefined) {
    return [];
  }
  const match = matchDatabase(instance, planned, context);
  const parameters = await describeParameters(rds, instance, context.managed);
  return [{ ...match, notes: [...match.notes, ...parameters] }];
};

/** Describes what people set in a parameter group of their own: the program's group takes its place. */
async function describeParameters(
  rds: RDSClient,
  { DBParameterGroups: [group] = [] }: DBInstance,
  managed: ReadonlySet<string>,
): Promise<string[]> {
  const name = group?.DBParameterGroupName ?? "";
  if (name === "" || name.startsWith("default.") || managed.has(name)) {
    return [];
  }
  const found: Parameter[] = [];
  for await (const page of paginateDescribeDBParameters(
    { client: rds },
    { DBParameterGroupName: name, Source: "user" },
  )) {
    found.push(...(page.Parameters ?? []));
  }
  const own = found.map(
    ({ ParameterName = "", ParameterValue = "" }) => `${ParameterName} = ${ParameterValue}`,
  );
  return when(
    own.length > 0,
    `Its parameter group ${name} sets ${own.join(", ")}. The program's group takes its place, without them. To keep one, add it to components/database.ts (docs/adding.md).`,
  );
}

/** Returns an instance, or undefined if there is none with this identifier. */
export async function describeInstance(rds: RDSClient, identifier: string): Promise<DBInstance | undefined> {
  const response = await ignoreMissing(
    rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })),
    "DBInstanceNotFoundFault",
    "DBInstanceNotFound",
  );
  return response?.DBInstances?.[0];
}

export function matchDatabase(
  instance: DBInstance,
  planned: Inputs,
  { stack, vpcId, managed }: Pick<AdoptionContext, "stack" | "vpcId" | "managed">,
): Match {
  const oldGroups = getSecurityGroups(instance).filter((group) => !managed.has(group));
  const removeGroups = commandLine([removeCommand("database.additionalSecurityGroupIds")], stack);
  return createMatch(instance.DBInstanceIdentifier ?? "", {
    requiredSettings: [
      ...getRequiredSettings(instance, planned, { vpcId, managed }),
      ...keepSecurityGroups(oldGroups, planned),
    ],
    blockers: getBlockers(instance, planned, stack),
    notes: when(
      instance.StorageEncrypted === false,
      "Its storage is not encrypted and stays so. docs/restoring.md explains how to move to an encrypted copy.",
    ),
    cleanup: oldGroups.map(
      (group) =>
        `The database's old security group: ${removeGroups} && npx pulumi up --stack ${stack}, then aws ec2 delete-security-group --group-id ${group}`,
    ),
  });
}

function getSecurityGroups({ VpcSecurityGroups = [] }: DBInstance): string[] {
  return VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
}

function keepSecurityGroups(groups: string[], planned: Inputs): SuggestedSetting[] {
  const kept = (planned.vpcSecurityGroupIds as string[]).filter((group) => group.startsWith("sg-"));
  return groups
    .filter((group) => !kept.includes(group))
    .map((group, index) => ({
      key: `database.additionalSecurityGroupIds[${kept.length + index}]`,
      value: group,
      reason: "running instances reach the database through this group",
    }));
}

/** The settings for properties that RDS cannot change in place. */
function getRequiredSettings(
  instance: DBInstance,
  planned: Inputs,
  { vpcId, managed }: Pick<AdoptionContext, "vpcId" | "managed">,
): SuggestedSetting[] {
  const subnetGroup = instance.DBSubnetGroup;
  const groupName = subnetGroup?.DBSubnetGroupName ?? "";
  // The program's own group has a generated name, which the plan does not know.
  const isOtherGroup = groupName !== planned.dbSubnetGroupName && !managed.has(groupName);
  const majorVersion = getMajorVersion(instance.EngineVersion);
  const storage = instance.AllocatedStorage ?? 0;
  return [
    ...when(instance.StorageEncrypted === false && planned.storageEncrypted === true, {
      key: "database.storageEncrypted",
      value: false,
      reason: "its storage is not encrypted, and RDS cannot encrypt it in place",
    }),
    ...when(instance.MasterUsername !== planned.username, {
      key: "database.username",
      value: instance.MasterUsername ?? "",
      reason: "RDS cannot rename the master user",
    }),
    ...when(majorVersion !== getMajorVersion(planned.engineVersion as string) && isSupported(majorVersion), {
      key: "database.engineVersion",
      value: majorVersion,
      reason: `it runs PostgreSQL ${instance.EngineVersion ?? ""}; do a major version upgrade separately`,
    }),
    ...when(subnetGroup !== undefined && isOtherGroup, {
      key: "database.subnetGroupName",
      value: groupName,
      reason: "RDS cannot move an instance to another subnet group of the same VPC",
    }),
    ...when(storage >= Number(planned.maxAllocatedStorage), {
      key: "database.maxAllocatedStorage",
      // RDS's maximum is 65,536 GiB.
      value: Math.min(2 * storage, 65536),
      reason: `it already has ${storage} GiB, and storage cannot shrink`,
    }),
    ...when(subnetGroup?.VpcId !== undefined && subnetGroup.VpcId !== vpcId, {
      key: "network.vpcId",
      value: subnetGroup?.VpcId ?? "",
      reason: "it is in that VPC",
    }),
  ];
}

function getBlockers(instance: DBInstance, planned: Inputs, stack: string): string[] {
  const { DBInstanceIdentifier: id = "", Engine = "", DBClusterIdentifier } = instance;
  const modify = `aws rds modify-db-instance --db-instance-identifier ${id}`;
  const migrate = `Dump the database, rename the instance (${modify} --new-db-instance-identifier ${id}-old --apply-immediately), let the program create its own instance, and restore the dump.`;
  const plannedPort = Number(planned.port);
  const port = instance.Endpoint?.Port ?? plannedPort;
  return [
    ...when(
      Engine !== "postgres" || DBClusterIdentifier !== undefined,
      `Its engine is ${Engine}${DBClusterIdentifier === undefined ? "" : " in a cluster"}, but the program needs an RDS for PostgreSQL instance. ${migrate}`,
    ),
    ...when(
      port !== plannedPort,
      `It listens on port ${port}, but the application has ${plannedPort} built in. Change it, which restarts the database (${modify} --db-port-number ${plannedPort} --apply-immediately), and set SQL_PORT.`,
    ),
    ...when(
      instance.ReadReplicaSourceDBInstanceIdentifier !== undefined,
      `It is a read replica. Promote it: aws rds promote-read-replica --db-instance-identifier ${id}`,
    ),
    ...when(instance.MasterUserSecret !== undefined, formatManagedPassword(id, stack)),
    ...describeStatus(instance),
  ];
}

/** The way from a password that Secrets Manager rotates to the one that the application has. */
function formatManagedPassword(id: string, stack: string): string {
  const document = {
    DBInstanceIdentifier: id,
    ManageMasterUserPassword: false,
    MasterUserPassword: "%s",
    ApplyImmediately: true,
  };
  return [
    "Secrets Manager manages and rotates its password, but the application reads the password only at startup. Save the application's variables, its password among them, and give the database that password for good:",
    `  npx beo adopt ${stack} --save-variables`,
    `If the application connects as another user, set a password of your own instead (${commandLine([setSecretCommand("databasePassword")], stack)}). Then:`,
    `  ${formatPasswordCommand("aws rds modify-db-instance", document, stack)}`,
  ].join("\n");
}

/** Only an available instance can be changed. A stopped one does not start by itself for seven days. */
function describeStatus({
  DBInstanceIdentifier: id = "",
  DBInstanceStatus: status = "",
}: DBInstance): string[] {
  const start = `aws rds start-db-instance --db-instance-identifier ${id}`;
  const wait = `aws rds wait db-instance-available --db-instance-identifier ${id}`;
  const advice: Record<string, string> = {
    stopped: `Start it, and wait until it is available: ${start} && ${wait}`,
    stopping: `Once it is stopped, start it, and wait until it is available: ${start} && ${wait}`,
  };
  return when(
    status !== "available",
    `Its status is ${status}. ${advice[status] ?? `Wait until it is available: ${wait}`}`,
  );
}

/** Whether the program supports a major version of PostgreSQL. */
function isSupported(majorVersion: string): boolean {
  return getSetting("database.engineVersion")?.validator.isValid(majorVersion) === true;
}

function getMajorVersion(version = ""): string {
  return version.split(".")[0] ?? "";
}
