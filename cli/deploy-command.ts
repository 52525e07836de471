import { getDeployCommand } from "../components/deploy-command";
import { readStack } from "../plan/stack-files";
import { isRecord, parseJson } from "../stacks/validators";
import { projectFolder } from "./command";

/** Formats the deployment of the application to an environment, by the time limits of the stack's file. */
export function formatDeploy(environment: string, stack: string): string {
  const { project, config } = readStack(projectFolder, stack);
  return formatDeployWith(
    environment,
    Object.fromEntries(["web", "worker"].map((group) => [group, config[`${project}:${group}`] ?? "{}"])),
  );
}

/** Formats the deployment of the application to an environment, by a configuration with keys without namespace. */
export function formatDeployWith(
  environment: string,
  configuration: Readonly<Record<string, string>>,
): string {
  const read = (group: string, name: string): number | undefined => {
    const values = parseJson(configuration[group] ?? "{}");
    const value = isRecord(values) ? values[name] : undefined;
    return typeof value === "number" ? value : undefined;
  };
  return getDeployCommand(environment, {
    taskTimeLimit: read("worker", "taskTimeLimit"),
    uploadLimit: read("web", "uploadLimit"),
  });
}
