import * as pulumi from "@pulumi/pulumi";
import { getStopTimeout } from "../celery";
import { type Capacity, getWebStopTimeout, type Web, type Worker } from "./arguments";
import { isDocker, type Platform } from "./platform";
import { getLoadBalancerOptions, type LoadBalancer } from "./load-balancer-options";
import { formatList, formatValue, mergeOptions, type OptionSettings } from "./option-settings";
import { getRootVolumeOptions } from "./root-volume";
import { getScheduledActionOptions } from "./scheduled-actions";
import { getTriggerOptions, neverFires } from "./web-scaling";

/** The inputs of an environment's options, beside its arguments. */
export interface EnvironmentContext {
  platform: Platform;
  vpcId: pulumi.Input<string>;
  instanceSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  instanceSecurityGroupId: pulumi.Input<string>;
  associatePublicIpAddress: pulumi.Input<boolean>;
  instanceProfileName: pulumi.Input<string>;
  serviceRoleName: pulumi.Input<string>;
  /** Plain environment properties. */
  variables: Record<string, pulumi.Input<string>>;
  /** Environment properties by reference: ARNs of SSM parameters. */
  secretArns: Record<string, pulumi.Input<string>>;
  /** Whether CloudWatch keeps the logs of a terminated environment. */
  keepLogs: pulumi.Input<boolean>;
}

/**
 * Client errors do not make an environment unhealthy: the load balancer's own checks have an IP address as Host, which
 * Django answers with 400, and scanners request paths that do not exist
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-rules.html).
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

/** Returns the options of the web environment; without a load balancer it is a single instance. */
export function getWebOptions(
  web: Web,
  context: EnvironmentContext,
  loadBalancer: LoadBalancer | undefined,
): OptionSettings {
  const common = getCommonOptions(web, context, {
    scales: loadBalancer !== undefined,
    stopTimeout: getWebStopTimeout(web.uploadLimit),
  });
  if (loadBalancer === undefined) {
    return common;
  }
  return mergeOptions(common, getLoadBalancerOptions(web, loadBalancer), {
    "aws:autoscaling:trigger": getTriggerOptions(web),
  });
}

/** Returns the options of the worker environment. */
export function getWorkerOptions(worker: Worker, context: EnvironmentContext): OptionSettings {
  const common = getCommonOptions(worker, context, {
    scales: true,
    stopTimeout: getStopTimeout(worker.taskTimeLimit),
  });
  return {
    ...common,
    ...(worker.spot && {
      "aws:ec2:instances": {
        ...common["aws:ec2:instances"],
        EnableSpot: "true",
        SpotFleetOnDemandBase: formatValue(worker.onDemandBase),
        SpotFleetOnDemandAboveBasePercentage: "0",
        // An interrupted task is lost, so that few interruptions matter more than the lowest price.
        SpotAllocationStrategy: "capacity-optimized",
      },
      "aws:autoscaling:asg": { ...common["aws:autoscaling:asg"], EnableCapacityRebalancing: "true" },
    }),
    "aws:autoscaling:launchconfiguration": {
      ...common["aws:autoscaling:launchconfiguration"],
      // One CPU sample a minute from each instance: worker scaling counts the instances by them.
      MonitoringInterval: "1 minute",
    },
    // The worker scales by its queue.
    "aws:autoscaling:trigger": neverFires,
  };
}

/** The longest time that Elastic Beanstalk waits for a deployment on an instance, in seconds. */
export const maxCommandTimeout = 3600;

/** Seconds that a deployment on an instance may take, with the installation of the requirements or the image's build. */
const commandTimeout = 1800;

/** Returns the seconds for a deployment on an instance whose tasks or requests are finished before it. */
function getCommandTimeout(stopTimeout: number): number {
  return Math.min(Math.max(commandTimeout, stopTimeout + 900), maxCommandTimeout);
}

interface InstancesContext {
  /** Whether Auto Scaling changes the number of instances. */
  scales: boolean;
  /** Seconds that an instance's processes get to finish what they do. */
  stopTimeout: number;
}

