import type { PlannedResource } from "../plan";
import { type CostItem, createStorageItem, getPrice } from "./cost-item";

/** What has a full copy of the database, by the words for it. */
const copies: Record<string, string> = {
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "replicated backups",
  "aws:backup/vault:Vault": "snapshots in the vault",
};

/**
 * Estimates the costs of backups beside those in the stack's region that RDS includes: one full copy for each place, of the whole
 * storage. Later copies have what has changed.
 */
export function estimateBackupCosts(resources: PlannedResource[], region: string): CostItem[] {
  const database = resources.find(({ type }) => type === "aws:rds/instance:Instance");
  const size = Number(database?.inputs.allocatedStorage ?? 0);
  return resources.flatMap(({ type, inputs }) => {
    const name = copies[type];
    const place = typeof inputs.region === "string" ? inputs.region : region;
    return name === undefined
      ? []
      : [createStorageItem(`${name}, ${place}`, size, getPrice("databaseBackupGiBMonth", place))];
  });
}
