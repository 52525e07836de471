import { rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { dotenv } from "./env/dotenv";
import { pulumi } from "./pulumi";

const usage = `Usage: npm run env --silent -- STACK [--worker] [--out FILE [--force]]

Writes a deployed stack's variables, secrets in the clear, in dotenv form.

  --worker    the worker environment's; default: the web environment's
  --out FILE  into this file, which only you may read; default: standard output
  --force     over a file that is there`;

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        worker: { type: "boolean", default: false },
        out: { type: "string" },
        force: { type: "boolean", default: false },
      },
    });
    const [stack, ...more] = positionals;
    return stack === undefined || more.length > 0 ? fail(usage, 2) : { stack, ...values };
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`, 2);
  }
}

const { stack, worker, out, force } = readArguments();
const output = worker ? "workerEnvironment" : "webEnvironment";

function readVariables(): Record<string, string> {
  const args = ["stack", "output", output, "--json", "--show-secrets", "--stack", stack];
  try {
    return JSON.parse(pulumi(...args)) as Record<string, string>;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    return fail(`${stderr}pulumi ${args.join(" ")} failed: is ${stack} deployed, and are you logged in?`, 1);
  }
}

const text = dotenv(readVariables());
if (out === undefined) {
  process.stdout.write(text);
} else {
  try {
    // The mode is given to a file that is made: an old one, open to others, has to go first.
    if (force) {
      rmSync(out, { force: true });
    }
    writeFileSync(out, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    fail(`${(error as Error).message}\nWith --force it is written over.`, 1);
  }
}
