import { ListCertificatesCommand, ListTagsForCertificateCommand } from "@aws-sdk/client-acm";
import { DescribePoliciesCommand } from "@aws-sdk/client-auto-scaling";
import {
  ListTagsForResourceCommand as ListAlarmTagsCommand,
  paginateDescribeAlarms,
  paginateListDashboards,
} from "@aws-sdk/client-cloudwatch";
import {
  DescribeQueryDefinitionsCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as ListLogGroupTagsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupRulesCommand, paginateDescribeSecurityGroups } from "@aws-sdk/client-ec2";
import {
  DescribeApplicationsCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentResourcesCommand,
  ListTagsForResourceCommand as ListBeanstalkTagsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  DescribeListenersCommand,
  DescribeTagsCommand as DescribeListenerTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  DescribeDBInstancesCommand,
  DescribeEventSubscriptionsCommand,
  ListTagsForResourceCommand as ListDatabaseTagsCommand,
  paginateDescribeDBParameterGroups,
  paginateDescribeDBSubnetGroups,
} from "@aws-sdk/client-rds";
import {
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand as ListRoute53TagsCommand,
  paginateListHealthChecks,
} from "@aws-sdk/client-route-53";
import { GetBucketTaggingCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetConfigurationSetCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { ListTagsForResourceCommand as ListTopicTagsCommand, paginateListTopics } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, ListQueueTagsCommand } from "@aws-sdk/client-sqs";
import {
  DescribeDocumentCommand,
  DescribeParametersCommand,
  ListTagsForResourceCommand as ListParameterTagsCommand,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { PlannedResource } from "../../plan/plan";
import { ignoreMissing } from "../adopt/matcher";
import { findZone, listZones } from "../adopt/records";
import type { StateResource } from "../state";
import type { Clients } from "../aws-clients";
import type { EnvironmentStatus } from "./environments";
import { collect, type ExistingResource, getFixedName, getIds, toTags } from "./existing";
import { findIdentityResources } from "./inventory-iam";

/** What the search depends on. */
export interface Scope {
  aws: Clients;
  planned: PlannedResource[];
  state: StateResource[];
  environments: EnvironmentStatus[];
}

/** The searches, and the IAM actions that each needs. */
export const finders: { find: (scope: Scope) => Promise<ExistingResource[]>; actions: string[] }[] = [
  { find: findDatabases, actions: ["rds:DescribeDBInstances"] },
  {
    find: findDatabaseGroups,
    actions: ["rds:DescribeDBSubnetGroups", "rds:DescribeDBParameterGroups", "rds:ListTagsForResource"],
  },
  { find: findBuckets, actions: ["s3:ListAllMyBuckets", "s3:GetBucketTagging"] },
  { find: findQueues, actions: ["sqs:GetQueueUrl", "sqs:ListQueueTags"] },
  {
    find: findIdentityResources,
    actions: ["iam:ListUsers", "iam:ListRoles", "iam:ListInstanceProfiles", "iam:GetUser", "iam:GetRole"],
  },
  { find: findSecurityGroups, actions: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"] },
  { find: findParameters, actions: ["ssm:DescribeParameters", "ssm:ListTagsForResource"] },
  {
    find: findAlarms,
    actions: ["cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards", "cloudwatch:ListTagsForResource"],
  },
  { find: findLogGroups, actions: ["logs:DescribeLogGroups", "logs:ListTagsForResource"] },
  { find: findDocuments, actions: ["ssm:DescribeDocument"] },
  { find: findQueries, actions: ["logs:DescribeQueryDefinitions", "sts:GetCallerIdentity"] },
  { find: findTopics, actions: ["sns:ListTopics", "sns:ListTagsForResource"] },
  {
    find: findEventSubscriptions,
    actions: ["rds:DescribeEventSubscriptions", "rds:ListTagsForResource"],
  },
  { find: findHealthChecks, actions: ["route53:ListHealthChecks", "route53:ListTagsForResource"] },
  { find: findMail, actions: ["ses:GetEmailIdentity", "ses:GetConfigurationSet"] },
  {
    find: findApplications,
    actions: ["elasticbeanstalk:DescribeApplications", "elasticbeanstalk:ListTagsForResource"],
  },
  {
    find: findVersions,
    actions: ["elasticbeanstalk:DescribeApplicationVersions", "elasticbeanstalk:ListTagsForResource"],
  },
  {
    find: findEnvironments,
    actions: ["elasticbeanstalk:DescribeEnvironments", "elasticbeanstalk:ListTagsForResource"],
  },
  {
    find: findScalingPolicies,
    actions: ["elasticbeanstalk:DescribeEnvironmentResources", "autoscaling:DescribePolicies"],
  },
  {
    find: findListeners,
    actions: ["elasticbeanstalk:DescribeEnvironmentResources", "elasticloadbalancing:DescribeListeners"],
  },
  { find: findCertificates, actions: ["acm:ListCertificates", "acm:ListTagsForCertificate"] },
  { find: findRecords, actions: ["route53:ListHostedZones", "route53:ListResourceRecordSets"] },
];

/** Searches AWS for everything that the program creates and that can be left behind by an interrupted run. */
export async function findExisting(scope: Scope): Promise<ExistingResource[]> {
  return (await Promise.all(finders.map(({ find }) => find(scope)))).flat();
}

/** The names of a type that the program or the state fixes. */
function getNames({ planned, state }: Scope, type: string): string[] {
  return [
    ...new Set(
      [...planned, ...state].flatMap((resource) =>
        resource.type === type ? (getFixedName(type, resource.inputs) ?? []) : [],
      ),
    ),
  ];
}

/** Whether the program or the state has a resource of a type; AWS need not be asked for others. */
function hasType({ planned, state }: Scope, type: string): boolean {
  return [...planned, ...state].some((resource) => resource.type === type);
}

/** The other regions in which the program or the state has resources of a type. */
function getOtherRegions({ planned, state }: Scope, type: string): string[] {
  const regions = [...planned, ...state].flatMap((resource) =>
    resource.type === type && typeof resource.inputs?.region === "string" ? resource.inputs.region : [],
  );
  return [...new Set(regions)];
}

/** Whether a name begins with a planned one: its fixed name, or the logical name, from which Pulumi generates one. */
function hasPlannedName({ planned }: Scope, type: string, name: string): boolean {
  return planned.some(
    (resource) =>
      resource.type === type &&
      name.toLowerCase().startsWith((getFixedName(type, resource.inputs) ?? resource.name).toLowerCase()),
  );
}

async function findDatabases(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:rds/instance:Instance";
  const instances = await Promise.all(
    getNames(scope, type).map((DBInstanceIdentifier) =>
      ignoreMissing(
        scope.aws.rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier })),
        "DBInstanceNotFoundFault",
        "DBInstanceNotFound",
      ),
    ),
  );
  return instances
    .flatMap((response) => response?.DBInstances ?? [])
    .filter(({ DBInstanceStatus }) => DBInstanceStatus !== "deleting")
    .map(({ DBInstanceIdentifier: name = "", DbiResourceId: id = "", TagList }) => ({
      type,
      id,
      importId: name,
      name,
      tags: toTags(TagList),
      remove: [],
    }));
}