/**
 * Returns the options that both environments have:
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html.
 */
function getCommonOptions(
  capacity: Capacity,
  context: EnvironmentContext,
  instances: InstancesContext,
): OptionSettings {
  const { platform } = context;
  const { scales } = instances;
  return {
    "aws:autoscaling:launchconfiguration": {
      IamInstanceProfile: context.instanceProfileName,
      SecurityGroups: context.instanceSecurityGroupId,
      // Elastic Beanstalk's own group would open SSH.
      DisableDefaultEC2SecurityGroup: "true",
      DisableIMDSv1: "true",
      ...getRootVolumeOptions(capacity),
    },
    "aws:ec2:instances": { InstanceTypes: formatList(capacity.instanceTypes) },
    "aws:ec2:vpc": {
      VPCId: context.vpcId,
      Subnets: formatList(context.instanceSubnetIds),
      AssociatePublicIpAddress: formatValue(context.associatePublicIpAddress),
    },
    "aws:autoscaling:asg": scales
      ? { MinSize: formatValue(capacity.minSize), MaxSize: formatValue(capacity.maxSize) }
      : {},
    ...(scales && getScheduledActionOptions(capacity.schedule)),
    "aws:elasticbeanstalk:environment": {
      EnvironmentType: scales ? "LoadBalanced" : "SingleInstance",
      ServiceRole: context.serviceRoleName,
    },
    ...getDeploymentOptions(capacity, instances),
    "aws:elasticbeanstalk:healthreporting:system": { SystemType: "enhanced", ConfigDocument: healthRules },
    "aws:elasticbeanstalk:managedactions": {
      ManagedActionsEnabled: "true",
      PreferredStartTime: platform.updateWindow,
      ServiceRoleForManagedUpdates: context.serviceRoleName,
    },
    "aws:elasticbeanstalk:managedactions:platformupdate": {
      UpdateLevel: "minor",
      ...(platform.instanceReplacement && { InstanceRefreshEnabled: "true" }),
    },
    ...getLogOptions(platform.logRetentionDays, context.keepLogs),
    // Docker platforms have no Python options, and one that an environment does not have shows as a difference in every preview.
    ...(!isDocker(platform) && {
      "aws:elasticbeanstalk:container:python": { WSGIPath: platform.wsgiPath },
    }),
    "aws:elasticbeanstalk:application:environment": context.variables,
    "aws:elasticbeanstalk:application:environmentsecrets": context.secretArns,
  };
}

function getDeploymentOptions(
  { deploymentPolicy, deploymentBatchSize, deploymentBatchSizeType }: Capacity,
  { scales, stopTimeout }: InstancesContext,
): OptionSettings {
  const isRolling = scales && deploymentPolicy !== "AllAtOnce";
  const isImmutable = deploymentPolicy === "Immutable";
  return {
    "aws:elasticbeanstalk:command": {
      DeploymentPolicy: deploymentPolicy,
      Timeout: String(getCommandTimeout(stopTimeout)),
      ...(isRolling &&
        !isImmutable && {
          BatchSizeType: deploymentBatchSizeType,
          BatchSize: formatValue(deploymentBatchSize),
        }),
    },
    ...(isRolling && {
      "aws:autoscaling:updatepolicy:rollingupdate": {
        RollingUpdateEnabled: "true",
        RollingUpdateType: isImmutable ? "Immutable" : "Health",
      },
    }),
  };
}

function getLogOptions(retentionDays: pulumi.Input<number>, keepLogs: pulumi.Input<boolean>): OptionSettings {
  const deletes = pulumi.output(keepLogs).apply((keeps) => !keeps);
  const common = { DeleteOnTerminate: formatValue(deletes), RetentionInDays: formatValue(retentionDays) };
  return {
    "aws:elasticbeanstalk:cloudwatch:logs": { StreamLogs: "true", ...common },
    "aws:elasticbeanstalk:cloudwatch:logs:health": { HealthStreamingEnabled: "true", ...common },
  };
}
