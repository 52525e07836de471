import { spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Variation } from "../adoption/variations";
import { collectOutput } from "./collect-output";
import { installCommandLines } from "./command-lines";
import { emulatorOf } from "./emulator";
import { type Built, HandMadeBuilder } from "./hand-made";
import { type Account, AccountReader } from "./hand-made-account";
import { compareAccounts, listDifferences } from "./hand-made-comparison";
import { findPulumi } from "./tools";
import { Workspace } from "./workspace";

const root = join(__dirname, "../../..");
const { resolve } = createRequire(__filename)("../adoption/stand-ins/internet.js") as {
  resolve: (name: string, env: NodeJS.ProcessEnv) => Promise<{ environment?: { EnvironmentId: string } }>;
};
const standIns = join(__dirname, "../adoption/stand-ins");
const plugin = join(__dirname, "../adoption/plugin.py");
const name = "beo-datastore-dev";
const maxRounds = 25;
/** A command that fails more often leads nowhere. */
const maxFailures = 3;

/** What became of a hand-made stack. */
export interface Outcome {
  result: "adopted" | "blocked" | "stuck";
  rounds: number;
  /** Each a sentence; empty where everything is as it has to be. */
  problems: string[];
  reports: string;
}

interface Report {
  code: number | null;
  text: string;
  /** Title → lines, without their indentation. */
  sections: Map<string, string[]>;
}

/** Builds a hand-made stack, and adopts it as an operator does: by the commands that `beo adopt` prints, literally. */
export class Adoption {
  readonly workspace = new Workspace({}, [plugin]);
  private readonly bin = mkdtempSync(join(tmpdir(), "beo-adoption-"));
  private readonly dnsFile = join(this.bin, "dns.json");
  private readonly answersFile = join(this.bin, "answers.json");
  private readonly env: NodeJS.ProcessEnv;
  private readonly problems = new Set<string>();
  private transcript = "";
  private reports = "";
  private built!: Built;
  private reader!: AccountReader;

  constructor(private readonly variation: Variation) {
    const commands = join(this.bin, "bin");
    mkdirSync(commands);
    for (const file of readdirSync(standIns)) {
      symlinkSync(join(standIns, file), join(commands, file));
    }
    symlinkSync(join(installCommandLines(), "aws"), join(commands, "aws"));
    this.env = {
      ...this.workspace.environment(),
      PATH: [commands, process.env.PATH].join(delimiter),
      HOME: this.bin,
      // The first version of the AWS CLI reads another variable than the second one.
      AWS_DEFAULT_REGION: "us-west-1",
      AWS_PAGER: "",
      ADOPTION_ROOT: root,
      ADOPTION_PULUMI: findPulumi(),
      ADOPTION_DNS: this.dnsFile,
      ADOPTION_ANSWERS: this.answersFile,
    };
  }

  remove(): void {
    this.workspace.remove();
    rmSync(this.bin, { recursive: true, force: true });
  }

  /** Creates the stack's configuration, and what people built in 2020. */
  async build(): Promise<Built> {
    const { stack, configuration = {}, answers = {}, elsewhere } = this.variation;
    const emulator = emulatorOf(this.workspace.aws);
    await this.workspace.init("dev");
    await emulator.set({ retired_platforms: "allow", delay: "0.2" });
    const builder = new HandMadeBuilder(name, stack, this.env);
    this.built = await builder.build();
    await emulator.set({ retired_platforms: "refuse", vpc_moves: "refuse", unknown_certificates: "refuse" });
    const fill = (text: string) =>
      text.replace(/\$([A-Z_]+)/g, (all, key: string) => builder.values[key] ?? all);
    for (const [key, value] of Object.entries(configuration)) {
      await this.workspace.succeed("config", "set", "--path", key, fill(value), "--stack", "dev");
    }
    const known = { databasePassword: this.built.masterPassword, ...answers };
    const filled = Object.fromEntries(Object.entries(known).map(([key, value]) => [key, fill(value)]));
    writeFileSync(this.answersFile, JSON.stringify(filled), { mode: 0o600 });
    writeFileSync(
      this.dnsFile,
      JSON.stringify(elsewhere === true ? { [this.built.host]: builder.values.CNAME } : {}),
    );
    this.reader = new AccountReader(this.built, this.env);
    await fetch(`${this.workspace.aws.environment.AWS_ENDPOINT_URL ?? ""}/_emulator/calls`, {
      method: "DELETE",
    });
    return this.built;
  }

