import { ofTypes, type Check, type Props, type Resource, type StackCheck } from "./rule";
import { find, flatMap, listMembers, listOf, map, some, unlessUnknown, type List } from "./unknown-values";

/** A condition on a value, and the words that follow "expected" in a violation. */
export interface Expectation {
  isMet: (value: unknown) => boolean;
  description: string;
}

/** Expects true, or "true" as Elastic Beanstalk's options and old versions of the provider have it. */
export const toBeTrue: Expectation = { isMet: isTrue, description: "true" };

/** Expects false or "false". An absent value fails. */
export const toBeFalse: Expectation = { isMet: isFalse, description: "false" };

/** Expects a non-empty string. */
export const toBeSet: Expectation = { isMet: isNonEmptyString, description: "a value" };

/** Expects one of some strings. */
export function toBe(...values: string[]): Expectation {
  return {
    isMet: (value) => values.some((expected) => expected === value),
    description: values.map((value) => JSON.stringify(value)).join(" or "),
  };
}

/** Expects a number that is not below the minimum. An absent value counts as 0. */
export function toBeAtLeast(minimum: number): Expectation {
  return { isMet: (value) => Number(value ?? 0) >= minimum, description: `${minimum} or more` };
}

/**
 * Returns "multiAz is false; expected true." if a value does not meet the expectation. The message contains the
 * value: use this only for values that are never secret.
 */
export function findMismatch(
  name: string,
  value: unknown,
  { isMet, description }: Expectation,
): string | false {
  return !isMet(value) && `${name} is ${formatValue(value)}; expected ${description}.`;
}

function formatValue(value: unknown): string {
  if (value === undefined) {
    return "not set";
  }
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return value === "true" || value === "false" ? value : JSON.stringify(value);
}

/** Returns a check of one input, which may be nested: "rules[0].status". */
export function expectInput(path: string, expectation: Expectation): Check {
  return ({ props }, report) => {
    report(() => findMismatch(path, getPath(props, path), expectation));
  };
}

/** Returns a check of one option of an Elastic Beanstalk environment. */
export function expectOption(namespace: string, name: string, expectation: Expectation): Check {
  return (environment, report) => {
    report(() => findOptionMismatch(environment, namespace, name, expectation));
  };
}

/** Like `findMismatch`, for every value that an environment has of an option: duplicates may contradict each other. */
export function findOptionMismatch(
  environment: Resource,
  namespace: string,
  name: string,
  { isMet, description }: Expectation,
): string | undefined {
  const values = getOptions(environment, namespace, name);
  const wrong = find(values, ({ value }) => !isMet(value));
  if (wrong === undefined && (values.length > 0 || inheritsOptions(environment))) {
    return undefined;
  }
  const isSecret = namespace === variables;
  const actual =
    wrong === undefined ? "not set" : isSecret ? "wrong (the value is not shown)" : formatValue(wrong.value);
  return `${isSecret ? name : `${namespace} ${name}`} is ${actual}; expected ${description}.`;
}

/** Returns a check of one environment property. Its value may be secret, so it is never printed. */
export function expectVariable(name: string, expectation: Expectation): Check {
  return expectOption(variables, name, expectation);
}

/** Returns a check that runs several checks. */
export function all(...checks: Check[]): Check {
  return (...args) => {
    checks.forEach((check) => {
      check(...args);
    });
  };
}

/** Returns a check that runs in production only. */
export function inProduction(check: Check): Check {
  return (resource, report, context) => {
    if (context.production) {
      check(resource, report, context);
    }
  };
}

/** Returns a check that runs in every environment but development. */
export function outsideDevelopment(check: Check): Check {
  return (resource, report, context) => {
    if (!context.development) {
      check(resource, report, context);
    }
  };
}

/**
 * Returns a check that a resource of some types refers to the subject by an input or, where that input is a literal, has
 * the value of one of the subject's keys there. `inline` are the subject's own inputs for the same purpose.
 */
