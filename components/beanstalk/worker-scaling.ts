import * as autoscaling from "@pulumi/aws/autoscaling";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

/** A rule of scaling, as data: the program makes alarms and policies of it, and a model can be run on it. */
export interface ScalingRules {
  /** Seconds between two looks at the queue. */
  period: number;
  /** Scaling out: messages, waiting and in flight, for each instance that runs. */
  out: {
    /** Begins above so many. */
    messagesPerInstance: number;
    /** Periods in a row. */
    evaluationPeriods: number;
    /** How many percent more instances, from so many messages an instance above the beginning. */
    steps: { from: number; percent: number }[];
    /** Seconds until a new instance counts as working. */
    warmup: number;
  };
  /** Scaling in, to the fewest instances. */
  in: {
    /** Periods in a row without any message, waiting or in flight. */
    evaluationPeriods: number;
  };
}

/** The longest that a Celery task may run, in seconds: the application's hard time limit. */
const taskTimeLimit = 600;

/**
 * The rules for a number of messages that one instance may have before another is started.
 *
 * Out: in proportion to the backlog, so that thousands of messages reach the most instances in two or three steps.
 * In: Celery acknowledges a message when it takes it, so an instance that goes takes its tasks with it for good, and
 * the queue's numbers do not show them. Nothing goes before the queue has been empty for longer than a task may run
 * and a worker may hold prefetched messages: these count as in flight until their tasks begin.
 */
export function scalingRules(messagesPerInstance: number): ScalingRules {
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
    in: { evaluationPeriods: (1.5 * taskTimeLimit) / period },
  };
}

interface WorkerScalingArgs {
  autoScalingGroupName: pulumi.Input<string>;
  queueName: pulumi.Input<string>;
  minSize: number;
  messagesPerInstance: number;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Lets the worker's Auto Scaling group follow the backlog of the Celery queue. */
export function workerScaling(name: string, args: WorkerScalingArgs, parent: pulumi.Resource): void {
  const { autoScalingGroupName, queueName, tags } = args;
  const rules = scalingRules(args.messagesPerInstance);
  const opts = { parent };

  const waiting = queueMetric("waiting", "ApproximateNumberOfMessagesVisible", queueName, rules.period);
  const inFlight = queueMetric("inflight", "ApproximateNumberOfMessagesNotVisible", queueName, rules.period);

  const out = new autoscaling.Policy(
    `${name}-scale-out`,
    {
      autoscalingGroupName: autoScalingGroupName,
      policyType: "StepScaling",
      adjustmentType: "PercentChangeInCapacity",
      minAdjustmentMagnitude: 1,
      metricAggregationType: "Maximum",
      estimatedInstanceWarmup: rules.out.warmup,
      stepAdjustments: rules.out.steps.map(({ from, percent }, index) => ({
        metricIntervalLowerBound: String(from),
        metricIntervalUpperBound: stepEnd(rules.out.steps[index + 1]),
        scalingAdjustment: percent,
      })),
    },
    opts,
  );
  new cloudwatch.MetricAlarm(
    `${name}-backlog`,
    {
      alarmDescription: "The Celery queue has more messages than the workers get done soon",
      comparisonOperator: "GreaterThanThreshold",
      threshold: rules.out.messagesPerInstance,
      evaluationPeriods: rules.out.evaluationPeriods,
      // A queue that nobody has used for six hours reports nothing: nothing to do.
      treatMissingData: "notBreaching",
      alarmActions: [out.arn],
      metricQueries: [
        {
          id: "backlog",
          expression: "(waiting + inflight) / instances",
          label: "Messages an instance",
          returnData: true,
        },
        waiting,
        inFlight,
        {
          // Each instance reports its CPU once a minute (detailed monitoring), so the samples count the instances:
          // Elastic Beanstalk's groups do not publish their size.
          id: "instances",
          returnData: false,
          metric: {
            namespace: "AWS/EC2",
            metricName: "CPUUtilization",
            dimensions: { AutoScalingGroupName: autoScalingGroupName },
            period: rules.period,
            stat: "SampleCount",
          },
        },
      ],
      tags,
    },
    opts,
  );

  const down = new autoscaling.Policy(
    `${name}-scale-in`,
    {
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
      alarmDescription: "The Celery queue has been empty for longer than a task may run",
      comparisonOperator: "LessThanOrEqualToThreshold",
      threshold: 0,
      evaluationPeriods: rules.in.evaluationPeriods,
      treatMissingData: "breaching",
      alarmActions: [down.arn],
      metricQueries: [
        { id: "messages", expression: "waiting + inflight", label: "Messages", returnData: true },
        waiting,
        inFlight,
      ],
      tags,
    },
    opts,
  );
}

function stepEnd(next: { from: number } | undefined): string | undefined {
  return next === undefined ? undefined : String(next.from);
}

function queueMetric(id: string, metricName: string, queueName: pulumi.Input<string>, period: number) {
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
