import { type Application, Environment } from "@pulumi/aws/elasticbeanstalk";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import type { BeanstalkArgs, beanstalkDefaults } from "../beanstalk";
import type { WithDefaults } from "../defaults";
import { getIdentity } from "../identity";
import type { InstructionsArgs } from "../instructions";
import { getLoadBalancerName } from "../load-balancer-name";
import { getPlatformVersion } from "../lookups";
import { toList } from "../outputs";
import type { PrivateBucket } from "../private-bucket";
import type { ServiceRole } from "../service-role";
import { createBootstrapVersion } from "./bootstrap-version";
import { addCustomOptions } from "./custom-options";
import { type Generation, toEnvironmentName } from "./generations";
import type { LoadBalancer } from "./load-balancer-options";
import { createLoadBalancerScaling } from "./load-balancer-scaling";
import { type OptionSettings, toSettings } from "./option-settings";
import type { Web, WebArgs, Worker } from "./arguments";
import { isDocker } from "./platform";
import { type EnvironmentContext, getWebOptions, getWorkerOptions } from "./options";
import { createInstanceRole, getWorkerStatements, type InstanceRoleArgs } from "./roles";
import { waitUntilReady } from "./wait-until-ready";
import { createWorkerDrain } from "./worker-drain";
import { createWorkerScaling } from "./worker-scaling";

/** What all environments share. */
export interface BeanstalkContext {
  name: string;
  args: WithDefaults<BeanstalkArgs, typeof beanstalkDefaults>;
  web: Web;
  worker: Worker;
  loadBalancer: LoadBalancer | undefined;
  serviceRole: ServiceRole;
  application: Application;
  bundles: PrivateBucket;
  sessionStatements: pulumi.Input<object>[];
  parent: pulumi.Resource;
}

/** The context of a generation's environments. */
interface GenerationContext extends BeanstalkContext {
  generation: Generation;
  /** Label of the version that they are created with. */
  version: pulumi.Input<string>;
  solutionStackName: pulumi.Output<string>;
}

/**
 * Creates the environments of a generation with all that belongs to them alone, so that another generation beside it changes
 * nothing of what serves the application.
 */
export function createEnvironments(shared: BeanstalkContext, generation: Generation) {
  const { name, args, web, parent } = shared;
  const { suffix, platform, isPrevious, isServing } = generation;
  const bootstrap = createBootstrapVersion(
    `${name}-bootstrap${suffix}`,
    {
      application: shared.application,
      bucket: shared.bundles,
      keepers: {
        cnamePrefix: getCnamePrefix(web, args),
        webEnvironmentName: web.environmentName,
        workerEnvironmentName: shared.worker.environmentName,
      },
      platform: isDocker(platform) ? "docker" : "python",
      tags: args.tags,
    },
    parent,
  );
  const context: GenerationContext = {
    ...shared,
    generation,
    version: platform.initialVersion ?? bootstrap.name,
    solutionStackName: getPlatformVersion(platform.branch, parent),
  };
  const created = createWebEnvironment(context);
  const { environment: webEnvironment } = created;
  if (!platform.update && !isPrevious) {
    warnIfBranchDiffers(webEnvironment, platform.branch, args.instructions, parent);
  }
  const loadBalancerArn =
    shared.loadBalancer && webEnvironment.loadBalancers.apply((arns) => toList(arns)[0] ?? "");
  if (shared.loadBalancer?.certificateArn !== undefined && loadBalancerArn !== undefined) {
    redirectToHttps(`${name}-redirect${suffix}`, loadBalancerArn, args.tags, parent);
  }
  if (web.scaling !== "cpu" && loadBalancerArn !== undefined) {
    const loadBalancerName = getLoadBalancerName(loadBalancerArn);
    createLoadBalancerScaling(
      `${name}-web${suffix}`,
      { ...web, environment: webEnvironment, loadBalancerName, tags: args.tags },
      parent,
    );
  }
  const worker = createWorkerEnvironment(context, webEnvironment);
  return { suffix, isServing, web: created, worker, loadBalancerArn };
}

/** Returns the name of an environment's Auto Scaling group. */
export function getGroupName(environment: Environment): pulumi.Output<string> {
  return environment.autoscalingGroups.apply((names) => toList(names)[0] ?? "");
}

/** An environment, and the name of its instances' role. */
interface CreatedEnvironment {
  environment: Environment;
  roleName: pulumi.Output<string>;
}

function createWebEnvironment(context: GenerationContext): CreatedEnvironment {
  const { generation, loadBalancer } = context;
  const web = toGeneration(context.web, generation);
  const { applicationName, webVariables = {} } = context.args;
  const environmentName = toEnvironmentName(web.environmentName ?? applicationName, generation);
  const role = createRole(context, "web", { environmentName });
  const cnamePrefix = pulumi
    .output(getCnamePrefix(web, context.args))
    // One that AWS generated has two parts, which the provider does not know: left out, it stays as it is. Beside the
    // environment that has the address, AWS generates one.
    .apply((prefix) => (prefix.includes(".") || !generation.isServing ? undefined : prefix));
  const environment = createEnvironment(
    context,
    "web",
    { name: environmentName, tier: "WebServer", cnamePrefix },
    getWebOptions(web, toEnvironmentContext(context, webVariables, role.profile.name), loadBalancer),
    role.policies,
  );
  return { environment, roleName: role.role.name };
}

export function getCnamePrefix(
  { cnamePrefix }: WebArgs,
  { applicationName }: BeanstalkArgs,
): pulumi.Input<string> {
  return cnamePrefix ?? applicationName;
}

