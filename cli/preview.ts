import type { PropertyValue } from "../plan/values";
import { parseJson } from "../stacks/validators";
import { runPulumi } from "./pulumi";

type Properties = Record<string, PropertyValue>;

/** A resource's state, with its type and id. */
export interface State {
  type?: string;
  id?: string;
  inputs?: Properties;
  outputs?: Properties;
  /** False for a component, which groups resources and has nothing in AWS. */
  custom?: boolean;
  /** Deleting it leaves it in AWS. */
  retainOnDelete?: boolean;
  /** The URNs of what it depends on. */
  dependencies?: string[];
  /** The URN of the component that it belongs to. */
  parent?: string;
}

/** A step of `pulumi preview --refresh --json`. */
export interface Step {
  op: string;
  urn: string;
  /** What AWS has; before a step `refresh`, what the state had. */
  oldState?: State;
  /** What the program has; after a step `refresh`, what AWS has. */
  newState?: State;
  /** The inputs that differ. */
  diffReasons?: string[];
}

/** What `pulumi preview --json` prints. */
export interface Preview {
  /** The stack's configuration with all that its project and environments add to it. */
  config?: Record<string, string>;
  steps: Step[];
}

/** Compares a stack with AWS. @throws PulumiError if the preview fails. */
export function readPreview(stack: string, ...options: string[]): Preview {
  const preview = JSON.parse(
    runPulumi(["preview", "--refresh", "--json", ...options, "--stack", stack]),
  ) as Partial<Preview>;
  // The CLI leaves an empty list out.
  return { steps: [], ...preview };
}

/**
 * Returns the errors in the output of `pulumi preview --json`, each once; other output as it is. The program says that nothing was
 * changed, for updates. Of a preview that is clear.
 */
export function getPreviewErrors(stdout: string): string[] {
  const { diagnostics } = parseJson(stdout) as { diagnostics?: { severity: string; message: string }[] };
  return diagnostics === undefined
    ? [stdout]
    : [
        ...new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)),
      ].map((message) => message.replace(/ Nothing was changed\.|^Nothing was changed\. ?/gm, ""));
}
