import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { parse } from "yaml";
import { planStack } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { describeAccounts, findAccount } from "../../stacks/check-account";
import { isSettled } from "../../stacks/database-sources";
import { callAws as callWithAdvice } from "../call-aws";
import { projectFolder } from "../command";
import { findUnusableKeys } from "../encryption-keys";
import { createBackendError, runPulumi } from "../pulumi";
import { exportState, type StateResource } from "../state";
import { UserError } from "../user-error";
import { findUnknownKeys } from "./access-keys";
import { readStoredStack } from "./backend";
import { createBackendClient, createClients } from "../aws-clients";
import { type DatabaseStatus, getBackupRegions, readDatabase } from "./database";
import type { Facts } from "./diagnosis/facts";
import { readEnvironments } from "./environments";
import { getFixedName, matchResources } from "./existing";
import { findExisting } from "./inventory";
import { isAlive } from "./locks";

/** The command only reads. */
const consequence = "What happened to the stack is not known.";

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
  const stored = await callAws(
    readStoredStack(getBackendUrl(consequence), project, name, createBackendClient(config)),
  );
  const isReadable = ["good", "unknown"].includes(stored.state) && stored.removeAttributes === undefined;
  const deployment = isReadable ? exportState(stack, `Cannot read the state of ${stack}.`) : {};
  const state = deployment.resources ?? [];
  const { Account: account = "" } = await callAws(aws.sts.send(new GetCallerIdentityCommand({})));
  requireAccount(stack, account, state, { profile: config["aws:profile"], consequence });
  const known = [...plan.resources, ...state];
  const getName = (type: string) =>
    known.flatMap((one) => (one.type === type ? (getFixedName(type, one.inputs) ?? []) : []));
  const [application] = getName("aws:elasticbeanstalk/application:Application");
  const environments = await callAws(readEnvironments(aws, application));
  const scope = { aws, planned: plan.resources, state, environments };
  const existing = await callAws(findExisting(scope));
  const matched = matchResources(existing, plan.resources);
  const database = JSON.parse(config[`${project}:database`] ?? "{}") as { snapshotIdentifier?: string };
  const region = config["aws:region"] ?? "";
  const databases = await callAws(
    Promise.all(
      [...new Set(getName("aws:rds/instance:Instance"))].map((identifier) =>
        readDatabase(aws, identifier, getBackupRegions(scope, region), database.snapshotIdentifier),
      ),
    ),
  );
  return {
    stack,
    region,
    stored: { ...stored, locks: stored.locks.map((lock) => ({ ...lock, isAlive: isAlive(lock) })) },
    deployment,
    planned: plan.resources,
    existing,
    matched,
    environments,
    databases,
    unusableKeys: await callAws(
      findUnusableKeys(state, aws.kms, (message) => {
        console.error(message);
      }),
    ),
    unknownKeys: await callAws(findUnknownKeys(scope, matched)),
    hasDatabaseSource: hasDatabaseSource(
      databases,
      database.snapshotIdentifier,
      config[`${project}:ignoreSnapshot`],
    ),
    importFile: `recover-${name}.json`,
  };
}

/** Whether the configuration says what a new database is created from. */
export function hasDatabaseSource(
  databases: readonly DatabaseStatus[],
  configured: string | undefined,
  ignored: string | undefined,
): boolean {
  return databases.some(
    ({ lost }) =>
      lost !== undefined &&
      (lost.sources.length === 0 ? configured !== undefined : isSettled(lost, configured, ignored)),
  );
}

/** The project's program: `main` of Pulumi.yaml, by default index.ts. */
function getProgram(): string {
  const { main = "index.ts" } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
    main?: string;
  };
  return join(projectFolder, main);
}

/**
 * Returns the address of the state's backend.
 *
 * @param consequence What it means for the command if Pulumi cannot open it.
 * @throws UserError if Pulumi cannot open it.
 */
export function getBackendUrl(consequence = "Nothing was changed."): string {
  try {
    return (JSON.parse(runPulumi(["whoami", "--json"])) as { url: string }).url;
  } catch (error) {
    throw createBackendError(error, `The state cannot be read. ${consequence}`);
  }
}

/** In another account nothing of the stack exists, and everything would look lost. */
export function requireAccount(
  stack: string,
  account: string,
  state: StateResource[],
  { profile, consequence }: { profile?: string; consequence?: string } = {},
): void {
  const deployed = findAccount(state);
  if (deployed !== undefined && deployed !== account) {
    throw new UserError(describeAccounts(stack, deployed, account, { profile, consequence }));
  }
}

function callAws<T>(response: Promise<T>): Promise<T> {
  return callWithAdvice(response, "What exists in AWS could not be read, so nothing is proposed.");
}
