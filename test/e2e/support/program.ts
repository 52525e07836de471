import { cpSync } from "node:fs";
import { join } from "node:path";
import { Workspace } from "./workspace";

/** A workspace whose program is a folder of test/e2e instead of the stack's, with a stack dev in us-west-1. */
export async function createProgram(
  folder: string,
  plugins: string[] = [],
  variables: NodeJS.ProcessEnv = {},
): Promise<Workspace> {
  const workspace = new Workspace(variables, plugins);
  const program = join(__dirname, "..", folder);
  cpSync(program, join(workspace.folder, "test/e2e", folder), { recursive: true });
  cpSync(join(program, "Pulumi.yaml"), join(workspace.folder, "Pulumi.yaml"));
  await workspace.init("dev");
  await workspace.succeed("config", "set", "aws:region", "us-west-1", "--stack", "dev");
  return workspace;
}
