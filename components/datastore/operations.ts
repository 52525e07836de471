import * as pulumi from "@pulumi/pulumi";
import { type Beanstalk, getSingleInstanceGroups } from "../beanstalk";
import { type WorkerArgs, workerDefaults } from "../beanstalk/arguments";
import { isDocker } from "../beanstalk/platform";
import { getServingBranch } from "../beanstalk/generations";
import { Budget, costTags } from "../budget";
import type { Database } from "../database";
import { databaseInstanceDefaults } from "../database/settings";
import { withDefaults } from "../defaults";
import { getIdentity } from "../identity";
import type { Mail } from "../mail";
import { Monitoring } from "../monitoring";
import type { Queue } from "../queue";
import { Sleep } from "../sleep";
import { getSleepTimes, getStopDelay, sleepHoursDefaults, type SleepTimes } from "../sleep-hours";
import { type DatastoreContext, filterKeys, getAlarmEmails, getMailSender } from "./context";

/** Returns when the stack sleeps; undefined if it does not. */
export function getTimes({ args: { sleep, worker } }: DatastoreContext): SleepTimes | undefined {
  return sleep && getSleepTimes(withDefaults(sleep, sleepHoursDefaults), getStopDelayOf(worker));
}

function getStopDelayOf(worker: WorkerArgs = {}): number {
  return getStopDelay(withDefaults(worker, workerDefaults));
}

export function createSleep(
  { name, args, parent }: DatastoreContext,
  { database, beanstalk }: { database: Database; beanstalk: Beanstalk },
): void {
  if (args.sleep === undefined) {
    return;
  }
  new Sleep(
    `${name}-sleep`,
    {
      ...args.sleep,
      namePrefix: args.applicationName,
      databaseIdentifier: database.identifier,
      singleInstanceGroups: getSingleInstanceGroups(beanstalk),
      stopDelay: getStopDelayOf(args.worker),
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

export function createBudget({ name, args, parent }: DatastoreContext): void {
  const { applicationName, budget, tags } = args;
  if (budget === undefined) {
    return;
  }
  new Budget(
    `${name}-budget`,
    {
      ...budget,
      budgetName: applicationName,
      costTags: pulumi.output(tags ?? {}).apply((all) => filterKeys(all, (key) => costTags.includes(key))),
      emails: getAlarmEmails(args),
      tags,
    },
    parent,
  );
}

export function createMonitoring(
  { name, args, web, platform, parent }: DatastoreContext,
  inputs: { database: Database; queue: Queue; beanstalk: Beanstalk; mail: Mail | undefined },
): Monitoring {
  const { database, queue, beanstalk, mail } = inputs;
  return new Monitoring(
    `${name}-mon`,
    {
      healthCheckPath: web.healthCheckPath,
      ...args.monitoring,
      dashboardName: args.applicationName,
      alarmEmail: args.alarmEmail,
      databaseIdentifier: database.identifier,
      queueName: queue.queueName,
      deadLetterQueueName: queue.deadLetterQueueName,
      databaseInstanceClass: withDefaults(args.database ?? {}, databaseInstanceDefaults).instanceClass,
      webEnvironmentName: beanstalk.webEnvironmentName,
      workerEnvironmentName: beanstalk.workerEnvironmentName,
      loadBalancerArn: beanstalk.loadBalancerArn,
      applicationName: beanstalk.applicationName,
      isDocker: isDocker({ branch: getServingBranch(platform) }),
      mailRegion: mail && getMailSender(args).region,
      domain: args.domain,
      maintenance: web.maintenance,
      instructions: args.instructions,
      sleep: args.sleep,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}
