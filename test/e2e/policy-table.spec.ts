import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { rules } from "../../policies/rules";
import { companions, rows as table } from "../policies/table";
import { toProgram, type Row } from "../policies/table/row";
import { Workspace } from "./support/workspace";

/** Returns rows by their stacks. */
const byStack = (rows: Row[]): [stack: string, rows: Row[]][] =>
  [...new Set(rows.map(({ stack = "prod" }) => stack))].map((stack) => [
    stack,
    rows.filter((row) => (row.stack ?? "prod") === stack),
  ]);

/** The engine runs the pack as for any program; only the provider accepts whatever the rows have. */
describe("the table of the policies in the engine", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  before(() => {
    workspace = new Workspace();
    cpSync(join(__dirname, "table"), workspace.folder, { recursive: true });
  });
  after(() => {
    workspace.remove();
  });

  /** Writes the program of some rows, and the configuration of the pack. */
  async function prepare(name: string, rows: Row[], enforcementLevel: string): Promise<void> {
    const isCompliant = rows.every(({ by }) => by === undefined);
    writeFileSync(join(workspace.folder, "resources.json"), JSON.stringify(toProgram(rows)));
    const disabled = rules.filter(
      ({ level, name: rule }) => isCompliant && (companions.test(rule) || level === "advisory"),
    );
    writeFileSync(
      join(workspace.folder, "policy-config.json"),
      JSON.stringify({
        ...Object.fromEntries(rules.map((rule) => [rule.name, { enforcementLevel }])),
        ...Object.fromEntries(disabled.map((rule) => [rule.name, { enforcementLevel: "disabled" }])),
      }),
    );
    await workspace.succeed("stack", "init", name);
  }

  const run = (command: string, stack: string, ...more: string[]) =>
    workspace.pulumi(
      command,
      "--policy-pack",
      "policies",
      "--policy-pack-config",
      "policy-config.json",
      "--stack",
      stack,
      ...more,
    );

  /** Returns the rows whose rule does not report their first resource. */
  const findMissed = (rows: Row[], level: string, output: string) =>
    rows.filter(({ by = "", resources: [first] }, index) => {
      const message = new RegExp(`\\[${level}\\].* ${by}  \\(.*: row${index}-${first?.name ?? ""}\\)`);
      return !message.test(output);
    });

  for (const [stack, violations] of byStack(table.filter(({ by }) => by !== undefined))) {
    it(`reports the violations in a preview of ${stack}`, async () => {
      await prepare(stack, violations, "mandatory");
      const { code, output } = await run("preview", stack);
      expect(code).not.to.equal(0);
      const missed = findMissed(violations, "mandatory", output);
      expect(missed.filter(({ waits }) => waits !== true)).to.deep.equal([]);
    });

    // A mandatory violation ends an update at once (policies.spec.ts): an advisory one lets it report the others too.
    it(`reports the violations in an update of ${stack}`, async () => {
      await workspace.succeed("stack", "rm", "--yes", "--force", stack);
      await prepare(stack, violations, "advisory");
      const { code, output } = await run("up", stack, "--yes", "--skip-preview");
      expect(code, output).to.equal(0);
      expect(findMissed(violations, "advisory", output)).to.deep.equal([]);
      await workspace.succeed("stack", "rm", "--yes", "--force", stack);
    });
  }

  for (const [stack, compliant] of byStack(table.filter(({ by }) => by === undefined))) {
    it(`reports no compliant resource in a preview and in an update of ${stack}`, async () => {
      await prepare(stack, compliant, "mandatory");
      for (const command of ["preview", "up"]) {
        const { code, output } = await run(
          command,
          stack,
          ...(command === "up" ? ["--yes", "--skip-preview"] : []),
        );
        expect(output).not.to.include("[mandatory]");
        expect(code, output).to.equal(0);
      }
      await workspace.succeed("stack", "rm", "--yes", "--force", stack);
    });
  }
});
