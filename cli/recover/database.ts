import type { DBInstance, RDSClient } from "@aws-sdk/client-rds";
import { type LostDatabase, readLostDatabase } from "../../stacks/database-sources";
import type { Clients } from "../aws-clients";
import { findDatabaseInstance } from "../find-database-instance";
import { getOldName, getRestoredName, isGoingBack } from "../restore/position";
import { getTag, tagNames } from "../restore/tags";
import { getOtherRegions, type Scope } from "./inventory/scope";

/** The database of a stack, and what it can be restored from. */
export interface DatabaseStatus {
  identifier: string;
  /** Undefined if AWS has no such instance. */
  status?: string;
  /** What is left of an instance that AWS does not have. */
  lost?: LostDatabase;
  /** The instances of a guided restore between its two renames. */
  restoring?: string[];
  /** Whether --undo was interrupted there. */
  isGoingBack?: true;
}

/**
 * Reads the status of a database and, if it is gone, its backups.
 *
 * @param regions The other regions that may have backups of it.
 * @param configured The snapshot that the configuration names.
 */
export async function readDatabase(
  clients: Pick<Clients, "rds">,
  identifier: string,
  regions: readonly string[],
  configured: string | undefined,
): Promise<DatabaseStatus> {
  const rds = clients.rds();
  const instance = await findDatabaseInstance(rds, identifier);
  if (instance !== undefined) {
    return { identifier, status: instance.DBInstanceStatus };
  }
  const [lost, restoring] = await Promise.all([
    readLostDatabase(clients.rds, identifier, regions, configured),
    findRestore(rds, identifier),
  ]);
  const old = restoring.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === getOldName(identifier));
  return {
    identifier,
    lost,
    ...(restoring.length > 0 && {
      restoring: restoring.flatMap(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? []),
    }),
    ...(isGoingBack({ old }) && { isGoingBack: true }),
  };
}

/**
 * The other regions in which the program or the state has backups.
 *
 * @param home The stack's region.
 */
export function getBackupRegions(scope: Pick<Scope, "planned" | "state">, home: string): string[] {
  const regions = [
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    "aws:backup/vault:Vault",
    "aws:kms/key:Key",
  ].flatMap((type) => getOtherRegions(scope, type));
  return [...new Set(regions)].filter((region) => region !== home);
}

/** Returns the instances that a guided restore has marked, under the names that they have between its two renames. */
async function findRestore(rds: RDSClient, identifier: string): Promise<DBInstance[]> {
  const marks = {
    [getOldName(identifier)]: tagNames.replacedBy,
    [getRestoredName(identifier)]: tagNames.restoredFrom,
  };
  const instances = await Promise.all(
    Object.entries(marks).map(async ([name, mark]) => {
      const instance = await findDatabaseInstance(rds, name);
      return instance !== undefined && getTag(instance, mark) !== undefined ? [instance] : [];
    }),
  );
  return instances.flat();
}
