import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import {
  getApplicationName,
  getPolicies,
  getPolicy,
  getStackSettings,
  type RoleName,
  roles,
  type Scope,
} from "../../../bootstrap/permissions";
import type { AccessRequest } from "../../support/iam";
import { type clientsOf } from "./clients";
import type { Workspace } from "./workspace";

/** The plug-in with which the emulated AWS records each decision. */
export const permissionsPlugin = join(__dirname, "../permissions/plugin.py");

/** A decision of the emulated AWS. */
export interface Decision extends AccessRequest {
  resource: string[] | undefined;
  context: Record<string, string[]>;
  allowed: boolean;
  /** The role of the caller. */
  role: string;
}

/** Reads the decisions that the emulated AWS recorded so far. */
export function readDecisions(file: string): Decision[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { resource, by, ...rest } = JSON.parse(line) as Omit<Decision, "resource" | "role"> & {
        resource: string[] | null;
        by: string;
      };
      return { ...rest, resource: resource ?? undefined, role: by.split("/")[1] ?? "" };
    });
}

/** Returns the name of a role of a stack. */
export function getRoleName(role: RoleName, scope: Scope): string {
  return `${getApplicationName(scope)}-${role}`;
}

/** Creates the roles of a stack with their policies, as an administrator does, and the boundary. */
export async function createStackRoles(scope: Scope, iam: IAMClient): Promise<void> {
  const Principal = { AWS: `arn:aws:iam::${scope.account}:root` };
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  };
  const created = new Set<string>();
  const createPolicy = async ({ name, document }: ReturnType<typeof getPolicy>) => {
    if (!created.has(name)) {
      created.add(name);
      const PolicyDocument = JSON.stringify(document);
      await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument }));
    }
    return `arn:aws:iam::${scope.account}:policy/${name}`;
  };
  await createPolicy(getPolicy("boundary", scope));
  for (const role of Object.keys(roles) as RoleName[]) {
    const RoleName = getRoleName(role, scope);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    for (const policy of getPolicies(role, scope)) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: await createPolicy(policy) }));
    }
  }
}

/** Returns credentials of a role of a stack, as environment variables. */
export async function assumeStackRole(
  role: RoleName,
  scope: Scope,
  aws: ReturnType<typeof clientsOf>,
): Promise<Record<string, string>> {
  const { Credentials } = await aws.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${scope.account}:role/${getRoleName(role, scope)}`,
      RoleSessionName: "rehearsal",
      DurationSeconds: 3600,
    }),
  );
  return {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? "",
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? "",
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? "",
  };
}

/** Configures a stack for its roles. */
export async function configureStack(stack: string, scope: Scope, workspace: Workspace): Promise<void> {
  for (const [key, value] of Object.entries(getStackSettings(scope))) {
    await workspace.succeed("config", "set", "--path", key, value, "--stack", stack);
  }
}