async function findDatabaseGroups(scope: Scope): Promise<ExistingResource[]> {
  const rds = scope.aws.rds();
  if (!hasType(scope, "aws:rds/instance:Instance")) {
    return [];
  }
  const [subnetGroups, parameterGroups] = await Promise.all([
    collect(paginateDescribeDBSubnetGroups({ client: rds }, {}), ({ DBSubnetGroups }) => DBSubnetGroups),
    collect(
      paginateDescribeDBParameterGroups({ client: rds }, {}),
      ({ DBParameterGroups }) => DBParameterGroups,
    ),
  ]);
  const groups = [
    ...subnetGroups.map(({ DBSubnetGroupName: name = "", DBSubnetGroupArn: arn = "" }) => ({
      type: "aws:rds/subnetGroup:SubnetGroup",
      name,
      arn,
      remove: [`aws rds delete-db-subnet-group --db-subnet-group-name ${name}`],
    })),
    ...parameterGroups.map(({ DBParameterGroupName: name = "", DBParameterGroupArn: arn = "" }) => ({
      type: "aws:rds/parameterGroup:ParameterGroup",
      name,
      arn,
      remove: [`aws rds delete-db-parameter-group --db-parameter-group-name ${name}`],
    })),
  ].filter(({ type, name }) => hasPlannedName(scope, type, name));
  return Promise.all(
    groups.map(async ({ arn, ...group }) => {
      const { TagList } = await rds.send(new ListDatabaseTagsCommand({ ResourceName: arn }));
      return { ...group, id: group.name, importId: group.name, tags: toTags(TagList) };
    }),
  );
}

