import { type ChildProcess, spawn } from "node:child_process";
import { UserError } from "../user-error";
import { cleanUpAtEnd } from "./clean-up";

/** A forwarded port. */
interface Tunnel {
  /** The local port, which the Session Manager plugin chooses. */
  port: string;
  /** Ends the session. */
  close: () => Promise<void>;
}

/**
 * Starts a session that forwards a port, and resolves once it accepts connections. It ends with this process,
 * also by a signal.
 *
 * @throws UserError with the output of the AWS CLI if the session does not start.
 */
export async function openTunnel([command = "", ...args]: string[]): Promise<Tunnel> {
  // In a process group of its own: Ctrl-C in psql cancels a query, and must not end the session.
  const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const interrupt = () => {
    signalGroup(child, "SIGINT");
  };
  const cancel = cleanUpAtEnd(interrupt);
  let output = "";
  const opened = new Promise<string>((resolve) => {
    const collect = (data: Buffer) => {
      output += data.toString();
      // https://github.com/aws/session-manager-plugin/blob/mainline/src/sessionmanagerplugin/session/portsession/muxportforwarding.go
      const [, port] = /^Port (\d+) opened for sessionId [^]*^Waiting for connections/m.exec(output) ?? [];
      if (port !== undefined) {
        resolve(port);
      }
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
  });
  const failed = ended.finally(cancel).then((): never => {
    throw new UserError(
      `${output.trim()}\nThe session did not start. If AWS denied it, see docs/shell.md for the permissions.`,
    );
  });
  const port = await Promise.race([opened, failed]);
  const close = async () => {
    cancel();
    interrupt();
    const timer = setTimeout(() => {
      signalGroup(child, "SIGKILL");
    }, 5000);
    await ended;
    clearTimeout(timer);
  };
  return { port, close };
}

/** Runs something while a session forwards a port. */
export async function withTunnel<T>(command: string[], run: (port: string) => Promise<T>): Promise<T> {
  const { port, close } = await openTunnel(command);
  try {
    return await run(port);
  } finally {
    await close();
  }
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
