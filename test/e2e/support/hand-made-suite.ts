import { appendFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Variation } from "../adoption/variations";
import { Adoption } from "./hand-made-adoption";

/** Each variation is built, adopted by the printed commands, and compared with before. */
export function describeVariations(title: string, variations: Variation[]): void {
  describe(`the adoption of hand-made stacks: ${title}`, function () {
    this.timeout(30 * 60_000);
    for (const variation of variations) {
      const { name, differs, blocked, mayBlock, says = [] } = variation;
      it(`${name}: ${differs}`, async () => {
        const begin = Date.now();
        const adoption = new Adoption(variation);
        let [result, rounds, problems] = ["not built", 0, ["It could not be built."]];
        try {
          await adoption.build();
          const outcome = await adoption.follow();
          ({ result, rounds } = outcome);
          problems = [
            ...outcome.problems,
            ...[...says, ...(blocked ?? [])]
              .filter((text) => !text.test(outcome.reports))
              .map((text) => `The report does not say ${String(text)}.`),
          ];
          const isBlocked = blocked !== undefined || (mayBlock === true && result === "blocked");
          const expected = isBlocked ? "blocked" : "adopted";
          const wrong = [...(result === expected ? [] : [`It is ${result}, not ${expected}.`]), ...problems];
          adoption.note(`\nProblems\n${wrong.join("\n")}\n`);
          expect(wrong, wrong.join("\n")).to.have.length(0);
        } finally {
          record({ name, result, rounds, problems: problems.length, seconds: (Date.now() - begin) / 1000 });
          adoption.remove();
        }
      });
    }
  });
}

/** A line of the table that the suite prints at its end. */
export interface Row {
  name: string;
  result: string;
  rounds: number;
  problems: number;
  seconds: number;
}

export const tableVariable = "ADOPTION_TABLE";

function record(row: Row): void {
  const file = process.env[tableVariable];
  if (file !== undefined) {
    appendFileSync(file, `${JSON.stringify(row)}\n`);
  }
}
