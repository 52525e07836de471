import { DescribePoliciesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { DescribeApplicationVersionsCommand } from "@aws-sdk/client-elastic-beanstalk";
import {
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { ListBucketsCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { ListSubscriptionsCommand } from "@aws-sdk/client-sns";
import type { clientsOf } from "../../e2e/support/clients";
import { leftIn } from "../../e2e/support/remaining";

type Aws = ReturnType<typeof clientsOf>;

/** Everything that exists in the account, without what is random in the names, so that two accounts can be compared. */
export async function readInventory(aws: Aws): Promise<string[]> {
  const [rest, users, roles, rules, policies, versions, subscriptions] = await Promise.all([
    leftIn(aws),
    aws.iam.send(new ListUsersCommand({})),
    aws.iam.send(new ListRolesCommand({})),
    aws.ec2.send(new DescribeSecurityGroupRulesCommand({})),
    aws.autoScaling.send(new DescribePoliciesCommand({})),
    aws.beanstalk.send(new DescribeApplicationVersionsCommand({})),
    aws.sns.send(new ListSubscriptionsCommand({})),
  ]);
  const ofUsers = await Promise.all(
    (users.Users ?? []).map(async ({ UserName = "" }) => {
      const [keys, inline] = await Promise.all([
        aws.iam.send(new ListAccessKeysCommand({ UserName })),
        aws.iam.send(new ListUserPoliciesCommand({ UserName })),
      ]);
      return [
        ...(keys.AccessKeyMetadata ?? []).map(() => `access key of ${UserName}`),
        ...(inline.PolicyNames ?? []).map((name) => `policy ${name} of ${UserName}`),
      ];
    }),
  );
  const ofRoles = await Promise.all(
    (roles.Roles ?? [])
      .filter(({ Path }) => !Path?.startsWith("/aws-service-role/"))
      .map(async ({ RoleName = "" }) => {
        const [inline, attached] = await Promise.all([
          aws.iam.send(new ListRolePoliciesCommand({ RoleName })),
          aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
        ]);
        return [
          ...(inline.PolicyNames ?? []).map((name) => `policy ${name} of ${RoleName}`),
          ...(attached.AttachedPolicies ?? []).map(
            ({ PolicyName }) => `policy ${PolicyName ?? ""} of ${RoleName}`,
          ),
        ];
      }),
  );
  return [
    ...rest,
    ...ofUsers.flat(),
    ...ofRoles.flat(),
    ...(rules.SecurityGroupRules ?? [])
      .filter(({ Tags = [] }) => Tags.length > 0)
      .map(({ Description, FromPort }) => `rule ${Description ?? ""} ${FromPort ?? ""}`),
    ...(policies.ScalingPolicies ?? []).map(({ PolicyName }) => `scaling policy ${PolicyName ?? ""}`),
    ...(versions.ApplicationVersions ?? []).map(() => "application version"),
    ...(subscriptions.Subscriptions ?? []).map(({ Protocol }) => `subscription ${Protocol ?? ""}`),
  ]
    .map((name) =>
      name
        .replace(/-[0-9a-f]{7}(?![0-9a-f])/g, "-*")
        .replace(/-final-\w+$/, "-final-*")
        .replace(/127\.0\.0\.1:\d+|localhost:\d+/g, "*")
        .replace(/awseb-[\w-]+/g, "awseb-*")
        .replace(/bootstrap-(\w+)-[0-9a-f]+/g, "bootstrap-$1-*"),
    )
    .sort();
}

/** What must never be replaced: the instances of databases, and the objects of buckets with their versions. */
export async function readData(aws: Aws): Promise<string[]> {
  const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
  const { Buckets = [] } = await aws.s3.send(new ListBucketsCommand({}));
  const objects = await Promise.all(
    Buckets.filter(({ Name }) => Name?.endsWith("-media")).map(async ({ Name: Bucket }) => {
      const { Versions = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
      return Versions.map(({ Key, VersionId }) => `${Bucket ?? ""} ${Key ?? ""} ${VersionId ?? ""}`);
    }),
  );
  return [
    ...DBInstances.map(
      ({ DBInstanceIdentifier, DbiResourceId }) => `${DBInstanceIdentifier ?? ""} ${DbiResourceId ?? ""}`,
    ),
    ...objects.flat(),
  ].sort();
}

/** Compares two lists with repetitions. */
export function compareInventories(actual: string[], expected: string[]): string[] {
  const count = (list: string[], name: string) => list.filter((one) => one === name).length;
  return [...new Set([...actual, ...expected])].flatMap((name) => {
    const difference = count(actual, name) - count(expected, name);
    return difference === 0 ? [] : [`${difference > 0 ? "+" : ""}${difference} ${name}`];
  });
}
