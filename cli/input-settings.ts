import { isCustomOption } from "../components/beanstalk/custom-options";
import { memberPath } from "../stacks/commands";
import { getSetting } from "../stacks/schema";

/** The setting that decides an input of a resource. */
export interface InputSetting {
  /** Part of the resource's URN. */
  resource: RegExp;
  /** The input's path; of an environment's option its namespace and name. `$1` in the key is its first group. */
  path: RegExp;
  key: string;
  /** Whether a default of Elastic Beanstalk is worth keeping: capacity. */
  keepsDefault?: true;
  /** Returns the setting's value. @default the input's, as the setting's validator wants it */
  convert?: (value: string) => string;
}

const environment = (group: "web" | "worker", path: RegExp, name: string): InputSetting => ({
  resource: new RegExp(`-eb-${group}(-\\d+)?$`),
  path,
  key: `${group}.${name}`,
});

/** Every input that a setting decides; the first that matches. */
const inputSettings: InputSetting[] = [
  { resource: /:Instance::/, path: /^performanceInsightsEnabled$/, key: "database.performanceInsights" },
  // The others have the name of the input.
  { resource: /:Instance::/, path: /^(\w+)$/, key: "database.$1" },
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
    environment(group, /^aws:autoscaling:launchconfiguration RootVolumeType$/, "rootVolumeType"),
    environment(group, /^aws:autoscaling:launchconfiguration RootVolumeIOPS$/, "rootVolumeIops"),
    environment(group, /^aws:autoscaling:launchconfiguration RootVolumeThroughput$/, "rootVolumeThroughput"),
    environment(group, /^aws:elasticbeanstalk:command DeploymentPolicy$/, "deploymentPolicy"),
    environment(group, /^aws:elasticbeanstalk:command BatchSize$/, "deploymentBatchSize"),
    environment(group, /^aws:elasticbeanstalk:command BatchSizeType$/, "deploymentBatchSizeType"),
  ]),
  environment("web", /:process:default HealthCheckPath$/, "healthCheckPath"),
  environment("web", /:process:default MatcherHTTPCode$/, "healthCheckMatcher"),
  environment("web", /:process:default HealthCheckInterval$/, "healthCheckInterval"),
  environment("web", /:process:default HealthCheckTimeout$/, "healthCheckTimeout"),
  environment("web", /:process:default HealthyThresholdCount$/, "healthyThreshold"),
  environment("web", /:process:default UnhealthyThresholdCount$/, "unhealthyThreshold"),
  environment("web", /^aws:elbv2:loadbalancer IdleTimeout$/, "idleTimeout"),
  environment("web", /^aws:elbv2:loadbalancer IpAddressType$/, "ipAddressType"),
  environment("web", /^aws:elbv2:listener:443 SSLPolicy$/, "tlsPolicy"),
  {
    ...environment("web", /:environment EnvironmentType$/, "singleInstance"),
    keepsDefault: true,
    convert: (value) => String(value === "SingleInstance"),
  },
  ...[
    { path: /:cloudwatch:logs(?::health)? RetentionInDays$/, key: "platform.logRetentionDays" },
    { path: /:managedactions PreferredStartTime$/, key: "platform.updateWindow" },
    { path: /:platformupdate InstanceRefreshEnabled$/, key: "platform.instanceReplacement" },
    { path: /:container:python WSGIPath$/, key: "platform.wsgiPath" },
    { path: /^aws:ec2:vpc AssociatePublicIpAddress$/, key: "network.associatePublicIpAddress" },
    { path: /^aws:elasticbeanstalk:application:environment (.*)$/, key: "extraEnvironment.$1" },
  ].map((row) => ({ resource: /-eb-(web|worker)(-\d+)?$/, ...row })),
];

/** Returns the setting that decides an input, with its key; undefined if none does. */
export function findInputSetting(urn: string, path: string): InputSetting | undefined {
  const found = inputSettings.find(({ resource, path: pattern }) => resource.test(urn) && pattern.test(path));
  if (found === undefined) {
    return undefined;
  }
  const key = found.key.replace("$1", found.path.exec(path)?.[1] ?? "");
  // A list's item, and a member of a map, which are not settings of their own.
  const setting = getSetting(key.replace(/\[.*$|^(extraEnvironment)\..*$/, "$1"));
  return setting === undefined ? undefined : { ...found, key };
}

/**
 * Returns the path in `web.options` or `worker.options` that keeps an option of an environment; undefined where a setting or
 * the program decides it, or does not allow the value.
 *
 * @param path The namespace and the option's name.
 */
export function findOptionPath(group: "web" | "worker", path: string, value: string): string | undefined {
  const [, namespace = "", name = ""] = /^(aws:\S+) (.+)$/.exec(path) ?? [];
  return isCustomOption(group, namespace, name, value)
    ? memberPath(memberPath(`${group}.options`, namespace), name)
    : undefined;
}

/** Returns the group of an environment's settings; undefined for other resources. */
export function getEnvironmentGroup(urn: string): "web" | "worker" | undefined {
  const [, group] = /:Environment::.*-eb-(web|worker)(?:-\d+)?$/.exec(urn) ?? [];
  return group as "web" | "worker" | undefined;
}

/** How many items the configuration has in a list, such as "web.additionalHosts". */
export function countItems(path: string, configuration: Readonly<Record<string, string>>): number {
  const [key = "", member = ""] = path.split(".");
  const group = JSON.parse(configuration[key] ?? "{}") as Record<string, unknown[] | undefined>;
  return group[member]?.length ?? 0;
}
