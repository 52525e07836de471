import {
  type BackupClient,
  ListTagsCommand,
  paginateListBackupPlans,
  paginateListBackupSelections,
  paginateListBackupVaults,
} from "@aws-sdk/client-backup";
import {
  type DBInstanceAutomatedBackup,
  paginateDescribeDBInstanceAutomatedBackups,
} from "@aws-sdk/client-rds";
import { findDatabaseInstance } from "../../find-database-instance";
import type { PlannedResource } from "../../../plan/plan";
import { ignoreMissing } from "../../adopt/matcher";
import { collect, type ExistingResource, isPlanned } from "../existing";
import { findInState, getNames, getRegion, type Scope } from "./scope";

const replicationType = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
const vaultType = "aws:backup/vault:Vault";
const lockType = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const planType = "aws:backup/plan:Plan";
const selectionType = "aws:backup/selection:Selection";

/** The replications of the database's automated backups. RDS refuses a second one to the same region. */
export async function findReplications(scope: Scope): Promise<ExistingResource[]> {
  const replications = scope.planned.filter(({ type }) => type === replicationType);
  const databases = await Promise.all(
    (replications.length === 0 ? [] : getNames(scope, "aws:rds/instance:Instance")).map((identifier) =>
      findDatabaseInstance(scope.aws.rds(), identifier),
    ),
  );
  return databases
    .flatMap((database) => database ?? [])
    .flatMap(({ DBInstanceAutomatedBackupsReplications = [] }) =>
      DBInstanceAutomatedBackupsReplications.flatMap(({ DBInstanceAutomatedBackupsArn: id = "" }) =>
        replications
          .filter((replication) => getRegion(replication) === id.split(":")[3])
          .map((replication) => ({
            type: replicationType,
            id,
            importId: id,
            name: id,
            // It may be the only copy that survives the loss of the region.
            remove: [],
            urn: replication.urn,
          })),
      ),
    );
}

/**
 * The vaults that the state does not have, the newest with the stack's tags in each region, and their locks. Older ones keep
 * what is in them until its end.
 */
export async function findVaults({ aws, planned, state }: Scope): Promise<ExistingResource[]> {
  const missing = planned.filter(
    (resource) => resource.type === vaultType && findInState(state, resource) === undefined,
  );
  const found = await Promise.all(
    missing.map(async (vault) => {
      const own = await listOwnVaults(aws.backup(getRegion(vault)), vault);
      return own.slice(0, 1).flatMap(({ isLocked, key: _, arn: __, created: ___, ...newest }) => {
        const lock = planned.find(({ type, name }) => type === lockType && name === `${vault.name}-lock`);
        return [
          { ...newest, urn: vault.urn },
          ...(isLocked && lock ? [{ ...newest, type: lockType, tags: undefined, urn: lock.urn }] : []),
        ];
      });
    }),
  );
  return found.flat();
}

/**
 * The ARNs of the keys that encrypt the stack's backups in a region, those of the vault first: the one that the stack has, or
 * takes over, and the automated backups of the database, those that RDS still adds to first.
 */
export async function findBackupKeys(scope: Scope, region: string | undefined): Promise<string[]> {
  const { aws, planned, state } = scope;
  const vaults = await Promise.all(
    planned
      .filter((resource) => resource.type === vaultType && getRegion(resource) === region)
      .map(async (vault) => {
        const own = await listOwnVaults(aws.backup(region), vault);
        const current = findInState(state, vault);
        return current === undefined ? own.slice(0, 1) : own.filter(({ id }) => id === current.id);
      }),
  );
  const databases = getNames(scope, "aws:rds/instance:Instance");
  // By an identifier, RDS finds those of instances that exist in the region only.
  const backups = await collect(
    paginateDescribeDBInstanceAutomatedBackups({ client: aws.rds(region) }, {}),
    ({ DBInstanceAutomatedBackups }) => DBInstanceAutomatedBackups,
  );
  const isEnded = ({ Status }: DBInstanceAutomatedBackup) => Number(Status === "retained");
  return [
    ...vaults.flat().map(({ key }) => key),
    ...backups
      .filter(({ DBInstanceIdentifier = "" }) => databases.includes(DBInstanceIdentifier))
      .sort((one, other) => isEnded(one) - isEnded(other))
      .map(({ KmsKeyId }) => KmsKeyId),
  ].flatMap((key) => key ?? []);
}

