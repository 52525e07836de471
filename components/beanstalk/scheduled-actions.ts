import type { OptionSettings } from "./option-settings";

/** A scheduled action: it sets the sizes of an environment at a time (UTC). */
export interface ScheduledActionArgs {
  /**
   * Name: 1–255 letters and digits, unique in the environment.
   *
   * @changing In place.
   */
  name: string;
  /**
   * Cron expression of five fields, in UTC: minute, hour, day of the month, month, day of the week (0 is Sunday). `0 14 * * 1-5`
   * is 14:00 from Monday to Friday.
   *
   * @default none: the action runs once, at `startTime`
   * @changing In place.
   */
  recurrence?: string;
  /**
   * Time of an action that runs once, or the earliest time of one with `recurrence`, in UTC: `2027-01-31T08:00:00Z`.
   *
   * @default none: from now on
   * @changing In place.
   */
  startTime?: string;
  /**
   * Minimum number of instances from then on, 0–10,000.
   *
   * @changing In place.
   */
  minSize: number;
  /**
   * Maximum number of instances from then on, 0–10,000.
   *
   * @changing In place.
   */
  maxSize: number;
  /**
   * Number of instances to start or end at that time, between the minimum and the maximum.
   *
   * @default unchanged, as far as the minimum and the maximum allow it
   * @changing In place.
   */
  desiredCapacity?: number;
  /**
   * Whether Elastic Beanstalk has the action, but does not run it.
   *
   * @default none: the action runs
   * @changing In place.
   */
  suspended?: boolean;
}

/** The namespace of their options, which have an action's name as resource. */
export const scheduleNamespace = "aws:autoscaling:scheduledaction";

/** Elastic Beanstalk's maximum of active actions: its guide, "Scheduled Auto Scaling actions". */
export const maxScheduledActions = 120;

/**
 * Returns the options of scheduled actions. Elastic Beanstalk suspends its own actions during rolling updates, and keeps the
 * sizes that they have set. An action that is set on the Auto Scaling group itself makes rolling updates fail
 * (https://github.com/aws/elastic-beanstalk-roadmap/issues/368).
 */
export function getScheduledActionOptions(actions: readonly ScheduledActionArgs[] = []): OptionSettings {
  return Object.fromEntries(
    actions.map(({ name, recurrence, startTime, minSize, maxSize, desiredCapacity, suspended = false }) => [
      `${scheduleNamespace}/${name}`,
      {
        Recurrence: recurrence,
        StartTime: startTime && parseTime(startTime),
        MinSize: String(minSize),
        MaxSize: String(maxSize),
        DesiredCapacity: desiredCapacity?.toString(),
        // Always set, because Elastic Beanstalk keeps what is no longer set.
        Suspend: String(suspended),
      },
    ]),
  );
}

/** The fields of a cron expression, with the range and the names of each. Auto Scaling follows cron of Unix. */
const cronFields = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { min: 0, max: 7, names: "sun mon tue wed thu fri sat".split(" ") },
];

/**
 * Returns the values of each field of a cron expression of five fields, undefined for one that is none: 7 is Sunday, as 0.
 */
export function parseCron(expression: string): Set<number>[] | undefined {
  const fields = expression.split(" ");
  const sets = cronFields.map((field, index) => parseField(fields[index] ?? "", field));
  return fields.length === cronFields.length && sets.every((set) => set !== undefined) ? sets : undefined;
}

function parseField(text: string, { min, max, names }: (typeof cronFields)[number]): Set<number> | undefined {
  const values = new Set<number>();
  const toNumber = (word: string) => {
    const index = names.indexOf(word.toLowerCase());
    return index >= 0 ? index + min : /^\d{1,2}$/.test(word) ? Number(word) : NaN;
  };
  for (const part of text.split(",")) {
    const [, range = "", given] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const [first = "", last = first] = range.split("-");
    const [from, to] = range === "*" ? [min, max] : [toNumber(first), toNumber(last)];
    const step = Number(given ?? 1);
    // A larger step, or one of a single value, would repeat nothing.
    const isStep = given === undefined || (step > 0 && step <= max - min && /[*-]/.test(range));
    if (!(from >= min && to <= max && from <= to && isStep && range.split("-").length <= 2)) {
      return undefined;
    }
    for (let value = from; value <= to; value += step) {
      values.add(max === 7 ? value % 7 : value);
    }
  }
  return values;
}

/** Returns what is wrong with an environment's scheduled actions, each with its index and member. */
export function findScheduleProblems(
  actions: readonly ScheduledActionArgs[],
): { path: string; message: string }[] {
  const active = actions.filter(({ suspended }) => !suspended).length;
  const tooMany =
    active > maxScheduledActions
      ? [
          {
            path: "",
            message: `has ${active} actions. Elastic Beanstalk allows ${maxScheduledActions}.`,
          },
        ]
      : [];
  return [
    ...tooMany,
    ...actions.flatMap((action, index) =>
      findActionProblems(action, actions.slice(0, index)).map(([member, message]) => ({
        path: `[${index}]${member}`,
        message,
      })),
    ),
  ];
}

