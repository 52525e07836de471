import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { getScheduleInput } from "../../sleep/schedules";
import { type Deployed, getTexts } from "../resources";
import { type LiveEnvironment, type Settings, toList } from "./live-environment";

/** The Auto Scaling group of an environment, compared with the environment's own options. */
export function checkAutoScaling(environment: LiveEnvironment, context: Context): Check[] {
  const { resource } = environment;
  return getTexts(resource.outputs, "autoscalingGroups").flatMap((name) => {
    const check = (
      what: string,
      find: (group: AutoScalingGroup, settings: Settings) => Promise<Addition[]> | Addition[],
    ): Check => ({
      what: `${what} of the Auto Scaling group ${name}`,
      find: async () => {
        const settings = await environment.getSettings();
        const { AutoScalingGroups = [] } = await context.clients.autoScaling.send(
          new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
        );
        const found = await Promise.all(AutoScalingGroups.map(async (group) => find(group, settings)));
        return toDrift(resource, found.flat());
      },
    });
    return [
      check("size", (group, settings) => findSize(group, settings, context)),
      check("suspended processes", (group) => findSuspended(group, context)),
      check("hooks", () => findHooks(name, context)),
      check("scheduled actions", () => findActions(name, context)),
      check("scaling policies", () => findPolicies(name, context)),
      check("launch template", (group, settings) => findLaunchTemplate(group, settings, context)),
      check("instances", (group, settings) => findInstances(group, settings, context)),
    ];
  });
}

/** Elastic Beanstalk's own resources in a group begin with this. */
const isOwn = (name = "") => name.startsWith("awseb-");

/** The desired size is not compared: scaling changes it between the others. */
function findSize(group: AutoScalingGroup, settings: Settings, { deployed, region }: Context): Addition[] {
  const { get } = settings;
  const isSingle = get("aws:elasticbeanstalk:environment", "EnvironmentType") === "SingleInstance";
  const getSize = (option: string) => (isSingle ? "1" : get("aws:autoscaling:asg", option));
  const [min, max] = [getSize("MinSize"), getSize("MaxSize")];
  const { AutoScalingGroupName = "", MinSize, MaxSize } = group;
  const isSet = (size: { min?: string; max?: string }) =>
    String(MinSize) === (size.min ?? min) && String(MaxSize) === (size.max ?? max);
  const scheduled = [
    ...getScheduledSizes(settings),
    ...getSleepingSizes(AutoScalingGroupName, ofType(deployed, "scheduler/schedule:Schedule")),
  ];
  return isSet({}) || scheduled.some(isSet)
    ? []
    : [
        {
          severity: "medium",
          text: `its Auto Scaling group has ${String(MinSize)}–${String(MaxSize)} instances, and its options say ${min}–${max}`,
          meaning:
            "The size was set on the group instead of the environment. The environment's next update takes it back.",
          undo: [
            awsCommand(
              "autoscaling update-auto-scaling-group",
              { "auto-scaling-group-name": AutoScalingGroupName, "min-size": min, "max-size": max },
              region,
            ),
          ],
        },
      ];
}

/** The sizes that the environment's own scheduled actions set. */
function getScheduledSizes({ all }: Settings): { min?: string; max?: string }[] {
  const actions = all.filter(({ Namespace }) => Namespace === "aws:autoscaling:scheduledaction");
  return [...new Set(actions.map(({ ResourceName }) => ResourceName))].map((name) => {
    const find = (option: string) =>
      actions.find((one) => one.ResourceName === name && one.OptionName === option)?.Value;
    return { min: find("MinSize"), max: find("MaxSize") };
  });
}

/** The sizes that the stack's schedules set for a single instance. */
function getSleepingSizes(group: string, schedules: Deployed[]): { min: string; max: string }[] {
  return schedules.flatMap((schedule) => {
    const { AutoScalingGroupName, MinSize, MaxSize } = getScheduleInput(schedule);
    return AutoScalingGroupName === group ? [{ min: String(MinSize), max: String(MaxSize) }] : [];
  });
}

function findSuspended(
  { AutoScalingGroupName = "", SuspendedProcesses = [] }: AutoScalingGroup,
  context: Context,
) {
  const processes = SuspendedProcesses.map(({ ProcessName = "" }) => ProcessName).sort();
  return processes.length === 0
    ? []
    : [
        {
          severity: "high" as const,
          text: `its Auto Scaling group has suspended ${processes.join(", ")}`,
          meaning: "Failed instances are not replaced, or the number of instances does not follow the load.",
          undo: [
            awsCommand(
              "autoscaling resume-processes",
              { "auto-scaling-group-name": AutoScalingGroupName, "scaling-processes": processes },
              context.region,
            ),
          ],
        },
      ];
}

async function findHooks(
  AutoScalingGroupName: string,
  { clients, deployed, region }: Context,
): Promise<Addition[]> {
  const own = ofType(deployed, "autoscaling/lifecycleHook:LifecycleHook").filter(
    ({ outputs }) => outputs.autoscalingGroupName === AutoScalingGroupName,
  );
  const { LifecycleHooks = [] } = await clients.autoScaling.send(
    new DescribeLifecycleHooksCommand({ AutoScalingGroupName }),
  );
  return LifecycleHooks.filter(
    ({ LifecycleHookName }) => !isOwn(LifecycleHookName) && !own.some(({ id }) => id === LifecycleHookName),
  ).map(({ LifecycleHookName = "" }) =>
    toAddition(AutoScalingGroupName, region, {
      kind: "lifecycle-hook",
      name: LifecycleHookName,
      meaning: "Instances wait for something before they start or end; deployments may take longer or fail.",
    }),
  );
}

