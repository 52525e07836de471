import * as pulumi from "@pulumi/pulumi";
import { list, OptionSettings, text } from "./settings";

/** What may be chosen of an environment's machines. */
export interface CapacityOptions {
  /** EC2 instance types of one architecture, the first preferred. Default ["t3.small"]. Changing it replaces the instances. */
  instanceTypes?: pulumi.Input<pulumi.Input<string>[]>;
  /** The fewest instances. Default 1. */
  minSize?: number;
  /** The most instances. Default 1. */
  maxSize?: number;
  /** GiB of an instance's root volume, 10–16,384. Default 20. */
  rootVolumeSize?: pulumi.Input<number>;
  /**
   * How a new version reaches the instances: AllAtOnce, Rolling, RollingWithAdditionalBatch or Immutable.
   * Default "AllAtOnce".
   */
  deploymentPolicy?: string;
}

/** What may be chosen of the platform. */
export interface PlatformOptions {
  /**
   * "Python 3.11" to "Python 3.14", or "Docker", on Amazon Linux 2023. Default "Python 3.13". Environments that run go over
   * to another one with `update` only, and to or from Docker only when they are replaced.
   */
  branch?: string;
  /**
   * Moves the environments to the branch's newest platform version now. Default false: the version of the first `up`
   * stays, and AWS's managed updates move it on.
   */
  update?: boolean;
  /** The WSGI application on Python platforms. Default "beo_datastore.wsgi:application". */
  wsgiPath?: string;
  /** Weekly begin of managed updates, day and hour in UTC. Default "Tue:09:00", the small hours in California. */
  updateWindow?: string;
  /** Days that logs are kept in CloudWatch. Default 30. */
  logRetentionDays?: pulumi.Input<number>;
}

/** What an environment's options follow from, beside the choices. */
export interface EnvironmentPlace {
  vpcId: pulumi.Input<string>;
  instanceSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  instanceSecurityGroupId: pulumi.Input<string>;
  /** Whether instances get public addresses: needed in public subnets, wrong in private ones. */
  associatePublicIpAddress: boolean;
  instanceProfileName: pulumi.Input<string>;
  serviceRoleName: pulumi.Input<string>;
  /** Environment properties in the clear. */
  variables: Record<string, pulumi.Input<string>>;
  /** Whether the logs in CloudWatch outlive the environment. */
  keepLogs: boolean;
  /** Properties by reference: ARNs of parameters or secrets. */
  secretArns: Record<string, pulumi.Input<string>>;
}

/** How the web environment is reached. */
export interface WebFront {
  /** Undefined where the web environment is one instance without a load balancer. */
  loadBalancer?: {
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    securityGroupId: pulumi.Input<string>;
    /** Ends HTTPS at the load balancer; undefined for plain HTTP. */
    certificateArn?: pulumi.Input<string>;
  };
  healthCheckPath: pulumi.Input<string>;
  healthCheckMatcher: pulumi.Input<string>;
}

/** The newest of the load balancer's policies for TLS 1.2 and 1.3 without old ciphers (ELB User Guide, "Security policies"). */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/**
 * Client errors do not make an environment unhealthy: the load balancer's own checks carry an IP address as host, which
 * Django answers with 400, and scanners ask for what is not there (Developer Guide, "Configuring enhanced health rules").
 */
const healthRules = JSON.stringify({
  Rules: {
    Environment: {
      Application: { ApplicationRequests4xx: { Enabled: false } },
      ELB: { ELBRequests4xx: { Enabled: false } },
    },
  },
  Version: 1,
});

/** The options of the web environment. */
export function webOptions(
  capacity: CapacityOptions,
  platform: PlatformOptions,
  place: EnvironmentPlace,
  front: WebFront,
): OptionSettings {
  const { loadBalancer } = front;
  const common = commonOptions(capacity, platform, place, loadBalancer !== undefined);
  if (loadBalancer === undefined) {
    return common;
  }
  const { certificateArn } = loadBalancer;
  return {
    ...common,
    "aws:ec2:vpc": {
      ...common["aws:ec2:vpc"],
      ELBSubnets: list(loadBalancer.subnetIds),
      ELBScheme: "public",
    },
    "aws:elasticbeanstalk:environment": {
      ...common["aws:elasticbeanstalk:environment"],
      // The default is the classic one, and it cannot be changed later.
      LoadBalancerType: "application",
    },
    "aws:elbv2:loadbalancer": {
      SecurityGroups: loadBalancer.securityGroupId,
      ManagedSecurityGroup: loadBalancer.securityGroupId,
    },
    // With HTTPS port 80 belongs to a listener of our own that redirects: no option expresses one.
    "aws:elbv2:listener:default": { ListenerEnabled: certificateArn === undefined ? "true" : "false" },
    ...(certificateArn !== undefined && {
      "aws:elbv2:listener:443": {
        ListenerEnabled: "true",
        Protocol: "HTTPS",
        SSLCertificateArns: certificateArn,
        SSLPolicy: tlsPolicy,
      },
    }),
    "aws:elasticbeanstalk:environment:process:default": {
      Port: "80",
      Protocol: "HTTP",
      HealthCheckPath: front.healthCheckPath,
      MatcherHTTPCode: front.healthCheckMatcher,
    },
  };
}

