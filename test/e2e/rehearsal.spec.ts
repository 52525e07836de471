import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { emulatorOf } from "./support/emulator";
import { type Built, HandMadeBuilder } from "./support/hand-made";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";

/** Actions that read, as all of AWS's services name them. */
const reading = /^(Describe|Get|List|Head|Lookup)/;

describe("the rehearsal of an adoption", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let emulator: ReturnType<typeof emulatorOf>;
  let built: Built;
  before(async () => {
    workspace = new Workspace();
    emulator = emulatorOf(workspace.aws);
    await workspace.init("dev");
    built = await new HandMadeBuilder(name, { platform: "current" }, workspace.environment()).build();
  });
  after(() => {
    workspace.remove();
  });

  const copies = () =>
    readdirSync(join(workspace.folder, "tmp")).filter((file) => file.startsWith("beo-adopt-"));
  const exportState = async () => (await workspace.quietly("stack", "export", "--stack", "dev")).output;

  it("changes nothing: not AWS, not the stack, and leaves no copy behind", async () => {
    const state = await exportState();
    const earlier = (await emulator.calls()).length;
    const { output } = workspace.beo("adopt", "dev");
    const calls = (await emulator.calls()).slice(earlier);
    expect(output).to.include("Rehearsing the import and the update");
    expect(output)
      .to.include("database.storageType gp2")
      .and.include("~ visibilityTimeoutSeconds: 30 → 3600");
    for (const role of ["web", "worker"]) {
      expect(output).to.include(`aws:autoscaling:asg MaxSize: 4 → 1; keep: ${role}.maxSize 4`);
    }
    for (const change of [
      "versioning: off → on",
      "public access: allowed → blocked",
      "ACLs: enabled → disabled",
    ]) {
      expect(output).to.include(`~ ${change}`);
    }
    for (const secret of Object.values(built.secrets)) {
      expect(output).not.to.include(secret);
    }
    expect(calls.length).to.be.greaterThan(50);
    expect(calls.filter(({ action }) => !reading.test(action))).to.deep.equal([]);
    expect(await exportState()).to.equal(state);
    expect(copies()).to.deep.equal([]);
  });

  it("leaves no copy behind when it is ended", async () => {
    const script = join(__dirname, "../../cli/beo.js");
    const child = spawn(process.execPath, [script, "adopt", "dev"], {
      cwd: workspace.folder,
      env: workspace.environment(),
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    await new Promise<void>((resolve) => {
      child.stderr.on("data", (data: Buffer) => {
        if (data.toString().includes("Rehearsing")) {
          resolve();
        }
      });
    });
    expect(copies()).to.have.length(1);
    child.kill("SIGTERM");
    await ended;
    expect(copies()).to.deep.equal([]);
  });
});
