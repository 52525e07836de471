import {
  expectInput,
  inProduction,
  findMismatch,
  getPath,
  isFalse,
  isTrue,
  requireCompanion,
  toBe,
  toBeTrue,
  toObjects,
} from "../checks";
import {
  allowsEveryone,
  deniesRequestsWithoutTls,
  getStatements,
  hasDocument,
  rejectStatements,
} from "../policy-documents";
import { accessPointPolicies, bucketPolicies, types } from "../resource-types";
import type { RuleDefinition } from "../rule";
import { every, flatMap, listOf, map, some } from "../unknown-values";

/** Returns a check that a resource of some types configures the bucket. */
const requireForBucket = (companions: readonly string[], ...inline: string[]) =>
  requireCompanion(companions, "bucket", ["id", "bucket"], ...inline);

const publicAccessSettings = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];
const publicPolicies = { ...bucketPolicies, ...accessPointPolicies };

const encryption = "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm";

/** Rules on S3 buckets and the resources that configure them. */
export const s3: RuleDefinition[] = [
  {
    name: "s3-bucket-level-public-access-prohibited",
    title: "S3 buckets should block all public access",
    severity: "high",
    controls: ["S3.8", "S3.1", "S3.19", "CIS v5.0.0/2.1.4"],
    remediation:
      "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true.",
    types: [...types.publicAccessBlock, ...types.otherPublicAccessBlock],
    check({ type, props }, report) {
      const isAccessPoint = type.endsWith(":AccessPoint");
      for (const setting of publicAccessSettings) {
        report(() => {
          const block = isAccessPoint ? props.publicAccessBlockConfiguration : props;
          // An access point blocks all public access by default.
          return (
            (!isAccessPoint || block !== undefined) &&
            findMismatch(setting, getPath(block, setting), toBeTrue)
          );
        });
      }
    },
  },
  {
    name: "s3-bucket-public-access-block-configured",
    title: "S3 buckets should have a BucketPublicAccessBlock",
    severity: "high",
    controls: ["S3.8", "CIS v5.0.0/2.1.4"],
    remediation: "Add a BucketPublicAccessBlock for the bucket.",
    types: types.bucket,
    checkInStack: requireForBucket(types.publicAccessBlock),
  },
  {
    name: "s3-bucket-policy-public-access-prohibited",
    title: "S3 bucket policies should not allow public access",
    severity: "critical",
    controls: ["S3.2", "S3.3"],
    remediation: "Name the principals that need access.",
    types: Object.keys(publicPolicies),
    check: rejectStatements(
      publicPolicies,
      allowsEveryone,
      "policy allows actions to everyone; expected named principals, or a condition that names them.",
    ),
  },
  {
    name: "s3-bucket-acl-public-access-prohibited",
    title: "S3 bucket ACLs should not allow public access",
    severity: "critical",
    controls: ["S3.2", "S3.3"],
    remediation: "Remove the ACL.",
    types: [...types.bucketAcl, ...types.bucket, ...types.bucketObject],
    check({ props }, report) {
      report(
        () =>
          ["public-read", "public-read-write", "authenticated-read"].some((acl) => acl === props.acl) &&
          `acl is ${JSON.stringify(props.acl)}; expected no public access.`,
      );
      report(
        () =>
          some(
            flatMap(
              listOf(
                toObjects(props.grants),
                map(toObjects(getPath(props, "accessControlPolicy.grants")), toGrantee),
              ),
              (grantees) => grantees,
            ),
            ({ uri }) => /\/(AllUsers|AuthenticatedUsers)/.test(String(uri)),
          ) && "a grant gives access to everyone; expected named grantees.",
      );
    },
  },
  {
    name: "s3-bucket-ssl-requests-only",
    title: "S3 bucket policies should require requests to use TLS",
    severity: "medium",
    controls: ["S3.5", "CIS v5.0.0/2.1.1"],
    remediation: "Add a statement that denies s3:* to every principal if aws:SecureTransport is false.",
    types: Object.keys(bucketPolicies),
    check(resource, report) {
      report(
        () =>
          hasDocument(resource, bucketPolicies) &&
          every(
            getStatements(resource, bucketPolicies),
            (statement) => !deniesRequestsWithoutTls("s3")(statement),
          ) &&
          "policy does not deny requests without TLS to the bucket and its objects; expected a Deny statement.",
      );
    },
  },
  {
    name: "s3-bucket-policy-configured",
    title: "S3 buckets should have a bucket policy, which requires requests to use TLS",
    severity: "medium",
    controls: ["S3.5", "CIS v5.0.0/2.1.1"],
    remediation: "Add a BucketPolicy that denies requests without TLS.",
    types: types.bucket,
    checkInStack: requireForBucket(types.bucketPolicy, "policy"),
  },
  {
    name: "s3-bucket-acl-prohibited",
    title: "S3 buckets should have ACLs disabled",
    severity: "medium",
    controls: ["S3.12"],
    remediation: "Set rule.objectOwnership to BucketOwnerEnforced.",
    types: types.bucketOwnership,
    check: expectInput("rule.objectOwnership", toBe("BucketOwnerEnforced")),
  },
  {
    name: "s3-bucket-ownership-controls-configured",
    title: "S3 buckets should have ownership controls, which disable ACLs",
    severity: "medium",
    controls: ["S3.12"],
    remediation: "Add BucketOwnershipControls for the bucket.",
    types: types.bucket,
    checkInStack: requireForBucket(types.bucketOwnership),
  },
  {
    name: "s3-bucket-server-side-encryption-enabled",
    title: "S3 buckets should be encrypted with SSE-S3 or SSE-KMS",
    severity: "medium",
    remediation: "Set sseAlgorithm to AES256 or aws:kms.",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
    types: types.bucketEncryption,
    check: expectInput(encryption, toBe("AES256", "aws:kms", "aws:kms:dsse")),
  },
  {
    name: "s3-bucket-encryption-configured",
    title: "S3 buckets should have an explicit default encryption",
    severity: "medium",
    remediation: "Add a BucketServerSideEncryptionConfiguration for the bucket.",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
    types: types.bucket,
    checkInStack: requireForBucket(types.bucketEncryption, "serverSideEncryptionConfiguration"),
  },
  {
    name: "s3-bucket-versioning-enabled",
    title: "S3 bucket versioning should be enabled",
    severity: "low",
    controls: ["S3.14"],
    remediation: "Set versioningConfiguration.status to Enabled.",
    types: [...types.bucketVersioning, ...types.bucket],
    check(resource, report, context) {
      if (!types.bucket.some((type) => type === resource.type)) {
        expectInput("versioningConfiguration.status", toBe("Enabled"))(resource, report, context);
        return;
      }
      const { versioning, versionings } = resource.props;
      report(
        () =>
          some([() => versioning, ...toObjects(versionings)], (inline) =>
            isFalse(getPath(inline, "enabled")),
          ) && "versioning is disabled; expected it to be enabled, or configured by a BucketVersioning.",
      );
    },
  },
  {
    name: "s3-bucket-versioning-configured",
    title: "S3 buckets with data that cannot be recreated should have versioning",
    severity: "low",
    controls: ["S3.14"],
    remediation: "Add a BucketVersioning for the bucket.",
    types: types.bucket,
    settings: {
      dataBuckets: {
        type: "string",
        default: "media",
        description: "Regular expression for the resource names of the buckets that need versioning",
      },
    },
    checkInStack(bucket, report, context, stack) {
      if (new RegExp(String(context.setting("dataBuckets"))).test(bucket.name)) {
        requireForBucket(types.bucketVersioning, "versionings")(bucket, report, context, stack);
      }
    },
  },
  {
    name: "s3-lifecycle-policy-check",
    title: "S3 buckets should have a lifecycle configuration",
    severity: "low",
    controls: ["S3.13", "S3.10"],
    remediation: "Add a BucketLifecycleConfiguration for the bucket.",
    types: types.bucket,
    checkInStack: requireForBucket(types.bucketLifecycle, "lifecycleRules"),
  },
  {
    name: "s3-lifecycle-rules-enabled",
    title: "S3 lifecycle configurations should have a rule that is enabled",
    severity: "low",
    controls: ["S3.13"],
    remediation: "Set status of a rule to Enabled.",
    types: types.bucketLifecycle,
    check({ props }, report) {
      report(
        () =>
          !some(toObjects(props.rules), ({ status }) => status === "Enabled") &&
          "no rule is enabled; expected one.",
      );
    },
  },
  {
    name: "s3-bucket-logging-enabled",
    title: "S3 buckets should have server access logging enabled",
    level: "advisory",
    severity: "medium",
    controls: ["S3.9"],
    remediation:
      "Add a BucketLogging for the bucket. Logs cost storage, and only the application has access to the buckets of BEO Datastore.",
    types: types.bucket,
    checkInStack: requireForBucket(types.bucketLogging, "loggings"),
  },
  {
    name: "s3-bucket-force-destroy-disabled",
    title: "S3 buckets in production should not be deleted together with their objects",
    severity: "high",
    remediation: "Set forceDestroy to false.",
    url: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/",
    types: types.bucket,
    check: inProduction(
      expectInput("forceDestroy", { isMet: (value) => !isTrue(value), description: "false" }),
    ),
  },
];

/** Returns the grantee of a grant, where BucketAcl has it. */
function toGrantee(grant: Record<string, unknown>): Record<string, unknown> {
  return { uri: getPath(grant, "grantee.uri") };
}
