import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import type { DBInstance } from "@aws-sdk/client-rds";
import { ask, askForLine } from "../ask";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { projectFolder } from "../command";
import { readDeployedStack } from "../deployed-stack";
import { parseTime } from "../moment";
import { formatHolder } from "../recover/locks";
import { getBackendUrl } from "../recover/read-facts";
import { readStackLocks } from "../recover/stack-locks";
import type { StateResource } from "../state";
import { getApplicationName } from "../status/context";
import { UserError } from "../user-error";
import { writeWholeFile } from "../write-file";
import { finish, undo } from "./back";
import { type Context, getStatePrefix, resume } from "./context";
import { createEngine } from "./engine";
import { goForward } from "./forward";
import { listPoints } from "./plan";
import {
  checkPoint,
  getLabel,
  isSnapshotName,
  type Point,
  type PointOptions,
  readPoint,
  readRetained,
  readSnapshots,
  readWindow,
} from "./points";
import { compareRows, describeMissingTools } from "./verify";

/** The options of `npx beo restore`. */
export interface RestoreOptions extends PointOptions {
  class?: string;
  allowUnencrypted?: true;
  undo?: true;
  finish?: true;
  yes?: true;
  skipVerify?: true;
}

/** Seconds between two looks at AWS. */
const interval = 5;

/** Restores the database of a stack, goes back to the old one, or deletes that. */
export async function restore(stack: string, options: RestoreOptions): Promise<void> {
  console.error(`Reading the state of ${stack}, and AWS …`);
  const { context, clients } = await createContext(stack, options);
  if (options.undo) {
    await undo(context);
  } else if (options.finish) {
    await finish(context);
  } else {
    await goForward(context, {
      ...options,
      choosePoint: (current) => choosePoint(context, clients, current, options),
    });
  }
}

async function createContext(stack: string, { yes, skipVerify }: RestoreOptions) {
  const { region, resources, clients } = await readDeployedStack(stack);
  await requireUnlocked(stack);
  const print = (text: string) => {
    console.log(text);
  };
  const context: Context = {
    stack,
    region,
    clients,
    engine: createEngine(stack),
    print,
    confirm: (question) => yes === true || ask(question),
    isAttended: yes !== true,
    confirmDeletion: (question) => yes !== true && ask(question, { hasYes: false }),
    pause: () => setTimeout(interval * 1000),
    keepState,
    readKeptStates: () => readKeptStates(projectFolder, stack),
    verify: async (current, restored) => (skipVerify ? {} : compareRows(stack, current, restored, print)),
    describeMissingTools: () => (skipVerify ? undefined : describeMissingTools()),
    requireQuiet: () => requireQuiet(resources, clients),
    now: () => new Date(),
  };
  return { context, clients };
}

/** Writes a copy of the state, whose name has the digest of its content. */
function keepState(name: string, text: string, consequence: string): string {
  writeWholeFile(join(projectFolder, name), text, {
    mode: 0o600,
    advice: `It is the copy of the state from before the change, which the way back needs. ${consequence} Make ${projectFolder} writable. ${resume}`,
  });
  return name;
}

/** Returns the copies of a stack's states in a folder, the newest first. */
export function readKeptStates(folder: string, stack: string): string[] {
  const prefix = getStatePrefix(stack);
  return readdirSync(folder)
    .filter((file) => file.startsWith(prefix) && /^[0-9a-f]{12}\.json$/.test(file.slice(prefix.length)))
    .map((file) => join(folder, file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .map((file) => readFileSync(file, "utf8"));
}

async function requireUnlocked(stack: string): Promise<void> {
  const [lock] = await callAws(readStackLocks(stack, getBackendUrl()), "Nothing was changed.");
  if (lock !== undefined) {
    throw new UserError(
      `${stack} is locked by ${formatHolder(lock)}. If that update does not run any more: npx beo recover ${stack}`,
    );
  }
}

/** A deployment migrates the database: it must not run into the switch. */
export async function requireQuiet(
  resources: StateResource[],
  { beanstalk }: Pick<Clients, "beanstalk">,
): Promise<void> {
  const ApplicationName = getApplicationName({ resources });
  if (ApplicationName === "") {
    return;
  }
  const { Environments = [] } = await callAws(
    beanstalk.send(new DescribeEnvironmentsCommand({ ApplicationName, IncludeDeleted: false })),
    resume,
  );
  const busy = Environments.filter(({ Status }) => Status !== "Ready" && Status !== "Terminated");
  if (busy.length > 0) {
    throw new UserError(
      `${busy.map(({ EnvironmentName, Status }) => `${EnvironmentName ?? ""} is ${Status ?? ""}`).join(", ")}. Wait until it is Ready: eb status ${busy[0]?.EnvironmentName ?? ""}. ${resume}`,
    );
  }
}

/** Returns the point that the options name, or lists the points and asks for one. Refuses one that does not fit. */
async function choosePoint(
  context: Context,
  clients: Clients,
  current: DBInstance,
  options: RestoreOptions,
): Promise<Point> {
  const rds = clients.rds();
  const name = current.DBInstanceIdentifier ?? "";
  const read = async () => {
    if (getLabel(options) !== undefined) {
      return readPoint(rds, current, options);
    }
    const [window, snapshots] = [await readWindow(rds, current), await readSnapshots(rds, name)];
    context.print(listPoints(context, name, window, snapshots, await readRetained(rds, name)));
    if (options.yes) {
      throw new UserError(
        `Name one of them, because --yes does not ask: npx beo restore ${context.stack} --latest --yes`,
      );
    }
    return readPoint(
      rds,
      current,
      parseAnswer(askForLine("Restore which? (latest, a moment, or a snapshot) ")),
    );
  };
  const point = await callAws(read(), "Nothing was changed.");
  const problems = checkPoint(point, current, options.allowUnencrypted === true);
  if (problems.length > 0) {
    throw new UserError(
      [
        `${point.label} cannot take the place of ${name}:`,
        ...problems.map((problem) => `  - ${problem}`),
      ].join("\n"),
    );
  }
  return point;
}

/** Reads an answer in the words of the list, with or without the names of the options. */
export function parseAnswer(text: string): PointOptions {
  const answer = text.replace(/^--(time|snapshot)[ =]+|^--/, "");
  if (answer === "") {
    throw new UserError("Nothing was changed.");
  }
  const [, automatedBackup, moment] =
    /^(?:automated-backup[ =]+)?(arn:\S+:auto-backup:\S+)(?: +(?:--time[ =]+)?(\S+))?$/.exec(answer) ?? [];
  if (automatedBackup !== undefined) {
    return { automatedBackup, ...getMoment(moment) };
  }
  if (answer === "latest") {
    return { latest: true };
  }
  if (parseTime(answer) !== undefined) {
    return { time: answer };
  }
  if (!isSnapshotName(answer)) {
    throw createMomentError(answer);
  }
  return { snapshot: answer };
}

/** The moment after an automated backup; "latest" and none are the latest one. */
function getMoment(text = "latest"): PointOptions {
  const moment = text.replace(/^--/, "");
  if (moment !== "latest" && parseTime(moment) === undefined) {
    throw createMomentError(moment);
  }
  return moment === "latest" ? { latest: true } : { time: moment };
}

function createMomentError(text: string): UserError {
  return new UserError(
    `"${text}" is no moment with its time zone, such as 2026-11-24T09:30:00Z. Nothing was changed.`,
  );
}
