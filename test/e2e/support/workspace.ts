import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestsFile } from "./aws-models";
import { collectOutput, type Result } from "./collect-output";
import { fixtures } from "../../support/stacks";
import { type Aws, findPulumi, startAws } from "./tools";

const root = join(__dirname, "../../..");
const parts = [
  "index.ts",
  "preload.js",
  "package.json",
  "tsconfig.json",
  "Pulumi.yaml",
  "components",
  "stacks",
  "policies",
];
const stackFiles = ["Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"];

/** A copy of the program with a state and an AWS of its own. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "beo-e2e-"));
  readonly aws: Aws;
  /** Where the emulated AWS's plug-in of test/e2e/permissions records each decision. */
  readonly permissions = join(this.folder, "permissions.jsonl");
  /** Everything that any run printed: secrets are searched for in it. */
  printed = "";
  private readonly pulumiFile = findPulumi();
  /** The CLI's processes that have not ended. */
  private readonly running = new Set<ChildProcess>();

  /**
   * @param variables More of the CLI's environment.
   * @param plugins Plug-ins of the emulated AWS.
   */
  constructor(
    private readonly variables: NodeJS.ProcessEnv = {},
    plugins: string[] = [],
  ) {
    for (const part of parts) {
      cpSync(join(root, part), join(this.folder, part), { recursive: true });
    }
    for (const file of stackFiles) {
      // The program does not deploy placeholders.
      const text = readFileSync(join(fixtures, file), "utf8").replaceAll("example.com", "beo-e2e.net");
      writeFileSync(join(this.folder, file), text);
    }
    writeFileSync(join(this.folder, "policy-config.json"), "{}");
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    mkdirSync(join(this.folder, "state"));
    mkdirSync(join(this.folder, "tmp"));
    this.aws = startAws(this.folder, requestsFile(this.folder), plugins, this.permissions);
    // However the run ends: mocha ends its workers by a signal or by leaving them alone.
    process.once("exit", this.remove);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => process.exit(130));
    }
  }

  /** Ends the AWS and whatever still runs, and removes every file. */
  remove = (): void => {
    process.off("exit", this.remove);
    this.running.forEach((child) => {
      this.kill(child);
    });
    this.aws.stop();
    rmSync(this.folder, { recursive: true, force: true });
  };

  /** The names of the resources that an update would change, by what it would do: "create beo-maintenance". */
  async previewChanges(stack: string): Promise<string[]> {
    const { output } = await this.pulumi("preview", "--json", "--stack", stack);
    const { steps } = JSON.parse(output) as { steps: { op: string; urn: string }[] };
    return steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`);
  }

  /** Makes a stack with its own file's configuration, in the form that the emulated AWS takes. */
  async init(stack: string): Promise<void> {
    await this.succeed("stack", "init", stack);
    await this.succeed("config", "set", "aws:s3UsePathStyle", "true", "--stack", stack);
  }

  /** Runs the CLI. */
  async pulumi(...args: string[]): Promise<Result> {
    const result = await this.quietly(...args);
    this.printed += result.output;
    return result;
  }

  /** Runs the CLI where its output is meant to have secrets. */
  quietly(...args: string[]): Promise<Result> {
    return this.run(args);
  }

  /** Runs the CLI, and does something to its process meanwhile. */
  async meanwhile(act: (child: ChildProcess) => Promise<void>, ...args: string[]): Promise<Result> {
    const result = await this.run(args, act);
    this.printed += result.output;
    return result;
  }

  /** Kills the CLI, and the plugins that it cannot end any more, with what they started. */
  kill(child: ChildProcess): void {
    for (const pid of [child.pid ?? 0, ...descendants(child.pid ?? 0)]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  private async run(args: string[], act?: (child: ChildProcess) => Promise<void>): Promise<Result> {
    const child = spawn(this.pulumiFile, [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.environment(),
    });
    this.running.add(child);
    child.on("close", () => this.running.delete(child));
    // What fails beside the run fails the run at once.
    const failure = new Promise<never>((_, reject) => {
      act?.(child).catch(reject);
    });
    const { code, output } = await Promise.race([collectOutput(child), failure]);
    return { code, output };
  }

  /** Runs the CLI and gives what it printed. @throws Error where it fails. */
  async succeed(...args: string[]): Promise<string> {
    const { code, output } = await this.pulumi(...args);
    if (code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} failed with ${String(code)}:\n${output}`);
    }
    return output;
  }

  /** Runs the CLI where it is meant to fail, and gives what it printed. @throws Error where it succeeds. */
  async fail(...args: string[]): Promise<string> {
    const { code, output } = await this.pulumi(...args);
    if (code === 0) {
      throw new Error(`pulumi ${args.join(" ")} succeeded:\n${output}`);
    }
    return output;
  }

  /** Runs a command of the project's command line. */
  beo(...args: string[]): Result {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "cli/beo.js"), ...args], {
      cwd: this.folder,
      env: this.environment(),
      encoding: "utf8",
    });
    this.printed += stdout + stderr;
    return { code: status, output: stdout + stderr };
  }

  /** The stack's outputs, secrets in the clear. */
  async outputs(stack: string): Promise<Record<string, unknown>> {
    const { output } = await this.quietly("stack", "output", "--json", "--show-secrets", "--stack", stack);
    return JSON.parse(output) as Record<string, unknown>;
  }

  environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.aws.environment,
      AWS_REGION: "us-west-1",
      // The engine's plugins leave their sockets where temporary files go.
      TMPDIR: join(this.folder, "tmp"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "rehearsal",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      // Offers --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
      ...this.variables,
    };
  }
}

/** The processes that a process started, those that these started, and so on. */
function descendants(pid: number): number[] {
  const all = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): number[] =>
    all.flatMap(([child = 0, above]) => (above === parent ? [child, ...childrenOf(child)] : []));
  return childrenOf(pid);
}
