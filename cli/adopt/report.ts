import type { PlannedResource } from "../../plan/plan";
import { commandLine, setCommand } from "../../stacks/commands";
import { getSetting } from "../../stacks/schema";
import { describeChanges } from "./describe-changes";
import type { Match, SuggestedSetting } from "./matcher";
import type { Secrets } from "./secrets";
import type { Candidate } from "./survey";

/** What exists in AWS for a stack. */
export interface Survey {
  stack: string;
  applicationName: string;
  account: string;
  region: string;
  candidates: Candidate[];
  /** The URNs of all resources in the stack. */
  inState: ReadonlySet<string>;
  /** The ids of all resources in the stack. */
  managed: ReadonlySet<string>;
  secrets: Secrets;
  planned: PlannedResource[];
}

/** The candidates that are not in the stack yet. */
export function getNewCandidates({ candidates, inState }: Survey): Candidate[] {
  return candidates.filter(({ resource }) => !inState.has(resource.urn));
}

/** Formats what exists in AWS and how the program will change it. */
export function formatFindings(survey: Survey): string[] {
  const { stack, applicationName, account, region, candidates } = survey;
  const open = getNewCandidates(survey);
  const imported = candidates.filter((candidate) => !open.includes(candidate));
  const missing = open.filter(
    ({ matches, name }) => matches.length === 0 && isInGuide(name, applicationName),
  );
  return [
    `${stack}: ${applicationName} in account ${account}, ${region}`,
    `The aws commands below expect: export AWS_REGION=${region}`,
    ...formatSection(
      "Already in the stack",
      imported.map(({ label }) => label),
    ),
    ...formatSection(
      "Found",
      open.flatMap(({ label, resource, matches }) =>
        matches.flatMap(({ actual, notes }) => [
          label,
          ...describeChanges(actual, resource.inputs).map((line) => `  ~ ${line}`),
          ...notes.map((note) => `  ${note}`),
        ]),
      ),
    ),
    ...formatSection(
      "Not found; pulumi up will create",
      missing.map(({ label }) => label),
    ),
  ];
}

/** Formats what prevents the import; empty if nothing does. */
export function formatBlockers(survey: Survey): string[] {
  const open = getNewCandidates(survey);
  return [
    ...formatSection("Blockers", open.flatMap(getBlockers)),
    ...formatSection(
      "Required settings: without them resources would be replaced, or the update would fail",
      formatCommands(
        survey.stack,
        getSettings(open, ({ requiredSettings }) => requiredSettings),
      ),
    ),
  ];
}

/** Formats the settings that keep the application available; empty if there is nothing left to set. */
export function formatRecommendations(survey: Survey): string[] {
  const { stack, secrets } = survey;
  const settings = getSettings(getNewCandidates(survey), ({ recommendedSettings }) => recommendedSettings);
  const reusable = Object.keys(secrets.reusable);
  return [
    ...formatSection("Recommended settings: they keep the application available during the migration", [
      ...formatCommands(stack, settings),
      ...(reusable.length === 0
        ? []
        : [`npx beo adopt ${stack} --take-secrets`, `  keeps the secrets in use: ${reusable.join(", ")}`]),
    ]),
    ...formatSection("Secrets that will change", secrets.changing),
  ];
}

/**
 * Whether the stack has every planned resource and no environment uses an access key from outside the stack. Until then
 * the resources created by hand are in use.
 */
export function isFinished({ planned, inState, candidates, managed }: Survey): boolean {
  const keys = candidates.flatMap(({ matches }) =>
    matches.flatMap(({ variables }) => variables?.AWS_ACCESS_KEY_ID ?? []),
  );
  return planned.every(({ urn }) => inState.has(urn)) && keys.every((key) => managed.has(key));
}

/** Formats what can be removed after the migration. */
export function formatCleanup(candidates: Candidate[]): string[] {
  return formatSection(
    "To remove, once both environments use the new resources",
    candidates.flatMap(({ matches }) => matches.flatMap(({ cleanup }) => cleanup)),
  );
}

function formatSection(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function formatCommands(stack: string, settings: SuggestedSetting[]): string[] {
  return settings.flatMap(({ key, value, reason }) => [
    commandLine([setCommand(key, value)], stack),
    `  ${reason}`,
  ]);
}

function getBlockers({ label, matches }: Candidate): string[] {
  const ids = matches.map(({ id }) => id).join(", ");
  const texts = [
    ...(matches.length > 1 ? [`Several resources match: ${ids}. Remove or rename all but one.`] : []),
    ...matches.flatMap(({ blockers }) => blockers),
    ...matches.flatMap(({ requiredSettings }) => requiredSettings.flatMap(describeInvalid)),
  ];
  return texts.map((text) => `${label}: ${text}`);
}

/** Describes a setting whose value the configuration does not allow, although the resource has it. */
function describeInvalid({ key, value }: SuggestedSetting): string[] {
  const validator = getSetting(key)?.validator;
  return validator === undefined || validator.isValid(value)
    ? []
    : [`${key} would have to be ${String(value)}, which is not allowed. Expected ${validator.expected}.`];
}

/** The settings of all matches, each key once. */
function getSettings(
  candidates: Candidate[],
  select: (match: Match) => SuggestedSetting[],
): SuggestedSetting[] {
  const settings = candidates.flatMap(({ matches }) => matches.flatMap(select));
  return [...new Map(settings.map((setting) => [setting.key, setting])).values()];
}

/** Whether the guide creates the resource; a log group or a dead-letter queue is optional. */
function isInGuide(name: string, applicationName: string): boolean {
  return ["", "-media", "-static", "-worker"].some((suffix) => name === applicationName + suffix);
}
