import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as rds from "@pulumi/aws/rds";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { defaultVpcId, subnetIdsOf } from "./network";
import { serviceRole } from "./service-role";

/** What may be chosen of a database; the rest follows from where it stands. */
export interface DatabaseOptions {
  /** RDS instance class. Default "db.t3.medium", the smallest that the application's guide allows. Changed in place, with a restart. */
  instanceClass?: pulumi.Input<string>;
  /**
   * Major version of PostgreSQL ("17"), or an exact one, read when the instance is created: RDS keeps the minor version
   * current from then on. Default "17". A higher major needs `allowMajorVersionUpgrade`.
   */
  engineVersion?: string;
  /** Takes the instance to `engineVersion` now, also a higher major, in place and with downtime. Default false. */
  allowMajorVersionUpgrade?: boolean;
  /** GiB of storage at first, 20–59,578. Default 20, or the snapshot's. Storage grows and never shrinks. */
  allocatedStorage?: pulumi.Input<number>;
  /** GiB to which RDS lets the storage grow by itself, a tenth more than it has at least: the application makes a database for each upload. Default 100. */
  maxAllocatedStorage?: pulumi.Input<number>;
  /** Keeps a standby in a second availability zone, at twice the price. Default false. */
  multiAz?: pulumi.Input<boolean>;
  /** Days of automated backups, 0–35. Default 7. */
  backupRetentionPeriod?: pulumi.Input<number>;
  /** AWS refuses to delete the instance as long as this is true. Default true. */
  deletionProtection?: pulumi.Input<boolean>;
  /** The master user, 1–16 letters, digits and underscores. Default "beo_datastore". Changing it replaces the instance. */
  username?: pulumi.Input<string>;
  /**
   * Encrypts the storage of a new instance; one from a snapshot is as the snapshot. Default true. RDS encrypts no storage
   * in place, so a change does nothing.
   */
  storageEncrypted?: pulumi.Input<boolean>;
  /** An existing subnet group, for an instance that stands in one: AWS moves none within its VPC. Default: one is made. */
  subnetGroupName?: pulumi.Input<string>;
  /** Security groups beside our own, as long as clients come by them. None by default. */
  additionalSecurityGroupIds?: pulumi.Input<string>[];
  /** A snapshot to start from, with its size, read when the instance is created. A change of it does nothing. */
  snapshotIdentifier?: pulumi.Input<string>;
  /** Seconds between samples of enhanced monitoring: 0 (off), 1, 5, 10, 15, 30 or 60. Default 0. */
  monitoringInterval?: number;
  /** Performance Insights, with seven days of history at no charge. Default false. */
  performanceInsights?: pulumi.Input<boolean>;
  /** Makes changes at once and not in the weekly maintenance window. Default false. */
  applyImmediately?: pulumi.Input<boolean>;
  /** Days that the database's logs are kept in CloudWatch. Default 30. */
  logRetentionDays?: pulumi.Input<number>;
}

/** A PostgreSQL database. */
export interface DatabaseArgs extends DatabaseOptions {
  /** The instance's identifier: 1–63 letters, digits and single hyphens, first a letter. A change renames it, and its host. */
  identifier: pulumi.Input<string>;
  /** The database that is made in it. Default: only `postgres`. Changing it replaces the instance. */
  databaseName?: pulumi.Input<string>;
  /** The master user's password: 8–128 letters and digits. Default: made up. Changed in place. */
  password?: pulumi.Input<string>;
  /** The VPC. Default: the account's default VPC. */
  vpcId?: pulumi.Input<string>;
  /** Subnets in at least two availability zones, unless `subnetGroupName` is given. Default: the default VPC's. */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** The security groups whose members may connect. None by default. */
  clientSecurityGroupIds?: pulumi.Input<string>[];
  /**
   * Protects the data: Pulumi refuses to delete or replace the instance, and a snapshot is taken should it be deleted
   * after all. Default true.
   */
  protect?: boolean;
  /** Tags of everything that takes tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const port = 5432;

/** A private, encrypted RDS PostgreSQL instance that takes connections over TLS, from its clients' groups only. */
export class Database extends pulumi.ComponentResource {
  /** Host name, without the port. */
  readonly host: pulumi.Output<string>;
  /** 5432. */
  readonly port: pulumi.Output<number>;
  /** The database that was made in the instance. */
  readonly databaseName: pulumi.Output<string>;
  /** The master user. */
  readonly username: pulumi.Output<string>;
  /** The master user's password; a secret. */
  readonly password: pulumi.Output<string>;
  /** The instance's identifier. */
  readonly identifier: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Database", name, {}, opts);
    const { identifier, tags } = args;
    const parent = { parent: this };
    const protect = args.protect ?? true;
    const engineVersion = args.engineVersion ?? "17";
    const major = engineVersion.split(".", 1)[0] ?? engineVersion;
    const monitoringInterval = args.monitoringInterval ?? 0;

