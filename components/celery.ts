/** Seconds after which the application's Celery ends a task: its hard time limit. */
export const taskTimeLimit = 600;

/** Messages that one Celery worker process receives ahead: Celery's default `worker_prefetch_multiplier`. */
export const prefetchCount = 4;

/** Returns the seconds that Celery gets to finish its tasks when it is stopped: the longest task, and some to spare. */
export function getStopTimeout(limit: number): number {
  return limit + 60;
}
