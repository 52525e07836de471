import type { Database } from "../psql/database";
import { openTunnel } from "../psql/tunnel";
import { getSessionCommand } from "../shell/session";
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
  const found = await withTunnel(original, { ...original.database, host }, async (connection) => {
    const usable = await connectToRestored(clients, restored, connection);
    interrupts.check();
    console.error(`Reading the tables of ${identifier} …`);
    const contents = await readContents(usable, recoveryPoint);
    interrupts.check();
    return { contents, sample: await sampleFiles(usable, sample) };
  });
  interrupts.check();
  console.error(`Reading the tables of ${original.instance.DBInstanceIdentifier ?? ""} …`);
  const contents = await withTunnel(original, original.database, (connection) =>
    readContents(connection, recoveryPoint),
  );
  interrupts.check();
  return compare({
    original: contents,
    restored: found.contents,
    recoveryPoint,
    files: {
      checked: found.sample.files.length,
      missing: await findMissingFiles(clients, original.mediaBucket, found.sample.files),
      leftOut: found.sample.leftOut,
    },
  });
}

/** Forwards a port to a database while something connects to it. */
async function withTunnel<T>(
  { session: { target, instance } }: Original,
  database: Database,
  act: (connection: Connection) => Promise<T>,
): Promise<T> {
  const command = getSessionCommand(target, instance, "AWS-StartPortForwardingSessionToRemoteHost", {
    host: [database.host],
    portNumber: [database.port],
  });
  const { port, close } = await openTunnel(command);
  try {
    return await act({ database, port });
  } finally {
    await close();
  }
}
