import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { type Configuration, getNames, getSetting, isGroup, type Schema, schema } from "../../stacks/schema";
import { boolean, integer, string } from "../../stacks/validators";

/** Takes what `satisfies Schema<Configuration>` takes. */
const check = (candidate: Schema<Configuration>) => candidate;
const text = string("text", /./);

describe("the schema", () => {
  it("is tied to the arguments of the component by the compiler", () => {
    check(schema);
    // @ts-expect-error An unknown key.
    check({ ...schema, appURL: { validator: text } });
    // @ts-expect-error An unknown key in a group.
    check({ ...schema, web: { ...schema.web, minsize: { validator: integer({ min: 1 }) } } });
    // @ts-expect-error Missing keys in a group.
    check({ ...schema, storage: {} });
    // @ts-expect-error A missing key.
    check({ ...schema, alarmEmail: undefined });
    // @ts-expect-error A validator of another type.
    check({ ...schema, protect: { validator: text } });
    // @ts-expect-error A validator of another type in a group.
    check({ ...schema, storage: { accountNamespace: { validator: integer({ min: 0 }) } } });
    // @ts-expect-error A validator of a value in place of one of a list.
    check({ ...schema, web: { ...schema.web, instanceTypes: { validator: text } } });
    // @ts-expect-error A validator of a value in place of one of a map.
    check({ ...schema, extraSecrets: { validator: text, secret: true } });
    // @ts-expect-error A validator of any text where the argument is one of three words.
    check({ ...schema, environment: { validator: text } });
    // @ts-expect-error A required argument without `required`.
    check({ ...schema, appUrl: { validator: text } });
    // @ts-expect-error An optional argument with `required`.
    check({ ...schema, alarmEmail: { validator: text, required: true } });
    // @ts-expect-error A setting in place of a group.
    check({ ...schema, storage: { validator: boolean } });
  });

  it("finds settings by path, and nothing that every object has", () => {
    expect(getSetting("appUrl")).to.equal(schema.appUrl);
    expect(getSetting("web.minSize")).to.equal(schema.web.minSize);
    for (const path of [
      "web",
      "web.minsize",
      "web.minSize.validator",
      "constructor",
      "web.constructor",
      "",
    ]) {
      expect(getSetting(path), path).to.equal(undefined);
    }
    expect(["web", "appUrl", "constructor", "nonsense"].filter(isGroup)).to.deep.equal(["web"]);
  });

  it("is declared in Pulumi.yaml as far as the engine lets a project declare keys", () => {
    const { config } = parse(readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8")) as {
      config: Record<string, { type: string; default?: unknown }>;
    };
    const { "aws:region": region, ...own } = config;
    expect(region).to.deep.equal({ value: "us-west-1" });
    const declared = Object.entries(own).map(([name, { type, default: value }]) => ({ name, type, value }));
    const expected = getNames().flatMap((name): { name: string; type: unknown; value: unknown }[] => {
      const { required, secret, validator } = getSetting(name) ?? {};
      if (isGroup(name) || (validator?.type === "map" && !secret)) {
        return [{ name, type: "object", value: {} }];
      }
      const value = name === "name" ? "beo-datastore" : required ? "" : undefined;
      return value === undefined ? [] : [{ name, type: validator?.type, value }];
    });
    expect(declared).to.have.deep.members(expected);
  });
});