async function findBuckets(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:s3/bucket:Bucket";
  if (!hasType(scope, type)) {
    return [];
  }
  const { Buckets = [] } = await scope.aws.s3.send(new ListBucketsCommand({}));
  return Promise.all(
    Buckets.map(({ Name = "" }) => Name)
      .filter((name) => hasPlannedName(scope, type, name))
      .map(async (name) => {
        const tagging = await ignoreMissing(
          scope.aws.s3.send(new GetBucketTaggingCommand({ Bucket: name })),
          "NoSuchTagSet",
        );
        // Deletes an empty bucket only.
        return {
          type,
          id: name,
          importId: name,
          name,
          tags: toTags(tagging?.TagSet),
          remove: [`aws s3 rb s3://${name}`],
        };
      }),
  );
}

async function findQueues(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:sqs/queue:Queue";
  const queues = await Promise.all(
    getNames(scope, type).map(async (name): Promise<ExistingResource[]> => {
      const queue = await ignoreMissing(
        scope.aws.sqs.send(new GetQueueUrlCommand({ QueueName: name })),
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
      );
      if (queue?.QueueUrl === undefined) {
        return [];
      }
      const { QueueUrl } = queue;
      const { Tags } = await scope.aws.sqs.send(new ListQueueTagsCommand({ QueueUrl }));
      return [{ type, id: QueueUrl, importId: QueueUrl, name, tags: toTags(Tags), remove: [] }];
    }),
  );
  return queues.flat();
}

async function findSecurityGroups(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:ec2/securityGroup:SecurityGroup";
  if (!hasType(scope, type)) {
    return [];
  }
  const { ec2 } = scope.aws;
  const all = await collect(
    paginateDescribeSecurityGroups({ client: ec2 }, {}),
    ({ SecurityGroups }) => SecurityGroups,
  );
  const known = getIds(scope.state, type);
  const groups = all
    .filter(
      ({ GroupId = "", GroupName = "" }) => known.includes(GroupId) || hasPlannedName(scope, type, GroupName),
    )
    .map(({ GroupId: id = "", GroupName: name = "", Tags }) => ({
      type,
      id,
      importId: id,
      name,
      tags: toTags(Tags),
      remove: [`aws ec2 delete-security-group --group-id ${id}`],
    }));
  if (groups.length === 0) {
    return [];
  }
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: groups.map(({ id }) => id) }],
    }),
  );
  const rules = SecurityGroupRules.flatMap((rule): ExistingResource[] => {
    const { SecurityGroupRuleId: id = "", GroupId = "", IsEgress = false, Description, Tags } = rule;
    const direction = IsEgress ? "Egress" : "Ingress";
    const ruleType = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
    const planned = scope.planned.find(
      ({ type: plannedType, inputs }) =>
        plannedType === ruleType &&
        inputs.description === Description &&
        (inputs.fromPort ?? -1) === (rule.FromPort ?? -1),
    );
    const flag = IsEgress ? "egress" : "ingress";
    const command = `aws ec2 revoke-security-group-${flag} --group-id ${GroupId} --security-group-rule-ids ${id}`;
    return planned === undefined
      ? []
      : [
          {
            type: ruleType,
            id,
            importId: id,
            name: id,
            tags: toTags(Tags),
            remove: [command],
            urn: planned.urn,
          },
        ];
  });
  return [...groups, ...rules];
}

async function findParameters(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:ssm/parameter:Parameter";
  const ssm = scope.aws.ssm();
  const names = getNames(scope, type);
  // AWS accepts 50 values at most.
  const pages = Array.from({ length: Math.ceil(names.length / 50) }, (_, page) =>
    names.slice(50 * page, 50 * (page + 1)),
  );
  const responses = await Promise.all(
    pages.map((Values) =>
      ssm.send(
        new DescribeParametersCommand({
          MaxResults: 50,
          ParameterFilters: [{ Key: "Name", Option: "Equals", Values }],
        }),
      ),
    ),
  );
  return Promise.all(
    responses
      .flatMap(({ Parameters = [] }) => Parameters)
      .map(async ({ Name: name = "" }) => {
        const { TagList } = await ssm.send(
          new ListParameterTagsCommand({ ResourceType: "Parameter", ResourceId: name }),
        );
        const remove = [`aws ssm delete-parameter --name ${name}`];
        return { type, id: name, importId: name, name, tags: toTags(TagList), remove };
      }),
  );
}

