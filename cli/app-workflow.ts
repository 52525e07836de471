import { InvalidArgumentError } from "commander";
import { formatWorkflow, readNames, readRepository } from "./app-workflow/workflow";
import { createCommand, projectFolder, requireStack } from "./command";
import { writeNewFile } from "./write-file";

interface Options {
  role?: string;
  infrastructure?: { infrastructure: string; commit: string };
  write?: string;
  force?: true;
}

const repositoryPattern = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/;
const rolePattern = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

export const command = createCommand("app-workflow")
  .usage("STACK [options]")
  .description(
    "Prints a GitHub workflow for the application's repository: checks the checkout, deploys web, then the worker, and goes back to the version before where one is not healthy. docs/permissions.md describes the role.",
  )
  .argument("<STACK>", "the stack")
  .option(
    "--role <arn>",
    "the role that deploys: applicationRoleArns of the bootstrap project; default: the variable AWS_ROLE of the GitHub environment",
    parseRole,
  )
  .option(
    "--infrastructure <owner/name@commit>",
    "where the workflow gets npx beo from; default: the remote and commit of this checkout",
    parseRepository,
  )
  .option(
    "--write <file>",
    "write to this file, such as .github/workflows/deploy-prod.yml of the application",
  )
  .option("--force", "overwrite an existing file")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure, 2 wrong usage.")
  .action(async (argument: string, { role, infrastructure, write, force }: Options) => {
    const stack = requireStack(command, argument);
    const repository = infrastructure ?? readRepository(projectFolder);
    const names = await readNames(projectFolder, stack);
    const workflow = formatWorkflow({ ...names, ...repository, ...(role !== undefined && { role }) });
    if (write === undefined) {
      process.stdout.write(workflow);
    } else {
      writeNewFile(write, workflow, {
        force: force === true,
        advice: "Choose another file with --write. Its folder must exist.",
      });
    }
  });

function parseRole(value: string): string {
  if (!rolePattern.test(value)) {
    throw new InvalidArgumentError("Expected the ARN of an IAM role: arn:aws:iam::123456789012:role/name.");
  }
  return value;
}

function parseRepository(value: string): { infrastructure: string; commit: string } {
  const [, infrastructure, commit] = repositoryPattern.exec(value) ?? [];
  if (infrastructure === undefined || commit === undefined) {
    throw new InvalidArgumentError("Expected owner/name@commit, with the commit's 40 digits.");
  }
  return { infrastructure, commit };
}
