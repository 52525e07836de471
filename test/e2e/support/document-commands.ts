import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns the commands of a section of a document, with its subsections, as people copy them.
 *
 * @throws Error if there is no such section, or it has no commands.
 */
export function readCommands(document: string, heading: string): string {
  const text = readFileSync(join(__dirname, "../../..", document), "utf8");
  const [, marks = "", section = ""] = new RegExp(`^(##+) ${heading}\n([^]*)`, "m").exec(text) ?? [];
  // A line of a command that begins with one mark is a comment.
  const [own = ""] = section.split(new RegExp(`^#{2,${Math.max(marks.length, 2)}} `, "m"));
  const commands = [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block).join("");
  if (commands === "") {
    throw new Error(`${document} has no commands under "${heading}".`);
  }
  return commands;
}
