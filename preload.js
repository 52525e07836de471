/**
 * What Node loads before this project's program and scripts (`node --require ./preload.js`): Pulumi's SDK, and then
 * Sucrase, which reads the TypeScript of all that is loaded after it.
 *
 * With itself the SDK loads the TypeScript compiler and npm's Arborist, which turn functions into the code of Lambdas:
 * two thirds of its time, and half of its memory. Here nothing does that, so both wait until something asks for them.
 */
const { createRequire } = require("node:module");

const requireOfSdk = createRequire(require.resolve("@pulumi/pulumi"));

function loadWhenUsed(name) {
  const file = requireOfSdk.resolve(name);
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[file];
      real = requireOfSdk(file);
    }
    return real;
  };
  // As an ES module has it: the SDK copies the members of any other module, which would load it.
  const get = (_, member) => member === "__esModule" || load()[member];
  require.cache[file] = { loaded: true, exports: new Proxy({}, { get }) };
}

loadWhenUsed("typescript");
loadWhenUsed("@npmcli/arborist");
require("@pulumi/pulumi");

// Three of four calls that the SDK makes of the engine are debug messages, and there are secrets in them in the clear.
require("@pulumi/pulumi/log").debug = () => Promise.resolve();

require("sucrase/register/ts");
