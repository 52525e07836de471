import { Application, Environment, getSolutionStackOutput } from "@pulumi/aws/elasticbeanstalk";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import { bootstrapVersion } from "./beanstalk/bootstrap-version";
import {
  branchOf,
  CapacityOptions,
  EnvironmentPlace,
  isDocker,
  PlatformOptions,
  WebFront,
  webOptions,
  workerOptions,
} from "./beanstalk/options";
import { beanstalkRole, instanceRole, workerStatements } from "./beanstalk/roles";
import { OptionSettings, toSettings } from "./beanstalk/settings";
import { workerScaling } from "./beanstalk/worker-scaling";

/** What may be chosen of the web environment. */
export interface WebOptions extends CapacityOptions {
  /** One instance with an address of its own and no load balancer: cheap, and without HTTPS. Default false. */
  singleInstance?: boolean;
  /** Path that the load balancer asks for. Default "/". */
  healthCheckPath?: pulumi.Input<string>;
  /**
   * Status codes that count as healthy. Default "200,400": the check's host is an IP address, to which Django answers
   * 400, and that shows it alive; a dead application is a 502 from the proxy.
   */
  healthCheckMatcher?: pulumi.Input<string>;
  /**
   * First part of `<prefix>.<region>.elasticbeanstalk.com`, unique in the region over all accounts. Default: the
   * application's name. Changing it replaces the environment. AWS makes up `<name>.eba-<letters>` for an environment
   * that asks for none: an environment is only ever kept with such a prefix, not made.
   */
  cnamePrefix?: pulumi.Input<string>;
}

/** What may be chosen of the worker environment. */
export interface WorkerOptions extends CapacityOptions {
  /**
   * Messages, waiting or in flight, that an instance may have before another one is started. Default 20; more than the
   * 8 that an instance of two processors prefetches.
   */
  messagesPerInstance?: number;
}

/** The application's two environments. */
export interface BeanstalkArgs {
  /** Name of the application and of its web environment; the worker's is `<applicationName>-worker`. 4–33 letters, digits and hyphens. Changing it replaces everything here. */
  applicationName: pulumi.Input<string>;
  /** The web environment's machines, and how they are reached. */
  web?: WebOptions;
  /** The worker environment's machines, and when they become more. */
  worker?: WorkerOptions;
  /** The platform of both. */
  platform?: PlatformOptions;
  /** The web environment's properties in the clear, by variable: at most 4,096 bytes in all. Default: none. */
  webVariables?: Record<string, pulumi.Input<string>>;
  /** The worker environment's properties in the clear, by variable: at most 4,096 bytes in all. Default: none. */
  workerVariables?: Record<string, pulumi.Input<string>>;
  /** Properties by reference, in both: ARNs of SSM parameters, by variable. Default: none. */
  secretArns?: Record<string, pulumi.Input<string>>;
  /** The VPC of the environments. */
  vpcId: pulumi.Input<string>;
  /** Subnets of the instances, sorted: Elastic Beanstalk gives them back in order. */
  instanceSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Group of the instances. Its name does not begin with `awseb`, or every preview shows a difference. */
  instanceSecurityGroupId: pulumi.Input<string>;
  /** Whether instances get public addresses. Default true; false for private subnets behind a NAT gateway. */
  associatePublicIpAddress?: boolean;
  /** Public subnets of the load balancer, sorted. Default: the instances'. */
  loadBalancerSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Group of the load balancer. The constructor throws where it is missing and the web environment is not a single instance. */
  loadBalancerSecurityGroupId?: pulumi.Input<string>;
  /** ACM certificate for HTTPS, in the region of the environment. Default: plain HTTP. */
  certificateArn?: pulumi.Input<string>;
  /** Name of the Celery queue that the worker's size follows. Default: the size stays at its least. */
  queueName?: pulumi.Input<string>;
  /** Whether logs in CloudWatch outlive the environments. Default true. */
  keepLogs?: boolean;
  /** Tags. Never one called `Name`: Elastic Beanstalk sets that itself. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * One Elastic Beanstalk application with a web environment and a worker environment.
 *
 * What they run belongs to `eb deploy`, and their platform's version to AWS's managed updates: no update of the program
 * takes either back. The worker comes after the web environment, since each deployment migrates the database.
 */
export class Beanstalk extends pulumi.ComponentResource {
  /** Name of the application, for `eb`. */
  readonly applicationName: pulumi.Output<string>;
  /** The web environment, for `eb deploy`. */
  readonly webEnvironmentName: pulumi.Output<string>;
  /** The worker environment, for `eb deploy`. */
  readonly workerEnvironmentName: pulumi.Output<string>;
  /** `<prefix>.<region>.elasticbeanstalk.com`. */
  readonly webCname: pulumi.Output<string>;
  /** The platform version of the web environment when it was last updated from here. */
  readonly platformName: pulumi.Output<string>;
  /** ARN of the load balancer; undefined without one. */
  readonly loadBalancerArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: BeanstalkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Beanstalk", name, {}, opts);
    const { applicationName, tags, web = {}, worker = {}, platform = {}, secretArns = {} } = args;
    const parent = { parent: this };

