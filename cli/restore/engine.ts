import { spawnSync } from "node:child_process";
import { projectFolder } from "../command";
import { getPreviewErrors, type Preview, readPreview } from "../preview";
import { findExecutable, type PulumiError, runPulumi } from "../pulumi";
import { exportState } from "../state";
import { reveal } from "../psql/database";
import { parseJson } from "../../stacks/validators";
import { UserError } from "../user-error";
import type { UpdatePreview } from "./update";

/** What a restore needs of Pulumi. */
export interface Engine {
  /** Returns the state, its secrets encrypted. */
  exportState: () => string;
  importState: (text: string) => void;
  /** Returns the master user's password in the state; undefined where the state has none. */
  readPassword: () => string | undefined;
  /** Previews an update, of all resources or without the one with a URN. */
  preview: (without?: string) => UpdatePreview;
  /** Updates the stack in this terminal, and refreshes it. */
  update: () => void;
}

/** Creates the engine of a stack: the Pulumi CLI. */
export function createEngine(stack: string): Engine {
  const run = (args: string[], problem: string, input = "") => {
    try {
      return runPulumi([...args, "--stack", stack], input);
    } catch (error) {
      const { stderr = "" } = error as PulumiError;
      throw new UserError(`${stderr}${problem}`, { cause: error });
    }
  };
  return {
    exportState: () =>
      run(
        ["stack", "export"],
        `Cannot read the state of ${stack}. Check that you are logged in: npx pulumi whoami`,
      ),
    importState: (text) => {
      run(
        ["stack", "import"],
        `The state was not changed. If it is locked by a process that was killed: npx pulumi cancel ${stack}. Then run the command again: it goes on where it stopped.`,
        text,
      );
    },
    readPassword: () => {
      const { resources = [] } = exportState(stack, `Cannot decrypt the state of ${stack}.`, true);
      const database = resources.find(
        ({ type, delete: isReplaced }) => type === "aws:rds/instance:Instance" && !isReplaced,
      );
      const password = reveal(database?.outputs?.password);
      return typeof password === "string" && password !== "" ? password : undefined;
    },
    preview: (without) => {
      try {
        return readPreview(stack, ...(without === undefined ? [] : ["--exclude", without]));
      } catch (error) {
        const { stdout = "", stderr = "" } = error as PulumiError;
        const { steps = [] } = parseJson(stdout) as Partial<Preview>;
        const messages = [...getPreviewErrors(stdout), stderr].map((message) => message.trim());
        return { steps, error: messages.find((message) => message !== "") ?? (error as Error).message };
      }
    },
    update: () => {
      const { status } = spawnSync(
        findExecutable("pulumi") ?? "pulumi",
        ["up", "--refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack],
        { cwd: projectFolder, stdio: ["ignore", "inherit", "inherit"] },
      );
      if (status !== 0) {
        throw new UserError(
          `The update failed. The application uses the restored database. Solve what the update reports, then run the command again: it goes on where it stopped.`,
        );
      }
    },
  };
}
