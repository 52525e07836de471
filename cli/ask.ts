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
  while (readByte(byte) === 1 && byte.toString() !== "\n") {
    answer += byte.toString();
  }
  return answer.trim();
}

/** Milliseconds between two attempts to read. */
const pause = 50;

/** Reads a byte, and waits for it: Pulumi's SDK makes a terminal's input non-blocking. */
function readByte(byte: Buffer): number {
  for (;;) {
    try {
      return readSync(0, byte);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}
