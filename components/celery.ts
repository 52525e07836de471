/** Seconds after which the application's Celery ends a task: its hard time limit. */
export const taskTimeLimit = 600;

/** Messages that one Celery worker process receives ahead: Celery's default `worker_prefetch_multiplier`. */
export const prefetchCount = 4;
