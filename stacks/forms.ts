/** The form of a value: what is legal, in words and as a test. */
export interface Form<T = unknown> {
  /** How the configuration writes it. */
  type: "string" | "integer" | "boolean" | "list" | "object";
  /** What is legal, to complete "is X: legal is …". */
  legal: string;
  /** A legal value, for the command that mends a wrong one. */
  example: string | number | boolean;
  accepts(value: unknown): value is T;
}

/** Text that matches a pattern. */
export function text(legal: string, example: string, pattern: RegExp): Form<string> {
  return {
    type: "string",
    legal,
    example,
    accepts: (value): value is string => typeof value === "string" && pattern.test(value),
  };
}

/** One of some words. */
export function oneOf(...words: [string, ...string[]]): Form<string> {
  return {
    type: "string",
    legal: `one of ${words.join(", ")}`,
    example: words[0],
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
export function listOf(form: Form<string>, least = 1): Form<string[]> {
  return {
    type: "list",
    legal: `a list of ${least > 1 ? `at least ${least}: ` : ""}${form.legal}`,
    example: `["${form.example}"]`,
    accepts: (value): value is string[] =>
      Array.isArray(value) &&
      value.length >= least &&
      value.every((item) => form.accepts(item)) &&
      new Set(value).size === value.length,
  };
}

/** Texts by the name of an environment variable. */
export const variableMap: Form<Record<string, string>> = {
  type: "object",
  legal:
    "a map of variable names (capital letters, digits, underscores) to texts without quotes, `$` or backslashes",
  example: "value",
  accepts: (value): value is Record<string, string> =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(
      ([name, content]) =>
        /^[A-Z_][A-Z0-9_]*$/.test(name) &&
        typeof content === "string" &&
        content !== "" &&
        isShellSafe(content),
    ),
};

/** Whether deployment scripts that `source` the environment leave a value as it is. */
export function isShellSafe(value: string): boolean {
  return !/['"$\\`\n\r]/.test(value);
}
