import type { PlannedResource } from "../../plan/plan";
import type { Check } from "../report";
import type { Context } from "./context";
import { checkReplicatedBackups } from "./quotas/backups";
import { readCpus, readLoadBalancers } from "./quotas/instances";
import { readAddresses, readNetworks } from "./quotas/network";
import { limitActions, type Scope } from "./quotas/quota";
import {
  readBeanstalk,
  readDatabases,
  readDistributions,
  readHealthChecks,
  readIam,
} from "./quotas/services";

type Reader = readonly [actions: string[], read: (scope: Scope) => ReturnType<Check["read"]>];

/** The quotas that one to fifty stacks of a region reach first. */
const regional: Reader[] = [
  [[...limitActions, "ec2:DescribeInstances", "ec2:DescribeInstanceTypes"], readCpus],
  [[...limitActions, "ec2:DescribeAddresses"], readAddresses],
  [
    [
      ...limitActions,
      ...["ec2:DescribeVpcs", "ec2:DescribeNatGateways", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints"],
    ],
    readNetworks,
  ],
  [[...limitActions, "elasticloadbalancing:DescribeLoadBalancers"], readLoadBalancers],
  [["rds:DescribeAccountAttributes"], readDatabases],
  [
    [
      ...limitActions,
      ...["elasticbeanstalk:DescribeApplications", "elasticbeanstalk:DescribeEnvironments"],
      "elasticbeanstalk:DescribeApplicationVersions",
    ],
    readBeanstalk,
  ],
];

/** Those of an account, in all regions. */
const global: Reader[] = [
  [["iam:GetAccountSummary"], readIam],
  [["route53:GetAccountLimit"], readHealthChecks],
  [[...limitActions, "cloudfront:ListDistributions"], readDistributions],
];

const toChecks = (readers: Reader[], topic: string, scope: Scope) =>
  readers.map(([actions, read]): Check => ({ topic, actions, read: () => read(scope) }));

/** The quotas that the next update can exceed. */
export function checkQuotas(context: Context): Check[] {
  const scope = toScope([context]);
  return [
    ...(scope === undefined ? [] : toChecks([...regional, ...global], "Quotas", scope)),
    ...checkReplicatedBackups([context], "Backups"),
  ];
}

/** The quotas that the next updates of several stacks can exceed together. */
export function checkSharedQuotas(contexts: readonly Context[]): Check[] {
  const byRegion = groupBy(contexts, ({ account, region }) => `${account} ${region}`);
  const byAccount = groupBy(contexts, ({ account }) => account);
  return [
    ...Object.values(byRegion)
      .map(toScope)
      .flatMap((scope) =>
        scope === undefined ? [] : toChecks(regional, `Account ${scope.account}, ${scope.region}`, scope),
      ),
    ...Object.values(byAccount)
      .map(toScope)
      .flatMap((scope) =>
        scope === undefined ? [] : toChecks(global, `Account ${scope.account}, all regions`, scope),
      ),
    ...Object.entries(byAccount).flatMap(([account, group]) =>
      checkReplicatedBackups(group, `Account ${account}, backups`),
    ),
  ];
}

/** What the stacks still have to create in one account; undefined if that is nothing. */
function toScope(contexts: readonly Context[]): (Scope & { account: string }) | undefined {
  const incomplete = contexts
    .map((context) => ({ ...context, planned: getMissing(context) }))
    .filter(({ planned }) => planned.length > 0);
  const [context] = incomplete;
  return (
    context && {
      stacks: incomplete.map(({ stack }) => stack),
      account: context.account,
      region: context.region,
      clients: context.clients,
      planned: incomplete.flatMap(({ planned }) => planned),
    }
  );
}

/** The resources that the state does not have: all before the first deployment, the rest of one that failed. */
function getMissing({ planned, state }: Context): PlannedResource[] {
  const created = new Set(state.flatMap(({ urn, id }) => (id === undefined ? [] : urn)));
  return planned.filter(({ urn, type }) => type.startsWith("aws:") && !created.has(urn));
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const item of items) {
    (groups[key(item)] ??= []).push(item);
  }
  return groups;
}