/** Returns the settings of a generation's environment. */
function toGeneration<T extends Web | Worker>(settings: T, { isPrevious }: Generation): T {
  const { instanceTypes, previousInstanceTypes = instanceTypes } = settings;
  return isPrevious ? { ...settings, instanceTypes: previousInstanceTypes } : settings;
}

function createWorkerEnvironment(context: GenerationContext, web: Environment): CreatedEnvironment {
  const { generation, name, parent } = context;
  const worker = toGeneration(context.worker, generation);
  const { applicationName, workerVariables = {}, queueName, tags } = context.args;
  const environmentName = toEnvironmentName(
    worker.environmentName ?? pulumi.interpolate`${applicationName}-worker`,
    generation,
  );
  const part = `${name}-worker${generation.suffix}`;
  const role = createRole(context, "worker", { environmentName, statements: getWorkerStatements(parent) });
  const environment = createEnvironment(
    context,
    "worker",
    { name: environmentName, tier: "Worker" },
    getWorkerOptions(worker, toEnvironmentContext(context, workerVariables, role.profile.name)),
    [...role.policies, web],
  );
  const autoScalingGroupName = getGroupName(environment);
  if (worker.drain) {
    const { taskTimeLimit } = worker;
    const args = { autoScalingGroupName, role: role.role, taskTimeLimit };
    createWorkerDrain(`${part}-drain`, args, parent);
  }
  if (queueName !== undefined) {
    const namePrefix = pulumi.interpolate`${queueName}${generation.suffix}`;
    createWorkerScaling(part, { ...worker, autoScalingGroupName, namePrefix, queueName, tags }, parent);
  }
  return { environment, roleName: role.role.name };
}

/** Creates the role of an environment's instances. */
function createRole(
  { name, args, generation, bundles, sessionStatements, parent }: GenerationContext,
  part: "web" | "worker",
  own: Pick<InstanceRoleArgs, "environmentName" | "statements">,
) {
  return createInstanceRole(
    `${name}-${part}${generation.suffix}-instances`,
    {
      applicationName: args.applicationName,
      bundleBucketArn: bundles.arn,
      secretArns: Object.values(args.secretArns ?? {}),
      sessionStatements,
      ownStatements: generation.platform.instanceStatements,
      ...own,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

function toEnvironmentContext(
  { args, generation, serviceRole }: GenerationContext,
  variables: Record<string, pulumi.Input<string>>,
  instanceProfileName: pulumi.Input<string>,
): EnvironmentContext {
  return {
    platform: generation.platform,
    vpcId: args.vpcId,
    instanceSubnetIds: args.instanceSubnetIds,
    instanceSecurityGroupId: args.instanceSecurityGroupId,
    associatePublicIpAddress: args.associatePublicIpAddress,
    instanceProfileName,
    serviceRoleName: serviceRole.role.name,
    variables,
    secretArns: args.secretArns ?? {},
    keepLogs: args.keepLogs,
  };
}

function createEnvironment(
  { name, args, generation, serviceRole, application, version, solutionStackName, parent }: GenerationContext,
  part: "web" | "worker",
  identity: { name: pulumi.Input<string>; tier: string; cnamePrefix?: pulumi.Input<string | undefined> },
  options: OptionSettings,
  dependsOn: pulumi.Resource[],
): Environment {
  const { platform, suffix } = generation;
  // Other environments of the application have addresses, too.
  const keepsAddress = args.keepAddress || platform.previousBranch !== undefined;
  return new Environment(
    `${name}-${part}${suffix}`,
    {
      ...identity,
      application: application.name,
      solutionStackName,
      version,
      settings: toSettings(addCustomOptions(options, part, args[part], platform.branch)),
      // An immutable update of a large environment takes longer than the provider's 20 minutes.
      waitForReadyTimeout: "60m",
      tags: args.tags,
    },
    {
      parent,
      dependsOn: [...serviceRole.policies, ...dependsOn],
      // Environment names are unique, so the old environment has to go first.
      deleteBeforeReplace: true,
      // It contains every setting in plain text, environment properties included.
      additionalSecretOutputs: ["allSettings"],
      hooks: waitUntilReady(`${name}-${part}${suffix}-until-ready`),
      ignoreChanges: [
        "version",
        ...(part === "web" && keepsAddress ? ["cnamePrefix"] : []),
        ...(platform.update ? [] : ["solutionStackName"]),
      ],
    },
  );
}

/** Warns if the environments run another branch than the configured one, which `update` would install. */
function warnIfBranchDiffers(
  environment: Environment,
  branch: string,
  { documents }: InstructionsArgs = {},
  component: pulumi.Resource,
): void {
  const reference = documents === undefined ? "" : ` (${documents}/upgrading.md)`;
  environment.solutionStackName.apply((running: string | undefined) => {
    if (running?.endsWith(` running ${branch}`) === false) {
      void pulumi.log.warn(
        `The environments run on ${running}, but platform.branch is ${branch}. Set platform.update to true to move them to it${reference}.`,
        component,
      );
    }
  });
}

/** Redirects HTTP to HTTPS with a listener of our own on the environment's load balancer. */
function redirectToHttps(
  name: string,
  loadBalancerArn: pulumi.Input<string>,
  tags: BeanstalkArgs["tags"],
  parent: pulumi.Resource,
): void {
  new lb.Listener(
    name,
    {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
      tags,
    },
    { parent },
  );
}
