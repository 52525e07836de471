import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { findDrift, formatDrift, type Step } from "../../cli/drift/find-drift";
import { unknown } from "../../plan/values";
import { fixtures } from "../support/stacks";

const urn = (type: string, name: string) =>
  `urn:pulumi:dev::beo-datastore::beo:index:BeoDatastore$${type}::${name}`;
const environment = urn("aws:elasticbeanstalk/environment:Environment", "web");
const option = (name: string, value: string) => ({ namespace: "aws:autoscaling:asg", name, value });

describe("findDrift", () => {
  const getMessages = (step: Omit<Step, "urn"> & { urn?: string }) =>
    findDrift([{ urn: environment, ...step }]).map(({ message }) => message);

  it("ignores resources without differences", () => {
    expect(
      findDrift(["same", "read", "refresh", "create-replacement"].map((op) => ({ op, urn: environment }))),
    ).to.deep.equal([]);
  });

  it("ignores that Elastic Beanstalk has deleted the bootstrap version", () => {
    for (const [type, name] of [
      ["aws:elasticbeanstalk/applicationVersion:ApplicationVersion", "beo-eb-bootstrap"],
      ["aws:s3/bucketObjectv2:BucketObjectv2", "beo-eb-bootstrap-bundle"],
    ] as const) {
      expect(getMessages({ op: "create", urn: urn(type, name) })).to.deep.equal([]);
      expect(getMessages({ op: "delete", urn: urn(type, name) })).to.have.length(1);
    }
  });

  it("reports resources that exist on one side only", () => {
    expect(getMessages({ op: "create" })).to.deep.equal(["Environment web does not exist in AWS"]);
    expect(getMessages({ op: "delete" })).to.deep.equal([
      "Environment web is in AWS but not in the program: pulumi up would DELETE it",
    ]);
  });

  it("reports only the inputs that differ, and identifies options by name", () => {
    expect(
      getMessages({
        op: "update",
        diffReasons: ["settings"],
        oldState: { inputs: { settings: [option("MinSize", "3"), option("Cooldown", "1")], tier: "Worker" } },
        newState: {
          inputs: { settings: [option("Cooldown", "1"), option("MaxSize", "2"), option("MinSize", "1")] },
        },
      }),
    ).to.deep.equal([
      "Environment web: settings[aws:autoscaling:asg MinSize] is 3 in AWS, 1 in the program",
      "Environment web: settings[aws:autoscaling:asg MaxSize] is not set in AWS, 2 in the program",
    ]);
  });

  it("reports that a secret differs without showing it", () => {
    const inputs = { value: "[secret]" };
    expect(
      getMessages({ op: "update", diffReasons: ["value"], oldState: { inputs }, newState: { inputs } }),
    ).to.deep.equal(["Environment web: value differs"]);
  });

  it("describes unknown values as known after deployment", () => {
    expect(
      getMessages({
        op: "update",
        oldState: { inputs: { settings: [option("MinSize", "1")] } },
        newState: { inputs: { settings: [option("MinSize", unknown)] } },
        diffReasons: ["settings"],
      }),
    ).to.deep.equal([
      "Environment web: settings[aws:autoscaling:asg MinSize] is 1 in AWS, known after deployment in the program",
    ]);
  });

  it("warns about a replacement", () => {
    expect(
      getMessages({
        op: "replace",
        diffReasons: ["tier"],
        oldState: { inputs: { tier: "WebServer" } },
        newState: { inputs: { tier: "Worker" } },
      }),
    ).to.deep.equal([
      "Environment web: tier is WebServer in AWS, Worker in the program",
      "pulumi up would REPLACE Environment web",
    ]);
  });
});

describe("formatDrift", () => {
  const database = urn("aws:rds/instance:Instance", "db");
  const format = (...actions: ("create" | "update" | "replace" | "delete")[]) =>
    formatDrift(
      "prod",
      actions.map((action) => ({ urn: database, action, message: action })),
    );

  it("suggests a refreshing update if it only creates and updates", () => {
    expect(format("create", "update").split("\n")).to.include("  npx pulumi up --refresh --stack prod");
    expect(format()).to.equal("prod: No drift.");
  });

  // An RDS instance whose identifier was changed by hand, or an environment that was terminated and recreated.
  for (const action of ["replace", "delete"] as const) {
    it(`does not suggest an update that would ${action} a resource`, () => {
      const text = format("update", action);
      expect(text).not.to.match(/^ +npx pulumi up/m);
      expect(text).to.match(
        /^Do not run `npx pulumi up .*docs\/\S+\.md: it would REPLACE or DELETE Instance db/m,
      );
    });
  }
});

describe("npx beo drift", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "drift-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the command with a fake CLI that prints this document. */
  const drift = (document: object, code: number, ...args: string[]) => {
    writeFileSync(join(folder, "document"), JSON.stringify(document));
    const script = `#!/bin/sh\ncat "${folder}/document"\nexit ${code}\n`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(__dirname, "../../cli/beo.js"), "drift", "prod", ...args],
      {
        cwd: fixtures,
        encoding: "utf8",
        env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
      },
    );
    return { status, stdout, stderr };
  };
  const progress = "Comparing prod with AWS …\n";

  it("exits with 0 without drift, and shows progress on standard error", () => {
    expect(drift({ steps: [{ op: "same", urn: environment }] }, 0)).to.deep.equal({
      status: 0,
      stdout: "prod: No drift.\n",
      stderr: progress,
    });
  });

  it("exits with 3 if it finds drift, and prints it as JSON", () => {
    const { status, stdout } = drift({ steps: [{ op: "create", urn: environment }] }, 0, "--json");
    expect(status).to.equal(3);
    expect(JSON.parse(stdout)).to.deep.equal({
      stack: "prod",
      drift: [{ urn: environment, action: "create", message: "Environment web does not exist in AWS" }],
    });
  });

  it("exits with 1 and the CLI's errors, each once, if the preview fails", () => {
    const error = { severity: "error", message: "no credentials\n" };
    const { status, stdout, stderr } = drift({ steps: [], diagnostics: [error, error] }, 255);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
    expect(stderr).to.equal(`${progress}Cannot compare prod with AWS.\nno credentials\n\n`);
  });
});
