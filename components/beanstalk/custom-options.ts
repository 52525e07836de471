import * as pulumi from "@pulumi/pulumi";
import { memberPath } from "../argument-names";
import { applicationVariables, looksSecret, programProperties } from "../application-variables";
import type { Fix } from "../argument-rules/context";
import {
  describeOption,
  findNamespaceWith,
  type EnvironmentKind,
  findNamespace,
  findOption,
  isAllowed,
  namespaceNames,
  type NamedNamespace,
  normalizeValue,
} from "./documented-options";
import { findRelationProblems } from "./option-relations";
import type { OptionSettings } from "./option-settings";
import type { CapacityArgs, Web, Worker } from "./arguments";
import type { Platform } from "./platform";
import { findOwner } from "./program-options";

/** Options of an environment that no setting decides, by namespace and name. */
export type CustomOptions = Record<string, Record<string, pulumi.Input<string>>>;

/** What decides which options an environment has. */
export interface OptionsEnvironment {
  group: "web" | "worker";
  /** Undefined where it is not known. */
  kind: EnvironmentKind | undefined;
  /** The platforms of all generations: "Python", "Docker". Undefined where they are not known. */
  platforms: readonly string[] | undefined;
  hasCertificate: boolean;
  /** Undefined where it is not known. */
  maxSize: number | undefined;
}

/** What is wrong with an option, as the rest of a sentence that begins with its path. */
export interface OptionProblem {
  path: string;
  message: string;
  fixes: Fix[];
}

/** Returns the known words that a word may be a misspelling of, the closest first. */
export type FindClose = (word: string, known: readonly string[]) => string[];

/** The values that are known, by namespace and name, with the paths of the namespaces. */
export type KnownOptions = Map<string, { path: string; values: Record<string, string> }>;

const documentation = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html";

const kinds: Record<EnvironmentKind, string> = {
  balanced: "a web environment with a load balancer",
  single: "a single instance",
  worker: "a worker environment",
};

/** Both environments. */
interface Environments {
  web: Web;
  worker: Worker;
  platform: Platform;
  hasCertificate: boolean;
}

/**
 * Finds everything that is wrong with the options of both environments.
 *
 * @param knows Whether the values of arguments are known.
 */
export function findOptionProblems(
  { web, worker, platform, hasCertificate }: Environments,
  knows: (...paths: string[]) => boolean = () => true,
  findClose: FindClose = findSame,
): OptionProblem[] {
  const branches = [platform.branch, platform.previousBranch ?? platform.branch];
  const platforms = knows("platform.branch", "platform.previousBranch")
    ? [...new Set(branches.map(getPlatform))]
    : undefined;
  const find = (
    group: "web" | "worker",
    kind: EnvironmentKind | undefined,
    { options = {}, maxSize }: Web | Worker,
  ) => {
    const knownSize = knows(`${group}.maxSize`) ? maxSize : undefined;
    const environment = { group, kind, platforms, hasCertificate, maxSize: knownSize };
    return knows(`${group}.options`) ? findProblems(options, environment, findClose) : [];
  };
  const webKind = web.singleInstance ? "single" : "balanced";
  return [
    ...find("web", knows("web.singleInstance") ? webKind : undefined, web),
    ...find("worker", "worker", worker),
  ];
}

/** Returns the name of a branch's platform in the table. */
function getPlatform(branch: string): string {
  return branch === "Docker" ? branch : "Python";
}

function findProblems(
  options: CustomOptions,
  environment: OptionsEnvironment,
  findClose: FindClose,
): OptionProblem[] {
  const known: KnownOptions = new Map();
  const given: [string, unknown][] = Object.entries(options);
  const problems = given.flatMap(([key, values]): OptionProblem[] => {
    const path = memberPath(`${environment.group}.options`, key);
    const report = (message: string) => [{ path, message, fixes: [{ remove: path }] }];
    if (values === undefined) {
      return [];
    }
    if (!isMap(values)) {
      return report(`${describeValue(values)}. Expected values by option.`);
    }
    const found = findNamespace(key);
    // `pulumi config rm` leaves an empty map.
    if (found !== undefined && Object.values(values).every((value) => value === undefined)) {
      return [];
    }
    const message = describeNamespace(key, found, environment, findClose);
    if (message !== undefined || found === undefined) {
      return report(message ?? "");
    }
    if (known.has(getId(found))) {
      return report("is set twice, with a colon and with a slash before the name. Remove one of them.");
    }
    const valid: Record<string, string> = {};
    known.set(getId(found), { path, values: valid });
    const set = Object.entries(values).filter(([, value]) => value !== undefined);
    return set.flatMap(([name, value]: [string, unknown]) => {
      const problem = findOptionProblem(path, found, name, value, environment, findClose);
      if (problem === undefined && isScalar(value)) {
        valid[name] = String(value);
      }
      return problem === undefined ? [] : [problem];
    });
  });
  // Where an option is wrong, others that depend on it would be reported, too.
  const isFollowUp = ({ path }: OptionProblem) =>
    [...known.values()].some(
      (namespace) =>
        path.startsWith(namespace.path) &&
        problems.some((problem) => problem.path.startsWith(namespace.path)),
    );
  return [...problems, ...findRelationProblems(known, environment).filter((problem) => !isFollowUp(problem))];
}

