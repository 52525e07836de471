import type { PlannedResource } from "../../plan/plan";
import type { PropertyValue } from "../../plan/values";
import { parseJson } from "../../stacks/validators";
import type { Clients } from "../aws-clients";
import type { StateResource } from "../state";

/** What the topics read from. */
export interface Context {
  stack: string;
  project: string;
  region: string;
  /** The stack's configuration as the engine passes it. */
  config: Record<string, string>;
  clients: Clients;
  planned: PlannedResource[];
  /** Empty before the first deployment. */
  state: StateResource[];
  /** The credentials' account and principal. */
  account: string;
  principal: string;
  now: Date;
  /** Looks a domain's name servers up in public DNS. */
  resolveNs: (domain: string) => Promise<string[]>;
}

/** A setting of the project; undefined if it is not set. */
export function getSetting(
  { config, project }: Pick<Context, "config" | "project">,
  key: string,
): string | undefined {
  return config[`${project}:${key}`];
}

/** The members of a setting that is an object. */
export function getGroup(context: Pick<Context, "config" | "project">, key: string): Record<string, unknown> {
  return (parseJson(getSetting(context, key) ?? "{}") ?? {}) as Record<string, unknown>;
}

/** The planned resources of a type: "rds/instance:Instance". */
export function plannedOf({ planned }: Pick<Context, "planned">, type: string): PlannedResource[] {
  return planned.filter((resource) => resource.type === `aws:${type}`);
}

/** A planned value as text; "" if it is not a text or a number. */
export function toText(value: PropertyValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
