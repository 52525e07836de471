import { createRequire } from "node:module";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { getBranch } from "../../components/beanstalk/options";
import { planStack } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { projectFolder } from "../command";
import { type PulumiError, runPulumi } from "../pulumi";
import { UserError } from "../user-error";
import { writeNewFile } from "../write-file";
import { createClients } from "./clients";
import { createImportFile } from "./import-file";
import {
  formatBlockers,
  formatCleanup,
  formatFindings,
  formatRecommendations,
  getNewCandidates,
  isFinished,
  type Survey,
} from "./report";
import { findSecrets } from "./secrets";
import { findCandidates, getDefaultVpcId } from "./survey";

/** The options of `npx beo adopt`. */
export interface AdoptOptions {
  account?: string;
  takeSecrets?: true;
  out?: string;
  force?: true;
}

/**
 * Reports the resources that were created by hand, and writes the import file.
 *
 * @throws UserError if something prevents the import.
 */
export async function adopt(stack: string, options: AdoptOptions): Promise<void> {
  const state = readState(stack);
  console.error(`Searching AWS for the resources of ${stack} …`);
  let survey = await createSurvey(stack, state, options.account);
  if (options.takeSecrets) {
    const { reusable } = survey.secrets;
    for (const [key, value] of Object.entries(reusable)) {
      runPulumi(["config", "set", "--secret", key, "--stack", stack], value);
    }
    console.log(`Set in Pulumi.${stack}.yaml, encrypted: ${Object.keys(reusable).join(", ") || "none"}\n`);
    survey = await createSurvey(stack, state, options.account);
  }
  console.log(formatFindings(survey).join("\n"));
  const candidates = getNewCandidates(survey).filter(({ matches }) => matches.length > 0);
  if (survey.candidates.every(({ matches }) => matches.length === 0)) {
    throw new UserError(
      `\nThere is nothing to import. Check the account (aws sts get-caller-identity), the region (npx pulumi config get aws:region --stack ${stack}) and the name (npx pulumi config get name --stack ${stack}). No file was written.`,
    );
  }
  if (candidates.length === 0) {
    console.log(formatImported(survey).join("\n"));
    return;
  }
  const blockers = formatBlockers(survey);
  console.log([...blockers, ...formatRecommendations(survey)].join("\n"));
  if (blockers.length > 0) {
    throw new UserError(
      "\nNo file was written. Resolve the blockers and required settings, then run this again.",
    );
  }
  const ids = new Map(candidates.map(({ resource, matches: [match] }) => [resource.urn, match?.id ?? ""]));
  const { version } = createRequire(__filename)("@pulumi/aws/package.json") as { version: string };
  const { out = `adopt-${stack}.json`, force } = options;
  const file = createImportFile(survey.planned, ids, survey.inState, version);
  writeNewFile(out, `${JSON.stringify(file, null, 2)}\n`, force === true);
  console.log(
    [
      "",
      `Wrote ${out}. Next:`,
      `  npx pulumi import --file ${out} --generate-code=false --stack ${stack}`,
      `  npx pulumi preview --diff --stack ${stack}    # stop if it replaces or deletes anything`,
      `  npx pulumi up --stack ${stack}`,
      `  npx beo adopt ${stack}    # lists what can be removed`,
    ].join("\n"),
  );
}

function formatImported(survey: Survey): string[] {
  return [
    "",
    "All existing resources are in the stack.",
    ...(isFinished(survey)
      ? formatCleanup(survey.candidates)
      : [
          "",
          `Next: npx pulumi up --stack ${survey.stack}`,
          `Then npx beo adopt ${survey.stack} lists what can be removed.`,
        ]),
  ];
}

interface StateResource {
  urn: string;
  id?: string;
}

function readState(stack: string): StateResource[] {
  try {
    const { deployment } = JSON.parse(runPulumi(["stack", "export", "--stack", stack])) as {
      deployment: { resources?: StateResource[] } | null;
    };
    return deployment?.resources ?? [];
  } catch (error) {
    const { stderr = "" } = error as PulumiError;
    throw new UserError(
      `${stderr}Cannot read the stack ${stack}. Check that you are logged in (npx pulumi whoami) and that the stack exists (npx pulumi stack init ${stack}).`,
    );
  }
}

/** Plans the stack and searches AWS. @throws UserError if the configuration has errors or AWS cannot be read. */
async function createSurvey(stack: string, state: StateResource[], account?: string): Promise<Survey> {
  const { plan } = await planStack(stack, projectFolder);
  if (plan.errors.length > 0) {
    throw new UserError(plan.errors.join("\n"));
  }
  const { config, project } = readStack(projectFolder, stack);
  const getGroup = (name: string) =>
    JSON.parse(config[`${project}:${name}`] ?? "{}") as Record<string, string | undefined>;
  const region = config["aws:region"] ?? "";
  const aws = createClients(config);
  const { Account: actual = "" } = await callAws(aws.sts.send(new GetCallerIdentityCommand({})));
  if (account !== undefined && account !== actual) {
    throw new UserError(
      `The credentials belong to account ${actual}, not ${account}. Set AWS_PROFILE or log in again.`,
    );
  }
  const managed = new Set(state.flatMap(({ id }) => id ?? []));
  const vpcId = getGroup("network").vpcId ?? (await callAws(getDefaultVpcId(aws)));
  const branch = getBranch(getGroup("platform"));
  const candidates = await callAws(
    findCandidates(plan.resources, { aws, stack, region, vpcId, branch, managed }),
  );
  const variables = candidates
    .flatMap(({ matches }) => matches.map((match) => match.variables))
    .find((found) => found !== undefined);
  const configured = new Set(Object.keys(config).map((key) => key.replace(`${project}:`, "")));
  return {
    stack,
    applicationName: plan.applicationName,
    account: actual,
    region,
    candidates,
    inState: new Set(state.map(({ urn }) => urn)),
    managed,
    secrets: findSecrets(variables ?? {}, configured),
    planned: plan.resources,
  };
}

/** Returns AWS's response. @throws UserError with advice if the call fails. */
async function callAws<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    const { name, message } = error as Error;
    throw new UserError(
      `${name}: ${message}\nNo file was written. Check your credentials (aws sts get-caller-identity) and your permission to read the stack's services.`,
      { cause: error },
    );
  }
}
