import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { PackageSpec } from "@pulumi/pulumi/provider/experimental/schema";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { stringify } from "yaml";
import { BeoDatastore } from "../../components";
import { record } from "../../plan/record";
import { packageSchema } from "../../scripts/docs/schema";
import type { PreviewedResource } from "./support/compare";
import { findYamlHost } from "./support/tools";
import { Workspace } from "./support/workspace";

const root = join(__dirname, "../..");
const folder = join(root, "plugin");
const token = "yaml-token-to-search-for";

/** The component package, used from programs in YAML. */
describe("the component package in the engine", function () {
  this.timeout(5 * 60_000);
  let workspace: Workspace;
  before(() => {
    workspace = new Workspace({
      PATH: [process.env.PATH, findYamlHost()].join(delimiter),
      // Lets the engine take the host from PATH.
      PULUMI_IGNORE_AMBIENT_PLUGINS: undefined,
    });
  });
  after(() => {
    workspace.remove();
  });

  const write = (program: string) => {
    writeFileSync(join(workspace.folder, "Pulumi.yaml"), program);
  };

  it("gives the engine the schema that docs/api.md is made of", async () => {
    const output = await workspace.succeed("package", "get-schema", folder);
    const { resources, types } = JSON.parse(output.slice(output.indexOf("{"))) as PackageSpec;
    const ours = await packageSchema();
    expect(shapeOf(resources)).to.deep.equal(shapeOf(ours.resources));
    expect(shapeOf(types)).to.deep.equal(shapeOf(ours.types));
  });

  it("makes of BeoDatastore in the example what a TypeScript program gets", async () => {
    const example = readFileSync(join(root, "examples/datastore-in-yaml/Pulumi.yaml"), "utf8");
    write(example.replace("../../plugin", folder));
    await workspace.init("dev");
    await workspace.succeed("config", "set", "supportEmail", "support@example.com", "--stack", "dev");
    await workspace.quietly("config", "set", "--secret", "pvwattsApiKey", token, "--stack", "dev");
    const output = await workspace.succeed("preview", "--json", "--stack", "dev");
    const { steps } = JSON.parse(output.slice(output.indexOf("{"))) as {
      steps: { newState: PreviewedResource }[];
    };
    const { resources } = await record(
      { project: "datastore-in-yaml", stack: "dev", config: { "aws:region": "us-west-1" } },
      () =>
        new BeoDatastore("datastore", {
          applicationName: "beo-datastore-dev",
          environment: "dev",
          appUrl: "https://dev.your-domain.org",
          supportEmail: "support@example.com",
          extraSecrets: { PVWATTS_API_KEY: token },
          web: { singleInstance: true },
          protect: false,
        }),
    );
    const previewed = steps.map(({ newState }) => newState).filter(({ type }) => !type.startsWith("pulumi:"));
    const recorded = resources.filter(({ type }) => !type.startsWith("pulumi:"));
    expect(previewed.map(({ urn }) => urn)).to.have.members(recorded.map(({ urn }) => urn));
    expect(recorded.length).to.be.above(90);
  });

  it("refuses an output in place of a plain value, in the preview and by name", async () => {
    write(
      stringify({
        name: "datastore-in-yaml",
        runtime: "yaml",
        packages: { beo: folder },
        config: { pvwattsApiKey: { type: "string", secret: true } },
        resources: {
          datastore: {
            type: "beo:BeoDatastore",
            properties: {
              applicationName: "beo-datastore-dev",
              environment: "dev",
              appUrl: "https://dev.your-domain.org",
              supportEmail: "support@example.com",
              domain: "${pvwattsApiKey}",
            },
          },
        },
      }),
    );
    const output = await workspace.fail("preview", "--stack", "dev");
    expect(output).to.include("domain").and.to.include("is an output, but the component has to know it");
    expect(output).not.to.include("aws:");
  });

  it("makes the resources, gives the outputs, and keeps secrets secret", async () => {
    write(
      stringify({
        name: "datastore-in-yaml",
        runtime: "yaml",
        packages: { beo: folder },
        config: { pvwattsApiKey: { type: "string", secret: true } },
        resources: {
          secrets: {
            type: "beo:SecretParameters",
            properties: { path: "/from-yaml/", values: { TOKEN: "${pvwattsApiKey}" } },
          },
          account: {
            type: "beo:ServiceAccount",
            properties: {
              userName: "from-yaml",
              staticBucketArn: "arn:aws:s3:::static",
              mediaBucketArn: "arn:aws:s3:::media",
              queueArn: "arn:aws:sqs:us-west-1:123456789012:celery",
            },
          },
        },
        outputs: { user: "${account.userName}", key: "${account.secretAccessKey}", arns: "${secrets.arns}" },
      }),
    );
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    const outputs = await workspace.succeed("stack", "output", "--json", "--stack", "dev");
    expect(JSON.parse(outputs)).to.deep.equal({
      user: "from-yaml",
      key: "[secret]",
      arns: { TOKEN: "arn:aws:ssm:us-west-1:123456789012:parameter/from-yaml/TOKEN" },
    });
    await workspace.succeed("stack", "export", "--stack", "dev");
    expect(await workspace.succeed("preview", "--expect-no-changes", "--stack", "dev")).to.include(
      "unchanged",
    );
    expect(workspace.printed).not.to.include(token);
  });
});

/** The engine leaves out empty lists, and marks what is required in lists only. */
function shapeOf(all: object): unknown {
  return JSON.parse(JSON.stringify(all), (key, value: unknown) =>
    key === "optional" || (Array.isArray(value) && value.length === 0) ? undefined : value,
  );
}
