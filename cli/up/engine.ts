import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { projectFolder } from "../command";
import { findExecutable } from "../pulumi";
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
  /** The names of the project's stacks in the backend. */
  listStacks: () => Promise<string[]>;
  /** Previews or updates a stack. @throws Error if that fails. */
  run: (kind: "preview" | "up", stack: string, options: RunOptions) => Promise<void>;
  /** Ends all runs: the first time after the operations in progress, the second time at once. */
  interrupt: () => void;
}

/** Creates an engine on Pulumi's Automation API, with the project's folder as the workspace. */
export async function createEngine(): Promise<Engine> {
  const running = new Set<ChildProcess>();
  const workspace = await LocalWorkspace.create({
    workDir: projectFolder,
    pulumiCommand: await findCommand(running),
  });
  // To select a stack would change the one that commands without --stack use.
  workspace.selectStack = () => Promise.resolve();
  return {
    listStacks: async () => (await workspace.listStacks()).map(({ name }) => name),
    run: async (kind, name, { log, policies, onEvent }) => {
      const write = (text: string) => {
        appendFileSync(log, text);
      };
      const stack = await Stack.select(name, workspace);
      await stack[kind]({
        color: "never",
        suppressOutputs: true,
        suppressProgress: true,
        onOutput: write,
        onError: write,
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

/**
 * Finds the CLI. Its processes are not in the terminal's process group: Ctrl-C would reach each of them too, and the
 * CLI ends at once, without saving what it was doing, when it gets the signal twice.
 */
async function findCommand(running: Set<ChildProcess>): Promise<PulumiCommand> {
  const file = findExecutable("pulumi");
  if (file === undefined) {
    throw new UserError("There is no `pulumi` on PATH. Install it: npm ci");
  }
  // The Automation API takes the first one, which may be npm's launcher.
  process.env.PATH = [dirname(file), process.env.PATH].join(delimiter);
  const run = (
    args: string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
  ) =>
    new Promise<{ stdout: string; stderr: string; code: number }>((resolve, reject) => {
      const child = spawn(file, [...args, "--non-interactive"], {
        cwd,
        env: { ...process.env, ...env, PULUMI_AUTOMATION_API: "true" },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
      running.add(child);
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        onOutput?.(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
        onError?.(text);
      });
      child.on("error", reject);
      child.on("close", (code, signal) => {
        running.delete(child);
        if (code === 0) {
          resolve({ stdout, stderr, code });
        } else {
          reject(new Error(stderr.trim() || `pulumi ${args[0] ?? ""} ended with ${String(code ?? signal)}.`));
        }
      });
    });
  return Object.assign(await PulumiCommand.get(), { run });
}
