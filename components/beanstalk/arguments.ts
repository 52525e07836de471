import type * as pulumi from "@pulumi/pulumi";
import { taskTimeLimit } from "../celery";
import type { WithDefaults } from "../defaults";
import type { BatchSizeType, DeploymentPolicy, WebScaling } from "../enums";
import type { CustomOptions } from "./custom-options";
import { getRequestTimeout, type LoadBalancerArgs, loadBalancerDefaults } from "./load-balancer-options";
import { type RootVolumeArgs, rootVolumeDefaults } from "./root-volume";
import type { ScheduledActionArgs } from "./scheduled-actions";

/** The instances of an environment. */
export interface CapacityArgs extends RootVolumeArgs {
  /**
   * EC2 instance types, all of one architecture. Elastic Beanstalk uses only the first one, except with `worker.spot`: then
   * On-Demand Instances are of the first type that is available, and Spot Instances of those that EC2 has most of.
   *
   * @default ["t3.small"]
   * @changing Replaces the instances; the architecture (x86_64 or arm64) cannot change.
   */
  instanceTypes?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * EC2 instance types of the previous generation's environment, with `platform.previousBranch`.
   *
   * @default those of `instanceTypes`
   * @changing Replaces that environment's instances; their architecture cannot change.
   */
  previousInstanceTypes?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Minimum number of instances.
   *
   * @default 1
   * @changing In place.
   */
  minSize?: number;
  /**
   * Maximum number of instances.
   *
   * @default 1
   * @changing In place.
   */
  maxSize?: number;
  /**
   * How a new version reaches the instances: AllAtOnce, Rolling, RollingWithAdditionalBatch or Immutable
   * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html).
   *
   * @default "AllAtOnce"
   * @changing In place.
   */
  deploymentPolicy?: DeploymentPolicy;
  /**
   * Size of a batch with `deploymentPolicy` Rolling or RollingWithAdditionalBatch: a percentage of the instances, 1–100, or
   * their number, at most `maxSize`.
   *
   * @default 50
   * @changing In place.
   */
  deploymentBatchSize?: number;
  /**
   * Whether `deploymentBatchSize` is a Percentage of the instances, or Fixed, their number.
   *
   * @default "Percentage"
   * @changing In place.
   */
  deploymentBatchSizeType?: BatchSizeType;
  /**
   * Options of Elastic Beanstalk that have no setting, by namespace and name
   * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html). The name of a process,
   * listener or rule ends its namespace. They override the program's defaults; what a setting decides, or the program needs, is
   * refused. docs/operating.md has examples.
   *
   * @default none
   * @changing Replaces the instances or restarts the application where Elastic Beanstalk needs that for an option.
   */
  options?: CustomOptions;
  /**
   * Scheduled actions, which set the sizes at times in UTC: each has a `name` of letters and digits, `recurrence` (a cron
   * expression of five fields, such as `0 14 * * 1-5`) or `startTime` (such as `2027-01-31T08:00:00Z`), `minSize` and `maxSize`,
   * and optionally `desiredCapacity` and `suspended`. Another action has to set the sizes back. Refused for a single instance.
   *
   * @default none
   * @changing In place. Sizes that an action has set stay until the next one. A removed action is kept suspended.
   */
  schedule?: ScheduledActionArgs[];
}

/** Defaults of {@link CapacityArgs}. */
export const capacityDefaults = {
  ...rootVolumeDefaults,
  instanceTypes: ["t3.small"],
  minSize: 1,
  maxSize: 1,
  deploymentPolicy: "AllAtOnce",
  deploymentBatchSize: 50,
  deploymentBatchSizeType: "Percentage",
} satisfies CapacityArgs;

