"use strict";

/**
 * What Node loads before this project's program and scripts (`node --require ./preload.js`): Pulumi's SDK, and then
 * Sucrase, which reads the TypeScript of all that is loaded after it.
 *
 * With itself the SDK loads the TypeScript compiler and npm's Arborist, which turn functions into the code of Lambdas:
 * two thirds of its time, and half of its memory. Here nothing does that, so both wait until something asks for them.
 */
const { createRequire } = require("node:module");

const requireOfSdk = createRequire(require.resolve("@pulumi/pulumi"));
const late = ["typescript", "@npmcli/arborist"].map((name) => requireOfSdk.resolve(name));

for (const file of late) {
  let real;
  // As an ES module has it: the SDK copies the members of any other module, which would load it.
  const get = (_, member) => member === "__esModule" || (real ??= requireOfSdk(file))[member];
  require.cache[file] = { loaded: true, exports: new Proxy({}, { get }) };
}
require("@pulumi/pulumi");
for (const file of late) {
  // The SDK has what stands for it; everybody else gets the module.
  delete require.cache[file];
}

// Three of four calls that the SDK makes of the engine are debug messages, and there are secrets in them in the clear.
require("@pulumi/pulumi/log").debug = () => Promise.resolve();

require("sucrase/register/ts");