async function findActions(AutoScalingGroupName: string, { clients, region }: Context): Promise<Addition[]> {
  const { ScheduledUpdateGroupActions = [] } = await clients.autoScaling.send(
    new DescribeScheduledActionsCommand({ AutoScalingGroupName }),
  );
  return ScheduledUpdateGroupActions.filter(({ ScheduledActionName }) => !isOwn(ScheduledActionName)).map(
    ({ ScheduledActionName = "", Recurrence = "once" }) =>
      toAddition(AutoScalingGroupName, region, {
        kind: "scheduled-action",
        name: ScheduledActionName,
        details: ` (${Recurrence})`,
        meaning: "The number of instances changes at times that the program does not know.",
      }),
  );
}

async function findPolicies(AutoScalingGroupName: string, context: Context): Promise<Addition[]> {
  const own = new Set(ofType(context.deployed, "autoscaling/policy:Policy").map(({ id }) => id));
  const { ScalingPolicies = [] } = await context.clients.autoScaling.send(
    new DescribePoliciesCommand({ AutoScalingGroupName }),
  );
  return ScalingPolicies.filter(({ PolicyName = "" }) => !isOwn(PolicyName) && !own.has(PolicyName)).map(
    ({ PolicyName = "" }) =>
      toAddition(AutoScalingGroupName, context.region, {
        kind: "policy",
        label: "scaling policy",
        name: PolicyName,
        meaning: "The number of instances follows another rule too.",
      }),
  );
}

/** Something of an Auto Scaling group; `aws autoscaling` deletes it by its kind and name. */
interface Part {
  kind: string;
  /** @default the kind in words */
  label?: string;
  name: string;
  details?: string;
  meaning: string;
}

function toAddition(
  group: string,
  region: string,
  { kind, label = kind.replace("-", " "), name, details = "", meaning }: Part,
): Addition {
  const options = { "auto-scaling-group-name": group, [`${kind}-name`]: name };
  return {
    severity: "medium",
    text: `${label} ${name}${details} is not in the program`,
    meaning,
    undo: [awsCommand(`autoscaling delete-${kind}`, options, region)],
  };
}

const getGroups = ({ get }: Settings) => toList(get("aws:autoscaling:launchconfiguration", "SecurityGroups"));

async function findLaunchTemplate(group: AutoScalingGroup, settings: Settings, context: Context) {
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const { LaunchTemplateId, Version = "$Default" } = template ?? {};
  // Else Elastic Beanstalk adds a group of its own.
  const isComplete =
    settings.get("aws:autoscaling:launchconfiguration", "DisableDefaultEC2SecurityGroup") === "true";
  if (LaunchTemplateId === undefined || !isComplete) {
    return [];
  }
  const read = async (Versions?: string[]) =>
    (
      await context.clients.ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions }),
      )
    ).LaunchTemplateVersions ?? [];
  const getAdded = ({ LaunchTemplateData: data = {} }: Awaited<ReturnType<typeof read>>[number]) => {
    const groups = [
      ...(data.SecurityGroupIds ?? []),
      ...(data.NetworkInterfaces ?? []).flatMap(({ Groups = [] }) => Groups),
    ];
    return groups.filter((id) => !getGroups(settings).includes(id));
  };
  const [current] = await read([Version]);
  const added = current === undefined ? [] : getAdded(current);
  if (added.length === 0) {
    return [];
  }
  const previous = (await read()).find((version) => getAdded(version).length === 0);
  return [
    {
      severity: "critical" as const,
      text: `its launch template adds the security group ${added.join(", ")} to instances`,
      meaning: "New instances accept what the rules of that group allow.",
      undo:
        previous === undefined
          ? [`# Change an option that replaces the instances: Elastic Beanstalk creates a new version then.`]
          : [
              awsCommand(
                "autoscaling update-auto-scaling-group",
                {
                  "auto-scaling-group-name": group.AutoScalingGroupName ?? "",
                  "launch-template": `LaunchTemplateId=${LaunchTemplateId},Version=${String(previous.VersionNumber)}`,
                },
                context.region,
              ),
            ],
    },
  ];
}

async function findInstances(group: AutoScalingGroup, settings: Settings, { clients, region }: Context) {
  const ids = (group.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  if (ids.length === 0) {
    return [];
  }
  const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
  const expected = getGroups(settings);
  return Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(
    ({ InstanceId = "", SecurityGroups = [] }): Addition[] => {
      const added = SecurityGroups.flatMap(({ GroupId = "", GroupName }) =>
        expected.includes(GroupId) || isOwn(GroupName) ? [] : [GroupId],
      );
      return added.length === 0
        ? []
        : [
            {
              severity: "critical",
              text: `instance ${InstanceId} is in the security group ${added.join(", ")}, which is not in the program`,
              meaning: "The instance accepts what the rules of that group allow.",
              undo: [
                awsCommand(
                  "ec2 modify-instance-attribute",
                  { "instance-id": InstanceId, groups: expected },
                  region,
                ),
              ],
            },
          ];
    },
  );
}
