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

/** The roles of a stack: for its deployments, its previews, deployments of the application, and its restore drills. */
export const roleKinds = ["deploy", "preview", "application", "restore"] as const;
/** A role of a stack. */
export type RoleKind = (typeof roleKinds)[number];

/** Returns the names of the roles that GitHub assumes for a stack. */
export function getRoleNames({ name }: Names, stack: string): Record<RoleKind, string> {
  const toName = (kind: RoleKind) => `${name}-${stack}-${kind}`;
  return {
    deploy: toName("deploy"),
    preview: toName("preview"),
    application: toName("application"),
    restore: toName("restore"),
  };
}

/** Returns the GitHub environments whose jobs may assume each role of a stack. */
export function getEnvironments(
  { pullRequestStacks }: Pick<BootstrapSettings, "pullRequestStacks">,
  stack: string,
): Record<RoleKind, string[]> {
  return {
    deploy: [stack],
    preview: [`${stack}-preview`, ...(pullRequestStacks.includes(stack) ? [`${stack}-pull-request`] : [])],
    application: [stack],
    // Not that of deployments, whose jobs cannot read the database.
    restore: [`${stack}-restore`],
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
/** The inline policy of a role for the state and the key of its stack. */
export const statePolicy = "state";
