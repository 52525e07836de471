import { type Environment, tiers } from "../stacks/tiers";
import { isRecord, parseJson } from "../stacks/validators";
import type { StackFile } from "./stack-files";

/** The region of a stack's backups, by its file or its tier; undefined for none. */
export function getBackupRegion({
  project,
  stack,
  config,
}: Pick<StackFile, "project" | "stack" | "config">): string | undefined {
  const environment = config[`${project}:environment`] ?? stack;
  const backup = parseJson(config[`${project}:backup`] ?? "{}");
  const tier = environment in tiers ? tiers[environment as Environment] : undefined;
  const region = (isRecord(backup) ? backup.region : undefined) ?? tier?.backup?.region;
  return typeof region === "string" && region !== "none" ? region : undefined;
}
