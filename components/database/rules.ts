import { type ArgumentRule, type Context, integer } from "../argument-rules/context";
import type { StorageType } from "../enums";
import { overlap, parseDaily, parseUpdateWindow, parseWeekly } from "./windows";

/** The rules between arguments of the database. */
export const databaseRules: readonly ArgumentRule[] = [
  checkStorageSize,
  checkStorageType,
  checkWindows,
  checkInsights,
  checkKey,
];

function checkStorageSize({ settings: { database }, knows, report }: Context): void {
  const { allocatedStorage, maxAllocatedStorage } = database;
  // RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling".
  const min = Math.ceil((allocatedStorage * 11) / 10);
  if (knows("database.allocatedStorage", "database.maxAllocatedStorage") && maxAllocatedStorage < min) {
    const message = `is ${maxAllocatedStorage}, but database.allocatedStorage is ${allocatedStorage}. The minimum is ${min}, 10% more.`;
    report("database.maxAllocatedStorage", message, integer("database.maxAllocatedStorage", min, 65536));
  }
}

interface StorageRule {
  /** GiB from which on IOPS and throughput are provisioned. */
  minSize: number;
  iops?: readonly [number, number];
  throughput?: readonly [number, number];
  /** IOPS for each GiB. */
  ratio?: readonly [number, number];
  isRequired?: true;
}

/** RDS User Guide, "Amazon RDS DB instance storage", for PostgreSQL. */
const storageRules: Record<StorageType, StorageRule> = {
  gp2: { minSize: 20 },
  gp3: { minSize: 400, iops: [12_000, 64_000], throughput: [500, 4000] },
  io1: { minSize: 100, iops: [1000, 256_000], ratio: [0.5, 50], isRequired: true },
  io2: { minSize: 100, iops: [1000, 256_000], ratio: [0.5, 1000], isRequired: true },
};

/** Returns from which size on, in GiB, storage of a type has IOPS and throughput that can be set. */
export function provisionedFrom(storageType: string): number {
  const rule = (storageRules as Partial<Record<string, StorageRule>>)[storageType];
  return rule?.iops === undefined ? Infinity : rule.minSize;
}

function checkStorageType({ settings: { database }, knows, report }: Context): void {
  const { storageType, allocatedStorage, iops, storageThroughput, snapshotIdentifier } = database;
  if (!knows("database.storageType", "database.iops", "database.storageThroughput")) {
    return;
  }
  const rule = storageRules[storageType];
  const ranges = [
    ["database.iops", rule.iops, iops],
    ["database.storageThroughput", rule.throughput, storageThroughput],
  ] as const;
  const wrong = ranges.filter(
    ([, [min, max] = [Infinity, 0], value]) => value !== undefined && (value < min || value > max),
  );
  for (const [path, range, value] of wrong) {
    if (range === undefined) {
      const message = `is ${value}, but ${storageType} storage has no setting for it. Remove it.`;
      report(path, message, { remove: path });
    } else {
      const message = `is ${value}. For ${storageType} storage, expected an integer from ${range[0]} to ${range[1]}.`;
      report(path, message, integer(path, ...range));
    }
  }
  const maxThroughput = Math.floor((iops ?? 12_000) / 4);
  if (rule.isRequired && rule.iops && iops === undefined) {
    const message = `is missing, but database.storageType is ${storageType}, whose IOPS are provisioned.`;
    report("database.iops", message, integer("database.iops", ...rule.iops));
  } else if (wrong.length === 0 && storageThroughput !== undefined && storageThroughput > maxThroughput) {
    const message = `is ${storageThroughput}, but the storage has ${iops ?? 12_000} IOPS. The maximum is a quarter of them, ${maxThroughput}. Raise database.iops or lower it.`;
    report("database.storageThroughput", message, integer("database.storageThroughput", 500, maxThroughput));
  }
  // The size of a snapshot is not known.
  const knowsSize = knows("database.allocatedStorage", "database.snapshotIdentifier");
  const isProvisioned = rule.isRequired ?? (iops ?? storageThroughput) !== undefined;
  if (wrong.length === 0 && isProvisioned && knowsSize && snapshotIdentifier === undefined) {
    checkProvisionedSize(storageType, allocatedStorage, iops, report);
  }
}

/** Checks the size of storage with IOPS or throughput of its own, and how many IOPS it can have. */
function checkProvisionedSize(
  storageType: StorageType,
  size: number,
  iops: number | undefined,
  report: Context["report"],
): void {
  const { minSize, isRequired, iops: [min, max] = [0, 0], ratio } = storageRules[storageType];
  if (size < minSize) {
    const reason = isRequired
      ? `${storageType} storage needs`
      : `IOPS and throughput of ${storageType} storage need`;
    const message = `is ${size}, but ${reason} at least ${minSize} GiB. Raise it, or remove the settings.`;
    report("database.allocatedStorage", message, integer("database.allocatedStorage", minSize, 59578));
  } else if (ratio !== undefined && iops !== undefined) {
    const lowest = Math.max(min, Math.ceil(size * ratio[0]));
    const highest = Math.min(max, size * ratio[1]);
    if (iops < lowest || iops > highest) {
      const message = `is ${iops}, but database.allocatedStorage is ${size}. Expected ${ratio[0]} to ${ratio[1]} for each GiB: an integer from ${lowest} to ${highest}.`;
      report("database.iops", message, integer("database.iops", lowest, highest));
    }
  }
}

function checkWindows({ settings: { database, platform }, knows, report }: Context): void {
  const { backupWindow = "", maintenanceWindow = "" } = database;
  const maintenance = knows("database.maintenanceWindow") ? parseWeekly(maintenanceWindow) : undefined;
  const path = "database.maintenanceWindow";
  if (knows("database.backupWindow") && overlap(maintenance, parseDaily(backupWindow))) {
    const message = `is ${maintenanceWindow}, but database.backupWindow is ${backupWindow}. RDS refuses windows that overlap.`;
    report(path, message, { set: path });
  }
  if (knows("platform.updateWindow") && overlap(maintenance, parseUpdateWindow(platform.updateWindow))) {
    const message = `is ${maintenanceWindow}, but platform.updateWindow is ${platform.updateWindow}, which lasts two hours: the database could restart while instances are replaced. Choose another time for one of them.`;
    report(path, message, { set: path });
  }
}

function checkInsights({ settings: { database }, knows, report }: Context): void {
  const path = "database.insightsMode";
  if (
    knows("database.performanceInsights") &&
    database.insightsMode === "advanced" &&
    !database.performanceInsights
  ) {
    const message =
      "is advanced, but database.performanceInsights is false. Set it to true, or remove the mode.";
    report(path, message, { set: "database.performanceInsights", to: true });
  }
}

function checkKey({ settings: { database }, knows, report }: Context): void {
  const { kmsKey, storageEncrypted } = database;
  const isSet = kmsKey !== undefined && kmsKey !== "aws";
  if (knows("database.storageEncrypted", "database.kmsKey") && isSet && !storageEncrypted) {
    const message = `is ${kmsKey}, but database.storageEncrypted is false. Without encryption there is no key. Remove it.`;
    report("database.kmsKey", message, { remove: "database.kmsKey" });
  }
}
