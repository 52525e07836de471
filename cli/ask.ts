import { readSync } from "node:fs";

/** Asks for a "yes". Reads one line, and leaves the rest of the input to later commands. Its end is a "no". */
export function ask(question: string): boolean {
  process.stdout.write(question);
  const byte = Buffer.alloc(1);
  let answer = "";
  while (readSync(0, byte) === 1 && byte.toString() !== "\n") {
    answer += byte.toString();
  }
  return answer.trim() === "yes";
}
