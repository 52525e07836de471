"use strict";
/** `dig [+short] NAME [TYPE]`, `host NAME` and `nslookup NAME`: the names and the address, a line each. */
const { resolve } = require("./internet");

const [name] = process.argv.slice(2).filter((word) => /\.[a-z]/i.test(word) && !/^[+@-]/.test(word));
resolve(name).then(({ chain, address }) => {
  console.log([...chain.slice(1).map((one) => `${one}.`), ...(address ? [address] : [])].join("\n"));
});
