#!/usr/bin/env node
"use strict";

if (process.platform === "win32") {
  console.error(
    "Native Windows is not supported. Run the commands in WSL: https://learn.microsoft.com/windows/wsl/install",
  );
  process.exit(1);
}
// Loads the SDK and compiles this project's TypeScript on the fly, as every script of the project does.
require("../preload.js");
require("./main.ts");
