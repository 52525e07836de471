import { closeSync, constants, openSync, readSync } from "node:fs";
import { isatty } from "node:tty";

/**
 * Asks for a "yes".
 *
 * @param options.hasYes Whether --yes answers the question.
 */
export function ask(question: string, { hasYes = true } = {}): boolean {
  const answer = readAnswer(question);
  if (answer === undefined) {
    console.log(
      `There was no answer: standard input has ended. ${hasYes ? "Without a terminal, add --yes." : "Run the command in a terminal: --yes does not answer this question."}`,
    );
    return false;
  }
  if (!["yes", "no", ""].includes(answer)) {
    console.log('Only "yes" goes on.');
  }
  return answer === "yes";
}

/**
 * Asks for an answer. In a terminal, what was typed or pasted before the question is no answer. Of other input it reads one
 * line, and leaves the rest to later commands. The end of the input is an empty answer.
 */
export function askForLine(question: string): string {
  return readAnswer(question) ?? "";
}

/** Returns undefined at the end of the input. */
function readAnswer(question: string): string | undefined {
  discardTyped();
  process.stdout.write(question);
  const byte = Buffer.alloc(1);
  let answer = "";
  for (;;) {
    if (readByte(byte) !== 1) {
      process.stdout.write("\n");
      return answer === "" ? undefined : answer.trim();
    }
    if (byte.toString() === "\n") {
      break;
    }
    answer += byte.toString();
  }
  return answer.trim();
}

/** Reads the lines that wait in the terminal. */
function discardTyped(): void {
  if (!isatty(0)) {
    return;
  }
  let terminal: number | undefined;
  try {
    terminal = openSync("/dev/tty", constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(4096);
    while (readSync(terminal, buffer) > 0) {
      // Until there is no more.
    }
  } catch {
    // No more, or a system without this device.
  } finally {
    if (terminal !== undefined) {
      closeSync(terminal);
    }
  }
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