async function findAlarms(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const dashboardType = "aws:cloudwatch/dashboard:Dashboard";
  const { cloudwatch, metrics } = scope.aws;
  const findMetricAlarms = async (client: Clients["cloudwatch"], option: string) => {
    const found = await collect(paginateDescribeAlarms({ client }, {}), ({ MetricAlarms }) => MetricAlarms);
    return Promise.all(
      found
        .filter(({ AlarmName = "" }) => hasPlannedName(scope, type, AlarmName))
        .map(async ({ AlarmName: name = "", AlarmArn }) => {
          const { Tags } = await client.send(new ListAlarmTagsCommand({ ResourceARN: AlarmArn }));
          const remove = [`aws cloudwatch delete-alarms --alarm-names ${name}${option}`];
          return { type, id: name, importId: name, name, tags: toTags(Tags), remove };
        }),
    );
  };
  const [dashboardEntries, ...alarms] = await Promise.all([
    hasType(scope, dashboardType)
      ? collect(
          paginateListDashboards({ client: cloudwatch }, {}),
          ({ DashboardEntries }) => DashboardEntries,
        )
      : [],
    hasType(scope, type) ? findMetricAlarms(cloudwatch, "") : [],
    // Those of mail and of the health check.
    ...getOtherRegions(scope, type).map((region) => findMetricAlarms(metrics(region), ` --region ${region}`)),
  ]);
  const dashboards = dashboardEntries
    .map(({ DashboardName: name = "" }) => name)
    .filter((name) => getNames(scope, dashboardType).includes(name));
  return [
    ...alarms.flat(),
    ...dashboards.map((name) => ({
      type: dashboardType,
      id: name,
      importId: name,
      name,
      remove: [`aws cloudwatch delete-dashboards --dashboard-names ${name}`],
    })),
  ];
}

async function findLogGroups(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:cloudwatch/logGroup:LogGroup";
  const { logs } = scope.aws;
  const groups = await Promise.all(
    getNames(scope, type).map(async (name) => {
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      return logGroups.filter(({ logGroupName }) => logGroupName === name);
    }),
  );
  return Promise.all(
    groups.flat().map(async ({ logGroupName: name = "", arn = "" }) => {
      const { tags } = await logs.send(new ListLogGroupTagsCommand({ resourceArn: arn.replace(/:\*$/, "") }));
      return {
        type,
        id: name,
        importId: name,
        name,
        tags: toTags(tags),
        remove: [`aws logs delete-log-group --log-group-name ${name}`],
      };
    }),
  );
}

/** The document of sessions; an update does not take over one that exists. */
async function findDocuments(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:ssm/document:Document";
  const ssm = scope.aws.ssm();
  const found = await Promise.all(
    getNames(scope, type).map((Name) =>
      ignoreMissing(ssm.send(new DescribeDocumentCommand({ Name })), "InvalidDocument"),
    ),
  );
  return found.flatMap((response) => {
    const { Name: name, Tags } = response?.Document ?? {};
    const remove = [`aws ssm delete-document --name ${name ?? ""}`];
    return name === undefined ? [] : [{ type, id: name, importId: name, name, tags: toTags(Tags), remove }];
  });
}

/** CloudWatch saves another query of the same name when one is created again. */
async function findQueries(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:cloudwatch/queryDefinition:QueryDefinition";
  const { logs, sts } = scope.aws;
  const names = getNames(scope, type);
  if (names.length === 0) {
    return [];
  }
  const [{ Account = "" }, region, ...found] = await Promise.all([
    sts.send(new GetCallerIdentityCommand({})),
    logs.config.region(),
    ...names.map((queryDefinitionNamePrefix) =>
      logs.send(new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix, maxResults: 1000 })),
    ),
  ]);
  return found
    .flatMap(({ queryDefinitions = [] }) => queryDefinitions)
    .filter(({ name = "" }) => names.includes(name))
    .map(({ name = "", queryDefinitionId: id = "" }) => ({
      type,
      id,
      importId: `arn:aws:logs:${region}:${Account}:query-definition:${id}`,
      name,
      remove: [`aws logs delete-query-definition --query-definition-id ${id}`],
    }));
}

