import type * as pulumi from "@pulumi/pulumi";
import { type WithDefaults, withDefaults } from "../defaults";
import type { PolicyEffect } from "../enums";

/** A statement of an IAM policy. */
export interface InstanceStatement {
  /**
   * Whether it allows or denies the actions.
   *
   * @default "Allow"
   * @changing In place.
   */
  effect?: PolicyEffect;
  /**
   * The actions, such as `s3:GetObject`.
   *
   * @changing In place.
   */
  actions: pulumi.Input<string>[];
  /**
   * ARNs of the resources, or `*`.
   *
   * @changing In place.
   */
  resources: pulumi.Input<string>[];
}

/** The Elastic Beanstalk platform of both environments. */
export interface PlatformArgs {
  /**
   * Platform branch on Amazon Linux 2023: "Python 3.11" to "Python 3.14", or "Docker"
   * (https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html).
   *
   * @default "Python 3.13"
   * @changing Replaces the instances, and only while `update` is true; between Python and Docker it needs another `generation`.
   */
  branch?: string;
  /**
   * Number of the environments. Where AWS cannot change them in place, the next number creates other ones, beside the
   * previous ones with `previousBranch`. `npx beo platform` prints the steps (docs/platform-change.md).
   *
   * @default 1
   * @changing Replaces the environments; with `previousBranch`, those of the number before stay beside the new ones.
   */
  generation?: number;
  /**
   * Platform branch of the previous generation's environments, which stay beside those of `generation`.
   *
   * @default none: there are no environments of the previous generation
   * @changing In place. Removing it deletes the previous environments; it is refused while they have the application's address.
   */
  previousBranch?: string;
  /**
   * Generation that has the application's address, `generation` or the one before: outputs, alarms and the dashboard
   * follow it. The address itself moves with a swap of CNAMEs, whose command `npx beo platform` prints.
   *
   * @default the number of `generation`
   * @changing In place.
   */
  servingGeneration?: number;
  /**
   * Application version that the environments of `generation` are created with; it must run on `branch`.
   *
   * @default a placeholder page, until `eb deploy`
   * @changing In place: it is used only when the environments are created.
   */
  initialVersion?: pulumi.Input<string>;
  /**
   * Moves the environments to the newest platform version of `branch` in this update. Otherwise they keep the version of
   * the first update, and AWS's managed updates install newer ones.
   *
   * @default false
   * @changing Replaces the instances if the branch has a newer version.
   */
  update?: boolean;
  /**
   * The WSGI application on Python platforms, as `module:callable`.
   *
   * @default "beo_datastore.wsgi:application"
   * @changing Restarts the application on the instances.
   */
  wsgiPath?: pulumi.Input<string>;
  /**
   * Start of the weekly window for managed platform updates, as day and time in UTC. The default is at night in California.
   *
   * @default "Tue:09:00"
   * @changing In place.
   */
  updateWindow?: pulumi.Input<string>;
  /**
   * Replaces all instances in every weekly window, also where there is no newer platform version.
   *
   * @default false
   * @changing In place.
   */
  instanceReplacement?: boolean;
  /**
   * Days that CloudWatch keeps logs.
   *
   * @default 30
   * @changing In place.
   */
  logRetentionDays?: pulumi.Input<number>;
  /**
   * Id of a KMS key of the account's region that encrypts the logs of the database and of sessions. Elastic Beanstalk has no
   * option for the log groups of its environments. docs/operating.md has the key policy that it needs.
   *
   * @default none: CloudWatch encrypts its storage itself
   * @changing In place, for what is logged from then on.
   */
  logKmsKey?: string;
  /**
   * Allows sessions with the instances through AWS Systems Manager, without SSH and without an open port: `npx beo shell`,
   * `manage` and `psql`. CloudWatch keeps the logs of sessions, also after this is turned off.
   *
   * @default true
   * @changing In place; running instances are reachable within an hour.
   */
  shell?: boolean;
  /**
   * Further permissions of the instances of both environments, in a policy of their own. The application itself has the
   * access keys of its IAM user.
   *
   * @default none
   * @changing In place.
   */
  instanceStatements?: InstanceStatement[];
}

/** Defaults of {@link PlatformArgs}. */
export const platformDefaults = {
  branch: "Python 3.13",
  generation: 1,
  update: false,
  wsgiPath: "beo_datastore.wsgi:application",
  updateWindow: "Tue:09:00",
  instanceReplacement: false,
  logRetentionDays: 30,
  shell: true,
} satisfies PlatformArgs;

/** The platform, with defaults. */
export type Platform = WithDefaults<PlatformArgs, typeof platformDefaults>;

/** Returns the name of the platform branch: the end of its versions' names. */
export function getBranch(platform: PlatformArgs): string {
  return withDefaults(platform, platformDefaults).branch;
}

/** Whether the platform runs the application in Docker. */
export function isDocker(platform: PlatformArgs): boolean {
  return getBranch(platform) === "Docker";
}
