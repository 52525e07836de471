const day = 24 * 60;
const week = 7 * day;
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Times of a week in minutes, each from its start. */
interface Window {
  starts: number[];
  length: number;
}

const time = String.raw`([01]\d|2[0-3]):([0-5]\d)`;
const weekday = `(${days.join("|")})`;
const daily = new RegExp(`^${time}-${time}$`);
const weekly = new RegExp(`^${weekday}:${time}-${weekday}:${time}$`, "i");
const start = new RegExp(`^${weekday}:${time}$`, "i");

const toMinutes = (hours = "", minutes = "") => Number(hours) * 60 + Number(minutes);
const toMinutesOfWeek = (name = "", hours = "", minutes = "") =>
  days.indexOf(name.toLowerCase()) * day + toMinutes(hours, minutes);

/** Reads a daily window such as "23:45-00:15"; undefined for what is none. */
export function parseDaily(text: string): Window | undefined {
  const match = daily.exec(text);
  if (match === null) {
    return undefined;
  }
  const from = toMinutes(match[1], match[2]);
  const length = (toMinutes(match[3], match[4]) - from + day) % day;
  return { starts: days.map((_, index) => index * day + from), length };
}

/** Reads a weekly window such as "Sun:23:30-Mon:00:30"; undefined for what is none. */
export function parseWeekly(text: string): Window | undefined {
  const match = weekly.exec(text);
  if (match === null) {
    return undefined;
  }
  const from = toMinutesOfWeek(match[1], match[2], match[3]);
  const to = toMinutesOfWeek(match[4], match[5], match[6]);
  return { starts: [from], length: (to - from + week) % week };
}

/** Reads the start of the window of managed platform updates, which lasts two hours. */
export function parseUpdateWindow(text: string): Window | undefined {
  const match = start.exec(text);
  // Elastic Beanstalk Developer Guide, "Managed platform updates".
  return match === null
    ? undefined
    : { starts: [toMinutesOfWeek(match[1], match[2], match[3])], length: 2 * 60 };
}

/** Whether two windows have a minute in common, also over the end of the week. What is no window overlaps nothing. */
export function overlap(one: Window | undefined, other: Window | undefined): boolean {
  const contains = (window: Window, minute: number) =>
    window.starts.some((from) => (minute - from + week) % week < window.length);
  return (
    one !== undefined &&
    other !== undefined &&
    (one.starts.some((minute) => contains(other, minute)) ||
      other.starts.some((minute) => contains(one, minute)))
  );
}
