import type { ChildProcess } from "node:child_process";

/** What a run of a command gave. */
export interface Result {
  code: number | null;
  /** Standard output and error. */
  output: string;
}

/** Resolves with what a process printed, once it has ended. Rejects if it could not be started. */
export function collectOutput(child: ChildProcess): Promise<Result & { stdout: string }> {
  return new Promise((resolve, reject) => {
    let [output, stdout] = ["", ""];
    child.stdout?.on("data", (data: Buffer) => {
      output += data.toString();
      stdout += data.toString();
    });
    child.stderr?.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, output, stdout });
    });
  });
}
