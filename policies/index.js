// The engine starts a pack as plain JavaScript: this lets it read the rest.
require("tsx/cjs");
require("./pack").start();
