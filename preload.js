"use strict";

/**
 * Node.js loads this file before the program, the tests and the scripts (`node --require ./preload.js`). It loads
 * Pulumi's SDK without the parts that this project does not use, and registers Sucrase, which transpiles the TypeScript
 * that is loaded afterwards. `npm run bench` measures what it saves.
 */
const { createRequire } = require("node:module");
const util = require("node:util");

loadSdkWithoutCompilers();
skipDebugMessages();
skipStackTracesOfPromises();
inspectWithoutColors();
require("sucrase/register/ts");

/**
 * The SDK loads the TypeScript compiler and npm's Arborist, which serialize functions for AWS Lambda: half of its
 * loading time and 40 % of its memory. They are loaded on first use instead.
 */
function loadSdkWithoutCompilers() {
  const requireFromSdk = createRequire(require.resolve("@pulumi/pulumi"));
  const deferred = ["typescript", "@npmcli/arborist"].map((name) => requireFromSdk.resolve(name));
  for (const file of deferred) {
    let loaded;
    // With `__esModule` the SDK keeps the proxy; otherwise it copies all members, which would load the module.
    const get = (_, member) => member === "__esModule" || (loaded ??= requireFromSdk(file))[member];
    require.cache[file] = { loaded: true, exports: new Proxy({}, { get }) };
  }
  require("@pulumi/pulumi");
  for (const file of deferred) {
    // The SDK holds the proxy. Other callers get the module itself.
    delete require.cache[file];
  }
}

/** Debug messages are three quarters of the SDK's calls to the engine, and contain secrets in plain text. */
function skipDebugMessages() {
  require("@pulumi/pulumi/log").debug = () => Promise.resolve();
}

/** The SDK formats a stack trace for every promise, a sixth of a preview's time, and shows it only for leaked promises. */
function skipStackTracesOfPromises() {
  const debuggable = require("@pulumi/pulumi/runtime/debuggable");
  const { debuggablePromise, debugPromiseLeaks } = debuggable;
  if (debugPromiseLeaks) {
    return;
  }
  debuggable.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

/** Node.js 20.20.2 does not return from `util.inspect` when it colors an error's stack, as the SDK does for a failed program. */
function inspectWithoutColors() {
  const { inspect } = util;
  const withoutColors = (value, options, ...rest) =>
    inspect(value, options?.colors ? { ...options, colors: false } : options, ...rest);
  util.inspect = Object.defineProperties(withoutColors, Object.getOwnPropertyDescriptors(inspect));
}
