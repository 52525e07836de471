/**
 * Evaluates IAM documents as the IAM User Guide describes it, "Policy evaluation logic" and "Condition operators", as
 * far as the documents of this project need it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface IamStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface IamDocument {
  Version: string;
  Statement: IamStatement | IamStatement[];
}

export interface IamRequest {
  action: string;
  resource?: string;
  /** The principal's ARN, by the kind that a document names it by. */
  principal?: { kind: "AWS" | "Federated" | "Service"; arn: string };
  /** The condition keys of the request, lowercase. */
  context?: Record<string, string>;
}

const toList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

function matchesPattern(pattern: string, text: string, flags = ""): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, flags).test(text);
}

/** ArnLike compares the six parts of an ARN one by one, each with its own wildcards. */
function matchesArn(pattern: string, arn: string): boolean {
  const split = (text: string) => {
    const parts = text.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const values = split(arn);
  return split(pattern).every((part, index) => matchesPattern(part, values[index] ?? ""));
}

const operators: Record<string, (expected: string, actual: string) => boolean> = {
  StringEquals: (expected, actual) => expected === actual,
  StringLike: (expected, actual) => matchesPattern(expected, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
};

/** All operators and keys must match; of the values of a key, one. A negated operator, and …IfExists, match a missing key. */
function meetsConditions({ Condition = {} }: IamStatement, context: Record<string, string>): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const isNegated = operator.includes("Not");
      const ifExists = operator.endsWith("IfExists");
      const compare = operators[operator.replace("Not", "").replace("IfExists", "")];
      if (compare === undefined) {
        throw new Error(`The operator ${operator} is not evaluated.`);
      }
      const actual = context[key.toLowerCase()];
      if (actual === undefined && ifExists) {
        return true;
      }
      const matches = actual !== undefined && toList(values).some((value) => compare(value, actual));
      return isNegated ? !matches : matches;
    }),
  );
}

function matchesPrincipal({ Principal }: IamStatement, principal: IamRequest["principal"]): boolean {
  if (Principal === undefined || Principal === "*") {
    return true;
  }
  const named = principal === undefined ? [] : toList(Principal[principal.kind] ?? []);
  // An account's root stands for all its identities.
  return named.some(
    (arn) =>
      arn === principal?.arn || (arn.endsWith(":root") && arn.split(":")[4] === principal?.arn.split(":")[4]),
  );
}

/** Whether documents allow a request: an explicit denial wins, and what is not allowed is denied. */
export function evaluateIam(documents: IamDocument[], request: IamRequest): "allowed" | "denied" {
  const matching = documents
    .flatMap(({ Statement }) => toList(Statement))
    .filter(
      (statement) =>
        toList(statement.Action).some((pattern) => matchesPattern(pattern, request.action, "i")) &&
        (statement.Resource === undefined ||
          toList(statement.Resource).some((pattern) => matchesPattern(pattern, request.resource ?? ""))) &&
        matchesPrincipal(statement, request.principal) &&
        meetsConditions(statement, request.context ?? {}),
    );
  return matching.some(({ Effect }) => Effect === "Allow") &&
    !matching.some(({ Effect }) => Effect === "Deny")
    ? "allowed"
    : "denied";
}
