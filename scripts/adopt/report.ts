import type { PlannedResource } from "../../plan/plan";
import { commandLine, setCommand } from "../../stacks/commands";
import { getSetting } from "../../stacks/schema";
import { differencesOf } from "./differences";
import type { Setting } from "./kind";
import type { Secrets } from "./secrets";
import type { Candidate } from "./survey";

/** What was found, in sections of lines. */
export interface Survey {
  stack: string;
  applicationName: string;
  account: string;
  region: string;
  candidates: Candidate[];
  /** URNs of what is in the stack. */
  inState: ReadonlySet<string>;
  /** The ids in AWS of what is in the stack. */
  managed: ReadonlySet<string>;
  secrets: Secrets;
  planned: PlannedResource[];
}

const labelOf = ({ kind, name }: Candidate) => `${kind.what} ${name}`;

/** What AWS has and what becomes of it. */
export function findings({ stack, applicationName, account, region, candidates, inState }: Survey): string[] {
  const adopted = candidates.filter(({ resource }) => inState.has(resource.urn));
  const rest = candidates.filter((candidate) => !adopted.includes(candidate));
  const missing = rest.filter(({ found, name }) => found.length === 0 && isOfTheGuide(name, applicationName));
  return [
    `${stack}: ${applicationName} in account ${account}, ${region}`,
    ...section("In the stack already", adopted.map(labelOf)),
    ...section(
      "Found",
      rest.flatMap((candidate) =>
        candidate.found.flatMap(({ actual, notes }) => [
          labelOf(candidate),
          ...differencesOf(actual, candidate.resource.inputs).map((line) => `  ~ ${line}`),
          ...notes.map((note) => `  ${note}`),
        ]),
      ),
    ),
    ...section("Not found: pulumi up makes it", missing.map(labelOf)),
  ];
}

/** What has to be done before anything can be taken over; empty where nothing has. */
export function obstacles({ stack, candidates, inState }: Survey): string[] {
  const rest = candidates.filter(({ resource }) => !inState.has(resource.urn));
  const settings = unique(rest.flatMap(({ found }) => found.flatMap(({ demands }) => demands)));
  return [
    ...section(
      "In the way",
      rest.flatMap((candidate) => [
        ...(candidate.found.length > 1
          ? [
              `${labelOf(candidate)}: ${candidate.found.map(({ id }) => id).join(" or ")}? Remove or rename the others.`,
            ]
          : []),
        ...candidate.found.flatMap((one) => one.obstacles.map((text) => `${labelOf(candidate)}: ${text}`)),
        ...candidate.found.flatMap(({ demands }) =>
          demands.flatMap((setting) => illegal(candidate, setting)),
        ),
      ]),
    ),
    ...section(
      "Without these settings something would be replaced, or the update would fail",
      commands(stack, settings),
    ),
  ];
}

/** What keeps the hand-made application running meanwhile; empty where nothing is left to set. */
export function advice({ stack, candidates, inState, secrets }: Survey): string[] {
  const rest = candidates.filter(({ resource }) => !inState.has(resource.urn));
  const settings = unique(rest.flatMap(({ found }) => found.flatMap((one) => one.advice)));
  const takeable = Object.keys(secrets.takeable);
  return [
    ...section("With these settings nothing is cut off meanwhile", [
      ...commands(stack, settings),
      ...(takeable.length === 0
        ? []
        : [
            `npm run adopt --silent -- ${stack} --take-secrets`,
            `  goes on with the secrets in use: ${takeable.join(", ")}`,
          ]),
    ]),
    ...section("Secrets that change", secrets.lost),
  ];
}

/**
 * Whether the program has made everything of its own, and no environment runs on a key that is not the program's: what
 * was made by hand is in use until then.
 */
export function isFinished({ planned, inState, candidates, managed }: Survey): boolean {
  const keys = candidates.flatMap(({ found }) =>
    found.flatMap((one) => one.variables?.AWS_ACCESS_KEY_ID ?? []),
  );
  return planned.every(({ urn }) => inState.has(urn)) && keys.every((key) => managed.has(key));
}

/** What is left to remove when the program runs everything. */
export function leftovers(candidates: Candidate[]): string[] {
  return section(
    "Left to remove, when both environments run on what is new",
    candidates.flatMap(({ found }) => found.flatMap((one) => one.leftovers)),
  );
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function commands(stack: string, settings: Setting[]): string[] {
  return settings.flatMap(({ key, value, why }) => [
    commandLine([setCommand(key, value)], stack),
    `  ${why}`,
  ]);
}

/** A value that the program does not take, though the resource has it. */
function illegal(candidate: Candidate, { key, value }: Setting): string[] {
  const validator = getSetting(key)?.validator;
  return validator === undefined || validator.isValid(value)
    ? []
    : [`${labelOf(candidate)}: ${key} would have to be ${String(value)}. Expected ${validator.expected}.`];
}

/** Two resources may ask for the same. */
function unique(settings: Setting[]): Setting[] {
  return [...new Map(settings.map((setting) => [setting.key, setting])).values()];
}

/** Whether the guide has people make it; a log group or a dead-letter queue need not be there. */
function isOfTheGuide(name: string, applicationName: string): boolean {
  return ["", "-media", "-static", "-worker"].some((suffix) => name === applicationName + suffix);
}
