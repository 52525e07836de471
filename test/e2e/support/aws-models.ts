import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { installPython } from "./python";

const models = join(__dirname, "../aws-models");
/** The environment variable with the folder of what the emulated AWSs record, for the processes of the files. */
const folderVariable = "E2E_REQUESTS_FOLDER";

/** What the models of AWS say about recorded requests. */
export interface ModelReport {
  counts: Partial<Record<"requests" | "operations" | "checks" | "resources" | "templates" | "rules", number>>;
  /** Operations that change something and are not part of a template: they are checked as requests only. */
  unconverted: string[];
  /** Each names the operation or type, the resource, the parameter, the problem and the tool; no secrets. */
  findings: string[];
}

/** The file to which a workspace's AWS appends its requests; undefined where the suite's setup did not run. */
export function requestsFile(workspace: string): string | undefined {
  const folder = process.env[folderVariable];
  return folder === undefined ? undefined : join(folder, `${basename(workspace)}.jsonl`);
}

/**
 * Checks recorded requests against models of AWS that are independent of the provider and of the emulated AWS:
 * botocore's service models, and as CloudFormation templates by cfn-lint and cdk-preflight.
 *
 * @param folder Has a file of each emulated AWS.
 */
export function checkRequests(folder: string): ModelReport {
  const report = execFileSync(installModels(), ["-B", join(models, "check.py"), folder], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(report) as ModelReport;
}

/** The Python that has the models, installed on first use. */
function installModels(): string {
  return installPython(join(models, "requirements.txt"), "aws-models");
}

/** Before all files: a folder for the requests, with secrets, which is removed however the run ends. */
export function mochaGlobalSetup(): void {
  installModels();
  const folder = mkdtempSync(join(tmpdir(), "beo-e2e-requests-"));
  process.env[folderVariable] = folder;
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(130));
  }
}

/** After all files: checks what they recorded. @throws Error with the findings, which fails the suite. */
export function mochaGlobalTeardown(): void {
  const folder = process.env[folderVariable] ?? "";
  if (readdirSync(folder).length === 0) {
    console.log("\n  No requests were recorded for the models of AWS.");
    return;
  }
  const begin = Date.now();
  const { counts, unconverted, findings } = checkRequests(folder);
  const { requests = 0, operations = 0, checks = 0, resources = 0, templates = 0, rules = 0 } = counts;
  console.log(
    [
      `\n  Checked by models of AWS in ${Math.round((Date.now() - begin) / 1000)} s:`,
      `${requests} requests of ${operations} operations by botocore, in ${checks} checks;`,
      `${resources} resources in ${templates} templates by cfn-lint, and by ${rules} rules of cdk-preflight.`,
      `Not in templates: ${unconverted.join(", ") || "none"}.`,
    ].join(" "),
  );
  if (findings.length > 0) {
    throw new Error(`The models of AWS found:\n${findings.map((finding) => `- ${finding}`).join("\n")}`);
  }
}
