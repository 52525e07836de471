import { resolveNs } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { parse } from "yaml";
import { planStack } from "../../plan/plan";
import { findCollisions } from "../../plan/collisions";
import { readStack, readStacks } from "../../plan/stack-files";
import { describeAccounts, findAccount } from "../../stacks/check-account";
import { createClients } from "../aws-clients";
import { describeAwsFailure } from "../aws-failure";
import { projectFolder } from "../command";
import { type Check, type Line, type Report, runChecks } from "../report";
import type { StackReports } from "../reports";
import { runParallel } from "../run-parallel";
import { exportState, isDeployed, type StateResource } from "../state";
import { checkAccount } from "./account";
import { checkBackups } from "./backups";
import type { Context } from "./context";
import { checkSharedNetworks } from "./created-vpc";
import { checkDns } from "./dns";
import { checkEndpoints } from "./endpoints";
import { checkMail, checkNames } from "./names";
import { checkNetwork } from "./network";
import { planDeployed } from "./plan-deployed";
import { checkQuotas, checkSharedQuotas } from "./quotas";
import { checkRights } from "./rights";

/**
 * The topics of a preflight, in the order of the report.
 *
 * @param isAlone Whether the stack's own needs are compared with the quotas. Several stacks share them.
 */
export function getChecks(context: Context, isAlone = true): Check[] {
  return [
    ...checkAccount(context),
    ...checkNetwork(context),
    ...checkEndpoints(context),
    ...checkDns(context),
    ...checkNames(context),
    ...checkMail(context),
    ...checkBackups(context),
    ...(isAlone ? checkQuotas(context) : []),
    ...checkRights(context),
  ];
}

/** Reads whether a deployment can succeed. */
export async function readPreflight(stack: string): Promise<Report> {
  const { checks, context } = await prepare(stack);
  return runChecks([...checks, ...(context === undefined ? [] : getChecks(context))]);
}

/** Reads whether the deployments of several stacks can succeed, and whether the account's quotas suffice for all. */
export async function readPreflights(stacks: readonly string[]): Promise<StackReports> {
  const prepared: [stack: string, Preparation][] = [];
  // A plan runs the program in this process: one stack after the other.
  for (const stack of stacks) {
    prepared.push([stack, await prepare(stack)]);
  }
  const reports = await runParallel(prepared, parallelStacks, async ([stack, { checks, context }]) => ({
    stack,
    ...(await runChecks([...checks, ...(context === undefined ? [] : getChecks(context, false))])),
  }));
  const contexts = prepared.flatMap(([, { context }]) => context ?? []);
  const checks = [checkCollisions(stacks), ...checkSharedNetworks(contexts), ...checkSharedQuotas(contexts)];
  return { stacks: reports, shared: await runChecks(checks) };
}

function checkCollisions(stacks: readonly string[]): Check {
  const collisions = findCollisions(readStacks(projectFolder, stacks));
  const lines = collisions.map(({ message }): Line => {
    const [text = "", ...commands] = message.split("\n");
    return { level: "error", text, fix: commands.map((command) => command.trim()) };
  });
  const none: Line = { level: "ok", text: "No two stacks have the same name in AWS." };
  return { topic: "Names", actions: [], read: () => Promise.resolve(lines.length > 0 ? lines : [none]) };
}

/** IAM, Elastic Beanstalk and Route 53 allow few requests a second. */
const parallelStacks = 3;

/** What is known of a stack before AWS is asked about it. */
interface Preparation {
  checks: Check[];
  /** Undefined if the state cannot be read, or the credentials do not work or belong to another account. */
  context?: Context;
}

/** Plans a stack, and reads its state and the account, if the configuration has no errors. */
async function prepare(stack: string): Promise<Preparation> {
  // The name may be qualified: organization/stack.
  const name = basename(stack);
  const { main = "index.ts" } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
    main?: string;
  };
  const program = join(projectFolder, main);
  const { plan } = await planStack(name, projectFolder, program);
  if (plan.errors.length > 0) {
    return { checks: [refuse("Configuration", plan.errors)] };
  }
  const { config, project } = readStack(projectFolder, name);
  const placeholders = plan.warnings
    .filter((warning) => warning.startsWith("placeholders: "))
    .map((text): Line => ({
      level: "error",
      text: text.split("\n")[0] ?? "",
      fix: text
        .split("\n")
        .slice(1)
        .map((line) => line.trim()),
    }));
  const configuration: Check = {
    topic: "Configuration",
    actions: [],
    read: () =>
      Promise.resolve(placeholders.length > 0 ? placeholders : [{ level: "ok", text: "No errors." }]),
  };
  const { state, line } = readState(stack);
  const stateCheck: Check = { topic: "State", actions: [], read: () => Promise.resolve([line]) };
  if (state === undefined) {
    return { checks: [configuration, stateCheck] };
  }
  const clients = createClients(config, { stack: name });
  const identity = await clients.sts
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => error as Error);
  if (identity instanceof Error) {
    const { reason, fix } = describeAwsFailure(identity);
    return { checks: [configuration, stateCheck, refuse("Account", [reason], fix)] };
  }
  const { Account: account = "", Arn: principal = "" } = identity;
  const deployed = findAccount(state);
  if (deployed !== undefined && deployed !== account) {
    const [text = "", ...fix] = describeAccounts(stack, deployed, account, {
      profile: config["aws:profile"],
    }).split("\n");
    return {
      checks: [
        configuration,
        stateCheck,
        refuse(
          "Account",
          [text],
          fix.map((line) => line.trim()),
        ),
      ],
    };
  }
  const region = config["aws:region"] ?? "";
  const update = isDeployed(state)
    ? await planDeployed({ stack: name, folder: projectFolder, program, region, state, account, clients })
    : undefined;
  if (update !== undefined && update.errors.length > 0) {
    return { checks: [refuse("Configuration", update.errors), stateCheck] };
  }
  const context: Context = {
    stack,
    project,
    region,
    config,
    clients,
    planned: (update ?? plan).resources,
    state,
    account,
    principal,
    now: new Date(),
    resolveNs,
  };
  return { checks: [configuration, stateCheck], context };
}

function refuse(topic: string, errors: readonly string[], fix: string[] = []): Check {
  const lines = errors.map((text): Line => ({ level: "error", text, fix }));
  return { topic, actions: [], read: () => Promise.resolve(lines) };
}

/**
 * Reads the state. Before the first deployment the stack need not exist. Without a state that can be read, what the stack
 * has itself would look as if it stood in its way.
 */
function readState(stack: string): { state?: StateResource[]; line: Line } {
  try {
    const { resources: state = [] } = exportState(stack, "");
    return {
      state,
      line: {
        level: "ok",
        text: isDeployed(state)
          ? `${stack} is deployed. Names are checked only of new buckets, and quotas only for what is still to be created.`
          : `${stack} is not deployed yet.`,
      },
    };
  } catch (error) {
    const { message } = error as Error;
    if (message.includes("no stack named")) {
      return {
        state: [],
        line: {
          level: "error",
          text: `The stack ${stack} is not in the backend yet.`,
          fix: [`npx pulumi stack init ${stack}`],
        },
      };
    }
    return {
      line: {
        level: "error",
        text: `The state of ${stack} cannot be read, so nothing else was checked. ${message.trim()}`,
        fix: ["npx pulumi whoami --verbose", "npx pulumi login s3://your-state-bucket"],
      },
    };
  }
}
