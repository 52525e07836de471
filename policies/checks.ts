import { ofTypes, type Check, type Props, type Resource, type StackCheck } from "./rule";

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
    report(() => findMismatch(`${namespace} ${name}`, getOption(environment, namespace, name), expectation));
  };
}

/** Returns a check of one environment property. Its value may be secret, so it is never printed. */
export function expectVariable(name: string, { isMet, description }: Expectation): Check {
  return (environment, report) => {
    report(() => {
      const value = getVariable(environment, name);
      const actual = value === undefined ? "is not set" : "has the wrong value (not shown)";
      return !isMet(value) && `${name} ${actual}; expected ${description}.`;
    });
  };
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
 * the value of one of the subject's keys there.
 */
export function requireCompanion(types: readonly string[], input: string, keys: string[]): StackCheck {
  const typeName = types[0]?.split(":").at(-1) ?? "";
  return (subject, report, _context, stack) => {
    const companions = ofTypes(stack, types);
    const byReference = companions.filter(({ refersTo }) => refersTo(input).length > 0);
    const byName = companions.filter((companion) => !byReference.includes(companion));
    report(
      () =>
        !byReference.some(({ refersTo }) => refersTo(input).includes(subject.urn)) &&
        !byName.some(({ props }) =>
          keys.some((key) => key in subject.props && props[input] === subject.props[key]),
        ) &&
        `no ${typeName} refers to it; expected one.`,
    );
  };
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
  return value === true || value === "true";
}

export function isFalse(value: unknown): boolean {
  return value === false || value === "false";
}

export function isNonEmptyString(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Returns the objects of a list, or none if the value is not a list. */
export function toObjects(value: unknown): Props[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider validates the members
  return Array.isArray(value) ? Array.from(value as Props[]) : [];
}

/** Returns the strings of a list, or a single string as a list. */
export function toStrings(value: unknown): string[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider validates the members
  return typeof value === "string" ? [value] : Array.isArray(value) ? Array.from(value as string[]) : [];
}

/** The namespace of environment properties, the application's variables. */
export const variables = "aws:elasticbeanstalk:application:environment";

/** Returns the value of an option of an Elastic Beanstalk environment. */
export function getOption({ props }: Resource, namespace: string, name: string): string | undefined {
  const option = toObjects(props.settings).find(
    (candidate) => candidate.namespace === namespace && candidate.name === name,
  );
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider validates the value
  return option?.value as string | undefined;
}

/** Returns the seconds after which an environment's tasks end, if it is set. */
export function getTaskTimeLimit(environment: Resource): number | undefined {
  const limit = getVariable(environment, "TASK_TIME_LIMIT");
  return limit === undefined ? undefined : Number(limit);
}

/** Returns the value of an environment property. */
export function getVariable(environment: Resource, name: string): string | undefined {
  return getOption(environment, variables, name);
}
