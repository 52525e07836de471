import { expect } from "chai";
import { describe, it } from "mocha";
import { createReference, liveInterrupted, type Reference, type Run } from "./support/campaign";
import type { Parts } from "./support/subject";

const { RECOVERY_RUNS = "60", RECOVERY_SEED = "1", RECOVERY_JOBS = "2", RECOVERY_PARTS } = process.env;
/** A life has seven runs. Most are of a small stack, which takes a tenth of the time. */
const rotation: Parts[] = [
  "small",
  "database",
  "small",
  "small",
  "small",
  "whole",
  "small",
  "small",
  "small",
  "small",
];

describe(`${RECOVERY_RUNS} interrupted runs, from seed ${RECOVERY_SEED}`, () => {
  it("are recovered by what npx beo recover prints, without loss, orphan or unknown key", async () => {
    const runs: Run[] = [];
    const references = new Map<Parts, Promise<Reference>>();
    let next = 0;
    const report = (run: Run) => {
      runs.push(run);
      console.log(formatRun(run));
    };
    const work = async () => {
      while (runs.length < Number(RECOVERY_RUNS)) {
        const index = next++;
        const parts = (RECOVERY_PARTS as Parts | undefined) ?? rotation[index % rotation.length] ?? "small";
        const reference = references.get(parts) ?? createReference(parts);
        references.set(parts, reference);
        await liveInterrupted(parts, 1000 * Number(RECOVERY_SEED) + index, await reference, report);
      }
    };
    await Promise.all(Array.from({ length: Number(RECOVERY_JOBS) }, work));
    console.log(formatFigures(runs));
    expect(runs.filter(({ problems }) => problems.length > 0).map(formatRun)).to.deep.equal([]);
  });
});

function formatRun({ parts, operation, trouble, at, seconds, recovery, problems }: Run): string {
  const row = [
    parts,
    operation,
    trouble,
    at,
    `${recovery?.rounds ?? 0} rounds`,
    `${recovery?.commands.length ?? 0} commands`,
    `${seconds} s`,
  ];
  const output = problems.length > 0 ? `\n${recovery?.output ?? ""}\nPROBLEMS\n${problems.join("\n")}` : "";
  return `      ${problems.length === 0 ? "ok  " : "FAIL"} ${row.join(" | ")}${output}`;
}

function formatFigures(runs: Run[]): string {
  const recovered = runs.filter(({ problems }) => problems.length === 0);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const rounds = recovered.map(({ recovery }) => recovery?.rounds ?? 0);
  const commands = recovered.map(({ recovery }) => recovery?.commands.length ?? 0);
  return [
    `      ${recovered.length} of ${runs.length} runs recovered;`,
    `${(sum(rounds) / Math.max(1, rounds.length)).toFixed(1)} rounds (at most ${Math.max(0, ...rounds)})`,
    `and ${(sum(commands) / Math.max(1, commands.length)).toFixed(1)} commands (at most ${Math.max(0, ...commands)}) each.`,
  ].join(" ");
}
