import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { dotenv } from "../../scripts/env/dotenv";

const root = join(__dirname, "../..");

describe("a dotenv file", () => {
  it("leaves plain values plain, and quotes the rest", () => {
    expect(dotenv({ B: "https://a.example.com/x", A: "a b", C: "it's", D: "" })).to.equal(
      "A='a b'\nB=https://a.example.com/x\nC=\"it's\"\nD=\n",
    );
  });

  it("gives every value back when Node's own reader reads it", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("ab '#\n=!*&;|<>~é")) });
    fc.assert(
      fc.property(text, (V) => {
        expect(parseEnv(dotenv({ V }))).to.deep.equal({ V });
      }),
    );
  });

  it("gives every value back when the shell reads it", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("ab \"'$`\\#\n\t=!*&;|<>~é")) });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (values) => {
        const variables = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
        const script = `set -a\n${dotenv(variables)}\n"${process.execPath}" -e 'process.stdout.write(JSON.stringify(process.env))'`;
        const read = JSON.parse(execFileSync("sh", ["-c", script], { encoding: "utf8", env: {} })) as object;
        expect(read).to.include(variables);
      }),
      { numRuns: 20 },
    );
  });
});

describe("npm run env", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "env-"));
    // A stand-in that answers for one stack.
    writeFileSync(
      join(folder, "pulumi"),
      `#!/bin/sh\n[ "$7" = prod ] || exit 1\necho "{\\"WHICH\\":\\"$3\\",\\"SECRET\\":\\"a b\\"}"\n`,
    );
    chmodSync(join(folder, "pulumi"), 0o755);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const env = (...args: string[]) =>
    spawnSync(process.execPath, ["--require", "./preload.js", "scripts/env.ts", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
    });

  it("prints the web environment's variables, or the worker's", () => {
    expect(env("prod").stdout).to.equal("SECRET='a b'\nWHICH=webEnvironment\n");
    expect(env("prod", "--worker").stdout).to.equal("SECRET='a b'\nWHICH=workerEnvironment\n");
  });

  it("writes a file for its owner only, and none over another unless forced", () => {
    const file = join(folder, ".env");
    expect(env("prod", "--out", file).status).to.equal(0);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const again = env("prod", "--out", file);
    expect(again.status).to.equal(1);
    expect(again.stderr).to.include("--force");
    chmodSync(file, 0o644);
    expect(env("prod", "--worker", "--out", file, "--force").status).to.equal(0);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readFileSync(file, "utf8")).to.include("workerEnvironment");
  });

  it("explains itself, and what to do about a stack that is not there", () => {
    expect(env()).to.include({ status: 2, stdout: "" });
    expect(env("prod", "--nonsense").stderr).to.include("Usage: npm run env");
    const missing = env("nosuch");
    expect(missing.status).to.equal(1);
    expect(missing.stderr).to.include("is nosuch deployed");
  });
});
