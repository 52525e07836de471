import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { parse } from "yaml";
import { planStack } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { describeAccounts, findAccount } from "../../stacks/check-account";
import { callAws as callWithAdvice } from "../call-aws";
import { projectFolder } from "../command";
import { findUnusableKeys } from "../encryption-keys";
import { createBackendError, runPulumi } from "../pulumi";
import { exportState, type StateResource } from "../state";
import { UserError } from "../user-error";
import { findUnknownKeys } from "./access-keys";
import { readStoredStack } from "./backend";
import { createBackendClient, createClients } from "../aws-clients";
import { type DatabaseStatus, readDatabase } from "./database";
import type { Facts } from "./diagnosis/facts";
import { readEnvironments } from "./environments";
import { getFixedName, matchResources } from "./existing";
import { findExisting } from "./inventory";
import { isAlive } from "./locks";

/**
 * Reads the state, its locks and history, the plan, and AWS.
 *
 * @throws UserError if one of them cannot be read, or the credentials belong to another account than the stack.
 */
export async function readFacts(stack: string): Promise<Facts> {
  // The name may be qualified: organization/stack.
  const name = basename(stack);
  const { config, project } = readStack(projectFolder, name);
  const aws = createClients(config, { stack: name });
  const { plan } = await planStack(name, projectFolder, getProgram());
  if (plan.errors.length > 0) {
    throw new UserError(plan.errors.join("\n"));
  }
  const stored = await callAws(readStoredStack(getBackendUrl(), project, name, createBackendClient(config)));
  const isReadable = ["good", "unknown"].includes(stored.state) && stored.removeAttributes === undefined;
  const deployment = isReadable ? exportState(stack, `Cannot read the state of ${stack}.`) : {};
  const state = deployment.resources ?? [];
  const { Account: account = "" } = await callAws(aws.sts.send(new GetCallerIdentityCommand({})));
  requireAccount(stack, account, state, config["aws:profile"]);
  const known = [...plan.resources, ...state];
  const getName = (type: string) =>
    known.flatMap((one) => (one.type === type ? (getFixedName(type, one.inputs) ?? []) : []));
  const [application] = getName("aws:elasticbeanstalk/application:Application");
  const environments = await callAws(readEnvironments(aws, application));
  const scope = { aws, planned: plan.resources, state, environments };
  const existing = await callAws(findExisting(scope));
  const matched = matchResources(existing, plan.resources);
  const database = JSON.parse(config[`${project}:database`] ?? "{}") as Record<string, unknown>;
  const databases = await callAws(
    Promise.all(
      [...new Set(getName("aws:rds/instance:Instance"))].map((identifier) => readDatabase(aws, identifier)),
    ),
  );
  return {
    stack,
    region: config["aws:region"] ?? "",
    stored: { ...stored, locks: stored.locks.map((lock) => ({ ...lock, isAlive: isAlive(lock) })) },
    deployment,
    planned: plan.resources,
    existing,
    matched,
    environments,
    databases,
    unusableKeys: await callAws(findUnusableKeys(state, aws.kms)),
    unknownKeys: await callAws(findUnknownKeys(scope, matched)),
    hasDatabaseSource: hasDatabaseSource(
      databases,
      database.snapshotIdentifier as string | undefined,
      config[`${project}:ignoreSnapshot`],
    ),
    importFile: `recover-${name}.json`,
  };
}

/**
 * Whether the configuration says what a new database is created from. A snapshot that is older than the newest one is left
 * from an earlier restore, and would bring back old data.
 */
export function hasDatabaseSource(
  databases: readonly DatabaseStatus[],
  configured: string | undefined,
  ignored: string | undefined,
): boolean {
  const sources = [configured?.replace(/^arn:.*:snapshot:/, ""), ignored];
  return databases.some(({ snapshot }) =>
    snapshot === undefined ? configured !== undefined : sources.includes(snapshot),
  );
}

/** The project's program: `main` of Pulumi.yaml, by default index.ts. */
function getProgram(): string {
  const { main = "index.ts" } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
    main?: string;
  };
  return join(projectFolder, main);
}

/** Returns the address of the state's backend. @throws UserError if Pulumi cannot open it. */
export function getBackendUrl(): string {
  try {
    return (JSON.parse(runPulumi(["whoami", "--json"])) as { url: string }).url;
  } catch (error) {
    throw createBackendError(error, "The state cannot be read. Nothing was changed.");
  }
}

/** In another account nothing of the stack exists, and everything would look lost. */
export function requireAccount(
  stack: string,
  account: string,
  state: StateResource[],
  profile?: string,
): void {
  const deployed = findAccount(state);
  if (deployed !== undefined && deployed !== account) {
    throw new UserError(describeAccounts(stack, deployed, account, profile));
  }
}

function callAws<T>(response: Promise<T>): Promise<T> {
  return callWithAdvice(response, "What exists in AWS could not be read, so nothing is proposed.");
}
