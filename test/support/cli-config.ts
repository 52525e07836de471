import { member } from "../../stacks/commands";
import { keys } from "../../stacks/keys";
import type { RawConfig } from "../../stacks/raw";

/** What somebody types when the CLI asks for a value. */
export const typed = "typed-when-asked-0123456789";

interface State {
  values: Record<string, unknown>;
  region: string | undefined;
  /** The paths that are encrypted. */
  secrets: Set<string>;
  otherKeys: Record<string, unknown>;
  /** The maps that are one encrypted text: the CLI forgets the rest when it sets or removes a part. */
  wholes: Set<string>;
}

/** A configuration after a shell has run `pulumi config` commands on it, as the CLI does (end-to-end: mends.spec.ts). */
export function afterCommands(raw: RawConfig, commands: string): RawConfig {
  const state: State = {
    values: structuredClone(raw.values),
    region: raw.region,
    secrets: new Set(raw.secrets),
    otherKeys: { ...raw.otherKeys },
    wholes: new Set(),
  };
  // Of a group of which the engine only tells that it is encrypted, all parts may be; secrets may be one text.
  for (const name of raw.secrets) {
    const value = raw.values[name];
    const isTold = [...raw.secrets].some(
      (path) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
    );
    if (typeof value === "object" && value !== null && !isTold) {
      if (keys[name]?.secret) {
        state.wholes.add(name);
      } else {
        Object.keys(value).forEach((part) => state.secrets.add(member(name, part)));
      }
    }
  }
  for (const words of shellCommands(state, commands)) {
    run(state, words());
  }
  const { wholes, ...after } = state;
  const tops = [...state.secrets].map((path) => path.replace(/[.[].*$/, ""));
  const wholly = (name: string) =>
    typeof state.values[name] !== "object"
      ? state.secrets.has(name)
      : tops.filter((top) => top === name).length > 1;
  return {
    ...raw,
    ...after,
    secrets: new Set(
      [...state.secrets].filter((path) => /[.[]/.test(path) || wholes.has(path) || wholly(path)),
    ),
  };
}

function run(state: State, words: string[]): void {
  const command = words.join(" ");
  const [program, group, verb, ...rest] = words;
  if (program !== "pulumi" || group !== "config") {
    throw new Error(`not a command of the CLI's configuration: ${command}`);
  }
  const flags = new Set<string>();
  const operands: string[] = [];
  let type: string | undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (word === "--") {
      operands.push(...rest.slice(index + 1));
      break;
    }
    if (word === "--type") {
      index += 1;
      type = rest[index];
    } else if (word.startsWith("--")) {
      flags.add(word);
    } else if (word.startsWith("-")) {
      throw new Error(`unknown shorthand flag: ${command}`);
    } else {
      operands.push(word);
    }
  }
  const [key = "", value, ...more] = operands;
  if (more.length > 0) {
    throw new Error(`accepts at most 2 arguments: ${command}`);
  }
  const [space, ...names] = key.split(":");
  const path = names.join(":");
  if (space !== "beo-datastore") {
    if (verb === "rm") {
      Reflect.deleteProperty(state.otherKeys, key);
    } else {
      state.region = value;
    }
    return;
  }
  const steps = flags.has("--path") ? stepsOf(path) : [path];
  const top = String(steps[0]);
  if (steps.length > 1 && state.wholes.delete(top)) {
    state.values[top] = {};
  }
  if (verb === "rm") {
    state.wholes.delete(path);
    remove(state, steps, path);
  } else {
    set(state, steps, path, value ?? typed, flags, type);
  }
}

function set(
  state: State,
  steps: (string | number)[],
  path: string,
  value: string,
  flags: Set<string>,
  type: string | undefined,
): void {
  const [top = ""] = steps;
  let holder = state.values as Record<string | number, unknown>;
  steps.slice(0, -1).forEach((step, index) => {
    const next = steps[index + 1];
    if (typeof holder[step] !== "object") {
      holder[step] = typeof next === "number" ? [] : {};
    }
    holder = holder[step] as Record<string | number, unknown>;
  });
  const last = steps.at(-1) ?? "";
  const isText = !flags.has("--path")
    ? keys[path]?.form.type === "string"
    : type === "string" || flags.has("--secret") || typeof holder[last] === "string";
  holder[last] =
    !isText && /^([-+]?\d+|true|false)$/.test(value)
      ? (JSON.parse(value.replace("+", "")) as unknown)
      : value;
  state.secrets.delete(path);
  // A list whose items are decrypted one by one.
  state.secrets.delete(path.replace(/\[\d+\]$/, ""));
  if (flags.has("--secret")) {
    state.secrets.add(path).add(String(top));
  }
}

function remove(state: State, steps: (string | number)[], path: string): void {
  const holder = steps
    .slice(0, -1)
    .reduce<unknown>(
      (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
      state.values,
    );
  const last = steps.at(-1) ?? "";
  if (Array.isArray(holder)) {
    holder.splice(Number(last), 1);
  } else if (typeof holder === "object" && holder !== null) {
    Reflect.deleteProperty(holder, last);
  }
  for (const secret of state.secrets) {
    if (secret === path || secret.startsWith(`${path}.`) || secret.startsWith(`${path}[`)) {
      state.secrets.delete(secret);
    }
  }
}

/** `a.b`, `a[0]` and `a["b c"]`. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    index !== undefined
      ? Number(index)
      : quoted !== undefined
        ? (JSON.parse(quoted) as string)
        : (name ?? ""),
  );
}

/** The commands of a line, whose words are read when it is their turn. */
function shellCommands(state: State, line: string): (() => string[])[] {
  const tokens = line.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g) ?? [];
  const commands: string[][] = [[]];
  for (const token of tokens) {
    if (token === "&&") {
      commands.push([]);
    } else {
      commands.at(-1)?.push(token);
    }
  }
  return commands.map((words) => () => words.map((word) => expanded(state, word)));
}

function expanded(state: State, word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? "") : substituted(state, double),
  );
}

function substituted(state: State, text: string): string {
  const random = /^\$\(openssl rand -hex (\d+)\)$/.exec(text);
  if (random) {
    return "a7".repeat(Number(random[1]));
  }
  const inner = /^\$\(pulumi config get (?:--path )?'?beo-datastore:(.*?)'?\)$/.exec(text);
  if (inner === null) {
    throw new Error(`what would a shell make of "${text}"?`);
  }
  const found = stepsOf(inner[1] ?? "").reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown>)[step],
    state.values,
  );
  return typeof found === "string" ? found : JSON.stringify(found);
}
