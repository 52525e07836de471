import { basename } from "node:path";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { readStack } from "../plan/stack-files";
import { type Clients, createClients } from "./aws-clients";
import { callAws } from "./call-aws";
import { projectFolder } from "./command";
import { createNotDeployedError } from "./not-deployed-error";
import { requireAccount } from "./recover/read-facts";
import { exportState, isDeployed, type PendingOperation, type StateResource } from "./state";
import { UserError } from "./user-error";

/** A stack that AWS has, as its file and its state describe it. */
export interface DeployedStack {
  project: string;
  config: Record<string, string>;
  region: string;
  resources: StateResource[];
  /** What Pulumi is doing, or was doing when it was interrupted. */
  pendingOperations: PendingOperation[];
  clients: Clients;
}

/**
 * Reads a stack.
 *
 * @param consequence What it means for the command if AWS cannot be read.
 * @throws UserError if its state cannot be read, it is not deployed, or it is deployed in another account than that of the
 * credentials.
 */
export async function readDeployedStack(
  stack: string,
  consequence = "Nothing was changed.",
): Promise<DeployedStack> {
  // The name may be qualified: organization/stack.
  const { config, project } = readStack(projectFolder, basename(stack));
  const { resources = [], pending_operations: pendingOperations = [] } = exportState(
    stack,
    `Cannot read the state of ${stack}. Check that you are logged in (npx pulumi whoami). If you are: npx beo recover ${stack}`,
  );
  if (!isDeployed(resources)) {
    throw pendingOperations.length === 0
      ? createNotDeployedError(stack)
      : new UserError(
          `The first deployment of ${stack} is running or was interrupted. See what to do: npx beo recover ${stack}`,
        );
  }
  const clients = createClients(config, { stack: basename(stack) });
  const { Account = "" } = await callAws(clients.sts.send(new GetCallerIdentityCommand({})), consequence);
  requireAccount(stack, Account, resources, { profile: config["aws:profile"], consequence });
  return { project, config, region: config["aws:region"] ?? "", resources, pendingOperations, clients };
}
