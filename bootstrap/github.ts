import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../components/policy-documents";
import {
  getEnvironments,
  getPolicyName,
  getRoleNames,
  getTags,
  githubAudience,
  githubIssuer,
  type Scope,
  shared,
} from "./names";
import { getPermissionNames, getStateStatements, permissionNames, readPermissions } from "./permissions";
import type { StackKey } from "./stack-key";

export interface GithubArgs extends Scope {
  /** The repository as the subject of its tokens has it. */
  repository: string;
  /** ARN of the bucket of the state. */
  bucketArn: pulumi.Input<string>;
  keys: { stack: string; key: StackKey }[];
}

type Kind = "deploy" | "preview";

/** How long a role's credentials are valid: an update of prod with a new database takes more than one hour. */
const sessionSeconds = { deploy: 2 * 60 * 60, preview: 60 * 60 };

/**
 * Creates GitHub's OpenID Connect provider, and for each stack a role that deploys it and one that only reads it.
 *
 * @returns The ARNs of the roles by stack, as outputs of the program.
 */
export function createGithubRoles(args: GithubArgs): Record<string, Record<string, pulumi.Output<string>>> {
  const { settings, keys } = args;
  const provider = new iam.OpenIdConnectProvider(
    "github",
    { url: `https://${githubIssuer}`, clientIdLists: [githubAudience], tags: getTags(settings, shared) },
    {
      // An account has one, which other repositories may use.
      retainOnDelete: true,
      ignoreChanges: ["clientIdLists", "thumbprintLists", "tags"],
    },
  );
  const roles = keys.map(({ stack, key }) => {
    const policies = createPolicies(stack, args);
    const create = (kind: Kind) => createRole({ kind, stack, key, provider: provider.arn, policies }, args);
    return { stack, deploy: create("deploy"), preview: create("preview") };
  });
  return {
    deployRoleArns: Object.fromEntries(roles.map(({ stack, deploy }) => [stack, deploy])),
    previewRoleArns: Object.fromEntries(roles.map(({ stack, preview }) => [stack, preview])),
  };
}

/** Creates a managed policy for each document: together they are too long for inline policies. */
function createPolicies(stack: string, args: GithubArgs): Map<string, iam.Policy> {
  const { settings } = args;
  return new Map(
    permissionNames.map((permissions) => [
      permissions,
      new iam.Policy(
        `${stack}-${permissions}`,
        {
          name: getPolicyName(settings, stack, permissions),
          description: `permissions/${permissions}.json for the stack ${stack}`,
          policy: JSON.stringify(readPermissions(permissions, stack, args)),
          tags: getTags(settings, stack),
        },
        { deleteBeforeReplace: true },
      ),
    ]),
  );
}

interface RoleArgs {
  kind: Kind;
  stack: string;
  key: StackKey;
  /** ARN of GitHub's OpenID Connect provider. */
  provider: pulumi.Output<string>;
  policies: ReadonlyMap<string, iam.Policy>;
}

function createRole(
  { kind, stack, key, provider, policies }: RoleArgs,
  { settings, repository, bucketArn }: GithubArgs,
): pulumi.Output<string> {
  const name = `${stack}-${kind}`;
  const role = new iam.Role(
    `${name}-role`,
    {
      name: getRoleNames(settings, stack)[kind],
      description: `GitHub ${kind}s the stack ${stack}`,
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
      maxSessionDuration: sessionSeconds[kind],
      tags: getTags(settings, stack),
    },
    { deleteBeforeReplace: true },
  );
  const state = policyDocument(...getStateStatements(kind, stack, bucketArn, key.keyArn));
  new iam.RolePolicy(
    `${name}-state`,
    { role: role.name, name: "state", policy: state },
    { parent: role, deletedWith: role },
  );
  for (const permissions of getPermissionNames(kind)) {
    const policyArn = policies.get(permissions)?.arn ?? "";
    new iam.RolePolicyAttachment(
      `${name}-${permissions}`,
      { role: role.name, policyArn },
      { parent: role, dependsOn: policies.get(permissions) },
    );
  }
  return role.arn;
}
