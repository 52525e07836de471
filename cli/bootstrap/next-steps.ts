import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { getEnvironments, getKeyAlias, getRoleNames, type RoleKind } from "../../bootstrap/names";
import { getStackSettings } from "../../bootstrap/permissions";
import { applicationProject, type BootstrapSettings, defaultName } from "../../bootstrap/settings";
import { getOwnName, getStackScope } from "../../bootstrap/stack-scope";
import { readStack } from "../../plan/stack-files";
import { shellWord } from "../../stacks/commands";
import { projectFolder } from "../command";

/** Where the stacks' state and keys are. */
export interface Place {
  settings: BootstrapSettings;
  account: string;
  region: string;
  partition: string;
}

/** Returns the URL of the backend, for `pulumi login`. */
export function getBackendUrl({ settings, region }: Pick<Place, "settings" | "region">): string {
  return `s3://${settings.bucketName}?region=${region}`;
}

/** Returns the secrets provider of a stack, for `--secrets-provider`. */
export function getSecretsProvider(
  { settings, region }: Pick<Place, "settings" | "region">,
  stack: string,
): string {
  return `awskms://${getKeyAlias(settings, stack)}?region=${region}`;
}

/** How far a stack is: not created, created in the bucket, or with its state in another backend. */
export type StackStatus = "new" | "ready" | "elsewhere";

/**
 * Returns how far a stack is. What `pulumi stack init` writes into a stack's file says that it exists.
 *
 * @param inBucket The names of the stacks in the bucket.
 */
export function getStatus(folder: string, stack: string, inBucket: readonly string[]): StackStatus {
  if (inBucket.includes(stack)) {
    return "ready";
  }
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const content = existsSync(file)
    ? (parse(readFileSync(file, "utf8")) as Record<string, unknown> | null)
    : null;
  return ["encryptionsalt", "encryptedkey", "secretsprovider"].some((key) => content?.[key] !== undefined)
    ? "elsewhere"
    : "new";
}

/**
 * Returns the arguments of the Pulumi CLI that create a stack in the bucket, tie it to the account, and set what its roles
 * expect.
 */
export function getInitCommands(place: Place, stack: string, folder: string): string[][] {
  return [
    ["stack", "init", stack, "--no-select", "--secrets-provider", getSecretsProvider(place, stack)],
    ...getConfigCommands(place, stack, folder),
  ];
}

/**
 * Returns the arguments of the Pulumi CLI that tie a stack to the account, and set what its roles expect. Not for a deployed
 * stack, whose roles and users `rolePath` would replace.
 */
export function getConfigCommands(place: Place, stack: string, folder: string): string[][] {
  const { name } = place.settings;
  // The program's default is another one.
  const isNamed = name === defaultName || getOwnName(stack, folder) !== undefined;
  const settings = {
    ...(!isNamed && { name }),
    ...getStackSettings(getStackScope(stack, place, folder)),
  };
  return [
    [
      "config",
      "set",
      "--path",
      "--type",
      "string",
      "aws:allowedAccountIds[0]",
      place.account,
      "--stack",
      stack,
    ],
    ...Object.entries(settings).map(([key, value]) => [
      ...["config", "set", "--path", key, value],
      ...["--stack", stack],
    ]),
  ];
}

/** Returns a setting of a stack; undefined if its file has none. */
export function getSetting(folder: string, stack: string, key: string): string | undefined {
  return readStack(folder, stack).config[`${applicationProject}:${key}`];
}

/**
 * Checks that each stack that was created before has the name that its permissions are for.
 *
 * @returns What is wrong.
 */
export function checkNames(
  { settings: { name, stacks } }: Pick<Place, "settings">,
  folder: string,
): string[] {
  return stacks
    .filter(
      (stack) =>
        name !== defaultName &&
        getStatus(folder, stack, []) !== "new" &&
        getOwnName(stack, folder) === undefined,
    )
    .map(
      (stack) =>
        `Pulumi.${stack}.yaml does not set name, so that the stack ${stack} is called ${defaultName}-…, and --name is ${name}. Expected a name: npx pulumi config set name ${defaultName} --stack ${stack} if it is deployed, otherwise npx pulumi config set name ${name} --stack ${stack}.`,
    );
}

