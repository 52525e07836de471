// The engine starts a policy pack as plain JavaScript; Sucrase lets it load the TypeScript files.
require("sucrase/register/ts");
require("./pack").start();
