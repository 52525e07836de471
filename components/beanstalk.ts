import { Application, Environment } from "@pulumi/aws/elasticbeanstalk";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import { type BootstrapVersion, createBootstrapVersion } from "./beanstalk/bootstrap-version";
import {
  type EnvironmentContext,
  getWebOptions,
  getWorkerOptions,
  isDocker,
  type LoadBalancer,
  type Platform,
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
import { waitUntilReady } from "./beanstalk/wait-until-ready";
import { createLoadBalancerScaling } from "./beanstalk/load-balancer-scaling";
import { createWorkerDrain } from "./beanstalk/worker-drain";
import { createWorkerScaling } from "./beanstalk/worker-scaling";
import { type WithDefaults, withDefaults } from "./defaults";
import { getIdentity, type IdentityArgs } from "./identity";
import { getPlatformVersion } from "./lookups";
import { getLoadBalancerName } from "./load-balancer-name";
import { getOutputs } from "./outputs";
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
  associatePublicIpAddress?: boolean;
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
  keepLogs?: boolean;
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
 * One Elastic Beanstalk application with a web environment and a worker environment.
 *
 * The application's version and the environments' addresses belong to `eb deploy` and `eb swap`, and the platform's version
 * to AWS's managed updates: no update of this program takes them back. The worker environment comes after the web
 * environment, since each deployment runs the database migrations.
 */
export class Beanstalk extends pulumi.ComponentResource {
  /** Name of the application, for `eb`. */
  readonly applicationName: pulumi.Output<string>;
  /** Name of the web environment, for `eb deploy`. */
  readonly webEnvironmentName: pulumi.Output<string>;
  /** Name of the worker environment, for `eb deploy`. */
  readonly workerEnvironmentName: pulumi.Output<string>;
  /** Host name of the application: `<web.cnamePrefix>.<region>.elasticbeanstalk.com`, whichever environment has it. */
  readonly webCname: pulumi.Output<string>;
  /** Platform version of the web environment after its last update by Pulumi. */
  readonly platformName: pulumi.Output<string>;
  /** ARN of the load balancer; undefined without a load balancer. */
  readonly loadBalancerArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: BeanstalkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Beanstalk", name, {}, opts);
    const settings = withDefaults(args, beanstalkDefaults);
    const { tags } = settings;
    const web = withDefaults(settings.web ?? {}, webDefaults);
    const worker = withDefaults(settings.worker ?? {}, workerDefaults);
    const platform = withDefaults(settings.platform ?? {}, platformDefaults);

    const serviceRole = createBeanstalkRole(`${name}-service`, settings, this);
    const application = createApplication(name, settings, serviceRole, this);
    const bootstrap = createBootstrapVersion(
      name,
      {
        application,
        keepers: {
          cnamePrefix: getCnamePrefix(web, settings),
          webEnvironmentName: web.environmentName,
          workerEnvironmentName: worker.environmentName,
        },
        platform: isDocker(platform) ? "docker" : "python",
        tags,
      },
      this,
    );
    const context: Context = {
      name,
      args: settings,
      platform,
      serviceRole,
      application,
      bootstrap,
      sessionStatements: createSessionManager(
        name,
        {
          applicationName: settings.applicationName,
          enabled: platform.shell,
          logRetentionDays: platform.logRetentionDays,
          tags,
        },
        this,
      ),
      solutionStackName: getPlatformVersion(platform.branch, this),
      parent: this,
    };
    const loadBalancer = web.singleInstance ? undefined : getLoadBalancer(settings);
    const webEnvironment = createWebEnvironment(context, web, loadBalancer);
    if (!platform.update) {
      warnIfBranchDiffers(webEnvironment, platform.branch, this);
    }
    const loadBalancerArn =
      loadBalancer && webEnvironment.loadBalancers.apply(([balancerArn]) => balancerArn ?? "");
    if (loadBalancer?.certificateArn !== undefined && loadBalancerArn !== undefined) {
      redirectToHttps(`${name}-redirect`, loadBalancerArn, tags, this);
    }
    if (web.scaling !== "cpu" && loadBalancerArn !== undefined) {
      const loadBalancerName = getLoadBalancerName(loadBalancerArn);
      createLoadBalancerScaling(
        `${name}-web`,
        { ...web, environment: webEnvironment, loadBalancerName, tags },
        this,
      );
    }
    const workerEnvironment = createWorkerEnvironment(context, worker, webEnvironment);

    this.applicationName = application.name;
    this.webEnvironmentName = webEnvironment.name;
    this.workerEnvironmentName = workerEnvironment.name;
    this.webCname = pulumi
      // Known in previews too, and not before the environment exists. Its own `cname` is another one after `eb swap`.
      .all([getCnamePrefix(web, settings), getRegion(this), webEnvironment.urn])
      .apply(([prefix, region]) => `${prefix.toLowerCase()}.${region}.elasticbeanstalk.com`);
    this.platformName = webEnvironment.solutionStackName;
    this.loadBalancerArn = loadBalancerArn;
    this.registerOutputs(getOutputs(this));
  }
}

