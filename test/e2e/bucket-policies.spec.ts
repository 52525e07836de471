import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { BeoDatastore } from "../../components";
import { guidePolicy } from "../support/guide-policy";
import { run } from "../support/run";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { type Aws, startAws } from "./support/tools";

const applicationName = "beo-datastore-dev";
const Bucket = `${applicationName}-media`;
const [Key, version] = ["meter/a.parquet", { Status: "Suspended" as const }];

/** The policies of the program, in an emulated AWS that enforces IAM. */
describe("the bucket policies, enforced", function () {
  this.timeout(5 * 60_000);
  let folder: string;
  let aws: Aws;
  let application: S3Client;
  let operator: S3Client;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "beo-e2e-buckets-"));
    aws = startAws(folder);
    const made = await run(
      () =>
        new BeoDatastore("beo", {
          applicationName,
          environment: "dev",
          appUrl: "https://beotest.net",
          supportEmail: "support@beotest.net",
          web: { singleInstance: true },
        }),
    );
    const { s3 } = clientsOf(aws);
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-1" } }),
    );
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await s3.send(
      new PutBucketPolicyCommand({ Bucket, Policy: String(made.inputs("beo-s3-media-tls-only").policy) }),
    );
    // The operator may do as much as the guide allows the application.
    application = await createUser(applicationName);
    operator = await createUser("jane");
    await emulatorOf(aws).set({ enforce_iam: "true" });
  });
  after(() => {
    aws.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const createUser = async (UserName: string): Promise<S3Client> => {
    const { iam } = clientsOf(aws);
    await iam.send(new CreateUserCommand({ UserName }));
    const arn = `arn:aws:s3:::${Bucket}`;
    const PolicyDocument = JSON.stringify(guidePolicy(arn, arn, "arn:aws:sqs:us-west-1:123456789012:q"));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "guide", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return new S3Client({
      region: "us-west-1",
      endpoint: aws.environment.AWS_ENDPOINT_URL,
      forcePathStyle: true,
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      },
    });
  };
  const put = async (client: S3Client) =>
    (await client.send(new PutObjectCommand({ Bucket, Key, Body: "1" }))).VersionId;

  it("let the application write, read, list, replace and delete objects", async () => {
    await put(application);
    await put(application);
    const { Body } = await application.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).to.equal("1");
    const { Contents = [] } = await application.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map((object) => object.Key)).to.deep.equal([Key]);
    await application.send(new DeleteObjectCommand({ Bucket, Key }));
    await put(application);
    await application.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
    const { Versions = [], DeleteMarkers = [] } = await application.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    expect([Versions.length, DeleteMarkers.length]).to.deep.equal([3, 2]);
  });

  // The emulated S3 takes the deletion of a version for s3:DeleteObject: test/components/storage.spec.ts has it.
  it("refuse the application what would undo them", async () => {
    const lifecycle = {
      Rules: [{ ID: "all", Status: "Enabled" as const, Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
    };
    const requests: [string, () => Promise<unknown>][] = [
      ["its policy", () => application.send(new DeleteBucketPolicyCommand({ Bucket }))],
      ["another policy", () => application.send(new PutBucketPolicyCommand({ Bucket, Policy: "{}" }))],
      [
        "its versioning",
        () => application.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: version })),
      ],
      [
        "its lifecycle",
        () =>
          application.send(
            new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }),
          ),
      ],
      ["no lifecycle", () => application.send(new DeleteBucketLifecycleCommand({ Bucket }))],
      ["its encryption", () => application.send(new DeleteBucketEncryptionCommand({ Bucket }))],
      ["public access", () => application.send(new DeletePublicAccessBlockCommand({ Bucket }))],
      ["the bucket", () => application.send(new DeleteBucketCommand({ Bucket }))],
    ];
    for (const [what, send] of requests) {
      const error: unknown = await send().catch((reason: unknown) => reason);
      expect((error as Error).name, what).to.equal("AccessDenied");
    }
  });

  it("lock out no operator", async () => {
    const VersionId = await put(operator);
    await operator.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    await operator.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: version }));
    await operator.send(new DeleteBucketPolicyCommand({ Bucket }));
  });
});
