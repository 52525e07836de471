import * as autoscaling from "@pulumi/aws/autoscaling";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { drainHookName, getDrainTimeout } from "../celery";
import { getArn } from "../arns";
import { policyDocument } from "../policy-documents";

interface WorkerDrainArgs {
  autoScalingGroupName: pulumi.Output<string>;
  /** Role of the worker's instances. */
  role: iam.Role;
  taskTimeLimit: number;
}

/**
 * Lets a worker instance finish its tasks before Auto Scaling ends it. The overlay's `beanstalk/drain` notices on the
 * instance that it is to end, stops Celery, and completes the hook. Where it does not, Auto Scaling goes on after the
 * timeout.
 */
export function createWorkerDrain(name: string, args: WorkerDrainArgs, parent: pulumi.Resource): void {
  const { autoScalingGroupName, role, taskTimeLimit } = args;
  const group = pulumi.interpolate`autoScalingGroup:*:autoScalingGroupName/${autoScalingGroupName}`;
  const groupArn = getArn("autoscaling", group, parent);
  new iam.RolePolicy(
    `${name}-policy`,
    {
      role: role.name,
      policy: policyDocument(
        { Effect: "Allow", Action: "autoscaling:CompleteLifecycleAction", Resource: groupArn },
        // An instance does not know its group. This action has no resources.
        { Effect: "Allow", Action: "autoscaling:DescribeAutoScalingInstances", Resource: "*" },
      ),
    },
    { parent },
  );
  new autoscaling.LifecycleHook(
    `${name}-hook`,
    {
      name: drainHookName,
      autoscalingGroupName: autoScalingGroupName,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeatTimeout: getDrainTimeout(taskTimeLimit),
      defaultResult: "CONTINUE",
    },
    { parent, deleteBeforeReplace: true },
  );
}
