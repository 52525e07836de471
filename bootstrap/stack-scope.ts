import { join } from "node:path";
import { readStack } from "../plan/stack-files";
import { parseJson } from "../stacks/validators";
import type { Scope } from "./names";
import type { Scope as StackScope } from "./permissions";

/** Returns what the permissions of a stack depend on. Its file has its tier, domains, mail and topics. */
export function getStackScope(
  stack: string,
  { partition, account, region, settings }: Scope,
  folder = join(__dirname, ".."),
): StackScope {
  const { project, config } = readStack(folder, stack);
  const read = (key: string) => config[`${project}:${key}`];
  const mail = parseJson(read("mail") ?? "{}") as { domain?: string; region?: string };
  const { topicArns } = parseJson(read("monitoring") ?? "{}") as { topicArns?: string[] };
  return {
    partition,
    account,
    region,
    project: settings.name,
    environment: read("environment") ?? stack,
    domains: [read("domain"), mail.domain].flatMap((domain) => domain ?? []),
    ...(mail.domain !== undefined && { mailIdentities: [mail.domain] }),
    ...(mail.region !== undefined && { mailRegion: mail.region }),
    ...(topicArns !== undefined && { topicArns }),
  };
}
