import { basename } from "node:path";
import { createCommand, requireStacks } from "./command";
import { type Drift, findDrift, formatDrift, type Step } from "./drift/find-drift";
import { type PulumiError, runPulumi } from "./pulumi";
import { UserError } from "./user-error";

export const command = createCommand("drift")
  .usage("STACK [options]")
  .description(
    "Compares a deployed stack with AWS. Reads only.\nChanges by `eb deploy` and managed platform updates are not drift. Resources that are not in the stack are not checked.",
  )
  .argument("<STACK>", "the stack")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", "\nExit codes: 0 no drift, 1 failure, 2 wrong usage, 3 drift found.")
  .action((stack: string, { json }: { json?: true }) => {
    // The name may be qualified: organization/stack.
    requireStacks(command, [basename(stack)]);
    console.error(`Comparing ${stack} with AWS …`);
    const drift: Drift[] = findDrift(readPreview(stack));
    console.log(json ? JSON.stringify({ stack, drift }, null, 2) : formatDrift(stack, drift));
    process.exitCode = drift.length === 0 ? 0 : 3;
  });

interface Preview {
  steps: Step[];
  diagnostics?: { severity: string; message: string }[];
}

/** Runs `pulumi preview --refresh` and returns its steps. @throws UserError with the CLI's errors if it fails. */
function readPreview(stack: string): Step[] {
  try {
    const output = runPulumi(["preview", "--refresh", "--json", "--stack", stack]);
    return (JSON.parse(output) as Preview).steps;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as PulumiError;
    throw new UserError(`Cannot compare ${stack} with AWS.\n${getErrors(stdout)}${stderr}`, { cause: error });
  }
}

function getErrors(stdout: string): string {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as Preview;
    const messages = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
    return [...new Set(messages)].join("");
  } catch {
    return stdout;
  }
}
