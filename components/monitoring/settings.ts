import type * as pulumi from "@pulumi/pulumi";

/** Who gets the alarms, and when they are raised. */
export interface AlarmArgs {
  /**
   * Further e-mail addresses that get the alarms. AWS sends each a link for each region with alarms: the stack's, the one
   * of SES, and us-east-1 with `healthCheck`.
   *
   * @default none
   * @changing In place: creates or deletes subscriptions, of which new ones have to be confirmed.
   */
  emails?: string[];
  /**
   * ARNs of existing SNS topics of the account that get the alarms instead of the program's own: the first in the stack's
   * region, others in the region of SES or in us-east-1. They have their own subscribers: the e-mail addresses are not
   * subscribed. docs/alarms.md has the policy that they need.
   *
   * @default none: the program creates a topic in each region with alarms
   * @changing In place: deletes or creates the program's topic of that region, and its subscriptions.
   */
  topicArns?: string[];
  /**
   * Id of a KMS key of the account that encrypts the messages of the program's own topics. A multi-Region key, if alarms are
   * in several regions. docs/alarms.md has the key policy that it needs.
   *
   * @default none: SNS encrypts its storage itself
   * @changing In place.
   */
  kmsKey?: string;
  /**
   * Checks `https://<domain>` from outside every 30 seconds with Route 53, for 1.50 US dollars a month.
   *
   * @default false
   * @changing In place: creates or deletes the health check, its alarm, and a topic in us-east-1.
   */
  healthCheck?: boolean;
  /**
   * Path that the health check requests. Its answer must be 2xx or 3xx for the domain as Host.
   *
   * @default `web.healthCheckPath`
   * @changing In place.
   */
  healthCheckPath?: pulumi.Input<string>;
  /**
   * Percentage of requests that fail with 5xx within 5 minutes above which an alarm is raised.
   *
   * @default 5
   * @changing In place.
   */
  errorRate?: number;
  /**
   * Requests within 5 minutes below which no alarm is raised on the percentage of errors.
   *
   * @default 50
   * @changing In place.
   */
  minRequests?: number;
  /**
   * Seconds that the slowest 5 % of requests may take (p95), for 15 minutes.
   *
   * @default 5
   * @changing In place.
   */
  responseTime?: number;
  /**
   * Percentage of the database's memory below which an alarm is raised, after 15 minutes.
   *
   * @default 10
   * @changing In place.
   */
  minFreeMemory?: number;
  /**
   * GiB of free storage of the database below which an alarm is raised.
   *
   * @default 5
   * @changing In place.
   */
  minFreeStorage?: number;
  /**
   * CPU credits below which an alarm is raised after 3 hours; only for burstable database classes (db.t3, db.t4g).
   *
   * @default 20
   * @changing In place.
   */
  minCpuCredits?: number;
  /**
   * Minutes that a task may wait in the Celery queue.
   *
   * @default 60
   * @changing In place.
   */
  maxQueueAge?: number;
}

/** Defaults of {@link AlarmArgs}. */
export const alarmDefaults = {
  healthCheck: false,
  errorRate: 5,
  minRequests: 50,
  responseTime: 5,
  minFreeMemory: 10,
  minFreeStorage: 5,
  minCpuCredits: 20,
  maxQueueAge: 60,
} satisfies AlarmArgs;
