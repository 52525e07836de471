import * as pulumi from "@pulumi/pulumi";
import type { ComplexType, PackageSpec, Property } from "@pulumi/pulumi/provider/experimental/schema";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import * as components from "../../components";
import { packageSchema } from "../../scripts/docs/schema";
import { run } from "../support/run";

type Component = new (name: string, args?: object) => pulumi.ComponentResource;

const all = components as unknown as Record<string, Component>;
const datastore = {
  applicationName: "beo-dev",
  environment: "dev",
  appUrl: "https://app.example.com",
  supportEmail: "support@example.com",
};

/** Creates a component; returns what was registered, and the error. */
async function create(component: string, args?: object) {
  let error: unknown;
  const { resources } = await run(() => {
    try {
      new all[component]!("x", args);
    } catch (thrown) {
      error = thrown;
    }
  });
  return { error, registered: resources.filter(({ type }) => type.startsWith("beo:")) };
}

describe("arguments of the wrong kind", () => {
  let schema: PackageSpec;
  before(async () => {
    schema = await packageSchema();
  });

  /** The paths of all plain members, groups included. */
  function findPlain(properties: Record<string, Property> = {}, prefix = ""): string[] {
    return Object.entries(properties).flatMap(([name, property]) => {
      const type: ComplexType | undefined =
        "$ref" in property ? schema.types[property.$ref.replace("#/types/", "")] : undefined;
      const members = findPlain(type?.properties, `${prefix}${name}.`);
      return property.plain ? [`${prefix}${name}`, ...members] : members;
    });
  }

  it("are outputs in place of plain values: every one is named, and nothing is registered", async () => {
    const paths = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
      findPlain(inputProperties).map((path) => [token.replace("beo:index:", ""), path] as const),
    );
    expect(paths.length).to.be.above(100);
    for (const [component, path] of paths) {
      for (const value of [pulumi.secret("text"), Promise.resolve("text")]) {
        const args = path
          .split(".")
          .reduceRight<unknown>((inner, member) => ({ [member]: inner }), value) as object;
        const { error, registered } = await create(component, args);
        expect(error, `${component}: ${path}`).to.be.instanceOf(pulumi.InputPropertyError);
        expect((error as pulumi.InputPropertyError).propertyPath).to.equal(path);
        expect((error as Error).message).to.match(/^\S+ is an output, but .* Pass /);
        expect(registered).to.deep.equal([]);
      }
    }
  });

  it("are a secret map: the message says what to pass", async () => {
    const extraSecrets = pulumi.secret({ PVWATTS_API_KEY: "key" });
    const { error } = await create("BeoDatastore", { ...datastore, extraSecrets });
    expect((error as Error).message).to.equal(
      "extraSecrets is an output, but the component has to know it to decide which resources it creates. Pass a map, whose values may be outputs and secrets",
    );
  });

  it("are several: all of them are named", async () => {
    const { error } = await create("BeoDatastore", {
      ...datastore,
      domain: pulumi.output("api.example.com"),
      web: { minSize: pulumi.output(1) },
    });
    expect(error).to.be.instanceOf(pulumi.InputPropertiesError);
    const { errors } = error as pulumi.InputPropertiesError;
    expect(errors.map(({ propertyPath }) => propertyPath)).to.have.members(["domain", "web.minSize"]);
  });

  // The values that AWS documents, and DMARC (RFC 7489).
  for (const [args, message] of [
    [{ environment: "production" }, 'environment is "production". Expected dev, staging or prod'],
    [
      { web: { deploymentPolicy: "Everything" } },
      'web.deploymentPolicy is "Everything". Expected AllAtOnce, Rolling, RollingWithAdditionalBatch or Immutable',
    ],
    [{ web: { scaling: "memory" } }, 'web.scaling is "memory". Expected cpu, latency or requests'],
    [
      { mail: { dmarcPolicy: "p=none" } },
      'mail.dmarcPolicy is "p=none". Expected off, none, quarantine or reject',
    ],
    [
      { database: { monitoringInterval: 20 } },
      "database.monitoringInterval is 20. Expected 0, 1, 5, 10, 15, 30 or 60",
    ],
  ] as const) {
    it(`are values that an enum does not have: ${message}`, async () => {
      const { error, registered } = await create("BeoDatastore", { ...datastore, ...args });
      expect((error as Error).message).to.equal(message);
      expect(registered).to.deep.equal([]);
    });
  }
});

describe("arguments that are right", () => {
  it("are outputs and secrets wherever a value is only passed on", async () => {
    const text = (value: string) => pulumi.secret(value);
    const { error } = await create("BeoDatastore", {
      ...datastore,
      environment: text("dev"),
      appUrl: text("https://app.example.com"),
      supportEmail: text("support@example.com"),
      domain: "api.example.com",
      certificateArn: text("arn:aws:acm:us-west-1:123456789012:certificate/1"),
      alarmEmail: text("alarms@example.com"),
      sqlUser: text("app"),
      sqlPassword: text("given-app"),
      extraSecrets: { PVWATTS_API_KEY: text("key") },
      extraEnvironment: { LEVEL: pulumi.output("info") },
      tags: pulumi.output({ Owner: "ops" }),
      web: { additionalHosts: pulumi.output(["old.example.com"]), maintenance: true },
      platform: { wsgiPath: text("app.wsgi:application"), updateWindow: text("Sun:09:00") },
    });
    expect(error).to.equal(undefined);
  });

  it("may be left out where none is required", async () => {
    for (const [token, { requiredInputs = [] }] of Object.entries((await packageSchema()).resources)) {
      if (requiredInputs.length === 0) {
        const { error, registered } = await create(token.replace("beo:index:", ""));
        expect(error).to.equal(undefined);
        expect(registered).to.have.length(1);
      }
    }
  });
});
