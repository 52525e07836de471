import { getAddressShare } from "./addresses";
import { getPath, isFalse, toObjects, toStrings } from "./checks";
import type { Check, Props, Resource } from "./rule";
import { every, flatMap, listMembers, listOf, map, some, type List } from "./unknown-values";

/** A statement of a policy document, by the semantics of IAM. */
export interface Statement {
  isAllowed: boolean;
  /** Whether Action or NotAction matches an action, such as "iam:PassRole". */
  matchesAction: (action: string) => boolean;
  /** The patterns of Action. */
  actions: List<string>;
  notAction: boolean;
  /** The patterns of Resource. */
  resources: List<string>;
  notResource: boolean;
  /** The principals of a kind: "AWS", "Service", "Federated". "*" is one of each. */
  principals: (kind: string) => List<string>;
  notPrincipal: boolean;
  conditions: Condition[];
}

/** One key of a condition element, with the values that it is compared with. */
export interface Condition {
  operator: string;
  key: string;
  values: List<unknown>;
}

/** Where resources have policy documents. "[]" stands for each member of a list. */
export type DocumentPaths = Record<string, readonly string[]>;

/** Returns a check that reports `violation` if a statement of the resource's documents matches. */
export function rejectStatements(
  paths: DocumentPaths,
  matches: (statement: Statement) => boolean,
  violation: string,
): Check {
  return (resource, report) => {
    report(() => some(getStatements(resource, paths), matches) && violation);
  };
}

/** Returns the statements of a resource's policy documents. */
export function getStatements({ type, props }: Resource, paths: DocumentPaths): List<Statement> {
  return flatMap(listOf(...(paths[type] ?? [])), (path) => flatMap(readPath(props, path), parseStatements));
}

/** Whether a resource has a policy document. */
export function hasDocument({ type, props }: Resource, paths: DocumentPaths): boolean {
  return some(
    flatMap(listOf(...(paths[type] ?? [])), (path) => readPath(props, path)),
    (document) => document !== undefined && document !== "",
  );
}

function readPath(props: Props, path: string): List<unknown> {
  const [list = "", member] = path.split("[].");
  return member === undefined
    ? [() => getPath(props, path)]
    : map(toObjects(props[list]), (item) => getPath(item, member));
}

/** Parses a document, which is JSON or an object. A text that is no JSON has no statements: AWS refuses it. */
export function parseStatements(document: unknown): List<Statement> {
  let parsed = document;
  if (typeof document === "string") {
    try {
      parsed = JSON.parse(document);
    } catch {
      // The text stays, which has no statements.
    }
  }
  const statements = getPath(parsed, "Statement");
  return map(toObjects(Array.isArray(statements) ? statements : statements ? [statements] : []), toStatement);
}

function toStatement(raw: Props): Statement {
  const principals = (kind: string, principal: unknown = raw.Principal) =>
    typeof principal === "string" ? toStrings(principal) : toStrings(getPath(principal, kind));
  return {
    get isAllowed() {
      return raw.Effect === "Allow";
    },
    matchesAction: (action) =>
      raw.NotAction === undefined
        ? some(toStrings(raw.Action), (pattern) => matchesGlob(pattern, action))
        : !some(toStrings(raw.NotAction), (pattern) => matchesGlob(pattern, action)),
    get actions() {
      return toStrings(raw.Action);
    },
    get notAction() {
      return raw.NotAction !== undefined;
    },
    get resources() {
      return toStrings(raw.Resource);
    },
    get notResource() {
      return raw.NotResource !== undefined;
    },
    principals,
    get notPrincipal() {
      return raw.NotPrincipal !== undefined;
    },
    get conditions() {
      return parseConditions(raw.Condition);
    },
  };
}

function parseConditions(condition: unknown): Condition[] {
  return toEntries(condition).flatMap(([operator, readKeys]) =>
    toEntries(readKeys()).map(([key, readValue]) => ({
      operator,
      key: key.toLowerCase(),
      values: flatMap([readValue], (value) =>
        Array.isArray(value) ? listMembers<unknown>(value, undefined) : listOf(value),
      ),
    })),
  );
}

function toEntries(value: unknown): [string, () => unknown][] {
  return Object.keys(value ?? {}).map((key) => [key, () => Reflect.get(Object(value), key) as unknown]);
}

/** Whether a pattern with * and ? matches a text. Actions and condition keys ignore case. */
export function matchesGlob(pattern: string, text: string, flags = "i"): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, flags).test(text);
}