/** The web environment. */
export interface WebArgs extends CapacityArgs, LoadBalancerArgs {
  /**
   * Name of the environment, for `eb deploy`: 4–40 letters, digits and hyphens, unique in the account and region. From
   * `platform.generation` 2 on, the number is added to it: `<name>-2`.
   *
   * @default the application's name
   * @changing Cannot be changed later: it would replace the environment.
   */
  environmentName?: pulumi.Input<string>;
  /**
   * Runs one instance with an Elastic IP address and no load balancer: cheaper, but without HTTPS of its own.
   *
   * @default false
   * @changing Replaces the instances, and creates or deletes the load balancer.
   */
  singleInstance?: boolean;
  /**
   * Path of the load balancer's health check.
   *
   * @default "/"
   * @changing In place.
   */
  healthCheckPath?: pulumi.Input<string>;
  /**
   * Status codes that the health check accepts, from 200 to 499. The check's Host header is an IP address, which Django
   * answers with 400 while it is running; if it is not, the proxy answers with 502.
   *
   * @default "200,400"
   * @changing In place.
   */
  healthCheckMatcher?: pulumi.Input<string>;
  /**
   * First part of `<prefix>.<region>.elasticbeanstalk.com`: 4–63 letters, digits and hyphens, unique in the region over
   * all AWS accounts. An adopted environment keeps its prefix `<name>.eba-<letters>`, which only AWS can assign.
   *
   * @default the application's name
   * @changing Cannot be changed later: `eb swap` moves an address. Allowed if the environment has the address after that, or
   * to replace the environment, with `allowReplacement`.
   */
  cnamePrefix?: pulumi.Input<string>;
  /**
   * MiB of the largest upload, 1–2,048. A request may take 300 seconds, or 1.5 seconds for each MiB where that is more: the
   * load balancer waits so long for an answer, and for the requests of an instance that is to end. The application's proxy
   * and gunicorn get the same values by `npx beo overlay`.
   *
   * @default 200
   * @changing In place.
   */
  uploadLimit?: number;
  /**
   * Days that the access logs of the load balancer are kept, 1–3,653, in a bucket of their own: each request with its path,
   * client and time. 0 turns them off.
   *
   * @default 0
   * @changing In place: creates or deletes the bucket. While logs are kept (`protect`), S3 refuses to delete it: empty it first.
   */
  accessLogDays?: number;
  /**
   * What the number of instances follows, between `minSize` and `maxSize`, one instance at a time: "cpu", the CPU
   * utilization in percent; "latency", the average time of the application's answers in milliseconds; or "requests", the
   * requests per minute for each instance. Ignored by a single instance.
   *
   * @default "cpu"
   * @changing In place.
   */
  scaling?: WebScaling;
  /**
   * Value of `scaling` below which an instance is removed.
   *
   * @default 30 percent, 200 milliseconds or 100 requests
   * @changing In place.
   */
  scalingLow?: number;
  /**
   * Value of `scaling` above which an instance is added.
   *
   * @default 70 percent, 1,000 milliseconds or 300 requests
   * @changing In place.
   */
  scalingHigh?: number;
}

/** Defaults of {@link WebArgs}. */
export const webDefaults = {
  ...capacityDefaults,
  ...loadBalancerDefaults,
  singleInstance: false,
  healthCheckPath: "/",
  healthCheckMatcher: "200,400",
  uploadLimit: 200,
  accessLogDays: 0,
  scaling: "cpu",
} satisfies WebArgs;

/** Returns the seconds that gunicorn gets to finish its requests when it is stopped: the longest request, and some to spare. */
export function getWebStopTimeout(uploadLimit: number): number {
  return getRequestTimeout(uploadLimit) + 10;
}

/** The worker environment. */
export interface WorkerArgs extends CapacityArgs {
  /**
   * Name of the environment, for `eb deploy`: 4–40 letters, digits and hyphens, unique in the account and region. From
   * `platform.generation` 2 on, the number is added to it: `<name>-2`.
   *
   * @default `<application name>-worker`
   * @changing Cannot be changed later: it would replace the environment.
   */
  environmentName?: pulumi.Input<string>;
  /**
   * Messages in the queue, waiting or in flight, for each running instance above which another instance is started. It has
   * to be more than the 8 messages that an instance with two worker processes prefetches.
   *
   * @default 20
   * @changing In place.
   */
  messagesPerInstance?: number;
  /**
   * Seconds after which Celery ends a task, 60–10,800. The queue's visibility timeout, draining, scale-in and the files of
   * `npx beo overlay` follow it.
   *
   * @default 600
   * @changing In place. A higher limit takes effect when the files of `npx beo overlay` are deployed again.
   */
  taskTimeLimit?: number;
  /**
   * Keeps an instance that Auto Scaling ends until Celery has finished the tasks that it runs, with `taskTimeLimit` up to
   * 7,080. The files of `npx beo overlay` stop Celery; without them every such instance stays for `taskTimeLimit` and two
   * minutes.
   *
   * @default true
   * @changing In place.
   */
  drain?: boolean;
  /**
   * Starts the instances above `onDemandBase` as Spot Instances. They cost less, and AWS may end them with two minutes'
   * notice, in which longer tasks are lost.
   *
   * @default false
   * @changing Replaces the instances.
   */
  spot?: boolean;
  /**
   * Number of instances that are On-Demand Instances with `spot`.
   *
   * @default 1
   * @changing In place.
   */
  onDemandBase?: pulumi.Input<number>;
}

/** Defaults of {@link WorkerArgs}. */
export const workerDefaults = {
  ...capacityDefaults,
  messagesPerInstance: 20,
  taskTimeLimit,
  drain: true,
  spot: false,
  onDemandBase: 1,
} satisfies WorkerArgs;

/** The instances, with defaults. */
export type Capacity = WithDefaults<CapacityArgs, typeof capacityDefaults>;

/** The web environment, with defaults. */
export type Web = WithDefaults<WebArgs, typeof webDefaults>;

/** The worker environment, with defaults. */
export type Worker = WithDefaults<WorkerArgs, typeof workerDefaults>;
