import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { clientsOf } from "../../e2e/support/clients";
import { collectOutput, type Result } from "../../e2e/support/collect-output";
import { installCommandLines } from "../../e2e/support/command-lines";
import { emulatorOf } from "../../e2e/support/emulator";
import { findPulumi } from "../../e2e/support/tools";
import { Workspace } from "../../e2e/support/workspace";
import { readData } from "./inventory";
import { Proxy } from "./proxy";

/** How much of a datastore the program creates. */
export type Parts = "small" | "database" | "backups" | "whole";

const root = join(__dirname, "../../..");
const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];
/** More rounds than any recovery needs. */
const maximumRounds = 12;

/** What a recovery took. */
export interface Recovery {
  rounds: number;
  /** Every command that was run, with its exit code. */
  commands: { command: string; code: number | null }[];
  /** Whether recover had nothing more to do at the end. */
  isRecovered: boolean;
  output: string;
}

/** A stack with an AWS of its own, whose runs are interrupted. */
export class Subject {
  readonly aws: ReturnType<typeof clientsOf>;
  readonly emulator: ReturnType<typeof emulatorOf>;
  private constructor(
    readonly workspace: Workspace,
    readonly proxy: Proxy,
  ) {
    this.aws = clientsOf(workspace.aws);
    this.emulator = emulatorOf(workspace.aws);
  }

  static async create(parts: Parts): Promise<Subject> {
    const variables: NodeJS.ProcessEnv = {};
    const workspace = new Workspace(variables);
    const proxy = new Proxy(workspace.aws.environment.AWS_ENDPOINT_URL ?? "");
    await proxy.start();
    const folder = join(workspace.folder, "test/recovery/program");
    cpSync(join(__dirname, "../program"), folder, { recursive: true });
    cpSync(join(folder, "Pulumi.yaml"), join(workspace.folder, "Pulumi.yaml"));
    const bin = join(workspace.folder, "bin");
    mkdirSync(bin);
    // npm's `pulumi` is a launcher that downloads the CLI.
    const npx = join(bin, "npx");
    writeFileSync(
      npx,
      `#!/bin/sh\ncase "$1" in\npulumi) shift; exec "${findPulumi()}" "$@";;\nbeo) shift; exec "${process.execPath}" "${join(root, "cli/beo.js")}" "$@";;\nesac\nexit 127\n`,
    );
    chmodSync(npx, 0o755);
    Object.assign(variables, {
      AWS_ENDPOINT_URL: proxy.url,
      // Version 1 of the AWS CLI does not read AWS_REGION.
      AWS_DEFAULT_REGION: "us-west-1",
      PATH: [bin, installCommandLines(), process.env.PATH].join(delimiter),
      // What a person answers.
      PULUMI_SKIP_CONFIRMATIONS: "true",
    });
    const subject = new Subject(workspace, proxy);
    // The emulated AWS would remember requests by their id, which AWS does not.
    await subject.emulator.set({ repeated_requests: "again" });
    // Only the configuration below counts.
    writeFileSync(join(workspace.folder, "Pulumi.dev.yaml"), "config: {}\n");
    await workspace.init("dev");
    await workspace.succeed("config", "set", "aws:region", "us-west-1", "--stack", "dev");
    await subject.configure("parts", parts);
    return subject;
  }

  remove(): void {
    this.proxy.stop();
    this.workspace.remove();
  }

  async configure(key: string, value: string): Promise<void> {
    await this.workspace.succeed("config", "set", key, value, "--stack", "dev");
  }

  up(...flags: string[]): Promise<Result> {
    return this.workspace.pulumi(...update, ...flags);
  }

  /** Lets a destroy delete what is protected, as README.md says. */
  async unprotect(): Promise<void> {
    await this.workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "dev");
  }

  /** Puts an object into the media bucket, and returns the identities of all data. */
  async addData(): Promise<string[]> {
    await this.aws.s3.send(
      new PutObjectCommand({ Bucket: "recovery-dev-media", Key: "upload.parquet", Body: String(Date.now()) }),
    );
    return readData(this.aws);
  }

  /** Runs the CLI, and interrupts it at a call that changes something. */
  async interrupt(signal: "SIGKILL" | "SIGINT", at: number, args: string[]): Promise<Result> {
    const begin = this.proxy.writes.length;
    let hasEnded = false;
    const result = await this.workspace.meanwhile(
      async (child: ChildProcess) => {
        child.once("exit", () => {
          hasEnded = true;
        });
        while (this.proxy.writes.length - begin < at && !hasEnded) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        if (signal === "SIGKILL") {
          this.workspace.kill(child);
        } else {
          child.kill("SIGINT");
        }
      },
      ...args,
    );
    return result;
  }

  /** Runs the CLI, and ends it as a person does who sees no progress: the provider repeats throttled calls for an hour. */
  async runImpatiently(args: string[]): Promise<Result> {
    return this.workspace.meanwhile(
      (child: ChildProcess) =>
        new Promise((resolve) => {
          const patience = setTimeout(() => {
            child.kill("SIGINT");
            setTimeout(() => {
              this.workspace.kill(child);
            }, 20_000).unref();
          }, 5 * 60_000);
          child.once("exit", () => {
            clearTimeout(patience);
            resolve();
          });
        }),
      ...args,
    );
  }

  /**
   * Runs `beo recover` and the commands that it prints, again and again, until there is nothing to do.
   *
   * @param keeps Runs the commands of the alternative once, if there is one: they keep a stack that was to be destroyed.
   */
  async recover(keeps = false): Promise<Recovery> {
    const recovery: Recovery = { rounds: 0, commands: [], isRecovered: false, output: "" };
    while (recovery.rounds < maximumRounds) {
      recovery.rounds += 1;
      const { code, output } = await this.shell("npx beo recover dev");
      recovery.output += output;
      if (code === 0) {
        recovery.isRecovered = true;
        break;
      }
      const isAlternative = keeps && output.includes(", instead\n");
      const commands = getCommands(output, isAlternative);
      if (commands.length === 0) {
        break;
      }
      for (const command of commands) {
        const result = await this.shell(command);
        recovery.commands.push({ command, code: result.code });
        recovery.output += `\n$ ${command}\n${result.output}\nexit code ${String(result.code)}\n`;
        if (result.code !== 0) {
          break;
        }
      }
    }
    return recovery;
  }

  /** Recovers the stack, and returns the commands that were run. @throws AssertionError unless all of them succeed. */
  async recoverWithoutFailure(): Promise<string[]> {
    const { isRecovered, commands, output } = await this.recover();
    expect(isRecovered, output).to.equal(true);
    expect(
      commands.filter(({ code }) => code !== 0),
      output,
    ).to.deep.equal([]);
    return commands.map(({ command }) => command);
  }

  /** Runs a command as a person would. */
  shell(command: string): Promise<Result & { stdout: string }> {
    return collectOutput(
      spawn("bash", ["-c", command], {
        cwd: this.workspace.folder,
        env: this.workspace.environment(),
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }
}

/** The commands that recover prints, or those of the alternative, without the call of itself at the end. */
export function getCommands(output: string, isAlternative = false): string[] {
  const title = isAlternative ? /, instead\n((?: {2}.*\n?)*)/ : /What to do, in this order\n((?: {2}.*\n?)*)/;
  const [, block = ""] = title.exec(output) ?? [];
  return block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("npx beo recover"));
}
