import { Form } from "./forms";
import { Group, groups, Key, keys } from "./keys";
import { Values } from "./merge";
import { Problem, removeCommand, setCommand } from "./problem";
import { RawConfig } from "./raw";
import { suggest } from "./suggest";

/** The configuration with every value in its form; a value that is not is left out, and a problem says so. */
export interface CheckedConfig {
  values: Values;
  problems: Problem[];
}

/** Checks each key by itself: whether it is known, in its form, encrypted where it must be, and there where required. */
export function checkKeys(raw: RawConfig): CheckedConfig {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};

  for (const [name, value] of Object.entries(raw.values)) {
    const key = own(keys, name);
    const group = own(groups, name);
    if (raw.secrets.has(name) && (group !== undefined || key?.secret === undefined)) {
      problems.push(needlessSecret(name, key?.form));
    } else if (key !== undefined) {
      const found = checkSecrecy(name, key, raw) ?? checkForm(name, key, value);
      if (found === undefined) {
        values[name] = value;
      } else {
        problems.push(found);
      }
    } else if (group !== undefined) {
      const checked = checkGroup(name, group, value);
      values[name] = checked.values;
      problems.push(...checked.problems);
    } else {
      problems.push(
        pathWithoutFlag(name, value) ?? unknownKey(name, [...Object.keys(keys), ...Object.keys(groups)]),
      );
    }
  }
  for (const [name, key] of Object.entries(keys)) {
    if (key.required && !(name in raw.values)) {
      problems.push({
        key: name,
        message: `is missing: ${key.description}. Legal is ${key.form.legal}.`,
        mend: setCommand(name, key.form.example),
      });
    }
  }
  return { values, problems };
}

/** A table's entry; not what every object has, like `constructor`. */
function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Its value would be shown in the environment, in tags and in previews, though somebody took it for a secret. */
function needlessSecret(name: string, form: Form | undefined): Problem {
  return name === "extraEnvironment"
    ? {
        key: name,
        message: "is encrypted, and its variables are shown: secret ones belong into extraSecrets.",
        mend: `${removeCommand(name)} && ${secretPartCommand("extraSecrets")}`,
      }
    : {
        key: name,
        message: "is encrypted, and is no secret: its value would be shown. Set it in plain text.",
        mend: (form === undefined ? setCommand(`${name}.PART`, "value") : formCommand(name, form)).replace(
          "config set",
          "config set --plaintext",
        ),
      };
}

function checkSecrecy(name: string, key: Key, raw: RawConfig): Problem | undefined {
  return key.secret && !raw.secrets.has(name)
    ? {
        key: name,
        message:
          "is a secret and stands there in plain text. Choose a new value, since this one was seen, and set it encrypted.",
        mend: secretCommand(name, key),
      }
    : undefined;
}

function checkForm(path: string, key: Key, value: unknown): Problem | undefined {
  if (key.form.accepts(value)) {
    return undefined;
  }
  const given = key.secret ? "has a value that is not shown" : `is ${shown(value)}`;
  return {
    key: path,
    message: `${given}: legal is ${key.form.legal}.`,
    mend: key.secret ? secretCommand(path, key) : formCommand(path, key.form, value),
  };
}

function checkGroup(
  name: string,
  group: Group,
  value: unknown,
): { values: Record<string, unknown>; problems: Problem[] } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const [field = "", key] = Object.entries(group.keys)[0] ?? [];
    return {
      values: {},
      problems: [
        {
          key: name,
          message: `is ${shown(value)}: legal is an object of ${Object.keys(group.keys).join(", ")}.`,
          mend: `${removeCommand(name)} && ${formCommand(`${name}.${field}`, key?.form)}`,
        },
      ],
    };
  }
  const entries = Object.entries(value as Record<string, unknown>);
  const problems = entries.flatMap(([field, content]) => {
    const key = own(group.keys, field);
    const found =
      key === undefined
        ? unknownKey(
            `${name}.${field}`,
            Object.keys(group.keys).map((known) => `${name}.${known}`),
          )
        : checkForm(`${name}.${field}`, key, content);
    return found === undefined ? [] : [found];
  });
  const wrong = new Set(problems.map(({ key }) => key));
  return {
    values: Object.fromEntries(entries.filter(([field]) => !wrong.has(`${name}.${field}`))),
    problems,
  };
}

/** A part of a group that was set without `--path`: the CLI takes its dot for a part of the name. */
function pathWithoutFlag(name: string, value: unknown): Problem | undefined {
  const [groupName = "", field = ""] = name.split(".");
  const key = own(own(groups, groupName)?.keys ?? {}, field);
  if (key === undefined) {
    return undefined;
  }
  const text = String(value);
  const content = { integer: Number(text), boolean: text === "true" }[key.form.type as string] ?? text;
  return {
    key: name,
    message: `is a part of ${groupName}, and was set without --path.`,
    mend: `pulumi config rm beo-datastore:${name} && ${setCommand(key.form.type === "list" ? `${name}[0]` : name, content)}`,
  };
}

function unknownKey(path: string, known: string[]): Problem {
  const near = suggest(path, known);
  return {
    key: path,
    message: `is not a key of this program${near === undefined ? "" : `; is ${near} meant?`}`,
    mend: removeCommand(path),
  };
}

function secretCommand(name: string, key: Key): string {
  return key.form.type === "object" ? secretPartCommand(name) : setCommand(name, key.form.example, true);
}

function secretPartCommand(name: string): string {
  return `pulumi config set --secret --path 'beo-datastore:${name}.NAME' 'value'`;
}

/** The command for a map of texts, of which the CLI took one for a number or a boolean. */
function asTextCommand(path: string, value: unknown): string | undefined {
  const [name, content] =
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (Object.entries(value as Record<string, unknown>).find(([, one]) =>
          ["number", "boolean"].includes(typeof one),
        ) ?? [])
      : [];
  return name === undefined ? undefined : setCommand(`${path}.${name}`, String(content));
}

/** @param wrong What stands there: the CLI makes no list of what is none. */
function formCommand(path: string, form: Form | undefined, wrong: unknown = []): string {
  if (form?.type === "list") {
    const example = (JSON.parse(String(form.example)) as string[])[0] ?? "";
    const remove = Array.isArray(wrong) ? "" : `${removeCommand(path)} && `;
    return remove + setCommand(`${path}[0]`, example);
  }
  return form?.type === "object"
    ? (asTextCommand(path, wrong) ?? setCommand(`${path}.NAME`, form.example))
    : setCommand(path, form?.example ?? "");
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
