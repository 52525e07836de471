import { type DBInstance, DeleteDBInstanceCommand, ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { callAws } from "../call-aws";
import { type Context, resume } from "./context";
import { waitForDeletion } from "./wait";

/** Returns the name of the last snapshot of an instance. No other instance has it. */
export function getFinalSnapshot({
  DBInstanceIdentifier,
  DbiResourceId = "",
}: Pick<DBInstance, "DBInstanceIdentifier" | "DbiResourceId">): string {
  return `${DBInstanceIdentifier ?? ""}-${DbiResourceId.toLowerCase()}`;
}

/** Deletes an instance, with a final snapshot unless told otherwise, and keeps its automated backups until they expire. */
export async function deleteInstance(
  context: Context,
  instance: DBInstance,
  hasSnapshot = true,
): Promise<void> {
  const { DBInstanceIdentifier, DBInstanceStatus, DeletionProtection } = instance;
  const rds = context.clients.rds();
  const snapshot = getFinalSnapshot(instance);
  if (DBInstanceStatus !== "deleting") {
    if (DeletionProtection) {
      await callAws(
        rds.send(
          new ModifyDBInstanceCommand({
            DBInstanceIdentifier,
            DeletionProtection: false,
            ApplyImmediately: true,
          }),
        ),
        resume,
      );
    }
    await callAws(
      rds.send(
        new DeleteDBInstanceCommand({
          DBInstanceIdentifier,
          ...(hasSnapshot ? { FinalDBSnapshotIdentifier: snapshot } : { SkipFinalSnapshot: true }),
          DeleteAutomatedBackups: false,
        }),
      ),
      resume,
    );
  }
  const name = DBInstanceIdentifier ?? "";
  context.print(`Deleting ${name}.${hasSnapshot ? ` Its final snapshot is ${snapshot}` : ""} …`);
  await waitForDeletion(context, name);
  const removal = hasSnapshot
    ? ` When you no longer need the snapshot: aws rds delete-db-snapshot --region ${context.region} --db-snapshot-identifier ${snapshot}`
    : "";
  context.print(`${name} is deleted. Its automated backups stay until they expire.${removal}`);
}
