import {
  expectInput,
  findMismatch,
  inProduction,
  toBe,
  toBeAtLeast,
  toBeFalse,
  toBeSet,
  isTrue,
  toBeTrue,
  toObjects,
  toStrings,
} from "../checks";
import { types } from "../resource-types";
import { ofTypes, type Check, type Resource, type RuleDefinition } from "../rule";
import { find, some, unlessUnknown } from "../unknown-values";

/** Rules on RDS instances, their parameter groups and their subnet groups. */
export const rds: RuleDefinition[] = [
  {
    name: "rds-instance-public-access-check",
    title: "RDS instances should not be publicly accessible",
    severity: "critical",
    controls: ["RDS.2", "CIS v5.0.0/2.2.3"],
    remediation: "Set publiclyAccessible to false.",
    types: types.databaseOrMember,
    check(database, report) {
      const { props } = database;
      report(
        () =>
          (isTrue(props.publiclyAccessible) || (!isMember(database) && !isReplica(database))) &&
          findMismatch("publiclyAccessible", props.publiclyAccessible, toBeFalse),
      );
    },
  },
  {
    name: "rds-deployed-in-vpc",
    title: "RDS instances should be deployed in a subnet group of a VPC",
    severity: "high",
    controls: ["RDS.18"],
    remediation: "Set dbSubnetGroupName to a subnet group with private subnets.",
    types: types.databaseOrCluster,
    check: unlessReplica(expectInput("dbSubnetGroupName", toBeSet)),
  },
  {
    name: "rds-storage-encrypted",
    title: "RDS instances should have encryption at rest enabled",
    severity: "high",
    controls: ["RDS.3", "RDS.27", "CIS v5.0.0/2.2.1"],
    remediation:
      "Set storageEncrypted to true. To encrypt an existing instance, restore it from an encrypted copy of a snapshot.",
    types: types.databaseOrCluster,
    check: expectInput("storageEncrypted", toBeTrue),
  },
  {
    name: "rds-instance-backup-enabled",
    title: "RDS instances should have automated backups with a minimum retention period",
    severity: "medium",
    controls: ["RDS.11"],
    remediation: "Set backupRetentionPeriod to this number of days or more.",
    types: types.databaseOrCluster,
    settings: {
      minimumDays: {
        type: "integer",
        default: 7,
        minimum: 1,
        description: "Minimum retention period of automated backups, in days",
      },
    },
    check: unlessReplica(({ props }, report, context) => {
      const minimum = toBeAtLeast(Number(context.setting("minimumDays")));
      report(() => findMismatch("backupRetentionPeriod", props.backupRetentionPeriod, minimum));
    }),
  },
  {
    name: "rds-automatic-minor-version-upgrade-enabled",
    title: "RDS instances should have automatic minor version upgrades enabled",
    severity: "high",
    controls: ["RDS.13", "CIS v5.0.0/2.2.2"],
    remediation: "Set autoMinorVersionUpgrade to true.",
    types: types.databaseOrMember,
    check(database, report) {
      const { autoMinorVersionUpgrade = isMember(database) ? true : undefined } = database.props;
      report(() => findMismatch("autoMinorVersionUpgrade", autoMinorVersionUpgrade, toBeTrue));
    },
  },
  {
    name: "rds-postgresql-logs-to-cloudwatch",
    title: "RDS for PostgreSQL instances should publish logs to CloudWatch Logs",
    severity: "medium",
    controls: ["RDS.36", "RDS.37"],
    remediation: 'Add "postgresql" to enabledCloudwatchLogsExports.',
    types: types.databaseOrCluster,
    check({ props }, report) {
      report(
        () =>
          ["postgres", "aurora-postgresql"].some((engine) => engine === props.engine) &&
          !some(toStrings(props.enabledCloudwatchLogsExports), (log) => log === "postgresql") &&
          'enabledCloudwatchLogsExports does not contain "postgresql"; expected it there.',
      );
    },
  },
  {
    name: "rds-postgres-instance-encrypted-in-transit",
    title: "RDS for PostgreSQL instances should require TLS connections",
    severity: "medium",
    controls: ["RDS.38"],
    remediation: "Set the parameter rds.force_ssl to 1.",
    types: types.parameterGroup,
    check({ props }, report) {
      report(() => {
        const [, aurora, version] = /(aurora-)?postgres(?:ql)?(\d+)/.exec(String(props.family)) ?? [];
        const wrong = find(
          toObjects(props.parameters),
          ({ name, value }) => name === "rds.force_ssl" && String(value) !== "1",
        );
        if (version === undefined || wrong !== undefined) {
          return wrong !== undefined && findMismatch("rds.force_ssl", String(wrong.value), toBe("1"));
        }
        // The default is 1 from PostgreSQL 15 on, in Aurora from 17 on.
        const isDefault = Number(version) >= (aurora === undefined ? 15 : 17);
        return (
          !isDefault &&
          !some(toObjects(props.parameters), ({ name }) => name === "rds.force_ssl") &&
          findMismatch("rds.force_ssl", undefined, toBe("1"))
        );
      });
    },
  },
  {
    name: "rds-proxy-tls-encryption",
    title: "RDS DB proxies should require TLS encryption for connections",
    severity: "medium",
    controls: ["RDS.43"],
    remediation: "Set requireTls to true.",
    types: types.databaseProxy,
    check: expectInput("requireTls", toBeTrue),
  },
  {
    name: "rds-instance-event-notifications",
    title: "RDS event notification subscriptions should be configured for critical database instance events",
    severity: "low",
    controls: ["RDS.20"],
    remediation:
      "Add maintenance, configuration change and failure to eventCategories, and leave enabled out or set it to true.",
    types: types.eventSubscription,
    check({ props }, report) {
      report(() => {
        if (props.sourceType !== undefined && props.sourceType !== "db-instance") {
          return undefined;
        }
        if (props.enabled === false) {
          return findMismatch("enabled", false, toBeTrue);
        }
        const categories = toStrings(props.eventCategories);
        const missing = ["maintenance", "configuration change", "failure"].find(
          (category) => !some(categories, (read) => read === category),
        );
        // Without categories all events are sent.
        return (
          props.eventCategories !== undefined &&
          missing !== undefined &&
          `eventCategories does not contain "${missing}"; expected it there.`
        );
      });
    },
  },
  {
    name: "rds-custom-master-username",
    title: "RDS instances should use a custom master username",
    severity: "medium",
    controls: ["RDS.25", "RDS.24"],
    remediation:
      "Set username, or masterUsername of a cluster, to a custom name. This replaces the database.",
    types: types.databaseOrCluster,
    check: unlessReplica(({ type, props }, report) => {
      const input = type.endsWith(":Cluster") ? "masterUsername" : "username";
      // A database restored from a snapshot keeps the username of the snapshot.
      report(
        () =>
          props.snapshotIdentifier === undefined &&
          findMismatch(input, props[input], {
            isMet: (username) => !["postgres", "admin", "undefined"].includes(String(username).toLowerCase()),
            description: 'a name other than "postgres" and "admin"',
          }),
      );
    }),
  },
  {
    name: "rds-instance-copy-tags-to-snapshots-enabled",
    title: "RDS instances should copy their tags to snapshots",
    level: "advisory",
    severity: "low",
    controls: ["RDS.17"],
    remediation: "Set copyTagsToSnapshot to true.",
    types: types.database,
    check: expectInput("copyTagsToSnapshot", toBeTrue),
  },
  {
    name: "rds-multi-az-support",
    title: "RDS instances in production should be Multi-AZ deployments",
    severity: "medium",
    controls: ["RDS.5", "CIS v5.0.0/2.2.4"],
    remediation: "Set multiAz to true.",
    types: types.database,
    check: inProduction(expectInput("multiAz", toBeTrue)),
  },
  {
    name: "rds-instance-deletion-protection-enabled",
    title: "RDS instances in production should have deletion protection enabled",
    severity: "low",
    controls: ["RDS.8", "RDS.7"],
    remediation: "Set deletionProtection to true.",
    types: types.databaseOrCluster,
    check: inProduction(expectInput("deletionProtection", toBeTrue)),
  },
  {
    name: "rds-final-snapshot-enabled",
    title: "RDS instances in production should create a final snapshot when they are deleted",
    severity: "high",
    remediation: "Set skipFinalSnapshot to false and finalSnapshotIdentifier to a unique name.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    types: types.databaseOrCluster,
    check: inProduction(
      unlessReplica(({ props }, report) => {
        report(
          () =>
            findMismatch("skipFinalSnapshot", props.skipFinalSnapshot, toBeFalse) ||
            findMismatch("finalSnapshotIdentifier", props.finalSnapshotIdentifier, toBeSet),
        );
      }),
    ),
  },
  {
    name: "rds-pulumi-protect-enabled",
    title: "RDS instances in production should have the Pulumi option protect",
    severity: "high",
    remediation:
      "Set the resource option protect to true, so that Pulumi does not delete or replace the instance.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
    types: types.databaseOrCluster,
    check: inProduction(({ protect }, report) => {
      report(() => findMismatch("the resource option protect", protect, toBeTrue));
    }),
  },
  {
    name: "rds-snapshots-public-prohibited",
    title: "RDS snapshots should be private",
    severity: "critical",
    controls: ["RDS.1"],
    remediation: "Name the accounts that need the snapshot in sharedAccounts.",
    types: types.databaseSnapshot,
    check({ props }, report) {
      report(
        () =>
          some(toStrings(props.sharedAccounts), (account) => account === "all") &&
          'sharedAccounts contains "all"; expected named accounts.',
      );
    },
  },
  {
    name: "rds-enhanced-monitoring-enabled",
    title: "RDS instances should have enhanced monitoring enabled",
    level: "advisory",
    severity: "low",
    controls: ["RDS.6"],
    remediation: "Set monitoringInterval to 60 and monitoringRoleArn to a role.",
    types: types.database,
    check: expectInput("monitoringInterval", toBeAtLeast(1)),
  },
  {
    name: "rds-instance-iam-authentication-enabled",
    title: "RDS instances should have IAM authentication enabled",
    level: "advisory",
    severity: "medium",
    controls: ["RDS.10"],
    remediation:
      "Set iamDatabaseAuthenticationEnabled to true if the application supports it. BEO Datastore does not yet.",
    types: types.database,
    check: expectInput("iamDatabaseAuthenticationEnabled", toBeTrue),
  },
  {
    name: "rds-no-extended-support",
    title: "RDS instances should not enroll in RDS Extended Support",
    level: "advisory",
    severity: "low",
    remediation:
      "Set engineLifecycleSupport to open-source-rds-extended-support-disabled. It can be set only when the instance is created or restored.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html",
    types: types.database,
    check: expectInput("engineLifecycleSupport", toBe("open-source-rds-extended-support-disabled")),
  },
  {
    name: "rds-instance-subnet-igw-check",
    title: "RDS instances should not be deployed in public subnets with routes to internet gateways",
    severity: "high",
    controls: ["RDS.46"],
    remediation: "Use subnets whose route tables have no route to an internet gateway.",
    types: types.subnetGroup,
    checkInStack(group, report, _context, stack) {
      report(
        () =>
          getPublicSubnets(stack).some((urn) => group.refersTo("subnetIds").includes(urn)) &&
          "subnetIds contains a subnet with a route to an internet gateway; expected private subnets.",
      );
    },
  },
  {
    name: "rds-subnets-in-stack",
    title: "RDS subnet groups should use subnets of the stack, whose routes the policies can check",
    level: "advisory",
    severity: "low",
    controls: ["RDS.46"],
    remediation:
      "Use private subnets created for the database. The subnets of a default VPC have a route to the internet gateway, although an instance without a public address cannot be reached over it.",
    types: types.subnetGroup,
    checkInStack(group, report, _context, stack) {
      const subnets = ofTypes(stack, types.subnet).map(({ urn }) => urn);
      report(
        () =>
          !group.refersTo("subnetIds").some((urn) => subnets.includes(urn)) &&
          "subnetIds contains no subnet of this stack; expected subnets whose routes are known.",
      );
    },
  },
];

