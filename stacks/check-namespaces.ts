import * as awsVariables from "@pulumi/aws/config/vars";
import { distance } from "fastest-levenshtein";
import { findClose, removeKeyCommand, setSecretCommand } from "./commands";
import type { RawConfiguration } from "./configuration";
import type { Problem } from "./configuration-error";
import { getNames, getSetting } from "./schema";
import { checkTags } from "./check-tags";
import { ownTags } from "./tiers";
import { misspelt } from "./check-unknown-keys";
import { isRecord, parseJson, plainSecret } from "./validators";

/** The AWS provider's keys. The engine itself reads the last two. */
const awsKeys = [...Object.keys(awsVariables), "version", "pluginDownloadURL"];

/** Checks the keys of other namespaces: the AWS provider's, the engine's, and misspelt ones. */
export function checkNamespaces(raw: RawConfiguration): Problem[] {
  return Object.entries(raw.otherKeys).flatMap(([key, text]) => {
    const misspellings = checkSpelling(key, raw);
    if (misspellings.length > 0) {
      return misspellings;
    }
    if (raw.secrets.has(key)) {
      return [];
    }
    if (["aws:secretKey", "aws:token"].includes(key)) {
      return [{ key, message: plainSecret, commands: [setSecretCommand(key)] }];
    }
    const value = parseJson(text);
    const message = checkValue(key, value, raw);
    const problem = message === undefined ? [] : [{ key, message, commands: [removeKeyCommand(key)] }];
    return key === "aws:defaultTags" && problem.length === 0
      ? // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- checkValue accepted it
        checkTags(`${key}.tags`, (value as { tags: Record<string, unknown> }).tags)
      : problem;
  });
}

/** Returns what is wrong with a value, after its key. */
function checkValue(key: string, value: unknown, { otherKeys }: RawConfiguration): string | undefined {
  const isListOf = (isValid: (item: unknown) => boolean) => Array.isArray(value) && value.every(isValid);
  const isRole = (item: unknown) =>
    isRecord(item) && /^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(String(item.roleArn));
  switch (key) {
    case "aws:forbiddenAccountIds":
    case "aws:allowedAccountIds":
      if (key === "aws:forbiddenAccountIds" && "aws:allowedAccountIds" in otherKeys) {
        return "and aws:allowedAccountIds are both set. The AWS provider takes one of them.";
      }
      return isListOf((id) => /^\d{12}$/.test(String(id)))
        ? undefined
        : "has an invalid value. Expected a list of AWS account IDs, each of 12 digits in quotes.";
    case "aws:assumeRoles":
      return isListOf(isRole)
        ? undefined
        : "has an invalid value. Expected a list of maps, each with the roleArn of an IAM role.";
    case "aws:profile":
      return typeof value === "string" && !/^\S(.*\S)?$/.test(value)
        ? "is empty, or begins or ends with a space. Expected the name of a profile."
        : undefined;
    case "aws:defaultTags":
      return isRecord(value) && isRecord(value.tags) && Object.keys(value).length === 1
        ? undefined
        : "has an invalid value. Expected a map with the key tags, a map of names and values.";
    case "aws:ignoreTags":
      return checkIgnoredTags(value);
    case "pulumi:disable-default-providers":
      return isListOf((name) => !["*", "aws", "random"].includes(String(name)))
        ? undefined
        : "disables the default providers of aws and random, which this program uses.";
    case "pulumi:autonaming":
      return isRecord(value) && ["disabled", "verbatim"].includes(String(value.mode))
        ? `has mode ${String(value.mode)}. The program needs generated names that are unique.`
        : undefined;
  }
}

/** Checks the tags that the provider leaves alone, such as those that were set by hand. */
function checkIgnoredTags(value: unknown): string | undefined {
  const lists = isRecord(value) ? Object.entries(value) : [];
  const isTexts = (list: unknown): list is string[] =>
    Array.isArray(list) && list.length > 0 && list.every((text) => typeof text === "string" && text !== "");
  if (
    lists.length === 0 ||
    !lists.every(([key, list]) => ["keys", "keyPrefixes"].includes(key) && isTexts(list))
  ) {
    return "has an invalid value. Expected a map with the key keys, keyPrefixes or both, each a list of texts.";
  }
  const ignored = lists.flatMap(([key, list]) => (isTexts(list) ? list.map((text) => ({ key, text })) : []));
  const own = ownTags.find((tag) =>
    ignored.some(({ key, text }) => (key === "keys" ? tag === text : tag.startsWith(text))),
  );
  return own && `contains the tag ${own}, which this program sets.`;
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
