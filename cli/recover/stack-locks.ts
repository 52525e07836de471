import { basename } from "node:path";
import { readStack } from "../../plan/stack-files";
import { createBackendClient } from "../aws-clients";
import { projectFolder } from "../command";
import { readLocks } from "./backend";
import type { Lock } from "./locks";

/** Reads the locks of a stack with the credentials of its backend, as the CLI would. */
export function readStackLocks(stack: string, backendUrl: string): Promise<Lock[]> {
  const { config, project } = readStack(projectFolder, basename(stack));
  return readLocks(backendUrl, project, basename(stack), createBackendClient(config));
}
