import {
  type Command,
  memberPath,
  placeholderCommand,
  removeCommand,
  replaceCommands,
  setCommands,
  setSecretCommand,
} from "./commands";
import type { RawConfiguration } from "./configuration";
import type { Problem } from "./configuration-error";
import { type Configuration, getNames, getSetting, isGroup, schema, type Setting } from "./schema";
import { type Environment, tierDescriptions, tierPaths } from "./tiers";
import { replaceItem } from "./replace-item";
import { checkNamespaces } from "./check-namespaces";
import { unknownKey, unknownMember } from "./check-unknown-keys";
import { isRecord, plainSecret, type Validator } from "./validators";

const tierChoice = [
  "Choose a tier:",
  ...Object.entries(tierDescriptions).map(([tier, description]) => `    ${tier}: ${description}`),
].join("\n");

/** Checks each key by itself: whether it exists, its type, its encryption, and whether a required one is missing. */
export class KeyChecks {
  /** The valid values. */
  readonly values: Partial<Configuration>;
  /** The tier; undefined where the configuration leaves it open. */
  readonly environment: Environment | undefined;
  readonly problems: Problem[] = [];
  /** The settings whose value is not known, because it is invalid, missing, or up to an unknown tier. */
  readonly unknown = new Set<string>();

  constructor(private readonly raw: RawConfiguration) {
    const { stack, values } = raw;
    // Every key of the schema, so that a missing one is found.
    const all = { ...Object.fromEntries(getNames().map((name) => [name, undefined])), ...values };
    this.values = replaceValues(all, (name, value) => this.checkKey(name, value));
    this.problems.push(...checkNamespaces(raw));
    const isLeftOut = values.environment === undefined;
    const isTier = schema.environment.validator.isValid(stack);
    this.environment = this.values.environment ?? (isLeftOut && isTier ? stack : undefined);
    if (this.environment === undefined) {
      ["environment", ...tierPaths(this.values)].forEach((path) => this.unknown.add(path));
      if (isLeftOut) {
        const message = `is missing, and the stack name, "${stack}", is not a tier. ${tierChoice}`;
        const commands = setCommands("environment");
        this.problems.push({ key: "environment", message, commands, isMissing: true });
      }
    }
  }

  private checkKey(name: string, value: unknown): unknown {
    // A key with a dot is not a path: the CLI writes it without --path.
    const setting = name.includes(".") ? undefined : getSetting(name);
    // Pulumi.yaml has an empty default for each required key, so that the engine does not stop at the first missing one.
    if (value === undefined || (setting?.required && value === "")) {
      if (setting?.required) {
        const message = `is missing. Expected ${setting.validator.expected}.`;
        this.problems.push({ key: name, message, commands: setCommands(name), isMissing: true });
        this.unknown.add(name);
      }
      return undefined;
    }
    if (isGroup(name) || setting?.validator.type === "map") {
      return this.checkMembers(name, setting, value);
    }
    if (setting === undefined) {
      this.problems.push(unknownKey(name, this.raw.values));
      return undefined;
    }
    return this.checkValue(name, setting, value, this.raw.secrets.has(name));
  }

  private checkMembers(name: string, setting: Setting | undefined, value: unknown): unknown {
    if (isRecord(value)) {
      return setting === undefined ? this.checkGroup(name, value) : this.checkMap(name, setting, value);
    }
    const isHidden = setting?.secret ?? this.raw.secrets.has(name);
    const found = isHidden ? "has an invalid value" : describeValue(value);
    const expected = setting?.validator.expected ?? `a map of ${getNames(name).join(", ")}`;
    this.report(name, `${found}. Expected ${expected}.`, [removeCommand(name)]);
    [name, ...getNames(name).map((member) => `${name}.${member}`)].forEach((path) => this.unknown.add(path));
    return undefined;
  }

