import { getShortType } from "../../plan/resource-types";
import { getPreviewErrors, readPreview, type Step } from "../preview";
import type { PulumiError } from "../pulumi";
import type { Diagnosis } from "./diagnosis/facts";
import { dataTypes } from "./existing";

type PreviewStep = Pick<Step, "op" | "urn">;

/**
 * What an update would do, from `pulumi preview --refresh`. Only a state without other problems can be previewed.
 *
 * @param getUndeclared Returns the URNs of what an update deletes, given those that the previewed program declares.
 */
export function previewUpdate(
  stack: string,
  getUndeclared: (declared: readonly string[]) => readonly string[],
): Diagnosis {
  const preview = runPreview(stack);
  if (typeof preview === "string") {
    return createDiagnosis([`An update of the stack would fail:\n${preview}`]);
  }
  return describePreview(stack, addDeletions(preview, getUndeclared(getDeclared(preview))));
}

/** Returns the URNs of what the previewed program declares: `refresh` and `delete` also name what it does not. */
export function getDeclared(steps: PreviewStep[]): string[] {
  return steps.flatMap(({ op, urn }) =>
    ["same", "create", "update", "replace", "import"].includes(op) ? urn : [],
  );
}

/** Adds the deletion of what the program does not declare any more: a preview that refreshes may leave it out. */
export function addDeletions(steps: PreviewStep[], undeclared: readonly string[]): PreviewStep[] {
  const deleted = new Set(steps.flatMap(({ op, urn }) => (op.startsWith("delete") ? urn : [])));
  return [...steps, ...undeclared.filter((urn) => !deleted.has(urn)).map((urn) => ({ op: "delete", urn }))];
}

/** More are counted by type. */
const listedChanges = 5;

/** Lists the changes of a kind, one a line. What is lost is always listed by name. */
function listChanges(verb: string, changes: { label: string }[]): string[] {
  const labels = [...new Set(changes.map(({ label }) => label))];
  if (isLoss(verb) || labels.length <= listedChanges) {
    return labels.map((label) => `${verb} ${label}`);
  }
  const counts = new Map<string, number>();
  for (const label of labels) {
    const [type = ""] = label.split(" ");
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const types = [...counts].sort(([, a], [, b]) => b - a);
  const shown = types.slice(0, listedChanges).map(([type, number]) => `${number} ${type}`);
  const others = types.slice(listedChanges).reduce((sum, [, number]) => sum + number, 0);
  return [
    `${verb} ${labels.length} resources: ${shown.join(", ")}${others === 0 ? "" : `, ${others} of other types`}`,
  ];
}

function isLoss(verb: string): boolean {
  return verb === "DELETE" || verb === "REPLACE";
}

/** Describes what an update would do. One that would replace or delete data is not proposed. */
export function describePreview(stack: string, steps: PreviewStep[]): Diagnosis {
  const verbs: Record<string, string> = {
    create: "create",
    update: "update",
    delete: "DELETE",
    replace: "REPLACE",
    "delete-replaced": "DELETE",
    import: "import",
  };
  const replaced = new Set(steps.flatMap(({ op, urn }) => (op === "replace" ? urn : [])));
  const changes = steps.flatMap(({ op, urn }) => {
    const [type = "", name = ""] = urn
      .split("::")
      .slice(-2)
      .map((part) => part.replace(/^.*\$/, ""));
    const verb = verbs[op];
    // "replace" covers the halves of a replacement.
    return verb === undefined || (op === "delete-replaced" && replaced.has(urn))
      ? []
      : [{ verb, type, label: `${getShortType(type)} ${name}` }];
  });
  if (changes.length === 0) {
    return createDiagnosis([]);
  }
  const list = [...new Set(Object.values(verbs))].flatMap((verb) =>
    listChanges(
      verb,
      changes.filter((change) => change.verb === verb),
    ),
  );
  const finding = [
    "The stack is not as the program declares it. An update would",
    ...list.map((line) => `    ${line}`),
  ].join("\n");
  const lost = changes.filter(({ verb, type }) => isLoss(verb) && dataTypes.has(type));
  if (lost.length > 0) {
    return createDiagnosis([
      finding,
      `Do not run it: ${[...new Set(lost.map(({ label }) => label))].join(", ")} would lose data. Compare the settings with AWS: npx pulumi preview --refresh --diff -s ${stack}`,
    ]);
  }
  const deletes = changes.some(({ verb }) => isLoss(verb));
  return {
    ...createDiagnosis([finding]),
    steps: [
      {
        does: deletes ? `Updates the stack, and deletes what is listed above.` : "Updates the stack.",
        command: `npx pulumi up --refresh -s ${stack}`,
        effect: deletes ? "deletes" : "changes",
      },
    ],
  };
}

function createDiagnosis(findings: string[]): Diagnosis {
  return { findings, steps: [], alternatives: [], imports: new Map(), isFinal: true };
}

/** Returns the steps, or the CLI's errors. */
function runPreview(stack: string): PreviewStep[] | string {
  try {
    return readPreview(stack, "--show-sames").steps;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as PulumiError;
    const errors = new Set(getPreviewErrors(stdout).map((message) => message.trim()));
    return [...errors, stderr].join("\n").trim();
  }
}
