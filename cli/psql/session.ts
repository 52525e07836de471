import type { Instance } from "../shell/instances";
import type { SessionTarget } from "../shell/deployment";
import { findInstance, getSessionCommand } from "../shell/session";
import type { Database } from "./database";

/**
 * Chooses an instance that reaches the database. Where the database is the problem, none is healthy.
 *
 * @param id The id of the instance. @default a healthy one, or else any that Systems Manager reaches
 */
export function findTunnelInstance(target: SessionTarget, id?: string): Promise<Instance> {
  return findInstance(target, ["web", "worker"], { id, allowsUnhealthy: true });
}

/**
 * Returns the command of a session that forwards a port to a database, through an instance.
 *
 * @param localPort The local port. @default one that the Session Manager plugin chooses
 */
export function getTunnelCommand(
  target: SessionTarget,
  instance: Instance,
  { host, port }: Pick<Database, "host" | "port">,
  localPort?: string,
): string[] {
  return getSessionCommand(target, instance, "AWS-StartPortForwardingSessionToRemoteHost", {
    host: [host],
    portNumber: [port],
    ...(localPort !== undefined && { localPortNumber: [localPort] }),
  });
}
