import { type Change, compareInputs, type Inputs, type Operation, operations } from "./changes";

interface State {
  custom?: boolean;
  protect?: boolean;
  inputs?: Inputs;
}

/** What the report reads of a line of the CLI's event log, which is an EngineEvent of "@pulumi/pulumi/automation". */
export interface EngineEvent {
  resourcePreEvent?: {
    metadata: {
      op: string;
      urn: string;
      type: string;
      old?: State | null;
      new?: State | null;
      /** The inputs that replace the resource. */
      keys?: string[] | null;
      /** The inputs that differ. */
      diffs?: string[] | null;
    };
  };
  policyEvent?: { resourceUrn?: string; message: string; policyName: string; enforcementLevel: string };
  diagnosticEvent?: { severity: string; message: string };
  summaryEvent?: { result?: string };
}

/** What `pulumi preview` found. */
export interface Preview {
  changes: Change[];
  /** Violations of mandatory policies, and errors. */
  errors: string[];
  /** Whether the preview came to its end without an error. */
  succeeded: boolean;
}

/** Reads the event log of `pulumi preview`. Secrets in it are encrypted: none reaches the result. */
export function readPreview(events: EngineEvent[]): Preview {
  const errors = events.flatMap(({ policyEvent, diagnosticEvent }) => {
    if (policyEvent?.enforcementLevel === "mandatory") {
      return [`${policyEvent.policyName}: ${toPlainText(policyEvent.message)}`];
    }
    return diagnosticEvent?.severity === "error" ? [toPlainText(diagnosticEvent.message)] : [];
  });
  return {
    changes: events.flatMap(toChange),
    // The CLI ends each failed preview with "preview failed".
    errors: [...new Set(errors)].filter((message) => message !== "preview failed"),
    succeeded: events.some(({ summaryEvent }) => summaryEvent?.result === "succeeded"),
  };
}

/** Messages contain the CLI's color directives, such as "<{%fg 1%}>". */
function toPlainText(message: string): string {
  return message
    .replaceAll(/<\{%.*?%\}>/g, "")
    .replaceAll(/\n\s*\n/g, "\n")
    .trim();
}

function toChange({ resourcePreEvent }: EngineEvent): Change[] {
  if (resourcePreEvent === undefined) {
    return [];
  }
  const { op, urn, type, old: before, new: after, keys, diffs } = resourcePreEvent.metadata;
  if (!isOperation(op) || !(before ?? after)?.custom) {
    return [];
  }
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  const isChanged = op === "replace" || op === "update";
  return [
    {
      operation: op,
      type,
      name,
      protect: before?.protect === true && op !== "update",
      inputs: isChanged ? getInputChanges(before?.inputs, after?.inputs, diffs ?? [], keys ?? []) : [],
    },
  ];
}

/** "create-replacement" and "delete-replaced" are the halves of a "replace"; "same", "read" and "refresh" change nothing. */
function isOperation(op: string): op is Operation {
  return (operations as readonly string[]).includes(op);
}

function getInputChanges(before: Inputs = {}, after: Inputs = {}, diffs: string[], keys: string[]) {
  const changes = compareInputs(before, after).filter(({ input }) => [...diffs, ...keys].includes(input));
  // A secret is encrypted on both sides, and an output is no input: the engine names them without their values.
  const unseen = [...new Set([...keys, ...diffs])]
    .filter((input) => !changes.some((change) => change.input === input))
    .map((input) => ({ input, path: input, from: "[not shown]", to: "[not shown]" }));
  return [...changes, ...unseen].map((change) =>
    keys.includes(change.input) ? { ...change, note: "replaces the resource" } : change,
  );
}
