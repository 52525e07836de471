import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** The user ids of the application on the instances, and of PostgreSQL on this machine. */
export const applicationUser = 900;

/** Runs a command and returns its standard output. */
export function execute(command: string, args: string[], env: Record<string, string> = {}): string {
  return execFileSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Returns the newest path that matches a shell pattern. */
function find(what: string, pattern: string): string {
  const newest = execute("sh", ["-c", `ls -d ${pattern} 2>/dev/null | sort -V | tail -n 1`]).trim();
  if (newest === "") {
    throw new Error(`There is no ${what}: looked for ${pattern}. See CONTRIBUTING.md.`);
  }
  return newest;
}

/** Returns the programs that the suite needs beside the emulated AWS. */
export function findTools() {
  if (process.getuid?.() !== 0) {
    throw new Error("The suite needs root, for mount namespaces and other users.");
  }
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  return {
    nginx: find("nginx", "/usr/sbin/nginx"),
    postgres: find("PostgreSQL", "/usr/lib/postgresql/*/bin"),
    /** The Python of the Docker image. */
    python36: find("Python 3.6", process.env.PYTHON36 ?? join(versions, "3.6.*/bin/python")),
    /** A Python of a current platform. */
    python: find("Python 3.12 or newer", process.env.PYTHON ?? join(versions, "3.1[2-9].*/bin/python")),
  };
}

/** Creates the virtual environment of the test application, or takes that of an earlier run, and returns its folder. */
export function createVenv(python: string, requirements: string): string {
  const file = join(root, "test/application", requirements);
  const key = createHash("sha256").update(python).update(readFileSync(file)).digest("hex").slice(0, 12);
  const folder = join(root, "node_modules/.cache/overlay", key);
  if (!existsSync(join(folder, "complete"))) {
    mkdirSync(folder, { recursive: true });
    const pip = join(folder, "bin/pip");
    execute(python, ["-m", "venv", "--clear", folder]);
    // As in overlay/docker/Dockerfile; a current Python brings what it needs.
    const isOld = requirements === "requirements.txt";
    execute(
      pip,
      ["install", "--quiet", ...(isOld ? ["pip==21.3.1", "setuptools==57.5.0", "wheel==0.37.1"] : [])].concat(
        isOld ? [] : ["setuptools"],
      ),
    );
    execute(pip, ["install", "--quiet", "--requirement", file, isOld ? "gunicorn==21.2.0" : "gunicorn"], {
      PYCURL_SSL_LIBRARY: "openssl",
    });
    execute("touch", [join(folder, "complete")]);
  }
  return folder;
}

/** Returns a port that is free on this machine. */
export async function getFreePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

/** Waits until a condition holds. @throws Error after some seconds. */
export async function until(
  what: string,
  seconds: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`Waited ${seconds} seconds in vain: ${what}.`);
    }
    await sleep(0.5);
  }
}

export async function sleep(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}
