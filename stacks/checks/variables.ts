import { askCommand, type Command, member, removeCommand } from "../commands";
import { isMap, nearest, variableName } from "../forms";
import type { Key } from "../keys";
import { askVariables, setAll } from "../mends";
import type { Problem } from "../problem";
import { Checked, encryptedMembers, given, plainSecret } from "./checked";

/** A map of variables as it was given. */
interface Variables {
  name: string;
  key: Key;
  all: Record<string, unknown>;
  /** The paths that are encrypted; of a map as a whole only its own, where the engine tells no more. */
  secrets: ReadonlySet<string>;
}

/** Checks a map of variables, each by itself. */
export function checkVariables(
  name: string,
  key: Key,
  value: unknown,
  secrets: ReadonlySet<string>,
): Checked<Record<string, unknown>> {
  if (!isMap(value)) {
    const message = `${given(value, key.secret === true || secrets.has(name))}: legal is ${key.form.legal}.`;
    return { problems: [{ key: name, message, mend: [removeCommand(name)] }], broken: [name] };
  }
  const variables = { name, key, all: value, secrets };
  if (secrets.has(name) && !key.secret) {
    return { problems: [shownSecrets(variables)], broken: [name] };
  }
  const wrong = Object.keys(value).flatMap((variable) => {
    const problem = problemOf(variables, variable);
    return problem === undefined ? [] : [{ variable, problem }];
  });
  const legal = Object.entries(value).filter(([one]) => wrong.every(({ variable }) => variable !== one));
  return {
    value: Object.fromEntries(legal),
    problems: isTold(variables) ? wrong.map(({ problem }) => problem) : together(variables, wrong),
    broken: [],
  };
}

function problemOf({ name, key, all, secrets }: Variables, variable: string): Problem | undefined {
  const path = member(name, variable);
  const content = all[variable];
  if (!variableName.accepts(variable)) {
    const better = nearest(variableName, variable);
    const isFree = better !== undefined && !(better in all);
    return {
      key: path,
      message: `is no variable's name: legal is ${variableName.legal}.`,
      mend: [removeCommand(path), ...(isFree ? mendVariable(`${name}.${better}`, key, content) : [])],
    };
  }
  if (key.secret && !secrets.has(name) && !secrets.has(path)) {
    return { key: path, message: plainSecret, mend: [askCommand(path)] };
  }
  return key.form.item?.accepts(content)
    ? undefined
    : {
        key: path,
        message: `${given(content, key.secret === true)}: legal is ${key.form.item?.legal ?? ""}.`,
        mend: [...(key.secret ? [] : [removeCommand(path)]), ...mendVariable(path, key, content)],
      };
}

/** Sets what was meant, as text: the CLI takes 4 and true for more. */
function mendVariable(path: string, key: Key, content: unknown): Command[] {
  if (key.secret) {
    return [askCommand(path)];
  }
  const text = ["number", "boolean"].includes(typeof content) ? String(content) : content;
  const meant = key.form.item === undefined ? undefined : nearest(key.form.item, text);
  return meant === undefined ? [] : setAll(path, meant);
}

/**
 * Whether it is known which variables are encrypted by themselves. Where all of them are one encrypted value, the CLI
 * forgets the others when it sets or removes one.
 */
function isTold({ name, key, all, secrets }: Variables): boolean {
  return key.secret !== true || !secrets.has(name) || encryptedMembers(name, all, secrets).length > 0;
}

function together({ name, all }: Variables, wrong: { variable: string; problem: Problem }[]): Problem[] {
  return wrong.length === 0
    ? []
    : [
        {
          key: name,
          message: wrong.map(({ variable, problem }) => `${variable} ${problem.message}`).join(" "),
          mend: [removeCommand(name), ...askVariables(name, Object.keys(all))],
        },
      ];
}

/** The encrypted ones of the variables that are shown, or all of them where it is not told which. */
function shownSecrets({ name, all, secrets }: Variables): Problem {
  const told = encryptedMembers(name, all, secrets);
  return {
    key: name,
    message: "is encrypted, and its variables are shown: secret ones belong into extraSecrets.",
    mend: [
      ...(told.length > 0
        ? told.map((variable) => removeCommand(member(name, variable)))
        : [removeCommand(name)]),
      ...askVariables("extraSecrets", told.length > 0 ? told : Object.keys(all)),
    ],
  };
}
