import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const packages = ["awsebcli==3.27.5", "awscli==1.46.3"];

/**
 * Returns the folder of `eb` and `aws`, which are installed on first use.
 *
 * @throws Error if there is no Python, or its packages cannot be installed.
 */
export function installCommandLines(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "beo-datastore");
  const folder = join(cache, packages.join("-").replaceAll("==", "-"));
  if (!existsSync(join(folder, "bin/eb"))) {
    mkdirSync(cache, { recursive: true });
    const unfinished = mkdtempSync(join(cache, "command-lines-"));
    try {
      execFileSync("python3", ["-m", "venv", unfinished], { stdio: "pipe" });
      // Scripts name their interpreter: they are installed once the folder has its final name.
      renameSync(unfinished, folder);
      execFileSync(join(folder, "bin/python"), ["-m", "pip", "install", "--quiet", ...packages], {
        stdio: "pipe",
      });
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`python3 cannot install ${packages.join(" and ")}.`, { cause: error });
    }
  }
  return join(folder, "bin");
}
