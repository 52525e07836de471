import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { describeAwsFailure } from "../../cli/aws-failure";
import { createBackendClient, createClients } from "../../cli/aws-clients";
import { createClients as createShellClients } from "../../cli/shell/clients";
import { createRdsClient } from "../../stacks/database-sources";
import { fixtures } from "../support/stacks";

const root = join(__dirname, "../..");
const shellKey = "AKIAIOSFODNN7SHELLKEY";
const accounts: Record<string, string> = {
  AKIAIOSFODNN7NORTHKEY: "111111111111",
  AKIAIOSFODNN7SOUTHKEY: "222222222222",
};
const [northKey, southKey] = Object.keys(accounts) as [string, string];

/** https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
const credentials = [
  "[north]",
  `aws_access_key_id = ${northKey}`,
  "aws_secret_access_key = secret",
  "[south]",
  `aws_access_key_id = ${southKey}`,
  "aws_secret_access_key = secret",
].join("\n");

/** A client that reads its credentials when it sends its first request. */
interface AwsClient {
  config: { credentials: () => Promise<{ accessKeyId: string }> };
}

describe("stacks with profiles of their own", function () {
  this.timeout(120_000);
  let folder = "";
  let shell: NodeJS.ProcessEnv = {};
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "profiles-")));
    writeFileSync(join(folder, "credentials"), credentials);
    shell = {
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_ACCESS_KEY_ID: shellKey,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  describe("in one process", () => {
    let original: NodeJS.ProcessEnv = {};
    before(() => {
      original = { ...process.env };
      Reflect.deleteProperty(process.env, "AWS_PROFILE");
      Object.assign(process.env, shell);
    });
    after(() => {
      // Not a new object: the environment of the process, which os.tmpdir reads, would no longer follow it.
      for (const name of Object.keys(shell)) {
        Reflect.deleteProperty(process.env, name);
      }
      Object.assign(process.env, original);
    });

    const readKeys = async (clients: object) => {
      const entries = Object.entries(clients) as [string, AwsClient | (() => AwsClient)][];
      const keys = await Promise.all(
        entries.map(async ([, client]) => {
          const { config } = typeof client === "function" ? client() : client;
          return (await config.credentials()).accessKeyId;
        }),
      );
      expect(keys).to.have.length.above(1);
      return [...new Set(keys)];
    };
    const region = "us-west-1";
    const configure = (profile: string) => ({ "aws:region": region, "aws:profile": profile });

    it("have the credentials of their own profile, and leave the environment as it is", async () => {
      const environment = { ...process.env };
      // All are created before the first one sends a request, as for --all.
      const clients = [
        createClients(configure("north")),
        createClients({ "aws:region": region }),
        createClients(configure("south")),
        createShellClients({ stack: "prod", region, profile: "north" }),
        createShellClients({ stack: "prod", region }),
        { here: createRdsClient(region, "south"), there: createRdsClient("us-west-2", "south") },
      ];
      expect(await Promise.all(clients.map(readKeys))).to.deep.equal([
        [northKey],
        [shellKey],
        [southKey],
        [northKey],
        [shellKey],
        [southKey],
      ]);
      expect(process.env).to.deep.equal(environment);
    });

    it("say which profile is missing, who names it, and what to do", async () => {
      const { sts } = createClients(configure("tenantx"), { stack: "tenant" });
      const error = await sts.send(new GetCallerIdentityCommand({})).catch((caught: unknown) => caught);
      expect(describeAwsFailure(error as Error)).to.deep.equal({
        reason:
          "There are no credentials of the profile tenantx, which the configuration of tenant names (aws:profile); AWS_PROFILE does not change that: Could not load credentials from any providers",
        fix: [
          "aws configure sso --profile tenantx    # once",
          "aws sso login --profile tenantx    # if the session has expired",
          "npx pulumi config rm aws:profile --stack tenant    # to use the shell's credentials",
        ],
      });
    });

    it("have their state read with the shell's credentials", async () => {
      const client = createBackendClient(configure("north")) as unknown as AwsClient;
      expect((await client.config.credentials()).accessKeyId).to.equal(shellKey);
    });
  });

  it("are each checked in their own account by npx beo preflight --all", async () => {
    const regionKeys: string[] = [];
    // Answers who asks, and denies everything else.
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const [, key = ""] = /Credential=(\w+)\//.exec(request.headers.authorization ?? "") ?? [];
        const account = accounts[key] ?? "333333333333";
        if (body.includes("Action=DescribeRegions")) {
          regionKeys.push(key);
        }
        const isIdentity = body.includes("Action=GetCallerIdentity");
        response.writeHead(isIdentity ? 200 : 403, { "content-type": "text/xml" });
        response.end(
          isIdentity
            ? `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
            : "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
        );
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const project = join(folder, "project");
    cpSync(fixtures, project, { recursive: true });
    appendFileSync(join(project, "Pulumi.yaml"), `main: ${join(relative(project, root), "index.ts")}\n`);
    for (const [stack, profile, account] of [
      ["dev", "north", "111111111111"],
      ["staging", "south", "222222222222"],
      ["prod", undefined, "333333333333"],
    ]) {
      const lines = [
        ...(profile ? [`aws:profile: ${profile}`] : []),
        `aws:allowedAccountIds: ["${account}"]`,
      ];
      appendFileSync(join(project, `Pulumi.${stack}.yaml`), lines.map((line) => `  ${line}\n`).join(""));
    }
    // The state is read with the shell's credentials.
    writeFileSync(
      join(project, "pulumi"),
      `#!/bin/sh\necho "profile: $AWS_PROFILE, key: $AWS_ACCESS_KEY_ID" >>"${project}/cli.log"\necho '{"deployment": null}'\n`,
    );
    chmodSync(join(project, "pulumi"), 0o755);
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, [join(root, "cli/beo.js"), "preflight", "--all", "--json"], {
      cwd: project,
      env: {
        ...shell,
        PATH: `${project}:${process.env.PATH ?? ""}`,
        HOME: folder,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      },
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    server.close();
    const { stacks } = JSON.parse(stdout) as { stacks: { lines: { topic: string; text: string }[] }[] };
    const getAccount = ({ lines }: (typeof stacks)[0]) =>
      lines.find(({ topic }) => topic === "Account")?.text;
    expect(stacks.map(getAccount)).to.deep.equal([
      "Account 111111111111, as arn:aws:iam::111111111111:user/alice.",
      "Account 222222222222, as arn:aws:iam::222222222222:user/alice.",
      "Account 333333333333, as arn:aws:iam::333333333333:user/alice.",
    ]);
    // Sent once all stacks are planned.
    expect([...new Set(regionKeys)].sort()).to.deep.equal([northKey, shellKey, southKey].sort());
    const state = readFileSync(join(project, "cli.log"), "utf8");
    expect(state).to.equal(`profile: , key: ${shellKey}\n`.repeat(3));
    expect(stderr).to.equal("Checking what all stacks need …\n");
  });
});
