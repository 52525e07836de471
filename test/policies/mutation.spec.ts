import { expect } from "chai";
import { before, describe, it } from "mocha";
import { toResource } from "../../plan/evaluate-policies";
import type { Resource } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { runRules } from "../../policies/run-rules";
import { madeStack, stacks } from "../support/stacks";
import { createMutants, type Mutant } from "./mutations";
import { rows } from "./table";
import { testedInputs } from "./tested-inputs";

const mandatory = rules.filter(({ level }) => level === "mandatory");

function findViolatedRules(stack: string, resources: Resource[]): string[] {
  return [...new Set(runRules(mandatory, resources, stack).map(({ rule }) => rule.name))];
}

/** Rules of the program's resource types that report what a change of one input does not make. */
const inTable = ["vpc-sg-prefix-lists-restricted", "cloudfront-traffic-to-origin-encrypted"];

/** Mutants that violate no rule, with the reason. */
const harmless: [RegExp, string][] = [
  [
    /^(dev|staging): .* (multiAz|deletionProtection|skipFinalSnapshot|finalSnapshotIdentifier|is not protected|forceDestroy)/,
    "required in production only",
  ],
  [/^dev: .*(DEBUG|elbv2|LoadBalancerType)/, "dev may debug, and is a single instance without HTTPS"],
  [/parameters is (absent|\[\])/, "rds.force_ssl is 1 by default from PostgreSQL 15 on"],
  [/(fromPort|toPort|ipProtocol|policyArn) is absent/, "the provider requires the input"],
  [
    /(access-in-0|instances-in) (fromPort|toPort|ipProtocol)/,
    "the source is a security group, or CloudFront's prefix list",
  ],
  [/(in-80|in-443|instances-in) cidrIpv4/, "the port is not the database's"],
  [
    /-(instances|load-balancer|access|default-group) (fromPort|toPort|ipProtocol|cidrIpv4)/,
    "the group has no inline rules",
  ],
  [/subnetIds is/, "no subnet is a public one"],
  [/forceDestroy is absent/, "false by default"],
  [/tier is absent/, "the web tier is the default"],
];

describe("the policy pack, on the program's own stacks with one resource changed", () => {
  const unchanged = new Map<string, Resource[]>();
  const mutants: (Mutant & { stack: string })[] = [];
  before(async () => {
    for (const stack of stacks) {
      const resources = (await madeStack(stack)).filter(({ custom }) => custom).map(toResource);
      unchanged.set(stack, resources);
      for (const mutant of createMutants(resources, mandatory, testedInputs)) {
        mutants.push({ ...mutant, label: `${stack}: ${mutant.label}`, stack });
      }
    }
  });

  it("has tested inputs for each rule of the program's resources, and rows of the table for all others", () => {
    const types = new Set([...unchanged.values()].flat().map(({ type }) => type));
    for (const rule of rules.filter(({ level }) => level === "mandatory")) {
      const isTested = (testedInputs[rule.name] ?? []).length > 0;
      expect(isTested || rows.some(({ by }) => by === rule.name), rule.name).to.equal(true);
      expect(
        isTested || !rule.types.some((type) => types.has(type)) || inTable.includes(rule.name),
        rule.name,
      ).to.equal(true);
    }
    expect(rules.map(({ name }) => name)).to.include.members(Object.keys(testedInputs));
  });

  it("reports nothing where nothing is changed", () => {
    for (const stack of stacks) {
      expect(findViolatedRules(stack, unchanged.get(stack) ?? []), stack).to.deep.equal([]);
    }
  });

  it("reports each of several hundred mutants by the rules that check the input, and by no other", () => {
    const results = mutants.map(({ label, expected, stack, resources }) => ({
      label,
      expected,
      violated: findViolatedRules(stack, resources),
    }));
    const survivors = results.filter(({ violated }) => violated.length === 0).map(({ label }) => label);
    expect(
      survivors.filter((label) => !harmless.some(([pattern]) => pattern.test(label))),
      "mutants that no rule reports",
    ).to.deep.equal([]);
    expect(
      results.filter(({ expected, violated }) => violated.some((name) => !expected.includes(name))),
      "mutants reported by another rule",
    ).to.deep.equal([]);
    expect(
      harmless.filter(([pattern]) => !survivors.some((label) => pattern.test(label))),
      "reasons that no mutant needs",
    ).to.deep.equal([]);
    const caught = results.filter(({ violated }) => violated.length > 0);
    expect(caught.length).to.be.greaterThan(300);
    const reporting = new Set(caught.flatMap(({ violated }) => violated));
    expect(
      mandatory.map(({ name }) => name).filter((name) => name in testedInputs && !reporting.has(name)),
      "rules that report no mutant",
    ).to.deep.equal([]);
  });
});
