import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expect } from "chai";
import { describe, it } from "mocha";
import { record } from "../../plan/record";
import { redact } from "../../plan/values";

const options = { project: "p", stack: "s", config: {} };

class Box extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Box", name, {}, opts);
    new random.RandomPassword(
      `${name}-inner`,
      { length: 8 },
      { parent: this, protect: true, ignoreChanges: ["length"] },
    );
  }
}

describe("record", () => {
  it("records each resource with the engine's URN, its parent and its options", async () => {
    const { resources, error } = await record(options, () => {
      new Box("a");
    });
    expect(error).to.equal(undefined);
    expect(
      resources.map(({ urn, parent, protect, ignoreChanges }) => ({ urn, parent, protect, ignoreChanges })),
    ).to.deep.equal([
      {
        urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
        parent: undefined,
        protect: false,
        ignoreChanges: [],
      },
      {
        urn: "urn:pulumi:s::p::beo:index:Box::a",
        parent: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
        protect: false,
        ignoreChanges: [],
      },
      {
        urn: "urn:pulumi:s::p::beo:index:Box$random:index/randomPassword:RandomPassword::a-inner",
        parent: "urn:pulumi:s::p::beo:index:Box::a",
        protect: true,
        ignoreChanges: ["length"],
      },
    ]);
  });

  it("records inputs, and outputs of other resources as unknown", async () => {
    const { resources } = await record(options, () => {
      const first = new random.RandomPassword("first", { length: 8 });
      new random.RandomPassword("second", { length: first.length, overrideSpecial: first.id });
    });
    const second = resources.find(({ name }) => name === "second");
    expect(redact(second?.inputs ?? {})).to.deep.equal({ length: 8, overrideSpecial: "[unknown]" });
    expect(second?.propertyDependencies.overrideSpecial).to.have.length(1);
  });

  it("returns the program's warnings and the error that ended it", async () => {
    const { warnings, error } = await record(options, async () => {
      await pulumi.log.warn("beware");
      throw new Error("broken");
    });
    expect(warnings).to.deep.equal(["beware"]);
    expect(error?.message).to.equal("broken");
  });

  it("returns an error for duplicate URNs and for an exception in apply", async () => {
    const twice = await record(options, () => {
      new Box("a");
      new Box("a");
    });
    expect(twice.error?.message).to.include("Duplicate resource URN urn:pulumi:s::p::beo:index:Box::a");
    const thrown = await record(options, () => {
      const value = pulumi.output(1).apply((): number => {
        throw new Error("inside");
      });
      new random.RandomPassword("x", { length: value });
    });
    expect(thrown.error?.message).to.include("inside");
  });
});
