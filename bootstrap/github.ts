import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../components/policy-documents";
import {
  getEnvironments,
  getRoleNames,
  getTags,
  githubAudience,
  githubIssuer,
  type RoleKind,
  type Scope,
  shared,
  statePolicy,
} from "./names";
import { getApplicationName, type PolicyName, type RoleName, roles } from "./permissions";
import type { StackKey } from "./stack-key";
import { createPolicy } from "./stack-policies";
import { getStackScope } from "./stack-scope";
import { getStateStatements } from "./state-permissions";

export interface GithubArgs extends Scope {
  /** ARN of the bucket of the state. */
  bucketArn: pulumi.Input<string>;
  keys: { stack: string; key: StackKey }[];
}

/** The role's permissions, how long its credentials are valid, and what it is for. */
const kinds: Record<RoleKind, { permissions: RoleName; sessionSeconds: number; description: string }> = {
  // An update of prod with a new database takes more than one hour.
  deploy: { permissions: "deploy", sessionSeconds: 2 * 60 * 60, description: "GitHub deploys the stack" },
  preview: { permissions: "read", sessionSeconds: 60 * 60, description: "GitHub previews the stack" },
  // The longest that IAM allows: a deployment may wait for running tasks, in two environments, forwards and back.
  application: {
    permissions: "application",
    sessionSeconds: 12 * 60 * 60,
    description: "GitHub deploys the application to the stack",
  },
  // A large database is restored for hours, and counted.
  restore: {
    permissions: "restore",
    sessionSeconds: 12 * 60 * 60,
    description: "GitHub restores backups of the stack for a drill",
  },
};

/**
 * Creates GitHub's OpenID Connect provider, and the roles of each stack: one that deploys it, one that only reads it, one
 * that restores its backups, and one that deploys the application.
 *
 * @returns The ARNs of the roles by stack, as outputs of the program.
 */
export function createGithubRoles(args: GithubArgs): Record<string, Record<string, pulumi.Output<string>>> {
  const { settings, keys } = args;
  const repositories = {
    deploy: settings.github,
    preview: settings.github,
    application: settings.applicationRepository,
    restore: settings.github,
  };
  const provider = new iam.OpenIdConnectProvider(
    "github",
    { url: `https://${githubIssuer}`, clientIdLists: [githubAudience], tags: getTags(settings, shared) },
    {
      // An account has one, which other repositories may use.
      retainOnDelete: true,
      ignoreChanges: ["clientIdLists", "thumbprintLists", "tags"],
    },
  );
  const wanted = (Object.keys(kinds) as RoleKind[]).filter((kind) => repositories[kind] !== undefined);
  const created = keys.map(({ stack, key }) => {
    const policies = createPolicies(stack, wanted, args);
    const create = (kind: RoleKind) =>
      createRole(
        { kind, stack, key, provider: provider.arn, policies, repository: repositories[kind] ?? "" },
        args,
      );
    return { stack, arns: new Map(wanted.map((kind) => [kind, create(kind)])) };
  });
  return Object.fromEntries(
    wanted.map((kind) => [
      `${kind}RoleArns`,
      Object.fromEntries(
        created.flatMap(({ stack, arns }) => {
          const arn = arns.get(kind);
          return arn === undefined ? [] : [[stack, arn]];
        }),
      ),
    ]),
  );
}

/** Creates each policy of the roles of a stack once: some are in two roles. */
function createPolicies(
  stack: string,
  wanted: readonly RoleKind[],
  args: GithubArgs,
): Map<PolicyName, iam.Policy> {
  const names = new Set(wanted.flatMap((kind): PolicyName[] => roles[kinds[kind].permissions]));
  return new Map([...names].map((policy) => [policy, createPolicy(stack, policy, args)]));
}

interface RoleArgs {
  kind: RoleKind;
  stack: string;
  key: StackKey;
  /** ARN of GitHub's OpenID Connect provider. */
  provider: pulumi.Output<string>;
  policies: ReadonlyMap<PolicyName, iam.Policy>;
  /** The repository as the subject of its tokens has it. */
  repository: string;
}

function createRole(
  { kind, stack, key, provider, policies, repository }: RoleArgs,
  args: GithubArgs,
): pulumi.Output<string> {
  const { settings, bucketArn } = args;
  const name = `${stack}-${kind}`;
  const { permissions, sessionSeconds, description } = kinds[kind];
  const role = new iam.Role(
    `${name}-role`,
    {
      name: getRoleNames(settings, stack)[kind],
      description: `${description} ${stack}`,
      assumeRolePolicy: policyDocument({
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${githubIssuer}:aud`]: githubAudience,
            [`${githubIssuer}:sub`]: getEnvironments(settings, stack)[kind].map(
              (environment) => `repo:${repository}:environment:${environment}`,
            ),
          },
        },
      }),
      maxSessionDuration: sessionSeconds,
      tags: getTags(settings, stack),
    },
    { deleteBeforeReplace: true },
  );
  if (kind !== "application") {
    const applicationName = getApplicationName(getStackScope(stack, args));
    const state = policyDocument(
      ...getStateStatements({ kind, stack, bucketArn, keyArn: key.keyArn, applicationName }),
    );
    new iam.RolePolicy(
      `${name}-state`,
      { role: role.name, name: statePolicy, policy: state },
      { parent: role },
    );
  }
  for (const policy of roles[permissions]) {
    const policyArn = policies.get(policy)?.arn ?? "";
    new iam.RolePolicyAttachment(
      `${name}-${policy}`,
      { role: role.name, policyArn },
      { parent: role, dependsOn: policies.get(policy) },
    );
  }
  return role.arn;
}
