import { expect } from "chai";
import { describe, it } from "mocha";
import { rules } from "../../policies/rules";
import { runRules } from "../../policies/run-rules";
import { addressRows } from "./table/addresses";
import { policyDocumentRows } from "./table/policy-documents";
import { toResources, type Row } from "./table/row";
import { serviceRows } from "./table/services";

/** Rules that ask for another resource beside one: rows are too small for them. */
const companions = /-configured$|^sqs-visibility-timeout-check$|^s3-lifecycle-policy-check$/;
const rows = [...policyDocumentRows, ...addressRows, ...serviceRows];

function findViolations(row: Row, preview: boolean): string[] {
  const resources = toResources(row, preview);
  return runRules(rules, resources, row.stack ?? "prod")
    .filter(({ rule }) => rule.level === "mandatory" && !companions.test(rule.name))
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
      expect(findViolations(row, false)).to.deep.equal([]);
      expect(findViolations(row, true)).to.deep.equal([]);
    });
  }
});