async function findTopics(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:sns/topic:Topic";
  if (!hasType(scope, type)) {
    return [];
  }
  const { sns, notifications } = scope.aws;
  const find = async (client: Clients["sns"], option: string) => {
    const topics = await collect(paginateListTopics({ client }, {}), ({ Topics }) => Topics);
    return Promise.all(
      topics
        .map(({ TopicArn = "" }) => TopicArn)
        .filter((arn) => hasPlannedName(scope, type, getLastPart(arn)))
        .map(async (arn) => {
          const { Tags } = await client.send(new ListTopicTagsCommand({ ResourceArn: arn }));
          const remove = [`aws sns delete-topic --topic-arn ${arn}${option}`];
          return { type, id: arn, importId: arn, name: getLastPart(arn), tags: toTags(Tags), remove };
        }),
    );
  };
  const found = await Promise.all([
    find(sns, ""),
    ...getOtherRegions(scope, type).map((region) => find(notifications(region), ` --region ${region}`)),
  ]);
  return found.flat();
}

async function findEventSubscriptions(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:rds/eventSubscription:EventSubscription";
  const rds = scope.aws.rds();
  const found = await Promise.all(
    getNames(scope, type).map((SubscriptionName) =>
      ignoreMissing(
        rds.send(new DescribeEventSubscriptionsCommand({ SubscriptionName })),
        "SubscriptionNotFound",
        "SubscriptionNotFoundFault",
      ),
    ),
  );
  return Promise.all(
    found
      .flatMap((response) => response?.EventSubscriptionsList ?? [])
      .map(async ({ CustSubscriptionId: name = "", EventSubscriptionArn }) => {
        const { TagList } = await rds.send(
          new ListDatabaseTagsCommand({ ResourceName: EventSubscriptionArn }),
        );
        const remove = [`aws rds delete-event-subscription --subscription-name ${name}`];
        return { type, id: name, importId: name, name, tags: toTags(TagList), remove };
      }),
  );
}

/** A health check has no name: those of the planned host are found, with the stack's tags. */
async function findHealthChecks(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:route53/healthCheck:HealthCheck";
  const { route53 } = scope.aws;
  const hosts = getNames(scope, type);
  if (hosts.length === 0) {
    return [];
  }
  const checks = await collect(
    paginateListHealthChecks({ client: route53 }, {}),
    ({ HealthChecks }) => HealthChecks,
  );
  return Promise.all(
    checks
      .filter(({ HealthCheckConfig }) => hosts.includes(HealthCheckConfig?.FullyQualifiedDomainName ?? ""))
      .map(async ({ Id: id = "", HealthCheckConfig }) => {
        const { ResourceTagSet } = await route53.send(
          new ListRoute53TagsCommand({ ResourceType: "healthcheck", ResourceId: id }),
        );
        const remove = [`aws route53 delete-health-check --health-check-id ${id}`];
        const name = HealthCheckConfig?.FullyQualifiedDomainName ?? "";
        return { type, id, importId: id, name, tags: toTags(ResourceTagSet?.Tags), remove };
      }),
  );
}

async function findMail(scope: Scope): Promise<ExistingResource[]> {
  const [identityType, setType] = [
    "aws:sesv2/emailIdentity:EmailIdentity",
    "aws:sesv2/configurationSet:ConfigurationSet",
  ] as const;
  const getRegion = (type: string, name: string) =>
    [...scope.planned, ...scope.state].find(
      (one) => one.type === type && getFixedName(type, one.inputs) === name,
    )?.inputs?.region as string;
  const identities = getNames(scope, identityType).map(async (name): Promise<ExistingResource[]> => {
    const region = getRegion(identityType, name);
    const found = await ignoreMissing(
      scope.aws.mail(region).send(new GetEmailIdentityCommand({ EmailIdentity: name })),
      "NotFoundException",
    );
    const remove = [`aws sesv2 delete-email-identity --region ${region} --email-identity ${name}`];
    return found === undefined
      ? []
      : [{ type: identityType, id: name, importId: name, name, tags: toTags(found.Tags), remove }];
  });
  const sets = getNames(scope, setType).map(async (name): Promise<ExistingResource[]> => {
    const region = getRegion(setType, name);
    const found = await ignoreMissing(
      scope.aws.mail(region).send(new GetConfigurationSetCommand({ ConfigurationSetName: name })),
      "NotFoundException",
    );
    const remove = [`aws sesv2 delete-configuration-set --region ${region} --configuration-set-name ${name}`];
    return found === undefined
      ? []
      : [{ type: setType, id: name, importId: name, name, tags: toTags(found.Tags), remove }];
  });
  return (await Promise.all([...identities, ...sets])).flat();
}

