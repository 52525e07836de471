import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListRolesCommand, ListPoliciesCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  DeleteObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketLoggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { collectOutput, type Result } from "./support/collect-output";
import { findPulumi } from "./support/tools";
import { Workspace } from "./support/workspace";

const root = join(__dirname, "../..");
const bucket = "beo-datastore-state-123456789012";

describe("the deletion of what npx beo bootstrap creates", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let s3: S3Client;
  let iam: IAMClient;

  before(() => {
    workspace = new Workspace({ PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined });
    const { folder, aws } = workspace;
    for (const part of ["bootstrap", "plan"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    writeFileSync(settingsFile(), 'config:\n  aws:s3UsePathStyle: "true"\n');
    process.env.PULUMI_CREDENTIALS_PATH = join(folder, "credentials");
    mkdirSync(process.env.PULUMI_CREDENTIALS_PATH);
    const { AWS_ENDPOINT_URL: endpoint = "" } = aws.environment;
    const credentials = {
      accessKeyId: aws.environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: aws.environment.AWS_SECRET_ACCESS_KEY ?? "",
    };
    s3 = new S3Client({ region: "us-west-1", endpoint, credentials, forcePathStyle: true });
    iam = new IAMClient({ region: "us-west-1", endpoint, credentials });
    const { code, output } = workspace.beo("bootstrap", "--stacks", "dev", "--github", "o/r", "--yes");
    expect(code, output).to.equal(0);
  });
  after(() => {
    delete process.env.PULUMI_CREDENTIALS_PATH;
    workspace.remove();
  });

  const settingsFile = () => join(workspace.folder, "bootstrap/Pulumi.beo-datastore.yaml");

  /** Runs the CLI for the bootstrap project, as docs/bootstrap.md says. */
  async function inBootstrap(backend: string, ...args: string[]): Promise<Result> {
    const child = spawn(findPulumi(), [...args, "--stack", "beo-datastore", "--non-interactive"], {
      cwd: join(workspace.folder, "bootstrap"),
      env: { ...workspace.environment(), PULUMI_CONFIG_PASSPHRASE: "", PULUMI_BACKEND_URL: backend },
    });
    const result = await collectOutput(child);
    expect(result.code, result.output).to.equal(0);
    return result;
  }

  const listRoles = async () => {
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    return Roles.flatMap(({ RoleName = "" }) => (RoleName.startsWith("beo-datastore-") ? RoleName : []));
  };

  async function empty(Bucket: string): Promise<void> {
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      const objects = [...Versions, ...DeleteMarkers];
      if (objects.length === 0) {
        return;
      }
      for (const { Key, VersionId } of objects) {
        await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
      }
    }
  }

  it("deletes the roles once the settings name no repository", async () => {
    expect(await listRoles()).to.have.members(
      ["deploy", "preview", "restore"].map((role) => `beo-datastore-dev-${role}`),
    );
    writeFileSync(
      settingsFile(),
      readFileSync(settingsFile(), "utf8").replace(/^.*beo-bootstrap:github.*\n/m, ""),
    );
    await inBootstrap(`s3://${bucket}?region=us-west-1`, "up", "--yes");
    expect(await listRoles()).to.deep.equal([]);
  });

  it("deletes everything else, with the state in a file", async () => {
    const local = `file://${join(workspace.folder, "local-state")}`;
    mkdirSync(join(workspace.folder, "local-state"));
    await inBootstrap(`s3://${bucket}?region=us-west-1`, "stack", "export", "--file", "state.json");
    await s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: {} }));
    await empty(bucket);
    await empty(`${bucket}-logs`);
    await inBootstrap(local, "stack", "init");
    await inBootstrap(local, "stack", "import", "--file", "state.json");
    await inBootstrap(local, "state", "unprotect", "--all", "--yes");
    await inBootstrap(local, "destroy", "--yes");
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).to.deep.equal([]);
    const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
    expect(Policies).to.deep.equal([]);
  });
});
