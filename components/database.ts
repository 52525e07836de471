import { randomBytes } from "node:crypto";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as rds from "@pulumi/aws/rds";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { getArn, getKeyArn } from "./arns";
import { checkArguments } from "./check-arguments";
import { type WithDefaults, withDefaults } from "./defaults";
import type { MonitoringInterval } from "./enums";
import { getDefaultVpcId } from "./lookups";
import { getDefaultSubnetIds } from "./network";
import { getIdentity, type IdentityArgs } from "./identity";
import { getOutputs, toList } from "./outputs";
import { createServiceRole } from "./service-role";
import { checkSnapshot } from "./snapshot-check";

/** The RDS instance. */
export interface DatabaseInstanceArgs {
  /**
   * RDS instance class. db.t3.medium is the smallest that the application's guide allows.
   *
   * @default "db.t3.medium"
   * @changing Restarts the database, in the weekly maintenance window or at once with `applyImmediately`.
   */
  instanceClass?: pulumi.Input<string>;
  /**
   * Major version of PostgreSQL ("17"), or an exact version ("17.5"). RDS keeps the minor version up to date by itself, so
   * the version is only used when the instance is created, unless `allowMajorVersionUpgrade` is true. End of support:
   * https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html.
   *
   * @default "17"
   * @changing In place with downtime, and only while `allowMajorVersionUpgrade` is true.
   */
  engineVersion?: string;
  /**
   * Upgrades the instance to `engineVersion`, even to a higher major version. Set it for one update only.
   *
   * @default false
   * @changing In place; setting it to true upgrades the database with downtime.
   */
  allowMajorVersionUpgrade?: boolean;
  /**
   * GiB of storage, 20–59,578. An instance restored from a snapshot starts with the snapshot's size.
   *
   * @default 20
   * @changing In place, but it only grows: RDS cannot shrink storage.
   */
  allocatedStorage?: pulumi.Input<number>;
  /**
   * GiB up to which RDS enlarges the storage automatically, up to 65,536 and at least a tenth more than
   * `allocatedStorage`. The application creates a database for each upload.
   *
   * @default 100
   * @changing In place.
   */
  maxAllocatedStorage?: pulumi.Input<number>;
  /**
   * Keeps a standby in a second availability zone, which doubles the database's price.
   *
   * @default false
   * @changing In place, without downtime.
   */
  multiAz?: pulumi.Input<boolean>;
  /**
   * Days that RDS keeps automated backups, up to 35. A stack's configuration requires at least 7; 0 turns them off.
   *
   * @default 7
   * @changing In place; from or to 0 the database restarts.
   */
  backupRetentionPeriod?: pulumi.Input<number>;
  /**
   * AWS refuses to delete the instance.
   *
   * @default true
   * @changing In place; run `pulumi up` with false before you delete the instance.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * Name of the master user: 1–16 letters, digits and underscores, beginning with a letter.
   *
   * @default "beo_datastore"
   * @changing Cannot be changed later: it would replace the database.
   */
  username?: pulumi.Input<string>;
  /**
   * Encrypts the storage of a new instance. One from a snapshot is encrypted like the snapshot.
   *
   * @default true
   * @changing Cannot be changed later: restore an encrypted copy of a snapshot instead.
   */
  storageEncrypted?: pulumi.Input<boolean>;
  /**
   * Name of an existing subnet group, for an adopted instance.
   *
   * @default a new subnet group
   * @changing Cannot be changed later: RDS does not move an instance to another subnet group of its VPC.
   */
  subnetGroupName?: pulumi.Input<string>;
  /**
   * Ids of further security groups of the instance, for an adopted one while its old clients still need them.
   *
   * @default none
   * @changing In place.
   */
  additionalSecurityGroupIds?: pulumi.Input<string>[];
  /**
   * Identifier or ARN of the snapshot from which a new instance is restored, with the snapshot's size.
   *
   * @default none: the database is created empty
   * @changing Cannot be changed later: it is used only when the instance is created.
   */
  snapshotIdentifier?: pulumi.Input<string>;
  /**
   * Seconds between samples of Enhanced Monitoring: 0 (off), 1, 5, 10, 15, 30 or 60.
   *
   * @default 0
   * @changing In place.
   */
  monitoringInterval?: MonitoringInterval;
  /**
   * Turns on Performance Insights, with 7 days of history free of charge.
   *
   * @default false
   * @changing In place.
   */
  performanceInsights?: pulumi.Input<boolean>;
  /**
   * Lets IAM users and roles connect with short-lived tokens beside passwords
   * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html).
   *
   * @default false
   * @changing In place.
   */
  iamDatabaseAuthenticationEnabled?: pulumi.Input<boolean>;
  /**
   * Applies changes at once instead of in the weekly maintenance window.
   *
   * @default false
   * @changing In place.
   */
  applyImmediately?: pulumi.Input<boolean>;
}

