import { execFileSync } from "node:child_process";
import { hostname } from "node:os";

/** A lock of a stack, as the CLI writes it. */
export interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/**
 * Whether the process that holds a lock still runs; undefined if it is on another machine.
 *
 * @param command What the name of the process contains.
 */
export function isAlive({ pid, hostname: host }: Lock, command = "pulumi"): boolean | undefined {
  if (host !== hostname()) {
    return undefined;
  }
  try {
    const line = execFileSync("ps", ["-p", String(pid), "-o", "stat=", "-o", "comm="], { encoding: "utf8" });
    // The number may belong to another process by now. In a container, a process that was killed can stay as a zombie (Z).
    return /^\s*[^Z\s]\S*\s/.test(line) && line.includes(command);
  } catch {
    return false;
  }
}

/** Formats who holds a lock: "process 4711 of alice on laptop, since 2026-11-24T10:00:00Z". */
export function formatHolder({ pid, username, hostname: host, timestamp }: Lock): string {
  return `process ${pid} of ${username} on ${host}, since ${timestamp}`;
}
