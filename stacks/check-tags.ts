import { memberPath, removeCommand } from "./commands";
import type { Problem } from "./configuration-error";
import { ownTags } from "./tiers";

/** Elastic Beanstalk takes 50 tags and sets three of them (Developer Guide, "Tagging Elastic Beanstalk resources"). */
const maxTags = 47 - ownTags.length;

/**
 * Checks the tags at a path of the configuration against what all services accept that get them (Tagging AWS Resources User
 * Guide; IAM API).
 */
export function checkTags(path: string, tags: Record<string, unknown>): Problem[] {
  const names = Object.keys(tags);
  const added = names.filter((name) => !ownTags.includes(name)).length;
  const message = `has ${added} tags. The maximum is ${maxTags}: Elastic Beanstalk takes 47, of which this program sets ${ownTags.length}.`;
  const count = { key: path.replace(/\.tags$/, ""), message, commands: [removeCommand(`${path}.<NAME>`)] };
  const problems = names.flatMap((name, index) => {
    const key = memberPath(path, name);
    const reason = checkTag(name, tags[name], names.slice(0, index));
    return reason === undefined ? [] : [{ key, message: reason, commands: [removeCommand(key)] }];
  });
  return added > maxTags ? [...problems, count] : problems;
}

function checkTag(name: string, value: unknown, before: readonly string[]): string | undefined {
  const characters = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;
  const twin = [...ownTags, ...before].find(
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
  return Object.keys(reasons).find((text) => reasons[text]);
}