/** Whether an instance replicates another one, whose username, backups and subnet group it has. */
function isReplica({ props }: Resource): boolean {
  return props.replicateSourceDb !== undefined || props.replicationSourceIdentifier !== undefined;
}

function isMember({ type }: Resource): boolean {
  return type.endsWith(":ClusterInstance");
}

function unlessReplica(check: Check): Check {
  return (database, report, context) => {
    // An unknown source is a source.
    if (!unlessUnknown(() => isReplica(database), true)) {
      check(database, report, context);
    }
  };
}

/** Returns the URNs of the subnets whose route table has a route to an internet gateway. */
function getPublicSubnets(stack: Resource[]): string[] {
  const urnsOf = (list: readonly string[]) => ofTypes(stack, list).map(({ urn }) => urn);
  const refers = (resource: Resource, input: string, urns: string[]) =>
    resource.refersTo(input).some((urn) => urns.includes(urn));
  const gateways = urnsOf(types.internetGateway);
  const tables = [
    ...ofTypes(stack, [...types.routeTable, ...types.defaultRouteTable])
      .filter((table) => refers(table, "routes", gateways))
      .map(({ urn }) => urn),
    ...ofTypes(stack, types.route)
      .filter((route) => refers(route, "gatewayId", gateways))
      .flatMap(({ refersTo }) => refersTo("routeTableId")),
  ];
  // The main table of a VPC is that of all subnets that have no association.
  const networks = [
    ...tables,
    ...ofTypes(stack, types.defaultRouteTable)
      .filter(({ urn }) => tables.includes(urn))
      .flatMap(({ refersTo }) => refersTo("defaultRouteTableId")),
    ...ofTypes(stack, types.mainRouteTableAssociation)
      .filter((association) => refers(association, "routeTableId", tables))
      .flatMap(({ refersTo }) => refersTo("vpcId")),
  ];
  const associations = ofTypes(stack, types.routeTableAssociation);
  const associated = associations.flatMap(({ refersTo }) => refersTo("subnetId"));
  return [
    ...associations
      .filter((association) => refers(association, "routeTableId", tables))
      .flatMap(({ refersTo }) => refersTo("subnetId")),
    ...ofTypes(stack, types.subnet)
      .filter((subnet) => !associated.includes(subnet.urn) && refers(subnet, "vpcId", networks))
      .map(({ urn }) => urn),
  ];
}
