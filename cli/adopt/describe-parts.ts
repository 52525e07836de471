import type { PlannedResource } from "../../plan/plan";
import { resourceTypes } from "../../plan/resource-types";
import { type PropertyValue, unknown } from "../../plan/values";
import { isRecord, parseJson } from "../../stacks/validators";
import { getType } from "../drift/resources";
import type { Step } from "../preview";
import { companions } from "./matchers/companions";
import type { ExistingResource, ResourceChange } from "./survey";

type Inputs = Record<string, PropertyValue>;

/** What belongs to a bucket or a queue, and is a resource of its own in the program. */
interface Part {
  /** The type of what it belongs to. */
  owner: "aws:s3/bucket:Bucket" | "aws:sqs/queue:Queue";
  path: string;
  /** What counts where it is not there. */
  absent: string;
  describe: (inputs: Inputs) => string;
}

const bucketPart = (path: string, absent: string, describe: Part["describe"]): Part => ({
  owner: "aws:s3/bucket:Bucket",
  path,
  absent,
  describe,
});

const parts: Record<string, Part> = {
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart(
    "versioning",
    "off",
    ({ versioningConfiguration: versioning }) =>
      isRecord(versioning) && versioning.status === "Enabled" ? "on" : "suspended",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart(
    "public access",
    "allowed",
    ({ blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) => {
      const blocks = [blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets];
      return blocks.every((one) => one === true)
        ? "blocked"
        : blocks.includes(true)
          ? "partly blocked"
          : "allowed";
    },
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart("ACLs", "enabled", ({ rule }) =>
    isRecord(rule) && rule.objectOwnership === "BucketOwnerEnforced" ? "disabled" : "enabled",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketPart(
    "encryption",
    "none",
    ({ rules }) => {
      const [rule] = toList(rules);
      const { sseAlgorithm, kmsMasterKeyId } = toRecord(rule?.applyServerSideEncryptionByDefault);
      return sseAlgorithm === "AES256" ? "SSE-S3" : `SSE-KMS ${join(kmsMasterKeyId)}`.trim();
    },
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart(
    "lifecycle",
    "none",
    ({ rules }) => toList(rules).flatMap(describeRule).join(", ") || "none",
  ),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": bucketPart("CORS", "none", ({ corsRules }) =>
    toList(corsRules)
      .map(({ allowedMethods, allowedOrigins }) => `${join(allowedMethods)} from ${join(allowedOrigins)}`)
      .join(", "),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPart("bucket policy", "none", describePolicy),
  "aws:sqs/queuePolicy:QueuePolicy": {
    owner: "aws:sqs/queue:Queue",
    path: "queue policy",
    absent: "none",
    describe: describePolicy,
  },
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {
    owner: "aws:sqs/queue:Queue",
    path: "redrive allow policy",
    absent: "none",
    describe: ({ redriveAllowPolicy }) => {
      const { redrivePermission } = toRecord(parseJson(redriveAllowPolicy ?? "{}"));
      return typeof redrivePermission === "string" ? redrivePermission : "byQueue";
    },
  },
};

/** Whether a resource is reported as a change of the bucket or queue that it belongs to. */
export function isPart({ urn }: Pick<ExistingResource, "urn">): boolean {
  return getType(urn) in parts;
}

/** Describes what `pulumi up` creates or changes of the buckets and queues that exist. */
export function describeParts(
  steps: Step[],
  planned: PlannedResource[],
  resources: Pick<ExistingResource, "urn" | "label">[],
): ResourceChange[] {
  return planned.flatMap((resource) => {
    const part = parts[resource.type];
    const step = steps.find(({ urn, op }) => urn === resource.urn && (op === "create" || op === "update"));
    const owner = part && findOwner(part, resource, planned);
    const existing = resources.find(({ urn }) => urn === owner?.urn);
    if (part === undefined || step === undefined || existing === undefined) {
      return [];
    }
    // The provider reads blocks, such as the rules of a lifecycle, into the outputs only.
    const before = { ...step.oldState?.outputs, ...step.oldState?.inputs };
    const after = step.newState?.inputs ?? {};
    const from = step.op === "create" ? part.absent : part.describe(before);
    const to = part.describe(after);
    const values = from === to ? { from: "its own", to: "the program's" } : { from, to };
    const { urn, label } = existing;
    return [
      ...(part.path === "lifecycle" ? findRemovedRules(before, after) : []),
      { path: part.path, ...values },
    ].map((change) => ({ urn, label, ...change }));
  });
}

/** The rules of a bucket's lifecycle that the program does not have, one by one: their objects stay as they are. */
function findRemovedRules(before: Inputs, after: Inputs): Pick<ResourceChange, "path" | "from" | "to">[] {
  const kept = toList(after.rules).map(describeRuleFully);
  return toList(before.rules)
    .filter((rule) => !kept.includes(describeRuleFully(rule)))
    .map((rule) => ({
      path: `lifecycle rule ${join(rule.id)}`.trim(),
      from: describeRuleFully(rule),
      to: "removed",
    }));
}

function describeRuleFully(rule: Inputs): string {
  return describeRule(rule).join(", ") || (rule.status === "Enabled" ? "its own" : "disabled");
}

function findOwner(
  { owner }: Part,
  resource: PlannedResource,
  planned: PlannedResource[],
): PlannedResource | undefined {
  const name = companions[resource.type]?.getName(resource, planned);
  const nameInput = resourceTypes[owner]?.nameInput ?? "";
  return planned.find(({ type, inputs }) => type === owner && inputs[nameInput] === name);
}

function describeRule(rule: Inputs): string[] {
  const filter = toRecord(rule.filter);
  const prefix = toRecord(filter.and).prefix ?? filter.prefix ?? rule.prefix;
  const where = typeof prefix === "string" && prefix !== "" ? ` below ${prefix}` : "";
  const after = (what: string, days: unknown) =>
    typeof days === "number" ? [`${what}${where} after ${days} days`] : [];
  if (rule.status !== "Enabled") {
    return [];
  }
  return [
    ...after("ends incomplete uploads", toRecord(rule.abortIncompleteMultipartUpload).daysAfterInitiation),
    ...after("deletes old versions", toRecord(rule.noncurrentVersionExpiration).noncurrentDays),
    ...after("deletes objects", toRecord(rule.expiration).days),
    ...toList(rule.transitions).flatMap(({ days, storageClass }) =>
      after(`moves objects to ${join(storageClass)}`, days),
    ),
    ...toList(rule.noncurrentVersionTransitions).flatMap(({ noncurrentDays, storageClass }) =>
      after(`moves old versions to ${join(storageClass)}`, noncurrentDays),
    ),
  ];
}

/** The program's policies deny requests without TLS, and grant nothing. */
function describePolicy({ policy }: Inputs): string {
  if (policy === undefined || policy === unknown) {
    return "denies plain HTTP";
  }
  const { Statement: statements = [] } = toRecord(parseJson(policy)) as { Statement?: PropertyValue };
  const described = (Array.isArray(statements) ? toList(statements) : [toRecord(statements)]).map(
    ({ Sid, Effect, Action, Principal, Condition }) =>
      Effect === "Deny" && JSON.stringify(Condition ?? {}).includes("aws:SecureTransport")
        ? "denies plain HTTP"
        : Sid === "NoAdministration" || Sid === "AdministratorsOnly"
          ? "denies bucket administration"
          : `${Effect === "Deny" ? "denies" : "allows"} ${join(Action)} to ${describePrincipal(Principal)}`,
  );
  return described.join(", ") || "no statements";
}

function describePrincipal(principal: PropertyValue | undefined): string {
  const who = isRecord(principal) ? Object.values(principal).map(join).join(" ") : join(principal);
  return who === "*" ? "everyone" : who;
}

function toRecord(value: unknown): Inputs {
  return isRecord(value) ? (value as Inputs) : {};
}

function toList(value: PropertyValue | undefined): Inputs[] {
  return Array.isArray(value) ? value.map(toRecord) : [];
}

function join(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(" ") : typeof value === "string" ? value : "";
}
