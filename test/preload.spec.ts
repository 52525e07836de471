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
const loaded = `["typescript", "@npmcli/arborist"].filter((name) => require.resolve(name) in require.cache)`;

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
      .then((paths) => print([paths.size > 0, ${loaded}]))`;
    expect(run(script)).to.deep.equal([true, ["@npmcli/arborist"]]);
  });

  it("returns the real modules to other callers", () => {
    const script = `${print} const typescript = require("typescript"); const Arborist = require("@npmcli/arborist");
      print([Object.keys(typescript).length > 1000, new Arborist({ path: "." }) instanceof Arborist])`;
    expect(run(script)).to.deep.equal([true, true]);
  });

  it("keeps debug messages, and no others, from the engine", () => {
    const script = `${print} const { log } = require("@pulumi/pulumi");
      const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
      const address = "127.0.0.1:1";
      require("@pulumi/pulumi/runtime/settings").resetOptions("p", "s", 1, address, address, true, "");
      const messages = [];
      EngineClient.prototype.log = (request, done) => done(null, messages.push(request.getMessage()));
      Promise.all([log.debug("debug"), log.info("info"), log.warn("warning")]).then(() => print(messages))`;
    expect(run(script)).to.deep.equal(["info", "warning"]);
  });

  it("keeps stack traces of errors, and takes none of promises", () => {
    const script = `${print} const { output } = require("@pulumi/pulumi");
      require("@pulumi/pulumi/runtime/settings").resetOptions("p", "s", 1, "", "", true, "");
      const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const promise = Promise.resolve(1);
      void debuggablePromise(promise, "test");
      print([promise._debugStackTrace, new Error("wrong").stack.split("\\n").length > 1])`;
    expect(run(script)).to.deep.equal(["Error", true]);
  });

  it("reports promises that never end, so that no program stops half-way unnoticed", () => {
    const script = `require("@pulumi/pulumi/runtime/settings").resetOptions("p", "s", 1, "", "", true, "");
      require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(new Promise(() => {}), "test")`;
    const { status, stderr } = spawnSync(process.execPath, ["--require", "./preload.js", "--eval", script], {
      cwd: join(__dirname, ".."),
      encoding: "utf8",
    });
    expect(stderr).to.include("1 promise was still active");
    expect(status).to.equal(1);
  });

  it("inspects the error of a failed program, whatever its stack", () => {
    const script = `${print} const error = new Error("wrong");
      error.stack = "Error: wrong\\n    at /x/node_modules/@scope/file.ts:1:2";
      print(require("node:util").inspect(error, { colors: true }))`;
    expect(run(script)).to.equal("Error: wrong\n    at /x/node_modules/@scope/file.ts:1:2");
  });
});
