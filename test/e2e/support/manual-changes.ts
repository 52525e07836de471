import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import type { Drift } from "../../../cli/drift/drift";
import { installCommandLines } from "./command-lines";
import { findPulumi } from "./tools";
import type { Workspace } from "./workspace";

/** A change that people make by hand: how, and how drift reports it. */
export type ManualChange = readonly [script: string, severity: Drift["severity"], message: RegExp];

/** Runs `aws`, `eb` and `npx pulumi` against a workspace's stack, as an operator does. */
export class Operator {
  /** Variables of the scripts: names and ids of the stack. */
  variables: Record<string, string> = {};
  readonly folder: string;
  private readonly path: string;

  constructor(
    private readonly workspace: Workspace,
    private readonly stack: string,
  ) {
    const bin = join(workspace.folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${findPulumi()}" "$@"\n`, { mode: 0o755 });
    this.folder = workspace.folder;
    this.path = [bin, installCommandLines(), process.env.PATH].join(delimiter);
  }

  /** Runs a script. @throws AssertionError if any of its commands fails. */
  run(script: string, cwd = this.folder): string {
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 26,
      env: {
        ...this.workspace.environment(),
        ...this.variables,
        PATH: this.path,
        HOME: this.folder,
        AWS_DEFAULT_REGION: "us-west-1",
        PULUMI_SKIP_CONFIRMATIONS: "true",
      },
    });
    expect(status, `${script}\n${stdout}\n${stderr}`).to.equal(0);
    return stdout;
  }

  /** Makes a folder with an application and the configuration of `eb`. */
  async makeApplication(): Promise<string> {
    const checkout = join(this.folder, "application");
    mkdirSync(join(checkout, ".elasticbeanstalk"), { recursive: true });
    const { ebConfig } = await this.workspace.outputs(this.stack);
    writeFileSync(join(checkout, ".elasticbeanstalk/config.yml"), String(ebConfig));
    writeFileSync(join(checkout, "Procfile"), "web: python -m http.server 8000\n");
    this.run(
      "git init -q -b main && git add -f . && git -c user.name=a -c user.email=a@b.c commit -q -m application",
      checkout,
    );
    return checkout;
  }

  /** What `npx beo drift` finds. */
  findDrift(): { code: number | null; drift: Drift[]; notes: string[]; notCompared: string[] } {
    const { code, output } = this.workspace.beo("drift", this.stack, "--json");
    const [, json = ""] = /^(\{[\s\S]*^\})$/m.exec(output) ?? [];
    expect(json, output).not.to.equal("");
    return { code, ...(JSON.parse(json) as { drift: Drift[]; notes: string[]; notCompared: string[] }) };
  }

  /** Makes the changes, checks that each is reported, runs what is printed to undo them, and checks that nothing is left. */
  rehearse(changes: readonly ManualChange[]): void {
    for (const [script] of changes) {
      this.run(script);
    }
    const { code, drift, notCompared } = this.findDrift();
    expect({ code, notCompared }).to.deep.equal({ code: 3, notCompared: [] });
    const reported = drift.map(({ severity, message }) => `${severity} ${message}`);
    const missing = changes.filter(
      ([, severity, message]) => !drift.some((one) => one.severity === severity && message.test(one.message)),
    );
    expect(missing, reported.join("\n")).to.deep.equal([]);
    const unexpected = drift.filter(({ message }) => !changes.some(([, , pattern]) => pattern.test(message)));
    expect(unexpected).to.deep.equal([]);
    for (const commands of new Set(drift.map(({ undo }) => undo.join("\n")))) {
      this.run(commands);
    }
    this.expectNoDrift();
  }

  expectNoDrift(): string[] {
    const { code, drift, notes, notCompared } = this.findDrift();
    expect({ code, drift, notCompared }).to.deep.equal({ code: 0, drift: [], notCompared: [] });
    return notes;
  }
}