export function requireCompanion(
  types: readonly string[],
  input: string,
  keys: string[],
  ...inline: string[]
): StackCheck {
  const [type = ""] = types;
  const [, , typeName = ""] = type.split(":");
  return (subject, report, _context, stack) => {
    const companions = ofTypes(stack, types);
    const byReference = companions.filter(({ refersTo }) => refersTo(input).length > 0);
    const byName = companions.filter((companion) => !byReference.includes(companion));
    report(
      () =>
        !inline.some((own) => hasInput(subject, own)) &&
        !byReference.some(({ refersTo }) => refersTo(input).includes(subject.urn)) &&
        !some(listOf(...byName), ({ props }) =>
          some(listOf(...keys), (key) => key in subject.props && props[input] === subject.props[key]),
        ) &&
        `no ${typeName} refers to it; expected one.`,
    );
  };
}

/**
 * Whether the program sets an input. An unknown value that uses another resource's output is set by the program; one that
 * uses none is computed by the provider.
 */
export function hasInput({ props, refersTo }: Resource, input: string): boolean {
  return refersTo(input).length > 0 || unlessUnknown(() => isGiven(props[input]), false);
}

/** Whether a value is one: the provider has "" and [] for what is not set. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** Returns the value at a path such as "rule.objectOwnership" or "rules[0].status". */
export function getPath(value: unknown, path: string): unknown {
  return path.split(/[.[\]]+/).reduce<unknown>(
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- an object has just been checked
    (found, key) => (typeof found === "object" && found !== null ? (found as Props)[key] : undefined),
    value,
  );
}

export function isTrue(value: unknown): boolean {
  return String(value).toLowerCase() === "true";
}

export function isFalse(value: unknown): boolean {
  return String(value).toLowerCase() === "false";
}

export function isNonEmptyString(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** Returns the objects of a list, or none if the value is not a list. */
export function toObjects(value: unknown): List<Props> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider validates the members
  const list = Array.isArray(value) ? (value as Props[]) : [];
  return listMembers(list, {});
}

/** Returns the strings of a list, or a single string as a list. */
export function toStrings(value: unknown): List<string> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider validates the members
  const list = Array.isArray(value) ? (value as string[]) : isNonEmptyString(value) ? [value] : [];
  return listMembers(list, "");
}

/** The namespace of environment properties, the application's variables. */
export const variables = "aws:elasticbeanstalk:application:environment";

/** An option of an Elastic Beanstalk environment. */
export interface Option {
  namespace: unknown;
  name: string;
  readonly value: unknown;
}

/** Returns all options of an environment or a configuration template. Each value is read when it is used. */
export function getAllOptions({ props }: Resource): List<Option> {
  return map(toObjects(props.settings), (setting) => ({
    namespace: setting.namespace,
    name: String(setting.name),
    get value() {
      return setting.value;
    },
  }));
}

/** Returns the values of an option: more than one if it is repeated. */
export function getOptions(environment: Resource, namespace: string, name: string): List<Option> {
  return flatMap(getAllOptions(environment), (option) =>
    option.namespace === namespace && option.name === name ? listOf(option) : [],
  );
}

/** Whether options may come from elsewhere: a template leaves some to its environments, which inherit the others. */
export function inheritsOptions({ type, props }: Resource): boolean {
  return type.endsWith(":ConfigurationTemplate") || props.templateName !== undefined;
}

/** Whether an environment has a variable. */
export function hasVariable(environment: Resource, name: string): boolean {
  return some(getOptions(environment, variables, name), () => true);
}

/** Returns the seconds after which an environment's tasks end, if it is set. */
export function getTaskTimeLimit(environment: Resource): number | undefined {
  const limit = find(getOptions(environment, variables, "TASK_TIME_LIMIT"), () => true);
  return limit === undefined ? undefined : Number(limit.value);
}
