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
import { getKey } from "./database/key";
import { getParameters } from "./database/parameters";
import { type DatabaseInstanceArgs, databaseInstanceDefaults } from "./database/settings";
import { getDefaultVpcId } from "./lookups";
import { getDefaultSubnetIds } from "./network";
import { getIdentity, type IdentityArgs } from "./identity";
import { getOutputs, toList } from "./outputs";
import { createServiceRole } from "./service-role";
import { checkSnapshot } from "./snapshot-check";

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
   * Lets the clients' security groups connect to the database too, where they do not allow all outgoing connections.
   *
   * @default false
   * @changing In place.
   */
  openClients?: boolean;
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
  openClients: false,
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
    const context: DatabaseContext = { name, args: withDefaults(args, databaseDefaults), parent: this };

    const password =
      args.password ??
      new random.RandomPassword(`${name}-password`, { length: 40, special: false }, { parent: this }).result;
    const vpcId = args.vpcId ?? getDefaultVpcId(this);
    const { securityGroup, clientRules } = createSecurityGroup(context, vpcId);
    const instance = createInstance(context, {
      password,
      subnetGroupName: args.subnetGroupName ?? createSubnetGroup(context, vpcId).name,
      parameterGroup: createParameterGroup(context),
      securityGroup,
      logGroups: createLogGroups(context),
      monitoring: createMonitoringRole(context),
      kmsKeyId: getKey(context),
    });

    // What connects waits until it may.
    this.host = pulumi
      .all([instance.address, ...clientRules.map(({ urn }) => urn)])
      .apply(([address = ""]) => address);
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

export interface DatabaseContext {
  name: string;
  args: WithDefaults<DatabaseArgs, typeof databaseDefaults>;
  parent: pulumi.Resource;
}

function createSubnetGroup(
  { name, args, parent }: DatabaseContext,
  vpcId: pulumi.Input<string>,
): rds.SubnetGroup {
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

function createParameterGroup({ name, args, parent }: DatabaseContext): rds.ParameterGroup {
  const [major] = args.engineVersion.split(".");
  return new rds.ParameterGroup(
    // A group belongs to one major version, so each has a group of its own.
    `${name}-postgres${major ?? ""}`,
    {
      family: `postgres${major ?? ""}`,
      description: "Requires TLS for every connection",
      parameters: getParameters(args),
      tags: args.tags,
    },
    { parent },
  );
}

function createSecurityGroup(
  { name, args: { clientSecurityGroupIds = [], openClients, tags }, parent }: DatabaseContext,
  vpcId: pulumi.Input<string>,
): { securityGroup: ec2.SecurityGroup; clientRules: vpc.SecurityGroupEgressRule[] } {
  const securityGroup = new ec2.SecurityGroup(
    `${name}-access`,
    { vpcId, description: "Access to the database", tags },
    { parent },
  );
  const connection = { ipProtocol: "tcp", fromPort: port, toPort: port };
  for (const [index, clientId] of clientSecurityGroupIds.entries()) {
    new vpc.SecurityGroupIngressRule(
      `${name}-access-in-${index}`,
      {
        securityGroupId: securityGroup.id,
        description: "PostgreSQL from clients of the database",
        ...connection,
        referencedSecurityGroupId: clientId,
        tags,
      },
      { parent },
    );
  }
  const clients = openClients ? clientSecurityGroupIds : [];
  const clientRules = clients.map(
    (clientId, index) =>
      new vpc.SecurityGroupEgressRule(
        `${name}-client-out-${index}`,
        {
          securityGroupId: clientId,
          description: "PostgreSQL to the database",
          ...connection,
          referencedSecurityGroupId: securityGroup.id,
          tags,
        },
        { parent },
      ),
  );
  return { securityGroup, clientRules };
}

/**
 * Creates the log groups before the instance, which would create them without a retention. Those that exist are taken over:
 * RDS creates a deleted instance's groups again if it has logs left to write.
 */
function createLogGroups({ name, args, parent }: DatabaseContext): pulumi.Output<cloudwatch.LogGroup[]> {
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
function createMonitoringRole({ name, args, parent }: DatabaseContext) {
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
  kmsKeyId: pulumi.Input<string> | undefined;
}

function createInstance({ name, args, parent }: DatabaseContext, inputs: InstanceInputs): rds.Instance {
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
      storageType: args.storageType,
      iops: args.iops,
      storageThroughput: args.storageThroughput,
      storageEncrypted: args.storageEncrypted,
      kmsKeyId: inputs.kmsKeyId,
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
      backupWindow: args.backupWindow,
      // As RDS writes it.
      maintenanceWindow: args.maintenanceWindow && toLowerCase(args.maintenanceWindow),
      copyTagsToSnapshot: true,
      deletionProtection: args.deletionProtection,
      skipFinalSnapshot: !args.protect,
      finalSnapshotIdentifier: createFinalSnapshotIdentifier(args.identifier),
      snapshotIdentifier: checkSnapshot(args, parent),
      enabledCloudwatchLogsExports: exportedLogs,
      performanceInsightsEnabled: args.performanceInsights,
      ...getInsights(args),
      caCertIdentifier: args.caCertificateIdentifier,
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
        "kmsKeyId",
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

const toLowerCase = (text: pulumi.Input<string>) => pulumi.output(text).apply((value) => value.toLowerCase());

/** Returns the mode of Database Insights with the days of history that RDS requires for it: at least 465 for advanced. */
function getInsights({ insightsMode, performanceInsights }: DatabaseContext["args"]) {
  const days = insightsMode === "advanced" ? 465 : 7;
  return insightsMode === undefined
    ? {}
    : {
        databaseInsightsMode: insightsMode,
        performanceInsightsRetentionPeriod: pulumi
          .output(performanceInsights)
          .apply((isOn) => (isOn ? days : undefined)),
      };
}
