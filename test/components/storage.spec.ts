import { expect } from "chai";
import { describe, it } from "mocha";
import { PrivateBucket, Storage } from "../../components";
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
});
