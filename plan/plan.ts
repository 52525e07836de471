import { createRequire } from "node:module";
import { join } from "node:path";
import { ConfigurationError } from "../stacks";
import { environmentsOf, Environments } from "./environments";
import { RecordedResource } from "./monitor";
import { evaluate, Violation } from "./policies";
import { readPolicyConfig } from "./policy-config";
import { record } from "./record";
import { readStack, StackFileError } from "./stack-files";
import { masked, Wire } from "./wire";

/** A resource of the plan, with nothing in it that is secret. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** The parent's URN; null of the stack itself. */
  parent: string | null;
  inputs: Record<string, Wire>;
  protect: boolean;
  ignoreChanges: string[];
}

/** What a stack would be. */
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
 * Runs the program for one stack and says what it would make.
 *
 * @param folder Where the project's file and the stack's are.
 */
export async function planStack(
  stack: string,
  folder = root,
): Promise<{ plan: StackPlan; recorded: RecordedResource[]; region: string }> {
  let file;
  try {
    file = readStack(folder, stack);
  } catch (error) {
    if (error instanceof StackFileError) {
      return { recorded: [], region: "", plan: planOf(stack, [], [], error.mistakes) };
    }
    throw error;
  }
  const policyConfig = readPolicyConfig(join(folder, "policy-config.json"));
  const { resources, warnings, error } = await record(file, () => {
    const program = join(root, "index.ts");
    // The program runs once for each stack; what it imports stays.
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete load.cache[load.resolve(program)];
    return load(program) as unknown;
  });
  const errors = errorsOf(error);
  const violations = errors.length > 0 ? [] : evaluate(stack, resources, policyConfig);
  return {
    recorded: resources,
    region: file.config["aws:region"] ?? "",
    plan: planOf(stack, resources, warnings, errors, violations),
  };
}

function planOf(
  stack: string,
  resources: RecordedResource[],
  warnings: string[],
  errors: readonly string[],
  violations: Violation[] = [],
): StackPlan {
  return {
    stack,
    applicationName: applicationNameOf(resources),
    resources: resources.map(shown),
    environments: environmentsOf(resources),
    violations,
    warnings,
    errors: [...errors],
  };
}

function shown({
  urn,
  type,
  name,
  parent,
  inputs,
  protect,
  ignoreChanges,
}: RecordedResource): PlannedResource {
  return {
    urn,
    type,
    name,
    parent: parent ?? null,
    inputs: masked(inputs) as Record<string, Wire>,
    protect,
    ignoreChanges,
  };
}

function applicationNameOf(resources: RecordedResource[]): string {
  const application = resources.find(({ type }) => type === "aws:elasticbeanstalk/application:Application");
  return typeof application?.inputs.name === "string" ? application.inputs.name : "";
}

function errorsOf(error: Error | undefined): string[] {
  if (error === undefined) {
    return [];
  }
  return error instanceof ConfigurationError ? [...error.messages] : [error.message];
}
