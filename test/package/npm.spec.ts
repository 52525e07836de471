import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type * as components from "../../components";
import type { PropertyObject } from "../../plan/values";
import { run } from "../support/run";

const root = join(__dirname, "../..");
const load = createRequire(__filename);

const bundles = [
  "docker/Dockerfile",
  "docker/server.py",
  "python/Procfile",
  "python/beo_datastore/__init__.py",
  "python/beo_datastore/wsgi.py",
]
  .map((file) => `beanstalk/bootstrap/${file}`)
  .concat("beanstalk/session/run");

/** The JavaScript and the types of each file of the components. */
function modules(): string[] {
  return readdirSync(join(root, "components"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .flatMap((file) => [`${file}.js`, `${file}.d.ts`]);
}

describe("the npm package", () => {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  const installed = join(folder, "node_modules/@beo-datastore/beo");
  let packed: { filename: string; size: number; files: { path: string }[] };
  before(() => {
    execFileSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" });
    const list = execFileSync("npm", ["pack", join(root, "dist"), "--json", "--silent"], {
      cwd: folder,
      encoding: "utf8",
    });
    [packed] = JSON.parse(list) as [typeof packed];

    // The example as npm installs it: the package, and the SDKs beside it.
    cpSync(join(root, "examples/database-and-queue"), folder, { recursive: true });
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", packed.filename, "-C", installed, "--strip-components=1"], { cwd: folder });
    for (const other of ["@pulumi", "@types"]) {
      symlinkSync(join(root, "node_modules", other), join(folder, "node_modules", other));
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has the components and nothing else", () => {
    const tables = ["schema.json", "beanstalk/aws-options.json", "postgres-parameters.json"];
    const expected = ["LICENSE", "README.md", "package.json", ...tables, ...modules(), ...bundles];
    expect(packed.files.map(({ path }) => path)).to.have.members(expected);
    // With the tables of options and parameters, which the checks need.
    expect(packed.size).to.be.below(170_000);
  });

  it("installs nothing but the SDKs, in the program's versions", () => {
    const manifest = load(join(installed, "package.json")) as Record<string, object | undefined>;
    expect(Object.keys(manifest.peerDependencies ?? {})).to.deep.equal([
      "@pulumi/aws",
      "@pulumi/pulumi",
      "@pulumi/random",
    ]);
    for (const name of ["dependencies", "devDependencies", "workspaces", "scripts"]) {
      expect(manifest).not.to.have.property(name);
    }
  });

  it("is what npm packs of a clone, which it builds for `npm install git+https://…`", () => {
    const list = execFileSync("npm", ["pack", root, "--dry-run", "--json", "--ignore-scripts"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ files }] = JSON.parse(list) as [typeof packed];
    expect(files.map(({ path }) => path)).to.have.members([
      ...["LICENSE", "README.md", "package.json"],
      ...packed.files.map(({ path }) => `dist/${path}`),
    ]);
    const { exports } = load(join(root, "package.json")) as {
      exports: Record<string, Record<string, string>>;
    };
    expect(files.map(({ path }) => `./${path}`)).to.include.members(
      [".", "./testing"].flatMap((name) => Object.values(exports[name]!)),
    );
  });

  it("has types: the example compiles, and a misspelt argument does not", () => {
    writeFileSync(
      join(folder, "misspelt.ts"),
      `import { Queue } from "@beo-datastore/beo";
      // @ts-expect-error
      new Queue("queue", { queueNam: "celery" });`,
    );
    const tsc = load.resolve("typescript/bin/tsc");
    writeFileSync(
      join(folder, "tsconfig.both.json"),
      '{ "extends": "./tsconfig.json", "files": ["index.ts", "misspelt.ts"] }',
    );
    execFileSync(process.execPath, [tsc, "--project", "tsconfig.both.json"], {
      cwd: folder,
      stdio: "inherit",
    });
  });

  it("creates a database and a queue in the example", async () => {
    const made = await run(() => load(join(folder, "index.ts")) as unknown);
    expect(made.resources.map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "pulumi:pulumi:Stack beo-datastore-dev",
      "beo:index:Database reports",
      "random:index/randomPassword:RandomPassword reports-password",
      "aws:rds/subnetGroup:SubnetGroup reports-subnets",
      "aws:rds/parameterGroup:ParameterGroup reports-postgres17",
      "aws:ec2/securityGroup:SecurityGroup reports-access",
      "aws:cloudwatch/logGroup:LogGroup reports-postgresql-log",
      "aws:cloudwatch/logGroup:LogGroup reports-upgrade-log",
      "aws:rds/instance:Instance reports-instance",
      "beo:index:Queue tasks",
      "aws:sqs/queue:Queue tasks-dead-letters",
      "aws:sqs/queue:Queue tasks-queue",
      "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy tasks-redrive-allow",
      "aws:sqs/queuePolicy:QueuePolicy tasks-queue-tls-only",
      "aws:sqs/queuePolicy:QueuePolicy tasks-dead-letters-tls-only",
    ]);
    expect(made.inputs("reports-instance")).to.include({ identifier: "reports", dbName: "reports" });
    expect(made.inputs("tasks-queue").name).to.equal("report-tasks");
  });

  it("has mocks for unit tests of programs that use it", () => {
    const file = join(folder, "unit-test.ts");
    writeFileSync(
      file,
      `import * as pulumi from "@pulumi/pulumi";
      import { createMocks } from "@beo-datastore/beo/testing";

      void pulumi.runtime.setMocks(createMocks({
        newResource: ({ type }) => (type === "aws:sqs/queue:Queue" ? { url: "https://queue" } : undefined),
      }));
      async function test() {
        const { BeoDatastore } = await import("@beo-datastore/beo");
        const beo = new BeoDatastore("beo", {
          applicationName: "beo-dev",
          environment: "dev",
          appUrl: "https://app.example.com",
          supportEmail: "support@example.com",
          mail: { domain: "example.com" },
        });
        pulumi
          .all([beo.url, beo.databaseHost, beo.queueUrl, beo.dnsRecords, beo.webEnvironment, beo.loadBalancerArn ?? ""])
          .apply((values) => { console.log(JSON.stringify(values)); });
      }
      void test();`,
    );
    const compiler = ["--module", "nodenext", "--target", "es2022", "--strict", "--skipLibCheck", file];
    execFileSync(process.execPath, [load.resolve("typescript/bin/tsc"), ...compiler], { stdio: "inherit" });
    const output = execFileSync(process.execPath, ["unit-test.js"], { cwd: folder, encoding: "utf8" });
    const [url, databaseHost, queueUrl, records, variables, loadBalancerArn] = JSON.parse(output) as [
      ...[string, string, string],
      ...[{ name: string }[], Record<string, string>, string],
    ];
    expect(url).to.equal("http://beo-dev.us-west-1.elasticbeanstalk.com");
    expect(databaseHost).to.equal("beo-dev.example.us-west-1.rds.amazonaws.com");
    expect(queueUrl).to.equal("https://queue");
    expect(records.map(({ name }) => name)).to.include("token-1._domainkey.example.com");
    expect(variables).to.include({ AWS_MEDIA_BUCKET_NAME: "beo-dev-media", CELERY_DEFAULT_QUEUE: "beo-dev" });
    expect(loadBalancerArn).to.match(/^arn:aws:elasticloadbalancing:.*beo-dev/);
  });

  it("finds the bundle of the first version in itself", async () => {
    const { BeoDatastore } = load(installed) as typeof components;
    const made = await run(
      () =>
        new BeoDatastore("beo", {
          applicationName: "beo-dev",
          environment: "dev",
          appUrl: "https://app.example.com",
          supportEmail: "support@example.com",
        }),
    );
    const { source } = made.resource("beo-eb-bootstrap-bundle").inputs;
    expect((source as PropertyObject).path).to.equal(join(installed, "beanstalk/bootstrap/python"));
  });
});
