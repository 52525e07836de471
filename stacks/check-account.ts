import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getInstance } from "@pulumi/aws/rds/getInstance";
import * as pulumi from "@pulumi/pulumi";
import { getBackupRegion } from "../components/backups/settings";
import { getSelection } from "./aws-profile";
import { commandLine, removeCommand, setCommand } from "./commands";
import {
  createRdsClient,
  describeSource,
  getName,
  isSettled,
  type LostDatabase,
  readLostDatabase,
} from "./database-sources";
import { type Deployment, toText } from "./deployment";
import type { Problem } from "./configuration-error";
import type { CompleteSettings } from "./tiers";

/**
 * Returns what is left of the stack's database, if there is no such database in AWS. The state does not tell: it is read as it
 * was before `up --refresh`, and does not have what an interrupted update created.
 *
 * @param provider The configuration of the AWS provider.
 * @throws RunError if AWS cannot be read.
 */
export async function findLostDatabase(
  { applicationName, backup, database }: Pick<CompleteSettings, "applicationName" | "backup" | "database">,
  resources: Deployment["resources"],
  provider: Record<string, unknown>,
): Promise<LostDatabase | undefined> {
  const deployed = findInstance(resources)?.outputs.identifier;
  const configured = database.identifier ?? applicationName;
  const dbInstanceIdentifier = typeof deployed === "string" ? deployed : configured;
  if ((await unlessMissing(getInstance({ dbInstanceIdentifier }))) !== undefined) {
    return undefined;
  }
  const home = String(provider["aws:region"]);
  const regions = getBackupRegions(backup, resources).filter((region) => region !== home);
  return readLostDatabase(
    (region = home) => createRdsClient(region, toText(provider["aws:profile"])),
    dbInstanceIdentifier,
    regions,
    database.snapshotIdentifier,
  ).catch((error: unknown) => {
    throw createReadError([home, ...regions], error);
  });
}

/** The regions that the settings and the state name for backups. */
export function getBackupRegions(
  backup: CompleteSettings["backup"],
  resources: Deployment["resources"],
): string[] {
  const configured = getBackupRegion(backup ?? {});
  const deployed = resources.flatMap(({ name, outputs }) =>
    /^beo-backup-(database|copy|key)$/.test(name) ? (toText(outputs.region) ?? []) : [],
  );
  return [...new Set([...(configured === undefined ? [] : [configured]), ...deployed])];
}

/** Refuses to create the database without the latest data of the one that was deleted, unless the configuration says so. */
export function checkLostDatabase(
  { database }: { database: Pick<CompleteSettings["database"], "snapshotIdentifier"> },
  { lost }: Pick<Deployment, "lost">,
  ignored: string | undefined,
  stack: string,
): Problem[] {
  const configured = database.snapshotIdentifier;
  const [latest] = lost?.sources ?? [];
  if (lost === undefined || latest === undefined || isSettled(lost, configured, ignored)) {
    return [];
  }
  const given = configured === undefined ? "is not set" : `is ${getName(configured)}`;
  const outcome = configured === undefined ? "an empty one" : "one without that data";
  const message = `${given}, but the stack's database was deleted, and its latest data is in ${describeSource(latest)}. The update would create ${outcome}. Restore the data by the commands that this one prints:\n    npx beo recover ${stack}\n  To create the database without that data instead:`;
  return [
    {
      key: "database.snapshotIdentifier",
      message,
      commands: [setCommand("ignoreSnapshot", latest.identifier)],
    },
  ];
}

/** Warns of a snapshot from which the deployed database was not created. RDS restores one into a new instance only. */
export function getSnapshotWarning(
  { database }: { database: Pick<CompleteSettings["database"], "snapshotIdentifier"> },
  { resources, lost }: Pick<Deployment, "resources" | "lost">,
  stack: string,
): string | undefined {
  const key = "database.snapshotIdentifier";
  const configured = database.snapshotIdentifier;
  const deployed = findInstance(resources)?.outputs;
  // A deleted database is created again, from the snapshot that is set.
  if (configured === undefined || deployed === undefined || lost !== undefined) {
    return undefined;
  }
  const source = toText(deployed.snapshotIdentifier) ?? "";
  if (getName(source) === getName(configured)) {
    return undefined;
  }
  const origin = source === "" ? "not created from a snapshot" : `created from ${source}`;
  return `${key} is ${configured}, but the deployed database was ${origin}. The setting has no effect on it: the update restores nothing. To restore the snapshot in its place, or to remove the setting:\n    npx beo restore ${stack} --snapshot ${configured}\n    ${commandLine([removeCommand(key)], stack)}`;
}

