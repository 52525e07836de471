import type { PlannedResource } from "../../plan/plan";
import type { Step } from "../preview";
import type { Existing } from "./existing";
import type { Place } from "./next-steps";
import type { Plan } from "./rehearse";
import { githubAudience } from "../../bootstrap/names";

/** Whether a URN is that of a component, the stack or a provider: its type is the last one of the URN's types. */
const isComponent = (urn: string) => !/(^|\$)aws:/.test(urn.split("::")[2] ?? "");

/** Sorts by type, then by name. */
const getSortKey = (urn: string) =>
  urn
    .split("::")
    .slice(2)
    .join(" ")
    .replace(/^\S*\$/, "");

/** Types that are a part of something else: settings of a bucket, attachments of a policy. */
const parts = /\$aws:(s3\/bucket[A-Z]|iam\/rolePolicy)/;

/** Formats what a run creates, adopts and updates, one resource a line. */
export function formatPlan(
  { account, region, settings }: Place,
  { steps, imports }: Plan,
  planned: readonly PlannedResource[],
  { providerWithoutAudience }: Existing,
): string {
  const changes = steps
    .filter(({ urn }) => !isComponent(urn) && !imports.has(urn))
    .sort((a, b) => getSortKey(a.urn).localeCompare(getSortKey(b.urn)));
  const isPart = ({ op, urn }: Step) => op === "create" && parts.test(urn);
  const created = changes.filter(isPart).length;
  const adopted = planned
    .filter(({ urn }) => imports.has(urn))
    .sort((a, b) => getSortKey(a.urn).localeCompare(getSortKey(b.urn)));
  const updated = new Map(
    steps.filter(({ op }) => op === "update").map(({ urn, diffReasons = [] }) => [urn, diffReasons]),
  );
  const lines = [
    ...adopted.map(
      ({ urn, type, name }) =>
        `  adopt   ${formatType(type)} ${name} (${imports.get(urn) ?? ""})${formatUpdate(updated.get(urn))}`,
    ),
    ...(providerWithoutAudience === undefined
      ? []
      : [`  update  ${providerWithoutAudience}: add the audience ${githubAudience}`]),
    ...changes
      .filter((step) => !isPart(step))
      .map((step) => `  ${step.op.padEnd(7)} ${formatStep(step, planned)}`),
    ...(created === 0 ? [] : [`  create  ${created} settings of buckets and attachments of policies`]),
  ];
  return [
    `${settings.name} in account ${account}, ${region}:`,
    ...(lines.length === 0 ? ["  No changes."] : lines),
  ].join("\n");
}

function formatUpdate(settings: readonly string[] | undefined): string {
  return settings === undefined ? "" : `, and update ${settings.length === 0 ? "it" : settings.join(", ")}`;
}

function formatStep({ urn, newState, diffReasons = [] }: Step, planned: readonly PlannedResource[]): string {
  const resource = planned.find((one) => one.urn === urn);
  const { inputs = {}, type = resource?.type ?? "" } = newState ?? {};
  const physical = inputs.name ?? inputs.bucket ?? inputs.url ?? "";
  const changed = diffReasons.length > 0 ? `: ${diffReasons.join(", ")}` : "";
  return `${formatType(type)} ${urn.replace(/^.*::/, "")}${typeof physical === "string" && physical !== "" ? ` (${physical})` : ""}${changed}`;
}

const formatType = (type: string) => type.replace(/^aws:([^/]+)\/[^:]*:/, "$1 ");

/** Describes the resources that a run would delete or replace. */
export function getDeletions({ steps }: Plan): string[] {
  return steps
    .filter(({ op, urn }) => /delete|replace/.test(op) && !isComponent(urn))
    .map(
      ({ op, urn, oldState }) =>
        `${op} ${formatType(oldState?.type ?? "")} ${urn.replace(/^.*::/, "")} (${oldState?.id ?? ""})`,
    );
}
