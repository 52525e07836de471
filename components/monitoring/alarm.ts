import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";

/** A metric and how CloudWatch aggregates it: "Sum", or a percentile such as "p95". */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: string;
}

/** Metric math on some metrics by id, or a Metrics Insights query, which has none. */
export interface Expression {
  expression: pulumi.Input<string>;
  label: string;
  metrics?: Record<string, Metric>;
}

/** An alarm on a metric or an expression. */
export interface Alarm {
  name: string;
  /** What happened and what to do next, for the person on call. */
  description: pulumi.Input<string>;
  source: Metric | Expression;
  comparisonOperator: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  threshold: pulumi.Input<number>;
  /** Seconds. */
  period: number;
  /** Consecutive periods. */
  evaluationPeriods: number;
  /**
   * What a period without data means: nothing happened ("notBreaching"), an error ("breaching"), the same as before
   * ("ignore"), or that nothing is known ("missing").
   */
  treatMissingData: "notBreaching" | "breaching" | "ignore" | "missing";
  /** The region of the metric, and so of the alarm and its topic; by default the stack's. */
  region?: string;
  /** Whether maintenance raises it, which answers requests with 503 and pauses Celery. */
  raisedByMaintenance?: true;
}

/** Returns the inputs of an alarm that its source decides. */
export function toSourceInputs({
  source,
  period,
}: Alarm): Omit<MetricAlarmArgs, "comparisonOperator" | "evaluationPeriods"> {
  if (!("expression" in source)) {
    const { statistic, ...metric } = source;
    return {
      ...metric,
      period,
      ...(isPercentile(statistic)
        ? // Few requests make no percentile: the alarm stays as it is.
          { extendedStatistic: statistic, evaluateLowSampleCountPercentiles: "ignore" }
        : { statistic }),
    };
  }
  const { expression, label, metrics = {} } = source;
  const parts = Object.entries(metrics);
  return {
    metricQueries: [
      { id: "result", expression, label, returnData: true, ...(parts.length === 0 && { period }) },
      ...parts.map(([id, { statistic, ...metric }]) => ({
        id,
        metric: { ...metric, period, stat: statistic },
      })),
    ],
  };
}

function isPercentile(statistic: string): boolean {
  return statistic.startsWith("p");
}

/** Returns a dashboard with a graph of each alarm's metric, and a line at its threshold. */
export function getDashboardBody(alarms: Alarm[], region: pulumi.Input<string>) {
  const columns = 3;
  const [width, height] = [24 / columns, 6];
  return {
    widgets: alarms.map((alarm, index) => ({
      type: "metric",
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      width,
      height,
      properties: {
        title: alarm.name,
        region: alarm.region ?? region,
        view: "timeSeries",
        period: alarm.period,
        ...toGraph(alarm.source),
        annotations: { horizontal: [{ label: "alarm", value: alarm.threshold }] },
      },
    })),
  };
}

function toGraph(source: Alarm["source"]): { stat?: string; metrics: unknown[][] } {
  const toRow = ({ namespace, metricName, dimensions }: Metric) => [
    namespace,
    metricName,
    ...Object.entries(dimensions).flat(),
  ];
  return "expression" in source
    ? {
        metrics: [
          [{ id: "result", expression: source.expression, label: source.label }],
          ...Object.entries(source.metrics ?? {}).map(([id, metric]) => [
            ...toRow(metric),
            { id, stat: metric.statistic, visible: false },
          ]),
        ],
      }
    : { stat: source.statistic, metrics: [toRow(source)] };
}
