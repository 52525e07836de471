import { expect } from "chai";
import { describe, it } from "mocha";
import { rules } from "../../policies/rules";
import { notCovered } from "../../scripts/docs/policies";
import { controls as table } from "./controls.json";

interface Control {
  /** Its title in AWS's documentation. */
  title: string;
  /** The recommendation of the CIS AWS Foundations Benchmark that AWS names for it. */
  cis?: string;
  /** The rules that check what the title says, and so name it. */
  rules?: string[];
}

const controls: Record<string, Control | undefined> = table;
const isCis = (control: string) => control.startsWith("CIS ");
const named = rules.flatMap((rule) => rule.controls.map((control) => ({ rule, control })));

/**
 * controls.json has AWS's titles beside the names of the rules. Who adds a control to a rule adds the rule there, and so
 * reads what the control is about.
 */
describe("the controls of the rules", () => {
  it("are in AWS's documentation, and about what the rule checks", () => {
    const found = named
      .filter(({ control }) => !isCis(control))
      .filter(({ rule, control }) => !controls[control]?.rules?.includes(rule.name))
      .map(({ rule, control }) => `${rule.name} names ${control}: ${controls[control]?.title ?? "unknown"}`);
    expect(found).to.deep.equal([]);
  });

  it("are named by every rule that checks them", () => {
    const missing = Object.entries(controls).flatMap(([control, entry]) =>
      (entry?.rules ?? [])
        .filter((name) => !named.some(({ rule, control: other }) => rule.name === name && other === control))
        .map((name) => `${name} does not name ${control}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it("have the recommendations of CIS that AWS names for them, in the same version, and no others", () => {
    for (const rule of rules) {
      const expected = rule.controls.flatMap((control) => controls[control]?.cis ?? []);
      expect(rule.controls.filter(isCis).sort(), rule.name).to.deep.equal(
        [...new Set(expected)].map((recommendation) => `CIS ${recommendation}`).sort(),
      );
    }
  });

  it("and those that are documented as not covered are all in AWS's documentation", () => {
    const ids = notCovered.flatMap(([text]) => text.replace(/ of .*$/, "").split(", "));
    expect(ids.filter((id) => controls[id] === undefined)).to.deep.equal([]);
    expect(ids.length).to.be.greaterThan(80);
  });
});