/** Returns what is wrong with a namespace as a whole. */
function describeNamespace(
  key: string,
  found: NamedNamespace | undefined,
  { kind, platforms }: OptionsEnvironment,
  findClose: FindClose,
): string | undefined {
  if (found === undefined) {
    const [close] = findClose(key, namespaceNames);
    return `is not a namespace of Elastic Beanstalk's options. ${close === undefined ? `See ${documentation}.` : `Did you mean ${close.replace("*", "<name>")}?`}`;
  }
  const { name, row, isResource } = found;
  if (row.reason !== undefined) {
    return row.reason;
  }
  if (row.loadBalancer !== undefined) {
    return `is for ${row.loadBalancer} Load Balancers. The program has an Application Load Balancer. Remove it.`;
  }
  if (row.platform !== undefined && platforms?.includes(row.platform) === false) {
    return `is for the platform ${row.platform}, but the environment runs ${platforms.join(" and ")}. Remove it.`;
  }
  if (kind !== undefined && row.environments !== undefined && !row.environments.includes(kind)) {
    return describeKind(kind, row.environments);
  }
  // The actions belong to a setting, whatever their names are.
  return name === undefined || isResource || /^[\w-]{1,255}$/.test(name)
    ? undefined
    : `has the name "${name}". Expected letters, digits, hyphens and underscores.`;
}

function describeKind(kind: EnvironmentKind, environments: readonly string[]): string {
  const fix =
    kind === "single" && environments.includes("balanced")
      ? "Remove it, or set web.singleInstance to false."
      : "Remove it.";
  return `is set, but ${kinds[kind]} has no such option. ${fix}`;
}

/** Says what to write in place of an option that a namespace does not have. */
function describeUnknown({ row }: NamedNamespace, name: string, isNamed: boolean, close?: string): string {
  if (!isNamed) {
    return `Expected ${row.expected ?? ""}.`;
  }
  const other = findNamespaceWith(name);
  if (other !== undefined) {
    return `It belongs to ${other.replace("*", "<name>")}.`;
  }
  return close === undefined
    ? `Expected ${Object.keys(row.options ?? {}).join(", ")}.`
    : `Did you mean ${close}?`;
}

function findOptionProblem(
  parent: string,
  namespace: NamedNamespace,
  name: string,
  value: unknown,
  { group, kind }: Pick<OptionsEnvironment, "group" | "kind">,
  findClose: FindClose,
): OptionProblem | undefined {
  const { documentedAs, row } = namespace;
  const path = memberPath(parent, name);
  const option = findOption(namespace, name);
  const remove = { remove: path };
  const isNamed = row.names === undefined || new RegExp(row.names).test(name);
  if (option === undefined || !isNamed) {
    const [close] = isNamed ? findClose(name, Object.keys(row.options ?? {})) : [];
    const right = close !== undefined && isScalar(value) && [{ set: memberPath(parent, close), to: value }];
    return {
      path,
      message: `is not an option of ${namespace.namespace}. ${describeUnknown(namespace, name, isNamed, close)}`,
      fixes: [remove, ...(right || [])],
    };
  }
  const owner = findOwner(group, [namespace.namespace, documentedAs], name);
  if (owner !== undefined && "setting" in owner) {
    const { setting } = owner;
    return setting.startsWith("extra")
      ? { path, ...describeVariable(setting, name, value, remove) }
      : {
          path,
          message: `${describeValue(value)}. Set ${setting} instead.`,
          fixes: [remove, { set: setting }],
        };
  }
  if (owner !== undefined) {
    const shown = /password/i.test(name) ? "is set" : describeValue(value);
    return { path, message: `${shown}. ${owner.reason} Remove it.`, fixes: [remove] };
  }
  if (kind !== undefined && option.environments !== undefined && !option.environments.includes(kind)) {
    return { path, message: describeKind(kind, option.environments), fixes: [remove] };
  }
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return undefined;
  }
  if (isScalar(value) && isAllowed(option, String(value))) {
    return undefined;
  }
  const expected = describeOption(option);
  const [close] = isScalar(value) ? findClose(String(value), option.values ?? []) : [];
  const fix = close === undefined ? { set: path, expected } : { set: path, to: close };
  return {
    path,
    message: `${describeValue(value)}. Expected ${expected}.`,
    fixes: isScalar(value) ? [fix] : [remove, fix],
  };
}

