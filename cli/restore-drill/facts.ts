import { basename } from "node:path";
import type { DBInstance } from "@aws-sdk/client-rds";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { readStack } from "../../plan/stack-files";
import { type Clients, createBackendClient, createClients } from "../aws-clients";
import { callAws } from "../call-aws";
import { projectFolder } from "../command";
import { type Database, getDatabase } from "../psql/database";
import { findTunnelInstance } from "../psql/session";
import { requireAccount } from "../recover/read-facts";
import { getSessionTarget, readResources, type SessionTarget } from "../shell/deployment";
import type { Instance } from "../shell/instances";
import { requireTools } from "../shell/tools";
import { getOutput, ofType } from "../status/context";
import { UserError } from "../user-error";
import { findDatabase, getRecoveryPoint } from "./database";
import { drillTag, getDrillIdentifier } from "./program";
import type { Place } from "./stack";

/** Where a drill takes place. */
export interface DrillPlace extends Place {
  clients: Clients;
  /** The account of the credentials. */
  account: string;
  /** Identifier of the throw-away database. */
  identifier: string;
  /** The throw-away database that an earlier drill left. */
  left?: DBInstance;
  tags: Record<string, string>;
}

/** What a drill restores, and compares with what is restored. */
export interface Original {
  instance: DBInstance;
  /** How the application connects. */
  database: Database;
  mediaBucket: string;
  /** Through which instance psql connects. */
  session: { target: SessionTarget; instance: Instance };
}

/** Reads where the drill takes place, without the original's state: its stack may be destroyed. */
export async function readPlace(stack: string): Promise<DrillPlace> {
  const { config, project, secretKeys } = readStack(projectFolder, basename(stack));
  const [name = "", environment = basename(stack)] = ["name", "environment"].map(
    (key) => config[`${project}:${key}`],
  );
  const applicationName = `${name}-${environment}`;
  const clients = createClients(config, { stack: basename(stack) });
  const { Account: account = "" } = await callAws(
    clients.sts.send(new GetCallerIdentityCommand({})),
    "Nothing was changed.",
  );
  const identifier = getDrillIdentifier(applicationName);
  const left = await findDatabase(clients, identifier);
  if (left !== undefined && getRecoveryPoint(left) === undefined) {
    throw new UserError(
      `There is a database ${identifier}, which is not a drill's: it has no tag ${drillTag}. Rename or delete it. Nothing was changed.`,
    );
  }
  return {
    stack,
    applicationName,
    account,
    identifier,
    clients,
    s3: createBackendClient(config),
    config: Object.fromEntries(
      Object.entries(config).filter(([key]) => key.startsWith("aws:") && !secretKeys.includes(key)),
    ),
    tags: { Project: name, Environment: environment },
    ...(left && { left }),
  };
}

/**
 * Reads the original, and chooses the instance through which psql connects.
 *
 * @throws UserError if it is not deployed, sleeps, or cannot be reached.
 */
export async function readOriginal(
  { stack, clients, account, config }: DrillPlace,
  instanceId?: string,
): Promise<Original> {
  requireTools("aws", "session-manager-plugin", "psql");
  console.error(`Reading the state of ${stack} …`);
  const resources = readResources(stack, { showSecrets: true });
  const target = getSessionTarget(stack, resources);
  requireAccount(stack, account, resources, { profile: config["aws:profile"] });
  const database = getDatabase(stack, resources, {});
  const [inState] = ofType({ resources }, "rds/instance:Instance");
  const instance = inState && (await findDatabase(clients, getOutput(inState, "identifier")));
  if (instance === undefined) {
    throw new UserError(
      `The database of ${stack} does not exist. See what happened: npx beo recover ${stack}`,
    );
  }
  if (["stopped", "stopping"].includes(instance.DBInstanceStatus ?? "")) {
    throw new UserError(
      `${stack} sleeps: its database is ${instance.DBInstanceStatus ?? ""}. The drill compares the restored database with it. Wake the stack first: npx beo wake ${stack}`,
    );
  }
  const [program] = resources.filter(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    instance,
    database,
    mediaBucket: program === undefined ? "" : getOutput(program, "mediaBucketName"),
    session: { target, instance: await findTunnelInstance(target, instanceId) },
  };
}