  private checkGroup(name: string, members: Record<string, unknown>): Record<string, unknown> {
    const isOpaque = this.isOpaque(name, members);
    if (isOpaque && getNames(name).some((member) => Object.hasOwn(members, member))) {
      const message = "contains an encrypted value, but none of its keys is secret. Store it in plain text.";
      this.report(name, message, [placeholderCommand(`${name}.<KEY>`, "value", false)]);
    }
    // A group of Pulumi.yaml is empty where it is not set.
    const missing = Object.keys(members).length === 0 ? [] : getNames(name);
    for (const member of missing.filter((one) => members[one] === undefined)) {
      const path = `${name}.${member}`;
      const setting = getSetting(path);
      if (setting?.required) {
        const message = `is missing. Expected ${setting.validator.expected}.`;
        this.problems.push({ key: path, message, commands: setCommands(path), isMissing: true });
        this.unknown.add(path);
      }
    }
    return replaceValues(members, (member, value) => {
      const path = memberPath(name, member);
      const setting = getSetting(path);
      if (setting?.validator.type === "map" && !isOpaque) {
        return this.checkMembers(path, setting, value);
      }
      if (setting !== undefined && !isOpaque) {
        return this.checkValue(path, setting, value, this.raw.secrets.has(path));
      }
      if (setting === undefined) {
        this.problems.push(unknownMember(name, member, members));
      }
      this.unknown.add(path);
      return undefined;
    });
  }

  private checkMap(
    name: string,
    { validator, secret }: Setting,
    variables: Record<string, unknown>,
  ): unknown {
    const isOpaque = this.isOpaque(name, variables);
    if (isOpaque && !secret) {
      const message = `contains an encrypted value, but is shown in plain text. ${name === "extraEnvironment" ? "Move it to extraSecrets." : "Store it in plain text."}`;
      // The names of options have colons.
      const member = validator.item?.type === "map" ? '["<NAMESPACE>"].<NAME>' : ".<NAME>";
      const commands =
        name === "extraEnvironment"
          ? [removeCommand(`${name}.<NAME>`), setSecretCommand("extraSecrets.<NAME>")]
          : [removeCommand(name), placeholderCommand(`${name}${member}`, "value", false)];
      this.report(name, message, commands);
      this.unknown.add(name);
      return undefined;
    }
    const before = this.problems.length;
    const values = replaceValues(variables, (variable, value) => {
      const path = memberPath(name, variable);
      if (validator.name?.isValid(variable) === false) {
        const message = `is not a valid ${validator.name.noun}. Expected ${validator.name.expected}.`;
        this.report(path, message, [removeCommand(path)]);
        return undefined;
      }
      const isEncrypted = isOpaque || this.raw.secrets.has(path);
      const { item = validator } = validator;
      return this.checkValue(path, { validator: item, secret }, item.read?.(value) ?? value, isEncrypted);
    });
    const found = isOpaque ? this.problems.splice(before) : [];
    if (found.length > 0) {
      // If the whole map is one encrypted text, the CLI loses the other variables when it sets one.
      const valid = Object.keys(variables).filter((variable) => validator.name?.isValid(variable));
      const message = found.map((problem) => `${problem.key} ${problem.message}`).join(" ");
      const commands = valid.map((variable) => setSecretCommand(`${name}.${variable}`));
      this.report(name, `has invalid variables. ${message}`, [removeCommand(name), ...commands]);
    }
    return values;
  }

  /** Whether it is not known which members are encrypted: the plan reads it from the file, the engine does not tell. */
  private isOpaque(name: string, members: Record<string, unknown>): boolean {
    const { secrets } = this.raw;
    return secrets.has(name) && !Object.keys(members).some((member) => secrets.has(memberPath(name, member)));
  }

