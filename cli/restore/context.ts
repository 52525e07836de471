import { createHash } from "node:crypto";
import type { DBInstance } from "@aws-sdk/client-rds";
import { paginateDescribeDBInstances } from "@aws-sdk/client-rds";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { collect } from "../recover/existing";
import { getOutput } from "../status/context";
import { UserError } from "../user-error";
import type { Engine } from "./engine";
import { createPause } from "./pause";
import { findInstances, getPosition, type Instances, type Position } from "./position";
import { getDatabaseResource, type StateFile } from "./state-edit";
import type { Comparison } from "./verify";

/** What a restore works with. Tests replace what is outside of it. */
export interface Context {
  stack: string;
  /** The region of the stack. The commands that are printed name it. */
  region: string;
  clients: Pick<Clients, "rds">;
  engine: Engine;
  /** Asks for a "yes". */
  confirm: (question: string) => boolean;
  /** Whether a person answers the questions: not with --yes. */
  isAttended: boolean;
  /** Asks for a "yes" to what --yes does not include. */
  confirmDeletion: (question: string) => boolean;
  print: (text: string) => void;
  /** Waits between two looks at AWS. */
  pause: () => Promise<unknown>;
  /** Keeps a copy of the state, and returns where. If that fails, the error ends with the consequence. */
  keepState: (name: string, text: string, consequence: string) => string;
  /** Returns the copies of this stack's states that are on this machine, the newest first. */
  readKeptStates: () => string[];
  /** Compares the rows of the restored instance with those of the current one. */
  verify: (current: DBInstance, restored: DBInstance) => Promise<Comparison>;
  /** Says which commands `verify` lacks: a restore takes long, and is not begun for nothing. */
  describeMissingTools: () => string | undefined;
  /** Refuses to begin while something else changes the stack. */
  requireQuiet: () => Promise<void>;
  now: () => Date;
}

/** How far a restore is. */
export interface Status {
  position: Position;
  instances: Instances;
}

/** What is true whenever a call failed. */
export const resume = "Run the command again: it goes on where it stopped.";

/** Reads how far a restore is, from the state and AWS. Waits while RDS renames an instance. */
export async function readStatus(context: Context): Promise<Status> {
  const { stack, region, engine } = context;
  const state = JSON.parse(engine.exportState()) as StateFile;
  const database = getDatabaseResource(stack, state);
  if ((state.deployment?.pending_operations ?? []).length > 0) {
    throw new UserError(
      `An update of ${stack} was interrupted. Recover from it first: npx beo recover ${stack}`,
    );
  }
  const pause = createPause(context);
  for (;;) {
    const all = await readInstances(context);
    const instances = findInstances(all, database.id, getOutput(database, "identifier"));
    const { current, restored, old } = instances;
    const renamed = [current, restored, old].find((instance) => instance && isRenamed(instance));
    if (renamed === undefined) {
      return { position: getPosition({ stack, region }, database.id, instances), instances };
    }
    await pause(`${renamed.DBInstanceIdentifier ?? ""} is being renamed`, describeRename(context, renamed));
  }
}

/** Reads the instances of the region. */
export function readInstances({ clients }: Pick<Context, "clients">): Promise<DBInstance[]> {
  const pages = paginateDescribeDBInstances({ client: clients.rds() }, {});
  return callAws(
    collect(pages, ({ DBInstances }) => DBInstances),
    resume,
  );
}

function isRenamed({ DBInstanceStatus, PendingModifiedValues }: DBInstance): boolean {
  return DBInstanceStatus === "renaming" || PendingModifiedValues?.DBInstanceIdentifier !== undefined;
}

/** What the names of the copies of a stack's states begin with. The digest comes next. */
export const getStatePrefix = (stack: string) => `state-${stack.replaceAll("/", "-")}-`;

/** Says how a renaming ends that does not end by itself: it waits for the maintenance window, or RDS cannot do it. */
export function describeRename(
  { region }: Pick<Context, "region">,
  { DBInstanceIdentifier: from = "", PendingModifiedValues }: DBInstance,
): string {
  const to = PendingModifiedValues?.DBInstanceIdentifier;
  return to === undefined
    ? `${from} is being renamed. See why that does not end: aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${from}. ${resume}`
    : `${from} waits for its maintenance window to get the name ${to}. Rename it now: aws rds modify-db-instance --region ${region} --db-instance-identifier ${from} --new-db-instance-identifier ${to} --apply-immediately. ${resume}`;
}

/**
 * Keeps a copy of a state, under a name that a second run gives it too.
 *
 * @param consequence What holds if the copy cannot be written.
 */
export function backUpState({ stack, engine, keepState, print }: Context, consequence: string): string {
  const text = engine.exportState();
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const file = keepState(`${getStatePrefix(stack)}${digest}.json`, text, consequence);
  print(`The state is kept in ${file}. Its secrets are encrypted.`);
  return text;
}
