"use strict";

/**
 * The engine starts this file for programs in YAML, Python, Go and other languages. Sucrase compiles the components and
 * their schema is a file, so that the package needs neither a build nor a TypeScript compiler where it is installed.
 */
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { delimiter, join, sep } = require("node:path");
const { version } = require("./package.json");

// In a clone only this folder has packages, and the components are beside it. In a checkout of the program they use the
// program's packages: a folder of their own in components/ would give the program two copies of Pulumi's SDK.
process.env.NODE_PATH = [join(__dirname, "node_modules"), process.env.NODE_PATH]
  .filter(Boolean)
  .join(delimiter);
Module._initPaths();
const folder = join(__dirname, "../components");
const load = Module.createRequire(join(folder, "index.ts"));
const pulumi = load("@pulumi/pulumi");
const { transform } = load("sucrase");

const compileOthers = require.extensions[".ts"];
require.extensions[".ts"] = (module, filePath) => {
  if (!filePath.startsWith(folder + sep)) {
    compileOthers?.(module, filePath);
    return;
  }
  const source = readFileSync(filePath, "utf8");
  module._compile(transform(source, { transforms: ["typescript", "imports"], filePath }).code, filePath);
};

/** @type {import("@pulumi/pulumi/provider").Provider} */
const provider = {
  version,
  getSchema: () => Promise.resolve(readFileSync(join(folder, "schema.json"), "utf8")),
  // Async: what a component throws has to be a rejection.
  async construct(name, type, inputs, options) {
    const Component = load("./index.ts")[type.replace(/^beo:index:/, "")];
    if (Component === undefined) {
      throw new Error(`The package has no component ${type}`);
    }
    const component = new Component(name, inputs, options);
    return { urn: component.urn, state: load("./outputs.ts").getOutputs(component) };
  },
};
void pulumi.provider.main(provider, process.argv.slice(2));