  /** Checks a value, and returns it where the rules between keys can use it. */
  private checkValue(path: string, setting: Setting, value: unknown, isEncrypted: boolean): unknown {
    const { validator, secret = false } = setting;
    const { expected } = validator;
    const isValid = validator.isValid(value);
    if (isValid && isEncrypted === secret) {
      return value;
    }
    if (secret) {
      const message = isEncrypted ? `has an invalid value. Expected ${expected}.` : plainSecret;
      this.report(path, message, [setSecretCommand(path)]);
    } else if (isEncrypted && path.startsWith("extraEnvironment.")) {
      const secretPath = path.replace("extraEnvironment", "extraSecrets");
      const message = "is encrypted, but extraEnvironment is shown in plain text. Move it to extraSecrets.";
      this.report(path, message, [removeCommand(path), setSecretCommand(secretPath)]);
    } else if (isEncrypted) {
      const message = "is encrypted but is not a secret. Store it in plain text.";
      this.report(path, message, replaceCommands(path, validator));
    } else if (path === "environment") {
      this.report(path, `${describeValue(value)}. ${tierChoice}`, setCommands(path));
    } else {
      this.reportWrong(path, validator, value);
    }
    if (isValid && secret) {
      return value;
    }
    this.unknown.add(path);
    return undefined;
  }

  /** Reports the wrong items of a list, or the value itself. */
  private reportWrong(path: string, validator: Validator, value: unknown): void {
    const replaceAll = replaceCommands(path, validator, value);
    const wrong = Array.isArray(value) ? (validator.findWrong?.(value) ?? []) : [];
    for (const item of wrong) {
      const key = path + item.path;
      if (item.validator === undefined) {
        this.report(key, `is not a known key. Expected ${item.names ?? ""}.`, [removeCommand(key)]);
      } else {
        const found =
          item.value === undefined ? "is missing" : describeValue(item.value, item.validator.type);
        const message = `${found}. Expected ${item.validator.expected}.${this.getHint(item.validator, item.value)}`;
        const commands = replaceCommands(key, item.validator, item.value);
        const isRemoved = /\[\d+\]$/.test(item.path) && commands.some(({ verb }) => verb === "rm");
        const others = isRemoved ? replaceItem(path, value, wrong, item, item.validator) : undefined;
        this.report(key, message, others ?? (isRemoved ? replaceAll : commands));
      }
    }
    if (wrong.length === 0) {
      const list: unknown[] = Array.isArray(value) && validator.item !== undefined ? value : [];
      const second = list.findIndex((item, index) => list.indexOf(item) < index);
      if (second >= 0) {
        const key = `${path}[${second}]`;
        this.report(key, `${describeItem(list[second])}, like another item. Remove it.`, [
          removeCommand(key),
        ]);
      } else {
        const message = `${describeValue(value, validator.type)}. Expected ${validator.expected}.${this.getHint(validator, value)}`;
        this.report(path, message, replaceAll);
      }
    }
  }

  private getHint({ type }: Validator, value: unknown): string {
    const isMisread = type === "string" && ["number", "boolean"].includes(typeof value);
    return isMisread ? ` Quote it in Pulumi.${this.raw.stack}.yaml, or set it with --type string.` : "";
  }

  private report(key: string, message: string, commands: readonly Command[]): void {
    this.problems.push({ key, message, commands });
  }
}

/** Replaces each value by what a function returns, and leaves out undefined ones. */
function replaceValues(
  values: Record<string, unknown>,
  replace: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(values).map(([name, value]) => [name, replace(name, value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Describes an item that is valid. */
const describeItem = (value: unknown): string =>
  typeof value === "number" ? `is ${value}` : describeValue(value);

/** Describes a value that is not a secret. Only integers are repeated: other numbers may have been written differently. */
function describeValue(value: unknown, expectedType?: Validator["type"]): string {
  if (typeof value === "number" && !(expectedType === "integer" && Number.isSafeInteger(value))) {
    return expectedType === "integer" ? "is not a valid integer" : "was read as a number";
  }
  if (typeof value === "boolean" && expectedType === "string") {
    return "was read as a boolean";
  }
  if (isRecord(value)) {
    return "is a map";
  }
  if (Array.isArray(value) && value.length === 0) {
    return "is empty";
  }
  const isInList = Array.isArray(value);
  const text = JSON.stringify(value, (_, item: unknown) =>
    isInList && typeof item === "number" ? "(number)" : item,
  );
  // A URL may contain a password.
  const shown = text.replace(/\/\/[^/@\s"]*@/g, "//…@");
  return `is ${shown.length > 100 ? `${shown.slice(0, 97)}…` : shown}`;
}