    const role = beanstalkRole(`${name}-service`, tags, this);
    const application = new Application(
      `${name}-application`,
      {
        name: applicationName,
        description: "BEO Datastore",
        // An account has room for 1,000 versions, and each `eb deploy` makes one.
        appversionLifecycle: { serviceRole: role.role.arn, maxCount: 100, deleteSourceFromS3: true },
        tags,
      },
      { ...parent, dependsOn: role.policies, deleteBeforeReplace: true },
    );
    const version = bootstrapVersion(
      name,
      { application, platform: isDocker(platform) ? "docker" : "python", tags },
      this,
    );
    const branch = branchOf(platform);
    const { name: solutionStackName } = getSolutionStackOutput(
      {
        mostRecent: true,
        nameRegex: `^64bit Amazon Linux 2023 v\\d+\\.\\d+\\.\\d+ running ${branch.replace(".", "\\.")}$`,
      },
      parent,
    );

    const placeOf = (
      variables: Record<string, pulumi.Input<string>> | undefined,
      profileName: pulumi.Input<string>,
    ): EnvironmentPlace => ({
      vpcId: args.vpcId,
      instanceSubnetIds: args.instanceSubnetIds,
      instanceSecurityGroupId: args.instanceSecurityGroupId,
      associatePublicIpAddress: args.associatePublicIpAddress ?? true,
      instanceProfileName: profileName,
      serviceRoleName: role.role.name,
      variables: variables ?? {},
      keepLogs: args.keepLogs ?? true,
      secretArns,
    });
    const environment = (
      part: string,
      own: { name: pulumi.Input<string>; tier: string; cnamePrefix?: pulumi.Input<string | undefined> },
      options: OptionSettings,
      dependsOn: pulumi.Resource[],
    ) =>
      new Environment(
        `${name}-${part}`,
        {
          ...own,
          application: application.name,
          solutionStackName,
          version: version.name,
          settings: toSettings(options),
          // An immutable update of the most instances takes longer than the provider's 20 minutes.
          waitForReadyTimeout: "60m",
          tags,
        },
        {
          ...parent,
          dependsOn: [...role.policies, ...dependsOn],
          // Its name is its own: there is no second one while it is there.
          deleteBeforeReplace: true,
          // All settings in the clear, environment properties included.
          additionalSecretOutputs: ["allSettings"],
          ignoreChanges: ["version", ...(platform.update ? [] : ["solutionStackName"])],
        },
      );

    const webRole = instanceRole(
      `${name}-web-instances`,
      { secretArns: Object.values(secretArns), tags },
      this,
    );
    const loadBalancer = loadBalancerOf(args);
    const webEnvironment = environment(
      "web",
      {
        name: applicationName,
        tier: "WebServer",
        // The provider knows no prefix of two parts: left out, the environment's stays.
        cnamePrefix: pulumi
          .output(web.cnamePrefix ?? applicationName)
          .apply((prefix) => (prefix.includes(".") ? undefined : prefix)),
      },
      webOptions(web, platform, placeOf(args.webVariables, webRole.profile.name), {
        loadBalancer,
        healthCheckPath: web.healthCheckPath ?? "/",
        healthCheckMatcher: web.healthCheckMatcher ?? "200,400",
      }),
      webRole.policies,
    );
    if (!platform.update) {
      webEnvironment.solutionStackName.apply((running) => {
        if (!running.endsWith(` running ${branch}`)) {
          void pulumi.log.warn(
            `The environments run on ${running}, and not on ${branch}: they stay so until platform.update is true (docs/upgrading.md).`,
            this,
          );
        }
      });
    }
    if (loadBalancer !== undefined) {
      this.loadBalancerArn = webEnvironment.loadBalancers.apply(([arn]) => arn ?? "");
      if (loadBalancer.certificateArn !== undefined) {
        redirectToHttps(`${name}-redirect`, this.loadBalancerArn, tags, this);
      }
    }

    const workerRole = instanceRole(
      `${name}-worker-instances`,
      { secretArns: Object.values(secretArns), statements: workerStatements(this), tags },
      this,
    );
    const workerEnvironment = environment(
      "worker",
      { name: pulumi.interpolate`${applicationName}-worker`, tier: "Worker" },
      workerOptions(worker, platform, placeOf(args.workerVariables, workerRole.profile.name)),
      [...workerRole.policies, webEnvironment],
    );
    if (args.queueName !== undefined) {
      workerScaling(
        `${name}-worker`,
        {
          autoScalingGroupName: workerEnvironment.autoscalingGroups.apply(([group]) => group ?? ""),
          queueName: args.queueName,
          minSize: worker.minSize ?? 1,
          messagesPerInstance: worker.messagesPerInstance ?? 20,
          tags,
        },
        this,
      );
    }

    this.applicationName = application.name;
    this.webEnvironmentName = webEnvironment.name;
    this.workerEnvironmentName = workerEnvironment.name;
    this.webCname = webEnvironment.cname;
    this.platformName = webEnvironment.solutionStackName;
    this.registerOutputs({
      applicationName: this.applicationName,
      webEnvironmentName: this.webEnvironmentName,
      workerEnvironmentName: this.workerEnvironmentName,
      webCname: this.webCname,
      platformName: this.platformName,
    });
  }
}

function loadBalancerOf(args: BeanstalkArgs): WebFront["loadBalancer"] {
  if (args.web?.singleInstance) {
    return undefined;
  }
  if (args.loadBalancerSecurityGroupId === undefined) {
    throw new pulumi.InputPropertyError({
      propertyPath: "loadBalancerSecurityGroupId",
      reason: "a load balanced web environment needs it; or set web.singleInstance",
    });
  }
  return {
    subnetIds: args.loadBalancerSubnetIds ?? args.instanceSubnetIds,
    securityGroupId: args.loadBalancerSecurityGroupId,
    certificateArn: args.certificateArn,
  };
}

/** Answers plain HTTP with a redirect, by a listener of our own on the environment's load balancer. */
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
