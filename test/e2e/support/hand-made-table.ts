import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Row, tableVariable } from "./hand-made-suite";

let folder = "";

export function mochaGlobalSetup(): void {
  folder = mkdtempSync(join(tmpdir(), "beo-adoption-table-"));
  process.env[tableVariable] = join(folder, "rows.jsonl");
}

/** After all files: what became of each variation, and how long it took. */
export function mochaGlobalTeardown(): void {
  const file = process.env[tableVariable] ?? "";
  const rows = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  console.log(`\n  ${"variation".padEnd(24)}${"result".padEnd(12)}rounds  problems  seconds`);
  for (const { name, result, rounds, problems, seconds } of rows.map((row) => JSON.parse(row) as Row)) {
    const numbers = `${String(rounds).padStart(6)}  ${String(problems).padStart(8)}  ${seconds.toFixed(0).padStart(7)}`;
    console.log(`  ${name.padEnd(24)}${result.padEnd(12)}${numbers}`);
  }
  rmSync(folder, { recursive: true, force: true });
}
