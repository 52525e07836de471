import { memberPath } from "../components/argument-names";

/** Checks a value, and says in words what it expects. */
export interface Validator<T = unknown> {
  /** How the configuration writes the value. */
  readonly type: "string" | "integer" | "boolean" | "list" | "map";
  /** Completes "Expected …", for example "an integer from 1 to 100". */
  readonly expected: string;
  /** All allowed values, where they are few. */
  readonly choices?: readonly (string | number | boolean)[];
  /** Checks each item of a list, or each value of a map. A list of maps has none. */
  readonly item?: Validator<string | number | Record<string, unknown>>;
  /** The required lists of each item, where a list has objects. */
  readonly members?: Readonly<Record<string, Validator<string[]>>>;
  /** Checks each name in a map. */
  readonly name?: Validator<string> & { readonly noun: string };
  /** Finds the wrong items of a list. Where there is none, the list as a whole is wrong. */
  readonly findWrong?: (list: readonly unknown[]) => WrongItem[];
  /** Returns a value in its own type, where the configuration may write it in another. */
  readonly read?: (value: unknown) => unknown;
  isValid(value: unknown): value is T;
}

/** An item of a list, or a member of it, that is wrong. */
export interface WrongItem {
  /** Its path in the list: "[1]" or "[1].minSize". */
  path: string;
  value: unknown;
  /** What it has to be; undefined if there is no member of its name. */
  validator?: Validator;
  /** The names of all members. */
  names?: string;
}

/** Text that matches a pattern or passes a test. */
export function string(expected: string, pattern: RegExp | ((text: string) => boolean)): Validator<string> {
  const matches = pattern instanceof RegExp ? (text: string) => pattern.test(text) : pattern;
  return {
    type: "string",
    expected,
    isValid: (value): value is string => typeof value === "string" && matches(value),
  };
}

/** An integer from `min` to `max`. */
export function integer({ min, max = Infinity }: { min: number; max?: number }): Validator<number> {
  return {
    type: "integer",
    expected: max === Infinity ? `an integer of ${min} or more` : `an integer from ${min} to ${max}`,
    isValid: (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max,
  };
}

/** true or false. */
export const boolean: Validator<boolean> = {
  type: "boolean",
  expected: "true or false",
  choices: [true, false],
  isValid: (value) => typeof value === "boolean",
};

/** One of several words or integers. */
export function enumOf<const T extends string | number>(...choices: readonly T[]): Validator<T> {
  return {
    type: typeof choices[0] === "number" ? "integer" : "string",
    expected: `${choices.slice(0, -1).join(", ")} or ${String(choices.at(-1))}`,
    choices,
    isValid: (value): value is T => choices.some((choice) => choice === value),
  };
}

/** A list of one to `max` different items. */
export function listOf<const T extends string | number>(item: Validator<T>, max = Infinity): Validator<T[]> {
  return {
    type: "list",
    expected: `a list of ${max === Infinity ? "" : `at most ${max} `}different items, each ${item.expected}`,
    item,
    findWrong: (list) =>
      list.flatMap((value, index) =>
        item.isValid(value) ? [] : [{ path: `[${index}]`, value, validator: item }],
      ),
    isValid: (value): value is T[] =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= max &&
      new Set(value).size === value.length &&
      value.every((one) => item.isValid(one)),
  };
}

/**
 * A list of maps with the members of a type. Which of them are needed and what they may be is left to a rule between arguments.
 *
 * @param members What each member is, the one that every item has first.
 */
export function listOfMaps<T extends object>(
  noun: string,
  members: Record<keyof T & string, "string" | "integer" | "boolean">,
): Validator<T[]> {
  const types = new Map<string, string>(Object.entries(members));
  const names = [...types.keys()];
  const [first = ""] = names;
  const isType = (value: unknown, type = "") =>
    type === "integer" ? Number.isSafeInteger(value) : typeof value === type;
  const validators = Object.fromEntries(
    names.map((name) => [
      name,
      validatorOf(types.get(name) ?? "", (value) => isType(value, types.get(name))),
    ]),
  );
  return {
    type: "list",
    expected: `a list of ${noun}s, each a map of ${names.join(", ")}`,
    findWrong: (list) => findWrongMembers(list, validators, [first]),
    isValid: (value): value is T[] =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every(
        (item) =>
          isRecord(item) &&
          item[first] !== undefined &&
          Object.entries(item).every(([name, member]) => isType(member, types.get(name))),
      ),
  };
}

/** Text, an integer or a boolean, as a rule between arguments says what it may be. */
function validatorOf(type: string, isType: (value: unknown) => boolean): Validator {
  return type === "boolean"
    ? boolean
    : {
        type: type === "integer" ? "integer" : "string",
        expected: type === "integer" ? "an integer" : "text",
        isValid: (value): value is unknown => isType(value),
      };
}

/** Finds what is wrong with the members of a list's maps. */
export function findWrongMembers(
  list: readonly unknown[],
  members: Readonly<Record<string, Validator>>,
  required: readonly string[],
): WrongItem[] {
  const names = Object.keys(members).join(", ");
  const map: Validator = { type: "map", expected: `a map of ${names}`, isValid: isRecord };
  return list.flatMap((item, index): WrongItem[] => {
    if (!isRecord(item)) {
      return [{ path: `[${index}]`, value: item, validator: map }];
    }
    const given = Object.keys(item).filter((name) => item[name] !== undefined);
    const all = [...new Set([...required, ...given])];
    return all.flatMap((name): WrongItem[] => {
      const [path, value] = [memberPath(`[${index}]`, name), item[name]];
      const validator = Object.hasOwn(members, name) ? members[name] : undefined;
      if (validator?.isValid(value)) {
        return [];
      }
      const inner = Array.isArray(value) ? (validator?.findWrong?.(value) ?? []) : [];
      return inner.length > 0
        ? inner.map((one) => ({ ...one, path: path + one.path }))
        : [{ path, value, validator, names }];
    });
  });
}

/** Values by names; the noun is what a name is. */
export function mapOf(
  noun: string,
  names: Validator<string>,
  item: Validator<string>,
): Validator<Record<string, string>> {
  return {
    type: "map",
    expected: `a map from ${noun}s to ${item.expected}`,
    item,
    name: { ...names, noun },
    isValid: (value): value is Record<string, string> =>
      isRecord(value) &&
      Object.entries(value).every(([name, content]) => names.isValid(name) && item.isValid(content)),
  };
}

/** Elastic Beanstalk's options by namespace and name, which components/beanstalk/custom-options.ts checks. */
export const optionMap: Validator<Record<string, Record<string, string>>> = {
  type: "map",
  expected: "a map from namespaces to options with their values",
  item: { type: "map", expected: "values by option", isValid: isRecord },
  isValid: (value): value is Record<string, Record<string, string>> => isRecord(value),
};

/** The message about a secret that is not encrypted. */
export const plainSecret =
  "is a secret but is stored in plain text. Treat the value as compromised and set a new one with --secret.";

/** Whether a value is an object with members, not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON; returns what is not JSON unchanged. */
export function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    return text;
  }
}
