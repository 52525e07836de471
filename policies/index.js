// The engine starts a pack as plain JavaScript: this lets it read the rest.
require("sucrase/register/ts");
require("./pack").start();