  /** Follows `beo adopt` to its end. */
  async follow(): Promise<Outcome> {
    const before = await this.reader.read();
    await fetch(`${this.workspace.aws.environment.AWS_ENDPOINT_URL ?? ""}/_emulator/calls`, {
      method: "DELETE",
    });
    if (this.variation.fault !== undefined) {
      await emulatorOf(this.workspace.aws).fail(this.variation.fault);
    }
    const stopWatching = this.watch();
    let outcome: { result: Outcome["result"]; rounds: number };
    try {
      outcome = await this.walk();
    } finally {
      await stopWatching();
    }
    if (outcome.result === "adopted") {
      await this.finish(before);
    } else if (this.variation.blocked !== undefined || this.variation.mayBlock === true) {
      await this.checkNothingChanged(before);
    }
    this.checkSecrets();
    return { ...outcome, problems: [...this.problems], reports: this.reports };
  }

  private async walk(): Promise<{ result: Outcome["result"]; rounds: number }> {
    let last = "";
    let failures = 0;
    let hasFailed = false;
    const executed = new Set<string>();
    for (let rounds = 1; rounds <= maxRounds; rounds += 1) {
      const report = await this.runAdopt();
      if (report.text.split("\n").includes("Adoption is complete.")) {
        this.check(report.code === 0, `"Adoption is complete." exits with ${String(report.code)}.`);
        return { result: "adopted", rounds };
      }
      const commands = this.getCommands(report);
      // With blockers, commands that have been run already do not help again.
      const isBlocked = report.code === 1 && commands.every((command) => executed.has(command));
      // After a failure, the same commands are run again.
      const isSame = last === report.text && !hasFailed;
      last = report.text;
      commands.forEach((command) => executed.add(command));
      if (commands.length === 0 || isBlocked || isSame) {
        return { result: report.code === 1 ? "blocked" : "stuck", rounds };
      }
      this.moveRecordElsewhere(report);
      const { code, output } = await this.bash(commands.join("\n"));
      hasFailed = code !== 0;
      if (hasFailed) {
        // A fault can hit each try.
        const isExpected = failures < (this.variation.fault?.count ?? 0);
        this.check(isExpected, `A printed command failed with ${String(code)}:\n${tail(output)}`);
        failures += 1;
        if (failures === maxFailures) {
          return { result: "stuck", rounds };
        }
      }
    }
    return { result: "stuck", rounds: maxRounds };
  }

  private async runAdopt(): Promise<Report> {
    const dns = `--require ${join(standIns, "dns.js")}`;
    const { code, output, stdout } = await this.bash("npx beo adopt dev", { NODE_OPTIONS: dns });
    this.check(code === 0 || code === 1, `beo adopt exits with ${String(code)}: ${tail(output)}`);
    this.reports += `${output}\n`;
    const sections = new Map<string, string[]>();
    let lines: string[] = [];
    for (const line of stdout.split("\n")) {
      if (/^\S/.test(line)) {
        lines = [];
        sections.set(line, lines);
      } else if (line.startsWith("  ")) {
        lines.push(line.slice(2));
      }
    }
    return { code, text: stdout, sections };
  }

