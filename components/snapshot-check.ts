import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import { LookupError } from "./lookups";

interface SnapshotArgs {
  identifier: pulumi.Input<string>;
  snapshotIdentifier?: pulumi.Input<string>;
  engineVersion: string;
  allowMajorVersionUpgrade: boolean;
  maxAllocatedStorage: pulumi.Input<number>;
}

/**
 * Returns the identifier of the snapshot once it is clear that RDS accepts the settings of the new instance.
 *
 * The provider restores with one call, and sets the password, storage and version with a second one. If AWS refuses that,
 * the instance exists without them, and the next update does not send them again.
 */
export function checkSnapshot(
  args: SnapshotArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  if (args.snapshotIdentifier === undefined) {
    return undefined;
  }
  const { engineVersion, allowMajorVersionUpgrade } = args;
  return pulumi
    .all([args.identifier, args.snapshotIdentifier, args.maxAllocatedStorage])
    .apply(async ([dbInstanceIdentifier, dbSnapshotIdentifier, maxAllocatedStorage]) => {
      const ignore = () => undefined;
      // The snapshot of an instance that exists is not used any more, and may be gone.
      const instance = await rds.getInstance({ dbInstanceIdentifier }, { parent }).catch(ignore);
      const snapshot = instance
        ? undefined
        : await rds.getSnapshot({ dbSnapshotIdentifier }, { parent }).catch(ignore);
      const violation =
        snapshot && findViolation(snapshot, { engineVersion, allowMajorVersionUpgrade, maxAllocatedStorage });
      if (violation) {
        throw new LookupError(`Snapshot ${dbSnapshotIdentifier} ${violation} Nothing was restored.`);
      }
      return dbSnapshotIdentifier;
    });
}

/** Returns what RDS would refuse, as the rest of a sentence that begins with the snapshot; undefined for nothing. */
export function findViolation(
  {
    allocatedStorage,
    engine,
    engineVersion,
  }: Pick<rds.GetSnapshotResult, "allocatedStorage" | "engine" | "engineVersion">,
  args: { engineVersion: string; allowMajorVersionUpgrade: boolean; maxAllocatedStorage: number },
): string | undefined {
  const minimum = Math.ceil((11 * allocatedStorage) / 10);
  const [major, wanted] = [parseInt(engineVersion), parseInt(args.engineVersion)];
  if (engine !== "postgres") {
    return `is of a database with the engine ${engine}; expected postgres.`;
  }
  if (args.maxAllocatedStorage < minimum) {
    return `has ${allocatedStorage} GiB, but database.maxAllocatedStorage is ${args.maxAllocatedStorage}. Set it to at least ${minimum}.`;
  }
  if (wanted < major || (wanted > major && !args.allowMajorVersionUpgrade)) {
    return `is of PostgreSQL ${engineVersion}, but database.engineVersion is ${args.engineVersion}. Set it to ${major}, and upgrade once the database is restored.`;
  }
  return undefined;
}
