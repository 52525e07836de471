import { readSync } from "node:fs";

/** Asks for a "yes". */
export function ask(question: string): boolean {
  return askForLine(question) === "yes";
}

/** Asks for an answer. Reads one line, and leaves the rest of the input to later commands. Its end is an empty answer. */
export function askForLine(question: string): string {
  process.stdout.write(question);
  const byte = Buffer.alloc(1);
  let answer = "";
  while (readSync(0, byte) === 1 && byte.toString() !== "\n") {
    answer += byte.toString();
  }
  return answer.trim();
}
