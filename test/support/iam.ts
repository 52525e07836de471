import type { Conditions } from "../../bootstrap/permissions/permission";

/** A statement of a policy, as IAM's grammar has it. */
export interface PolicyStatement {
  Sid?: string;
  Effect: string;
  /** Of policies of resources and trust policies only. */
  Principal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Conditions;
}

export interface PolicyDocument {
  Statement: PolicyStatement | PolicyStatement[];
}

/** What a principal asks of AWS. */
export interface AccessRequest {
  action: string;
  /** The ARN of the resource, in the forms that policies may use; undefined: not known, any resource. */
  resource?: string[] | undefined;
  /** Values of condition keys; keys in lower case. */
  context?: Record<string, string[]>;
  /** Who asks, for the policies of resources. */
  principal?: { kind: "AWS" | "Federated" | "Service"; arn: string };
}

/**
 * Whether policies allow a request, by IAM's evaluation logic: a Deny decides, then an Allow
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
export function isAllowed(documents: PolicyDocument[], request: AccessRequest): boolean {
  const effects = documents
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => matches(statement, request))
    .map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

/** Whether a statement applies to a request. */
export function matches(
  statement: PolicyStatement,
  { action, resource, context = {}, principal }: AccessRequest,
): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const hasAction = toList(NotAction ?? Action).some((pattern) => isLike(pattern, action, true));
  const hasResource =
    resource === undefined ||
    toList(NotResource ?? Resource).some((pattern) => resource.some((form) => isLike(pattern, form)));
  return (
    hasAction === (NotAction === undefined) &&
    matchesPrincipal(statement.Principal, principal) &&
    (resource === undefined || hasResource === (NotResource === undefined)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        holds(operator, toList(values), context[key.toLowerCase()]),
      ),
    )
  );
}

/** An account's root stands for all of its identities. */
function matchesPrincipal(
  expected: PolicyStatement["Principal"],
  principal: AccessRequest["principal"],
): boolean {
  if (expected === undefined || expected === "*") {
    return true;
  }
  const getAccount = (arn = "") => arn.split(":")[4];
  return toList(principal && expected[principal.kind]).some(
    (arn) =>
      arn === principal?.arn || (arn.endsWith(":root") && getAccount(arn) === getAccount(principal?.arn)),
  );
}

/** Whether a condition holds for a key's values (reference_policies_elements_condition_operators.html). */
function holds(operator: string, wanted: string[], found: string[] | undefined): boolean {
  const [, quantifier, name = "", ifExists] = /^(?:(\w+):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") {
    return wanted.includes(String(found === undefined));
  }
  const isNegated = name.includes("Not");
  const test = getTest(name.replace("Not", ""));
  if (found === undefined || found.length === 0) {
    return ifExists !== undefined || quantifier === "ForAllValues" || (isNegated && quantifier === undefined);
  }
  const passes = (value: string) => wanted.some((pattern) => test(pattern, value)) !== isNegated;
  return quantifier === "ForAnyValue" || (quantifier === undefined && !isNegated)
    ? found.some(passes)
    : found.every(passes);
}

function getTest(name: string): (pattern: string, value: string) => boolean {
  switch (name) {
    case "StringEquals":
      return (pattern, value) => pattern === value;
    case "StringLike":
      return (pattern, value) => isLike(pattern, value);
    case "Bool":
      return (pattern, value) => pattern.toLowerCase() === value.toLowerCase();
    case "ArnEquals":
    case "ArnLike":
      return isArnLike;
    default:
      throw new Error(`The operator ${name} is not known to this evaluation.`);
  }
}

/** ARNs are compared part by part: a wildcard of one part does not match the next one, but for the last part. */
function isArnLike(pattern: string, value: string): boolean {
  const split = (arn: string) => {
    const parts = arn.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const values = split(value);
  return split(pattern).every((part, index) => isLike(part, values[index] ?? ""));
}

/** `*` is any text, `?` one character. Actions are the same in upper and lower case. */
export function isLike(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, ignoreCase ? "si" : "s").test(value);
}

/** Elements of a statement are lists, or one text. */
export function toList(value: string | string[] = []): string[] {
  return typeof value === "string" ? [value] : value;
}
