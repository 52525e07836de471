#!/usr/bin/env node
"use strict";

// Loads the SDK and compiles this project's TypeScript on the fly, as every script of the project does.
require("../preload.js");
require("./main.ts");
