import * as awsVariables from "@pulumi/aws/config/vars";
import { distance } from "fastest-levenshtein";
import { findClose, memberPath, placeholderCommand, removeCommand, removeKeyCommand } from "./commands";
import { setSecretCommand } from "./commands";
import type { RawConfiguration } from "./configuration";
import type { Problem } from "./error";
import { getNames, getSetting } from "./schema";
import { ownTags } from "./tiers";
import { misspelt } from "./unknown-keys";
import { isRecord, parseJson, plainSecret } from "./validators";

/** The AWS provider's keys. The engine itself reads the last two. */
const awsKeys = [...Object.keys(awsVariables), "version", "pluginDownloadURL"];
/** Elastic Beanstalk takes 50 tags and sets three of them (Developer Guide, "Tagging Elastic Beanstalk resources"). */
const maxTags = 47 - ownTags.length;

/** Checks the keys of other namespaces: the AWS provider's, the engine's, and misspelt ones. */
export function checkNamespaces(raw: RawConfiguration): Problem[] {
  return Object.entries(raw.otherKeys).flatMap(([key, text]) => {
    const misspellings = checkSpelling(key, raw);
    const isKnown = misspellings.length === 0 && Object.hasOwn(checks, key);
    return isKnown ? (checks[key]?.(parseJson(text), key, raw) ?? []) : misspellings;
  });
}

function checkSpelling(key: string, { project, values, otherKeys }: RawConfiguration): Problem[] {
  const [space = "", name = ""] = key.split(":");
  // The keys of a project that was renamed; a required key is no other program's.
  const isFormer = ["beo-datastore", "beo-datastore-infrastructure"].includes(space);
  if (distance(space, project) <= 3 || isFormer || getSetting(name)?.required) {
    const meant = getNames().includes(name) ? name : undefined;
    return [misspelt(key, removeKeyCommand(key), meant, values[name], meant && `${project}:${name}`)];
  }
  const [close] = space === "aws" && !awsKeys.includes(name) ? findClose(name, awsKeys) : [];
  const meant = space !== "aws" && distance(space.toLowerCase(), "aws") <= 1 ? name : close;
  return meant === undefined
    ? []
    : [misspelt(key, removeKeyCommand(key), `aws:${meant}`, otherKeys[`aws:${meant}`])];
}

type Check = (value: unknown, key: string, raw: RawConfiguration) => Problem[];

const replace = (key: string, member: string, message: string, expected: string): Problem[] => [
  { key, message, commands: [removeKeyCommand(key), placeholderCommand(`${key}${member}`, expected, true)] },
];
const remove = (key: string, message: string): Problem[] => [
  { key, message, commands: [/[.[]/.test(key) ? removeCommand(key) : removeKeyCommand(key)] },
];

const checkAccounts: Check = (value, key, { otherKeys }) => {
  if (key === "aws:forbiddenAccountIds" && "aws:allowedAccountIds" in otherKeys) {
    return remove(key, "and aws:allowedAccountIds are both set. The AWS provider takes one of them.");
  }
  const isValid = Array.isArray(value) && value.every((id) => /^\d{12}$/.test(String(id)));
  const expected = "a list of AWS account IDs, each of 12 digits in quotes";
  return isValid ? [] : replace(key, "[0]", `has an invalid value. Expected ${expected}.`, "account ID");
};

const checkSecret: Check = (_, key, { secrets }) =>
  secrets.has(key) ? [] : [{ key, message: plainSecret, commands: [setSecretCommand(key)] }];

/** What the program needs of the values of other namespaces, by key. */
const checks: Record<string, Check> = {
  "aws:allowedAccountIds": checkAccounts,
  "aws:forbiddenAccountIds": checkAccounts,
  "aws:secretKey": checkSecret,
  "aws:token": checkSecret,
  "aws:profile": (value, key) =>
    typeof value === "string" && !/^\S(.*\S)?$/.test(value)
      ? remove(key, "is empty, or begins or ends with a space. Expected the name of a profile.")
      : [],
  "aws:assumeRoles": (value, key, { secrets }) => {
    const isRole = (role: unknown) =>
      isRecord(role) && /^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(String(role.roleArn));
    const expected = "a list of maps, each with the roleArn of an IAM role";
    return secrets.has(key) || (Array.isArray(value) && value.every(isRole))
      ? []
      : replace(key, "[0].roleArn", `has an invalid value. Expected ${expected}.`, "ARN of an IAM role");
  },
  "aws:defaultTags": (value, key, { secrets }) => {
    if (secrets.has(key)) {
      return [];
    }
    const { tags = {}, ...others } = isRecord(value) ? value : { others: value };
    if (!isRecord(tags) || Object.keys(others).length > 0) {
      const message = "has an invalid value. Expected a map with the key tags, a map of names and values.";
      return replace(key, ".tags.<NAME>", message, "value");
    }
    const names = Object.keys(tags);
    const added = names.filter((name) => !ownTags.includes(name)).length;
    const count = `has ${added} tags. The maximum is ${maxTags}: Elastic Beanstalk takes 47, of which this program sets ${ownTags.length}.`;
    return [
      ...names.flatMap((name) => checkTag(`${key}.tags`, name, tags[name], names)),
      ...(added > maxTags ? remove(`${key}.tags.<NAME>`, count).map((problem) => ({ ...problem, key })) : []),
    ];
  },
  "pulumi:disable-default-providers": (value, key) =>
    Array.isArray(value) && ["*", "aws", "random"].some((name) => value.includes(name))
      ? remove(key, "disables the default providers of aws and random, which this program uses.")
      : [],
  "pulumi:autonaming": (value, key) =>
    isRecord(value) && ["disabled", "verbatim"].includes(String(value.mode))
      ? remove(key, `has mode ${String(value.mode)}. The program needs generated names that are unique.`)
      : [],
};

/** Checks a default tag against what all services accept that get it (Tagging AWS Resources User Guide; IAM API). */
function checkTag(path: string, name: string, value: unknown, names: readonly string[]): Problem[] {
  const characters = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;
  const twin = [...ownTags, ...names].find(
    (other) => other !== name && other.toLowerCase() === name.toLowerCase(),
  );
  /** Every reason to refuse the tag, and whether it applies. */
  const reasons: Record<string, boolean> = {
    "is set by Elastic Beanstalk itself, so that every preview would show changes. Remove it.":
      name === "Name",
    "begins with a prefix that AWS reserves. Remove it.": /^(aws|elasticbeanstalk):/i.test(name),
    [`differs from the tag ${twin ?? ""} in case only. IAM takes them for one. Remove one.`]:
      twin !== undefined && name !== "Name",
    "has an invalid name. Expected 1 to 128 letters, digits, spaces and any of `_ . : / = + - @`.":
      name === "" || name.length > 128 || !characters.test(name),
    "has an invalid value. Expected text in quotes, at most 256 letters, digits, spaces and any of `_ . : / = + - @`.":
      typeof value !== "string" || value.length > 256 || !characters.test(value),
  };
  const reason = Object.keys(reasons).find((text) => reasons[text]);
  return reason === undefined ? [] : remove(memberPath(path, name), reason);
}
