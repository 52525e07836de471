import { basename } from "node:path";
import { readStack } from "../../plan/stack-files";
import { createClients } from "../aws-clients";
import { projectFolder } from "../command";
import { readLocks } from "./backend";
import type { Lock } from "./locks";

/** Reads the locks of a stack with the credentials of its backend, as the CLI would. */
export function readStackLocks(stack: string, backendUrl: string): Promise<Lock[]> {
  const { config, project } = readStack(projectFolder, basename(stack));
  // A profile in the stack's file is for its resources.
  const { "aws:profile": _, ...settings } = config;
  return readLocks(backendUrl, project, basename(stack), createClients(settings).s3);
}
