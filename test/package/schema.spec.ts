import { readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  ObjectType,
  PackageSpec,
  Property,
  Resource,
} from "@pulumi/pulumi/provider/experimental/schema";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { apiReference } from "../../scripts/docs/api";
import { formatSchema, packageSchema } from "../../scripts/docs/schema";

const read = (file: string) => readFileSync(join(__dirname, "../..", file), "utf8");
const parse = (file: string) => JSON.parse(read(file)) as { version: string; dependencies: object };
const versionIn = (file: string) => parse(file).version;

/** The names of what has no description. */
function undocumented(owner: string, properties: Record<string, Property> = {}): string[] {
  return Object.entries(properties)
    .filter(([, { description }]) => !description)
    .map(([name]) => `${owner}.${name}`);
}

describe("the component package's schema", () => {
  let schema: PackageSpec;
  const component = (name: string): Resource => schema.resources[`beo:index:${name}`]!;
  const type = (name: string): ObjectType => schema.types[`beo:index:${name}`]!;
  before(async () => {
    schema = await packageSchema();
  });

  it("has every component, under the name and the version of the npm package", () => {
    expect(`@${schema.namespace}/${schema.name}`).to.equal("@beo-datastore/beo");
    expect(schema.version).to.equal(versionIn("package.json"));
    expect(Object.keys(schema.resources).sort()).to.deep.equal([
      "beo:index:Backups",
      "beo:index:Beanstalk",
      "beo:index:BeoDatastore",
      "beo:index:Budget",
      "beo:index:Certificate",
      "beo:index:Database",
      "beo:index:Firewall",
      "beo:index:Mail",
      "beo:index:Maintenance",
      "beo:index:Monitoring",
      "beo:index:Network",
      "beo:index:PrivateBucket",
      "beo:index:Queue",
      "beo:index:SecretParameters",
      "beo:index:ServiceAccount",
      "beo:index:Sleep",
      "beo:index:Storage",
      "beo:index:Vpc",
      "beo:index:WebDistribution",
    ]);
    expect(Object.values(schema.resources).every(({ isComponent }) => isComponent)).to.equal(true);
  });

  it("comes with packages in exactly the program's versions, and with no others", () => {
    const { dependencies, ...manifest } = parse("plugin/package.json");
    expect(parse("package.json").dependencies).to.deep.include(dependencies);
    expect(Object.keys(dependencies)).to.deep.equal([
      "@pulumi/aws",
      "@pulumi/pulumi",
      "@pulumi/random",
      "sucrase",
    ]);
    expect(manifest.version).to.equal(versionIn("package.json"));
    for (const name of ["devDependencies", "scripts", "workspaces"]) {
      expect(manifest).not.to.have.property(name);
    }
  });

  it("requires the arguments of each component that have no default", () => {
    const required = Object.entries(schema.resources).map(([token, { requiredInputs }]) => [
      token.replace("beo:index:", ""),
      requiredInputs,
    ]);
    expect(Object.fromEntries(required)).to.deep.equal({
      Backups: ["databaseArn", "mediaBucketName", "namePrefix"],
      Beanstalk: ["applicationName", "instanceSecurityGroupId", "instanceSubnetIds", "vpcId"],
      BeoDatastore: ["appUrl", "applicationName", "environment", "supportEmail"],
      Budget: ["budgetName", "costTags", "emails", "monthly"],
      Certificate: ["domain", "hostedZone"],
      Database: ["identifier"],
      Firewall: [],
      Mail: ["fromAddress"],
      Maintenance: ["loadBalancerArn"],
      Monitoring: [
        "dashboardName",
        "databaseIdentifier",
        "deadLetterQueueName",
        "queueName",
        "webEnvironmentName",
        "workerEnvironmentName",
      ],
      Network: [],
      PrivateBucket: [],
      Queue: [],
      SecretParameters: ["path", "values"],
      ServiceAccount: ["mediaBucketArn", "queueArn", "staticBucketArn"],
      Sleep: ["databaseIdentifier", "namePrefix"],
      Storage: ["namePrefix"],
      Vpc: ["namePrefix"],
      WebDistribution: ["comment", "originHost"],
    });
  });

  it("has enums for closed sets", () => {
    const values = (name: string) => schema.types[`beo:index:${name}`]?.enum?.map(({ value }) => value);
    expect(component("BeoDatastore").inputProperties?.environment).to.include({
      $ref: "#/types/beo:index:Tier",
    });
    expect(values("Tier")).to.deep.equal(["dev", "staging", "prod"]);
    expect(values("MonitoringInterval")).to.deep.equal([0, 1, 5, 10, 15, 30, 60]);
    expect(type("WebArgs").properties?.deploymentPolicy).to.include({
      $ref: "#/types/beo:index:DeploymentPolicy",
    });
  });

  it("has types: texts, numbers, maps, lists and groups, known beforehand or not", () => {
    const { inputProperties = {}, properties = {} } = component("BeoDatastore");
    expect(inputProperties.extraSecrets).to.deep.include({
      type: "object",
      additionalProperties: { type: "string" },
      optional: true,
      plain: true,
    });
    expect(inputProperties.database).to.include({
      $ref: "#/types/beo:index:DatastoreDatabaseArgs",
      plain: true,
    });
    expect(inputProperties.secretKey).to.include({ type: "string" }).and.not.have.property("plain");
    expect(type("DatastoreDatabaseArgs").properties?.allocatedStorage).to.include({ type: "integer" });
    // Python gets 5432, not 5432.0.
    expect(properties.databasePort).to.include({ type: "integer" });
    expect(properties.dnsRecords).to.deep.include({
      type: "array",
      items: { $ref: "#/types/beo:index:DnsRecord" },
    });
    expect(Object.keys(type("DnsRecord").properties ?? {})).to.deep.equal([
      "name",
      "type",
      "value",
      "purpose",
    ]);
  });

  it("describes every argument and output", () => {
    const missing = [
      ...Object.entries(schema.resources).flatMap(([token, { description, inputProperties, properties }]) => [
        ...(description ? [] : [token]),
        ...undocumented(token, inputProperties),
        ...undocumented(token, properties),
      ]),
      ...Object.entries(schema.types).flatMap(([token, { properties }]) => undocumented(token, properties)),
    ];
    expect(missing).to.deep.equal([]);
  });

  it("equals components/schema.json: run `npm run docs`, and read what changes for others (CONTRIBUTING.md)", () => {
    expect(read("components/schema.json")).to.equal(formatSchema(schema));
  });

  it("equals docs/api.md, as `npm run docs` writes it", () => {
    expect(read("docs/api.md")).to.equal(apiReference(schema));
  });
});
