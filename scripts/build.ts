import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engines, license, version } from "../package.json";
import { dependencies as sdks, description, keywords, name } from "../plugin/package.json";

/**
 * Writes dist/, the components as an npm package: JavaScript, types, their schema, the bundle of the first version, and the
 * script of sessions. The package has a package.json of its own, so that its users do not install what only the program,
 * the tests and the tools need.
 */
const root = join(__dirname, "..");
const dist = join(root, "dist");
const assets = ["beanstalk/bootstrap", "beanstalk/session"];
rmSync(dist, { recursive: true, force: true });
const compile = (...options: string[]) =>
  execFileSync(
    process.execPath,
    [require.resolve("typescript/bin/tsc"), "--project", "components", ...options],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
// Editors show the docstrings of the types; the JavaScript does without them.
compile("--emitDeclarationOnly");
compile("--declaration", "false", "--removeComments");
for (const folder of assets) {
  cpSync(join(root, "components", folder), join(dist, folder), { recursive: true });
}
cpSync(join(root, "LICENSE"), join(dist, "LICENSE"));
cpSync(join(root, "plugin/README.md"), join(dist, "README.md"));

// Components check their arguments by it. The declarations have the descriptions and the outputs.
const { resources, types } = JSON.parse(readFileSync(join(root, "components/schema.json"), "utf8")) as {
  resources: Record<string, { inputProperties: object }>;
  types: object;
};
const inputs = Object.fromEntries(
  Object.entries(resources).map(([token, { inputProperties }]) => [token, { inputProperties }]),
);
const isLeftOut = (key: string, value: unknown) =>
  (key === "description" && typeof value === "string") || (key === "required" && Array.isArray(value));
const schema = JSON.stringify({ resources: inputs, types }, (key, value: unknown) =>
  isLeftOut(key, value) ? undefined : value,
);
writeFileSync(join(dist, "schema.json"), schema);

const manifest = {
  name,
  version,
  description,
  keywords,
  license,
  main: "index.js",
  types: "index.d.ts",
  exports: {
    ".": { types: "./index.d.ts", default: "./index.js" },
    "./testing": { types: "./testing.d.ts", default: "./testing.js" },
    "./package.json": "./package.json",
  },
  engines,
  // The program that uses the components decides their versions.
  peerDependencies: Object.fromEntries(
    Object.entries(sdks)
      .filter(([sdk]) => sdk.startsWith("@pulumi/"))
      .map(([sdk, sdkVersion]) => [sdk, `^${sdkVersion}`]),
  ),
};
writeFileSync(join(dist, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