/** Whether the deployed database has no name for its final snapshot, because it was imported. */
export function lacksFinalSnapshot({ resources }: Deployment): boolean {
  const instance = findInstance(resources);
  return instance !== undefined && typeof instance.outputs.finalSnapshotIdentifier !== "string";
}

/** Returns the stack's database in the state. */
function findInstance(resources: Deployment["resources"]) {
  return resources.find(({ name }) => name === "beo-db-instance");
}

/**
 * Refuses credentials of another account than the one that the stack is deployed in.
 *
 * @throws RunError, which Pulumi prints without a stack trace.
 */
export async function checkAccount(
  resources: Deployment["resources"],
  stack: string,
  provider: Record<string, unknown>,
): Promise<void> {
  const deployed = findAccount(resources);
  if (deployed === undefined) {
    return;
  }
  const profile = toText(provider["aws:profile"]);
  const { accountId } = await getCallerIdentity().catch((error: unknown) => {
    throw new pulumi.RunError(describeRefusal(String(error), stack, deployed, provider));
  });
  if (accountId !== deployed) {
    throw new pulumi.RunError(describeAccounts(stack, deployed, accountId, { profile }));
  }
}

/** Describes why the provider has no credentials: AWS, a profile, or the lists of accounts in the configuration. */
export function describeRefusal(
  reason: string,
  stack: string,
  deployed: string,
  provider: Record<string, unknown>,
): string {
  // The text of the provider for both lists (VerifyAccountIDAllowed in hashicorp/aws-sdk-go-base).
  if (reason.includes(`AWS account ID not allowed: ${deployed}`)) {
    const list = ["aws:forbiddenAccountIds", "aws:allowedAccountIds"].find((key) => key in provider) ?? "";
    return [
      `${list} refuses account ${deployed}, in which stack "${stack}" is deployed, and to which the credentials belong. Nothing was changed.`,
      "  Correct the setting:",
      ...(list === "aws:forbiddenAccountIds"
        ? [`    ${commandLine([removeCommand(list)], stack)}`]
        : [`    ${allowAccount(deployed, stack)}`]),
    ].join("\n");
  }
  const [text, ...commands] = getSelection(toText(provider["aws:profile"]), stack);
  return [
    `AWS refused the credentials: ${reason}`,
    `Nothing was changed. Stack "${stack}" is deployed in account ${deployed}. ${text}`,
    ...commands.map((command) => `  ${command}`),
  ].join("\n");
}

/** Returns the command that lets Pulumi refuse all accounts but this one. */
export function allowAccount(account: string, stack: string): string {
  return `npx pulumi config set --path --type string 'aws:allowedAccountIds[0]' ${account} --stack ${stack}`;
}

/** Returns the account in the ARNs of deployed resources; undefined if there are none. */
export function findAccount(resources: readonly { outputs?: Record<string, unknown> }[]): string | undefined {
  return resources
    .map(({ outputs }) => /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/.exec(String(outputs?.arn))?.[1])
    .find((account) => account !== undefined);
}

/**
 * Describes that the credentials belong to another account, and what to do.
 *
 * @param options.profile The profile that the configuration names.
 * @param options.consequence What it means for the command.
 */
export function describeAccounts(
  stack: string,
  deployed: string,
  given: string,
  { profile, consequence = "Nothing was changed." }: { profile?: string; consequence?: string } = {},
): string {
  const [text, ...commands] = getSelection(profile, stack);
  return [
    `Stack "${stack}" is deployed in AWS account ${deployed}, but the credentials belong to account ${given}. ${consequence}`,
    `  ${text}`,
    ...commands.map((command) => `    ${command}`),
    "  Let Pulumi refuse all other accounts, also before the first deployment (aws:allowedAccountIds):",
    `    ${allowAccount(deployed, stack)}`,
  ].join("\n");
}

/** Returns undefined where AWS has no such thing. Other errors, such as a missing permission, remain. */
async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The provider's texts, which differ between data sources and versions.
    if (/no results|no matching|NotFound|couldn't find/.test(reason)) {
      return undefined;
    }
    throw createReadError([], error);
  }
}

function createReadError(regions: readonly string[], error: unknown): pulumi.RunError {
  const reason = error instanceof Error ? error.message : String(error);
  const what = regions.length === 0 ? "" : ` and its backups in ${regions.join(" and ")}`;
  return new pulumi.RunError(
    `Reading the stack's database${what} from AWS failed: ${reason}\nNothing was changed. Check the credentials: aws sts get-caller-identity. They need rds:DescribeDBInstances, rds:DescribeDBSnapshots and rds:DescribeDBInstanceAutomatedBackups.`,
  );
}
