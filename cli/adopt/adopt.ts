import { runPulumi, type PulumiError } from "../pulumi";
import { UserError } from "../user-error";
import { writeNewFile } from "../write-file";
import { createImportFile, getImportIds, providerVersion } from "./import-file";
import { formatReport, getBlockers, getRequiredSettings } from "./report";
import { createSurvey, type StateResource } from "./survey";

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
  const survey = await createSurvey(stack, state, options.account);
  console.log(formatReport(survey).join("\n"));
  if (survey.resources.length === 0 && survey.problems.length === 0) {
    throw new UserError(
      `\nThere is nothing to import. Check the account (aws sts get-caller-identity), the region (npx pulumi config get aws:region --stack ${stack}) and the name (npx pulumi config get name --stack ${stack}). No file was written.`,
    );
  }
  const ids = getImportIds(survey);
  if (getBlockers(survey).length > 0 || getRequiredSettings(survey).length > 0) {
    throw new UserError(
      "\nNo file was written. Resolve the blockers and required settings, then run this again.",
    );
  }
  const { out = `adopt-${stack}.json`, force } = options;
  const file = createImportFile(survey.planned, ids, survey.inState, providerVersion);
  writeNewFile(out, `${JSON.stringify(file, null, 2)}\n`, force === true);
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
