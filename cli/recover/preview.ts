import { getShortType } from "../../plan/resource-types";
import { getPreviewErrors, readPreview, type Step } from "../preview";
import type { PulumiError } from "../pulumi";
import type { StateResource } from "../state";
import type { Diagnosis } from "./diagnosis/facts";
import { dataTypes } from "./existing";

type PreviewStep = Pick<Step, "op" | "urn" | "oldState" | "newState">;

/**
 * What an update would do, from `pulumi preview --refresh`. Only a state without other problems can be previewed.
 *
 * @param state What the state has.
 * @param getUndeclared Returns what an update deletes, given the URNs that the previewed program declares.
 */
export function previewUpdate(
  stack: string,
  state: readonly StateResource[],
  getUndeclared: (declared: readonly string[]) => readonly StateResource[],
): Diagnosis {
  const preview = runPreview(stack);
  if (typeof preview === "string") {
    return createDiagnosis([`An update of the stack would fail:\n${preview}`]);
  }
  const existed = new Set(state.flatMap(({ urn, id }) => (id === undefined ? [] : urn)));
  return describePreview(stack, addDeletions(preview, getUndeclared(getDeclared(preview))), existed);
}

/** Returns the URNs of what the previewed program declares: `refresh` and `delete` also name what it does not. */
export function getDeclared(steps: PreviewStep[]): string[] {
  return steps.flatMap(({ op, urn }) =>
    ["same", "create", "update", "replace", "import"].includes(op) ? urn : [],
  );
}

/** Adds the deletion of what the program does not declare any more: a preview that refreshes may leave it out. */
export function addDeletions(steps: PreviewStep[], undeclared: readonly StateResource[]): PreviewStep[] {
  const deleted = new Set(steps.flatMap(({ op, urn }) => (op.startsWith("delete") ? urn : [])));
  return [
    ...steps,
    ...undeclared
      .filter(({ urn }) => !deleted.has(urn))
      .map(({ urn, retainOnDelete = false }) => ({ op: "delete", urn, oldState: { retainOnDelete } })),
  ];
}

const verbs: Record<string, string> = {
  create: "create",
  update: "update",
  delete: "DELETE",
  replace: "REPLACE",
  "delete-replaced": "DELETE",
  import: "import",
};

/** What an update does to a retained resource instead. */
const retainedVerbs: Record<string, string> = {
  DELETE: "remove … from the state only (stays in AWS)",
  REPLACE: "replace … (the old one stays in AWS)",
};

/** What an update does to a component instead. */
const componentVerbs: Record<string, string> = {
  DELETE: "remove the component … from the state (has nothing in AWS)",
};

/** Returns what a step does; undefined for nothing that counts. */
function getVerb(step: PreviewStep): string | undefined {
  const { [step.op]: verb = "" } = verbs;
  const isComponent = (step.newState ?? step.oldState)?.custom === false;
  const { [verb]: other } = isComponent ? componentVerbs : isRetained(step) ? retainedVerbs : {};
  return other ?? verbs[step.op];
}

/**
 * Whether a step leaves in AWS what it removes from the state. Of a replacement, both the old and the new resource have to say so:
 * an update may change the option.
 */
function isRetained({ oldState, newState }: PreviewStep): boolean {
  return oldState?.retainOnDelete === true && (newState === undefined || newState.retainOnDelete === true);
}

/** More are counted by type. */
const listedChanges = 5;

/** Lists the changes of a kind, one a line. What is lost is always listed by name. */
function listChanges(verb: string, changes: { label: string }[]): string[] {
  const labels = [...new Set(changes.map(({ label }) => label))];
  if (isLoss(verb) || labels.length <= listedChanges) {
    return labels.map((label) => phrase(verb, label));
  }
  const counts = new Map<string, number>();
  for (const label of labels) {
    const [type = ""] = label.split(" ");
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const types = [...counts].sort(([, a], [, b]) => b - a);
  const shown = types.slice(0, listedChanges).map(([type, number]) => `${number} ${type}`);
  const others = types.slice(listedChanges).reduce((sum, [, number]) => sum + number, 0);
  const rest = others === 0 ? "" : `, ${others} of other types`;
  return [phrase(verb, `${labels.length} resources: ${shown.join(", ")}${rest}`)];
}

/** The object takes the place of the verb's ellipsis, or follows it. */
function phrase(verb: string, object: string): string {
  return verb.includes("…") ? verb.replace("…", object) : `${verb} ${object}`;
}

function isLoss(verb: string): boolean {
  return verb === "DELETE" || verb === "REPLACE";
}

/**
 * Describes what an update would do. One that would replace or delete data, and not leave it in AWS, is not proposed.
 *
 * @param existed URNs of what the state has: what is to be created nevertheless was deleted in AWS.
 */
export function describePreview(
  stack: string,
  steps: PreviewStep[],
  existed: ReadonlySet<string> = new Set(),
): Diagnosis {
  const replaced = new Set(steps.flatMap(({ op, urn }) => (op === "replace" ? urn : [])));
  const changes = steps.flatMap((step) => {
    const { op, urn } = step;
    const [type = "", name = ""] = urn
      .split("::")
      .slice(-2)
      .map((part) => part.replace(/^.*\$/, ""));
    const verb = getVerb(step);
    // "replace" covers the halves of a replacement.
    return verb === undefined || (op === "delete-replaced" && replaced.has(urn))
      ? []
      : [{ verb, urn, type, label: `${getShortType(type)} ${name}` }];
  });
  if (changes.length === 0) {
    return createDiagnosis([]);
  }
  const list = [
    ...new Set([verbs, retainedVerbs, componentVerbs].flatMap((all) => Object.values(all))),
  ].flatMap((verb) =>
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
  const emptied = changes.filter(
    ({ verb, urn, type }) => verb === "create" && existed.has(urn) && dataTypes.has(type),
  );
  const deletes = changes.some(({ verb }) => isLoss(verb));
  return {
    ...createDiagnosis([finding, ...emptied.map(({ label, type }) => describeEmptied(label, type))]),
    steps: [
      {
        does: deletes
          ? "Updates the stack, and deletes what is listed above."
          : emptied.length > 0
            ? "Updates the stack, and creates what is gone without its data."
            : "Updates the stack.",
        command: `npx pulumi up --refresh -s ${stack}`,
        effect: deletes || emptied.length > 0 ? "deletes" : "changes",
      },
    ],
  };
}

/** Says what an update creates in place of data that was deleted in AWS. */
function describeEmptied(label: string, type: string): string {
  const gone = `${label} does not exist in AWS any more.`;
  return type === "aws:kms/key:Key"
    ? `${gone} What it encrypts cannot be read, and an update creates ANOTHER key, which does not decrypt it.`
    : `${gone} An update creates an EMPTY one. Find out first what has its data: docs/backups.md.`;
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
