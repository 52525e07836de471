import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { formatDotenv } from "../../cli/env/dotenv";
import { fixtures } from "../support/stacks";

const beo = join(__dirname, "../../cli/beo.js");

describe("formatDotenv", () => {
  it("quotes only values with special characters", () => {
    expect(formatDotenv({ B: "https://a.example.com/x", A: "a b", C: "it's", D: "" })).to.equal(
      "A='a b'\nB=https://a.example.com/x\nC=\"it's\"\nD=\n",
    );
  });

  it("round-trips every value through Node's dotenv parser", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("ab '#\n=!*&;|<>~é")) });
    fc.assert(
      fc.property(text, (V) => {
        expect(parseEnv(formatDotenv({ V }))).to.deep.equal({ V });
      }),
    );
  });

  it("round-trips every value through the shell", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("ab \"'$`\\#\n\t=!*&;|<>~é")) });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (values) => {
        const variables = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
        const script = `set -a\n${formatDotenv(variables)}\n"${process.execPath}" -e 'process.stdout.write(JSON.stringify(process.env))'`;
        const read = JSON.parse(execFileSync("sh", ["-c", script], { encoding: "utf8", env: {} })) as object;
        expect(read).to.include(variables);
      }),
      { numRuns: 20 },
    );
  });
});

describe("npx beo env", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "env-"));
    // A fake CLI that knows one stack.
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
    spawnSync(process.execPath, [beo, "env", ...args], {
      cwd: fixtures,
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
    });

  it("prints the variables of the web environment, or of the worker, as dotenv or JSON", () => {
    expect(env("prod").stdout).to.equal("SECRET='a b'\nWHICH=webEnvironment\n");
    expect(env("prod", "--worker").stdout).to.equal("SECRET='a b'\nWHICH=workerEnvironment\n");
    expect(JSON.parse(env("prod", "--json").stdout)).to.deep.equal({
      WHICH: "webEnvironment",
      SECRET: "a b",
    });
  });

  it("writes a file that only its owner can read, and overwrites one only with --force", () => {
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

  it("fails with advice if the stack is not deployed", () => {
    const { status, stderr } = env("dev");
    expect(status).to.equal(1);
    expect(stderr).to.include("that dev is deployed");
  });
});