/** Returns the command that moves a stack from another backend. */
export function getMoveCommand(place: Place, stack: string): string {
  return `npx pulumi stack migrate '<URL of the old backend>' ${stack} --secrets-provider ${shellWord(getSecretsProvider(place, stack))}`;
}

/** Formats a command of the Pulumi CLI for a shell. */
export function formatPulumi(args: readonly string[]): string {
  return ["npx pulumi", ...args.map(shellWord)].join(" ");
}

/**
 * Returns the commands of the GitHub CLI that create the environments of the workflows with their rules and variables.
 * The first reviewer of production is the user who runs them.
 */
export function getGithubCommands(place: Place, folder = projectFolder): string[] {
  const { settings } = place;
  const deployed = settings.stacks.filter((stack) => ["staging", "prod"].includes(stack));
  // Without the variable, its workflows are skipped.
  const lists = Object.entries({ DEPLOY_STACKS: deployed, PULL_REQUEST_STACKS: settings.pullRequestStacks });
  return [
    ...(settings.github === undefined
      ? []
      : [
          ...getEnvironmentCommands(place, folder, settings.github, ["deploy", "preview", "restore"]),
          ...lists.flatMap(([name, stacks]) =>
            stacks.length === 0 ? [] : formatVariable(settings.github ?? "", name, JSON.stringify(stacks)),
          ),
        ]),
    ...(settings.applicationRepository === undefined
      ? []
      : getEnvironmentCommands(place, folder, settings.applicationRepository, ["application"])),
  ];
}

/** Returns the commands that create the environments of a repository for roles of all stacks. */
function getEnvironmentCommands(
  place: Place,
  folder: string,
  repository: string,
  kinds: RoleKind[],
): string[] {
  const { settings, account, partition } = place;
  return settings.stacks.flatMap((stack) => {
    const isProduction = getStackScope(stack, place, folder).environment === "prod";
    return kinds.flatMap((kind) =>
      getEnvironments(settings, stack)[kind].flatMap((environment) => {
        const api = `repos/${withoutIds(repository)}/environments/${environment}`;
        const isReviewed = isProduction && !environment.endsWith("-preview");
        const reviewers = isReviewed
          ? ` -F 'reviewers[][type]=User' -F "reviewers[][id]=$(gh api user --jq .id)"`
          : "";
        const policies = `-F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'`;
        const role = `arn:${partition}:iam::${account}:role/${getRoleNames(settings, stack)[kind]}`;
        return [
          `gh api --method PUT ${api}${reviewers} ${policies}`,
          ...getRefs(stack, environment, isProduction).map(
            ([type, name]) =>
              `gh api --method POST ${api}/deployment-branch-policies -f type=${type} -f ${shellWord(`name=${name}`)}`,
          ),
          formatVariable(repository, "AWS_ROLE", role, environment),
          ...(kind === "application"
            ? []
            : [formatVariable(repository, "PULUMI_BACKEND_URL", getBackendUrl(place), environment)]),
        ];
      }),
    );
  });
}

const withoutIds = (repository: string) => repository.replaceAll(/@\d+/g, "");

/** Returns the command that sets a variable of a repository, or of one of its environments. */
function formatVariable(repository: string, name: string, value: string, environment?: string): string {
  return [
    `gh variable set ${name} --repo ${withoutIds(repository)}`,
    ...(environment === undefined ? [] : [`--env ${environment}`]),
    `--body ${shellWord(value)}`,
  ].join(" ");
}

/**
 * Returns the branches and tags that may use an environment of a stack. Tags v* deploy production; `drift` runs on main.
 */
function getRefs(
  stack: string,
  environment: string,
  isProduction: boolean,
): [type: "branch" | "tag", name: string][] {
  if (environment.endsWith("-pull-request")) {
    return [["branch", "refs/pull/*/merge"]];
  }
  const main: ["branch", string] = ["branch", "main"];
  const releases: ["tag", string] = ["tag", "v*"];
  return !isProduction ? [main] : environment === stack ? [releases] : [main, releases];
}
