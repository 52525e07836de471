import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { fixtures } from "../support/stacks";

const root = join(__dirname, "../..");
const commands =
  "plan bootstrap preflight up platform adopt status drift diff recover restore restore-drill shell manage psql env overlay app-workflow".split(
    " ",
  );

function beo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "cli/beo.js"), ...args], {
    cwd: fixtures,
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  return { status, stdout, stderr };
}

describe("npx beo", () => {
  it("is linked by npm from a workspace of its own", () => {
    const read = (file: string) =>
      JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, unknown>;
    expect(read("package.json").workspaces).to.include("cli");
    expect(read("cli/package.json").bin).to.deep.equal({ beo: "./beo.js" });
  });

  it("lists its commands and exit codes with --help", () => {
    const { status, stdout, stderr } = beo("--help");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    for (const command of commands) {
      expect(stdout).to.match(new RegExp(`^ {2}${command} `, "m"));
    }
    expect(stdout).to.include("Exit codes: 0 ");
  });

  for (const command of commands) {
    it(`explains ${command} with --help`, () => {
      const { status, stdout, stderr } = beo(command, "--help");
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
      expect(stdout)
        .to.match(new RegExp(`^Usage: npx beo ${command} `))
        .and.match(/^Exit codes: 0 [^]*2\s+wrong\s+usage/m);
    });

    it(`wraps the help of ${command} at 80 columns`, () => {
      const { stdout } = beo(command, "--help");
      expect(stdout.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
    });
  }

  it("says that native Windows is not supported", () => {
    const script = `Object.defineProperty(process, "platform", { value: "win32" }); require("./cli/beo.js");`;
    const { status, stderr } = spawnSync(process.execPath, ["--eval", script], {
      cwd: root,
      encoding: "utf8",
    });
    expect(status).to.equal(1);
    expect(stderr).to.match(/^Native Windows is not supported\..*WSL/);
  });

  it("documents the exit code of drift", () => {
    expect(beo("help", "drift").stdout.replaceAll("\n", " ")).to.include(
      "0 no drift, 1 failure or not compared, 2 wrong usage, 3 drift found",
    );
  });

  const wrong: [args: string[], message: RegExp][] = [
    [[], /^Name a command\.$/m],
    [["nosuch"], /^Unknown command 'nosuch'$/m],
    [["plna"], /Did you mean plan\?/],
    [["drift"], /^Missing required argument 'STACK'$/m],
    [["env", "prod", "--nonsense"], /^Unknown option '--nonsense'$/m],
    [["adopt", "dev", "prod"], /^Too many arguments/m],
    [["restore", "dev", "--snapshot", "--undo"], /^--snapshot needs a value, but has "--undo"\.$/m],
    [["restore", "dev", "--time", "--yes"], /^--time needs a value, but has "--yes"\.$/m],
    [["restore", "dev", "--snapshot", ""], /^--snapshot needs a value, but has ""\.$/m],
    [["restore-drill", "dev", "--snapshot", "--yes"], /^--snapshot needs a value, but has "--yes"\.$/m],
    [["psql", "dev", "--host", "--master"], /^--host needs a value, but has "--master"\.$/m],
    [["status"], /^Name a stack, or use --all\.$/m],
    [
      ["status", "dev", "--all"],
      /^dev and --all exclude each other: --all takes all stacks\. Leave one of them out\.$/m,
    ],
    [["preflight", "--all", "dev"], /^dev and --all exclude each other:/m],
    [
      ["preflight", "../dev"],
      /^"\.\.\/dev" is not the name of a stack\. Expected dev, or organization\/<project>\/dev\.$/m,
    ],
    [["plan", "nosuch"], /^There is no stack "nosuch".*The stacks are dev, staging, prod/m],
  ];
  for (const [args, message] of wrong) {
    it(`exits with 2 and one line of usage after "beo ${args.join(" ")}"`, () => {
      const { status, stdout, stderr } = beo(...args);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.match(message);
      expect(stderr.match(/^Usage: npx beo /gm)).to.have.length(1);
    });
  }

  it("compares two stacks as JSON", () => {
    const { status, stdout, stderr } = beo("diff", "staging", "prod", "--json");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    const comparison = JSON.parse(stdout) as { stacks: string[]; resources: object[] };
    expect(comparison.stacks).to.deep.equal(["staging", "prod"]);
    expect(comparison.resources).to.deep.include({
      path: "Instance beo-db-instance: multiAz",
      first: "false",
      second: "true",
    });
  });
});
