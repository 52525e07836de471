import { parseCron } from "../../components/beanstalk/scheduled-actions";
import { getOptions } from "../application-environments";
import type { PlannedResource } from "../plan";

/** What sets a size at times. */
interface Event {
  /** The values of the fields of its cron expression. */
  fields: Set<number>[];
  size: number;
}

/** Days over which a size is averaged: all days of the week, as often. A month later nothing else happens. */
const days = 28;
/** A Sunday. */
const start = Date.UTC(2026, 2, 1);

/**
 * Returns how much of a resource runs on average where schedules change that: the smallest number of instances of an
 * environment, or the part of the time that a database runs. Undefined for what runs all month.
 */
export function getAverageSize(
  { type, name, inputs }: PlannedResource,
  resources: readonly PlannedResource[],
): number | undefined {
  if (type === "aws:rds/instance:Instance") {
    return average(1, [
      ...getSchedules(resources, "-database-stop", 0),
      ...getSchedules(resources, "-database-start", 1),
    ]);
  }
  if (type !== "aws:elasticbeanstalk/environment:Environment") {
    return undefined;
  }
  // "web" or "web-2".
  const [, part = ""] = /-(\w+(?:-\d+)?)$/.exec(name) ?? [];
  const options = getOptions(inputs);
  const minimum = options.find(
    (option) => option.namespace === "aws:autoscaling:asg" && option.name === "MinSize",
  );
  return average(Number(minimum?.value ?? 1), [
    ...getActions(options),
    ...getSchedules(resources, `-${part}-sleep`, 0),
    ...getSchedules(resources, `-${part}-wake`, 1),
  ]);
}

/** The environment's own scheduled actions that set a minimum. */
function getActions(options: ReturnType<typeof getOptions>): Event[] {
  const actions = options.filter(({ namespace }) => namespace === "aws:autoscaling:scheduledaction");
  return [...new Set(actions.map(({ resource }) => resource))].flatMap((resource) => {
    const find = (name: string) =>
      actions.find((action) => action.resource === resource && action.name === name)?.value;
    const [recurrence, size] = [find("Recurrence"), find("MinSize")];
    const runs = find("Suspend") !== "true";
    return runs && typeof recurrence === "string" && size !== undefined
      ? toEvents(recurrence, Number(size))
      : [];
  });
}

/** The schedules of EventBridge whose name ends so. What they call is known only after deployment. */
function getSchedules(resources: readonly PlannedResource[], ending: string, size: number): Event[] {
  return resources
    .filter(({ type, name }) => type === "aws:scheduler/schedule:Schedule" && name.endsWith(ending))
    .flatMap(({ inputs: { scheduleExpression } }) => {
      // Of its six fields the last one is the year.
      const text = typeof scheduleExpression === "string" ? scheduleExpression : "";
      const [, fields = ""] = /^cron\((.*) \S+\)$/.exec(text) ?? [];
      return toEvents(fields.replaceAll("?", "*"), size);
    });
}

function toEvents(expression: string, size: number): Event[] {
  const fields = parseCron(expression);
  return fields === undefined ? [] : [{ fields, size }];
}

/** Returns the average size after the first four weeks, in which the first event sets it. */
function average(initial: number, events: Event[]): number | undefined {
  if (events.length === 0) {
    return undefined;
  }
  let [size, sum] = [initial, 0];
  const minutes = days * 24 * 60;
  for (let minute = -minutes; minute < minutes; minute += 1) {
    const date = new Date(start + minute * 60_000);
    size = events.find(({ fields }) => happens(fields, date))?.size ?? size;
    sum += minute < 0 ? 0 : size;
  }
  return sum / minutes;
}

function happens([minutes, hours, dates, months, weekdays]: Set<number>[], date: Date): boolean {
  const [isDate, isWeekday] = [dates?.has(date.getUTCDate()), weekdays?.has(date.getUTCDay())];
  // Where both are limited, cron takes either.
  const isEither = (dates?.size ?? 31) < 31 && (weekdays?.size ?? 7) < 7;
  return (
    minutes?.has(date.getUTCMinutes()) === true &&
    hours?.has(date.getUTCHours()) === true &&
    months?.has(date.getUTCMonth() + 1) === true &&
    (isEither ? isDate === true || isWeekday === true : isDate === true && isWeekday === true)
  );
}
