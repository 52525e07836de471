import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AddClientIDToOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { githubAudience } from "../../bootstrap/names";
import {
  applicationProject,
  bootstrapProject,
  bootstrapSchema,
  completeSettings,
} from "../../bootstrap/settings";
import { checkStackScopes } from "../../bootstrap/stack-scope";
import { runProgram, type PlannedResource } from "../../plan/plan";
import { record } from "../../plan/record";
import { getTableWidth, wrap } from "../../plan/text";
import type { PropertyValue } from "../../plan/values";
import { ask } from "../ask";
import { createClients, type Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { projectFolder } from "../command";
import { findExecutable } from "../pulumi";
import { parseCheckpoint, readStoredStack } from "../recover/backend";
import { collect } from "../recover/existing";
import { formatHolder, isAlive, type Lock } from "../recover/locks";
import type { Deployment } from "../state";
import { UserError } from "../user-error";
import { type Existing, findExisting, requireOwnPolicies } from "./existing";
import {
  checkNames,
  formatPulumi,
  getBackendUrl,
  getConfigCommands,
  getGithubCommands,
  getInitCommands,
  getMoveCommand,
  getSetting,
  getStatus,
  type Place,
} from "./next-steps";
import {
  type BootstrapOptions,
  bootstrapFolder,
  getEnvironment,
  getOwnValues,
  getStackFile,
  readConfiguration,
  runBootstrap,
  writeConfiguration,
} from "./project";
import { getImports, getUrns, importResources, type Plan, rehearse } from "./rehearse";
import { formatPlan, getDeletions } from "./format-plan";

export type { BootstrapOptions } from "./project";

/** What a run works on. */
interface Context {
  /** The stack of the bootstrap project. */
  stack: string;
  aws: Clients;
  place: Place;
  planned: PlannedResource[];
  /** The environment of the CLI, with the bucket as its backend. */
  env: NodeJS.ProcessEnv;
  /** Whether not to ask. */
  yes: boolean;
}

/** Creates what is missing, after a confirmation, then the stacks. Returns the exit code. */
export async function bootstrap(options: BootstrapOptions): Promise<number> {
  const { name: stack = "beo-datastore", yes = false } = options;
  requireName(stack);
  const config = readConfiguration(stack, options);
  const aws = createClients(config);
  const place = await readPlace(stack, config, aws);
  config["aws:allowedAccountIds"] = JSON.stringify([place.account]);
  console.error(`Reading account ${place.account}, ${place.region} …`);
  const planned = await planResources(stack, config, place);
  const existing = await read(findExisting(planned, { ...place, aws }));
  const env = getEnvironment(getBackendUrl(place), config);
  const context: Context = { stack, aws, place, planned, env, yes };
  // The CLI reads the settings from this file, also for the preview.
  const before = writeConfiguration(stack, config);
  let isConfirmed = false;
  try {
    const deployment = await readDeployment(context, existing);
    const plan = rehearse(stack, config, deployment, planned, existing.ids);
    requireNoDeletions(plan, stack);
    await read(requireOwnPolicies(planned, plan.imports, { ...place, aws }));
    const hasChanges =
      plan.steps.length > 0 || plan.imports.size > 0 || existing.providerWithoutAudience !== undefined;
    console.log(formatPlan(place, plan, planned, existing));
    showGithubCommands(context, options, plan);
    isConfirmed = !hasChanges || yes || ask(`Do this in account ${place.account}? (yes/no) `);
    if (!isConfirmed) {
      console.log("Nothing was changed.");
      return 1;
    }
    if (hasChanges) {
      await apply(context, deployment, existing);
    }
  } finally {
    if (!isConfirmed) {
      restoreFile(getStackFile(stack), before);
    }
  }
  return await createStacks(context);
}

function restoreFile(file: string, content: string | undefined): void {
  if (content === undefined) {
    rmSync(file, { force: true });
  } else {
    writeFileSync(file, content);
  }
}

function requireName(stack: string): void {
  const { validator } = bootstrapSchema.name;
  if (!validator.isValid(stack)) {
    throw new UserError(`--name is ${JSON.stringify(stack)}. Expected ${validator.expected}.`);
  }
}

/** Checks the settings and the account. @throws UserError with every mistake. */
async function readPlace(stack: string, config: Record<string, string>, aws: Clients): Promise<Place> {
  const region = config["aws:region"] ?? "";
  const { Account: account = "", Arn = "" } = await read(aws.sts.send(new GetCallerIdentityCommand({})));
  const { settings, problems } = completeSettings(getOwnValues(config), account);
  const place = { settings, account, region, partition: Arn.split(":")[1] ?? "aws" };
  if (problems.length === 0) {
    problems.push(...checkStackScopes(place, projectFolder), ...checkNames(place, projectFolder));
  }
  if (problems.length > 0) {
    throw new UserError(["The settings are wrong. Nothing was changed.", ...problems].join("\n  "));
  }
  const allowed = JSON.parse(config["aws:allowedAccountIds"] ?? "[]") as string[];
  if (allowed.length > 0 && !allowed.includes(account)) {
    throw new UserError(
      `The credentials belong to account ${account}, but ${getStackFile(stack)} is for ${allowed.join(", ")}. Set AWS_PROFILE or log in again; for another account, choose another --name. Nothing was changed.`,
    );
  }
  return place;
}

function read<T>(response: Promise<T>): Promise<T> {
  return callAws(response, "What exists in AWS could not be read. Nothing was changed.");
}

/** Runs the bootstrap program without the engine, for the names and parents of its resources. */
async function planResources(
  stack: string,
  config: Record<string, string>,
  { account, region, partition }: Place,
): Promise<PlannedResource[]> {
  const results: Record<string, Record<string, PropertyValue>> = {
    "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
    "aws:index/getRegion:getRegion": { id: region, region },
    "aws:index/getPartition:getPartition": { partition },
  };
  const { resources, error } = await record(
    { project: bootstrapProject, stack, config, invoke: (token) => results[token] ?? {} },
    () => runProgram(join(bootstrapFolder, "index.ts")),
  );
  if (error !== undefined) {
    throw error;
  }
  return resources.map(({ parent = null, ...resource }) => ({ ...resource, parent }));
}

/** Reads the state in the bucket; undefined if there is none. Removes the lock of a run that was killed. */
async function readDeployment(context: Context, existing: Existing): Promise<Deployment | undefined> {
  const { stack, aws, place, planned, env } = context;
  const bucket = planned.find(
    ({ type, inputs }) => type === "aws:s3/bucket:Bucket" && inputs.bucket === place.settings.bucketName,
  );
  if (!existing.ids.has(bucket?.urn ?? "")) {
    return undefined;
  }
  const { state, locks } = await read(readStoredStack(getBackendUrl(place), bootstrapProject, stack, aws.s3));
  requireUnlocked(locks);
  if (locks.length > 0) {
    runBootstrap(["cancel", stack, "--yes"], env);
  }
  if (state === "missing") {
    return undefined;
  }
  const { deployment } = JSON.parse(runBootstrap(["stack", "export", "--stack", stack], env)) as {
    deployment: Deployment | null;
  };
  return deployment ?? {};
}

/** @throws UserError if another run may still work. */
function requireUnlocked(locks: Lock[]): void {
  const [lock] = locks.filter((one) => isAlive(one) !== false);
  if (lock !== undefined) {
    throw new UserError(
      `The bootstrap stack is locked by ${formatHolder(lock)}. Wait until it has finished. Nothing was changed.`,
    );
  }
}

/** @throws UserError if the preview deletes or replaces something. */
function requireNoDeletions(plan: Plan, stack: string): void {
  const deletions = getDeletions(plan);
  if (deletions.length > 0) {
    throw new UserError(
      [
        "The settings leave out what exists, and this command deletes nothing:",
        ...deletions,
        `Nothing was changed. Compare the options with ${getStackFile(stack)} in Git. To delete on purpose: docs/bootstrap.md#delete`,
      ].join("\n  "),
    );
  }
}

/** The environments should exist, with their rules, before a role trusts them: GitHub creates a missing one without any. */
function showGithubCommands({ place }: Context, options: BootstrapOptions, { steps }: Plan): void {
  const isNew = steps.some(({ op, urn }) => op === "create" && urn.includes("aws:iam/role:Role::"));
  const isGiven = options.github !== undefined || options.applicationGithub !== undefined;
  const commands = getGithubCommands(place, projectFolder);
  if (commands.length > 0 && (isNew || isGiven)) {
    console.log(
      [
        "",
        "GitHub: run these commands before the roles exist. GitHub creates a missing environment without rules, and",
        "then every branch can use its role (docs/ci.md).",
        ...commands.map((line) => `  ${line}`),
        "",
      ].join("\n"),
    );
  }
}

/**
 * Creates the bucket first, because it holds the state, and imports what exists. From then on, an interrupted run leaves
 * nothing that the next one does not find.
 */
async function apply(
  context: Context,
  deployment: Deployment | undefined,
  existing: Existing,
): Promise<void> {
  const { stack, aws, place, planned, env } = context;
  const { bucketName } = place.settings;
  const bucket = planned.find(
    ({ type, inputs }) => type === "aws:s3/bucket:Bucket" && inputs.bucket === bucketName,
  );
  const ids = new Map(existing.ids);
  if (bucket !== undefined && !ids.has(bucket.urn)) {
    const location =
      place.region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: place.region as "us-west-1" } };
    await aws.s3.send(new CreateBucketCommand({ Bucket: bucketName, ...location }));
    ids.set(bucket.urn, bucketName);
  }
  if (deployment === undefined) {
    runBootstrap(["stack", "init", stack, "--no-select"], env);
  } else if ((deployment.pending_operations ?? []).length > 0) {
    runBootstrap(["refresh", "--yes", "--clear-pending-creates", "--stack", stack], env);
  }
  importResources(stack, env, {
    planned,
    imports: getImports(deployment, ids),
    inState: getUrns(deployment),
  });
  if (existing.providerWithoutAudience !== undefined) {
    await aws.iam.send(
      new AddClientIDToOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: existing.providerWithoutAudience,
        ClientID: githubAudience,
      }),
    );
  }
  runVisibly(["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack], env, bootstrapFolder);
}

/** Runs the CLI with its output on the terminal. @throws UserError if it fails. */
function runVisibly(args: string[], env: NodeJS.ProcessEnv, cwd: string): void {
  const { status } = spawnSync(findExecutable("pulumi") ?? "pulumi", [...args, "--non-interactive"], {
    cwd,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) {
    throw new UserError(`${formatPulumi(args)} failed. Run npx beo bootstrap again: it continues.`);
  }
}

/** Logs in to the bucket, creates the stacks in it that are new, and says how to move those of another backend. */
async function createStacks({ aws, place, env, yes }: Context): Promise<number> {
  const { settings } = place;
  const url = getBackendUrl(place);
  const stored = await listStacks(aws, settings.bucketName);
  const inBucket = [...stored.keys()];
  const statuses = settings.stacks.map((stack) => ({
    stack,
    status: getStatus(projectFolder, stack, inBucket),
  }));
  const ofStatus = (wanted: string) =>
    statuses.flatMap(({ stack, status }) => (status === wanted ? stack : []));
  const moves = ofStatus("elsewhere").map((stack) => getMoveCommand(place, stack));
  const created = ofStatus("new");
  // An earlier run was interrupted after `stack init`.
  const unfinished = await filterNeverDeployed(
    ofStatus("ready").filter((stack) => getSetting(projectFolder, stack, "rolePath") === undefined),
    (stack) => aws.s3.send(new GetObjectCommand({ Bucket: settings.bucketName, Key: stored.get(stack) })),
  );
  const hasVariable = process.env.PULUMI_BACKEND_URL !== undefined;
  const login = ["login", url];
  const commands = [
    ...(hasVariable ? [] : [login]),
    ...created.flatMap((stack) => getInitCommands(place, stack, projectFolder)),
    ...unfinished.flatMap((stack) => getConfigCommands(place, stack, projectFolder)),
  ];
  if (moves.length > 0) {
    console.log(
      [
        "",
        "These stacks have their state in another backend. To move them, see docs/bootstrap.md#move-a-stack:",
        `  ${formatPulumi(login)}`,
        ...moves.map((line) => `  ${line}`),
      ].join("\n"),
    );
  }
  if (hasVariable && process.env.PULUMI_BACKEND_URL !== url) {
    console.log(
      `\nPULUMI_BACKEND_URL is ${process.env.PULUMI_BACKEND_URL ?? ""}. Change it:\n  export PULUMI_BACKEND_URL='${url}'`,
    );
  }
  if (created.length + unfinished.length === 0) {
    console.log(
      `\n${fit(`The stacks in ${settings.bucketName}: ${inBucket.join(", ") || "none"}.`)}${hasVariable ? "" : ` To use them:\n  ${formatPulumi(login)}`}`,
    );
    return 0;
  }
  console.log(
    [
      "",
      "To create the stacks in the bucket, each with its key and what its roles expect (docs/permissions.md):",
      ...commands.map((args) => `  ${formatPulumi(args)}`),
    ].join("\n"),
  );
  if (!yes && !ask("Run these commands? (yes/no) ")) {
    return 0;
  }
  for (const args of commands) {
    runVisibly(
      args,
      {
        ...process.env,
        PULUMI_BACKEND_URL: hasVariable ? url : undefined,
        AWS_REGION: place.region,
        AWS_PROFILE: env.AWS_PROFILE,
      },
      projectFolder,
    );
  }
  console.log(
    `\n${fit(`Commit ${[...created, ...unfinished].map((stack) => `Pulumi.${stack}.yaml`).join(", ")} and bootstrap/Pulumi.${settings.name}.yaml.`)}`,
  );
  return 0;
}

/** Wraps a text with the names of many stacks, in a terminal. */
function fit(text: string): string {
  return wrap(text, getTableWidth(process.stdout.columns));
}

/** Returns the stacks whose state has no resources. */
async function filterNeverDeployed(
  stacks: string[],
  getState: (stack: string) => Promise<GetObjectCommandOutput>,
): Promise<string[]> {
  const deployments = await Promise.all(
    stacks.map(async (stack) => {
      const { Body } = await read(getState(stack));
      return parseCheckpoint(Body && Buffer.from(await Body.transformToByteArray()));
    }),
  );
  return stacks.filter((_, index) => {
    const deployment = deployments[index];
    return deployment !== undefined && (deployment.resources ?? []).length === 0;
  });
}

/** Returns the application's stacks in the bucket, with the keys of their states. */
async function listStacks({ s3 }: Clients, Bucket: string): Promise<Map<string, string>> {
  const Prefix = `.pulumi/stacks/${applicationProject}/`;
  const objects = await read(
    collect(paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }), ({ Contents }) => Contents),
  );
  return new Map(
    objects.flatMap(({ Key = "" }) => {
      const [, stack] = /^([^/.]+)\.json(\.gz)?$/.exec(Key.slice(Prefix.length)) ?? [];
      return stack === undefined ? [] : [[stack, Key] as const];
    }),
  );
}