/** Returns the vaults of a region that have the generated name and the tags of a planned one, the newest first. */
async function listOwnVaults(client: BackupClient, vault: PlannedResource) {
  const all = await collect(
    paginateListBackupVaults({ client }, {}),
    ({ BackupVaultList }) => BackupVaultList,
  );
  return selectOwn(
    client,
    vault,
    all.map(({ BackupVaultName: name = "", BackupVaultArn: arn = "", ...one }) => ({
      ...{ type: vaultType, id: name, importId: name, name, remove: [] },
      ...{ arn, created: one.CreationDate, isLocked: one.Locked === true, key: one.EncryptionKeyArn },
    })),
  );
}

/** The plans with the stack's tags, and what the plan of the stack backs up. */
export async function findBackupPlans({ aws, planned, state }: Scope): Promise<ExistingResource[]> {
  const plan = planned.find(({ type }) => type === planType);
  const selection = planned.find(({ type }) => type === selectionType);
  if (plan === undefined) {
    return [];
  }
  const client = aws.backup();
  const all = await collect(
    paginateListBackupPlans({ client }, {}),
    ({ BackupPlansList }) => BackupPlansList,
  );
  const own = await selectOwn(
    client,
    plan,
    all.map(
      ({ BackupPlanId: id = "", BackupPlanName: name = "", BackupPlanArn: arn = "", CreationDate }) => ({
        ...{ type: planType, id, importId: id, name, remove: [] },
        ...{ arn, created: CreationDate },
      }),
    ),
  );
  const current = own.find(({ id }) => state.some((resource) => resource.id === id)) ?? own[0];
  const found = await Promise.all(
    own.map(async ({ arn: _, created: __, ...one }) => {
      const listed = await collect(
        paginateListBackupSelections({ client }, { BackupPlanId: one.id }),
        ({ BackupSelectionsList }) => BackupSelectionsList,
      );
      const selections = listed.map(({ SelectionId: id = "", SelectionName: name = "" }) => ({
        type: selectionType,
        id,
        importId: `${one.id}|${id}`,
        name,
        remove: [`aws backup delete-backup-selection --backup-plan-id ${one.id} --selection-id ${id}`],
        ...(selection && { urn: selection.urn }),
      }));
      const remove = [
        ...selections.flatMap((each) => each.remove),
        `aws backup delete-backup-plan --backup-plan-id ${one.id}`,
      ];
      return [{ ...one, remove }, ...(one.id === current?.id ? selections : [])];
    }),
  );
  return found.flat();
}

/** Returns what has the generated name and the tags of a planned resource, the newest first, with its tags. */
async function selectOwn<R extends ExistingResource & { arn: string; created: Date | undefined }>(
  client: BackupClient,
  planned: PlannedResource,
  resources: R[],
): Promise<(R & { tags: Record<string, string> })[]> {
  const tagged = await Promise.all(
    resources
      .filter(({ name }) => name.startsWith(`${planned.name}-`))
      .map(async (resource) => {
        // The roles of a stack may not read the tags of another one's.
        const response = await ignoreMissing(
          client.send(new ListTagsCommand({ ResourceArn: resource.arn })),
          "AccessDeniedException",
        );
        return { ...resource, tags: response?.Tags ?? {} };
      }),
  );
  return tagged
    .filter((resource) => isPlanned(resource, planned))
    .sort((one, other) => Number(other.created ?? 0) - Number(one.created ?? 0));
}
