import { Application, Environment } from "@pulumi/aws/elasticbeanstalk";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import { createBootstrapVersion } from "./beanstalk/bootstrap-version";
import type { LoadBalancer } from "./beanstalk/load-balancer-options";
import { type Generation, getGenerations, toEnvironmentName } from "./beanstalk/generations";
import {
  type EnvironmentContext,
  getWebOptions,
  getWorkerOptions,
  isDocker,
  type PlatformArgs,
  platformDefaults,
  type Web,
  type WebArgs,
  webDefaults,
  type Worker,
  type WorkerArgs,
  workerDefaults,
} from "./beanstalk/options";
import { createSessionManager } from "./beanstalk/session-manager";
import { createBeanstalkRole, createInstanceRole, getWorkerStatements } from "./beanstalk/roles";
import { type OptionSettings, toSettings } from "./beanstalk/option-settings";
import { addCustomOptions, findOptionProblems } from "./beanstalk/custom-options";
import { waitUntilReady } from "./beanstalk/wait-until-ready";
import { createLoadBalancerScaling } from "./beanstalk/load-balancer-scaling";
import { createWorkerDrain } from "./beanstalk/worker-drain";
import { createWorkerScaling } from "./beanstalk/worker-scaling";
import { checkArguments, throwProblems } from "./check-arguments";
import { type WithDefaults, withDefaults } from "./defaults";
import type { InstructionsArgs } from "./instructions";
import { getIdentity, type IdentityArgs } from "./identity";
import { getPlatformVersion } from "./lookups";
import { getLoadBalancerName } from "./load-balancer-name";
import { getAddress } from "./names";
import { getOutputs, toList } from "./outputs";
import { PrivateBucket } from "./private-bucket";
import { getRegion } from "./region";
import type { ServiceRole } from "./service-role";