interface Context {
  name: string;
  args: WithDefaults<BeanstalkArgs, typeof beanstalkDefaults>;
  platform: Platform;
  serviceRole: ServiceRole;
  application: Application;
  bootstrap: BootstrapVersion;
  sessionStatements: pulumi.Input<object>[];
  solutionStackName: pulumi.Output<string>;
  parent: pulumi.Resource;
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

function getLoadBalancer(args: BeanstalkArgs): LoadBalancer {
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
  };
}

function createWebEnvironment(
  context: Context,
  web: Web,
  loadBalancer: LoadBalancer | undefined,
): Environment {
  const { applicationName, secretArns = {}, webVariables = {}, tags } = context.args;
  const environmentName = web.environmentName ?? applicationName;
  const role = createInstanceRole(
    `${context.name}-web-instances`,
    {
      applicationName,
      environmentName,
      bundleBucketArn: context.bootstrap.bundleBucketArn,
      secretArns: Object.values(secretArns),
      sessionStatements: context.sessionStatements,
      ...getIdentity(context.args),
      tags,
    },
    context.parent,
  );
  const cnamePrefix = pulumi
    .output(getCnamePrefix(web, context.args))
    // One that AWS generated has two parts, which the provider does not know: left out, it stays as it is.
    .apply((prefix) => (prefix.includes(".") ? undefined : prefix));
  return createEnvironment(
    context,
    "web",
    { name: environmentName, tier: "WebServer", cnamePrefix },
    getWebOptions(web, toEnvironmentContext(context, webVariables, role.profile.name), loadBalancer),
    role.policies,
  );
}

function getCnamePrefix({ cnamePrefix }: WebArgs, { applicationName }: BeanstalkArgs): pulumi.Input<string> {
  return cnamePrefix ?? applicationName;
}

function createWorkerEnvironment(context: Context, worker: Worker, web: Environment): Environment {
  const { applicationName, secretArns = {}, workerVariables = {}, queueName, tags } = context.args;
  const environmentName = worker.environmentName ?? pulumi.interpolate`${applicationName}-worker`;
  const role = createInstanceRole(
    `${context.name}-worker-instances`,
    {
      applicationName,
      environmentName,
      bundleBucketArn: context.bootstrap.bundleBucketArn,
      secretArns: Object.values(secretArns),
      sessionStatements: context.sessionStatements,
      statements: getWorkerStatements(context.parent),
      ...getIdentity(context.args),
      tags,
    },
    context.parent,
  );
  const environment = createEnvironment(
    context,
    "worker",
    { name: environmentName, tier: "Worker" },
    getWorkerOptions(worker, toEnvironmentContext(context, workerVariables, role.profile.name)),
    [...role.policies, web],
  );
  const autoScalingGroupName = environment.autoscalingGroups.apply(([group]) => group ?? "");
  if (worker.drain) {
    const { taskTimeLimit } = worker;
    const args = { autoScalingGroupName, role: role.role, taskTimeLimit };
    createWorkerDrain(`${context.name}-worker-drain`, args, context.parent);
  }
  if (queueName !== undefined) {
    const args = { ...worker, autoScalingGroupName, queueName, tags };
    createWorkerScaling(`${context.name}-worker`, args, context.parent);
  }
  return environment;
}

function toEnvironmentContext(
  { args, platform, serviceRole }: Context,
  variables: Record<string, pulumi.Input<string>>,
  instanceProfileName: pulumi.Input<string>,
): EnvironmentContext {
  return {
    platform,
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
  { name, args, platform, serviceRole, application, bootstrap, solutionStackName, parent }: Context,
  part: string,
  identity: { name: pulumi.Input<string>; tier: string; cnamePrefix?: pulumi.Input<string | undefined> },
  options: OptionSettings,
  dependsOn: pulumi.Resource[],
): Environment {
  return new Environment(
    `${name}-${part}`,
    {
      ...identity,
      application: application.name,
      solutionStackName,
      version: bootstrap.version.name,
      settings: toSettings(options),
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
      hooks: waitUntilReady(`${name}-${part}-until-ready`),
      ignoreChanges: [
        "version",
        ...(part === "web" && args.keepAddress ? ["cnamePrefix"] : []),
        ...(platform.update ? [] : ["solutionStackName"]),
      ],
    },
  );
}

/** Warns if the environments run another branch than the configured one, which `update` would install. */
function warnIfBranchDiffers(environment: Environment, branch: string, component: pulumi.Resource): void {
  environment.solutionStackName.apply((running) => {
    if (!running.endsWith(` running ${branch}`)) {
      void pulumi.log.warn(
        `The environments run on ${running}, but platform.branch is ${branch}. Set platform.update to true to move them to it (docs/upgrading.md).`,
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
