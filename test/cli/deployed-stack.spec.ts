import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { fixtures } from "../support/stacks";

const beo = join(__dirname, "../../cli/beo.js");
const queue = {
  urn: "urn:pulumi:dev::beo-datastore::aws:sqs/queue:Queue::beo-queue-queue",
  type: "aws:sqs/queue:Queue",
};

describe("commands that read a deployed stack", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "deployed-"));
    // A fake CLI with the state of the file.
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\ncat "${folder}/state.json"\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (command: string, state: string) => {
    writeFileSync(join(folder, "state.json"), state);
    const { status, stderr } = spawnSync(process.execPath, [beo, command, "dev"], {
      cwd: fixtures,
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
    });
    return { status, message: stderr.trim().split("\n").at(-1) };
  };

  for (const command of ["status", "platform", "sleep", "restore"]) {
    it(`say the same of a stack that is not deployed: ${command}`, () => {
      expect(run(command, JSON.stringify({ deployment: { resources: [] } }))).to.deep.equal({
        status: 1,
        message: "dev is not deployed. Check what its first deployment needs: npx beo preflight dev",
      });
    });
  }

  it("say that nothing was changed only where they change something", () => {
    const deployed = { ...queue, id: "https://sqs.us-west-1.amazonaws.com/123456789012/beo-datastore-dev" };
    writeFileSync(join(folder, "state.json"), JSON.stringify({ deployment: { resources: [deployed] } }));
    const getConsequence = (command: string) => {
      const { stderr } = spawnSync(process.execPath, [beo, command, "dev"], {
        cwd: fixtures,
        encoding: "utf8",
        // No credentials.
        env: { PATH: `${folder}:${process.env.PATH ?? ""}`, AWS_EC2_METADATA_DISABLED: "true" },
      });
      return /^(.*)\. Check:$/m.exec(stderr)?.[1];
    };
    expect(["status", "platform", "sleep", "restore"].map(getConsequence)).to.deep.equal([
      "The status of the stack is not known",
      "No commands are printed",
      "Nothing was changed",
      "Nothing was changed",
    ]);
  });

  it("point to recover after a first deployment that was interrupted", () => {
    const pending_operations = [{ type: "creating", resource: queue }];
    expect(
      run("status", JSON.stringify({ deployment: { resources: [], pending_operations } })),
    ).to.deep.equal({
      status: 1,
      message:
        "The first deployment of dev is running or was interrupted. See what to do: npx beo recover dev",
    });
  });

  it("say what to do if the state cannot be read", () => {
    expect(run("status", "")).to.deep.equal({
      status: 1,
      message:
        "Cannot read the state of dev. Check that you are logged in (npx pulumi whoami). If you are: npx beo recover dev",
    });
  });
});
