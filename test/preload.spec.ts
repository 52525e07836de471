import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";

/** What a script prints that runs as this project's program does. */
function run(script: string): unknown {
  const { stdout } = spawnSync(process.execPath, ["--require", "./preload.js", "--eval", script], {
    cwd: join(__dirname, ".."),
    encoding: "utf8",
  });
  return JSON.parse(stdout);
}

const print = "const print = (value) => console.log(JSON.stringify(value));";
/** Which of the two have been read. What waits for its use has no children yet. */
const loaded = `["typescript", "@npmcli/arborist"].filter((name) =>
  require.cache[require.resolve(name)]?.children !== undefined)`;

describe("preload.js", () => {
  it("loads the SDK without the compiler and without Arborist", () => {
    expect(run(`${print} print([typeof require("@pulumi/pulumi").Output, ${loaded}])`)).to.deep.equal([
      "function",
      [],
    ]);
  });

  it("loads the compiler when a function is serialized", () => {
    const script = `${print} const answer = 42;
      require("@pulumi/pulumi").runtime.serializeFunction(() => answer)
        .then(({ text }) => print([text.includes("answer: 42"), ${loaded}]))`;
    expect(run(script)).to.deep.equal([true, ["typescript"]]);
  });

  it("loads Arborist when a function's packages are looked for", () => {
    const script = `${print} require("@pulumi/pulumi").runtime.computeCodePaths()
      .then((paths) => print([paths.size, ${loaded}]))`;
    // None: this package has no dependencies that a Lambda would need.
    expect(run(script)).to.deep.equal([0, ["@npmcli/arborist"]]);
  });

  it("gives everybody else the compiler itself", () => {
    const script = `${print} const { version } = require("typescript");
      print([version === require("typescript/package.json").version, ${loaded}])`;
    expect(run(script)).to.deep.equal([true, ["typescript"]]);
  });
});
