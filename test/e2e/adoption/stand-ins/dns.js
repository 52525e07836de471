"use strict";
/** Answers Node.js's DNS queries from the emulated AWS. */
const dns = require("node:dns");
const promises = require("node:dns/promises");

const isLocal = (name) => /^(localhost|[\d.]+|.*:.*)$/.test(name);

async function answer(name, type) {
  const { chain, address } = await require("./internet").resolve(name);
  const found = { A: address && [address], CNAME: chain.length > 1 ? [chain[1]] : undefined }[type];
  if (!found) {
    throw Object.assign(new Error(`query${type} ENOTFOUND ${name}`), { code: "ENOTFOUND", hostname: name });
  }
  return found;
}

const lookup = promises.lookup;
const methods = {
  resolve: (name, type = "A") => answer(name, type),
  resolve4: (name) => answer(name, "A"),
  resolve6: (name) => answer(name, "AAAA"),
  resolveCname: (name) => answer(name, "CNAME"),
};
Object.assign(promises, methods, {
  lookup: async (name, options) => {
    if (isLocal(name)) {
      return lookup(name, options);
    }
    const [address] = await answer(name, "A");
    return options?.all ? [{ address, family: 4 }] : { address, family: 4 };
  },
});
Object.assign(promises.Resolver.prototype, methods);
for (const [method, query] of Object.entries(methods)) {
  const callBack = (name, ...args) => {
    const done = args.pop();
    query(name, ...args).then((found) => done(null, found), done);
  };
  dns[method] = callBack;
  dns.Resolver.prototype[method] = callBack;
}
