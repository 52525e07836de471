import {
  getMinNight,
  getNightMinutes,
  getSleepTimes,
  getStopDelay,
  isAwake,
  isTimeZone,
  type SleepTimes,
  sleepHoursDefaults,
} from "../sleep-hours";
import { overlap, parseDaily, parseUpdateWindow, parseWeekly } from "../database/windows";
import { withDefaults } from "../defaults";
import { type Context, groups } from "./context";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const week = 7 * 24 * 60;
/** Minutes of Elastic Beanstalk's window for managed updates. */
const updateWindow = 120;

/** Checks that a stack that sleeps can be stopped, started and updated. */
export function checkSleep(context: Context): void {
  const { settings, knows, report } = context;
  if (settings.sleep === undefined || !knows("sleep.days", "sleep.from", "sleep.to", "sleep.zone")) {
    return;
  }
  const { days, from, to, zone } = withDefaults(settings.sleep, sleepHoursDefaults);
  if (days.length === 0) {
    report("sleep.days", "is empty: the stack would never wake up. Expected at least one day.");
    return;
  }
  for (const [path, time] of [
    ["sleep.from", from],
    ["sleep.to", to],
  ] as const) {
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
      report(path, `is "${time}". Expected a time of day such as 19:00.`);
      return;
    }
  }
  if (!isTimeZone(zone)) {
    report("sleep.zone", `is "${zone}". Expected an IANA time zone such as America/Los_Angeles.`);
    return;
  }
  for (const group of groups) {
    const { schedule, deploymentPolicy } = settings[group];
    if (knows(`${group}.schedule`) && schedule?.some(({ suspended }) => !suspended)) {
      const message = "is set, but so is sleep, which sets the sizes too. Remove one of them.";
      report(`${group}.schedule`, message, { remove: `${group}.schedule` });
    }
    if (knows(`${group}.deploymentPolicy`) && deploymentPolicy !== "AllAtOnce") {
      const message = `is ${deploymentPolicy}, but sleep is set. An environment without instances cannot roll. Expected AllAtOnce.`;
      report(`${group}.deploymentPolicy`, message, { set: `${group}.deploymentPolicy`, to: "AllAtOnce" });
    }
  }
  checkNight(context, { from, to });
  checkDatabaseWindows(context);
}

/** RDS neither backs up nor maintains a stopped instance. */
function checkDatabaseWindows({ settings, knows, report }: Context): void {
  if (!knows("worker.drain", "worker.taskTimeLimit")) {
    return;
  }
  const hours = withDefaults(settings.sleep ?? {}, sleepHoursDefaults);
  const times = getSleepTimes(hours, getStopDelay(settings.worker));
  const running = { ...times, sleep: times.stopDatabase, wake: times.startDatabase };
  const { backupWindow = "", maintenanceWindow = "" } = settings.database;
  const windows = [
    { path: "database.backupWindow", text: backupWindow, read: parseDaily, format: formatDaily },
    { path: "database.maintenanceWindow", text: maintenanceWindow, read: parseWeekly, format: formatWeekly },
  ];
  for (const { path, text, read, format } of windows) {
    const window = read(text);
    if (!knows(path) || window === undefined || isRunningIn(running, window)) {
      continue;
    }
    const others = windows.filter((other) => other.path !== path).map((other) => other.read(other.text));
    const free = Array.from({ length: week / 30 }, (_, index) => getAwakeMinute(times) + index * 30)
      .map((minute) => `${format(minute)}-${format(minute + 30)}`)
      .find(
        (one) =>
          isRunningIn(running, read(one)) &&
          ![parseUpdateWindow(settings.platform.updateWindow), ...others].some((other) =>
            overlap(read(one), other),
          ),
      );
    const message = `is ${text} (UTC), when the database is stopped (sleep), so that RDS never ${path.includes("backup") ? "backs it up" : "maintains it"}. Expected a time in which the stack is awake${free === undefined ? "" : `, such as ${free}`}.`;
    report(path, message, { set: path, to: free });
  }
}

/** Whether a database runs during a whole window, on one of its days. */
function isRunningIn(running: SleepTimes, window: ReturnType<typeof parseDaily>): boolean {
  const { starts = [], length = 0 } = window ?? {};
  // The windows' weeks begin on Monday.
  return starts.some((start) =>
    [...Array(Math.ceil(length / 30)).keys()]
      .map((index) => index * 30)
      .concat(length)
      .every((offset) => isAwake(running, (start + 24 * 60 + offset) % week)),
  );
}

function checkNight({ settings, knows, report }: Context, hours: { from: string; to: string }): void {
  if (!knows("worker.drain", "worker.taskTimeLimit")) {
    return;
  }
  const stopDelay = getStopDelay(settings.worker);
  const [night, min] = [getNightMinutes(hours), getMinNight(stopDelay)];
  if (night < min) {
    const message = `is "${hours.to}", ${night} minutes after sleep.from, "${hours.from}". Expected at least ${min}, in which the tasks end and the database stops and starts.`;
    report("sleep.to", message, { set: "sleep.to", expected: "later time of day" });
    return;
  }
  const window = settings.platform.updateWindow;
  const [, day = "", hour, minute] = /^(\w{3}):(\d\d):(\d\d)$/.exec(window) ?? [];
  if (!knows("platform.updateWindow") || !weekdays.includes(day)) {
    return;
  }
  const times = getSleepTimes(withDefaults(settings.sleep ?? {}, sleepHoursDefaults), stopDelay);
  const start = (weekdays.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute);
  const fits = (from: number) => isAwake(times, from) && isAwake(times, (from + updateWindow) % week);
  if (!fits(start)) {
    const minute = [getAwakeMinute(times), getAwakeMinute(times) - 60].find(fits);
    if (minute === undefined) {
      const message = `is "${hours.from}", ${24 * 60 - night} minutes after sleep.to, "${hours.to}". Managed updates need two hours in which the stack is awake: expected more than ${updateWindow}.`;
      report("sleep.from", message, { set: "sleep.from", expected: "later time of day" });
      return;
    }
    const awake = formatWeekly(minute);
    const message = `is ${window} (UTC), when the stack sleeps: each managed update would fail. Expected two hours in which it is awake, such as ${awake}.`;
    report("platform.updateWindow", message, { set: "platform.updateWindow", to: awake });
  }
}

/** Returns a minute of the week an hour after the stack wakes up. */
function getAwakeMinute({ wake: { days, hour, minute } }: SleepTimes): number {
  return ((days[0] ?? 0) * 24 + hour + 1) * 60 + minute;
}

/** Formats the time of day of a minute of a week: "15:00". */
function formatDaily(minute: number): string {
  return formatWeekly(minute).slice("Mon:".length);
}

/** Formats a minute of a week as Elastic Beanstalk does: "Mon:15:00". */
function formatWeekly(minute: number): string {
  const [day, hour, rest] = [Math.floor(minute / 1440) % 7, Math.floor(minute / 60) % 24, minute % 60];
  return `${weekdays[day] ?? ""}:${[hour, rest].map((part) => String(part).padStart(2, "0")).join(":")}`;
}