/** The options of the worker environment. */
export function workerOptions(
  capacity: CapacityOptions,
  platform: PlatformOptions,
  place: EnvironmentPlace,
): OptionSettings {
  const common = commonOptions(capacity, platform, place, true);
  return {
    ...common,
    "aws:autoscaling:launchconfiguration": {
      ...common["aws:autoscaling:launchconfiguration"],
      // One sample of the CPU a minute from each instance: scaling counts the instances by them.
      MonitoringInterval: "1 minute",
    },
    // Scaling follows the queue. Elastic Beanstalk keeps a trigger on network traffic all the same: these are the ends
    // of its range, so that it never fires.
    "aws:autoscaling:trigger": {
      MeasureName: "NetworkOut",
      Statistic: "Average",
      Unit: "Bytes",
      LowerThreshold: "0",
      UpperThreshold: "20000000",
    },
  };
}

function commonOptions(
  capacity: CapacityOptions,
  platform: PlatformOptions,
  place: EnvironmentPlace,
  scales: boolean,
): OptionSettings {
  const deploymentPolicy = capacity.deploymentPolicy ?? "AllAtOnce";
  const rolls = scales && deploymentPolicy !== "AllAtOnce";
  const retention = text(platform.logRetentionDays ?? 30);
  return {
    "aws:autoscaling:launchconfiguration": {
      IamInstanceProfile: place.instanceProfileName,
      SecurityGroups: place.instanceSecurityGroupId,
      // Elastic Beanstalk's own group would open SSH.
      DisableDefaultEC2SecurityGroup: "true",
      DisableIMDSv1: "true",
      RootVolumeType: "gp3",
      RootVolumeSize: text(capacity.rootVolumeSize ?? 20),
    },
    "aws:ec2:instances": { InstanceTypes: list(capacity.instanceTypes ?? ["t3.small"]) },
    "aws:ec2:vpc": {
      VPCId: place.vpcId,
      Subnets: list(place.instanceSubnetIds),
      AssociatePublicIpAddress: text(place.associatePublicIpAddress),
    },
    "aws:autoscaling:asg": scales
      ? { MinSize: text(capacity.minSize ?? 1), MaxSize: text(capacity.maxSize ?? 1) }
      : {},
    "aws:elasticbeanstalk:environment": {
      EnvironmentType: scales ? "LoadBalanced" : "SingleInstance",
      ServiceRole: place.serviceRoleName,
    },
    "aws:elasticbeanstalk:command": {
      DeploymentPolicy: deploymentPolicy,
      Timeout: "1800",
      ...(rolls && deploymentPolicy !== "Immutable" && { BatchSizeType: "Percentage", BatchSize: "50" }),
    },
    ...(rolls && {
      "aws:autoscaling:updatepolicy:rollingupdate": {
        RollingUpdateEnabled: "true",
        RollingUpdateType: deploymentPolicy === "Immutable" ? "Immutable" : "Health",
      },
    }),
    "aws:elasticbeanstalk:healthreporting:system": { SystemType: "enhanced", ConfigDocument: healthRules },
    "aws:elasticbeanstalk:managedactions": {
      ManagedActionsEnabled: "true",
      PreferredStartTime: platform.updateWindow ?? "Tue:09:00",
      ServiceRoleForManagedUpdates: place.serviceRoleName,
    },
    "aws:elasticbeanstalk:managedactions:platformupdate": { UpdateLevel: "minor" },
    "aws:elasticbeanstalk:cloudwatch:logs": {
      StreamLogs: "true",
      DeleteOnTerminate: text(!place.keepLogs),
      RetentionInDays: retention,
    },
    "aws:elasticbeanstalk:cloudwatch:logs:health": {
      HealthStreamingEnabled: "true",
      DeleteOnTerminate: text(!place.keepLogs),
      RetentionInDays: retention,
    },
    ...(!isDocker(platform) && {
      "aws:elasticbeanstalk:container:python": {
        WSGIPath: platform.wsgiPath ?? "beo_datastore.wsgi:application",
      },
    }),
    "aws:elasticbeanstalk:application:environment": place.variables,
    "aws:elasticbeanstalk:application:environmentsecrets": place.secretArns,
  };
}

/** The name of the platform's branch, as it ends the names of its versions. */
export function branchOf(platform: PlatformOptions): string {
  return platform.branch ?? "Python 3.13";
}

/** Docker has none of the Python platform's options: one that an environment does not have is a difference forever. */
export function isDocker(platform: PlatformOptions): boolean {
  return branchOf(platform) === "Docker";
}
