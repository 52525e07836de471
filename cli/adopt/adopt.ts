import { readFileSync } from "node:fs";
import { readStack } from "../../plan/stack-files";
import { isRecord, parseJson } from "../../stacks/validators";
import { projectFolder } from "../command";
import { type PulumiError, runPulumi } from "../pulumi";
import { exportState } from "../state";
import { UserError } from "../user-error";
import { writeNewFile } from "../write-file";
import { readFacts } from "./facts";
import { createImportFile, getImportIds, providerVersion } from "./import-file";
import { getPath } from "./path-settings";
import { formatReport, getBlockers, getRequiredSettings } from "./report";
import { sortEnvironments } from "./roles";
import { formatSteps, getNextStep, getSteps } from "./steps";
import type { Facts } from "./steps/step";
import { createSurvey } from "./create-survey";
import type { Survey } from "./survey";
import { type Decrypted, formatVariables, type VariablePlan } from "./variables";

/** The options of `npx beo adopt`. */
export interface AdoptOptions {
  account?: string;
  saveVariables?: true;
  out?: string;
  force?: true;
}

/**
 * Reports what exists and what would change, and shows the next step of the adoption.
 *
 * @throws UserError if something blocks the adoption.
 */
export async function adopt(stack: string, options: AdoptOptions): Promise<void> {
  const { resources: state = [] } = exportState(
    stack,
    `Cannot read the stack ${stack}. Check that you are logged in (npx pulumi whoami) and that the stack exists (npx pulumi stack init ${stack}).`,
  );
  console.error(`Searching AWS for the resources of ${stack} …`);
  const { project } = readStack(projectFolder, stack);
  const configured = readConfiguration(stack);
  let facts: Facts | undefined;
  const survey = await createSurvey(stack, state, {
    ...(options.account !== undefined && { account: options.account }),
    rehearse: options.saveVariables !== true,
    getPath: async (found, aws) => {
      facts = await readFacts(found, aws, configured, project);
      return getPath(found, sortEnvironments(found, facts.records), facts);
    },
  });
  if (facts === undefined) {
    return;
  }
  if (options.saveVariables) {
    saveVariables(stack, facts.variables);
    return;
  }
  showSteps(survey, facts, options);
}

/** Prints the report and the steps, and writes the import file for the step that reads it. */
function showSteps(survey: Survey, facts: Facts, options: AdoptOptions): void {
  const { stack, resources, environments, inState } = survey;
  console.log(formatReport(survey).join("\n"));
  if (resources.length === 0 && environments.length === 0 && inState.size === 0) {
    throw new UserError(
      `\nThere is nothing to adopt. Check the account (aws sts get-caller-identity), the region (npx pulumi config get aws:region --stack ${stack}) and the name (npx pulumi config get name --stack ${stack}).`,
    );
  }
  const importFile = options.out ?? `adopt-${stack}.json`;
  const blockers = getBlockers(survey);
  const open = { required: getRequiredSettings(survey), blockers, importFile };
  const steps = getSteps(survey, facts, open);
  const next = getNextStep(steps, open);
  if (next?.commands.some((line) => line.includes(`--file ${importFile} `))) {
    const ids = getImportIds(survey);
    const file = createImportFile(survey.planned, ids, inState, providerVersion, survey.states);
    const isReplaceable = options.force === true || isImportFile(importFile);
    writeNewFile(importFile, `${JSON.stringify(file, null, 2)}\n`, {
      force: isReplaceable,
      advice: "It lists the resources that the import reads. Nothing was changed. Choose a file with --out.",
    });
  }
  console.log(formatSteps(steps, next).join("\n"));
  if (blockers.length > 0) {
    process.exitCode = 1;
  }
}

/** Whether a file is one that this command wrote. */
function isImportFile(file: string): boolean {
  try {
    const content = parseJson(readFileSync(file, "utf8"));
    return isRecord(content) && isRecord(content.nameTable) && Array.isArray(content.resources);
  } catch {
    return false;
  }
}

/** Saves the environments' variables. The values are passed by standard input: arguments are in the list of processes. */
function saveVariables(stack: string, variables: VariablePlan): void {
  for (const { key, value, secret } of variables.writes) {
    const isMember = key.startsWith("extraEnvironment.");
    const flags = [...(secret ? ["--secret"] : []), ...(isMember ? ["--path", "--type", "string"] : [])];
    runConfig(["set", ...flags, key], stack, value);
  }
  const count = variables.writes.length;
  console.log(count === 0 ? "Everything is saved already." : `Set ${count} keys of Pulumi.${stack}.yaml.`);
  console.log(
    [...formatVariables(variables, stack), "", "Next: The next step", `  npx beo adopt ${stack}`].join("\n"),
  );
}

function readConfiguration(stack: string): Decrypted {
  const values = JSON.parse(runConfig(["--json", "--show-secrets"], stack)) as Record<
    string,
    { value?: string }
  >;
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Runs `pulumi config`. What it prints is left out of the error: it may be secret. */
function runConfig(args: string[], stack: string, input?: string): string {
  try {
    return runPulumi(["config", ...args, "--stack", stack], input);
  } catch (error) {
    const { stderr = "" } = error as PulumiError;
    throw new UserError(
      `${stderr}Cannot ${input === undefined ? "read" : "change"} the configuration of ${stack} (pulumi config ${args.join(" ")}). Check that its secrets can be decrypted: npx pulumi config --stack ${stack}`,
    );
  }
}
