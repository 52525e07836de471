import { suggest } from "./suggest";

/** The form of a value: what is legal, in words and as a test. */
export interface Form<T = unknown> {
  /** How the configuration writes it. */
  type: "string" | "integer" | "boolean" | "list" | "object";
  /** What is legal, to complete "is X: legal is …". */
  legal: string;
  /** The form of what a list or a map holds. */
  item?: Form<string>;
  accepts(value: unknown): value is T;
  /** What may have been meant by another value, the likeliest first; not all of it need be legal. */
  near(value: unknown): unknown[];
}

/** The legal value that was most likely meant; undefined where none is near. */
export function nearest<T>(form: Form<T>, value: unknown): T | undefined {
  return [value, ...form.near(value)].find((candidate): candidate is T => form.accepts(candidate));
}

/**
 * Text that matches a pattern, or passes another test.
 *
 * @param near What may have been meant by a text without the spaces around it. Default: only that.
 */
export function text(
  legal: string,
  isLegal: RegExp | ((text: string) => boolean),
  near: (text: string) => readonly string[] = () => [],
): Form<string> {
  const test = isLegal instanceof RegExp ? (value: string) => isLegal.test(value) : isLegal;
  return {
    type: "string",
    legal,
    accepts: (value): value is string => typeof value === "string" && test(value),
    near: (value) => {
      const given = ["string", "number"].includes(typeof value) ? String(value).trim() : undefined;
      return given === undefined ? [] : [given, ...near(given)];
    },
  };
}

/** One of some words. */
export function oneOf(...words: [string, ...string[]]): Form<string> {
  const isWord = (value: string) => words.includes(value);
  return text(`one of ${words.join(", ")}`, isWord, (given) => wordsLike(words, given));
}

/** A whole number; where it is none, or not legal, the nearest one is meant that is. */
function integer(
  legal: string,
  isLegal: (value: number) => boolean,
  nearestTo: (value: number) => number,
): Form<number> {
  return {
    type: "integer",
    legal,
    accepts: (value): value is number => Number.isInteger(value) && isLegal(value as number),
    near: (value) => {
      const number = /^\s*-?[\d_]*\d(\.\d+)?/.exec(String(value))?.[0].replaceAll("_", "");
      return number === undefined || !["string", "number"].includes(typeof value)
        ? []
        : [nearestTo(Math.round(Number(number)))];
    },
  };
}

/** A whole number from `least` to `most`. */
export function range(least: number, most: number): Form<number> {
  return integer(
    most === Infinity ? `a whole number of ${least} or more` : `a whole number from ${least} to ${most}`,
    (value) => value >= least && value <= most,
    (value) => Math.min(most, Math.max(least, value)),
  );
}

/** One of some whole numbers. @param preferred The one that is meant where it is as near as another. */
export function oneOfNumbers(numbers: readonly number[], preferred: number): Form<number> {
  return integer(
    `one of ${numbers.join(", ")}`,
    (value) => numbers.includes(value),
    (value) =>
      numbers.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best), preferred),
  );
}

const yes = ["true", "yes", "on", "enabled", "1"];
const no = ["false", "no", "off", "disabled", "0"];

/** true or false. */
export const flag: Form<boolean> = {
  type: "boolean",
  legal: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
  near: (value) => {
    const given = String(value).trim().toLowerCase();
    const words = [...yes, ...no];
    // Among shorter words every other one is near.
    const long = words.filter((word) => word.length >= 4);
    const word = words.includes(given) || given.length < 4 ? given : (suggest(given, long) ?? given);
    return yes.includes(word) ? [true] : no.includes(word) ? [false] : [];
  },
};

/** A list of texts of a form, none twice. */
export function listOf(item: Form<string>, most = Infinity): Form<string[]> {
  return {
    type: "list",
    legal: `a list of ${item.legal}, none twice${most < Infinity ? `, at most ${most}` : ""}`,
    item,
    accepts: (value): value is string[] =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= most &&
      value.every((one) => item.accepts(one)) &&
      new Set(value).size === value.length,
    near: (value) => {
      const given = typeof value === "string" ? value.split(/[\s,[\]"]+/) : Array.isArray(value) ? value : [];
      return [[...new Set(given.flatMap((one) => nearest(item, one) ?? []))]];
    },
  };
}

/** The name of an environment variable. */
export const variableName = text(
  "a name of capital letters, digits and underscores, first no digit",
  /^[A-Z_][A-Z0-9_]*$/,
  (name) => (/[A-Za-z]/.test(name) ? [name.toUpperCase().replace(/[^A-Z0-9_]+/g, "_")] : []),
);

/** Texts by the name of an environment variable. */
export function variablesOf(item: Form<string>): Form<Record<string, string>> {
  return {
    type: "object",
    legal: `a map of variable names (capital letters, digits, underscores) to ${item.legal}`,
    item,
    accepts: (value): value is Record<string, string> =>
      isMap(value) &&
      Object.entries(value).every(([name, content]) => variableName.accepts(name) && item.accepts(content)),
    near: () => [],
  };
}

/** Whether a value holds others by name. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wordsLike(words: readonly string[], text: string): string[] {
  const bare = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, "");
  const given = bare(text);
  const begins = (word: string) =>
    given.length >= 3 && (given.startsWith(bare(word)) || bare(word).startsWith(given));
  // prd, stg: letters are left out.
  const isShort = (word: string) =>
    given.length >= 3 && new RegExp(`^${given.split("").join(".*")}`).test(bare(word));
  const only = (some: string[]) => (some.length === 1 ? some : []);
  const near = suggest(text, words);
  return [
    ...words.filter((word) => bare(word) === given),
    // Where several begin so, none was meant more than another.
    ...only(words.filter(begins)),
    ...(near === undefined ? [] : [near]),
    ...only(words.filter(isShort)),
  ];
}
