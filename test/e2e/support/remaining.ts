import { ListCertificatesCommand } from "@aws-sdk/client-acm";
import { ListBackupPlansCommand, ListBackupVaultsCommand } from "@aws-sdk/client-backup";
import { ListDistributionsCommand } from "@aws-sdk/client-cloudfront";
import { DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand, DescribeQueryDefinitionsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeFlowLogsCommand,
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeApplicationsCommand, DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import {
  ListInstanceProfilesCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { ListAliasesCommand } from "@aws-sdk/client-kms";
import {
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventSubscriptionsCommand,
} from "@aws-sdk/client-rds";
import { ListHealthChecksCommand } from "@aws-sdk/client-route-53";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { ListConfigurationSetsCommand, ListEmailIdentitiesCommand } from "@aws-sdk/client-sesv2";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { DescribeParametersCommand, ListDocumentsCommand } from "@aws-sdk/client-ssm";
import { ListIPSetsCommand, ListWebACLsCommand } from "@aws-sdk/client-wafv2";
import type { clientsOf } from "./clients";

/** Everything that stands in an account, by kind; what AWS makes of its own accord is left out. */
export async function leftIn(aws: ReturnType<typeof clientsOf>): Promise<string[]> {
  const kinds: Record<string, Promise<(string | undefined)[] | undefined>> = {
    alarm: aws.cloudWatch
      .send(new DescribeAlarmsCommand({}))
      .then(({ MetricAlarms }) => MetricAlarms?.map(({ AlarmName }) => AlarmName)),
    application: aws.beanstalk
      .send(new DescribeApplicationsCommand({}))
      .then(({ Applications }) => Applications?.map(({ ApplicationName }) => ApplicationName)),
    "backup plan": aws.backup
      .send(new ListBackupPlansCommand({}))
      .then(({ BackupPlansList }) => BackupPlansList?.map(({ BackupPlanName }) => BackupPlanName)),
    "backup vault": aws.backup
      .send(new ListBackupVaultsCommand({}))
      .then(({ BackupVaultList }) => BackupVaultList?.map(({ BackupVaultName }) => BackupVaultName)),
    bucket: aws.s3
      .send(new ListBucketsCommand({}))
      .then(({ Buckets }) => Buckets?.map(({ Name }) => Name))
      .then((names) => names?.filter((name) => !name?.startsWith("elasticbeanstalk-"))),
    certificate: aws.acm
      .send(new ListCertificatesCommand({}))
      .then(({ CertificateSummaryList }) => CertificateSummaryList?.map(({ DomainName }) => DomainName)),
    "configuration set": aws.mail
      .send(new ListConfigurationSetsCommand({}))
      .then(({ ConfigurationSets }) => ConfigurationSets),
    dashboard: aws.cloudWatch
      .send(new ListDashboardsCommand({}))
      .then(({ DashboardEntries }) => DashboardEntries?.map(({ DashboardName }) => DashboardName)),
    database: aws.rds
      .send(new DescribeDBInstancesCommand({}))
      .then(({ DBInstances }) => DBInstances?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)),
    distribution: aws.cloudFront
      .send(new ListDistributionsCommand({}))
      .then(({ DistributionList }) => DistributionList?.Items?.map(({ Comment }) => Comment)),
    document: aws.ssm
      .send(new ListDocumentsCommand({ Filters: [{ Key: "Owner", Values: ["Self"] }] }))
      .then(({ DocumentIdentifiers }) => DocumentIdentifiers?.map(({ Name }) => Name)),
    "key alias": aws.kms
      .send(new ListAliasesCommand({}))
      .then(({ Aliases }) => Aliases?.map(({ AliasName }) => AliasName))
      .then((names) => names?.filter((name) => !name?.startsWith("alias/aws/"))),
    environment: aws.beanstalk
      .send(new DescribeEnvironmentsCommand({ IncludeDeleted: false }))
      .then(({ Environments }) => Environments?.map(({ EnvironmentName }) => EnvironmentName)),
    "elastic IP": aws.ec2
      .send(new DescribeAddressesCommand({}))
      .then(({ Addresses }) => Addresses?.map(({ PublicIp }) => PublicIp)),
    "flow log": aws.ec2
      .send(new DescribeFlowLogsCommand({}))
      .then(({ FlowLogs }) => FlowLogs?.map(({ FlowLogId }) => FlowLogId)),
    "NAT gateway": aws.ec2
      .send(new DescribeNatGatewaysCommand({ Filter: [{ Name: "state", Values: ["pending", "available"] }] }))
      .then(({ NatGateways }) => NatGateways?.map(({ NatGatewayId }) => NatGatewayId)),
    VPC: aws.ec2
      .send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["false"] }] }))
      .then(({ Vpcs }) => Vpcs?.map(({ VpcId }) => VpcId)),
    "VPC endpoint": aws.ec2
      .send(new DescribeVpcEndpointsCommand({}))
      .then(({ VpcEndpoints }) => VpcEndpoints?.filter(({ State }) => !/^delet/i.test(State ?? "")))
      .then((endpoints) => endpoints?.map(({ VpcEndpointId }) => VpcEndpointId)),
    "event rule": aws.events
      .send(new ListRulesCommand({}))
      .then(({ Rules }) => Rules?.map(({ Name }) => Name)),
    "event subscription": aws.rds
      .send(new DescribeEventSubscriptionsCommand({}))
      .then(({ EventSubscriptionsList }) =>
        EventSubscriptionsList?.map(({ CustSubscriptionId }) => CustSubscriptionId),
      ),
    "health check": aws.route53
      .send(new ListHealthChecksCommand({}))
      .then(({ HealthChecks }) =>
        HealthChecks?.map(({ HealthCheckConfig: check }) => check?.FullyQualifiedDomainName),
      ),
    identity: aws.mail
      .send(new ListEmailIdentitiesCommand({}))
      .then(({ EmailIdentities }) => EmailIdentities?.map(({ IdentityName }) => IdentityName)),
    "instance profile": aws.iam
      .send(new ListInstanceProfilesCommand({}))
      .then(({ InstanceProfiles }) =>
        InstanceProfiles?.map(({ InstanceProfileName }) => InstanceProfileName),
      ),
    schedule: aws.scheduler
      .send(new ListSchedulesCommand({}))
      .then(({ Schedules }) => Schedules?.map(({ Name }) => Name)),
    "IP set": aws.waf
      .send(new ListIPSetsCommand({ Scope: "REGIONAL" }))
      .then(({ IPSets }) => IPSets?.map(({ Name }) => Name)),
    "log group": aws.logs
      .send(new DescribeLogGroupsCommand({}))
      .then(({ logGroups }) => logGroups?.map(({ logGroupName }) => logGroupName)),
    parameter: aws.ssm
      .send(new DescribeParametersCommand({ MaxResults: 50 }))
      .then(({ Parameters }) => Parameters?.map(({ Name }) => Name)),
    "parameter group": aws.rds
      .send(new DescribeDBParameterGroupsCommand({}))
      .then(({ DBParameterGroups }) =>
        DBParameterGroups?.map(({ DBParameterGroupName }) => DBParameterGroupName),
      ),
    policy: aws.iam
      .send(new ListPoliciesCommand({ Scope: "Local" }))
      .then(({ Policies }) => Policies?.map(({ PolicyName }) => PolicyName)),
    // RDS keeps the backups of an ended replication for their days.
    "replicated backup": aws.rds
      .send(new DescribeDBInstanceAutomatedBackupsCommand({}))
      .then(({ DBInstanceAutomatedBackups }) =>
        DBInstanceAutomatedBackups?.filter(({ Status }) => Status === "replicating"),
      )
      .then((backups) => backups?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)),
    queue: aws.sqs.send(new ListQueuesCommand({})).then(({ QueueUrls }) => QueueUrls),
    role: aws.iam
      .send(new ListRolesCommand({}))
      .then(({ Roles }) => Roles?.filter(({ Path }) => !Path?.startsWith("/aws-service-role/")))
      .then((roles) => roles?.map(({ RoleName }) => RoleName)),
    "saved query": aws.logs
      .send(new DescribeQueryDefinitionsCommand({}))
      .then(({ queryDefinitions }) => queryDefinitions?.map(({ name }) => name)),
    "security group": aws.ec2
      .send(new DescribeSecurityGroupsCommand({}))
      .then(({ SecurityGroups }) => SecurityGroups?.map(({ GroupName }) => GroupName))
      .then((names) => names?.filter((name) => name !== "default")),
    snapshot: aws.rds
      .send(new DescribeDBSnapshotsCommand({ SnapshotType: "manual" }))
      .then(({ DBSnapshots }) => DBSnapshots?.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)),
    "subnet group": aws.rds
      .send(new DescribeDBSubnetGroupsCommand({}))
      .then(({ DBSubnetGroups }) => DBSubnetGroups?.map(({ DBSubnetGroupName }) => DBSubnetGroupName)),
    topic: aws.sns
      .send(new ListTopicsCommand({}))
      .then(({ Topics }) => Topics?.map(({ TopicArn }) => TopicArn)),
    user: aws.iam.send(new ListUsersCommand({})).then(({ Users }) => Users?.map(({ UserName }) => UserName)),
    "web ACL": aws.waf
      .send(new ListWebACLsCommand({ Scope: "REGIONAL" }))
      .then(({ WebACLs }) => WebACLs?.map(({ Name }) => Name)),
  };
  const names = await Promise.all(
    Object.entries(kinds).map(async ([kind, list]) =>
      ((await list) ?? []).map((name) => `${kind} ${name ?? ""}`).sort(),
    ),
  );
  return names.flat();
}
