import type { Deployment } from "./deployment";
import { removeCommand, setCommand } from "./commands";
import type { Problem } from "./configuration-error";
import type { CompleteSettings } from "./tiers";

/** What is known of the deployed database's key. */
interface DeployedKey {
  /** Id of the key that encrypts the database; undefined if it is not encrypted or not deployed. */
  id: string | undefined;
  /** Id of the stack's own key. */
  ownId: string | undefined;
  isDeployed: boolean;
}

function readKey({ resources }: Deployment): DeployedKey {
  const find = (resource: string) => resources.find(({ name }) => name === resource)?.outputs;
  const [database, own] = [find("beo-db-instance"), find("beo-db-key")];
  return {
    id: toId(database?.kmsKeyId),
    ownId: toId(own?.arn),
    isDeployed: database !== undefined,
  };
}

/** The id in the ARN of a key. */
function toId(arn: unknown): string | undefined {
  return typeof arn === "string" && arn !== "" ? arn.replace(/^.*:key\//, "") : undefined;
}

/**
 * Returns the key of the database where the configuration has none. New stacks of staging and prod get a key of their own.
 * RDS cannot change a database's key, so that one that was deployed before keeps its key, and a restored one the snapshot's.
 */
export function getDefaultKey(
  { database, environment }: Pick<CompleteSettings, "database" | "environment">,
  deployment: Deployment,
): "own" | undefined {
  const { isDeployed, ownId } = readKey(deployment);
  const isNew = !isDeployed && environment !== "dev" && database.snapshotIdentifier === undefined;
  return database.storageEncrypted && (ownId !== undefined || isNew) ? "own" : undefined;
}

/** Reports a key that the deployed database does not have. */
export function checkKey({ database }: CompleteSettings, deployment: Deployment): Problem[] {
  const { kmsKey } = database;
  const { id, ownId, isDeployed } = readKey(deployment);
  const key = "database.kmsKey";
  if (kmsKey === "own" && !isDeployed && ownId === undefined && database.snapshotIdentifier !== undefined) {
    const message = `is own, but database.snapshotIdentifier is ${database.snapshotIdentifier}. A restored database has the snapshot's key. Remove the setting, or restore a copy of the snapshot that is encrypted with another key (docs/restoring.md, Another key).`;
    return [{ key, message, commands: [removeCommand(key)] }];
  }
  if (kmsKey === undefined || id === undefined) {
    return [];
  }
  const isOwn = id === ownId;
  // Which key is the one of RDS is not in the state.
  const isSame = kmsKey === "own" ? isOwn : kmsKey === "aws" ? !isOwn : toId(kmsKey) === id;
  const deployed = isOwn ? "own" : id;
  const message = `is ${kmsKey}, but the deployed database is encrypted with ${isOwn ? "the stack's own key" : `the key ${id}`}. RDS cannot change the key of a database: the change would do nothing to it${isOwn ? ", and the stack would give up its own key" : ""}. Keep the deployed one with the command below. For another key, restore a copy of a snapshot (docs/restoring.md, Another key).`;
  return isSame ? [] : [{ key, message, commands: [setCommand(key, deployed)] }];
}
