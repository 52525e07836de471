import { paginateListDistributions } from "@aws-sdk/client-cloudfront";
import {
  DescribeApplicationsCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import { DescribeAccountAttributesCommand } from "@aws-sdk/client-rds";
import { GetAccountLimitCommand } from "@aws-sdk/client-route-53";
import type { PropertyValue } from "../../../plan/values";
import type { Line } from "../../report";
import { plannedOf } from "../context";
import { describe, describeLimit, type Scope } from "./quota";

const isNeeded = ({ needed }: { needed: number }) => needed > 0;

/** RDS has them all in one answer: RDS API reference, DescribeAccountAttributes. */
export async function readDatabases(scope: Scope): Promise<Line[]> {
  const count = (type: string) => plannedOf(scope, `rds/${type}`).length;
  const storage = plannedOf(scope, "rds/instance:Instance").reduce(
    (sum, { inputs }) => sum + Number(inputs.allocatedStorage ?? 0),
    0,
  );
  const quotas = [
    { name: "DBInstances", what: "RDS instances", code: "L-7B6409FD", needed: count("instance:Instance") },
    { name: "AllocatedStorage", what: "GiB of RDS storage", code: "L-7ADDB58A", needed: storage },
    {
      ...{ name: "DBParameterGroups", what: "RDS parameter groups", code: "L-DE55804A" },
      needed: count("parameterGroup:ParameterGroup"),
    },
    {
      ...{ name: "DBSubnetGroups", what: "RDS subnet groups", code: "L-48C6BF61" },
      needed: count("subnetGroup:SubnetGroup"),
    },
    {
      ...{ name: "EventSubscriptions", what: "RDS event subscriptions", code: "L-A59F4C87" },
      needed: count("eventSubscription:EventSubscription"),
    },
  ].filter(isNeeded);
  if (quotas.length === 0) {
    return [];
  }
  const { AccountQuotas = [] } = await scope.clients.rds().send(new DescribeAccountAttributesCommand({}));
  return quotas.map(({ name, ...quota }) => {
    const found = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name);
    return describe(scope, { ...quota, service: "rds", used: found?.Used ?? 0, limit: found?.Max });
  });
}

export async function readBeanstalk(scope: Scope): Promise<Line[]> {
  const applications = plannedOf(scope, "elasticbeanstalk/application:Application");
  const newEnvironments = plannedOf(scope, "elasticbeanstalk/environment:Environment").length;
  if (applications.length + newEnvironments === 0) {
    return [];
  }
  const { beanstalk } = scope.clients;
  const [existing, environments, versions] = await Promise.all([
    beanstalk.send(new DescribeApplicationsCommand({})),
    beanstalk.send(new DescribeEnvironmentsCommand({ IncludeDeleted: false })),
    beanstalk.send(new DescribeApplicationVersionsCommand({})),
  ]);
  return Promise.all(
    [
      {
        ...{ what: "Elastic Beanstalk applications", code: "L-1CEABD17" },
        used: existing.Applications?.length ?? 0,
        needed: applications.length,
      },
      {
        ...{ what: "Elastic Beanstalk environments", code: "L-8EFC1C51" },
        used: environments.Environments?.length ?? 0,
        needed: newEnvironments,
      },
      {
        ...{ what: "Elastic Beanstalk application versions", code: "L-D64F1F14" },
        used: versions.ApplicationVersions?.length ?? 0,
        needed: applications.reduce((sum, { inputs }) => sum + getKeptVersions(inputs), 0),
        isLater: true,
      },
    ]
      .filter(isNeeded)
      .map((quota) => describeLimit(scope, { service: "elasticbeanstalk", ...quota })),
  );
}

/** The versions that an application keeps; each `eb deploy` creates one. */
function getKeptVersions({ appversionLifecycle }: Record<string, PropertyValue>): number {
  const { maxCount = 1 } = (appversionLifecycle ?? {}) as { maxCount?: number };
  return maxCount;
}

/** IAM has them all in one answer: IAM API reference, GetAccountSummary. */
export async function readIam(scope: Scope): Promise<Line[]> {
  const count = (type: string) => plannedOf(scope, `iam/${type}`).length;
  const quotas = [
    { name: "Users", what: "IAM users", code: "L-F55AF5E4", needed: count("user:User") },
    { name: "Roles", what: "IAM roles", code: "L-FE177D64", needed: count("role:Role") },
    {
      ...{ name: "InstanceProfiles", what: "IAM instance profiles", code: "L-6E65F664" },
      needed: count("instanceProfile:InstanceProfile"),
    },
  ].filter(isNeeded);
  if (quotas.length === 0) {
    return [];
  }
  const { SummaryMap = {} } = await scope.clients.iam.send(new GetAccountSummaryCommand({}));
  return quotas.map(({ name, ...quota }) => {
    const summary: Partial<Record<string, number>> = SummaryMap;
    return describe(scope, {
      ...quota,
      service: "iam",
      used: summary[name] ?? 0,
      limit: summary[`${name}Quota`],
    });
  });
}

export async function readHealthChecks(scope: Scope): Promise<Line[]> {
  const needed = plannedOf(scope, "route53/healthCheck:HealthCheck").length;
  if (needed === 0) {
    return [];
  }
  const { Limit, Count = 0 } = await scope.clients.route53.send(
    new GetAccountLimitCommand({ Type: "MAX_HEALTH_CHECKS_BY_OWNER" }),
  );
  const quota = { what: "Route 53 health checks", service: "route53", code: "L-ACB674F3" };
  return [describe(scope, { ...quota, used: Count, needed, limit: Limit?.Value })];
}

export async function readDistributions(scope: Scope): Promise<Line[]> {
  const needed = plannedOf(scope, "cloudfront/distribution:Distribution").length;
  if (needed === 0) {
    return [];
  }
  let used = 0;
  for await (const { DistributionList } of paginateListDistributions(
    { client: scope.clients.cloudFront },
    {},
  )) {
    used += DistributionList?.Items?.length ?? 0;
  }
  const quota = { what: "CloudFront distributions", service: "cloudfront", code: "L-24B04930" };
  return [await describeLimit(scope, { ...quota, used, needed })];
}
