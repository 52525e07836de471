import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { fixtures } from "../support/stacks";

const root = join(__dirname, "../..");

describe("npx beo preflight, before it asks AWS", function () {
  this.timeout(120_000);
  let folder = "";
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "preflight-")));
    cpSync(fixtures, folder, { recursive: true });
    appendFileSync(join(folder, "Pulumi.yaml"), `main: ${join(relative(folder, root), "index.ts")}\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs it with a fake Pulumi that fails with this message, and without credentials. */
  const run = (stderr: string) => {
    writeFileSync(join(folder, "message"), stderr);
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\ncat "${folder}/message" >&2\nexit 255\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
    const { status, stdout } = spawnSync(process.execPath, [join(root, "cli/beo.js"), "preflight", "dev"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}`, HOME: folder, AWS_EC2_METADATA_DISABLED: "true" },
    });
    return { status, output: stdout };
  };

  it("checks nothing else if the state cannot be read", () => {
    const message = "error: could not list bucket: blob (code=NotFound): NoSuchBucket";
    const { status, output } = run(`${message}\n`);
    expect(status).to.equal(3);
    expect(output.slice(output.indexOf("\nState\n"))).to.equal(
      [
        "\nState",
        `  ✗ The state of dev cannot be read, so nothing else was checked. ${message}`,
        "      npx pulumi whoami --verbose",
        "      npx pulumi login s3://your-state-bucket",
        "",
      ].join("\n"),
    );
  });

  it("goes on if the stack is not in the backend yet, and says that there are no credentials", () => {
    const { status, output } = run("error: no stack named 'dev' found\n");
    expect(status).to.equal(3);
    expect(output.slice(output.indexOf("\nState\n"))).to.equal(
      [
        "\nState",
        "  ✗ The stack dev is not in the backend yet.",
        "      npx pulumi stack init dev",
        "",
        "Account",
        "  ✗ There are no credentials for AWS: Could not load credentials from any providers",
        "      aws configure sso    # once",
        "      aws sso login    # if the session has expired",
        "      export AWS_PROFILE=your-profile",
        "",
      ].join("\n"),
    );
  });
});
