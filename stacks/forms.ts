/** The form of a value: what is legal, in words and as a test. */
export interface Form<T = unknown> {
  /** How the configuration writes it. */
  type: "string" | "integer" | "boolean" | "list" | "object";
  /** What is legal, to complete "is X: legal is …". */
  legal: string;
  /** A legal value, for the command that mends a wrong one. */
  example: string | number | boolean;
  /** All legal values, where they are some words. */
  words?: readonly string[];
  /** The form of what a list or a map holds. */
  item?: Form<string>;
  accepts(value: unknown): value is T;
}

/** Text that matches a pattern, or another test. */
export function text(
  legal: string,
  example: string,
  isLegal: RegExp | ((text: string) => boolean),
): Form<string> {
  const test = isLegal instanceof RegExp ? (value: string) => isLegal.test(value) : isLegal;
  return {
    type: "string",
    legal,
    example,
    accepts: (value): value is string => typeof value === "string" && test(value),
  };
}

/** One of some words. */
export function oneOf(...words: [string, ...string[]]): Form<string> {
  return {
    type: "string",
    legal: `one of ${words.join(", ")}`,
    example: words[0],
    words,
    accepts: (value): value is string => typeof value === "string" && words.includes(value),
  };
}

/** A whole number of a range, or one of some. */
export function integer(legal: string, example: number, isLegal: (value: number) => boolean): Form<number> {
  return {
    type: "integer",
    legal,
    example,
    accepts: (value): value is number => Number.isInteger(value) && isLegal(value as number),
  };
}

/** A whole number from `least` to `most`. */
export function range(least: number, most: number, example: number): Form<number> {
  return integer(
    `a whole number from ${least} to ${most}`,
    example,
    (value) => value >= least && value <= most,
  );
}

/** One of some whole numbers. */
export function oneOfNumbers(numbers: readonly number[], example: number): Form<number> {
  return integer(`one of ${numbers.join(", ")}`, example, (value) => numbers.includes(value));
}

/** true or false. */
export const flag: Form<boolean> = {
  type: "boolean",
  legal: "true or false",
  example: true,
  accepts: (value): value is boolean => typeof value === "boolean",
};

/** A list of texts of a form, none twice. */
export function listOf(item: Form<string>, least = 1, most = Infinity): Form<string[]> {
  return {
    type: "list",
    legal: `a list of ${item.legal}, none twice${least > 1 ? `, at least ${least}` : ""}${most < Infinity ? `, at most ${most}` : ""}`,
    example: item.example,
    item,
    accepts: (value): value is string[] =>
      Array.isArray(value) &&
      value.length >= least &&
      value.length <= most &&
      value.every((one) => item.accepts(one)) &&
      new Set(value).size === value.length,
  };
}

/** The name of an environment variable. */
export const variableName = text(
  "a name of capital letters, digits and underscores, first no digit",
  "NAME",
  /^[A-Z_][A-Z0-9_]*$/,
);

/** Texts by the name of an environment variable. */
export function variablesOf(item: Form<string>): Form<Record<string, string>> {
  return {
    type: "object",
    legal: `a map of variable names (capital letters, digits, underscores) to ${item.legal}`,
    example: item.example,
    item,
    accepts: (value): value is Record<string, string> =>
      isMap(value) &&
      Object.entries(value).every(([name, content]) => variableName.accepts(name) && item.accepts(content)),
  };
}

/** Whether a value holds others by name. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
