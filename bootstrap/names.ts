import type { BootstrapSettings } from "./settings";

/** Where the program runs, and for what. */
export interface Scope {
  account: string;
  region: string;
  partition: string;
  settings: BootstrapSettings;
}

type Names = Pick<BootstrapSettings, "name">;

/** Returns the name of the bucket of the state's access logs. */
export function getLogBucketName({ bucketName }: Pick<BootstrapSettings, "bucketName">): string {
  return `${bucketName}-logs`;
}

/** Returns the alias of the key of a stack's secrets. */
export function getKeyAlias({ name }: Names, stack: string): string {
  return `alias/${name}-${stack}-state`;
}

/** Returns the names of the roles that GitHub assumes for a stack. */
export function getRoleNames({ name }: Names, stack: string): { deploy: string; preview: string } {
  return { deploy: `${name}-${stack}-deploy`, preview: `${name}-${stack}-preview` };
}

/** Returns the name of the policy with one of the documents in permissions/. */
export function getPolicyName({ name }: Names, stack: string, permissions: string): string {
  return `${name}-${stack}-${permissions}`;
}

/** Returns the GitHub environments whose jobs may assume each role of a stack. */
export function getEnvironments(
  { pullRequestStacks }: Pick<BootstrapSettings, "pullRequestStacks">,
  stack: string,
): { deploy: string[]; preview: string[] } {
  return {
    deploy: [stack],
    preview: [`${stack}-preview`, ...(pullRequestStacks.includes(stack) ? [`${stack}-pull-request`] : [])],
  };
}

/** Returns the tags of a resource. */
export function getTags({ name }: Names, environment: string): Record<string, string> {
  return { Project: name, Environment: environment, ManagedBy: "Pulumi" };
}

/** The tag `Environment` of what all stacks share. */
export const shared = "shared";
/** The host of the OpenID Connect provider of GitHub Actions. */
export const githubIssuer = "token.actions.githubusercontent.com";
/** The audience that aws-actions/configure-aws-credentials asks for. */
export const githubAudience = "sts.amazonaws.com";
