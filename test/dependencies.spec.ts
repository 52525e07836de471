import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { dependencies as commandDependencies } from "../cli/package.json";
import { dependencies, devDependencies } from "../package.json";

const root = join(__dirname, "..");

/** The files that `npm ci --omit=dev` has to make work: the program, the plan, the commands, and the policies. */
const files = [
  "index.ts",
  "preload.js",
  ...["cli", "plan", "stacks", "components", "policies"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|js)$/.test(file) && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  ),
];

/** The packages that a file loads. `import type` loads none. */
function getPackages(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8").replace(/^import type .*?;$/gms, "");
  return [...text.matchAll(/(?:^} from|^import .*from|^import|\brequire\()\s*"([^"./][^"]*)"/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !isBuiltin(name))
    .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
}

describe("the dependencies in package.json", () => {
  // Parts of the SDK, which preload.js and the plan reach into.
  const ofTheSdk = ["google-protobuf"];

  it("include every package that is loaded with production dependencies alone", () => {
    const missing = files.flatMap((file) =>
      getPackages(file)
        .filter((name) => !ofTheSdk.includes(name))
        .filter((name) => !(name in { ...dependencies, ...(file.startsWith("cli/") && commandDependencies) }))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).to.deep.equal([]);
    expect(files.flatMap(getPackages)).to.include.members(["@pulumi/policy", "commander", "sucrase", "yaml"]);
  });

  it("leave out what only the commands load, which others would install with the package from Git", () => {
    const loaded = new Set(files.filter((file) => !file.startsWith("cli/")).flatMap(getPackages));
    const clients = Object.keys(dependencies).filter((name) => name.startsWith("@aws-sdk/"));
    // stacks/ loads them when they are needed.
    expect(clients.filter((name) => !loaded.has(name))).to.deep.equal([
      "@aws-sdk/client-elastic-beanstalk",
      "@aws-sdk/client-rds",
    ]);
    expect(Object.values(commandDependencies).every((version) => /^\d+\.\d+\.\d+$/.test(version))).to.equal(
      true,
    );
  });

  it("include the Pulumi CLI, and name no package twice", () => {
    expect(dependencies).to.have.property("pulumi");
    const names = [dependencies, devDependencies, commandDependencies].flatMap((group) => Object.keys(group));
    expect(names).to.have.length(new Set(names).size);
  });
});
