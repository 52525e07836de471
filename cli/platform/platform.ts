import { getArchitecture } from "../../components/beanstalk/instance-types";
import { platformDefaults } from "../../components/beanstalk/platform";
import { isRecord, parseJson } from "../../stacks/validators";
import { listEnvironments } from "../adopt/environments";
import { formatSteps, getNextStep } from "../adopt/steps";
import type { Step } from "../adopt/steps/step";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { readDeployedStack } from "../deployed-stack";
import { getServingOutput } from "../state";
import { UserError } from "../user-error";
import { type Pair, readPairs } from "./environments";
import {
  type Facts,
  getMove,
  getSteps,
  getStepsBack,
  isGoingBack,
  type Move,
  type Settings,
  type Target,
} from "./steps";

/** The options of `npx beo platform`. */
export interface MoveOptions {
  web?: string;
  worker?: string;
  back?: true;
}

/**
 * Shows the steps to environments on another platform, or back.
 *
 * @throws UserError if the stack is not deployed, AWS cannot be read, or there is nothing to move to.
 */
export async function showPlatformSteps(
  stack: string,
  branch: string | undefined,
  options: MoveOptions,
): Promise<void> {
  const { facts, clients } = await readFacts(stack);
  const move = getMove(facts);
  console.log(formatEnvironments(facts, move).join("\n"));
  if (options.back) {
    console.log(showBack(move).join("\n"));
    return;
  }
  const target = getTarget(move, branch, options);
  if (target === undefined) {
    console.log(`\nTo move to another branch: npx beo platform ${stack} "Docker"`);
    return;
  }
  if (isGoingBack(move) && branch === undefined) {
    console.log(showBack(move).join("\n"));
    return;
  }
  if (!move.isUnderWay) {
    await requireFreeNames(move, clients);
  }
  console.log(format(getSteps(move, target), "The stack has moved.").join("\n"));
}

async function readFacts(stack: string): Promise<{ facts: Facts; clients: Clients }> {
  const { config, project, region, resources, clients } = await readDeployedStack(
    stack,
    "No commands are printed.",
  );
  const address = getServingOutput(resources, "webCname");
  if (address === undefined) {
    throw new UserError(
      `The state of ${stack} has no environment that serves the application. See what happened: npx beo recover ${stack}`,
    );
  }
  return {
    clients,
    facts: {
      stack,
      region,
      settings: getSettings(config, project),
      address,
      pairs: await readPairs(clients, resources),
      servingName: getServingOutput(resources, "webEnvironmentName") ?? "",
    },
  };
}

/** Reads the settings as they are: the program may refuse them. */
function getSettings(config: Record<string, string>, project: string): Settings {
  const getGroup = (name: string) => {
    const group = parseJson(config[`${project}:${name}`] ?? "{}");
    return isRecord(group) ? group : {};
  };
  const { branch, generation } = platformDefaults;
  const settings = {
    branch,
    generation,
    ...getGroup("platform"),
    web: getGroup("web"),
    worker: getGroup("worker"),
  } as Settings & {
    web: { uploadLimit?: number; cloudFront?: boolean; singleInstance?: boolean };
    worker: { taskTimeLimit?: number };
  };
  const domain = config[`${project}:domain`];
  return {
    ...settings,
    taskTimeLimit: settings.worker.taskTimeLimit,
    uploadLimit: settings.web.uploadLimit,
    // By default where there is no domain: stacks/tiers.ts.
    cloudFront:
      domain === undefined && settings.web.cloudFront !== false && settings.web.singleInstance !== false,
    ...(domain !== undefined && { domain }),
  };
}

/** Returns where the stack moves to; undefined if there is nothing to do and nothing was asked for. */
function getTarget(move: Move & { isUnderWay: boolean }, branch: string | undefined, options: MoveOptions) {
  const { settings, stack, pairs } = move.facts;
  if (move.isUnderWay) {
    const isOther = branch !== undefined && branch !== settings.branch && settings.generation === move.to;
    if (isOther) {
      throw new UserError(
        `${stack} is on its way to ${settings.branch}. Finish that first (npx beo platform ${stack}), or go back: npx beo platform ${stack} --back`,
      );
    }
    return createTarget(branch ?? settings.branch, options);
  }
  const [current] = pairs;
  if (current?.web === undefined || current.worker === undefined) {
    throw new UserError(
      `AWS does not have both environments of ${stack}. See what is missing: npx beo drift ${stack}`,
    );
  }
  const target = createTarget(branch ?? settings.branch, options);
  if (target.branch !== current.web.branch || isOtherType(current, target)) {
    return target;
  }
  if (branch !== undefined || options.web !== undefined || options.worker !== undefined) {
    throw new UserError(`\n${stack} runs on ${target.branch} with these instance types already.`);
  }
  return undefined;
}

function createTarget(branch: string, { web, worker }: MoveOptions): Target {
  return { branch, ...(web !== undefined && { web }), ...(worker !== undefined && { worker }) };
}

function isOtherType(pair: Pair, target: Target): boolean {
  return (["web", "worker"] as const).some((role) => {
    const type = target[role];
    return type !== undefined && !pair[role]?.instanceTypes.includes(type);
  });
}

/** The names of environments are unique in a region, also those of other applications. */
async function requireFreeNames({ old, from, to }: Move, { beanstalk }: Clients): Promise<void> {
  const taken = (await callAws(listEnvironments(beanstalk), "The names could not be checked."))
    .filter(({ Status }) => Status !== "Terminated")
    .map(({ EnvironmentName }) => EnvironmentName);
  for (const { name } of [old?.web, old?.worker].filter((one) => one !== undefined)) {
    const base = from === 1 ? name : name.replace(new RegExp(`-${from}$`), "");
    const next = `${base}-${to}`;
    if (next.length > 40) {
      throw new UserError(
        `The new environment would have the name ${next} (${next.length} characters). The maximum of Elastic Beanstalk is 40.`,
      );
    }
    if (taken.includes(next)) {
      const region = await beanstalk.config.region();
      throw new UserError(
        `The new environment would have the name ${next}, which another environment has. Terminate that one first: aws elasticbeanstalk describe-environments --region ${region} --environment-names ${next}`,
      );
    }
  }
}

function showBack(move: Move & { isUnderWay: boolean }): string[] {
  const { facts, old, holder, to, from } = move;
  if (!move.isUnderWay) {
    return ["", `There is nothing to go back from: ${facts.stack} has one pair of environments.`];
  }
  if (old === undefined) {
    throw new UserError(
      `\nThe old environments are dismissed. Move to their platform again: npx beo platform ${facts.stack} BRANCH, with its name`,
    );
  }
  if (holder !== to && holder !== from) {
    throw new UserError(
      `\nNo environment of ${facts.stack} has the address ${facts.address}. Swap it back first (docs/troubleshooting.md, After eb swap).`,
    );
  }
  return format(getStepsBack(move), "The stack is as it was before.");
}

function format(steps: Step[], complete: string): string[] {
  return formatSteps(steps, getNextStep(steps, { blockers: [] }), complete);
}

function formatEnvironments({ pairs, address }: Facts, { holder }: Move): string[] {
  return pairs.flatMap(({ number, web, worker }) =>
    [web, worker].flatMap((one) =>
      one === undefined
        ? []
        : [
            `${one.name}: ${one.branch}, ${getArchitecture(one.instanceTypes[0] ?? "")}, version ${one.version}, ${one.status}, ${one.health}${one === web && number === holder ? `, has ${address}` : ""}`,
          ],
    ),
  );
}
