import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { bootstrapProject } from "../../bootstrap/settings";
import { readStack } from "../../plan/stack-files";
import { isRecord, parseJson } from "../../stacks/validators";
import { projectFolder } from "../command";
import { getPreviewErrors } from "../preview";
import { type PulumiError, runPulumi } from "../pulumi";
import { UserError } from "../user-error";
import { createWriteError } from "../write-file";

/** The options of `npx beo bootstrap`. */
export interface BootstrapOptions {
  name?: string;
  region?: string;
  bucket?: string;
  stacks?: string[];
  github?: string;
  applicationGithub?: string;
  pullRequests?: string[];
  yes?: true;
}

const own = join(projectFolder, "bootstrap");
/** The folder of the bootstrap project. */
export const bootstrapFolder = existsSync(join(own, "Pulumi.yaml"))
  ? own
  : resolve(__dirname, "../../bootstrap");

/** Returns the path of a stack's file. */
export function getStackFile(stack: string): string {
  return join(bootstrapFolder, `Pulumi.${stack}.yaml`);
}

/** Returns the configuration: what the file of the bootstrap stack has, and the options over it. */
export function readConfiguration(stack: string, options: BootstrapOptions): Record<string, string> {
  const { config } = readStack(bootstrapFolder, stack);
  const { region = config["aws:region"] ?? "us-west-1" } = options;
  const given = {
    bucketName: options.bucket,
    stacks: options.stacks,
    github: options.github,
    applicationRepository: options.applicationGithub,
    pullRequestStacks: options.pullRequests,
  };
  const entries = Object.entries(given).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [[`${bootstrapProject}:${key}`, typeof value === "string" ? value : JSON.stringify(value)] as const],
  );
  return {
    ...config,
    "aws:region": region,
    [`${bootstrapProject}:name`]: stack,
    ...Object.fromEntries(entries),
  };
}

/** Returns the values of the project's own keys. */
export function getOwnValues(config: Record<string, string>): Record<string, unknown> {
  const prefix = `${bootstrapProject}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), /^[[{\d]/.test(value) ? parseJson(value) : value]),
  );
}

/** Writes the configuration into the stack's file, whose comments and other keys stay. Returns its content before. */
export function writeConfiguration(stack: string, config: Record<string, string>): string | undefined {
  const file = getStackFile(stack);
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const document = parseDocument(before ?? "");
  for (const [key, text] of Object.entries(config)) {
    const value = parseJson(text);
    // As the CLI writes them: lists and numbers as such, everything else as text.
    document.setIn(
      ["config", key],
      Array.isArray(value) || typeof value === "number" || isRecord(value) ? value : text,
    );
  }
  try {
    writeFileSync(file, document.toString());
  } catch (error) {
    throw createWriteError(
      file,
      error,
      "The preview reads the settings from it. Nothing was changed. Make it writable, then run the command again.",
    );
  }
  return before;
}

/**
 * The environment of the CLI for the bootstrap project. Its state has no secrets, so that its passphrase is empty. The bucket
 * of the state is one of its resources, so that the CLI needs the profile of these.
 */
export function getEnvironment(
  backend: string,
  { "aws:region": region, "aws:profile": profile = process.env.AWS_PROFILE }: Record<string, string>,
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "",
    AWS_REGION: region,
    AWS_PROFILE: profile,
  };
}

/**
 * Runs the CLI for the bootstrap project.
 *
 * @throws UserError with what it printed.
 */
export function runBootstrap(args: string[], env: NodeJS.ProcessEnv, input?: string): string {
  try {
    return runPulumi(args, input, { cwd: bootstrapFolder, env });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as PulumiError;
    const messages = args.includes("--json") ? getPreviewErrors(stdout).join("\n") : stdout;
    throw new UserError(
      `${messages}${stderr}pulumi ${args[0] ?? ""} failed. Run npx beo bootstrap again: it continues.`,
      { cause: error },
    );
  }
}