/** Defaults of {@link DatabaseInstanceArgs}. */
export const databaseInstanceDefaults = {
  instanceClass: "db.t3.medium",
  engineVersion: "17",
  allowMajorVersionUpgrade: false,
  allocatedStorage: 20,
  maxAllocatedStorage: 100,
  multiAz: false,
  backupRetentionPeriod: 7,
  deletionProtection: true,
  username: "beo_datastore",
  storageEncrypted: true,
  monitoringInterval: 0,
  performanceInsights: false,
  iamDatabaseAuthenticationEnabled: false,
  applyImmediately: false,
} satisfies DatabaseInstanceArgs;

/** A PostgreSQL database. */
export interface DatabaseArgs extends DatabaseInstanceArgs, IdentityArgs {
  /**
   * Identifier of the instance: 1–63 letters, digits and single hyphens, beginning with a letter.
   *
   * @changing Restarts the instance under its new name, which is part of its host name.
   */
  identifier: pulumi.Input<string>;
  /**
   * Name of the database to create in the instance. One that is restored from a snapshot keeps the snapshot's database.
   *
   * @default none: the instance has the database `postgres` only
   * @changing Cannot be changed later: RDS creates the database with the instance. A change does nothing.
   */
  databaseName?: pulumi.Input<string>;
  /**
   * Password of the master user: 8–128 letters, digits, `-` and `_`.
   *
   * @default generated
   * @changing In place.
   */
  password?: pulumi.Input<string>;
  /**
   * Id of the VPC.
   *
   * @default the account's default VPC
   * @changing Cannot be changed later: the instance and its security group belong to one VPC.
   */
  vpcId?: pulumi.Input<string>;
  /**
   * Ids of subnets in at least two availability zones; not used with `subnetGroupName`.
   *
   * @default the default subnets of the VPC
   * @changing In place; AWS refuses to remove a subnet that the instance uses.
   */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Ids of the security groups whose members may connect.
   *
   * @default none
   * @changing In place.
   */
  clientSecurityGroupIds?: pulumi.Input<string>[];
  /**
   * Days that CloudWatch keeps the database's logs.
   *
   * @default 30
   * @changing In place.
   */
  logRetentionDays?: pulumi.Input<number>;
  /**
   * Id of a KMS key of the account's region that encrypts the database's logs.
   *
   * @default none: CloudWatch encrypts its storage itself
   * @changing In place, for what is logged from then on.
   */
  logKmsKey?: string;
  /**
   * Protects the data: Pulumi refuses to delete or replace the instance, and RDS takes a final snapshot when it is deleted.
   *
   * @default true
   * @changing In place; run `pulumi up` with false before you delete the instance.
   */
  protect?: boolean;
  /**
   * Gives the deployed instance a new name for its final snapshot. Set it where that instance has none, because it was
   * imported: every instance keeps the name that it was created with.
   *
   * @default false
   * @changing In place: the name is used when the instance is deleted.
   */
  renewFinalSnapshot?: boolean;
  /**
   * Tags of all resources.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link DatabaseArgs}. */
export const databaseDefaults = {
  ...databaseInstanceDefaults,
  logRetentionDays: 30,
  protect: true,
  renewFinalSnapshot: false,
} satisfies Partial<DatabaseArgs>;

const port = 5432;
const exportedLogs = ["postgresql", "upgrade"];

/** A private, encrypted RDS PostgreSQL instance that accepts TLS connections from its clients' security groups only. */
export class Database extends pulumi.ComponentResource {
  /** Host name, without the port. */
  readonly host: pulumi.Output<string>;
  /** Port: 5432. */
  readonly port: pulumi.Output<number>;
  /** Name of the database that was created in the instance. */
  readonly databaseName: pulumi.Output<string>;
  /** Name of the master user. */
  readonly username: pulumi.Output<string>;
  /** Password of the master user; a secret. */
  readonly password: pulumi.Output<string>;
  /** Identifier of the instance. */
  readonly identifier: pulumi.Output<string>;
  /** ARN of the instance. */
  readonly arn: pulumi.Output<string>;
  /** Id of the instance's security group, for further ingress rules. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Database", args);
    super("beo:index:Database", name, {}, opts);
    const context: Context = { name, args: withDefaults(args, databaseDefaults), parent: this };

    const password =
      args.password ??
      new random.RandomPassword(`${name}-password`, { length: 40, special: false }, { parent: this }).result;
    const vpcId = args.vpcId ?? getDefaultVpcId(this);
    const securityGroup = createSecurityGroup(context, vpcId);
    const instance = createInstance(context, {
      password,
      subnetGroupName: args.subnetGroupName ?? createSubnetGroup(context, vpcId).name,
      parameterGroup: createParameterGroup(context),
      securityGroup,
      logGroups: createLogGroups(context),
      monitoring: createMonitoringRole(context),
    });

    this.host = instance.address;
    this.port = instance.port;
    // A snapshot of an instance without a database of its own has no name.
    this.databaseName = pulumi
      .all([instance.dbName, args.databaseName ?? "postgres"])
      .apply(([actual, fallback]) => (actual === "" ? fallback : actual));
    this.username = instance.username;
    this.password = pulumi.secret(password);
    this.identifier = instance.identifier;
    this.arn = instance.arn;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs(getOutputs(this));
  }
}

interface Context {
  name: string;
  args: WithDefaults<DatabaseArgs, typeof databaseDefaults>;
  parent: pulumi.Resource;
}

function createSubnetGroup({ name, args, parent }: Context, vpcId: pulumi.Input<string>): rds.SubnetGroup {
  return new rds.SubnetGroup(
    `${name}-subnets`,
    {
      subnetIds: args.subnetIds ?? getDefaultSubnetIds(vpcId, parent),
      description: "Subnets of the database",
      tags: args.tags,
    },
    // An imported group would get a new name, and RDS does not move an instance to another group of its VPC.
    { parent, ignoreChanges: ["name"] },
  );
}

function createParameterGroup({ name, args, parent }: Context): rds.ParameterGroup {
  const [major] = args.engineVersion.split(".");
  return new rds.ParameterGroup(
    // A group belongs to one major version, so each has a group of its own.
    `${name}-postgres${major ?? ""}`,
    {
      family: `postgres${major ?? ""}`,
      description: "Requires TLS for every connection",
      // A static parameter: with "immediate" every preview would show a difference.
      parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" }],
      tags: args.tags,
    },
    { parent },
  );
}

function createSecurityGroup(
  { name, args: { clientSecurityGroupIds = [], tags }, parent }: Context,
  vpcId: pulumi.Input<string>,
): ec2.SecurityGroup {
  const securityGroup = new ec2.SecurityGroup(
    `${name}-access`,
    { vpcId, description: "Access to the database", tags },
    { parent },
  );
  for (const [index, clientId] of clientSecurityGroupIds.entries()) {
    new vpc.SecurityGroupIngressRule(
      `${name}-access-in-${index}`,
      {
        securityGroupId: securityGroup.id,
        description: "PostgreSQL from clients of the database",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        referencedSecurityGroupId: clientId,
        tags,
      },
      { parent },
    );
  }
  return securityGroup;
}

/**
 * Creates the log groups before the instance, which would create them without a retention. Those that exist are taken over:
 * RDS creates a deleted instance's groups again if it has logs left to write.
 */
function createLogGroups({ name, args, parent }: Context): pulumi.Output<cloudwatch.LogGroup[]> {
  return pulumi.output(args.identifier).apply(async (identifier) => {
    const prefix = `/aws/rds/instance/${identifier}/`;
    const { logGroupNames } = await cloudwatch.getLogGroups({ logGroupNamePrefix: prefix }, { parent });
    return exportedLogs.map((log) => {
      const groupName = `${prefix}${log}`;
      return new cloudwatch.LogGroup(
        `${name}-${log}-log`,
        {
          name: groupName,
          retentionInDays: args.logRetentionDays,
          kmsKeyId: args.logKmsKey && getKeyArn(args.logKmsKey, parent),
          tags: args.tags,
        },
        {
          parent,
          deleteBeforeReplace: true,
          // Without effect on a group that is in the stack already.
          import: toList(logGroupNames).includes(groupName) ? groupName : undefined,
        },
      );
    });
  });
}

/**
 * Returns another name at every run, for the instance that this run may create: the final snapshot of an earlier instance
 * may have taken any name that the state remembers. A preview does not know it.
 */
function createFinalSnapshotIdentifier(identifier: pulumi.Input<string>): pulumi.Output<string> {
  const suffix = pulumi.runtime.isDryRun() ? pulumi.output(pulumi.unknown) : randomBytes(4).toString("hex");
  return pulumi.interpolate`${identifier}-final-${suffix}`;
}

/** Creates the role of Enhanced Monitoring where that is on. */
function createMonitoringRole({ name, args, parent }: Context) {
  return args.monitoringInterval === 0
    ? undefined
    : createServiceRole(
        `${name}-monitoring`,
        {
          service: "monitoring.rds.amazonaws.com",
          // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html, "confused deputy problem"
          condition: {
            StringEquals: { "aws:SourceAccount": getCallerIdentityOutput({}, { parent }).accountId },
            ArnLike: { "aws:SourceArn": getArn("rds", pulumi.interpolate`db:${args.identifier}`, parent) },
          },
          managedPolicies: ["service-role/AmazonRDSEnhancedMonitoringRole"],
          ...getIdentity(args),
          tags: args.tags,
        },
        parent,
      );
}

interface InstanceInputs {
  password: pulumi.Input<string>;
  subnetGroupName: pulumi.Input<string>;
  parameterGroup: rds.ParameterGroup;
  securityGroup: ec2.SecurityGroup;
  logGroups: pulumi.Output<cloudwatch.LogGroup[]>;
  monitoring: ReturnType<typeof createMonitoringRole>;
}

function createInstance({ name, args, parent }: Context, inputs: InstanceInputs): rds.Instance {
  return new rds.Instance(
    `${name}-instance`,
    {
      identifier: args.identifier,
      engine: "postgres",
      engineVersion: args.engineVersion,
      // AWS upgrades the major version at the end of its support, instead of charging for Extended Support.
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: args.allowMajorVersionUpgrade,
      instanceClass: args.instanceClass,
      // RDS restores a snapshot with its size, and refuses a smaller one.
      allocatedStorage: args.snapshotIdentifier === undefined ? args.allocatedStorage : undefined,
      maxAllocatedStorage: args.maxAllocatedStorage,
      storageType: "gp3",
      storageEncrypted: args.storageEncrypted,
      dbName: args.databaseName,
      username: args.username,
      password: inputs.password,
      port,
      publiclyAccessible: false,
      dbSubnetGroupName: inputs.subnetGroupName,
      vpcSecurityGroupIds: [inputs.securityGroup.id, ...(args.additionalSecurityGroupIds ?? [])],
      parameterGroupName: inputs.parameterGroup.name,
      multiAz: args.multiAz,
      backupRetentionPeriod: args.backupRetentionPeriod,
      copyTagsToSnapshot: true,
      deletionProtection: args.deletionProtection,
      skipFinalSnapshot: !args.protect,
      finalSnapshotIdentifier: createFinalSnapshotIdentifier(args.identifier),
      snapshotIdentifier: checkSnapshot(args, parent),
      enabledCloudwatchLogsExports: exportedLogs,
      performanceInsightsEnabled: args.performanceInsights,
      iamDatabaseAuthenticationEnabled: args.iamDatabaseAuthenticationEnabled,
      monitoringInterval: args.monitoringInterval,
      monitoringRoleArn: inputs.monitoring?.role.arn,
      applyImmediately: args.applyImmediately,
      tags: args.tags,
    },
    {
      parent,
      protect: args.protect,
      deleteBeforeReplace: true,
      dependsOn: inputs.logGroups.apply((groups) => [...groups, ...(inputs.monitoring?.policies ?? [])]),
      ignoreChanges: [
        // AWS uses these only when an instance is created. A snapshot brings its own database.
        "dbName",
        "engineLifecycleSupport",
        "snapshotIdentifier",
        "storageEncrypted",
        // An instance keeps its name; a new one, also in its place, takes the new name.
        ...(args.renewFinalSnapshot ? [] : ["finalSnapshotIdentifier"]),
        // RDS upgrades the minor version itself, and would reject this one as a downgrade.
        ...(args.allowMajorVersionUpgrade ? [] : ["engineVersion"]),
      ],
    },
  );
}
