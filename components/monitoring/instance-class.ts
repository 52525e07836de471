/** GiB of memory for each vCPU, by family: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html. */
const memoryPerCpu: [RegExp, number][] = [
  [/^c\d/, 2],
  [/^m[5-9]/, 4],
  [/^(r[5-9]|z1)/, 8],
  [/^x2ie/, 32],
  [/^x2/, 16],
];

/** GiB of memory of burstable classes, by size. */
const burstableMemory: Record<string, number> = {
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  "2xlarge": 32,
};

const GiB = 2 ** 30;

/**
 * Returns how many connections RDS allows an instance class by default, LEAST(DBInstanceClassMemory/9531392, 5000)
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections); undefined if the
 * memory of the class is not known.
 */
export function getMaxConnections(instanceClass: string): number | undefined {
  const memory = getMemory(instanceClass);
  return memory && Math.min(Math.floor((memory * GiB) / 9531392), 5000);
}

/** Whether a class earns CPU credits. */
export function isBurstable(instanceClass: string): boolean {
  return /^db\.t\d/.test(instanceClass);
}

/** Returns the GiB of memory of an instance class; undefined if they are not known. */
export function getMemory(instanceClass: string): number | undefined {
  const [, family = "", size = ""] = /^db\.([^.]+)\.(\w+)$/.exec(instanceClass) ?? [];
  if (isBurstable(instanceClass)) {
    return burstableMemory[size];
  }
  const [, perCpu] = memoryPerCpu.find(([pattern]) => pattern.test(family)) ?? [];
  const cpus = getCpus(size);
  return perCpu && cpus && perCpu * cpus;
}

function getCpus(size: string): number | undefined {
  const [, multiple] = /^(\d*)xlarge$/.exec(size) ?? [];
  return multiple === undefined ? { medium: 1, large: 2 }[size] : 4 * Number(multiple || 1);
}
