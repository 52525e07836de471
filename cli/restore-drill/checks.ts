import type { Database } from "../psql/database";
import { getTunnelCommand } from "../psql/session";
import { withTunnel } from "../psql/tunnel";
import { UserError } from "../user-error";
import { compare, type Outcome } from "./compare";
import { connectToRestored, waitUntilAvailable } from "./database";
import type { DrillPlace, Original } from "./facts";
import type { Interrupts } from "./interrupts";
import { findMissingFiles } from "./objects";
import { type Connection, readContents, sampleFiles } from "./read-contents";

/** What a drill checks. */
export interface CheckArgs {
  place: DrillPlace;
  original: Original;
  recoveryPoint: string;
  /** How many files to look for. */
  sample: number;
  interrupts: Interrupts;
}

/** Compares the restored database with the original, through an instance, and looks for its files. */
export async function runChecks({
  place,
  original,
  recoveryPoint,
  sample,
  interrupts,
}: CheckArgs): Promise<Outcome> {
  const { clients, identifier } = place;
  const restored = await waitUntilAvailable(clients, identifier);
  const host = restored.Endpoint?.Address;
  if (host === undefined) {
    throw new UserError(`${identifier} has no endpoint.`);
  }
  const found = await connect(original, { ...original.database, host }, async (connection) => {
    const usable = await connectToRestored(clients, restored, connection);
    interrupts.check();
    console.error(`Reading the tables of ${identifier} …`);
    const contents = await readContents(usable, recoveryPoint);
    interrupts.check();
    return { contents, sample: await sampleFiles(usable, sample) };
  });
  interrupts.check();
  console.error(`Reading the tables of ${original.instance.DBInstanceIdentifier ?? ""} …`);
  const contents = await connect(original, original.database, (connection) =>
    readContents(connection, recoveryPoint),
  );
  interrupts.check();
  return compare({
    original: contents,
    restored: found.contents,
    recoveryPoint,
    comparedAt: new Date(),
    files: {
      checked: found.sample.files.length,
      missing: await findMissingFiles(clients, original.mediaBucket, found.sample.files),
      leftOut: found.sample.leftOut,
    },
  });
}

/** Forwards a port to a database while something connects to it. */
function connect<T>(
  { session: { target, instance } }: Original,
  database: Database,
  act: (connection: Connection) => Promise<T>,
): Promise<T> {
  return withTunnel(getTunnelCommand(target, instance, database), (port) => act({ database, port }));
}
