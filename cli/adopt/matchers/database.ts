import {
  type DBInstance,
  paginateDescribeDBParameters,
  type Parameter,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { findDatabaseInstance } from "../../find-database-instance";
import { overlap, parseUpdateWindow, parseWeekly } from "../../../components/database/windows";
import { isParameter } from "../../../stacks/check-parameters";
import { commandLine, memberPath, removeCommand, setSecretCommand } from "../../../stacks/commands";
import { getSetting } from "../../../stacks/schema";
import { parseJson } from "../../../stacks/validators";
import { type AdoptionContext, createMatch, type Inputs, type Match, type Matcher, when } from "../matcher";
import { formatPasswordCommand } from "../password-command";
import type { SuggestedSetting } from "../survey";
import { keepVpc } from "./vpc";

export const findDatabase: Matcher = async (name, planned, context) => {
  const rds = context.aws.rds(context.region);
  const instance = await findDatabaseInstance(rds, name);
  if (instance === undefined) {
    return [];
  }
  const match = matchDatabase(instance, planned, context);
  const parameters = await readParameters(rds, instance, context);
  return [
    {
      ...match,
      requiredSettings: [...match.requiredSettings, ...parameters.settings],
      notes: [...match.notes, ...parameters.notes],
    },
  ];
};

/** What people set in a parameter group of their own: the program's group takes its place, with the same parameters. */
async function readParameters(
  rds: RDSClient,
  { DBParameterGroups: [group] = [], EngineVersion }: DBInstance,
  { managed, configuration }: Pick<AdoptionContext, "managed" | "configuration">,
): Promise<{ settings: SuggestedSetting[]; notes: string[] }> {
  const name = group?.DBParameterGroupName ?? "";
  if (name === "" || name.startsWith("default.") || managed.has(name)) {
    return { settings: [], notes: [] };
  }
  const found: Parameter[] = [];
  for await (const page of paginateDescribeDBParameters(
    { client: rds },
    { DBParameterGroupName: name, Source: "user" },
  )) {
    found.push(...(page.Parameters ?? []));
  }
  return sortParameters(name, found, Number.parseInt(EngineVersion ?? ""), configuration);
}

/** Returns the settings that keep the parameters of a group, and what the program does not take over. */
export function sortParameters(
  group: string,
  found: Parameter[],
  major: number,
  configuration: Readonly<Record<string, string>>,
): { settings: SuggestedSetting[]; notes: string[] } {
  const { parameters = {}, slowQueryMilliseconds } = parseJson(configuration.database ?? "{}") as {
    parameters?: Record<string, string>;
    slowQueryMilliseconds?: number;
  };
  const reason = `its parameter group ${group} sets it`;
  const settings: SuggestedSetting[] = [];
  const lost: string[] = [];
  for (const { ParameterName: name = "", ParameterValue: value = "" } of found) {
    if (name === "log_min_duration_statement" && /^\d+$/.test(value)) {
      const key = "database.slowQueryMilliseconds";
      settings.push(...when(slowQueryMilliseconds === undefined, { key, value: Number(value), reason }));
    } else if (isParameter(name, value, major)) {
      const key = memberPath("database.parameters", name);
      settings.push(...when(parameters[name] === undefined, { key, value, reason }));
    } else {
      lost.push(`${name} = ${value}`);
    }
  }
  const notes = when(
    lost.length > 0,
    `Its parameter group ${group} sets ${lost.join(", ")}. The program's group takes its place, without them.`,
  );
  return { settings, notes };
}

export function matchDatabase(
  instance: DBInstance,
  planned: Inputs,
  {
    stack,
    vpcId,
    managed,
    environments,
  }: Pick<AdoptionContext, "stack" | "vpcId" | "managed" | "environments">,
): Match {
  const oldGroups = getSecurityGroups(instance).filter((group) => !managed.has(group));
  const removeGroups = commandLine([removeCommand("database.additionalSecurityGroupIds")], stack);
  return createMatch(instance.DBInstanceIdentifier ?? "", {
    requiredSettings: [
      ...getRequiredSettings(instance, planned, managed),
      ...keepVpc(instance.DBSubnetGroup ?? {}, environments, vpcId),
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
  managed: ReadonlySet<string>,
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
    ...keepKey(instance, planned, managed),
    ...keepStorage(instance, planned),
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
  ];
}

/** The key of an encrypted database, where the program would create one of its own. */
function keepKey(
  { StorageEncrypted, KmsKeyId = "" }: DBInstance,
  { kmsKeyId }: Inputs,
  managed: ReadonlySet<string>,
): SuggestedSetting[] {
  const isOther =
    kmsKeyId !== undefined && kmsKeyId !== KmsKeyId && !managed.has(KmsKeyId.replace(/^.*:key\//, ""));
  return when(StorageEncrypted === true && KmsKeyId !== "" && isOther, {
    key: "database.kmsKey",
    value: KmsKeyId,
    reason: "RDS cannot change the key of its storage",
  });
}

/** The type of its storage: a change takes hours. Provisioned IOPS go with it. */
function keepStorage({ StorageType = "", Iops }: DBInstance, planned: Inputs): SuggestedSetting[] {
  const isKnown = getSetting("database.storageType")?.validator.isValid(StorageType) === true;
  const isProvisioned = StorageType.startsWith("io");
  const reason = `its storage is of type ${StorageType}, and RDS moves the data for hours to change it`;
  return [
    ...when(isKnown && StorageType !== planned.storageType, {
      key: "database.storageType",
      value: StorageType,
      reason,
    }),
    ...when(isKnown && isProvisioned && Iops !== undefined && Iops !== planned.iops, {
      key: "database.iops",
      value: Iops ?? 0,
      reason,
    }),
  ];
}

/**
 * The settings that the program leaves to RDS unless they are set, and that the instance keeps: its windows and its
 * certificate authority. A window that a rule refuses stays with RDS.
 */
export function getKeptSettings(instance: DBInstance, updateWindow: string): SuggestedSetting[] {
  const {
    PreferredBackupWindow = "",
    PreferredMaintenanceWindow = "",
    CACertificateIdentifier = "",
  } = instance;
  const isFree = !overlap(parseWeekly(PreferredMaintenanceWindow), parseUpdateWindow(updateWindow));
  const kept: Record<string, string> = {
    "database.backupWindow": PreferredBackupWindow,
    "database.maintenanceWindow": isFree ? PreferredMaintenanceWindow : "",
    "database.caCertificateIdentifier": CACertificateIdentifier,
  };
  return Object.entries(kept)
    .filter(([key, value]) => getSetting(key)?.validator.isValid(value) === true)
    .map(([key, value]) => ({ key, value, reason: "the database has it, and keeps it" }));
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
