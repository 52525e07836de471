import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { groups, keys } from "../../stacks/keys";

interface Declaration {
  type: string;
  description: string;
  default?: unknown;
}

describe("Pulumi.yaml", () => {
  const { config } = parse(readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8")) as {
    config: Record<string, Declaration>;
  };

  it("declares every key that the engine lets it declare, as the code knows it", () => {
    const declarable = Object.entries(keys).filter(
      ([name, key]) => !key.secret && (key.required ?? ["name", "extraEnvironment"].includes(name)),
    );
    const expected = Object.fromEntries([
      ...declarable.map(([name, { form, description, required }]) => [
        name,
        {
          type: form.type,
          description,
          default: required ? "" : form.type === "object" ? {} : "beo-datastore",
        },
      ]),
      ...Object.entries(groups).map(([name, { description }]) => [
        name,
        { type: "object", description, default: {} },
      ]),
    ]) as Record<string, Declaration>;
    const { "aws:region": region, ...own } = config;
    expect(region).to.deep.equal({ value: "us-west-1" });
    expect(own).to.deep.equal(expected);
  });
});
