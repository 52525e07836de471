import { getWebStopTimeout, webDefaults } from "./beanstalk/arguments";
import { getStopTimeout, taskTimeLimit } from "./celery";

/** The settings that decide how long a deployment may take. */
export interface DeploymentArgs {
  /** Seconds after which Celery ends a task. */
  taskTimeLimit?: number | undefined;
  /** MiB of the largest upload. */
  uploadLimit?: number | undefined;
}

/** Returns the command that deploys the application to an environment. */
export function getDeployCommand(environment: string, args: DeploymentArgs): string {
  return `eb deploy ${environment} --timeout ${getDeployTimeout(args)}`;
}

/**
 * Returns how many minutes a deployment may take. `eb` waits 10 minutes by default, and reports an error then while Elastic
 * Beanstalk goes on. It gets, for up to three batches, one of them additional, the time that Celery's tasks or the requests
 * need to finish, and 10 minutes to build and start.
 */
export function getDeployTimeout(args: DeploymentArgs): number {
  const stopTimeout = Math.max(
    getStopTimeout(args.taskTimeLimit ?? taskTimeLimit),
    getWebStopTimeout(args.uploadLimit ?? webDefaults.uploadLimit),
  );
  return 3 * (Math.ceil(stopTimeout / 60) + 10);
}
