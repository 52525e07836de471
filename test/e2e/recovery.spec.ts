import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { describe, it } from "mocha";
import { readStoredStack } from "../../cli/recover/backend";
import { clientsOf } from "./support/clients";
import { installCommandLines } from "./support/command-lines";
import { startAws } from "./support/tools";
import { Workspace } from "./support/workspace";
import {
  createReference,
  type Interruption,
  liveInterrupted,
  type Operation,
  type Run,
} from "../recovery/support/campaign";

/** One life of the recovery suite (npm run test:recovery), with the troubles that need different ways out. */
describe("a stack whose runs break off", function () {
  this.timeout(20 * 60_000);

  it("is recovered by the commands that npx beo recover prints", async () => {
    const interruptions: Partial<Record<Operation, Interruption>> = {
      create: { trouble: "SIGKILL" },
      rotate: { trouble: "lost answer", action: "CreateAccessKey" },
      update: { trouble: "older state without newer versions" },
      destroy: { trouble: "SIGKILL", action: "DeleteUserPolicy" },
    };
    const runs: Run[] = [];
    await liveInterrupted(
      "small",
      3,
      await createReference("small"),
      (run) => runs.push(run),
      ["create", "rotate", "update", "destroy"],
      (operation) => interruptions[operation] ?? expect.fail(operation),
    );
    const failed = runs.filter(({ problems }) => problems.length > 0);
    expect(
      failed.map(({ trouble, recovery, problems }) => ({ trouble, problems, output: recovery?.output })),
    ).to.deep.equal([]);
    expect(runs).to.have.length(4);
  });
});

describe("a stack that was never deployed", function () {
  this.timeout(3 * 60_000);

  it("has nothing to recover, but a first deployment to prepare", async () => {
    const workspace = new Workspace();
    try {
      await workspace.init("dev");
      const { code, output } = workspace.beo("recover", "dev");
      expect(output.trim().split("\n")).to.deep.equal([
        "Reading the state of dev, and AWS …",
        "dev is not deployed. Check what its first deployment needs: npx beo preflight dev",
      ]);
      expect(code).to.equal(1);
    } finally {
      workspace.remove();
    }
  });
});

describe("a state in a bucket", function () {
  this.timeout(3 * 60_000);

  it("is restored from a version of its object by the printed command", async () => {
    const folder = mkdtempSync(join(tmpdir(), "beo-recovery-"));
    const aws = startAws(folder);
    try {
      const { s3 } = clientsOf(aws);
      const Bucket = "team-state";
      const Key = "beo/.pulumi/stacks/beo-datastore/prod.json";
      const put = (key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key: key, Body }));
      const state = (time: string) =>
        JSON.stringify({
          version: 3,
          checkpoint: { latest: { manifest: { time }, resources: [{ urn: "urn", type: "type" }] } },
        });
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-1" } }),
      );
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
      );
      await put(Key, state("2026-11-23T10:00:00Z"));
      await put(Key, state("2026-11-24T10:00:00Z"));
      await put(Key, state("2026-11-24T10:00:00Z").slice(0, 40));
      await put(
        "beo/.pulumi/locks/organization/beo-datastore/prod/1.json",
        '{"pid":1,"username":"alice","hostname":"laptop","timestamp":"2026-11-24T10:00:00Z"}',
      );
      const url = `s3://${Bucket}/beo?region=us-west-1`;
      const { state: found, locks, versions } = await readStoredStack(url, "beo-datastore", "prod", s3);
      expect(found).to.equal("broken");
      expect(locks.map(({ username }) => username)).to.deep.equal(["alice"]);
      expect(versions.map(({ time }) => time)).to.deep.equal([
        "2026-11-24T10:00:00Z",
        "2026-11-23T10:00:00Z",
      ]);
      execFileSync("bash", ["-c", versions[0]?.restore ?? "false"], {
        env: {
          ...process.env,
          ...aws.environment,
          AWS_REGION: "us-west-1",
          PATH: [installCommandLines(), process.env.PATH].join(delimiter),
        },
        stdio: "pipe",
      });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).to.equal(state("2026-11-24T10:00:00Z"));
    } finally {
      aws.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