/** The application's two environments. */
export interface BeanstalkArgs extends IdentityArgs {
  /**
   * Name of the application, and unless `web.environmentName` and `worker.environmentName` are others, of its web
   * environment; the worker environment is `<applicationName>-worker`. 4–33 letters, digits and hyphens, since Elastic
   * Beanstalk limits environment names to 40.
   *
   * @changing Replaces the application and both environments.
   */
  applicationName: pulumi.Input<string>;
  /**
   * The web environment.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  web?: WebArgs;
  /**
   * The worker environment.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  worker?: WorkerArgs;
  /**
   * The platform of both environments.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  platform?: PlatformArgs;
  /**
   * Plain properties of the web environment, by variable. Elastic Beanstalk allows 4,096 bytes in all
   * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-softwaresettings.html).
   *
   * @default none
   * @changing Restarts the application on the instances.
   */
  webVariables?: Record<string, pulumi.Input<string>>;
  /**
   * Plain properties of the worker environment, by variable: 4,096 bytes in all.
   *
   * @default none
   * @changing Restarts the application on the instances.
   */
  workerVariables?: Record<string, pulumi.Input<string>>;
  /**
   * Properties by reference of both environments: ARNs of SSM parameters, by variable.
   *
   * @default none
   * @changing Restarts the application on the instances.
   */
  secretArns?: Record<string, pulumi.Input<string>>;
  /**
   * Id of the VPC.
   *
   * @changing Cannot be changed later: security groups belong to one VPC.
   */
  vpcId: pulumi.Input<string>;
  /**
   * Ids of the instances' subnets, sorted as Elastic Beanstalk returns them.
   *
   * @changing Replaces the instances.
   */
  instanceSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Id of the instances' security group. A name that begins with `awseb` would show as a difference in every preview.
   *
   * @changing Replaces the instances.
   */
  instanceSecurityGroupId: pulumi.Input<string>;
  /**
   * Whether instances get public IP addresses; false for private subnets with a NAT gateway.
   *
   * @default true
   * @changing Replaces the instances.
   */
  associatePublicIpAddress?: pulumi.Input<boolean>;
  /**
   * Ids of the load balancer's public subnets, sorted.
   *
   * @default the instances' subnets
   * @changing In place.
   */
  loadBalancerSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Id of the load balancer's security group. Required unless `web.singleInstance` is true.
   *
   * @default none
   * @changing In place.
   */
  loadBalancerSecurityGroupId?: pulumi.Input<string>;
  /**
   * ARN of an ACM certificate for HTTPS, in the region of the environments.
   *
   * @default none: the environment serves plain HTTP
   * @changing In place.
   */
  certificateArn?: pulumi.Input<string>;
  /**
   * Keeps the address that the web environment has: `eb swap` moves addresses between environments. With false, the
   * environment is replaced if its address is not the one of `web.cnamePrefix`.
   *
   * @default true
   * @changing In place.
   */
  keepAddress?: boolean;
  /**
   * Name of the Celery queue by which the worker environment scales.
   *
   * @default none: the worker environment stays at its minimum size
   * @changing In place.
   */
  queueName?: pulumi.Input<string>;
  /**
   * Whether CloudWatch keeps the logs of a terminated environment.
   *
   * @default true
   * @changing In place.
   */
  keepLogs?: pulumi.Input<boolean>;
  /**
   * Documents that warnings name.
   *
   * @default every setting's own default
   * @changing In place.
   */
  instructions?: InstructionsArgs;
  /**
   * Tags of all resources. Never a tag `Name`, which Elastic Beanstalk sets itself.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link BeanstalkArgs}. */
export const beanstalkDefaults = {
  associatePublicIpAddress: true,
  keepAddress: true,
  keepLogs: true,
} satisfies Partial<BeanstalkArgs>;

/**
 * One Elastic Beanstalk application with a web environment and a worker environment, and while these move to another
 * platform, a second pair beside them.
 *
 * The application's version and the environments' addresses belong to `eb deploy` and `eb swap`, and the platform's version
 * to AWS's managed updates: no update of this program takes them back. The worker environment comes after the web
 * environment, since each deployment runs the database migrations.
 */
export class Beanstalk extends pulumi.ComponentResource {
  /** Name of the application, for `eb`. */
  readonly applicationName: pulumi.Output<string>;
  /** Name of the web environment that has the application's address, for `eb deploy`. */
  readonly webEnvironmentName: pulumi.Output<string>;
  /** Name of the worker environment of the same generation, for `eb deploy`. */
  readonly workerEnvironmentName: pulumi.Output<string>;
  /** Host name of the application: `<web.cnamePrefix>.<region>.elasticbeanstalk.com`, whichever environment has it. */
  readonly webCname: pulumi.Output<string>;
  /** Platform version of the web environment after its last update by Pulumi. */
  readonly platformName: pulumi.Output<string>;
  /** ARN of the load balancer; undefined without a load balancer. */
  readonly loadBalancerArn: pulumi.Output<string> | undefined;
  /** Host name of the load balancer itself; undefined without a load balancer. */
  readonly loadBalancerDnsName: pulumi.Output<string> | undefined;
  /** Name of the role with which Elastic Beanstalk monitors and updates the environments. */
  readonly serviceRoleName: pulumi.Output<string>;
  /** Name of the role of the web environment's instances, for further policies. */
  readonly webInstanceRoleName: pulumi.Output<string>;
  /** Name of the role of the worker environment's instances, for further policies. */
  readonly workerInstanceRoleName: pulumi.Output<string>;