    const password =
      args.password ??
      new random.RandomPassword(`${name}-password`, { length: 40, special: false }, parent).result;
    const vpcId = args.vpcId ?? defaultVpcId(this);
    const subnetGroupName =
      args.subnetGroupName ??
      new rds.SubnetGroup(
        `${name}-subnets`,
        {
          subnetIds: args.subnetIds ?? subnetIdsOf(vpcId, this),
          description: "Subnets of the database",
          tags,
        },
        parent,
      ).name;
    const parameters = new rds.ParameterGroup(
      // The family is part of a group, so each major version has one of its own.
      `${name}-postgres${major}`,
      {
        family: `postgres${major}`,
        description: "TLS for every connection",
        // A static parameter: with "immediate" every preview would show a difference.
        parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" }],
        tags,
      },
      parent,
    );
    const securityGroup = new ec2.SecurityGroup(
      `${name}-access`,
      { vpcId, description: "The database", tags },
      parent,
    );
    for (const [index, clientId] of (args.clientSecurityGroupIds ?? []).entries()) {
      new vpc.SecurityGroupIngressRule(
        `${name}-access-in-${index}`,
        {
          securityGroupId: securityGroup.id,
          description: "Clients of the database",
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          referencedSecurityGroupId: clientId,
          tags,
        },
        parent,
      );
    }
    // Made before the instance, which would make them without a retention.
    const logs = ["postgresql", "upgrade"];
    const logGroups = logs.map(
      (log) =>
        new cloudwatch.LogGroup(
          `${name}-${log}-log`,
          {
            name: pulumi.interpolate`/aws/rds/instance/${identifier}/${log}`,
            retentionInDays: args.logRetentionDays ?? 30,
            tags,
          },
          parent,
        ),
    );
    const finalSnapshot = protect
      ? // Random, since a fixed name would be taken the second time, and kept until the instance goes.
        pulumi.interpolate`${identifier}-final-${new random.RandomId(`${name}-final-snapshot`, { byteLength: 4 }, parent).hex}`
      : undefined;

    const monitoring =
      monitoringInterval > 0
        ? serviceRole(
            `${name}-monitoring`,
            {
              service: "monitoring.rds.amazonaws.com",
              managedPolicies: ["service-role/AmazonRDSEnhancedMonitoringRole"],
              tags,
            },
            this,
          )
        : undefined;

    const instance = new rds.Instance(
      `${name}-instance`,
      {
        identifier,
        engine: "postgres",
        engineVersion,
        // Extended Support is not bought unawares: AWS upgrades the major version at the end of its support.
        engineLifecycleSupport: "open-source-rds-extended-support-disabled",
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: args.allowMajorVersionUpgrade ?? false,
        instanceClass: args.instanceClass ?? "db.t3.medium",
        // RDS restores a snapshot at its size, and refuses to shrink it.
        allocatedStorage: args.snapshotIdentifier === undefined ? (args.allocatedStorage ?? 20) : undefined,
        maxAllocatedStorage: args.maxAllocatedStorage ?? 100,
        storageType: "gp3",
        storageEncrypted: args.storageEncrypted ?? true,
        dbName: args.databaseName,
        username: args.username ?? "beo_datastore",
        password,
        port,
        publiclyAccessible: false,
        dbSubnetGroupName: subnetGroupName,
        vpcSecurityGroupIds: [securityGroup.id, ...(args.additionalSecurityGroupIds ?? [])],
        parameterGroupName: parameters.name,
        multiAz: args.multiAz ?? false,
        backupRetentionPeriod: args.backupRetentionPeriod ?? 7,
        copyTagsToSnapshot: true,
        deletionProtection: args.deletionProtection ?? true,
        skipFinalSnapshot: !protect,
        finalSnapshotIdentifier: finalSnapshot,
        snapshotIdentifier: args.snapshotIdentifier,
        enabledCloudwatchLogsExports: logs,
        performanceInsightsEnabled: args.performanceInsights ?? false,
        monitoringInterval,
        monitoringRoleArn: monitoring?.role.arn,
        applyImmediately: args.applyImmediately ?? false,
        tags,
      },
      {
        ...parent,
        protect,
        deleteBeforeReplace: true,
        dependsOn: [...logGroups, ...(monitoring?.policies ?? [])],
        ignoreChanges: [
          // AWS asks these when an instance is made, and never again.
          "engineLifecycleSupport",
          "snapshotIdentifier",
          "storageEncrypted",
          // RDS moves the minor version by itself, and takes ours for a downgrade.
          ...(args.allowMajorVersionUpgrade ? [] : ["engineVersion"]),
        ],
      },
    );

    this.host = instance.address;
    this.port = instance.port;
    this.databaseName = instance.dbName;
    this.username = instance.username;
    this.password = pulumi.secret(password);
    this.identifier = instance.identifier;
    this.registerOutputs({
      host: this.host,
      port: this.port,
      databaseName: this.databaseName,
      username: this.username,
      password: this.password,
      identifier: this.identifier,
    });
  }
}
