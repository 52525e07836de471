import { basename } from "node:path";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { readStack } from "../plan/stack-files";
import { type Clients, createClients } from "./aws-clients";
import { callAws } from "./call-aws";
import { projectFolder } from "./command";
import { requireAccount } from "./recover/read-facts";
import { exportState, isDeployed, type StateResource } from "./state";
import { UserError } from "./user-error";

/** A stack that a command changes. */
export interface DeployedStack {
  project: string;
  resources: StateResource[];
  clients: Clients;
}

/** Reads a stack. @throws UserError if it is not deployed, or deployed in another account than that of the credentials. */
export async function readDeployedStack(stack: string): Promise<DeployedStack> {
  const { config, project } = readStack(projectFolder, basename(stack));
  const { resources = [] } = exportState(
    stack,
    `Cannot read the state of ${stack}. Check that you are logged in (npx pulumi whoami).`,
  );
  if (!isDeployed(resources)) {
    throw new UserError(`${stack} is not deployed.`);
  }
  const clients = createClients(config);
  const { Account = "" } = await callAws(
    clients.sts.send(new GetCallerIdentityCommand({})),
    "Nothing was changed.",
  );
  requireAccount(stack, Account, resources);
  return { project, resources, clients };
}
