import { expect } from "chai";
import { describe, it } from "mocha";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { runRules } from "../../policies/run-rules";
import { companions, rows } from "./table";
import { toResources, type Row } from "./table/row";

function findViolations(row: Row, preview: boolean, level?: Rule["level"]): string[] {
  const resources = toResources(row, preview);
  return runRules(rules, resources, row.stack ?? "prod")
    .filter(({ rule }) => level === undefined || (rule.level === level && !companions.test(rule.name)))
    .map(({ rule, resource }) => `${rule.name} on ${resource.name}`);
}

describe("fresh violations, in an update and in a preview", () => {
  for (const row of rows.filter(({ by }) => by !== undefined)) {
    it(`${row.by ?? ""} reports: ${row.says}`, () => {
      const expected = `${row.by ?? ""} on ${row.resources[0]?.name ?? ""}`;
      expect(findViolations(row, false)).to.include(expected);
      if (row.waits !== true) {
        expect(findViolations(row, true)).to.include(expected);
      }
    });
  }
});

describe("compliant resources, in an update and in a preview", () => {
  for (const row of rows.filter(({ by }) => by === undefined)) {
    it(`no rule reports: ${row.says}`, () => {
      expect(findViolations(row, false, "mandatory")).to.deep.equal([]);
      expect(findViolations(row, true, "mandatory")).to.deep.equal([]);
    });
  }
});
