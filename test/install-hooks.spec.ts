import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";

describe("scripts/install-hooks.js", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hooks-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });

  /** Installs into a copy of the project at a path below the folder, and returns the outer checkout's hooks path. */
  function install(path: string, { production = false, env = process.env } = {}): string {
    const project = join(folder, path);
    mkdirSync(join(project, "scripts"), { recursive: true });
    if (!production) {
      mkdirSync(join(project, "node_modules", "lint-staged"), { recursive: true });
    }
    const script = join(project, "scripts", "install-hooks.js");
    cpSync(join(__dirname, "..", "scripts", "install-hooks.js"), script);
    execFileSync(process.execPath, [script], { cwd: project, env, stdio: "pipe" });
    try {
      return git("config", "--local", "core.hooksPath").trim();
    } catch {
      return "";
    }
  }

  it("uses .githooks in a checkout of this project", () => {
    git("init");
    expect(install(".")).to.equal(".githooks");
  });

  it("leaves the hooks of an outer repository alone", () => {
    git("init");
    expect(install("infrastructure")).to.equal("");
  });

  it("leaves hooks that the checkout has already", () => {
    git("init");
    writeFileSync(join(folder, ".git", "hooks", "pre-commit"), "#!/bin/sh\n");
    expect(install(".")).to.equal("");
  });

  it("leaves a hooks path that is set already", () => {
    git("init");
    git("config", "core.hooksPath", ".husky");
    expect(install(".")).to.equal(".husky");
  });

  it("installs nothing with production dependencies only", () => {
    git("init");
    expect(install(".", { production: true })).to.equal("");
  });

  it("succeeds outside a git checkout, and without git", () => {
    expect(install(".")).to.equal("");
    expect(install(".", { env: { PATH: "" } })).to.equal("");
  });
});
