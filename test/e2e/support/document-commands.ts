import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns the commands of a section of a document, as people copy them.
 *
 * @throws Error if there is no such section, or it has no commands.
 */
export function readCommands(document: string, heading: string): string {
  const text = readFileSync(join(__dirname, "../../..", document), "utf8");
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const commands = [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block).join("");
  if (commands === "") {
    throw new Error(`${document} has no commands under "${heading}".`);
  }
  return commands;
}
