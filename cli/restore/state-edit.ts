import type { DBInstance } from "@aws-sdk/client-rds";
import type { Deployment, StateResource } from "../state";
import { UserError } from "../user-error";

/** What `pulumi stack export` prints. */
export interface StateFile {
  deployment: Deployment | null;
}

/** Returns the database of a state. @throws UserError if there is none, or one that the program has not created or adopted. */
export function getDatabaseResource(
  stack: string,
  { deployment }: StateFile,
): StateResource & { id: string } {
  const databases = (deployment?.resources ?? []).filter(isDatabase);
  const [database] = databases;
  if (database?.id === undefined || databases.length > 1) {
    throw new UserError(
      `The state of ${stack} has ${databases.length === 0 ? "no database" : `${databases.length} databases`} of the program. This command restores the one that a stack has. See docs/restoring.md.`,
    );
  }
  if (!database.id.startsWith("db-")) {
    throw new UserError(
      `The state of ${stack} has the database by its name, not by its resource id. Update the state: npx pulumi refresh -s ${stack}`,
    );
  }
  return { ...database, id: database.id };
}

function isDatabase({ urn, type, id, delete: isReplaced }: StateResource): boolean {
  return (
    type === "aws:rds/instance:Instance" &&
    urn.includes("beo:index:Database$") &&
    id !== undefined &&
    isReplaced !== true
  );
}

/**
 * Returns a state that has another instance as the stack's database. Secrets stay encrypted.
 *
 * Pulumi knows the instance by its resource id. Whether the storage is encrypted is missing from the state of an adopted
 * database, and Pulumi replaces an instance whose encryption or key is another one. The replication of backups to another
 * region belongs to an instance, too.
 *
 * @param name The name of the stack's database. A refresh during the switch may have given the state another one.
 * @param kept Earlier states, which may have the replication of the other instance.
 */
export function replaceInstance(
  text: string,
  name: string,
  from: DBInstance,
  to: DBInstance,
  kept: string[] = [],
): string {
  const oldId = from.DbiResourceId ?? "";
  const { DbiResourceId: newId = "", StorageEncrypted: isEncrypted, KmsKeyId: key } = to;
  const state = JSON.parse(text.replaceAll(oldId, newId)) as StateFile;
  const database = (state.deployment?.resources ?? []).find((one) => isDatabase(one) && one.id === newId);
  if (database === undefined) {
    throw new UserError(`The state does not have the database ${oldId}. Nothing was changed.`);
  }
  database.inputs = { ...database.inputs, identifier: name, storageEncrypted: isEncrypted };
  database.outputs = {
    ...database.outputs,
    identifier: name,
    storageEncrypted: isEncrypted,
    kmsKeyId: key ?? "",
  };
  if (key === undefined) {
    delete database.inputs.kmsKeyId;
  } else if (database.inputs.kmsKeyId !== undefined) {
    database.inputs.kmsKeyId = key;
  }
  state.deployment = replaceReplications(state.deployment ?? {}, to, kept);
  return JSON.stringify(state, null, 2);
}

const replicationType = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";

/**
 * Makes the replications of a state those of an instance. One that it does not have leaves the state, and the next update
 * starts it. Replacing it instead would stop the one of the instance that has the name now: RDS stops a replication by the
 * name of its instance (StopDBInstanceAutomatedBackupsReplication, SourceDBInstanceArn). One that it still has comes back from
 * an earlier state: RDS refuses to start it again.
 */
function replaceReplications(deployment: Deployment, instance: DBInstance, kept: string[]): Deployment {
  const ids = getReplicationIds(instance);
  const resources = (deployment.resources ?? []).flatMap((resource) => {
    if (resource.type !== replicationType) {
      return [resource];
    }
    const id = ids.find((arn) => arn.split(":")[3] === resource.outputs?.region);
    return id === undefined ? [] : [{ ...resource, id, outputs: { ...resource.outputs, id } }];
  });
  const missing = findMissing(ids, resources);
  const earlier = missing.length === 0 ? [] : kept.flatMap(readEarlier);
  // At the end: a resource comes after those that it depends on, and none depends on a replication.
  const returned = missing.flatMap(
    (id) => earlier.find((resource) => resource.type === replicationType && resource.id === id) ?? [],
  );
  return { ...deployment, resources: [...resources, ...returned] };
}

/** Returns the replications of an instance that a state does not have. Its next update would fail to start them. */
export function getMissingReplications(text: string, instance: DBInstance): string[] {
  return findMissing(getReplicationIds(instance), readResources(text));
}

function getReplicationIds({ DBInstanceAutomatedBackupsReplications = [] }: DBInstance): string[] {
  return DBInstanceAutomatedBackupsReplications.flatMap(
    ({ DBInstanceAutomatedBackupsArn: arn }) => arn ?? [],
  );
}

const findMissing = (ids: string[], resources: StateResource[]) =>
  ids.filter((id) => !resources.some((resource) => resource.id === id));

/** A copy that a person changed is no reason not to go back. */
function readEarlier(text: string): StateResource[] {
  try {
    return readResources(text);
  } catch {
    return [];
  }
}

function readResources(text: string): StateResource[] {
  return (JSON.parse(text) as StateFile).deployment?.resources ?? [];
}
