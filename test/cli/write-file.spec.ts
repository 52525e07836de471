import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { writeFiles } from "../../cli/overlay/files";
import { UserError } from "../../cli/user-error";
import { createTemporaryFolder, createWriteError, writeNewFile, writeWholeFile } from "../../cli/write-file";
import { fixtures } from "../support/stacks";

const beo = join(__dirname, "../../cli/beo.js");

describe("a file that a command writes", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "write-"));
    file = join(folder, "state.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const getMessage = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      expect(error).to.be.instanceOf(UserError);
      return (error as Error).message;
    }
    return expect.fail("nothing was thrown");
  };

  it("is written as a whole, with its permissions, and leaves no part", () => {
    writeFileSync(join(folder, "state.part.json"), "half");
    writeWholeFile(file, "{}", { mode: 0o600, advice: "" });
    expect(readdirSync(folder)).to.deep.equal(["state.json"]);
    expect(readFileSync(file, "utf8")).to.equal("{}");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("is kept without --force", () => {
    writeFileSync(file, "old");
    expect(
      getMessage(() => {
        writeNewFile(file, "new", { force: false, advice: "" });
      }),
    ).to.equal(`${file} already exists. Use --force to overwrite it.`);
    writeNewFile(file, "new", { force: true, advice: "" });
    expect(readFileSync(file, "utf8")).to.equal("new");
  });

  it("says what it is for and what to do if it cannot be written", () => {
    const inFile = join(file, "state.json");
    writeFileSync(file, "");
    const advice = "It is the copy of the state. Nothing was changed.";
    const part = join(file, "state.part.json");
    expect(
      getMessage(() => {
        writeWholeFile(inFile, "", { advice });
      }),
    ).to.equal(`Cannot write ${part} (ENOTDIR: not a directory).\n${advice}`);
    // As Node.js reports a file system that is mounted read-only.
    const error = new Error("EROFS: read-only file system, open '/beo/state-dev-1.part.json'");
    expect(createWriteError("/beo/state-dev-1.part.json", error, advice).message).to.equal(
      `Cannot write /beo/state-dev-1.part.json (EROFS: read-only file system).\n${advice}`,
    );
  });

  it("of the overlay is named with what to do", () => {
    writeFileSync(join(folder, ".platform"), "");
    const path = ".platform/hooks/start.sh";
    const message = getMessage(() => {
      writeFiles(folder, [{ path, content: "", isExecutable: true }]);
    });
    expect(message).to.match(/^Cannot write .*\/\.platform\/hooks\/start\.sh \((ENOTDIR|EEXIST): .*\)\.\n/);
    expect(message.split("\n")[1]).to.equal(
      "Make the checkout writable, then run the command again: it writes the files that are missing.",
    );
  });

  it("goes into a temporary folder that can be named", () => {
    const { TMPDIR } = process.env;
    process.env.TMPDIR = join(folder, "missing");
    try {
      expect(getMessage(() => createTemporaryFolder("beo-"))).to.equal(
        `Cannot write ${join(folder, "missing")} (ENOENT: no such file or directory).\nThe command needs a folder for temporary files. Name one that can be written: export TMPDIR=<folder>`,
      );
    } finally {
      if (TMPDIR === undefined) {
        delete process.env.TMPDIR;
      } else {
        process.env.TMPDIR = TMPDIR;
      }
    }
  });

  it("may be chosen: npx beo app-workflow --write", () => {
    const target = join(folder, "missing/deploy.yml");
    const infrastructure = `owner/beo@${"0".repeat(40)}`;
    const args = ["app-workflow", "dev", "--infrastructure", infrastructure, "--write", target];
    const { status, stderr } = spawnSync(process.execPath, [beo, ...args], {
      cwd: fixtures,
      encoding: "utf8",
    });
    expect(stderr).to.equal(
      `Cannot write ${target} (ENOENT: no such file or directory).\nChoose another file with --write. Its folder must exist.\n`,
    );
    expect(status).to.equal(1);
  });
});