/** Whether a statement is about all resources of a kind, such as "sqs:queue" or "iam:role/name". */
export function coversAll({ notResource, resources }: Statement, kind: string): boolean {
  return notResource || some(resources, (pattern) => matchesGlob(pattern, toSample(pattern, kind), ""));
}

/** Returns the ARN of a resource with a random name, in the pattern's partition, region and account, which a "*" matches too. */
function toSample(pattern: string, kind: string): string {
  const [, partition = "aws", , region = "us-west-1", account = "123456789012"] = pattern.split(":");
  const [service = "", ...name] = kind.split(":");
  return ["arn", partition, service, region, account, `${name.join(":")}q7Zx-4f2a9c`].join(":");
}

/** Whether a statement allows something to everyone, since no condition names who or where. */
export function allowsEveryone(statement: Statement): boolean {
  return (
    statement.isAllowed &&
    (statement.notPrincipal || some(statement.principals("AWS"), (principal) => principal === "*")) &&
    !isRestricted(statement, callerKeys)
  );
}

/** Whether a statement allows something to an AWS service on behalf of any account: the confused deputy. */
export function allowsServiceOfAnyAccount(statement: Statement): boolean {
  return (
    statement.isAllowed &&
    some(
      statement.principals("Service"),
      // The guide of Elastic Load Balancing has no condition for its logs.
      (service) => service !== "*" && service !== "logdelivery.elasticloadbalancing.amazonaws.com",
    ) &&
    !isRestricted(statement, callerKeys)
  );
}

/** Keys that name who calls, or from where: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export const callerKeys = [
  ...["OrgID", "OrgPaths", "Account", "Arn"].map((key) => `aws:Principal${key}`),
  ...["Account", "Arn", "Owner", "OrgID", "OrgPaths", "Vpc", "Vpce", "Ip"].map((key) => `aws:Source${key}`),
  ...["aws:VpcSourceIp", "aws:userid", "kms:CallerAccount"],
  ...["s3:DataAccessPointAccount", "s3:DataAccessPointArn"],
];

/** Keys that name the resources, or what they are used for. */
export const resourceKeys = [
  ...["aws", "ssm", "secretsmanager", "kms", "iam"].map((service) => `${service}:ResourceTag/?*`),
  ...["kms:ViaService", "kms:EncryptionContext:?*", "kms:ResourceAliases", "kms:RequestAlias"],
  "iam:PassedToService",
];

/** Whether a statement has a condition on one of the keys, which may have wildcards, that only fixed values meet. */
export function isRestricted({ conditions }: Pick<Statement, "conditions">, keys: string[]): boolean {
  return some(
    conditions.map((condition) => () => condition),
    ({ operator, key, values }) =>
      // With IfExists and ForAllValues, a request without the key meets the condition.
      /^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like)|IpAddress)$/i.test(operator) &&
      keys.some((pattern) => matchesGlob(pattern, key)) &&
      every(values, (value) => isFixed(operator, key, String(value))),
  );
}

function isFixed(operator: string, key: string, value: string): boolean {
  if (value.includes("${")) {
    return false;
  }
  if (key.endsWith("ip")) {
    return getAddressShare(value) <= 1;
  }
  if (!/like|arn/i.test(operator)) {
    return true;
  }
  if (!key.endsWith("arn")) {
    return /^[^*?]/.test(value);
  }
  const [, , , , account = "*", name = "*"] = value.split(":");
  return account === "" ? /^[^*?]/.test(name) : /^\d+$/.test(account);
}

/** Whether a statement denies everyone's requests to a service without TLS. */
export function deniesRequestsWithoutTls(service: "s3" | "sqs") {
  return (statement: Statement): boolean => {
    const [condition, ...others] = statement.conditions;
    return (
      !statement.isAllowed &&
      condition !== undefined &&
      others.length === 0 &&
      ["bool", "boolifexists"].includes(condition.operator.toLowerCase()) &&
      condition.key === "aws:securetransport" &&
      every(condition.values, isFalse) &&
      some(statement.principals("AWS"), (principal) => principal === "*") &&
      some(statement.actions, (action) => ["*", `${service}:*`].includes(action.toLowerCase())) &&
      (service !== "s3" || isOnBucketAndObjects(statement.resources))
    );
  };
}

function isOnBucketAndObjects(resources: List<string>): boolean {
  const matches = (text: string) => some(resources, (pattern) => matchesGlob(pattern, text, ""));
  return some(resources, (pattern) => {
    const [bucket = ""] = pattern.split("/");
    return matches(bucket) && matches(`${bucket}/key`);
  });
}