  constructor(name: string, args: BeanstalkArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Beanstalk", args);
    checkOptions(args);
    super("beo:index:Beanstalk", name, {}, opts);
    const settings = withDefaults(args, beanstalkDefaults);
    const { tags } = settings;
    const web = withDefaults(settings.web ?? {}, webDefaults);
    const worker = withDefaults(settings.worker ?? {}, workerDefaults);
    const platform = withDefaults(settings.platform ?? {}, platformDefaults);

    const serviceRole = createBeanstalkRole(`${name}-service`, settings, this);
    const application = createApplication(name, settings, serviceRole, this);
    const bundles = new PrivateBucket(`${name}-bundles`, { tags }, { parent: this });
    const context: Context = {
      name,
      args: settings,
      web,
      worker,
      loadBalancer: web.singleInstance ? undefined : getLoadBalancer(name, settings, web, this),
      serviceRole,
      application,
      bundles,
      sessionStatements: createSessionManager(
        name,
        {
          applicationName: settings.applicationName,
          enabled: platform.shell,
          logRetentionDays: platform.logRetentionDays,
          logKmsKey: platform.logKmsKey,
          tags,
        },
        this,
      ),
      parent: this,
    };
    if (platform.generation === 1 && platform.previousBranch !== undefined) {
      throw new pulumi.InputPropertyError({
        propertyPath: "platform.previousBranch",
        reason: "needs a platform.generation of 2 or more",
      });
    }
    const pairs = getGenerations(platform).map((generation) => createEnvironments(context, generation));
    const serving = pairs.find(({ isServing }) => isServing);
    if (serving === undefined) {
      throw new pulumi.InputPropertyError({
        propertyPath: "platform.servingGeneration",
        reason: "must be platform.generation or, with platform.previousBranch, the generation before",
      });
    }
    const { web: webPair, worker: workerPair, loadBalancerArn } = serving;
    const { environment: webEnvironment } = webPair;

    this.applicationName = application.name;
    this.webEnvironmentName = webEnvironment.name;
    this.workerEnvironmentName = workerPair.environment.name;
    this.webCname = pulumi
      // Known in previews too, and not before the environment exists. Its own `cname` is another one after `eb swap`.
      .all([getCnamePrefix(web, settings), getRegion(this), webEnvironment.urn])
      .apply(([prefix, region]) => getAddress(prefix, region));
    this.platformName = webEnvironment.solutionStackName;
    this.loadBalancerArn = loadBalancerArn;
    this.loadBalancerDnsName = loadBalancerArn && webEnvironment.endpointUrl;
    this.serviceRoleName = serviceRole.role.name;
    this.webInstanceRoleName = webPair.roleName;
    this.workerInstanceRoleName = workerPair.roleName;
    loadBalancersOf.set(
      this,
      new Map(
        pairs.flatMap((pair): [string, pulumi.Output<string>][] =>
          pair.loadBalancerArn === undefined ? [] : [[pair.suffix, pair.loadBalancerArn]],
        ),
      ),
    );
    singleInstanceGroupsOf.set(
      this,
      Object.fromEntries(
        web.singleInstance
          ? pairs.map(({ suffix, web: pair }) => [`web${suffix}`, getGroupName(pair.environment)])
          : [],
      ),
    );
    this.registerOutputs(getOutputs(this));
  }
}

/** @throws InputPropertyError, or InputPropertiesError, for options that the environments cannot have. */
function checkOptions({ web = {}, worker = {}, platform = {}, certificateArn }: BeanstalkArgs): void {
  const problems = findOptionProblems({
    web: withDefaults(web, webDefaults),
    worker: withDefaults(worker, workerDefaults),
    platform: withDefaults(platform, platformDefaults),
    hasCertificate: certificateArn !== undefined,
  });
  throwProblems(problems.map(({ path, message }) => ({ propertyPath: path, reason: message })));
}

/** Beside the component, all of whose fields are outputs. */
const loadBalancersOf = new WeakMap<Beanstalk, ReadonlyMap<string, pulumi.Output<string>>>();

/** Returns the ARNs of the load balancers of all generations, by what ends a generation's names. */
export function getLoadBalancers(beanstalk: Beanstalk): ReadonlyMap<string, pulumi.Output<string>> {
  return loadBalancersOf.get(beanstalk) ?? new Map<string, pulumi.Output<string>>();
}

const singleInstanceGroupsOf = new WeakMap<Beanstalk, Record<string, pulumi.Output<string>>>();

/** Returns the names of the Auto Scaling groups of web environments with a single instance, by "web" and their generation. */
export function getSingleInstanceGroups(beanstalk: Beanstalk): Record<string, pulumi.Output<string>> {
  return singleInstanceGroupsOf.get(beanstalk) ?? {};
}

/** Returns the name of an environment's Auto Scaling group. */
function getGroupName(environment: Environment): pulumi.Output<string> {
  return environment.autoscalingGroups.apply((names) => toList(names)[0] ?? "");
}

/** What all environments share. */
interface Context {
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
interface GenerationContext extends Context {
  generation: Generation;
  /** Label of the version that they are created with. */
  version: pulumi.Input<string>;
  solutionStackName: pulumi.Output<string>;
}

/**
 * Creates the environments of a generation with all that belongs to them alone, so that another generation beside it changes
 * nothing of what serves the application.
 */
function createEnvironments(shared: Context, generation: Generation) {
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

function createApplication(
  name: string,
  { applicationName, tags }: BeanstalkArgs,
  { role, policies }: ServiceRole,
  parent: pulumi.Resource,
): Application {
  return new Application(
    `${name}-application`,
    {
      name: applicationName,
      description: "BEO Datastore",
      // AWS allows an account 1,000 versions, and each `eb deploy` creates one.
      appversionLifecycle: { serviceRole: role.arn, maxCount: 100, deleteSourceFromS3: true },
      tags,
    },
    { parent, dependsOn: policies, deleteBeforeReplace: true },
  );
}

function getLoadBalancer(
  name: string,
  args: BeanstalkArgs,
  { accessLogDays }: Web,
  parent: pulumi.Resource,
): LoadBalancer {
  if (args.loadBalancerSecurityGroupId === undefined) {
    throw new pulumi.InputPropertyError({
      propertyPath: "loadBalancerSecurityGroupId",
      reason: "is required by a web environment with a load balancer. Set it, or set web.singleInstance",
    });
  }
  return {
    subnetIds: args.loadBalancerSubnetIds ?? args.instanceSubnetIds,
    securityGroupId: args.loadBalancerSecurityGroupId,
    certificateArn: args.certificateArn,
    logBucketName:
      accessLogDays === 0 ? undefined : createAccessLogBucket(name, args, accessLogDays, parent).bucketName,
  };
}

/** Creates the bucket of the load balancers' access logs, which stay where the instances' logs stay. */
function createAccessLogBucket(
  name: string,
  { keepLogs = beanstalkDefaults.keepLogs, tags }: BeanstalkArgs,
  expirationDays: number,
  parent: pulumi.Resource,
): PrivateBucket {
  return new PrivateBucket(
    `${name}-access-logs`,
    { expirationDays, loadBalancerLogs: true, forceDestroy: !keepLogs, tags },
    { parent },
  );
}

/** An environment, and the name of its instances' role. */
interface CreatedEnvironment {
  environment: Environment;
  roleName: pulumi.Output<string>;
}

function createWebEnvironment(context: GenerationContext): CreatedEnvironment {
  const { generation, loadBalancer } = context;
  const web = toGeneration(context.web, generation);
  const { applicationName, secretArns = {}, webVariables = {}, tags } = context.args;
  const environmentName = toEnvironmentName(web.environmentName ?? applicationName, generation);
  const role = createInstanceRole(
    `${context.name}-web${generation.suffix}-instances`,
    {
      applicationName,
      environmentName,
      bundleBucketArn: context.bundles.arn,
      secretArns: Object.values(secretArns),
      sessionStatements: context.sessionStatements,
      ownStatements: generation.platform.instanceStatements,
      ...getIdentity(context.args),
      tags,
    },
    context.parent,
  );
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

function getCnamePrefix({ cnamePrefix }: WebArgs, { applicationName }: BeanstalkArgs): pulumi.Input<string> {
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
  const { applicationName, secretArns = {}, workerVariables = {}, queueName, tags } = context.args;
  const environmentName = toEnvironmentName(
    worker.environmentName ?? pulumi.interpolate`${applicationName}-worker`,
    generation,
  );
  const part = `${name}-worker${generation.suffix}`;
  const role = createInstanceRole(
    `${part}-instances`,
    {
      applicationName,
      environmentName,
      bundleBucketArn: context.bundles.arn,
      secretArns: Object.values(secretArns),
      sessionStatements: context.sessionStatements,
      ownStatements: generation.platform.instanceStatements,
      statements: getWorkerStatements(parent),
      ...getIdentity(context.args),
      tags,
    },
    parent,
  );
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
