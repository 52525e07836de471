import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DecryptCommand,
  DescribeKeyCommand,
  KMSClient,
  paginateListAliases,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { collectOutput, type Result } from "./support/collect-output";
import { emulatorOf } from "./support/emulator";
import { findPulumi } from "./support/tools";
import { Workspace } from "./support/workspace";

const root = join(__dirname, "../..");
const account = "123456789012";
const bucket = `beo-datastore-state-${account}`;
const url = `s3://${bucket}?region=us-west-1`;
const secret = "secret-of-the-rehearsal";
const options = ["--github", "octo-org/octo-repo", "--application-github", "octo-org/octo-app"];

/** A small program in place of the stack's: one secret, one resource with a name of the stack's own. */
const program = `
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
new ssm.Parameter("token", {
  name: \`/beo-datastore-\${pulumi.getStack()}/TOKEN\`,
  type: "SecureString",
  value: config.requireSecret("secretKey"),
  description: config.require("appUrl"),
});
`;

describe("npx beo bootstrap", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let emulator: ReturnType<typeof emulatorOf>;
  let s3: S3Client;
  let kms: KMSClient;

  before(async () => {
    workspace = new Workspace({ PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined });
    const { folder, aws } = workspace;
    for (const part of ["bootstrap", "plan"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    for (const stack of ["dev", "staging", "prod"]) {
      rmSync(join(folder, "bootstrap", `Pulumi.${stack}.yaml`), { force: true });
    }
    writeFileSync(settingsFile(), 'config:\n  # For the emulated AWS.\n  aws:s3UsePathStyle: "true"\n');
    writeFileSync(join(folder, "index.ts"), program);
    // `login` keeps the backend here.
    process.env.PULUMI_CREDENTIALS_PATH = join(folder, "credentials");
    mkdirSync(process.env.PULUMI_CREDENTIALS_PATH);
    emulator = emulatorOf(aws);
    const { AWS_ENDPOINT_URL: endpoint = "" } = aws.environment;
    const credentials = {
      accessKeyId: aws.environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: aws.environment.AWS_SECRET_ACCESS_KEY ?? "",
    };
    s3 = new S3Client({ region: "us-west-1", endpoint, credentials, forcePathStyle: true });
    kms = new KMSClient({ region: "us-west-1", endpoint, credentials });
    // A stack from before: its state is on this machine, and a passphrase encrypts its secrets.
    expect((await inOldBackend("stack", "init", "staging")).code).to.equal(0);
    expect(
      (
        await inOldBackend(
          "config",
          "set",
          "--secret",
          "secretKey",
          `${secret}-of-staging-0123456789`,
          "--stack",
          "staging",
        )
      ).code,
    ).to.equal(0);
    const { code, output } = await inOldBackend("up", "--yes", "--stack", "staging");
    expect(code, output).to.equal(0);
  });
  after(() => {
    delete process.env.PULUMI_CREDENTIALS_PATH;
    workspace.remove();
  });

  const oldBackend = () => `file://${join(workspace.folder, "state")}`;
  const inOldBackend = (...args: string[]) =>
    runPulumi(args, { PULUMI_BACKEND_URL: oldBackend(), PULUMI_CONFIG_PASSPHRASE: "rehearsal" });

  /** Runs the CLI with more variables, such as another backend or the credentials of a role. */
  async function runPulumi(args: string[], variables: NodeJS.ProcessEnv, folder = "."): Promise<Result> {
    const child = spawn(findPulumi(), [...args, "--non-interactive"], {
      cwd: join(workspace.folder, folder),
      env: { ...workspace.environment(), ...variables },
    });
    return await collectOutput(child);
  }

  const settingsFile = () => join(workspace.folder, "bootstrap/Pulumi.beo-datastore.yaml");
  const readSettings = () => readFileSync(settingsFile(), "utf8");

  /** Runs the command, and kills it with all that it started once AWS has had a call. */
  async function interruptAfter(action: string): Promise<void> {
    const child: ChildProcess = spawn(
      process.execPath,
      [join(root, "cli/beo.js"), "bootstrap", ...options, "--yes"],
      { cwd: workspace.folder, env: workspace.environment(), stdio: ["ignore", "pipe", "pipe"] },
    );
    const output = collectOutput(child);
    const seen = async () =>
      (await emulator.calls()).some((call) => call.action === action && call.error === null);
    while (child.exitCode === null && !(await seen())) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(
      child.exitCode,
      `ended before ${action}: ${child.exitCode === null ? "" : (await output).output}`,
    ).to.equal(null);
    workspace.kill(child);
    await output;
  }

  it("shows what it would create, and changes nothing without a yes", async () => {
    const { code, output } = workspace.beo("bootstrap", ...options);
    expect(code, output).to.equal(1);
    expect(output)
      .to.include(`create  s3 Bucket state-bucket (${bucket})`)
      .and.include("create  kms Alias prod-secrets-alias (alias/beo-datastore-prod-state)")
      .and.include("create  iam Role prod-deploy-role (beo-datastore-prod-deploy)")
      .and.include("Nothing was changed.");
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).to.deep.equal([]);
    expect(readSettings()).not.to.include("octo-org");
  });

  it("continues after it was killed: after the bucket was created, and while keys were", async () => {
    await interruptAfter("CreateBucket");
    await interruptAfter("CreateKey");
    const { code, output } = workspace.beo("bootstrap", ...options, "--yes");
    expect(code, output).to.equal(0);
    expect(output).not.to.include("create  s3 Bucket state-bucket");
    const keys: (string | undefined)[] = [];
    for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
      keys.push(...Keys.map(({ KeyId }) => KeyId));
    }
    expect(keys).to.have.length(3);
    const aliases: (string | undefined)[] = [];
    for await (const { Aliases = [] } of paginateListAliases({ client: kms }, {})) {
      aliases.push(
        ...Aliases.flatMap(({ AliasName }) => (AliasName?.startsWith("alias/aws/") ? [] : AliasName)),
      );
    }
    expect(aliases).to.have.members(
      ["dev", "staging", "prod"].map((stack) => `alias/beo-datastore-${stack}-state`),
    );
  });

  it("keeps its own state in the bucket, and the settings in a file to commit", async () => {
    const Key = ".pulumi/stacks/beo-bootstrap/beo-datastore.json";
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await Body?.transformToString()).to.include("beo-datastore-prod-deploy");
    expect(parse(readSettings())).to.deep.include({
      config: {
        "aws:s3UsePathStyle": "true",
        "aws:region": "us-west-1",
        "beo-bootstrap:name": "beo-datastore",
        "beo-bootstrap:github": "octo-org/octo-repo",
        "beo-bootstrap:applicationRepository": "octo-org/octo-app",
        "aws:allowedAccountIds": [account],
      },
    });
    expect(readSettings()).to.include("# For the emulated AWS.");
  });

  it("has logged in, and created the stacks with their keys, for this account only", async () => {
    expect((await workspace.succeed("whoami", "--verbose")).replaceAll(/\s+/g, " ")).to.include(
      `Backend URL: ${url}`,
    );
    for (const stack of ["dev", "prod"]) {
      const file = parse(readFileSync(join(workspace.folder, `Pulumi.${stack}.yaml`), "utf8")) as Record<
        string,
        unknown
      >;
      expect(file.secretsprovider).to.equal(`awskms://alias/beo-datastore-${stack}-state?region=us-west-1`);
      expect(file.config).to.deep.include({
        "aws:allowedAccountIds": [account],
        "beo-datastore:permissionsBoundary": `arn:aws:iam::${account}:policy/beo-datastore-${stack}-boundary`,
        "beo-datastore:rolePath": `/beo-datastore-${stack}/`,
        "pulumi:autonaming": {
          providers: {
            aws: {
              resources: {
                "aws:s3/bucket:Bucket": { pattern: `beo-datastore-${stack}-bundles-\${hex(7)}` },
              },
            },
          },
        },
      });
    }
  });

  it("changes nothing and asks nothing when it runs again", () => {
    const { code, output } = workspace.beo("bootstrap");
    expect(code, output).to.equal(0);
    expect(output).to.include("No changes.").and.include("The stacks in").and.not.include("(yes/no)");
  });

  it("refuses settings that leave out what exists, and deletes nothing", () => {
    const before = readSettings();
    const { code, output } = workspace.beo("bootstrap", "--stacks", "dev,staging", "--yes");
    expect(code).to.equal(1);
    expect(output)
      .to.include("delete kms Key prod-secrets-key")
      .and.include("Nothing was changed.")
      .and.include("docs/bootstrap.md#delete");
    expect(readSettings()).to.equal(before);
  });

  it("passes the policies of the pack", async () => {
    const { code, output } = await inBootstrap(
      "preview",
      "--policy-pack",
      "../policies",
      "--policy-pack-config",
      "policy-config.json",
    );
    expect(code, output).to.equal(0);
    expect(output).not.to.match(/\[(mandatory|advisory)\]/);
  });

  /** Runs the CLI for the bootstrap project, as docs/bootstrap.md says. */
  async function inBootstrap(...args: string[]): Promise<Result> {
    return await runPulumi(
      [...args, "--stack", "beo-datastore"],
      { PULUMI_CONFIG_PASSPHRASE: "", PULUMI_BACKEND_URL: url },
      "bootstrap",
    );
  }

  /** The secret of a stack, as the state in the bucket has it. */
  async function getDeployedSecret(stack: string): Promise<unknown> {
    const { output } = await workspace.quietly("stack", "export", "--show-secrets", "--stack", stack);
    return /secret-of-the-rehearsal-of-\w+-\d+/.exec(output)?.[0];
  }

  it("names the stack of another backend, and does not create it", () => {
    const { output } = workspace.beo("bootstrap");
    const provider = "awskms://alias/beo-datastore-staging-state?region=us-west-1";
    expect(output).to.include(
      `npx pulumi stack migrate '<URL of the old backend>' staging --secrets-provider '${provider}'`,
    );
    expect(output).to.match(/The stacks in .*: dev, prod\./);
  });

  it("moves that stack with its secrets by the command that it prints, without a change", async () => {
    const provider = "awskms://alias/beo-datastore-staging-state?region=us-west-1";
    const moved = await runPulumi(
      ["stack", "migrate", oldBackend(), "staging", "--secrets-provider", provider, "--yes"],
      {
        PULUMI_CONFIG_PASSPHRASE: "rehearsal",
      },
    );
    expect(moved.code, moved.output).to.equal(0);
    expect(readFileSync(join(workspace.folder, "Pulumi.staging.yaml"), "utf8"))
      .to.include(`secretsprovider: ${provider}`)
      .and.not.include("encryptionsalt");
    const { code, output } = await workspace.pulumi("preview", "--expect-no-changes", "--stack", "staging");
    expect(code, output).to.equal(0);
    expect(await getDeployedSecret("staging")).to.equal(`${secret}-of-staging-0123456789`);
    const again = workspace.beo("bootstrap");
    expect(again.output)
      .to.match(/The stacks in .*: dev, prod, staging\./)
      .and.not.include("migrate");
  });

  it("gives a stack with a passphrase a key by change-secrets-provider, without a change", async () => {
    const withPassphrase = { PULUMI_CONFIG_PASSPHRASE: "of-alice" };
    const run = async (...args: string[]) => {
      const { code, output } = await runPulumi([...args, "--stack", "alice"], withPassphrase);
      expect(code, output).to.equal(0);
    };
    expect((await runPulumi(["stack", "init", "alice"], withPassphrase)).code).to.equal(0);
    await run("config", "set", "appUrl", "https://alice.beo-e2e.net");
    await run("config", "set", "--secret", "secretKey", `${secret}-of-alice-0123456789`);
    await run("config", "set", "aws:region", "us-west-1");
    await run("up", "--yes");
    await run("stack", "change-secrets-provider", "awskms://alias/beo-datastore-dev-state?region=us-west-1");
    const { code, output } = await workspace.pulumi("preview", "--expect-no-changes", "--stack", "alice");
    expect(code, output).to.equal(0);
    expect(await getDeployedSecret("alice")).to.equal(`${secret}-of-alice-0123456789`);
  });

  describe("roles of GitHub, with IAM enforced", () => {
    before(async () => {
      for (const stack of ["dev", "prod"]) {
        await workspace.quietly(
          "config",
          "set",
          "--secret",
          "secretKey",
          `${secret}-of-${stack}-0123456789`,
          "--stack",
          stack,
        );
      }
      await workspace.succeed("up", "--yes", "--stack", "prod");
      await emulator.set({ enforce_iam: "true" });
    });
    after(async () => {
      await emulator.set({ enforce_iam: "false" });
    });

    const endpointOf = () => workspace.aws.environment.AWS_ENDPOINT_URL ?? "";
    const toSdk = (credentials: Awaited<ReturnType<typeof assume>>) => ({
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
      sessionToken: credentials.AWS_SESSION_TOKEN,
    });
    const toToken = (claims: object) => {
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
      const now = Math.floor(Date.now() / 1000);
      return [
        encode({ alg: "RS256", typ: "JWT" }),
        encode({ iat: now, exp: now + 300, ...claims }),
        "c2lnbmF0dXJl",
      ].join(".");
    };

    /** The credentials of a role, by a token of GitHub. */
    async function assume(role: string, claims: { sub: string; aud?: string }) {
      const sts = new STSClient({
        region: "us-west-1",
        endpoint: endpointOf(),
      });
      const { Credentials } = await sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: `arn:aws:iam::${account}:role/${role}`,
          RoleSessionName: "rehearsal",
          WebIdentityToken: toToken({
            iss: "https://token.actions.githubusercontent.com",
            aud: "sts.amazonaws.com",
            ...claims,
          }),
        }),
      );
      return {
        AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? "",
        AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? "",
        AWS_SESSION_TOKEN: Credentials?.SessionToken ?? "",
      };
    }

    /** Runs the CLI with a role's credentials. */
    async function as(role: string, environment: string, ...args: string[]): Promise<Result> {
      const credentials = await assume(role, { sub: `repo:octo-org/octo-repo:environment:${environment}` });
      return await runPulumi(args, { ...credentials, PULUMI_BACKEND_URL: url });
    }

    it("let the deploy role create and update its stack", async () => {
      const first = await as("beo-datastore-dev-deploy", "dev", "up", "--yes", "--stack", "dev");
      expect(first.code, first.output).to.equal(0);
      await workspace.succeed("config", "set", "appUrl", "https://new.beo-e2e.net", "--stack", "dev");
      const second = await as("beo-datastore-dev-deploy", "dev", "up", "--yes", "--stack", "dev");
      expect(second.code, second.output).to.equal(0);
      expect(second.output).to.match(/~ 1 updated/);
    });

    it("let the preview role read its stack, and not change it", async () => {
      const preview = await as(
        "beo-datastore-dev-preview",
        "dev-preview",
        "preview",
        "--refresh",
        "--stack",
        "dev",
      );
      expect(preview.code, preview.output).to.equal(0);
      const pullRequest = await as(
        "beo-datastore-dev-preview",
        "dev-pull-request",
        "preview",
        "--stack",
        "dev",
      );
      expect(pullRequest.code, pullRequest.output).to.equal(0);
      const up = await as("beo-datastore-dev-preview", "dev-preview", "up", "--yes", "--stack", "dev");
      expect(up.code).not.to.equal(0);
      expect(up.output).to.include("AccessDenied");
    });

    it("keep the state and the secrets of another stack from a role", async () => {
      for (const kind of ["deploy", "preview"]) {
        const environment = kind === "deploy" ? "dev" : "dev-preview";
        const { code, output } = await as(
          `beo-datastore-dev-${kind}`,
          environment,
          "stack",
          "export",
          "--stack",
          "prod",
        );
        // S3 answers HeadObject without a text.
        expect(code, output).not.to.equal(0);
        expect(output)
          .to.match(/HeadObject.* 403|AccessDenied|Forbidden/s)
          .and.not.include(secret);
        const credentials = await assume(`beo-datastore-dev-${kind}`, {
          sub: `repo:octo-org/octo-repo:environment:${environment}`,
        });
        const other = new S3Client({
          region: "us-west-1",
          endpoint: endpointOf(),
          forcePathStyle: true,
          credentials: toSdk(credentials),
        });
        const Key = ".pulumi/stacks/beo-datastore/prod.json";
        const failures = [
          await other.send(new GetObjectCommand({ Bucket: bucket, Key })).then(
            () => "read",
            (error: unknown) => (error as Error).name,
          ),
          await other.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "{}" })).then(
            () => "written",
            (error: unknown) => (error as Error).name,
          ),
        ];
        expect(failures).to.deep.equal(["AccessDenied", "AccessDenied"]);
        const decrypt = async (stack: string) => {
          const file = readFileSync(join(workspace.folder, `Pulumi.${stack}.yaml`), "utf8");
          const { encryptedkey } = parse(file) as { encryptedkey: string };
          // The emulated AWS knows the key of a request only where it is named.
          const alias = `alias/beo-datastore-${stack}-state`;
          const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
          return await new KMSClient({
            region: "us-west-1",
            endpoint: endpointOf(),
            credentials: toSdk(credentials),
          })
            .send(
              new DecryptCommand({
                KeyId: KeyMetadata?.Arn,
                CiphertextBlob: Buffer.from(encryptedkey, "base64"),
              }),
            )
            .then(
              () => "decrypted",
              (error: unknown) => (error as Error).name,
            );
        };
        expect([await decrypt("dev"), await decrypt("prod")]).to.deep.equal([
          "decrypted",
          "AccessDeniedException",
        ]);
      }
    });

    const refused: [title: string, claims: { sub: string; aud?: string }][] = [
      ["another environment", { sub: "repo:octo-org/octo-repo:environment:dev" }],
      ["a pull request without an environment", { sub: "repo:octo-org/octo-repo:pull_request" }],
      ["a branch without an environment", { sub: "repo:octo-org/octo-repo:ref:refs/heads/main" }],
      ["another repository", { sub: "repo:octo-org/other:environment:prod" }],
      ["a fork", { sub: "repo:mallory/octo-repo:environment:prod" }],
      [
        "another audience",
        { sub: "repo:octo-org/octo-repo:environment:prod", aud: "https://github.com/octo-org" },
      ],
    ];
    for (const [title, claims] of refused) {
      it(`refuse a token of ${title}`, async () => {
        const error = await assume("beo-datastore-prod-deploy", claims).then(
          () => "assumed",
          (failure: unknown) => (failure as Error).name,
        );
        expect(error).to.match(/^(AccessDenied|InvalidIdentityToken)/);
      });
    }
  });

  // A suite of its own: mocha runs the tests of a suite before the suites in it.
  describe("the operators, afterwards", () => {
    it("destroy every stack with their own credentials, and saw no secret", async () => {
      for (const stack of ["dev", "staging", "prod", "alice"]) {
        await workspace.succeed("destroy", "--yes", "--stack", stack);
      }
      expect(workspace.printed).not.to.include(secret);
    });
  });
});
