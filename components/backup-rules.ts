import type { Context } from "./argument-rules";
import { extraBackupDefaults } from "./backups/settings";
import { withDefaults } from "./defaults";
import { getNamespaceLimit } from "./names";

/** The rules between arguments of backups. */
export const backupRules: readonly ((context: Context) => void)[] = [checkDays, checkReplicaName];

function checkDays({ settings, knows, report }: Context): void {
  const { vaultLock, dailyDays, monthlyDays } = withDefaults(settings.backup ?? {}, extraBackupDefaults);
  if (vaultLock !== undefined && knows("backup.dailyDays", "backup.monthlyDays") && dailyDays > monthlyDays) {
    const message = `is ${monthlyDays}, but backup.dailyDays is ${dailyDays}. The lock of a vault has the one as its maximum and the other as its minimum. Raise backup.monthlyDays or lower backup.dailyDays.`;
    report("backup.monthlyDays", message, { set: "backup.monthlyDays", to: dailyDays });
  }
}

/** The name of the replica is in the account's namespace where those of the other buckets are. */
function checkReplicaName({ settings, knows, report }: Context): void {
  const { applicationName, backup: { region = extraBackupDefaults.region } = {}, storage } = settings;
  const limit = getNamespaceLimit("-backup", region);
  const isKnown = knows("name", "environment", "storage.accountNamespace", "backup.region");
  if (
    !isKnown ||
    region === "none" ||
    storage?.accountNamespace !== true ||
    applicationName.length <= limit
  ) {
    return;
  }
  // A name that is too long for the other buckets is reported itself.
  if (applicationName.length <= getNamespaceLimit("-static", "us-west-1")) {
    const message = `is ${region}, but with storage.accountNamespace and that region, an application name has at most ${limit} characters, and ${applicationName} has ${applicationName.length}. Set a region with a shorter name, such as us-west-2, or none.`;
    report("backup.region", message, { set: "backup.region", to: "us-west-2" });
  }
}
