import { createRequire } from "node:module";
import { join, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, type Problem } from "../stacks/configuration-error";
import { type Environments, getEnvironments } from "./application-environments";
import type { InvokeMock, RecordedResource } from "./recording-monitor";
import { evaluate, type Violation } from "./evaluate-policies";
import { type PolicyConfig, PolicyConfigError, readPolicyConfig } from "./policy-config";
import { record } from "./record";
import { StackFileError } from "./parse-stack-file";
import { readStack, type StackFile } from "./stack-files";
import { type PropertyValue, redact } from "./values";

/** A resource of the plan, secrets redacted. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** The parent's URN; null for the stack itself. */
  parent: string | null;
  inputs: Record<string, PropertyValue>;
  protect: boolean;
  ignoreChanges: string[];
}

/** The plan of a stack. */
export interface StackPlan {
  stack: string;
  applicationName: string;
  resources: PlannedResource[];
  environments: Environments;
  violations: Violation[];
  warnings: string[];
  errors: string[];
}

const root = join(__dirname, "..");
const load = createRequire(__filename);

/**
 * Runs the program and the policies for one stack, without the engine.
 *
 * @param folder The folder of Pulumi.yaml and the stack files.
 * @param program The program to run.
 * @param invoke The results of provider functions. @default those of a stack that is not deployed
 * @returns The plan, with the resources before redaction and the names of the policies that wait for the update.
 */
export async function planStack(
  stack: string,
  folder: string,
  program = join(root, "index.ts"),
  invoke?: InvokeMock,
): Promise<{ plan: StackPlan; recorded: RecordedResource[]; region: string; waiting: string[] }> {
  let file: StackFile;
  let policyConfig: PolicyConfig;
  try {
    file = readStack(folder, stack);
    policyConfig = readPolicyConfig(join(folder, "policy-config.json"));
  } catch (error) {
    const messages =
      error instanceof StackFileError
        ? error.messages
        : error instanceof PolicyConfigError
          ? [error.message]
          : undefined;
    if (messages === undefined) {
      throw error;
    }
    return { recorded: [], region: "", waiting: [], plan: createPlan(stack, [], [], messages) };
  }
  const { resources, warnings, error } = await record({ ...file, ...(invoke && { invoke }) }, () =>
    runProgram(program),
  );
  const isIncomplete = file.usesEsc && error instanceof ConfigurationError;
  const missing = isIncomplete ? error.problems.filter(({ isMissing }) => isMissing) : [];
  const errors = error === undefined ? [] : formatErrors(error, missing);
  const { violations, waiting } =
    error === undefined ? evaluate(stack, resources, policyConfig) : { violations: [], waiting: [] };
  const notes = missing.length > 0 ? [formatEscNote(stack, missing)] : [];
  return {
    recorded: resources,
    region: file.config["aws:region"] ?? "",
    plan: createPlan(stack, resources, [...warnings, ...notes], errors, violations),
    waiting,
  };
}

/** Runs a program once more, as the engine does: it may export a function. Its imports stay loaded. */
export function runProgram(file: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
  delete load.cache[load.resolve(file)];
  const exported: unknown = load(file);
  return typeof exported === "function" ? (exported as () => unknown)() : exported;
}

function createPlan(
  stack: string,
  resources: RecordedResource[],
  warnings: string[],
  errors: readonly string[],
  violations: Violation[] = [],
): StackPlan {
  return {
    stack,
    applicationName: getApplicationName(resources),
    resources: resources.map(redactResource),
    environments: getEnvironments(resources),
    violations,
    warnings,
    errors: [...errors],
  };
}

function redactResource(resource: RecordedResource): PlannedResource {
  const { urn, type, name, parent = null, protect, ignoreChanges } = resource;
  const inputs = redact(resource.inputs) as PlannedResource["inputs"];
  return { urn, type, name, parent, inputs, protect, ignoreChanges };
}

function getApplicationName(resources: RecordedResource[]): string {
  const application = resources.find(({ type }) => type === "aws:elasticbeanstalk/application:Application");
  return typeof application?.inputs.name === "string" ? application.inputs.name : "";
}

function formatErrors(error: Error, ignored: readonly Problem[]): readonly string[] {
  if (error instanceof ConfigurationError) {
    const isIgnored = error.problems.map((problem) => ignored.includes(problem));
    return error.messages.filter((_, index) => !isIgnored[index]);
  }
  // Pulumi's errors for the user's mistakes; all others are the program's.
  const isExpected = pulumi.RunError.isInstance(error) || pulumi.InputPropertyError.isInstance(error);
  return [isExpected ? error.message : formatStackTrace(error)];
}

/** Says that keys are not checked, because Pulumi ESC may set them. */
function formatEscNote(stack: string, problems: readonly Problem[]): string {
  const keys = [...new Set(problems.map(({ key }) => key))].join(", ");
  return [
    `The stack is not planned. Pulumi.${stack}.yaml takes values from Pulumi ESC (environment), which the offline plan cannot read, and without them ${keys} cannot be checked. Preview the stack instead:`,
    `    npx pulumi preview --stack ${stack}`,
  ].join("\n");
}

/** The error with the frames of its stack trace that are in the project, relative to it. */
function formatStackTrace({ message, stack = message }: Error): string {
  const frame = /^ {4}at /;
  return stack
    .split("\n")
    .filter((line) => !frame.test(line) || (line.includes(root) && !line.includes("node_modules")))
    .map((line) => (frame.test(line) ? line.replace(root + sep, "") : line))
    .join("\n");
}
