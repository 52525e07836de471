import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, beforeEach, describe, it } from "mocha";

const root = join(__dirname, "../..");

/** A process that runs a query through a tunnel, as `npx beo restore` does. */
const program = (beginning: string) => `
const { query } = require("${root}/cli/psql/query");
const { withTunnel } = require("${root}/cli/psql/tunnel");
${beginning}
const database = { host: "db.example.com", port: "5432", name: "a", user: "b", password: "c" };
withTunnel(["aws", "ssm", "start-session"], (port) => query(database, port, "SELECT 1")).then(({ code }) => {
  console.log("psql ended with " + code);
});
`;

describe("a process that forwards a port to a database", () => {
  const folder = mkdtempSync(join(tmpdir(), "psql-end-"));
  const [bin, temporary, log] = ["bin", "tmp", "log"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  before(() => {
    mkdirSync(bin);
    mkdirSync(temporary);
    // The AWS CLI and its plugin end the session at SIGINT.
    const commands = {
      aws: `trap 'echo closed >> ${log}; exit 0' INT
echo "Port 54321 opened for sessionId me-1."; echo "Waiting for connections..."
while :; do sleep 0.1; done`,
      psql: `trap 'exit 3' INT TERM
echo reading >> ${log}
for i in $(seq 50); do sleep 0.1; done`,
    };
    for (const [name, script] of Object.entries(commands)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
  });
  beforeEach(() => {
    writeFileSync(log, "");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const isLogged = async (text: string) => {
    while (!readFileSync(log, "utf8").includes(text)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  /** Sends a signal to the process, or to its group as a terminal does, while psql runs. */
  async function interrupt(signal: NodeJS.Signals, { beginning = "", group = false } = {}) {
    const child = spawn(process.execPath, ["--require", join(root, "preload.js"), "-e", program(beginning)], {
      cwd: root,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}`, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    const ended = new Promise<object>((resolve) => {
      child.on("close", (code, by) => {
        resolve({ code, by, output });
      });
    });
    await isLogged("reading");
    process.kill(group ? -child.pid! : child.pid!, signal);
    return await ended;
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    for (const group of [false, true]) {
      it(`ends the session, removes its files and ends by ${signal}${group ? " of a terminal" : ""}`, async () => {
        expect(await interrupt(signal, { group })).to.deep.equal({ code: null, by: signal, output: "" });
        await isLogged("closed");
        expect(readdirSync(temporary)).to.deep.equal([]);
      });
    }
  }

  it("leaves a signal to a caller that handles it", async () => {
    const beginning = `process.on("SIGINT", () => console.log("handled"));`;
    expect(await interrupt("SIGINT", { beginning, group: true })).to.deep.equal({
      code: 0,
      by: null,
      output: "handled\npsql ended with 3\n",
    });
    await isLogged("closed");
    expect(readdirSync(temporary)).to.deep.equal([]);
  });
});
