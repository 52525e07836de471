import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, stringify } from "yaml";
import type { StackPlan } from "../../plan/plan";
import { projectFolder } from "../command";
import { getPreviewErrors, type Step } from "../preview";
import { findExecutable } from "../pulumi";
import { UserError } from "../user-error";
import { createTemporaryFolder } from "../write-file";
import type { ImportFile } from "./import-file";
import { planWithHosts } from "./plan-hosts";
import type { SuggestedSetting } from "./survey";

/** A stack's configuration as `pulumi config --json --show-secrets` prints it. */
type Configuration = Record<string, { value?: string; objectValue?: unknown; secret: boolean }>;

/**
 * A copy of the project with a state of its own, in which the import and the update are tried out: it reads AWS, and
 * changes neither AWS nor the stack. Secrets are encrypted in it by a passphrase that is stored nowhere.
 */
export class Rehearsal {
  private readonly root = createTemporaryFolder("beo-adopt-");
  private readonly folder = join(this.root, "project");
  private readonly environment: NodeJS.ProcessEnv;
  private child: ChildProcess | undefined;

  private constructor(private readonly stack: string) {
    const { PULUMI_CONFIG_PASSPHRASE_FILE: _, ...environment } = process.env;
    this.environment = {
      ...environment,
      PULUMI_BACKEND_URL: `file://${join(this.root, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(32).toString("hex"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    process.once("exit", this.remove);
    for (const signal of signals) {
      process.once(signal, this.stop);
    }
  }

  /** Runs something on a copy of the project, and removes the copy afterwards, whatever happens. */
  static async with<T>(stack: string, run: (rehearsal: Rehearsal) => Promise<T>): Promise<T> {
    const rehearsal = new Rehearsal(stack);
    try {
      await rehearsal.copyProject();
      return await run(rehearsal);
    } finally {
      rehearsal.remove();
    }
  }

  /** Sets settings in the copy; those that only a person knows stay unset. */
  set(settings: SuggestedSetting[]): void {
    const document = parseDocument(readFileSync(this.file, "utf8"));
    for (const { key, value } of settings) {
      if (value !== undefined) {
        document.setIn(["config", ...parsePath(key)], value);
      }
    }
    writeFileSync(this.file, document.toString(), { mode: 0o600 });
  }

  /** Plans the copy offline. */
  plan(): Promise<StackPlan> {
    return planWithHosts(this.stack, this.folder);
  }

  /**
   * Imports resources and previews the update.
   *
   * @param hasResources Whether the stack's own state has resources, to which the import adds.
   */
  async run(file: ImportFile, hasResources: boolean): Promise<Step[]> {
    const stack = ["--stack", this.stack];
    if (hasResources) {
      const state = await this.pulumi(["stack", "export", "--show-secrets", ...stack], "", "real");
      await this.pulumi(["stack", "import", ...stack], this.setSecretsProvider(state));
    }
    if (file.resources.length > 0) {
      const path = join(this.root, "import.json");
      writeFileSync(path, JSON.stringify(file));
      const options = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false"];
      await this.pulumi(["import", "--file", path, ...options, ...stack]);
    }
    const output = await this.pulumi(["preview", "--refresh", "--json", ...stack]);
    return (JSON.parse(output) as { steps: Step[] }).steps;
  }

  /** Lets the copy encrypt the state by its own passphrase. */
  private setSecretsProvider(state: string): string {
    const content = JSON.parse(state) as { deployment: object };
    const salt: unknown = parseDocument(readFileSync(this.file, "utf8")).get("encryptionsalt");
    const deployment = { ...content.deployment, secrets_providers: { type: "passphrase", state: { salt } } };
    return JSON.stringify({ ...content, deployment });
  }

  private get file(): string {
    return join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  private async copyProject(): Promise<void> {
    mkdirSync(this.folder);
    mkdirSync(join(this.root, "state"));
    for (const name of readdirSync(projectFolder)) {
      if (!/^Pulumi\..+\.yaml$/.test(name)) {
        symlinkSync(join(projectFolder, name), join(this.folder, name));
      }
    }
    const shown = await this.pulumi(
      ["config", "--json", "--show-secrets", "--stack", this.stack],
      "",
      "real",
    );
    const configuration = Object.entries(JSON.parse(shown) as Configuration);
    const plain = configuration
      .filter(([, { secret }]) => !secret)
      .map(([key, { value, objectValue }]): [string, unknown] => [key, objectValue ?? value]);
    writeFileSync(this.file, stringify({ config: Object.fromEntries(plain) }), { mode: 0o600 });
    await this.pulumi(["stack", "init", "--no-select", "--stack", this.stack]);
    for (const [key, { value = "", secret }] of configuration) {
      if (secret) {
        // By standard input: arguments are in the list of processes.
        await this.pulumi(["config", "set", "--secret", key, "--stack", this.stack], value);
      }
    }
  }

  /**
   * Runs the CLI.
   *
   * @param where In the copy, or in the project and its backend.
   * @throws UserError with what it printed if it fails.
   */
  private pulumi(args: string[], input = "", where: "copy" | "real" = "copy"): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(findExecutable("pulumi") ?? "pulumi", [...args, "--non-interactive"], {
        cwd: where === "real" ? projectFolder : this.folder,
        env: where === "real" ? process.env : this.environment,
      });
      this.child = child;
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
      child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
      child.on("error", reject);
      child.on("close", (code) => {
        if (code === 0) {
          resolve(stdout);
        } else {
          reject(
            new UserError(
              `pulumi ${args[0] ?? ""} failed in the rehearsal:\n${getPreviewErrors(stdout).join("")}${stderr}`,
            ),
          );
        }
      });
      child.stdin.end(input);
    });
  }

  private readonly stop = () => process.exit(130);

  private readonly remove = () => {
    process.off("exit", this.remove);
    for (const signal of signals) {
      process.off(signal, this.stop);
    }
    this.child?.kill();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The path of a setting in a stack file: the qualified key, then members and items. */
function parsePath(key: string): (string | number)[] {
  const [first = "", ...rest] = key.split(/[.[]/);
  const qualified = first.includes(":") ? first : `${getProject()}:${first}`;
  return [qualified, ...rest.map((part) => (/^\d+\]$/.test(part) ? Number(part.slice(0, -1)) : part))];
}

function getProject(): string {
  const { name } = parseDocument(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")).toJS() as {
    name: string;
  };
  return name;
}
