import { getSetting } from "../../stacks/schema";
import type { ResourceChange, SuggestedSetting } from "./survey";

/** A setting that can keep the value of an input. */
interface Keeper {
  /** The end of the resource's type, or of an environment's logical name. */
  resource: RegExp;
  path: RegExp;
  key: string;
  /** Whether a default of Elastic Beanstalk is worth keeping: capacity. */
  keepsDefault?: true;
  /** Returns the setting's value. @default the input's, as the setting's validator wants it */
  convert?: (value: string) => string;
}

const environment = (group: "web" | "worker", path: RegExp, name: string): Keeper => ({
  resource: new RegExp(`-eb-${group}$`),
  path,
  key: `${group}.${name}`,
});

/** Every input that a setting can keep. */
const keepers: Keeper[] = [
  ...[
    ...["instanceClass", "allocatedStorage", "maxAllocatedStorage", "multiAz", "backupRetentionPeriod"],
    ...["deletionProtection", "monitoringInterval"],
  ].map((input) => ({
    resource: /:Instance::/,
    path: new RegExp(`^${input}$`),
    key: `database.${input}`,
  })),
  { resource: /:Instance::/, path: /^performanceInsightsEnabled$/, key: "database.performanceInsights" },
  ...["visibilityTimeoutSeconds", "messageRetentionSeconds", "receiveWaitTimeSeconds", "delaySeconds"].map(
    (input) => ({
      resource: /queue:Queue::.*-queue-queue$/,
      path: new RegExp(`^${input}$`),
      key: `queue.${input}`,
    }),
  ),
  {
    resource: /queue:Queue::.*-queue-queue$/,
    path: /^redrivePolicy\.maxReceiveCount$/,
    key: "queue.maxReceiveCount",
  },
  { resource: /:LogGroup::/, path: /^retentionInDays$/, key: "platform.logRetentionDays" },
  ...(["web", "worker"] as const).flatMap((group) => [
    {
      ...environment(group, /^aws:ec2:instances InstanceTypes$/, "instanceTypes[0]"),
      keepsDefault: true as const,
      // Without Spot Instances only the first is used.
      convert: (value: string) => value.split(",")[0] ?? "",
    },
    { ...environment(group, /^aws:autoscaling:asg MinSize$/, "minSize"), keepsDefault: true as const },
    { ...environment(group, /^aws:autoscaling:asg MaxSize$/, "maxSize"), keepsDefault: true as const },
    environment(group, /^aws:autoscaling:launchconfiguration RootVolumeSize$/, "rootVolumeSize"),
    environment(group, /^aws:elasticbeanstalk:command DeploymentPolicy$/, "deploymentPolicy"),
  ]),
  environment("web", /:process:default HealthCheckPath$/, "healthCheckPath"),
  environment("web", /:process:default MatcherHTTPCode$/, "healthCheckMatcher"),
  {
    ...environment("web", /:environment EnvironmentType$/, "singleInstance"),
    keepsDefault: true,
    convert: (value) => String(value === "SingleInstance"),
  },
  ...[
    { path: /:cloudwatch:logs RetentionInDays$/, key: "platform.logRetentionDays" },
    { path: /:managedactions PreferredStartTime$/, key: "platform.updateWindow" },
    { path: /:container:python WSGIPath$/, key: "platform.wsgiPath" },
    { path: /^aws:ec2:vpc AssociatePublicIpAddress$/, key: "network.associatePublicIpAddress" },
  ].map((row) => ({ resource: /-eb-(web|worker)$/, ...row })),
];

/**
 * Returns the change with the setting that keeps the value, or with the reason why the setting cannot have it. A tag is
 * kept by the provider's own `aws:ignoreTags`, whose items are numbered later.
 */
export function addKeep(change: ResourceChange): ResourceChange {
  const { urn, path, from } = change;
  const reason = `${change.label}: ${path} is ${from}`;
  const [, tag] = /^tags\.(.+)$/.exec(path) ?? [];
  if (tag !== undefined && change.to === notSet) {
    return { ...change, keep: { key: "aws:ignoreTags.keys[]", value: tag, reason } };
  }
  const keeper = keepers.find(({ resource, path: pattern }) => resource.test(urn) && pattern.test(path));
  const { validator } = getSetting(keeper?.key.replace(/\[.*$/, "") ?? "") ?? {};
  const isSetByHand = change.isDefault !== true || keeper?.keepsDefault === true;
  if (keeper === undefined || validator === undefined || from === notSet || !isSetByHand) {
    return change;
  }
  const text = keeper.convert?.(from) ?? from;
  const value =
    validator.type === "integer" ? Number(text) : validator.type === "boolean" ? text === "true" : text;
  const isValid = validator.type === "list" ? validator.item?.isValid(value) : validator.isValid(value);
  return isValid === true
    ? { ...change, keep: { key: keeper.key, value, reason } }
    : { ...change, to: `${change.to} (${keeper.key} cannot be ${text}: expected ${validator.expected})` };
}

/** How a missing value is shown. */
export const notSet = "not set";

/** Numbers the items of lists, and returns each key once: the first value that is found for it. */
export function numberItems(
  settings: SuggestedSetting[],
  configuration: Readonly<Record<string, string>>,
): SuggestedSetting[] {
  const unique = new Map<string, SuggestedSetting>();
  for (const setting of settings) {
    const id = setting.key.endsWith("[]") ? `${setting.key} ${String(setting.value)}` : setting.key;
    unique.set(id, unique.get(id) ?? setting);
  }
  const next = new Map<string, number>();
  return [...unique.values()].map((setting) => {
    if (!setting.key.endsWith("[]")) {
      return setting;
    }
    const list = setting.key.slice(0, -2);
    const index = next.get(list) ?? countItems(list, configuration);
    next.set(list, index + 1);
    return { ...setting, key: `${list}[${index}]` };
  });
}

/** How many items the configuration has in a list, such as "web.additionalHosts". */
function countItems(path: string, configuration: Readonly<Record<string, string>>): number {
  const [key = "", member = ""] = path.split(".");
  const group = JSON.parse(configuration[key] ?? "{}") as Record<string, unknown[] | undefined>;
  return group[member]?.length ?? 0;
}
