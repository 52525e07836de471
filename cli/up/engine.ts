import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { readStack } from "../../plan/stack-files";
import { projectFolder } from "../command";
import { createBackendError, findExecutable, getPulumiMessage, noPulumi } from "../pulumi";
import { UserError } from "../user-error";

/** How a stack is previewed or updated. */
export interface RunOptions {
  /** The file that gets what the CLI prints. Secrets are masked in it. */
  log: string;
  /** Whether to check the resources with the policy pack. */
  policies: boolean;
  onEvent: (event: EngineEvent) => void;
}

/** Runs Pulumi. The tests have one of their own. */
export interface Engine {
  /** Returns the names of the project's stacks in the backend. @throws UserError if it cannot be read. */
  listStacks: () => Promise<string[]>;
  /** Previews or updates a stack. @throws Error if that fails. */
  run: (kind: "preview" | "up", stack: string, options: RunOptions) => Promise<void>;
  /** Ends all runs: the first time after the operations in progress, the second time at once. */
  interrupt: () => void;
}

/** Creates an engine on Pulumi's Automation API, with the project's folder as the workspace. */
export async function createEngine(): Promise<Engine> {
  const running = new Set<ChildProcess>();
  const file = findExecutable("pulumi");
  if (file === undefined) {
    throw new UserError(noPulumi);
  }
  // The Automation API takes the first one, which may be npm's launcher.
  process.env.PATH = [dirname(file), process.env.PATH].join(delimiter);
  const command = await PulumiCommand.get().catch((error: unknown) => {
    throw new UserError(
      `${getPulumiMessage(error)}\nThe Pulumi CLI cannot be used: ${file}. Nothing was changed.`,
      {
        cause: error,
      },
    );
  });
  const createWorkspace = async (log?: string) => {
    const workspace = await LocalWorkspace.create({
      workDir: projectFolder,
      pulumiCommand: Object.assign(Object.create(command) as PulumiCommand, {
        run: createRun(file, running, log),
      }),
    });
    // To select a stack would change the one that commands without --stack use.
    workspace.selectStack = () => Promise.resolve();
    return workspace;
  };
  return {
    listStacks: async () => {
      try {
        return (await (await createWorkspace()).listStacks()).map(({ name }) => name);
      } catch (error) {
        throw createBackendError(error, "The stacks cannot be listed. Nothing was changed.");
      }
    },
    run: async (kind, name, { log, policies, onEvent }) => {
      requireValidFile(basename(name), log);
      const stack = await Stack.select(name, await createWorkspace(log));
      await stack[kind]({
        color: "never",
        suppressOutputs: true,
        suppressProgress: true,
        onEvent,
        ...(policies && {
          policyPacks: [join(projectFolder, "policies")],
          policyPackConfigs: [join(projectFolder, "policy-config.json")],
        }),
      });
    },
    interrupt: () => {
      for (const child of running) {
        child.kill("SIGINT");
      }
    },
  };
}

/** Refuses a file that the CLI cannot read: its message names no file. */
function requireValidFile(stack: string, log: string): void {
  try {
    readStack(projectFolder, stack);
  } catch (error) {
    writeFileSync(log, `${(error as Error).message}\n`);
    throw error;
  }
}

/**
 * Creates the function that runs the CLI. Its processes are not in the terminal's process group: Ctrl-C would reach each
 * of them too, and the CLI ends at once, without saving what it was doing, when it gets the signal twice. Previews and
 * updates write to the log themselves: with a pipe, they would break in the middle where this process ends.
 */
function createRun(file: string, running: Set<ChildProcess>, log?: string) {
  return (args: string[], cwd: string, env: NodeJS.ProcessEnv) =>
    new Promise<{ stdout: string; stderr: string; code: number }>((resolve, reject) => {
      const isLogged = log !== undefined && ["preview", "up"].includes(args[0] ?? "");
      const output = isLogged ? openSync(log, "a") : undefined;
      const begin = isLogged ? statSync(log).size : 0;
      const child = spawn(file, [...args, "--non-interactive"], {
        cwd,
        env: { ...process.env, ...env, PULUMI_AUTOMATION_API: "true" },
        detached: true,
        stdio: ["ignore", output ?? "pipe", output ?? "pipe"],
      });
      running.add(child);
      if (output !== undefined) {
        closeSync(output);
      }
      let [stdout, stderr] = ["", ""];
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.on("error", reject);
      child.on("close", (code, signal) => {
        running.delete(child);
        if (code === 0) {
          resolve({ stdout, stderr, code });
        } else {
          const error = isLogged ? readError(log, begin) : stderr.trim();
          reject(new Error(error || `pulumi ${args[0] ?? ""} ended with ${String(code ?? signal)}.`));
        }
      });
    });
}

/** Returns the error that the CLI wrote at the end of a log. Errors of resources are indented. */
function readError(log: string, begin: number): string {
  const text = readFileSync(log).subarray(begin).toString();
  return /^error: [^]*/m.exec(text)?.[0].trim() ?? "";
}
