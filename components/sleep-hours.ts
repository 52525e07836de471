import type { Weekday } from "./enums";
import type { ScheduledActionArgs } from "./beanstalk/scheduled-actions";

/** When a stack sleeps: its environments have no instances, and its database is stopped. */
export interface SleepHoursArgs {
  /**
   * Days on which the stack is awake, from `to` until `from`: "Mon" to "Sun". It sleeps on the others.
   *
   * @default ["Mon","Tue","Wed","Thu","Fri"]
   * @changing In place.
   */
  days?: Weekday[];
  /**
   * Time of day at which the stack falls asleep, as `HH:MM`. Every day, so that a stack that was woken in between sleeps again.
   *
   * @default "19:00"
   * @changing In place.
   */
  from?: string;
  /**
   * Time of day at which the stack wakes up, as `HH:MM`. The application answers some minutes later.
   *
   * @default "07:00"
   * @changing In place.
   */
  to?: string;
  /**
   * IANA time zone of `from` and `to`. Elastic Beanstalk knows UTC only: with daylight saving time the stack falls asleep an
   * hour later in one half of the year, and wakes an hour earlier in the other. It is never asleep outside of `from` and `to`.
   *
   * @default "America/Los_Angeles"
   * @changing In place.
   */
  zone?: string;
}

/** Defaults of {@link SleepHoursArgs}. */
export const sleepHoursDefaults = {
  days: ["Mon", "Tue", "Wed", "Thu", "Fri"] as Weekday[],
  from: "19:00",
  to: "07:00",
  zone: "America/Los_Angeles",
} satisfies SleepHoursArgs;

const dayMinutes = 24 * 60;
/** The days as minutes of a week count them: a week begins on Sunday, as in cron. */
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Minutes from the waking of the database to that of the environments: RDS takes some to start an instance. */
const databaseLead = 20;
/** Minutes that alarms stay muted after the stack woke up, while instances start. */
const muteGrace = 30;

/** A time of day on some days of the week, in UTC. */
export interface WeeklyTime {
  minute: number;
  hour: number;
  /** 0 is Sunday. */
  days: number[];
}

/** When a stack falls asleep and wakes up, in UTC. */
export interface SleepTimes {
  sleep: WeeklyTime;
  wake: WeeklyTime;
  stopDatabase: WeeklyTime;
  startDatabase: WeeklyTime;
  /** When alarms are muted, and for how many minutes. */
  mute: { at: WeeklyTime; duration: number }[];
}

