import { getArchitecture } from "../beanstalk/instance-types";
import { findScheduleProblems } from "../beanstalk/scheduled-actions";
import { getThresholds } from "../beanstalk/web-scaling";
import { maxDrainedTaskTimeLimit, taskTimeLimitRange } from "../celery";
import { type ArgumentRule, type Context, groups, integer } from "./context";

/** The rules between arguments of the number and the kind of instances. */
export const capacityRules: readonly ArgumentRule[] = [
  checkSingleInstance,
  checkInstances,
  checkScaling,
  checkWorkers,
  checkSchedules,
];

const typeLists = ["instanceTypes", "previousInstanceTypes"] as const;

function checkSingleInstance({
  settings: { web, domain, certificateArn },
  knows,
  isValid,
  report,
}: Context): void {
  if (!knows("web.singleInstance") || !web.singleInstance) {
    return;
  }
  const useLoadBalancer = { set: "web.singleInstance", to: false };
  if (isValid("domain", "certificateArn") && (domain ?? certificateArn) !== undefined) {
    const message = "is true, but HTTPS needs a load balancer, which a single instance does not have.";
    report("web.singleInstance", message, useLoadBalancer);
  }
  const size = web.maxSize > 1 ? "maxSize" : "minSize";
  if (knows("web.minSize", "web.maxSize") && web[size] > 1) {
    const message = `is ${web[size]}, but web.singleInstance is true. Set that to false, or web.${size} to 1.`;
    report(`web.${size}`, message, useLoadBalancer);
  }
  if (knows("web.maintenance") && web.maintenance) {
    const message =
      "is true, but web.singleInstance is true. Only a load balancer can answer 503 in place of the application. Set one of them to false.";
    report("web.maintenance", message, { set: "web.maintenance", to: false });
  }
  const { deploymentPolicy } = web;
  if (knows("web.deploymentPolicy") && deploymentPolicy.startsWith("Rolling")) {
    const message = `is ${deploymentPolicy}, but web.singleInstance is true. Expected AllAtOnce or Immutable.`;
    report("web.deploymentPolicy", message, { set: "web.deploymentPolicy", expected: "AllAtOnce|Immutable" });
  }
}

function checkInstances({ settings, knows, report }: Context): void {
  for (const group of groups) {
    const { minSize, maxSize } = settings[group];
    if (knows(`${group}.minSize`, `${group}.maxSize`) && minSize > maxSize) {
      const message = `is ${minSize}, but ${group}.maxSize is ${maxSize}. Raise ${group}.maxSize or lower ${group}.minSize.`;
      report(`${group}.minSize`, message, integer(`${group}.maxSize`, minSize, 100));
    }
    for (const key of typeLists) {
      if (!knows(`${group}.${key}`)) {
        continue;
      }
      const [arm, x86] = ["arm64", "x86_64"].map((architecture) =>
        settings[group][key]?.filter((type) => getArchitecture(type) === architecture).join(", "),
      );
      if (arm && x86) {
        const path = `${group}.${key}` as const;
        const message = `mixes arm64 (${arm}) and x86_64 (${x86}). Use types of one architecture.`;
        report(path, message, { remove: path }, { set: path });
      }
    }
  }
}

function checkScaling({ settings: { web }, knows, report }: Context): void {
  if (!knows("web.scaling", "web.scalingLow", "web.scalingHigh")) {
    return;
  }
  const { low, high } = getThresholds(web);
  const max = web.scaling === "cpu" ? 100 : 20_000_000;
  for (const [path, value, limit] of [
    ["web.scalingLow", low, max - 1],
    ["web.scalingHigh", high, max],
  ] as const) {
    if (value > limit) {
      const message = `is ${value}, but web.scaling is ${web.scaling}. Expected a percentage of at most ${limit}.`;
      report(path, message, integer(path, 1, limit));
    }
  }
  if (low >= high && low < max) {
    const byDefault = (value: number | undefined) => (value === undefined ? " by default" : "");
    const message = `is ${high}${byDefault(web.scalingHigh)}, but web.scalingLow is ${low}${byDefault(web.scalingLow)}. Instances would be added and removed by turns. Raise web.scalingHigh or lower web.scalingLow.`;
    report("web.scalingHigh", message, integer("web.scalingHigh", low + 1, max));
  }
}

function checkWorkers({ settings: { worker }, knows, report }: Context): void {
  const { drain, maxSize, onDemandBase, spot, taskTimeLimit } = worker;
  if (knows("worker.drain", "worker.taskTimeLimit") && drain && taskTimeLimit > maxDrainedTaskTimeLimit) {
    const message = `is ${taskTimeLimit}, but worker.drain is true. Auto Scaling lets an instance finish its tasks for two hours. Expected at most ${maxDrainedTaskTimeLimit}, or set worker.drain to false: then tasks may be lost when an instance ends.`;
    const { min } = taskTimeLimitRange;
    report("worker.taskTimeLimit", message, integer("worker.taskTimeLimit", min, maxDrainedTaskTimeLimit));
  }
  if (knows("worker.spot", "worker.onDemandBase", "worker.maxSize") && spot && onDemandBase > maxSize) {
    const message = `is ${onDemandBase}, but worker.maxSize is ${maxSize}. Raise worker.maxSize or lower worker.onDemandBase.`;
    report("worker.onDemandBase", message, integer("worker.onDemandBase", 0, maxSize));
  }
}

function checkSchedules({ settings, knows, report }: Context): void {
  for (const group of groups) {
    const path = `${group}.schedule` as const;
    const { schedule } = settings[group];
    if (schedule === undefined || !knows(path)) {
      continue;
    }
    for (const { path: member, message } of findScheduleProblems(schedule)) {
      report(path + member, message, { remove: path + member.replace(/\..*/, "") });
    }
    if (group === "web" && knows("web.singleInstance") && settings.web.singleInstance) {
      const message =
        "is set, but web.singleInstance is true. The environment always has one instance. Remove it, or set web.singleInstance to false.";
      report(path, message, { remove: path });
    }
  }
}
