import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Writes dist/, the components as npm packs them: JavaScript, types, and the bundle of the first version. */
const root = join(__dirname, "..");
const bootstrap = "beanstalk/bootstrap";
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", "components"], {
  cwd: root,
  stdio: "inherit",
});
cpSync(join(root, "components", bootstrap), join(root, "dist", bootstrap), { recursive: true });
