import { askCommand, member, removeCommand, setCommand, then } from "../commands";
import { isMap, variableName } from "../forms";
import type { Key } from "../keys";
import type { Problem } from "../problem";
import { Checked, given, plainSecret } from "./checked";

/**
 * Checks a map of variables, each by itself.
 *
 * @param secrets The paths that are encrypted; of a map as a whole only its own, where the engine tells no more.
 */
export function checkVariables(
  name: string,
  key: Key,
  value: unknown,
  secrets: ReadonlySet<string>,
): Checked<Record<string, unknown>> {
  const isEncrypted = secrets.has(name);
  if (!isMap(value)) {
    return {
      problems: [
        {
          key: name,
          message: `${given(value, key.secret === true || isEncrypted)}: legal is ${key.form.legal}.`,
          mend: then(removeCommand(name), variableCommand(`${name}.NAME`, key)),
        },
      ],
    };
  }
  if (isEncrypted && !key.secret) {
    return { problems: [shownSecrets(name, Object.keys(value), secrets)] };
  }
  const checked = Object.entries(value).map(([variable, content]) => {
    const path = member(name, variable);
    const isPlain = key.secret === true && !isEncrypted && !secrets.has(path);
    const problem =
      misnamed(name, key, variable, value) ??
      (isPlain
        ? { key: path, message: plainSecret, mend: askCommand(path) }
        : wrongValue(path, key, content));
    return { variable, content, problem };
  });
  const legal = checked.filter(({ problem }) => problem === undefined);
  return {
    value: Object.fromEntries(legal.map(({ variable, content }) => [variable, content])),
    problems: checked.flatMap(({ problem }) => problem ?? []),
  };
}

function misnamed(
  name: string,
  key: Key,
  variable: string,
  all: Record<string, unknown>,
): Problem | undefined {
  if (isName(variable)) {
    return undefined;
  }
  const path = member(name, variable);
  const better = variable.toUpperCase().replace(/[^A-Z0-9_]+/g, "_");
  const moved =
    isName(better) && !(better in all) ? [variableCommand(`${name}.${better}`, key, all[variable])] : [];
  return {
    key: path,
    message: `is no variable's name: legal is ${variableName.legal}.`,
    mend: then(removeCommand(path), ...moved),
  };
}

function wrongValue(path: string, key: Key, content: unknown): Problem | undefined {
  if (key.form.item?.accepts(content)) {
    return undefined;
  }
  // The CLI takes "4" and "true" for more than text.
  const isText = ["number", "boolean"].includes(typeof content);
  return {
    key: path,
    message: `${given(content, key.secret === true)}: legal is ${key.form.item?.legal ?? ""}.`,
    mend: key.secret
      ? askCommand(path)
      : then(removeCommand(path), ...(isText ? [variableCommand(path, key, content)] : [])),
  };
}

/** The encrypted ones of the variables that are shown, or all of them where it is not told which. */
function shownSecrets(name: string, variables: string[], secrets: ReadonlySet<string>): Problem {
  const told = variables.filter((variable) => secrets.has(member(name, variable)));
  const moved = told.length > 0 ? told : variables;
  return {
    key: name,
    message: "is encrypted, and its variables are shown: secret ones belong into extraSecrets.",
    mend: then(
      ...moved.flatMap((variable) => [
        removeCommand(member(name, variable)),
        askCommand(member("extraSecrets", variable)),
      ]),
    ),
  };
}

function variableCommand(path: string, key: Key, content: unknown = key.form.example): string {
  const text = String(content);
  return key.secret
    ? askCommand(path)
    : setCommand(path, key.form.item?.accepts(text) ? text : key.form.example);
}

function isName(text: string): boolean {
  return variableName.accepts(text);
}
