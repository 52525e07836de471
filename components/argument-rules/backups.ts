import { extraBackupDefaults } from "../backups/settings";
import { overlap, parseDaily, parseWeekly } from "../database/windows";
import { withDefaults } from "../defaults";
import { getNamespaceLimit } from "../names";
import type { ArgumentRule, Context } from "./context";

/** The rules between arguments of backups. */
export const backupRules: readonly ArgumentRule[] = [checkDays, checkWindows, checkReplicaName];

function checkDays({ settings, knows, report }: Context): void {
  const { vaultLock, dailyDays, monthlyDays } = withDefaults(settings.backup ?? {}, extraBackupDefaults);
  if (vaultLock !== undefined && knows("backup.dailyDays", "backup.monthlyDays") && dailyDays > monthlyDays) {
    const message = `is ${monthlyDays}, but backup.dailyDays is ${dailyDays}. The lock of a vault has the one as its maximum and the other as its minimum. Raise backup.monthlyDays or lower backup.dailyDays.`;
    report("backup.monthlyDays", message, { set: "backup.monthlyDays", to: dailyDays });
  }
}

/** From when to when AWS Backup begins the snapshots of the plan, with the hour in which each may begin. */
export const snapshotWindow = "03:00-05:00";

/** RDS refuses snapshots in its backup and maintenance windows. */
function checkWindows({ settings, knows, report }: Context): void {
  const { backupWindow, maintenanceWindow } = settings.database;
  const windows = [
    ["backupWindow", backupWindow, parseDaily(backupWindow ?? "")],
    ["maintenanceWindow", maintenanceWindow, parseWeekly(maintenanceWindow ?? "")],
  ] as const;
  for (const [member, text, window] of windows) {
    const key = `database.${member}` as const;
    if (
      settings.backup?.vaultLock !== undefined &&
      knows(key) &&
      overlap(window, parseDaily(snapshotWindow))
    ) {
      const message = `is ${String(text)}, but backup.vaultLock is set, and AWS Backup takes snapshots from ${snapshotWindow} UTC. RDS refuses snapshots in this window. Choose another time.`;
      report(key, message, { set: key });
    }
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
