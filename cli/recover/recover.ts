import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { createImportFile, getKnownStates, providerVersion } from "../adopt/import-file";
import { ask } from "../ask";
import { createNotDeployedError } from "../not-deployed-error";
import { projectFolder } from "../command";
import type { StateResource } from "../state";
import { writeNewFile } from "../write-file";
import { diagnose } from "./diagnose";
import { type Diagnosis, type Facts, isDestroyed, isUndeployed, type Step } from "./diagnosis/facts";
import { previewUpdate } from "./preview";
import { readFacts } from "./read-facts";

/** The options of `npx beo recover`. */
export interface RecoverOptions {
  json?: true;
  run?: true;
  yes?: true;
}

/** Says what happened to a stack and what to do. Returns the exit code. */
export async function recover(stack: string, { json, run, yes }: RecoverOptions): Promise<number> {
  console.error(`Reading the state of ${stack}, and AWS …`);
  const facts = await readFacts(stack);
  let diagnosis = diagnose(facts);
  if (diagnosis.findings.length + diagnosis.steps.length === 0 && !diagnosis.isFinal && isUndeployed(facts)) {
    throw createNotDeployedError(stack);
  }
  if (diagnosis.steps.length === 0 && !diagnosis.isFinal) {
    console.error("Previewing an update …");
    const preview = previewUpdate(stack, facts.deployment.resources ?? [], (declared) =>
      getUndeclared(facts, declared),
    );
    diagnosis = { ...preview, findings: [...diagnosis.findings, ...preview.findings] };
  }
  writeImportFile(facts, diagnosis);
  const { findings, steps, alternatives } = diagnosis;
  const isRecovered = findings.length === 0 && steps.length === 0;
  console.log(
    json
      ? JSON.stringify({ stack, recovered: isRecovered, findings, steps, alternatives }, null, 2)
      : isRecovered
        ? formatRecovered(stack, isDestroyed(facts), alternatives)
        : formatDiagnosis(stack, diagnosis, facts.region),
  );
  if (isRecovered) {
    return 0;
  }
  if (run && steps.length > 0) {
    process.env.AWS_REGION = facts.region;
    runSteps(steps, yes === true);
  }
  return 1;
}

/**
 * Returns what an update would delete: what is not in the program, such as the old key of an interrupted
 * rotation, and what was replaced.
 *
 * @param previewed The URNs that a preview of the program declares: the offline plan does not know the names in the
 * encrypted map extraSecrets.
 */
export function getUndeclared(
  { planned, deployment }: Pick<Facts, "planned" | "deployment">,
  previewed: readonly string[] = [],
): StateResource[] {
  const declared = new Set([...planned.map(({ urn }) => urn), ...previewed]);
  // A stack whose values are in Pulumi ESC has no offline plan.
  return planned.length === 0
    ? []
    : (deployment.resources ?? []).filter(
        (resource) =>
          resource.id &&
          !resource.type.startsWith("pulumi:") &&
          // This one is deleted already.
          resource.pendingReplacement !== true &&
          (resource.delete === true || !declared.has(resource.urn)),
      );
}

/** Formats what happened and the commands, in order. */
export function formatDiagnosis(
  stack: string,
  { findings, steps, alternatives }: Pick<Diagnosis, "findings" | "steps" | "alternatives">,
  region: string,
): string {
  const again = { does: "Checks whether more is to do.", command: `npx beo recover ${stack}` };
  return [
    `${stack}: What happened`,
    ...findings.map((finding) => `  ${finding}`),
    ...(steps.some(({ command }) => command.startsWith("aws "))
      ? ["", `The aws commands below expect: export AWS_REGION=${region}`]
      : []),
    ...(steps.length === 0
      ? []
      : ["", "What to do, in this order", ...[...steps, again].flatMap(formatStep)]),
    ...alternatives.flatMap(({ when, steps: others }) => [
      "",
      `${when}, instead`,
      ...[...others, again].flatMap(formatStep),
    ]),
  ].join("\n");
}

/** Says that nothing is to do and, of a destroyed stack, what would bring its data back. */
export function formatRecovered(
  stack: string,
  isGone: boolean,
  alternatives: Diagnosis["alternatives"],
): string {
  const reason = !isGone
    ? "The state, AWS and the program agree."
    : alternatives.length === 0
      ? "It was destroyed, and AWS has nothing of it."
      : "It was destroyed, and AWS has only backups of its database.";
  return [
    `${stack}: Nothing to recover. ${reason}`,
    ...alternatives.flatMap(({ when, steps }) => ["", when, ...steps.flatMap(formatStep)]),
  ].join("\n");
}

function formatStep({ does, command, effect }: Partial<Step>): string[] {
  return [`  # ${effect === "deletes" ? "DELETES. " : ""}${does ?? ""}`, `  ${command ?? ""}`];
}

/** Writes the file that the command `pulumi import` reads. */
function writeImportFile({ planned, deployment, importFile }: Facts, { imports }: Diagnosis): void {
  if (imports.size === 0) {
    return;
  }
  const inState = new Set((deployment.resources ?? []).map(({ urn }) => urn));
  const file = createImportFile(planned, imports, inState, providerVersion, getKnownStates(planned, imports));
  writeNewFile(join(projectFolder, importFile), `${JSON.stringify(file, null, 2)}\n`, {
    force: true,
    advice: `It lists the resources that the import reads. Make ${projectFolder} writable, then run the command again.`,
  });
}

/** Asks before each command, and stops at the first one that fails or is not wanted. */
export function runSteps(steps: Step[], yes: boolean): void {
  for (const { does, command, effect } of steps) {
    console.log(`\n${effect === "deletes" ? "DELETES. " : ""}${does}\n  ${command}`);
    if (!(yes && effect !== "deletes") && !ask("Run it? (yes/no) ", { hasYes: effect !== "deletes" })) {
      console.log("Stopped. Nothing else was run.");
      return;
    }
    const { status } = spawnSync(command, { cwd: projectFolder, shell: true, stdio: "inherit" });
    if (status !== 0) {
      console.log("The command failed. Run `npx beo recover` again.");
      return;
    }
  }
}
