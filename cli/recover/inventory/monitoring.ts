import {
  DescribeRuleCommand,
  ListTagsForResourceCommand as ListRuleTagsCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import {
  ListTagsForResourceCommand as ListAlarmTagsCommand,
  paginateDescribeAlarms,
  paginateListDashboards,
} from "@aws-sdk/client-cloudwatch";
import {
  DescribeLogGroupsCommand,
  DescribeQueryDefinitionsCommand,
  ListTagsForResourceCommand as ListLogGroupTagsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  ListTagsForResourceCommand as ListRoute53TagsCommand,
  paginateListHealthChecks,
} from "@aws-sdk/client-route-53";
import { ListTagsForResourceCommand as ListTopicTagsCommand, paginateListTopics } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clients } from "../../aws-clients";
import { ignoreMissing } from "../../adopt/matcher";
import { collect, type ExistingResource, toTags } from "../existing";
import { getNames, getOtherRegions, hasPlannedName, hasType, type Scope } from "./scope";

export async function findAlarms(scope: Scope): Promise<ExistingResource[]> {
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

export async function findLogGroups(scope: Scope): Promise<ExistingResource[]> {
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

/** CloudWatch saves another query of the same name when one is created again. */
export async function findQueries(scope: Scope): Promise<ExistingResource[]> {
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

export async function findTopics(scope: Scope): Promise<ExistingResource[]> {
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

/** The rules that send events to the topic. Their targets go with them. */
export async function findEventRules(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:cloudwatch/eventRule:EventRule";
  const { events } = scope.aws;
  const rules = await Promise.all(
    getNames(scope, type).map(async (name): Promise<ExistingResource[]> => {
      const rule = await ignoreMissing(
        events.send(new DescribeRuleCommand({ Name: name })),
        "ResourceNotFoundException",
      );
      if (rule === undefined) {
        return [];
      }
      const { Tags } = await events.send(new ListRuleTagsCommand({ ResourceARN: rule.Arn }));
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
      const ids = Targets.map(({ Id }) => Id).join(" ");
      const remove = [
        ...(ids === "" ? [] : [`aws events remove-targets --rule ${name} --ids ${ids}`]),
        `aws events delete-rule --name ${name}`,
      ];
      return [{ type, id: name, importId: name, name, tags: toTags(Tags), remove }];
    }),
  );
  return rules.flat();
}

/** A health check has no name: those of the planned host are found, with the stack's tags. */
export async function findHealthChecks(scope: Scope): Promise<ExistingResource[]> {
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

function getLastPart(arn: string): string {
  return arn.replace(/^.*:/, "");
}