function findActionProblems(
  action: ScheduledActionArgs,
  before: readonly ScheduledActionArgs[],
): [member: string, message: string][] {
  const { name, recurrence, startTime } = action;
  const problems: [string, string][] = [];
  if (!/^[A-Za-z0-9]{1,255}$/.test(name)) {
    problems.push([".name", `is "${name}". Expected 1 to 255 letters and digits.`]);
  }
  if (before.some((other) => other.name === name)) {
    problems.push([".name", `is "${name}", like that of another action. Expected no duplicates.`]);
  }
  if (recurrence === undefined && startTime === undefined) {
    problems.push(["", "has neither recurrence nor startTime. Set one of them."]);
  }
  if (recurrence !== undefined && parseCron(recurrence) === undefined) {
    const message = `is "${recurrence}". Expected a cron expression of five fields (minute, hour, day, month, day of the week) in UTC, such as "0 14 * * 1-5".`;
    problems.push([".recurrence", message]);
  }
  if (recurrence !== undefined && isNever(parseCron(recurrence))) {
    problems.push([".recurrence", `is "${recurrence}", a day that no month has: it would never run.`]);
  }
  if (startTime !== undefined && !isUtcTime(parseTime(startTime))) {
    problems.push([
      ".startTime",
      `is "${startTime}". Expected a time in UTC, such as "2027-01-31T08:00:00Z".`,
    ]);
  }
  const rival = before.find((other) => other.name !== name && isSameTime(action, other));
  if (rival !== undefined) {
    const member = startTime === undefined ? "recurrence" : "startTime";
    const message = `is "${action[member] ?? ""}", like that of ${rival.name}. Expected another time for each action.`;
    problems.push([`.${member}`, message]);
  }
  return [...problems, ...findSizeProblems(action)];
}

/** Whether no month of a cron expression has one of its days. Days of the week add to days of the month that are given. */
function isNever([, , days, months, weekdays]: Set<number>[] = []): boolean {
  return (
    weekdays?.size === 7 &&
    ![...(months ?? [])].some((month) =>
      // In a leap year, the day before the first of the next month.
      [...(days ?? [])].some((day) => day <= new Date(Date.UTC(2028, month, 0)).getUTCDate()),
    )
  );
}

/**
 * Whether two actions would run at the same time, which Auto Scaling refuses:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html.
 */
function isSameTime(one: ScheduledActionArgs, other: ScheduledActionArgs): boolean {
  const isActive = one.suspended !== true && other.suspended !== true;
  const [start, otherStart] = [one, other].map(({ startTime }) => startTime && parseTime(startTime));
  return isActive && start === otherStart && (start !== undefined || one.recurrence === other.recurrence);
}

/** Whether an action's start is over. AWS refuses such a start in a new action, and ignores it in one that is deployed. */
export function hasStarted({ startTime }: ScheduledActionArgs, now = new Date()): boolean {
  return startTime !== undefined && new Date(parseTime(startTime)) < now;
}

/** Returns a time as Elastic Beanstalk expects it. Pulumi's CLI passes one that has no quotes in YAML in another format. */
function parseTime(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) \+0000 UTC$/, "$1T$2Z");
}

function findSizeProblems(action: ScheduledActionArgs): [member: string, message: string][] {
  // Other programs may leave out what the type demands.
  const { minSize, maxSize, desiredCapacity } = action as Partial<ScheduledActionArgs>;
  const sizes = { minSize, maxSize, desiredCapacity };
  const given = Object.entries(sizes).filter((entry): entry is [string, number] => entry[1] !== undefined);
  if (minSize === undefined || maxSize === undefined) {
    return [["", "lacks minSize or maxSize. Set both."]];
  }
  const invalid = given.filter(([, size]) => !(Number.isSafeInteger(size) && size >= 0 && size <= 10_000));
  if (invalid.length > 0) {
    return invalid.map(([member, size]) => [
      `.${member}`,
      `is ${JSON.stringify(size)}. Expected an integer from 0 to 10000.`,
    ]);
  }
  const order = [
    ["minSize", "desiredCapacity"],
    ["desiredCapacity", "maxSize"],
    ["minSize", "maxSize"],
  ] as const;
  const wrong = order.find(([low, high]) => (sizes[low] ?? 0) > (sizes[high] ?? Infinity));
  return wrong === undefined
    ? []
    : [
        [
          `.${wrong[0]}`,
          `is ${String(sizes[wrong[0]])}, but ${wrong[1]} is ${String(sizes[wrong[1]])}. Raise ${wrong[1]} or lower ${wrong[0]}.`,
        ],
      ];
}

function isUtcTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().replace(".000Z", "Z") === text;
}
