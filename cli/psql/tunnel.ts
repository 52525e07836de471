import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { UserError } from "../user-error";

/** Returns a local port that is free. */
export async function findFreePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/**
 * Starts a session that forwards a port, and resolves once it accepts connections. It ends with this process.
 *
 * @returns What ends the session.
 * @throws UserError with the output of the AWS CLI if the session does not start.
 */
export async function openTunnel([command = "", ...args]: string[]): Promise<() => Promise<void>> {
  // In a process group of its own: Ctrl-C in psql cancels a query, and must not end the session.
  const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const interrupt = () => {
    signalGroup(child, "SIGINT");
  };
  process.once("exit", interrupt);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(1));
  }
  let output = "";
  const ready = new Promise<void>((resolve) => {
    const collect = (data: Buffer) => {
      output += data.toString();
      if (output.includes("Waiting for connections")) {
        resolve();
      }
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
  });
  const failed = ended.then(() => {
    throw new UserError(
      `${output.trim()}\nThe session did not start. If AWS denied it, see docs/shell.md for the permissions.`,
    );
  });
  await Promise.race([ready, failed]);
  return async () => {
    process.off("exit", interrupt);
    interrupt();
    const timer = setTimeout(() => {
      signalGroup(child, "SIGKILL");
    }, 5000);
    await ended;
    clearTimeout(timer);
  };
}

/** Sends a signal to the AWS CLI and its plugin, which closes the session at SIGINT. */
function signalGroup({ pid, exitCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null) {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
