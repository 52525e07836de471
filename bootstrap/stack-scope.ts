import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readStack } from "../plan/stack-files";
import { schema } from "../stacks/schema";
import { tiers } from "../stacks/tiers";
import { parseJson } from "../stacks/validators";
import type { Scope } from "./names";
import { getApplicationName, type Scope as StackScope } from "./permissions";
import { applicationProject } from "./settings";

/** Returns what the permissions of a stack depend on. Its file has its name, tier, domains, mail and topics. */
export function getStackScope(
  stack: string,
  { partition, account, region, settings }: Scope,
  folder = join(__dirname, ".."),
): StackScope {
  const { project, config } = readStack(folder, stack);
  const read = (key: string) => config[`${project}:${key}`];
  const mail = parseJson(read("mail") ?? "{}") as { domain?: string; region?: string };
  const backup = parseJson(read("backup") ?? "{}") as { region?: string };
  const environment = read("environment") ?? stack;
  const { topicArns } = parseJson(read("monitoring") ?? "{}") as { topicArns?: string[] };
  return {
    partition,
    account,
    region,
    project: getOwnName(stack, folder) ?? settings.name,
    environment,
    backupRegion: backup.region ?? getTierRegion(environment),
    domains: [read("domain"), mail.domain].flatMap((domain) => domain ?? []),
    ...(mail.domain !== undefined && { mailIdentities: [mail.domain] }),
    ...(mail.region !== undefined && { mailRegion: mail.region }),
    ...(topicArns !== undefined && { topicArns }),
  };
}

/** Returns the region of backups that a tier has by default. */
function getTierRegion(environment: string): string {
  return (
    (tiers as Record<string, { backup?: { region?: string } } | undefined>)[environment]?.backup?.region ??
    "none"
  );
}

/** Returns the setting `name` of a stack's file. Pulumi.yaml has a default, which does not tell whether the file has one. */
export function getOwnName(stack: string, folder: string): string | undefined {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const content = existsSync(file)
    ? (parse(readFileSync(file, "utf8")) as { config?: Record<string, string> | null } | null)
    : null;
  const config = content?.config;
  return config?.[`${applicationProject}:name`] ?? config?.name;
}

/**
 * Checks that the names of the stacks keep them apart: their roles would otherwise reach each other's resources.
 *
 * @returns What is wrong with them.
 */
export function checkStackScopes(scope: Scope, folder?: string): string[] {
  const scopes = scope.settings.stacks.map((stack) => {
    const { project, environment } = getStackScope(stack, scope, folder);
    return { stack, project, environment, name: getApplicationName({ project, environment }) };
  });
  const { validator } = schema.environment;
  const withoutTier = scopes.filter(({ environment }) => !validator.isValid(environment));
  if (withoutTier.length > 0) {
    return withoutTier.map(
      ({ stack, environment }) =>
        `The tier of the stack ${stack} is ${environment}. Expected ${validator.expected}: set ${applicationProject}:environment in Pulumi.${stack}.yaml, and ${applicationProject}:name if another stack has that tier.`,
    );
  }
  return scopes.flatMap((one, index) =>
    scopes.flatMap((other, position) => {
      if (position > index && one.name === other.name) {
        return `The stacks ${one.stack} and ${other.stack} have the same application name, ${one.name}. Expected one for each: set ${applicationProject}:name in Pulumi.${other.stack}.yaml.`;
      }
      return other.name.startsWith(`${one.name}-`)
        ? `The application name ${other.name}, of the stack ${other.stack}, begins with ${one.name}-, so that the roles of ${one.stack} would reach its snapshots and alarms. Expected another beginning: set ${applicationProject}:name in Pulumi.${other.stack}.yaml.`
        : [];
    }),
  );
}
