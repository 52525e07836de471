import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs, PrivateBucket, Storage } from "../../components";
import { findLockout } from "../../components/bucket-administration";
import { isAllowed, type PolicyDocument } from "../support/iam";
import { guidePolicy } from "../support/guide-policy";
import { run } from "../support/run";

describe("Storage", () => {
  const args = { namePrefix: "beo", corsOrigins: ["https://a.example.com"] };

  it("creates two private, encrypted buckets whose policies grant no access", async () => {
    const made = await run(() => new Storage("s", args));
    expect(made.counts()).to.deep.equal({
      Bucket: 2,
      BucketPublicAccessBlock: 2,
      BucketOwnershipControls: 2,
      BucketServerSideEncryptionConfiguration: 2,
      BucketVersioning: 1,
      BucketLifecycleConfiguration: 2,
      BucketCorsConfiguration: 1,
      BucketPolicy: 2,
    });
    for (const part of ["media", "static"]) {
      const bucket = `beo-${part}`;
      expect(made.inputs(`s-${part}-bucket`).bucket).to.equal(bucket);
      expect(made.inputs(`s-${part}-public-access`)).to.deep.equal({
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(made.inputs(`s-${part}-ownership`)).to.deep.equal({
        bucket,
        rule: { objectOwnership: "BucketOwnerEnforced" },
      });
      expect(made.inputs(`s-${part}-encryption`)).to.deep.equal({
        bucket,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      });
      expect(JSON.parse(String(made.inputs(`s-${part}-tls-only`).policy))).to.deep.equal({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      });
    }
    expect(made.inputs("s-media-versioning").versioningConfiguration).to.deep.equal({ status: "Enabled" });
    expect(made.inputs("s-static-cors").corsRules).to.deep.equal([
      {
        allowedMethods: ["GET", "HEAD"],
        allowedOrigins: ["https://a.example.com"],
        allowedHeaders: ["*"],
        maxAgeSeconds: 3600,
      },
    ]);
  });

  it("protects the media bucket and never empties it, unless protection is off", async () => {
    const getOptions = async (protect?: boolean) => {
      const made = await run(() => new Storage("s", { ...args, protect }));
      return ["media", "static"].map((part) => [
        made.resource(`s-${part}-bucket`).protect,
        made.inputs(`s-${part}-bucket`).forceDestroy,
      ]);
    };
    const [protectedBuckets, unprotectedBuckets] = [
      [
        [true, false],
        [false, false],
      ],
      [
        [false, true],
        [false, true],
      ],
    ];
    expect(await getOptions()).to.deep.equal(protectedBuckets);
    expect(await getOptions(true)).to.deep.equal(protectedBuckets);
    expect(await getOptions(false)).to.deep.equal(unprotectedBuckets);
  });

  it("leaves a bucket that is retained, or that S3 refuses to delete, its protection", async () => {
    const protection = ["public-access", "ownership", "encryption", "versioning", "lifecycle", "tls-only"];
    const made = await run(() => new Storage("s", args));
    for (const part of protection) {
      expect(made.resource(`s-media-${part}`).retainOnDelete, part).to.equal(true);
    }
    expect(made.resource("s-static-cors")).to.deep.include({ retainOnDelete: false });
    expect(made.resource("s-static-cors").deletedWith).to.match(/::s-static-bucket$/);
    const bucket = { corsOrigins: ["https://a.example.com"], retainOnDelete: true };
    const retained = await run(() => new PrivateBucket("b", bucket));
    expect(retained.resource("b-cors").retainOnDelete).to.equal(true);
  });

  it("uses given names, in the global namespace", async () => {
    const names = { mediaBucketName: "meter.uploads", staticBucketName: "meter-assets" };
    const made = await run(() => new Storage("s", { ...args, ...names }));
    expect(made.inputs("s-media-bucket").bucket).to.equal("meter.uploads");
    expect(made.inputs("s-static-bucket").bucket).to.equal("meter-assets");
    expect(made.inputs("s-media-bucket").bucketNamespace).to.equal(undefined);
    expect(made.inputs("s-media-versioning").bucket).to.equal("meter.uploads");
    expect(made.resource("s-media-bucket").deleteBeforeReplace).to.equal(true);
    expect(made.resource("s-media-bucket").ignoreChanges).to.deep.equal([]);
  });

  it("keeps the generated name of an imported bucket", async () => {
    const made = await run(() => new PrivateBucket("b", {}));
    expect(made.resource("b-bucket").ignoreChanges).to.deep.equal(["bucket"]);
  });

  it("expires noncurrent media objects after the given days, or never", async () => {
    const getRules = async (noncurrentVersionDays?: number) =>
      (await run(() => new Storage("s", { ...args, noncurrentVersionDays }))).inputs("s-media-lifecycle")
        .rules;
    const uploads = {
      id: "abort-incomplete-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    const versions = (noncurrentDays: number) => ({
      id: "expire-noncurrent-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays },
    });
    expect(await getRules()).to.deep.equal([uploads, versions(90)]);
    expect(await getRules(365)).to.deep.equal([uploads, versions(365)]);
    expect(await getRules(0)).to.deep.equal([uploads]);
  });

  it("uses names in the account's own namespace with accountNamespace", async () => {
    const made = await run(() => new Storage("s", { ...args, accountNamespace: true }));
    expect(made.inputs("s-media-bucket")).to.include({
      bucket: "beo-media-123456789012-us-west-1-an",
      bucketNamespace: "account-regional",
    });
  });

  /** Of the Service Authorization Reference of Amazon S3: what changes a bucket, and what deletes versions. */
  const administration = {
    bucket: [
      ...["DeleteBucket", "DeleteBucketPolicy", "DeleteBucketWebsite", "PutAccelerateConfiguration"],
      ...[
        "PutAnalyticsConfiguration",
        "PutBucketAcl",
        "PutBucketCORS",
        "PutBucketLogging",
        "PutBucketNotification",
      ],
      ...["PutBucketObjectLockConfiguration", "PutBucketOwnershipControls", "PutBucketPolicy"],
      ...["PutBucketPublicAccessBlock", "PutBucketRequestPayment", "PutBucketTagging", "PutBucketVersioning"],
      ...["PutBucketWebsite", "PutEncryptionConfiguration", "PutIntelligentTieringConfiguration"],
      ...["PutInventoryConfiguration", "PutLifecycleConfiguration", "PutMetricsConfiguration"],
      "PutReplicationConfiguration",
    ],
    object: [
      ...["BypassGovernanceRetention", "DeleteObjectVersion", "DeleteObjectVersionTagging"],
      ...["PutObjectVersionAcl", "PutObjectVersionTagging"],
    ],
  };
  /** What Django's storage, s3fs and boto3 request. */
  const use = {
    bucket: ["GetBucketLocation", "ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"],
    object: [
      ...["AbortMultipartUpload", "DeleteObject", "GetObject", "GetObjectAcl", "GetObjectVersion"],
      ...["ListMultipartUploadParts", "PutObject", "PutObjectAcl", "PutObjectTagging"],
    ],
  };
  const account = "arn:aws:iam::123456789012:";
  const everything = { Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } };

  /** Which of the actions the policies allow a principal, in a bucket that has a policy. */
  const select = (
    actions: { bucket: string[]; object: string[] },
    policies: PolicyDocument[],
    principal: string,
    bucket = "arn:aws:s3:::beo-datastore-dev-media",
  ) =>
    Object.entries(actions).flatMap(([kind, names]) =>
      names.filter((name) =>
        isAllowed(policies, {
          action: `s3:${name}`,
          resource: [kind === "bucket" ? bucket : `${bucket}/meter/a.parquet`],
          context: { "aws:principalarn": [principal], "aws:securetransport": ["true"] },
        }),
      ),
    );
  const toList = ({ bucket, object }: typeof use) => [...bucket, ...object];

  const readPolicies = async (more: Partial<BeoDatastoreArgs> = {}) => {
    const made = await run(
      () =>
        new BeoDatastore("beo", {
          applicationName: "beo-datastore-dev",
          environment: "dev",
          appUrl: "https://beotest.net",
          supportEmail: "support@beotest.net",
          web: { singleInstance: true },
          ...more,
        }),
    );
    const parsePolicy = (name: string) => JSON.parse(String(made.inputs(name).policy)) as PolicyDocument;
    const roles = made.resources
      .filter(({ type, name }) => type === "aws:iam/role:Role" && name.includes("instances"))
      // As the engine names them.
      .map(({ name }) => `${account}role/${name}-1a2b3c4`);
    return {
      media: parsePolicy("beo-s3-media-tls-only"),
      assets: parsePolicy("beo-s3-static-tls-only"),
      roles,
    };
  };

  it("denies the service account the administration of buckets, and leaves it what the application requests", async () => {
    const { media, assets } = await readPolicies();
    const [mediaArn, staticArn] = [
      "arn:aws:s3:::beo-datastore-dev-media",
      "arn:aws:s3:::beo-datastore-dev-static",
    ];
    const guide = guidePolicy(staticArn, mediaArn, "arn:aws:sqs:us-west-1:123456789012:q") as PolicyDocument;
    for (const path of ["user/", "user/beo/dev/"]) {
      const user = `${account}${path}beo-datastore-dev`;
      for (const [bucket, policy] of [
        [mediaArn, media],
        [staticArn, assets],
      ] as const) {
        expect(select(administration, [guide], user, bucket)).to.deep.equal(toList(administration));
        expect(select(administration, [guide, policy], user, bucket)).to.deep.equal([]);
        expect(select(use, [guide, policy], user, bucket)).to.deep.equal(toList(use));
      }
    }
  });

  it("denies it to a service account of another name, and to the roles of all generations' instances", async () => {
    const { media, roles } = await readPolicies({
      serviceAccount: { userName: "navigader" },
      platform: { generation: 2, previousBranch: "Python 3.12", servingGeneration: 1 },
    });
    expect(roles).to.have.length(4);
    const withPath = roles.map((role) => role.replace("role/", "role/beo-datastore-dev/"));
    for (const principal of [`${account}user/navigader`, ...roles, ...withPath]) {
      expect(select(administration, [everything, media], principal), principal).to.deep.equal([]);
      expect(select(use, [everything, media], principal), principal).to.deep.equal(toList(use));
    }
  });

  it("locks no operator out: every other user and role, the root user, and the deployer's role", async () => {
    const { media } = await readPolicies();
    const operators = [
      ...["root", "user/jane", "user/beo-datastore-prod", "user/ops-beo-datastore-dev", "role/Admin"],
      ...["role/beo-datastore-dev/deploy", "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b2c"],
    ].map((resource) => account + resource);
    for (const operator of operators) {
      expect(select(administration, [everything, media], operator), operator).to.deep.equal(
        toList(administration),
      );
    }
  });

  it("denies it to all but the administrators and the root user, where they are configured", async () => {
    const administrators = [`${account}role/beo/*deploy`, `${account}user/jane`, `${account}role/admin`];
    // The account's example identity.
    const caller = `${account}user/example`;
    const { media } = await readPolicies({ storage: { administrators: [...administrators, caller] } });
    const allowed = ["role/beo/dev-deploy", "user/jane", "role/admin", "root", "user/example"];
    for (const resource of allowed) {
      expect(select(administration, [everything, media], account + resource), resource).to.deep.equal(
        toList(administration),
      );
    }
    for (const resource of ["role/deploy", "user/joe", "user/beo-datastore-dev", "role/beo/preview"]) {
      expect(select(administration, [everything, media], account + resource), resource).to.deep.equal([]);
      expect(select(use, [everything, media], account + resource), resource).to.deep.equal(toList(use));
    }
  });

  it("refuses an update that would lock itself out, and not a preview", async () => {
    const administrators = [`${account}role/beo/deploy-*`, `${account}role/ci`];
    expect(findLockout(administrators, `${account}user/jane`)).to.equal(
      "storage.administrators does not contain arn:aws:iam::123456789012:user/jane, which runs this update and could not change the buckets' policies any more. The buckets were not changed. Add its ARN, such as arn:aws:iam::123456789012:user/jane.",
    );
    // A session is of a role, whose path STS leaves out.
    const toSession = (role: string) => `arn:aws:sts::123456789012:assumed-role/${role}/session`;
    expect(findLockout(administrators, toSession("deploy-1"))).to.equal(undefined);
    expect(findLockout(administrators, toSession("ci"))).to.equal(undefined);
    expect(findLockout(administrators, toSession("deploy"))).to.include(
      "such as arn:aws:iam::123456789012:role/deploy.",
    );
    expect(findLockout([`${account}user/ci`], toSession("ci"))).to.be.a("string");
    expect(findLockout(["arn:aws:iam::210987654321:role/ci"], toSession("ci"))).to.be.a("string");
    expect(findLockout([`${account}role/*`], toSession("ci"))).to.equal(undefined);
    expect(findLockout([`${account}user/jane`], `${account}user/jane`)).to.equal(undefined);
    expect(findLockout(administrators, `${account}root`)).to.equal(undefined);
    await run(() => new Storage("s", { ...args, administrators }), { preview: true });
  });

  it("knows the path of roles of IAM Identity Center, which STS leaves out", () => {
    // https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
    const caller =
      "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Operators_0123456789abcdef/alice@example.com";
    const role = "arn:aws:iam::123456789012:role";
    for (const covering of [
      `${role}/aws-reserved/sso.amazonaws.com/us-west-1/AWSReservedSSO_Operators_0123456789abcdef`,
      `${role}/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Operators_*`,
      `${role}/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*`,
      `${role}/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Operators_*`,
      `${role}/*`,
    ]) {
      expect(findLockout([covering], caller), covering).to.equal(undefined);
    }
    for (const other of [`${role}/AWSReservedSSO_Operators_*`, `${role}/aws-reserved/other/*`]) {
      expect(findLockout([other], caller), other).to.include(
        `such as ${role}/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Operators_0123456789abcdef.`,
      );
    }
  });

  it("lets the account's load balancers of the region store logs, and no others", async () => {
    const made = await run(
      () => new PrivateBucket("logs", { bucketName: "beo-logs", loadBalancerLogs: true }),
    );
    const policy = JSON.parse(String(made.inputs("logs-tls-only").policy)) as PolicyDocument;
    const decide = (source: { account?: string; arn?: string; key?: string }) =>
      isAllowed([policy], {
        action: "s3:PutObject",
        resource: [
          `arn:aws:s3:::beo-logs/${source.key ?? "AWSLogs/123456789012/elasticloadbalancing/us-west-1/a.log.gz"}`,
        ],
        principal: { kind: "Service", arn: "logdelivery.elasticloadbalancing.amazonaws.com" },
        context: {
          "aws:securetransport": ["true"],
          "aws:sourceaccount": [source.account ?? "123456789012"],
          "aws:sourcearn": [
            source.arn ??
              "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb--AWSEB-1/50dc6c495c0c9188",
          ],
        },
      });
    expect(decide({})).to.equal(true);
    expect(decide({ account: "210987654321" })).to.equal(false);
    expect(
      decide({
        arn: "arn:aws:elasticloadbalancing:us-west-1:210987654321:loadbalancer/app/a/50dc6c495c0c9188",
      }),
    ).to.equal(false);
    expect(decide({ key: "AWSLogs/210987654321/a.log.gz" })).to.equal(false);
  });
});
