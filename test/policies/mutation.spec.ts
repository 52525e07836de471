import { expect } from "chai";
import { before, describe, it } from "mocha";
import { resourceOf } from "../../plan/policies";
import { apply, defaultConfigOf } from "../../policies/context";
import type { Resource, Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { madeStack } from "../support/stacks";
import { type Mutant, mutantsOf } from "./mutants";

const stacks = ["dev", "staging", "prod"];
const mandatory = rules.filter(({ level }) => level === "mandatory");

function broken(stack: string, resources: Resource[], among: Rule[] = mandatory): string[] {
  return among
    .filter((rule) => apply(rule, resources, stack, defaultConfigOf(rule)).length > 0)
    .map(({ name }) => name);
}

/** Mutants that break nothing, with the reason. */
const harmless: [RegExp, string][] = [
  [
    /^(dev|staging): .* (multiAz|deletionProtection|skipFinalSnapshot|finalSnapshotIdentifier|is not protected|forceDestroy)/,
    "production's own demands",
  ],
  [/^dev: .*(DEBUG|elbv2|LoadBalancerType)/, "dev may debug, and is one instance without HTTPS"],
  [/parameters is (absent|empty)/, "from PostgreSQL 15 on the default is the same"],
  [/(fromPort|toPort|ipProtocol|policyArn) is absent/, "the provider refuses it"],
  [
    /(access-in-0|^(staging|prod): .*instances-in) (fromPort|toPort|ipProtocol)/,
    "from a group, whatever the ports",
  ],
  [/(in-80|in-443|instances-in) !cidrIpv4/, "not the database's port"],
  [/-(instances|load-balancer|access) (fromPort|toPort|ipProtocol|!cidrIpv4)/, "a group without rules in it"],
  [/subnetIds is/, "the stack has no internet gateway to lead to; policies.spec.ts has one"],
  [/forceDestroy is absent/, "false by default"],
  [/tier is absent/, "the web tier by default"],
];

describe("the policy pack, against broken stacks", function () {
  this.timeout(120_000);
  const whole = new Map<string, Resource[]>();
  const mutants: (Mutant & { stack: string })[] = [];
  before(async () => {
    for (const stack of stacks) {
      const resources = (await madeStack(stack)).filter(({ custom }) => custom).map(resourceOf);
      whole.set(stack, resources);
      mutants.push(...mutantsOf(stack, resources, mandatory).map((mutant) => ({ ...mutant, stack })));
    }
  });

  it("finds nothing in the stacks as they are", () => {
    for (const stack of stacks) {
      expect(broken(stack, whole.get(stack) ?? []), stack).to.deep.equal([]);
    }
  });

  it("sees each of several hundred mutants by a rule meant for it, and by no other", () => {
    const isHarmless = (what: string) => harmless.some(([pattern]) => pattern.test(what));
    const results = mutants.map(({ what, meant, stack, resources }) => ({
      what,
      meant,
      seen: broken(stack, resources),
    }));
    const survivors = results.filter(({ what, seen }) => seen.length === 0 && !isHarmless(what));
    const strays = results.filter(({ meant, seen }) => seen.some((name) => !meant.includes(name)));
    const caught = results.filter(({ seen }) => seen.length > 0);
    expect(
      survivors.map(({ what }) => what),
      "survivors",
    ).to.deep.equal([]);
    expect(strays, "caught by a rule not meant for it").to.deep.equal([]);
    const used = (pattern: RegExp) =>
      results.some(({ what, seen }) => seen.length === 0 && pattern.test(what));
    expect(
      harmless.filter(([pattern]) => !used(pattern)),
      "reasons that no mutant needs",
    ).to.deep.equal([]);
    expect(caught.length).to.be.greaterThan(300);
    expect(new Set(caught.flatMap(({ seen }) => seen)).size, "rules that caught one").to.be.greaterThan(50);
  });
});
