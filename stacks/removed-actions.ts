import { getGenerations } from "../components/beanstalk/generations";
import {
  findScheduleProblems,
  type ScheduledActionArgs,
  scheduleNamespace,
} from "../components/beanstalk/scheduled-actions";
import { sleepActionNames } from "../components/sleep-hours";
import type { Deployment } from "./deployment";
import { placeholderCommand, setCommand, shellWord } from "./commands";
import type { Problem } from "./configuration-error";
import type { CompleteSettings } from "./tiers";
import { isRecord } from "./validators";

/*
 * The provider removes options without their resource's name (https://github.com/hashicorp/terraform-provider-aws/issues/8015),
 * so that Elastic Beanstalk keeps a scheduled action that the program no longer sends, and goes on to run it. The program
 * sends it as suspended instead, until it is removed by hand.
 */

const groups = ["web", "worker"] as const;
type Group = (typeof groups)[number];

/** The options of scheduled actions, by the action's name and the option's. */
type Actions = Map<string, Map<string, string>>;

/** The scheduled actions of an environment, as they are deployed. */
interface DeployedActions {
  group: Group;
  environment: string;
  actions: Actions;
}

function readActions({ platform }: CompleteSettings, { resources }: Deployment): DeployedActions[] {
  return groups.flatMap((group) =>
    getGenerations(platform).flatMap(({ suffix }) => {
      const outputs = resources.find(({ name }) => name === `beo-eb-${group}${suffix}`)?.outputs;
      const { name: environment, settings } = outputs ?? {};
      const options = Array.isArray(settings) ? settings.filter(isRecord) : [];
      const actions: Actions = new Map();
      for (const { namespace, resource, name, value } of options) {
        if (namespace === scheduleNamespace && value !== "") {
          const action = actions.get(String(resource)) ?? new Map<string, string>();
          actions.set(String(resource), action.set(String(name), String(value)));
        }
      }
      return actions.size === 0 ? [] : [{ group, environment: String(environment), actions }];
    }),
  );
}

/** Returns the deployed actions that the configuration does not have, of each environment that has some. */
function findRemoved(settings: CompleteSettings, deployment: Deployment): DeployedActions[] {
  return readActions(settings, deployment).flatMap(({ group, environment, actions }) => {
    const { schedule = [] } = settings[group];
    const sleeps = settings.sleep !== undefined && !(group === "web" && settings.web.singleInstance);
    const configured = [...schedule.map(({ name }) => name), ...(sleeps ? sleepActionNames : [])];
    const removed = new Map([...actions].filter(([name]) => !configured.includes(name)));
    return removed.size === 0 ? [] : [{ group, environment, actions: removed }];
  });
}

/** Returns the removed actions of an environment, which stay suspended. */
export function getSuspendedActions(
  settings: CompleteSettings,
  deployment: Deployment,
  group: Group,
): ScheduledActionArgs[] {
  const { minSize, maxSize } = settings[group];
  const all = findRemoved(settings, deployment)
    .filter((one) => one.group === group)
    .flatMap(({ actions }) => [...actions]);
  return [...new Map(all)].flatMap(([name, options]) => {
    const [recurrence, startTime] = ["Recurrence", "StartTime"].map((option) => options.get(option));
    const desiredCapacity = options.get("DesiredCapacity");
    const action: ScheduledActionArgs = {
      name,
      ...(recurrence !== undefined && { recurrence }),
      ...(startTime !== undefined && { startTime }),
      minSize: Number(options.get("MinSize") ?? minSize),
      maxSize: Number(options.get("MaxSize") ?? maxSize),
      ...(desiredCapacity !== undefined && { desiredCapacity: Number(desiredCapacity) }),
      suspended: true,
    };
    return findScheduleProblems([action]).length === 0 ? [action] : [];
  });
}

/** Says of each environment which actions stay suspended, and how to remove them. */
export function describeSuspendedActions(
  settings: CompleteSettings,
  deployment: Deployment,
  region: string | undefined,
  stack: string,
): string[] {
  return findRemoved(settings, deployment).map((removed) => {
    const names = [...removed.actions.keys()].join(", ");
    const commands = getRemoveCommands(removed, region, stack).map((line) => `\n    ${line}`);
    return `${removed.group}.schedule: Elastic Beanstalk has scheduled actions of ${removed.environment} that are no longer configured: ${names}. Pulumi cannot remove them, and suspends them: they do not run. To remove them, before the update or after it:${commands.join("")}`;
  });
}

function getRemoveCommands(
  { environment, actions }: DeployedActions,
  region: string | undefined,
  stack: string,
): string[] {
  const inRegion = region === undefined ? "" : ` --region ${region}`;
  const options = [...actions].flatMap(([resource, values]) =>
    [...values.keys()].map((name) =>
      shellWord(`ResourceName=${resource},Namespace=${scheduleNamespace},OptionName=${name}`),
    ),
  );
  return [
    `aws elasticbeanstalk update-environment --environment-name ${environment} --options-to-remove ${options.join(" ")}${inRegion}`,
    `aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${environment}${inRegion}`,
    `npx pulumi refresh -s ${stack}`,
  ];
}

/** The options that an action may have or not, with their settings. */
const optional = [
  ["Recurrence", "recurrence"],
  ["StartTime", "startTime"],
  ["DesiredCapacity", "desiredCapacity"],
] as const;

/** Reports what Elastic Beanstalk would keep, and cannot be suspended. */
export function checkRemovedActions(
  settings: CompleteSettings,
  deployment: Deployment,
  ignored: ReadonlySet<string>,
  region: string | undefined,
  stack: string,
): Problem[] {
  const single = findRemoved(settings, deployment).find(({ group }) => group === "web");
  const problems: Problem[] = [];
  if (single !== undefined && settings.web.singleInstance && !ignored.has("web.singleInstance")) {
    const names = [...single.actions.keys()].join(", ");
    const commands = getRemoveCommands(single, region, stack).map((line) => `\n    ${line}`);
    problems.push({
      key: "web.singleInstance",
      message: `is true, but ${single.environment} has the scheduled actions ${names}, which would go on to set its size. Remove them, or keep the load balancer with the last command:${commands.join("")}`,
      commands: [setCommand("web.singleInstance", false)],
    });
  }
  for (const { group, actions } of readActions(settings, deployment)) {
    const { schedule = [] } = ignored.has(`${group}.schedule`) ? {} : settings[group];
    schedule.forEach((action, index) => {
      const deployed = actions.get(action.name);
      for (const [option, member] of optional) {
        const value = deployed?.get(option);
        if (value !== undefined && action[member] === undefined) {
          const path = `${group}.schedule[${index}]`;
          problems.push({
            key: path,
            message: `has no ${member}, but ${action.name} is deployed with ${value}, which Elastic Beanstalk would keep. Give the action another name, or set ${member}.`,
            commands: [placeholderCommand(`${path}.name`, "another name", false)],
          });
        }
      }
    });
  }
  return problems;
}
