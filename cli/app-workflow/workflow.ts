import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getDeployTimeout } from "../../components/deploy-command";
import { planStack } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { readNumbers } from "../overlay/numbers";
import { UserError } from "../user-error";

/** What the workflow names. */
export interface WorkflowArgs {
  stack: string;
  /** The stack's tier; without one, its name. */
  tier?: string;
  /** The repository of the infrastructure, owner/name, and the commit that its tools are taken from. */
  infrastructure: string;
  commit: string;
  region: string;
  application: string;
  web: string;
  worker: string;
  /** Seconds after which Celery ends a task. */
  taskTimeLimit: number;
  /** MiB of the largest upload. */
  uploadLimit: number;
  /** ARN of the role that deploys. Without one, the variable AWS_ROLE of the GitHub environment. */
  role?: string;
}

/** The longest that a job of a runner of GitHub may take (GitHub's limits): 6 hours. */
const maxJobMinutes = 6 * 60;

/** Returns the workflow of GitHub Actions that deploys the application to the environments of a stack. */
export function formatWorkflow({ taskTimeLimit, uploadLimit, role, tier, ...names }: WorkflowArgs): string {
  const minutes = getDeployTimeout({ taskTimeLimit, uploadLimit });
  // Both environments forwards, and both back.
  const timeout = Math.min(4 * minutes + 15, maxJobMinutes);
  const values: Record<string, string> = {
    ...names,
    trigger: (tier ?? names.stack) === "prod" ? '  push:\n    tags: ["v*"]' : "  push:\n    branches: [main]",
    role: role ?? "${{ vars.AWS_ROLE }}",
    session: String(timeout * 60),
    minutes: String(minutes),
    timeout: String(timeout),
    script: readFile("deploy")
      .trimEnd()
      .replaceAll(/^(?=.)/gm, " ".repeat(10)),
  };
  return readFile("workflow.template").replaceAll(
    /\{\{(\w+)\}\}/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
}

/**
 * Reads a stack's names from its plan.
 *
 * @throws UserError if the configuration has errors.
 */
export async function readNames(
  folder: string,
  stack: string,
): Promise<Omit<WorkflowArgs, "infrastructure" | "commit" | "role">> {
  const { plan } = await planStack(stack, folder);
  if (plan.errors.length > 0) {
    throw new UserError(
      `The configuration of ${stack} has errors. To see them: npm start -- --stack ${stack}`,
    );
  }
  const environments = plan.resources
    .filter(({ type }) => type === "aws:elasticbeanstalk/environment:Environment")
    .map(({ inputs: { name, tier } }) => ({ name: typeof name === "string" ? name : "", tier }));
  const find = (isWorker: boolean) =>
    environments.find(({ tier }) => (tier === "Worker") === isWorker)?.name ?? "";
  const { numbers } = readNumbers(folder, stack);
  const { project, config } = readStack(folder, stack);
  return {
    stack,
    tier: config[`${project}:environment`] ?? stack,
    region: numbers.region,
    taskTimeLimit: numbers.taskTimeLimit,
    uploadLimit: numbers.uploadLimit,
    application: plan.applicationName,
    web: find(false),
    worker: find(true),
  };
}

/**
 * Returns the repository and the commit of a checkout of the infrastructure.
 *
 * @throws UserError if it has no remote on GitHub, or the commit is not there.
 */
export function readRepository(folder: string): Pick<WorkflowArgs, "infrastructure" | "commit"> {
  const git = (...args: string[]) => {
    try {
      return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
    } catch {
      return "";
    }
  };
  const [, infrastructure] =
    /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(git("remote", "get-url", "origin")) ?? [];
  const commit = git("rev-parse", "HEAD");
  if (infrastructure === undefined || commit === "") {
    throw new UserError(
      `${folder} has no remote "origin" on GitHub. Name the repository and the commit: --infrastructure owner/name@commit.`,
    );
  }
  if (git("branch", "--remotes", "--contains", commit) === "") {
    throw new UserError(`The commit ${commit.slice(0, 12)} is not on GitHub. Push it first: git push.`);
  }
  return { infrastructure, commit };
}

function readFile(name: string): string {
  return readFileSync(join(__dirname, name), "utf8");
}
