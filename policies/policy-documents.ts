import { getPath, isFalse, toObjects, toStrings } from "./checks";
import type { Check, Props } from "./rule";

/** A statement of an IAM policy document. */
export interface Statement {
  effect: unknown;
  principal: unknown;
  actions: string[];
  resources: string[];
  condition: unknown;
}

/** Returns a check that reports `violation` if a statement of the input `policy` matches. */
export function rejectStatements(matches: (statement: Statement) => boolean, violation: string): Check {
  return ({ props }, report) => {
    report(() => parseStatements(props.policy).some(matches) && violation);
  };
}

/** Returns a check that reports `violation` unless a statement of the input `policy` matches. */
export function requireStatement(matches: (statement: Statement) => boolean, violation: string): Check {
  return ({ props }, report) => {
    report(() => !parseStatements(props.policy).some(matches) && violation);
  };
}

function parseStatements(document: unknown): Statement[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- IAM validates the document
  const parsed = typeof document === "string" ? (JSON.parse(document) as Props) : ((document ?? {}) as Props);
  const { Statement: statements } = parsed;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- IAM validates the statements
  return (Array.isArray(statements) ? toObjects(statements) : statements ? [statements as Props] : []).map(
    (statement) => ({
      effect: statement.Effect,
      principal: statement.Principal,
      actions: toStrings(statement.Action),
      resources: toStrings(statement.Resource),
      condition: statement.Condition,
    }),
  );
}

/** Whether a statement allows something to every principal. */
export function allowsEveryPrincipal(statement: Statement): boolean {
  return statement.effect === "Allow" && includesEveryPrincipal(statement);
}

/** Whether a statement denies every principal's requests without TLS. */
export function deniesRequestsWithoutTls(statement: Statement): boolean {
  return (
    statement.effect === "Deny" &&
    includesEveryPrincipal(statement) &&
    statement.actions.some((action) => /^(\*|s3:\*|sqs:\*|SQS:\*)$/.test(action)) &&
    isFalse(getPath(statement.condition, "Bool.aws:SecureTransport"))
  );
}

function includesEveryPrincipal({ principal }: Statement): boolean {
  return principal === "*" || toStrings(getPath(principal, "AWS")).includes("*");
}