  /** The commands of a report as a person pastes them, placeholders filled in. */
  private getCommands({ sections }: Report): string[] {
    const of = (title: RegExp) =>
      [...sections].filter(([found]) => title.test(found)).flatMap(([, lines]) => lines);
    const settings = [...of(/^Required settings/), ...of(/^Keep it as it is/)].filter((line) =>
      /^(npx|aws|eb) /.test(line.trim()),
    );
    const lines = [...new Set([...settings, ...of(/(^|\. )Next:/)])];
    return lines
      .filter((line) => !/^\s*(#|$)/.test(line))
      .map((line) => line.replace(/<[^<>\s][^<>]*>/g, (placeholder) => this.answer(placeholder, line)));
  }

  private answer(placeholder: string, line: string): string {
    const answers = JSON.parse(readFileSync(this.answersFile, "utf8")) as Record<string, string>;
    const found = Object.entries(answers).find(([key]) => placeholder === key || line.includes(key));
    if (found === undefined) {
      this.problems.add(`There is no answer for ${placeholder} in: ${line}`);
      return placeholder;
    }
    return found[1];
  }

  /** Sets the record at another DNS provider, as the step about the address tells people. */
  private moveRecordElsewhere({ sections }: Report): void {
    const records = JSON.parse(readFileSync(this.dnsFile, "utf8")) as Record<string, string>;
    const [title, lines = []] = [...sections].find(([found]) => /^Next:.*address/i.test(found)) ?? [];
    const targets = lines.join("\n").match(/[\w.-]+\.(elasticbeanstalk|elb\.amazonaws)\.com/g) ?? [];
    const target = targets.find((one) => one !== records[this.built.host]);
    if (title !== undefined && target !== undefined && this.built.host in records) {
      writeFileSync(this.dnsFile, JSON.stringify({ [this.built.host]: target }));
    }
  }

  private async bash(
    script: string,
    more: NodeJS.ProcessEnv = {},
  ): Promise<{ code: number | null; output: string; stdout: string }> {
    this.note(`$ ${script.replaceAll("\n", "\n$ ")}\n`);
    const result = await collectOutput(
      spawn("bash", ["--norc", "-euo", "pipefail", "-c", script], {
        cwd: this.workspace.folder,
        env: { ...this.env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    this.workspace.printed += result.output;
    this.note(`${result.output}[${String(result.code)}]\n`);
    return result;
  }

  /** Adds to what the run printed. */
  note(text: string): void {
    this.transcript += text;
    const folder = process.env.ADOPTION_TRANSCRIPTS;
    if (folder !== undefined) {
      appendFileSync(join(folder, `${this.variation.name}.txt`), text);
    }
  }

  private check(holds: boolean, problem: string): void {
    if (!holds) {
      this.problems.add(problem);
    }
  }

  /** Sees that the address is served all the time, and that no process shows a secret. Returns how to stop. */
  private watch(): () => Promise<void> {
    let isWatching = true;
    const loop = async (seconds: number, look: () => Promise<void> | void) => {
      while (isWatching) {
        try {
          await look();
        } catch {
          // An environment went between two calls: the next look sees.
        }
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      }
    };
    const both = Promise.all([
      loop(6, () => this.checkServed()),
      loop(0.5, () => {
        this.checkProcesses();
      }),
    ]);
    return async () => {
      isWatching = false;
      await both;
    };
  }

  /** The environment at which the public host name arrives. */
  private async findServing(): Promise<Account["environments"][number] | undefined> {
    const { environment } = await resolve(this.built.host, this.env);
    const environments = await this.reader.readEnvironments();
    return environments.find(({ EnvironmentId }) => EnvironmentId === environment?.EnvironmentId);
  }

  private async checkServed(): Promise<void> {
    const { host, version } = this.built;
    const databaseHost = this.built.variables.web.SQL_HOST;
    const serving = await this.findServing();
    if (serving === undefined) {
      this.problems.add(`${host} led nowhere.`);
      return;
    }
    const { EnvironmentName = "", Status = "", VersionLabel = "", variables } = serving;
    this.check(/Ready|Updating/.test(Status), `${host} was at ${EnvironmentName} while it was ${Status}.`);
    this.check(
      VersionLabel === version || VersionLabel.startsWith("app-"),
      `${host} was at ${EnvironmentName}, which ran ${VersionLabel}, not the application.`,
    );
    this.check(
      (variables.DJANGO_ALLOWED_HOSTS ?? "").split(" ").includes(host),
      `${host} was at ${EnvironmentName}, whose DJANGO_ALLOWED_HOSTS did not have it.`,
    );
    this.check(
      variables.SQL_HOST === databaseHost,
      `${host} was at ${EnvironmentName} with SQL_HOST ${variables.SQL_HOST ?? ""}, not ${databaseHost ?? ""}.`,
    );
    const keys = await this.reader.activeKeys();
    this.check(
      keys.includes(variables.AWS_ACCESS_KEY_ID ?? ""),
      `${host} was at ${EnvironmentName}, whose access key did not work.`,
    );
  }

  private checkProcesses(): void {
    for (const pid of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const [found] = Object.entries(this.built.secrets).find(([, value]) => line.includes(value)) ?? [];
        if (found !== undefined) {
          const [command = ""] = line.split(this.built.secrets[found] ?? "");
          this.problems.add(`${found} was on a command line: ${command.replaceAll("\0", " ").slice(0, 200)}`);
        }
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  private checkSecrets(): void {
    const { secrets } = this.built;
    for (const [secret, value] of Object.entries(secrets)) {
      this.check(!this.transcript.includes(value), `${secret} was printed.`);
      for (const file of findText(this.workspace.folder, value)) {
        this.problems.add(`${secret} is in the file ${file}.`);
      }
    }
  }

  private async checkNothingChanged(before: Account): Promise<void> {
    const after = await this.reader.read(before.data.database);
    const writes = (await emulatorOf(this.workspace.aws).calls())
      .filter(({ action }) => !/^(Get|List|Describe|Head|Lookup|Check|Assume|Receive|Decode)/.test(action))
      .map(({ service, action }) => `${service}:${action}`);
    this.check(writes.length === 0, `AWS was written to: ${[...new Set(writes)].join(", ")}.`);
    for (const change of listDifferences(before, after)) {
      this.problems.add(`Changed though it is blocked: ${change}`);
    }
  }

  /** Nothing is drift afterwards but what people have to decide about. */
  private async checkDrift(): Promise<void> {
    const expected = this.variation.drift ?? [];
    const { code, stdout, output } = await this.bash("npx beo drift dev --json");
    this.check(
      code === (expected.length > 0 ? 3 : 0),
      `beo drift exits with ${String(code)}:\n${tail(output)}`,
    );
    const { drift = [] } = JSON.parse(stdout || "{}") as { drift?: { message: string }[] };
    const messages = drift.map(({ message }) => message);
    const isExpected =
      messages.length === expected.length && messages.every((one) => expected.some((text) => text.test(one)));
    this.check(isExpected, `beo drift found:\n${messages.join("\n")}`);
  }

  private async finish(before: Account): Promise<void> {
    const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];
    const steps = [update, [...update, "--refresh", "--expect-no-changes"]];
    for (const step of steps) {
      const { code, output } = await this.workspace.pulumi(...step);
      this.note(`$ pulumi ${step.join(" ")}\n${output}`);
      this.check(code === 0, `pulumi ${step.join(" ")} failed:\n${tail(output)}`);
    }
    await this.checkDrift();
    const after = await this.reader.read(before.data.database);
    const { kept = [], applications = [name] } = this.variation;
    const changes = compareAccounts({ before, after, built: this.built, reports: this.reports, kept });
    for (const change of changes) {
      this.problems.add(change);
    }
    const left = after.applications.join(", ");
    this.check(left === applications.join(", "), `The applications are ${left}.`);
    await this.checkServed();
    const serving = await this.findServing();
    const state = await this.workspace.quietly("stack", "export", "--stack", "dev");
    this.check(
      serving?.EnvironmentId !== undefined && state.output.includes(serving.EnvironmentId),
      `${this.built.host} is at ${serving?.EnvironmentName ?? "nothing"}, which is not in the stack.`,
    );
    await this.checkPasswords();
    await this.variation.afterwards?.({
      run: (script) => this.bash(script),
      check: (...args) => {
        this.check(...args);
      },
    });
  }

  /** The master password is never changed to another one than it was. */
  private async checkPasswords(): Promise<void> {
    const calls = (await emulatorOf(this.workspace.aws).calls()) as {
      action: string;
      params?: Record<string, string>;
    }[];
    for (const { action, params = {} } of calls) {
      const password = params.MasterUserPassword;
      if (action === "ModifyDBInstance" && password !== undefined) {
        this.check(
          password === this.built.masterPassword,
          "The database's master password was changed to another one.",
        );
      }
    }
  }
}

/** The files below a folder that contain a text. The emulated AWS's own are left out. */
function findText(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("aws."))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

function tail(output: string): string {
  return output.trim().split("\n").slice(-25).join("\n");
}
