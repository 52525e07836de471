import { createCommand, requireStack } from "./command";
import { formatDotenv } from "./env/dotenv";
import { type PulumiError, runPulumi } from "./pulumi";
import { UserError } from "./user-error";
import { writeNewFile } from "./write-file";

interface Options {
  worker?: true;
  json?: true;
  out?: string;
  force?: true;
}

export const command = createCommand("env")
  .usage("STACK [options]")
  .description("Writes the variables of a deployed stack as a dotenv file, secrets in plain text.")
  .argument("<STACK>", "the stack")
  .option("--worker", "the worker environment's variables; default: the web environment's")
  .option("--json", "one JSON object instead of dotenv")
  .option("--out <file>", "write to this file, readable only by you; default: standard output")
  .option("--force", "overwrite an existing file")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure, 2 wrong usage.")
  .action((stack: string, { worker, json, out, force }: Options) => {
    requireStack(command, stack);
    console.error(`Reading the outputs of ${stack} …`);
    const variables = readVariables(stack, worker ? "workerEnvironment" : "webEnvironment");
    const text = json ? `${JSON.stringify(variables, null, 2)}\n` : formatDotenv(variables);
    if (out === undefined) {
      process.stdout.write(text);
    } else {
      writeNewFile(out, text, {
        force: force === true,
        mode: 0o600,
        advice: "Choose another file with --out.",
      });
    }
  });

function readVariables(stack: string, output: string): Record<string, string> {
  const args = ["stack", "output", output, "--json", "--show-secrets", "--stack", stack];
  try {
    return JSON.parse(runPulumi(args)) as Record<string, string>;
  } catch (error) {
    const { stderr = "" } = error as PulumiError;
    throw new UserError(
      `${stderr}Cannot read the outputs of ${stack}. Check that you are logged in (npx pulumi whoami) and that ${stack} is deployed.`,
    );
  }
}