/** Whether a text is the name of a time zone. Offsets such as "+01:00" are none: they have no daylight saving time. */
export function isTimeZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat("en-US", { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

/** Returns the minutes from falling asleep to waking up on the next morning. */
export function getNightMinutes({ from, to }: Pick<Required<SleepHoursArgs>, "from" | "to">): number {
  return (toMinutes(to) - toMinutes(from) + dayMinutes) % dayMinutes;
}

/** Returns the minutes after falling asleep at which no instance uses the database any more. */
export function getStopDelay({ drain, taskTimeLimit }: { drain: boolean; taskTimeLimit: number }): number {
  return 10 + (drain ? Math.ceil(taskTimeLimit / 60) : 0);
}

/** Returns how long a night must last, so that the database is not started before it has stopped. */
export function getMinNight(stopDelay: number): number {
  // Daylight saving time takes an hour, and RDS some minutes to stop an instance.
  return 60 + stopDelay + 30 + databaseLead;
}

/**
 * Returns the times in UTC: the latest of the year for falling asleep, and the earliest one for waking up, so that the stack
 * is awake when it has to be.
 *
 * @param stopDelay Minutes after falling asleep at which the database is stopped.
 */
export function getSleepTimes(hours: Required<SleepHoursArgs>, stopDelay: number): SleepTimes {
  const offsets = getOffsets(hours.zone);
  const [from, to] = [toMinutes(hours.from), toMinutes(hours.to)];
  const days = hours.days.map((day) => weekdays.indexOf(day)).sort((a, b) => a - b);
  // A stack that falls asleep after midnight does so on the day after.
  const sleepAt = (from > to ? from : from + dayMinutes) - Math.min(...offsets);
  const wakeAt = to - Math.max(...offsets);
  const nights = days.map((day, index) => {
    const next = days[index + 1] ?? (days[0] ?? day) + 7;
    return { day, duration: (next - day) * dayMinutes + wakeAt - sleepAt + muteGrace };
  });
  const everyDay = weekdays.map((_, day) => day);
  return {
    sleep: toWeeklyTime(sleepAt, everyDay),
    wake: toWeeklyTime(wakeAt, days),
    // Every day, since RDS starts an instance by itself after seven days.
    stopDatabase: toWeeklyTime(sleepAt + stopDelay, everyDay),
    startDatabase: toWeeklyTime(wakeAt - databaseLead, days),
    mute: [...new Set(nights.map(({ duration }) => duration))].map((duration) => ({
      at: toWeeklyTime(
        sleepAt,
        nights.filter((night) => night.duration === duration).map(({ day }) => day),
      ),
      duration,
    })),
  };
}

/** The names of {@link getSleepActions}. */
export const sleepActionNames = ["Sleep", "Wake"] as const;

/** Returns the actions that take a scaling environment to no instances and back. */
export function getSleepActions(
  times: SleepTimes,
  { minSize, maxSize }: { minSize: number; maxSize: number },
): ScheduledActionArgs[] {
  const [sleep, wake] = sleepActionNames;
  return [
    { name: sleep, recurrence: toCron(times.sleep), minSize: 0, maxSize: 0, desiredCapacity: 0 },
    { name: wake, recurrence: toCron(times.wake), minSize, maxSize, desiredCapacity: minSize },
  ];
}

/** Whether a stack is awake at a minute of the week in UTC, which begins on Sunday. */
export function isAwake(times: SleepTimes, minute: number): boolean {
  const week = 7 * dayMinutes;
  const since = ({ days, hour, minute: at }: WeeklyTime) =>
    Math.min(...days.map((day) => (minute - (day * dayMinutes + hour * 60 + at) + 2 * week) % week));
  return since(times.wake) < since(times.sleep);
}

/** Formats a time as a cron expression of Unix: five fields. */
export function toCron({ minute, hour, days }: WeeklyTime): string {
  return `${minute} ${hour} * * ${days.length === 7 ? "*" : days.join(",")}`;
}

/** Formats a time as an expression of EventBridge Scheduler, whose cron has six fields. */
export function toSchedulerExpression({ minute, hour, days }: WeeklyTime): string {
  const names = days.map((day) => weekdays[day]?.toUpperCase()).join(",");
  return days.length === 7 ? `cron(${minute} ${hour} * * ? *)` : `cron(${minute} ${hour} ? * ${names} *)`;
}

/** Formats minutes as a duration of ISO 8601: "PT12H30M". */
export function toDuration(minutes: number): string {
  const rest = minutes % 60;
  return `PT${Math.floor(minutes / 60)}H${rest === 0 ? "" : `${rest}M`}`;
}

/** Returns the minutes that a zone is ahead of UTC in January and in July. */
function getOffsets(zone: string): number[] {
  const year = new Date().getUTCFullYear();
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return [0, 6].map((month) => {
    const parts = format.formatToParts(new Date(Date.UTC(year, month, 1)));
    const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign = "+", hours = "0", minutes = "0"] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  });
}

function toMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Splits minutes since the beginning of a day, which may be on the day before or after, into a time and its days. */
function toWeeklyTime(minutes: number, days: number[]): WeeklyTime {
  const shift = Math.floor(minutes / dayMinutes);
  const time = minutes - shift * dayMinutes;
  return {
    minute: time % 60,
    hour: Math.floor(time / 60),
    days: days.map((day) => (day + shift + 7) % 7).sort((a, b) => a - b),
  };
}
