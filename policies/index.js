// The engine starts a policy pack as plain JavaScript, with an old TypeScript compiler for .ts files. Sucrase takes its
// place, also within node_modules, so that the pack runs wherever it is installed.
const { readFileSync } = require("node:fs");
const { transform } = require("sucrase");

require.extensions[".ts"] = (module, file) => {
  const { code } = transform(readFileSync(file, "utf8"), {
    transforms: ["typescript", "imports"],
    filePath: file,
  });
  module._compile(code, file);
};
require("./pack").start();
