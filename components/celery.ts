/** Seconds after which Celery ends a task, its hard time limit, unless `worker.taskTimeLimit` is another one. */
export const taskTimeLimit = 600;

/** Messages that one Celery worker process receives ahead: Celery's default `worker_prefetch_multiplier`. */
export const prefetchCount = 4;

/** Seconds of the longest visibility timeout: Amazon SQS Developer Guide, "Message quotas". */
const maxVisibilityTimeout = 12 * 60 * 60;

/** The task limits for which a queue can hide a message until the tasks before it and its own have ended. */
export const taskTimeLimitRange = { min: 60, max: maxVisibilityTimeout / prefetchCount };

/** Returns the seconds that a prefetched message can take: the tasks before it, and its own. */
export function getLongestWait(limit: number): number {
  return prefetchCount * limit;
}

/** Returns the queue's visibility timeout: half as much again as a prefetched message can take, as far as SQS allows it. */
export function getVisibilityTimeout(limit: number): number {
  return Math.min(1.5 * getLongestWait(limit), maxVisibilityTimeout);
}

/** Returns the seconds that Celery gets to finish its tasks when it is stopped: the longest task, and some to spare. */
export function getStopTimeout(limit: number): number {
  return limit + 60;
}

/** Name of the lifecycle hook that keeps a worker instance until Celery has finished its tasks. */
export const drainHookName = "drain-celery";

/** Returns the seconds after which Auto Scaling goes on without an answer of the instance: those to stop, and to answer. */
export function getDrainTimeout(limit: number): number {
  return getStopTimeout(limit) + 60;
}

/** The longest `HeartbeatTimeout` of a lifecycle hook: Amazon EC2 Auto Scaling API Reference, PutLifecycleHook. */
const maxDrainTimeout = 7200;

/** The largest task limit with which workers can drain. */
export const maxDrainedTaskTimeLimit = maxDrainTimeout - getDrainTimeout(0);
