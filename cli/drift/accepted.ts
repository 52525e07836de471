import { checkConfiguration } from "../../stacks";
import type { Command } from "../../stacks/commands";
import { parseValue, type RawConfiguration } from "../../stacks/configuration";
import { getSetting, isGroup } from "../../stacks/schema";
import { isRecord } from "../../stacks/validators";

/** A stack, and its configuration by key without namespace. */
export interface Configured {
  stack: string;
  configuration: Readonly<Record<string, string>>;
}

/** Whether the program accepts the configuration after these commands: settings may exclude each other. */
export function isAccepted({ stack, configuration }: Configured, commands: readonly Command[]): boolean {
  const values = Object.fromEntries(
    Object.entries(configuration).flatMap(([key, text]) =>
      getSetting(key) !== undefined || isGroup(key) ? [[key, parseValue(key, text)]] : [],
    ),
  );
  // Secrets and keys of other namespaces are not known here: only a problem that the commands add counts.
  const known = new Set(findProblems(stack, values));
  const changed = commands.reduce(applyCommand, values);
  return findProblems(stack, changed).every((problem) => known.has(problem));
}

function findProblems(stack: string, values: Record<string, unknown>): string[] {
  const raw: RawConfiguration = {
    stack: stack.replace(/^.*\//, ""),
    project: "",
    hasEngine: true,
    region: undefined,
    values,
    secrets: new Set(),
    otherKeys: {},
  };
  return checkConfiguration(raw).problems.map(({ key, message }) => `${key} ${message}`);
}

/** Sets a value as the Pulumi CLI does. A secret, which the CLI asks for, is left as it is. */
function applyCommand(
  values: Record<string, unknown>,
  { flags, key, value }: Command,
): Record<string, unknown> {
  if (typeof value !== "string") {
    return values;
  }
  if (!flags.includes("--path")) {
    return { ...values, [key]: parseValue(key, value) };
  }
  const isText = flags.includes("string") || !/^([-+]?\d+|true|false)$/.test(value);
  const [name = "", ...members] = parsePath(key);
  return { ...values, [name]: setMember(values[name], members, isText ? value : JSON.parse(value)) };
}

/** The steps of a path such as `web.options["aws:autoscaling:asg"].Cooldown`. */
function parsePath(path: string): string[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*"|\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index?.startsWith('"') === true ? String(JSON.parse(index)) : (index ?? step),
  );
}

function setMember(value: unknown, [step, ...rest]: string[], to: unknown): unknown {
  if (step === undefined) {
    return to;
  }
  const isItem = Array.isArray(value) || (value === undefined && /^\d+$/.test(step));
  const members = Array.isArray(value) || isRecord(value) ? Object.entries(value) : [];
  const previous = members.find(([name]) => name === step)?.[1] as unknown;
  const changed = { ...Object.fromEntries(members), [step]: setMember(previous, rest, to) };
  return isItem ? Object.values(changed) : changed;
}
