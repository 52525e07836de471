import { Application } from "@pulumi/aws/elasticbeanstalk";
import * as pulumi from "@pulumi/pulumi";
import { findOptionProblems } from "./beanstalk/custom-options";
import {
  type BeanstalkContext,
  createEnvironments,
  getCnamePrefix,
  getGroupName,
} from "./beanstalk/environments";
import { getGenerations } from "./beanstalk/generations";
import type { LoadBalancer } from "./beanstalk/load-balancer-options";
import { type Web, type WebArgs, webDefaults, type WorkerArgs, workerDefaults } from "./beanstalk/arguments";
import { type PlatformArgs, platformDefaults } from "./beanstalk/platform";
import { createBeanstalkRole } from "./beanstalk/roles";
import { createSessionManager } from "./beanstalk/session-manager";
import { checkArguments, throwProblems } from "./check-arguments";
import { withDefaults } from "./defaults";
import { type IdentityArgs } from "./identity";
import type { InstructionsArgs } from "./instructions";
import { getAddress } from "./names";
import { getOutputs } from "./outputs";
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
    const context: BeanstalkContext = {
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