/** Says where a variable belongs, without its value, which may be a secret. */
function describeVariable(
  map: string,
  name: string,
  value: unknown,
  remove: Fix,
): Omit<OptionProblem, "path"> {
  const own = applicationVariables.find((variable) => variable.name === name);
  if (programProperties.has(name) && own?.configurationKey === undefined) {
    return { message: "is set by this program. Remove it.", fixes: [remove] };
  }
  const isSecret = own?.secret ?? looksSecret(name, isScalar(value) ? String(value) : "");
  const setting = own?.configurationKey ?? memberPath(isSecret ? "extraSecrets" : map, name);
  const hint =
    isSecret && map === "extraEnvironment" ? " Treat the value as compromised and set a new one." : "";
  return {
    message: `is a variable of the application. Set ${setting} instead.${hint}`,
    fixes: [remove, { set: setting }],
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** Describes a value that is not a secret. */
function describeValue(value: unknown): string {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return "is set";
  }
  // A URL may contain a password.
  const text = JSON.stringify(value).replace(/\/\/[^/@\s"]*@/g, "//…@");
  return `is ${text.length > 100 ? `${text.slice(0, 97)}…` : text}`;
}

/** Finds words that differ in upper and lower case only. */
function findSame(word: string, known: readonly string[]): string[] {
  return known.filter((one) => one.toLowerCase() === word.toLowerCase());
}

/** Whether options can set an option of one environment to a value that it has. */
export function isCustomOption(group: "web" | "worker", key: string, name: string, value: string): boolean {
  const found = findNamespace(key);
  const environment = { group, kind: undefined };
  return (
    found !== undefined &&
    found.row.loadBalancer === undefined &&
    // The program has listeners on two ports only.
    (found.documentedAs !== "aws:elbv2:listener:*" || ["default", "443"].includes(found.name ?? "")) &&
    findOptionProblem("", found, name, value, environment, findSame) === undefined
  );
}

/** Identifies a namespace with the resource that its options are for, as {@link OptionSettings} does. */
function getId({ namespace, name, isResource }: NamedNamespace): string {
  return isResource ? `${namespace}/${name ?? ""}` : namespace;
}

/**
 * Adds options to those of the program. They override its defaults, and neither what a setting decides nor what the program
 * needs. Those for the platform of another generation are left out.
 */
export function addCustomOptions(
  options: OptionSettings,
  group: "web" | "worker",
  { options: custom = {} }: Pick<CapacityArgs, "options"> = {},
  branch: string,
): OptionSettings {
  const platform = getPlatform(branch);
  const merged = { ...options };
  for (const [key, values] of Object.entries(custom)) {
    const found = findNamespace(key);
    if (found !== undefined && (found.row.platform ?? platform) === platform) {
      const names = [found.namespace, found.documentedAs];
      const own = Object.entries(values)
        .filter(([name]) => findOwner(group, names, name) === undefined)
        .map(([name, value]): [string, pulumi.Input<string>] => [name, formatOption(found, name, value)]);
      merged[getId(found)] = { ...merged[getId(found)], ...Object.fromEntries(own) };
    }
  }
  return merged;
}

/** A configuration may have numbers and booleans. */
function formatOption(
  namespace: NamedNamespace,
  name: string,
  value: pulumi.Input<string>,
): pulumi.Input<string> {
  const format = (text: unknown) => normalizeValue(findOption(namespace, name), String(text));
  return isScalar(value) ? format(value) : pulumi.output(value).apply(format);
}
