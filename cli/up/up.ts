import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { findCollisions } from "../../plan/collisions";
import { readStacks, stackNames } from "../../plan/stack-files";
import { getTableWidth } from "../../plan/text";
import { ask } from "../ask";
import { projectFolder } from "../command";
import type { Lock } from "../recover/locks";
import { getBackendUrl } from "../recover/read-facts";
import { readStackLocks } from "../recover/stack-locks";
import { UserError } from "../user-error";
import { createTemporaryFolder } from "../write-file";
import { createEngine } from "./engine";
import { chooseStacks } from "./stacks";
import { type UpdateOptions, updateStacks } from "./update-stacks";

/** Updates stacks. Returns the exit code. */
export async function up(
  names: readonly string[],
  options: Omit<UpdateOptions, "logs"> & { logs?: string },
): Promise<number> {
  ignoreClosedOutput();
  const engine = await createEngine();
  const stacks = chooseStacks(names, stackNames(projectFolder), await engine.listStacks(), (line) => {
    console.error(line);
  });
  refuseCollisions(stacks);
  return updateStacks(
    stacks,
    {
      ...options,
      logs: options.logs === undefined ? createTemporaryFolder("beo-up-") : createRunFolder(options.logs),
    },
    {
      engine,
      readLocks: createLockReader(),
      ask,
      print,
      progress: (line) => {
        console.error(line);
      },
      width: getTableWidth(process.stdout.columns),
      onInterrupt,
    },
  );
}

/** Creates the folder of this run, named after its start: those of earlier runs stay. */
function createRunFolder(folder: string): string {
  const name = join(folder, new Date().toISOString().replaceAll(":", "-"));
  mkdirSync(name);
  return name;
}

/** Creates what reads the locks of stacks, with the credentials of their backend; none without the right to read them. */
function createLockReader(): (stack: string) => Promise<Lock[]> {
  let url: string | undefined;
  return async (stack) => {
    // It starts the CLI.
    url ??= getBackendUrl();
    return readStackLocks(stack, url).catch(() => []);
  };
}

/** Refuses stacks whose names collide with another one's: CloudWatch overwrites the alarms of the first one. */
function refuseCollisions(stacks: readonly string[]): void {
  const names = stacks.map((stack) => basename(stack));
  const collisions = findCollisions(readStacks(projectFolder, stackNames(projectFolder))).filter(
    (collision) => collision.stacks.some((stack) => names.includes(stack)),
  );
  if (collisions.length > 0) {
    throw new UserError(collisions.map(({ message }) => message).join("\n"));
  }
}

/** Prints a line, on standard error where the reader of standard output is gone: Ctrl-C ends `| tee` too. */
function print(line: string): void {
  process.stdout.write(`${line}\n`, (error) => {
    if (error) {
      console.error(line);
    }
  });
}

/** Goes on without a reader of the output: to end would leave the updates without what interrupts and reports them. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error");
    stream.on("error", () => undefined);
  }
}

let isInterrupted = false;

/** A closed terminal interrupts once: its shell and the kernel send SIGHUP, and a second Ctrl-C ends everything at once. */
function onInterrupt(call: () => void): () => void {
  const interrupt = () => {
    isInterrupted = true;
    call();
  };
  const hangUp = () => {
    if (!isInterrupted) {
      interrupt();
    }
  };
  const listeners = { SIGINT: interrupt, SIGTERM: interrupt, SIGHUP: hangUp };
  const entries = Object.entries(listeners) as [NodeJS.Signals, () => void][];
  entries.forEach(([signal, listener]) => process.on(signal, listener));
  return () => {
    entries.forEach(([signal, listener]) => process.off(signal, listener));
  };
}
