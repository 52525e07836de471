import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackNames } from "../../plan/stack-files";
import { getWidth } from "../../plan/text";
import { ask } from "../ask";
import { projectFolder } from "../command";
import { createEngine } from "./engine";
import { chooseStacks } from "./stacks";
import { type UpdateOptions, updateStacks } from "./update-stacks";

/** Updates stacks. Returns the exit code. */
export async function up(
  names: readonly string[],
  options: Omit<UpdateOptions, "logs"> & { logs?: string },
): Promise<number> {
  const engine = await createEngine();
  const stacks = chooseStacks(names, stackNames(projectFolder), await engine.listStacks(), (line) => {
    console.error(line);
  });
  if (options.logs !== undefined) {
    mkdirSync(options.logs, { recursive: true });
  }
  return updateStacks(
    stacks,
    { ...options, logs: options.logs ?? mkdtempSync(join(tmpdir(), "beo-up-")) },
    {
      engine,
      ask,
      print: (line) => {
        console.log(line);
      },
      progress: (line) => {
        console.error(line);
      },
      width: getWidth(process.stdout.columns, process.env.COLUMNS),
      onInterrupt,
    },
  );
}

function onInterrupt(call: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  signals.forEach((signal) => process.on(signal, call));
  return () => {
    signals.forEach((signal) => process.off(signal, call));
  };
}
