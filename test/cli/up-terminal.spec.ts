import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";

/** What the preview of an update says to the Automation API. */
const event = JSON.stringify({
  resOutputsEvent: {
    metadata: { op: "create", urn: "urn:pulumi:north::beo-datastore::aws:sqs/queue:Queue::q" },
  },
});

/** A CLI whose update goes on until it is interrupted, and then saves what it did. */
const pulumi = `#!/bin/bash
case "$1" in
  version) echo v3.200.0 ;;
  whoami) echo '{"user":"u","url":"https://api.pulumi.com/u"}' ;;
  stack) [ "$2" = ls ] && echo '[{"name":"north","current":false}]' ;;
  preview)
    while [ $# -gt 0 ]; do [ "$1" = --event-log ] && echo '${event}' > "$2"; shift; done ;;
  up)
    trap 'echo INT >> signals; for i in 1 2 3 4 5; do echo "goes on $i" || echo broken >> signals; sleep 0.1; done; echo saved; exit 1' INT
    echo started
    echo $$ > id
    touch started
    while true; do sleep 0.1; done ;;
esac
`;

describe("npx beo up in a terminal", function () {
  this.timeout(180_000);
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "beo-up-test-"));
    writeFileSync(join(folder, "pulumi"), pulumi);
    chmodSync(join(folder, "pulumi"), 0o755);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: beo-datastore\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.north.yaml"), "config:\n  aws:region: us-west-1\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Starts an update, and does something once Pulumi runs. */
  const up = async (act: (child: ChildProcess) => void) => {
    const beo = join(__dirname, "../../cli/beo.js");
    const child = spawn(process.execPath, [beo, "up", "north", "--yes", "--logs", "logs"], {
      cwd: folder,
      env: { PATH: [folder, process.env.PATH].join(delimiter), HOME: folder },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const end = new Promise<number | null>((resolve) => child.on("close", resolve));
    while (!existsSync(join(folder, "started"))) {
      expect(child.exitCode, stderr + stdout).to.equal(null);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    act(child);
    return { code: await end, stdout, stderr };
  };
  const read = (name: string) => readFileSync(join(folder, name), "utf8").trim().split("\n");
  const getRuns = () => readdirSync(join(folder, "logs")).sort();
  const readLog = (run = 0) => read(`logs/${getRuns()[run] ?? ""}/north.log`);
  const whole = ["started", ...[1, 2, 3, 4, 5].map((number) => `goes on ${number}`), "saved"];

  it("lets the operations in progress end after SIGHUP, which may come twice, with nothing to write to", async () => {
    const { code } = await up((child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill("SIGHUP");
      setTimeout(() => child.kill("SIGHUP"), 200);
    });
    expect(code).to.equal(1);
    expect(read("signals")).to.deep.equal(["INT"]);
    expect(readLog()).to.deep.equal(whole);
  });

  it("prints the summary on standard error if the reader of standard output is gone", async () => {
    const { code, stderr } = await up((child) => {
      child.stdout?.destroy();
      child.kill("SIGINT");
    });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^north +interrupted /m);
    expect(stderr).to.match(/^ {2}npx beo recover north$/m);
  });

  it("keeps the logs of an earlier run", async () => {
    for (const count of [1, 2]) {
      rmSync(join(folder, "started"), { force: true });
      const { stdout } = await up((child) => child.kill("SIGINT"));
      expect(stdout).to.include(`Logs: ${join("logs", getRuns().at(-1) ?? "")}\n`);
      expect(getRuns()).to.have.length(count);
    }
    for (const run of [0, 1]) {
      expect(getRuns()[run]).to.match(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/);
      expect(readLog(run)).to.deep.equal(whole);
    }
  });

  it("leaves a run whole whose command was killed", async () => {
    await up((child) => {
      const id = Number(readFileSync(join(folder, "id"), "utf8"));
      child.kill("SIGKILL");
      process.kill(id, "SIGINT");
    });
    while (!readLog().includes("saved")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(readLog()).to.deep.equal(whole);
  });
});
