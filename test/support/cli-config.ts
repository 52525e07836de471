import type { RawConfiguration } from "../../stacks/configuration";
import { getSetting } from "../../stacks/schema";
import { isRecord } from "../../stacks/validators";

type Holder = Record<string | number, unknown>;

/**
 * A stack's configuration after a shell has run `pulumi config` commands on it, as the CLI does (end to end:
 * configuration.spec.ts).
 *
 * @param fillIn Gives what the operator types for a path in place of a placeholder, or at a prompt.
 */
export function applyCommands(
  raw: RawConfiguration,
  line: string,
  fillIn: (path: string, placeholder?: string) => string,
): RawConfiguration {
  const next: RawConfiguration & { secrets: Set<string> } = {
    ...raw,
    values: structuredClone(raw.values),
    otherKeys: { ...raw.otherKeys },
    secrets: new Set(raw.secrets),
  };
  for (const command of parseCommands(line)) {
    // At the end of a path a colon may be part of a name.
    if (/^[^[]*:/.test(command.key)) {
      const { key, value, placeholder } = command;
      setOther(next, { ...command, value: value ?? fillIn(key, placeholder) });
    } else if (command.verb === "rm") {
      remove(next, command);
    } else {
      const { key, value, placeholder } = command;
      set(next, { ...command, value: value ?? fillIn(key, placeholder) });
    }
  }
  return next;
}

interface Parsed {
  verb: string;
  key: string;
  flags: Set<string>;
  value?: string;
  placeholder?: string;
}

function parseCommands(line: string): Parsed[] {
  const commands: string[][] = [[]];
  for (const token of line.match(/<[^<>]*>|(?:'[^']*'|\\.|[^\s'\\])+/g) ?? []) {
    if (token === "&&") {
      commands.push([]);
    } else {
      commands.at(-1)?.push(token);
    }
  }
  return commands.map(([npx, pulumi, config, verb = "", ...rest]) => {
    if (`${npx ?? ""} ${pulumi ?? ""} ${config ?? ""}` !== "npx pulumi config") {
      throw new Error(`not a command of the CLI's configuration: ${line}`);
    }
    const placeholder = rest.find((token) => token.startsWith("<"))?.slice(1, -1);
    const words = rest
      .filter((token) => !token.startsWith("<"))
      .map((token) =>
        token.replace(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ""),
      );
    const flags = new Set<string>();
    const operands: string[] = [];
    while (words.length > 0) {
      const word = words.shift() ?? "";
      if (word === "--") {
        operands.push(...words.splice(0));
      } else if (["--stack", "-s", "--type"].includes(word)) {
        flags.add(`${word} ${words.shift() ?? ""}`);
      } else if (word.startsWith("--")) {
        flags.add(word);
      } else {
        operands.push(word);
      }
    }
    const [key = "", value] = operands;
    return { verb, key, flags, value, placeholder };
  });
}

/** Keys of other namespaces are text; at a path they are JSON. */
function setOther(
  raw: RawConfiguration & { secrets: Set<string> },
  { verb, key, flags, value = "" }: Parsed,
) {
  const [top = key] = flags.has("--path") ? parsePath(key) : [key];
  const text = raw.otherKeys[top] as string | undefined;
  const inner: RawConfiguration & { secrets: Set<string> } = {
    ...raw,
    values: { [top]: top === key ? text : ((JSON.parse(text ?? "null") as unknown) ?? undefined) },
  };
  if (verb === "rm") {
    remove(inner, { verb, key, flags });
  } else {
    set(inner, { verb, key, flags, value });
  }
  const after = inner.values[top];
  raw.otherKeys[String(top)] = typeof after === "string" ? after : JSON.stringify(after);
  if (after === undefined) {
    Reflect.deleteProperty(raw.otherKeys, top);
  }
  raw.region = raw.otherKeys["aws:region"] as string | undefined;
}

function set(raw: RawConfiguration & { secrets: Set<string> }, { key, flags, value = "" }: Parsed): void {
  const steps = flags.has("--path") ? parsePath(key) : [key];
  const last = steps.at(-1) ?? "";
  let holder: Holder = raw.values;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    const isList = typeof steps[index + 1] === "number";
    holder[step] ??= isList ? [] : {};
    if (isList ? !Array.isArray(holder[step]) : !isRecord(holder[step])) {
      throw new Error(`could not set config: ${key}: expected ${isList ? "an array" : "a map"}`);
    }
    holder = holder[step] as Holder;
  }
  const isText =
    steps.length === 1
      ? getSetting(key)?.validator.type === "string"
      : flags.has("--type string") || flags.has("--secret") || typeof holder[last] === "string";
  holder[last] = !isText && /^([-+]?\d+|true|false)$/.test(value) ? (JSON.parse(value) as unknown) : value;
  const top = String(steps[0]);
  raw.secrets.delete(key.replace(/\[\d+\]$/, ""));
  if (flags.has("--secret")) {
    raw.secrets.add(key).add(top);
  }
  forgetTop(raw, top);
}

function remove(raw: RawConfiguration & { secrets: Set<string> }, { key, flags }: Parsed): void {
  const steps = flags.has("--path") ? parsePath(key) : [key];
  const holder = steps
    .slice(0, -1)
    .reduce<unknown>((value, step) => (value as Holder | undefined)?.[step], raw.values);
  const last = steps.at(-1) ?? "";
  if (Array.isArray(holder)) {
    // Those after it move up.
    holder.splice(Number(last), 1);
  } else if (isRecord(holder)) {
    Reflect.deleteProperty(holder, last);
  }
  for (const secret of raw.secrets) {
    if (secret === key || secret.startsWith(`${key}.`) || secret.startsWith(`${key}[`)) {
      raw.secrets.delete(secret);
    }
  }
  forgetTop(raw, String(steps[0]));
}

/** The engine takes a key for secret as long as a member of it is encrypted. */
function forgetTop(raw: RawConfiguration & { secrets: Set<string> }, top: string): void {
  const hasMember = [...raw.secrets].some((path) => path.startsWith(`${top}.`) || path.startsWith(`${top}[`));
  if (isRecord(raw.values[top]) && !hasMember) {
    raw.secrets.delete(top);
  }
}

/** `a.b`, `a[0]` and `a["b c"]`. */
function parsePath(path: string): (string | number)[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    index !== undefined
      ? Number(index)
      : quoted !== undefined
        ? (JSON.parse(quoted) as string)
        : (name ?? ""),
  );
}
