import * as pulumi from "@pulumi/pulumi";
import type { Alarm } from "./alarm";
import type { AlarmContext, MonitoredResources } from "./alarms";
import { getMaxConnections, getMemory, isBurstable } from "./instance-class";

const GiB = 2 ** 30;

/** What all alarms of the database have in common. */
const common = {
  comparisonOperator: "LessThanThreshold",
  period: 300,
  // RDS reports its metrics all the time. There are none of a database that is stopped or deleted, of which events tell.
  treatMissingData: "missing",
} as const satisfies Partial<Alarm>;

/** Returns the alarms of the RDS instance. */
export function getDatabaseAlarms(
  { database, databaseInstanceClass = "" }: MonitoredResources,
  { thresholds, stack, instructions: { pulumiCommand } }: AlarmContext,
): Alarm[] {
  const getSource = (metricName: string, statistic: string) => ({
    namespace: "AWS/RDS",
    metricName,
    dimensions: { DBInstanceIdentifier: database },
    statistic,
  });
  const { minFreeStorage, minFreeMemory, minCpuCredits } = thresholds;
  const credits: Alarm = {
    ...common,
    name: "database-credits",
    description: `The database has had less than ${minCpuCredits} CPU credits for 3 hours. Without credits AWS charges for the CPU above the class's baseline. Look for slow queries in the PostgreSQL log in CloudWatch, or choose a larger or not burstable database.instanceClass.`,
    source: getSource("CPUCreditBalance", "Average"),
    threshold: minCpuCredits,
    // A new instance has none, and needs an hour to earn them.
    period: 3600,
    evaluationPeriods: 3,
  };
  return [
    {
      ...common,
      name: "database-storage",
      description: `Less than ${minFreeStorage} GiB of the database's storage is free. Raise database.maxAllocatedStorage and run ${pulumiCommand} up -s ${stack}.`,
      source: getSource("FreeStorageSpace", "Minimum"),
      threshold: minFreeStorage * GiB,
      evaluationPeriods: 1,
    },
    {
      ...common,
      name: "database-cpu",
      description:
        "The database's CPU has been above 85 % for 30 minutes. Look for slow queries in the PostgreSQL log in CloudWatch, or choose a larger database.instanceClass.",
      source: getSource("CPUUtilization", "Average"),
      comparisonOperator: "GreaterThanThreshold",
      threshold: 85,
      evaluationPeriods: 6,
    },
    {
      ...common,
      ...getMemoryLimit(databaseInstanceClass, minFreeMemory),
      name: "database-memory",
      source: getSource("FreeableMemory", "Average"),
      evaluationPeriods: 3,
    },
    {
      ...common,
      ...getConnectionLimit(databaseInstanceClass),
      name: "database-connections",
      source: getSource("DatabaseConnections", "Maximum"),
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
    },
    ...(typeof databaseInstanceClass === "string" && isBurstable(databaseInstanceClass) ? [credits] : []),
  ];
}

/** GiB of a class whose memory is not known: the smallest that the application's guide allows. */
const unknownClassMemory = 4;

function getMemoryLimit(
  instanceClass: pulumi.Input<string>,
  percentage: number,
): Pick<Alarm, "threshold" | "description"> {
  const limit = pulumi.output(instanceClass).apply((name) => {
    const memory = getMemory(name);
    const part = (percentage / 100) * (memory ?? unknownClassMemory);
    return {
      threshold: Math.round(part * GiB),
      text: `${Math.round(part * 1024)} MiB${memory === undefined ? "" : `, ${percentage} % of the ${memory} GiB of a ${name}`}`,
    };
  });
  return {
    threshold: limit.threshold,
    description: pulumi.interpolate`The database has had less free memory than ${limit.text}, for 15 minutes. Look for queries that sort or join much, and for connections that stay open (pg_stat_activity), or choose a larger database.instanceClass.`,
  };
}

/** Threshold of connections for a class whose memory is not known. */
const unknownClassConnections = 300;

/** Returns two thirds of the connections that the class allows by default. */
function getConnectionLimit(instanceClass: pulumi.Input<string>): Pick<Alarm, "threshold" | "description"> {
  const limit = pulumi.output(instanceClass).apply((name) => {
    const maximum = getMaxConnections(name);
    return maximum === undefined
      ? { threshold: unknownClassConnections, note: "" }
      : {
          threshold: Math.floor((2 / 3) * maximum),
          note: `, of the ${maximum} that a ${name} allows by default`,
        };
  });
  return {
    threshold: limit.threshold,
    description: pulumi.interpolate`The database has had more than ${limit.threshold} connections${limit.note}, for 10 minutes. Look for clients that leave connections open (pg_stat_activity), or choose a larger database.instanceClass.`,
  };
}
