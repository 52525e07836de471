import { getRequestTimeout } from "../../components/beanstalk/load-balancer-options";
import { getWebStopTimeout, webDefaults } from "../../components/beanstalk/arguments";
import { isDocker } from "../../components/beanstalk/platform";
import { drainHookName, getStopTimeout, taskTimeLimit } from "../../components/celery";
import { readStack } from "../../plan/stack-files";
import { getSetting } from "../../stacks/schema";
import { isRecord, parseJson } from "../../stacks/validators";
import { UserError } from "../user-error";

/** The platforms that have an overlay, by the name of their folder. */
export const platforms = ["docker", "python"] as const;

/** A platform that has an overlay. */
export type Platform = (typeof platforms)[number];

/** What the overlay's files take from the infrastructure, by placeholder. */
export interface Numbers {
  region: string;
  /** Seconds after which Celery ends a task. */
  taskTimeLimit: number;
  /** Seconds that Celery gets to finish its tasks when it is stopped. */
  stopTimeout: number;
  /** Name of the lifecycle hook that waits for Celery. */
  drainHook: string;
  /** MiB of the largest upload. */
  uploadLimit: number;
  /** Seconds that a request may take. */
  requestTimeout: number;
  /** Seconds that gunicorn and nginx get to finish their requests when they are stopped. */
  webStopTimeout: number;
  /** Seconds that Docker gets to stop all of them. */
  longestStopTimeout: number;
}

/** Returns the numbers of a stack that sets nothing, or other values. */
export function getNumbers(
  region = "us-west-1",
  uploadLimit: number = webDefaults.uploadLimit,
  limit: number = taskTimeLimit,
): Numbers {
  const [stopTimeout, webStopTimeout] = [getStopTimeout(limit), getWebStopTimeout(uploadLimit)];
  return {
    region,
    taskTimeLimit: limit,
    stopTimeout,
    drainHook: drainHookName,
    uploadLimit,
    requestTimeout: getRequestTimeout(uploadLimit),
    webStopTimeout,
    longestStopTimeout: Math.max(stopTimeout, webStopTimeout),
  };
}

/**
 * Reads a stack's platform and numbers from its file, without the engine.
 *
 * @throws UserError if a value is invalid.
 */
export function readNumbers(folder: string, stack: string): { platform: Platform; numbers: Numbers } {
  const { project, config } = readStack(folder, stack);
  const read = (group: string, name: string): unknown => {
    const values = parseJson(config[`${project}:${group}`] ?? "{}");
    const value = isRecord(values) ? values[name] : undefined;
    const setting = getSetting(`${group}.${name}`);
    if (value !== undefined && setting?.validator.isValid(value) === false) {
      throw new UserError(
        `${group}.${name} is ${JSON.stringify(value)} in Pulumi.${stack}.yaml. Expected ${setting.validator.expected}.`,
      );
    }
    return value;
  };
  // The validators have checked the types.
  const readNumber = (group: string, name: string) => read(group, name) as number | undefined;
  return {
    platform: isDocker({ branch: read("platform", "branch") as string | undefined }) ? "docker" : "python",
    numbers: getNumbers(
      config["aws:region"],
      readNumber("web", "uploadLimit"),
      readNumber("worker", "taskTimeLimit"),
    ),
  };
}