async function findApplications(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:elasticbeanstalk/application:Application";
  const names = getNames(scope, type);
  const { beanstalk } = scope.aws;
  const { Applications = [] } =
    names.length === 0
      ? {}
      : await beanstalk.send(new DescribeApplicationsCommand({ ApplicationNames: names }));
  return Promise.all(
    Applications.map(async ({ ApplicationName: name = "", ApplicationArn: ResourceArn = "" }) => ({
      type,
      id: name,
      importId: name,
      name,
      tags: await getBeanstalkTags(scope, ResourceArn),
      remove: [`aws elasticbeanstalk delete-application --application-name ${name}`],
    })),
  );
}

async function getBeanstalkTags({ aws: { beanstalk } }: Scope, ResourceArn: string) {
  const { ResourceTags } = await beanstalk.send(new ListBeanstalkTagsCommand({ ResourceArn }));
  return toTags(ResourceTags);
}

/**
 * Finds the program's versions that no environment runs. The provider cannot import versions. One whose random id is gone
 * belonged to environments that were replaced or dismissed: the program keeps it for Elastic Beanstalk to delete.
 */
async function findVersions(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:elasticbeanstalk/applicationVersion:ApplicationVersion";
  const { beanstalk } = scope.aws;
  const [application] = getNames(scope, "aws:elasticbeanstalk/application:Application");
  const ids = scope.state.flatMap(({ urn, outputs }) =>
    /-bootstrap(-\d+)?-id$/.test(urn) ? [String(outputs?.hex)] : [],
  );
  const { ApplicationVersions = [] } =
    application === undefined || !hasType(scope, type)
      ? {}
      : await beanstalk.send(new DescribeApplicationVersionsCommand({ ApplicationName: application }));
  return Promise.all(
    ApplicationVersions.filter(
      ({ VersionLabel = "" }) =>
        VersionLabel.startsWith("bootstrap-") &&
        (ids.length === 0 || ids.some((id) => VersionLabel.endsWith(`-${id}`))) &&
        !scope.environments.some(({ version }) => version === VersionLabel),
    ).map(async ({ VersionLabel: name = "", ApplicationVersionArn = "" }) => ({
      type,
      id: name,
      importId: null,
      name,
      tags: await getBeanstalkTags(scope, ApplicationVersionArn),
      urn: scope.planned.find((resource) => resource.type === type)?.urn,
      remove: [
        `aws elasticbeanstalk delete-application-version --application-name ${application ?? ""} --version-label ${name}`,
      ],
    })),
  );
}

async function findEnvironments(scope: Scope): Promise<ExistingResource[]> {
  return Promise.all(
    scope.environments
      .filter(({ status }) => status !== "Terminating")
      .map(async ({ id, name, arn }) => ({
        type: "aws:elasticbeanstalk/environment:Environment",
        id,
        importId: id,
        name,
        tags: await getBeanstalkTags(scope, arn),
        remove: [`aws elasticbeanstalk terminate-environment --environment-id ${id}`],
      })),
  );
}

async function findScalingPolicies(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:autoscaling/policy:Policy";
  const policies = await Promise.all(
    (hasType(scope, type) ? await getEnvironmentResources(scope) : []).flatMap(({ groups }) =>
      groups.map(async (group) => {
        const { ScalingPolicies = [] } = await scope.aws.autoScaling.send(
          new DescribePoliciesCommand({ AutoScalingGroupName: group }),
        );
        return ScalingPolicies.map(({ PolicyName: name = "" }) => ({
          type,
          id: name,
          importId: `${group}/${name}`,
          name,
          remove: [`aws autoscaling delete-policy --auto-scaling-group-name ${group} --policy-name ${name}`],
        }));
      }),
    ),
  );
  return policies.flat();
}

async function getEnvironmentResources({ aws: { beanstalk }, environments }: Scope) {
  return Promise.all(
    environments
      .filter(({ status }) => status !== "Terminating")
      .map(async ({ id, name }) => {
        const { EnvironmentResources: { AutoScalingGroups = [], LoadBalancers = [] } = {} } =
          await beanstalk.send(new DescribeEnvironmentResourcesCommand({ EnvironmentId: id }));
        return {
          environment: name,
          groups: AutoScalingGroups.flatMap(({ Name }) => Name ?? []),
          loadBalancers: LoadBalancers.flatMap(({ Name }) => Name ?? []),
        };
      }),
  );
}

