import type { Clients } from "../aws-clients";
import type { StateResource } from "../state";

/** What the topics read from. */
export interface Context {
  stack: string;
  region: string;
  clients: Clients;
  /** The stack's resources, as its state has them. */
  resources: StateResource[];
  now: Date;
  /** The region that gets the backups by the stack's settings, if there is one. */
  backupRegion?: string | undefined;
  /** Whether the stack sleeps (its setting `sleep`): its database is stopped. */
  isAsleep?: boolean;
}

/** The resources of a type: "rds/instance:Instance". */
export function ofType({ resources }: Pick<Context, "resources">, type: string): StateResource[] {
  return resources.filter((resource) => resource.type === `aws:${type}` && !resource.delete);
}

/** An output as text; "" if there is none. */
export function getOutput({ outputs }: StateResource, name: string): string {
  const value = outputs?.[name];
  return typeof value === "string" ? value : "";
}

/** Name of everything that `eb`, the application or people know by name. */
export function getApplicationName(context: Pick<Context, "resources">): string {
  const [application] = ofType(context, "elasticbeanstalk/application:Application");
  return application === undefined ? "" : getOutput(application, "name");
}
