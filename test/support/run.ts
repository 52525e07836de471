import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { RecordedResource } from "../../plan/recording-monitor";
import { record } from "../../plan/record";
import { type PropertyValue, redact, reveal } from "../../plan/values";
import { answers, exampleOutputs } from "./examples";

/** What a test program did. */
export interface Run {
  resources: RecordedResource[];
  warnings: string[];
  /** The inputs of the one resource of a name, secrets in the clear and unknowns as "unknown". */
  inputs(name: string): Record<string, unknown>;
  /** The same as it may be shown. */
  shown(name: string): Record<string, PropertyValue>;
  resource(name: string): RecordedResource;
  /** How many there are of each type; components and the stack left out. */
  counts(): Record<string, number>;
}

/** Runs a program as an update in an account that gives example values, or as a preview. */
export async function run(
  program: () => unknown,
  { preview = false, stack = "dev" }: { preview?: boolean; stack?: string } = {},
): Promise<Run> {
  const { resources, warnings, error } = await record(
    {
      project: "beo-datastore",
      stack,
      config: { "aws:region": "us-west-1" },
      ...(preview ? {} : { outputs: exampleOutputs, invoke: answers }),
    },
    program,
  );
  if (error !== undefined) {
    throw error;
  }
  const resource = (name: string) => {
    const found = resources.filter((candidate) => candidate.name === name);
    expect(found, `resources called ${name}`).to.have.length(1);
    return found[0]!;
  };
  return {
    resources,
    warnings,
    resource,
    inputs: (name) => reveal(resource(name).inputs, "unknown") as Record<string, unknown>,
    shown: (name) => redact(resource(name).inputs) as Record<string, PropertyValue>,
    counts: () => {
      const counts: Record<string, number> = {};
      for (const { type } of resources.filter(({ custom }) => custom)) {
        const short = type.replace(/^.*:/, "");
        counts[short] = (counts[short] ?? 0) + 1;
      }
      return counts;
    },
  };
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply(resolve as (value: unknown) => void);
  });
}

/** Whether an output is a secret. */
export function isSecretOutput(output: unknown): Promise<boolean> {
  return pulumi.isSecret(output as pulumi.Output<unknown>);
}