/** Elastic Beanstalk has listeners of its own; ours have the program's port and tags. */
async function findListeners(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:lb/listener:Listener";
  const { loadBalancing } = scope.aws;
  if (!hasType(scope, type)) {
    return [];
  }
  const balancers = (await getEnvironmentResources(scope)).flatMap(({ environment, loadBalancers }) =>
    loadBalancers.filter((arn) => arn.startsWith("arn:")).map((arn) => ({ environment, arn })),
  );
  const listeners = await Promise.all(
    balancers.map(async ({ environment, arn: LoadBalancerArn }) => {
      const { Listeners = [] } = await loadBalancing.send(new DescribeListenersCommand({ LoadBalancerArn }));
      const planned = findRedirect(scope, environment);
      return Listeners.filter(({ Port }) => Port === planned?.inputs.port).map(({ ListenerArn = "" }) => ({
        arn: ListenerArn,
        urn: planned?.urn,
      }));
    }),
  );
  return Promise.all(
    listeners.flat().map(async ({ arn, urn }) => {
      const { TagDescriptions: [description] = [] } = await loadBalancing.send(
        new DescribeListenerTagsCommand({ ResourceArns: [arn] }),
      );
      const remove = [`aws elbv2 delete-listener --listener-arn ${arn}`];
      const tags = toTags(description?.Tags);
      return { type, id: arn, importId: arn, name: arn, tags, remove, urn };
    }),
  );
}

/** The planned listener of an environment: both end in the number of their generation. */
function findRedirect({ planned }: Scope, environment: string): PlannedResource | undefined {
  const name = planned.find(
    ({ type, inputs }) =>
      type === "aws:elasticbeanstalk/environment:Environment" && inputs.name === environment,
  )?.name;
  return planned.find(
    (one) =>
      one.type === "aws:lb/listener:Listener" && one.name === name?.replace(/-web(-\d+)?$/, "-redirect$1"),
  );
}

async function findCertificates(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:acm/certificate:Certificate";
  const names = getNames(scope, type);
  const { CertificateSummaryList = [] } =
    names.length === 0 ? {} : await scope.aws.acm.send(new ListCertificatesCommand({ MaxItems: 1000 }));
  return Promise.all(
    CertificateSummaryList.filter(({ DomainName = "" }) => names.includes(DomainName)).map(
      async ({ DomainName: name = "", CertificateArn: arn = "" }) => {
        const { Tags } = await scope.aws.acm.send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
        const remove = [`aws acm delete-certificate --certificate-arn ${arn}`];
        // A certificate that a hand-made setup left has no tags.
        return { type, id: arn, importId: arn, name, tags: { "": "", ...toTags(Tags) }, remove };
      },
    ),
  );
}

/** Records have no tags. The program overwrites those that have the same value in every stack. */
async function findRecords(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:route53/record:Record";
  const { route53 } = scope.aws;
  const planned = scope.planned.filter(
    ({ type: plannedType, inputs }) =>
      plannedType === type && getFixedName(type, inputs) !== undefined && inputs.allowOverwrite !== true,
  );
  const zones = planned.length === 0 ? [] : await listZones(route53);
  const records = await Promise.all(
    planned.map(async ({ urn, inputs }) => {
      const name = getFixedName(type, inputs) ?? "";
      const zone = findZone(zones, name);
      const { ResourceRecordSets = [] } =
        zone === undefined
          ? {}
          : await route53.send(
              new ListResourceRecordSetsCommand({ HostedZoneId: zone.Id, StartRecordName: name }),
            );
      const id = `${(zone?.Id ?? "").replace("/hostedzone/", "")}_${name}_${inputs.type as string}`;
      return ResourceRecordSets.filter(({ Name, Type }) => Name === `${name}.` && Type === inputs.type).map(
        () => ({
          type,
          id,
          importId: id,
          name: `${name} ${inputs.type as string}`,
          remove: [],
          urn,
        }),
      );
    }),
  );
  return records.flat();
}

function getLastPart(arn: string): string {
  return arn.replace(/^.*:/, "");
}
