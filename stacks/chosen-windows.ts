import { snapshotWindow } from "../components/argument-rules/backups";
import { overlap, parseDaily, parseUpdateWindow, parseWeekly } from "../components/database/windows";
import { commandLine, setCommand, setCommands } from "./commands";
import { type Deployment, toText } from "./deployment";
import type { CompleteSettings } from "./tiers";

const parse = (window: string) => parseDaily(window) ?? parseWeekly(window);

/**
 * Warns of windows that are not set, and in which RDS refuses the snapshots of AWS Backup: RDS chose them, or someone set them
 * in AWS. Rules between the settings check those that are set.
 */
export function getWindowWarnings(
  { backup, database, platform }: CompleteSettings,
  { resources }: Deployment,
  ignored: ReadonlySet<string>,
  stack: string,
): string[] {
  const outputs = resources.find(({ name }) => name === "beo-db-instance")?.outputs ?? {};
  const members = ["backupWindow", "maintenanceWindow"] as const;
  const taken = members.map((member) => database[member] ?? toText(outputs[member]) ?? "");
  return members.flatMap((member, index) => {
    const key = `database.${member}`;
    const chosen = database[member] === undefined ? toText(outputs[member]) : undefined;
    if (
      backup?.vaultLock === undefined ||
      chosen === undefined ||
      ignored.has(key) ||
      !overlap(parse(chosen), parseDaily(snapshotWindow))
    ) {
      return [];
    }
    const others = [
      parse(taken[1 - index] ?? ""),
      parseDaily(snapshotWindow),
      parseUpdateWindow(platform.updateWindow),
    ];
    const free = getNightWindows(member).find((window) =>
      others.every((other) => !overlap(parse(window), other)),
    );
    const fix = free === undefined ? setCommands(key) : [setCommand(key, free)];
    return `${key} is not set, and is ${chosen} in AWS, but backup.vaultLock is set, and AWS Backup takes snapshots from ${snapshotWindow} UTC. RDS refuses snapshots in this window. Set another one:\n    ${commandLine(fix, stack)}`;
  });
}

/**
 * The windows of half an hour of the night in California, from which RDS chooses in us-west-1.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html
 */
function getNightWindows(member: "backupWindow" | "maintenanceWindow"): string[] {
  const hours = Array.from({ length: 8 }, (_, index) => String(6 + index).padStart(2, "0"));
  return hours.map((hour) =>
    member === "backupWindow" ? `${hour}:00-${hour}:30` : `sun:${hour}:00-sun:${hour}:30`,
  );
}
