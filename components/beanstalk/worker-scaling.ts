import * as autoscaling from "@pulumi/aws/autoscaling";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

/** Scaling rules as data, for the alarms and policies and for the simulation in docs/worker-scaling.md. */
export interface ScalingRules {
  /** Seconds between two evaluations. */
  period: number;
  /** Scaling out, by messages (waiting and in flight) for each running instance. */
  out: {
    /** Threshold above which to scale out. */
    messagesPerInstance: number;
    /** Consecutive periods above the threshold. */
    evaluationPeriods: number;
    /** Percent of instances to add, by messages per instance above the threshold. */
    steps: { from: number; percent: number }[];
    /** Seconds until a new instance counts as running. */
    warmup: number;
  };
  /** Scaling in, to the minimum number of instances. */
  in: {
    /** Consecutive periods without any message, waiting or in flight. */
    evaluationPeriods: number;
  };
}

/** What the scaling rules follow: arguments of the worker environment. */
export interface ScalingInputs {
  /** Messages per instance above which another instance is started. */
  messagesPerInstance: number;
  taskTimeLimit: number;
  drain: boolean;
}

/**
 * Returns the scaling rules of the worker environment.
 *
 * Out: in proportion to the backlog, so that thousands of messages reach the maximum size in two or three steps.
 * In: Celery acknowledges a message when its task starts, so that the queue's metrics do not show running tasks. Instances
 * that drain finish theirs, so that a few minutes without a message are enough. Others lose theirs: they are removed once the
 * queue has been empty for longer than a task may run. Prefetched messages count as in flight until their tasks start.
 */
export function getScalingRules({ messagesPerInstance, taskTimeLimit, drain }: ScalingInputs): ScalingRules {
  const period = 60;
  return {
    period,
    out: {
      messagesPerInstance,
      evaluationPeriods: 2,
      steps: [
        { from: 0, percent: 50 },
        { from: messagesPerInstance, percent: 100 },
        { from: 3 * messagesPerInstance, percent: 300 },
      ],
      warmup: 300,
    },
    in: { evaluationPeriods: drain ? 5 : Math.ceil((1.5 * taskTimeLimit) / period) },
  };
}

interface WorkerScalingArgs extends ScalingInputs {
  /** Beginning of the names of the policies and alarms, which are unique in the account. */
  namePrefix: pulumi.Input<string>;
  autoScalingGroupName: pulumi.Input<string>;
  queueName: pulumi.Input<string>;
  minSize: number;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Scales the worker's Auto Scaling group by the backlog of the Celery queue. */
export function createWorkerScaling(name: string, args: WorkerScalingArgs, parent: pulumi.Resource): void {
  const { autoScalingGroupName, namePrefix, queueName, tags } = args;
  const rules = getScalingRules(args);
  // Fixed names: after an interrupted update, AWS overwrites the policies and alarms that it has already.
  const opts = { parent, deleteBeforeReplace: true };
  const metrics = [
    getQueueMetric("waiting", "ApproximateNumberOfMessagesVisible", queueName, rules.period),
    getQueueMetric("inflight", "ApproximateNumberOfMessagesNotVisible", queueName, rules.period),
  ];

  const scaleOut = new autoscaling.Policy(
    `${name}-scale-out`,
    {
      name: pulumi.interpolate`${namePrefix}-scale-out`,
      autoscalingGroupName: autoScalingGroupName,
      policyType: "StepScaling",
      adjustmentType: "PercentChangeInCapacity",
      minAdjustmentMagnitude: 1,
      metricAggregationType: "Maximum",
      estimatedInstanceWarmup: rules.out.warmup,
      stepAdjustments: getStepAdjustments(rules.out.steps),
    },
    opts,
  );
  new cloudwatch.MetricAlarm(
    `${name}-backlog`,
    {
      name: pulumi.interpolate`${namePrefix}-backlog`,
      alarmDescription: `Scales the workers out: more than ${rules.out.messagesPerInstance} messages per instance for ${rules.out.evaluationPeriods} minutes.`,
      comparisonOperator: "GreaterThanThreshold",
      threshold: rules.out.messagesPerInstance,
      evaluationPeriods: rules.out.evaluationPeriods,
      // SQS reports nothing of a queue that was not used for six hours: there is nothing to do.
      treatMissingData: "notBreaching",
      alarmActions: [scaleOut.arn],
      metricQueries: [
        {
          id: "backlog",
          expression: "(waiting + inflight) / instances",
          label: "Messages per instance",
          returnData: true,
        },
        ...metrics,
        getInstanceCountMetric("instances", autoScalingGroupName, rules.period),
      ],
      tags,
    },
    opts,
  );

  const scaleIn = new autoscaling.Policy(
    `${name}-scale-in`,
    {
      name: pulumi.interpolate`${namePrefix}-scale-in`,
      autoscalingGroupName: autoScalingGroupName,
      policyType: "StepScaling",
      adjustmentType: "ExactCapacity",
      metricAggregationType: "Maximum",
      stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: args.minSize }],
    },
    opts,
  );
  new cloudwatch.MetricAlarm(
    `${name}-idle`,
    {
      name: pulumi.interpolate`${namePrefix}-idle`,
      alarmDescription: `Scales the workers in: the queue has been empty for ${rules.in.evaluationPeriods} minutes${args.drain ? "" : ", longer than a task may run"}.`,
      comparisonOperator: "LessThanOrEqualToThreshold",
      threshold: 0,
      evaluationPeriods: rules.in.evaluationPeriods,
      treatMissingData: "breaching",
      alarmActions: [scaleIn.arn],
      metricQueries: [
        { id: "messages", expression: "waiting + inflight", label: "Messages", returnData: true },
        ...metrics,
      ],
      tags,
    },
    opts,
  );
}

/** Returns the steps, each of which ends where the next one begins. */
function getStepAdjustments(steps: ScalingRules["out"]["steps"]) {
  return steps.map(({ from, percent }, index) => ({
    metricIntervalLowerBound: String(from),
    metricIntervalUpperBound: steps[index + 1]?.from.toString(),
    scalingAdjustment: percent,
  }));
}

function getQueueMetric(id: string, metricName: string, queueName: pulumi.Input<string>, period: number) {
  return {
    id,
    returnData: false,
    metric: {
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: queueName },
      period,
      stat: "Maximum",
    },
  };
}

/**
 * Counts the instances by their CPU samples, of which detailed monitoring gives one a minute: Elastic Beanstalk's Auto
 * Scaling groups do not publish their size.
 */
function getInstanceCountMetric(id: string, groupName: pulumi.Input<string>, period: number) {
  return {
    id,
    returnData: false,
    metric: {
      namespace: "AWS/EC2",
      metricName: "CPUUtilization",
      dimensions: { AutoScalingGroupName: groupName },
      period,
      stat: "SampleCount",
    },
  };
}
