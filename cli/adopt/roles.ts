import { getAddress } from "../../components/names";
import { isRecord, parseJson } from "../../stacks/validators";
import type { PlannedResource } from "../../plan/plan";
import type { AddressRecord } from "./address";
import { pointsTo } from "./address";
import { answersItself, getHosts } from "./environments";
import type { ExistingEnvironment, Survey } from "./survey";

export type Role = ExistingEnvironment["role"];
export const roles = ["web", "worker"] as const;

/** The environments that exist, by what adoption does with them. */
export interface Environments {
  /** The program's own: created by it, imported, or about to be. */
  own: Partial<Record<Role, ExistingEnvironment>>;
  /** Those that cannot be taken over, whose place the program's take. */
  old: ExistingEnvironment[];
  /** Others that use the same database; adoption leaves them alone. */
  others: ExistingEnvironment[];
  /** The old web environment that has the address. */
  serving?: ExistingEnvironment;
}

/** The type of an Elastic Beanstalk environment. */
export const environmentType = "aws:elasticbeanstalk/environment:Environment";

/** The planned environment of a role. */
export function getPlannedEnvironment(
  { planned }: Pick<Survey, "planned">,
  role: Role,
): PlannedResource | undefined {
  const tier = role === "web" ? "WebServer" : "Worker";
  return planned.find(({ type, inputs }) => type === environmentType && inputs.tier === tier);
}

/** The planned database. */
export function getPlannedDatabase({ planned }: Pick<Survey, "planned">): PlannedResource | undefined {
  return planned.find(({ type }) => type === "aws:rds/instance:Instance");
}

/** The host name that the configuration gives to the program's web environment. */
export function getOwnHost(survey: Survey): string {
  const planned = getPlannedEnvironment(survey, "web")?.inputs.cnamePrefix;
  const prefixes = [planned, getMember(survey, "web", "cnamePrefix"), survey.applicationName];
  const prefix = prefixes.find((value) => typeof value === "string" && !value.startsWith("[")) as string;
  return getAddress(prefix, survey.region);
}

/** A member of a group of settings. */
export function getMember({ configuration }: Survey, group: string, name: string): unknown {
  const members = parseJson(configuration[group] ?? "{}");
  return isRecord(members) ? members[name] : undefined;
}

/** A list in a group of settings. */
export function getList(survey: Survey, group: string, name: string): unknown[] {
  const list = getMember(survey, group, name);
  return Array.isArray(list) ? list : [];
}

/** Sorts the existing environments. */
export function sortEnvironments(survey: Survey, records: readonly AddressRecord[]): Environments {
  const takenOver = new Set(survey.resources.map(({ id }) => id));
  const isOwn = (environment: ExistingEnvironment) =>
    environment.isManaged || (environment.reasons.length === 0 && takenOver.has(environment.id));
  const own: Environments["own"] = {};
  for (const role of roles) {
    const found = survey.environments.find((environment) => environment.role === role && isOwn(environment));
    if (found !== undefined) {
      own[role] = found;
    }
  }
  const rest = survey.environments.filter((environment) => !isOwn(environment));
  const oldWeb = hasAddress(survey, own.web, rest) ? [] : findOld(survey, rest, own, "web", records);
  const oldWorker = findOld(survey, rest, own, "worker", records, oldWeb.length > 0);
  const old = [...oldWeb, ...oldWorker];
  const serving = findServing(survey, oldWeb, records);
  return {
    own,
    old,
    others: rest.filter((environment) => !old.includes(environment) && usesDatabase(survey, environment)),
    ...(serving !== undefined && { serving }),
  };
}

/** The environments whose place new ones take: of each role the one that serves the application. */
export function getReplaced({ own, old, serving }: Environments): ExistingEnvironment[] {
  const inOrder = [...(serving === undefined ? [] : [serving]), ...old];
  return roles.flatMap((role) =>
    own[role] === undefined ? (inOrder.find((environment) => environment.role === role) ?? []) : [],
  );
}

/**
 * The environments of a role that the program's environment takes the place of: those with the guide's name or the
 * address. Where none has, it is the only one that uses the database, until its successor has taken over.
 */
function findOld(
  survey: Survey,
  rest: readonly ExistingEnvironment[],
  own: Environments["own"],
  role: Role,
  records: readonly AddressRecord[],
  isBesideOldWeb = false,
): ExistingEnvironment[] {
  const name = role === "web" ? survey.applicationName : `${survey.applicationName}-worker`;
  const candidates = rest.filter(
    (environment) =>
      environment.role === role && (environment.name === name || usesDatabase(survey, environment)),
  );
  const hosts = role === "web" ? getKnownHosts(survey) : [];
  const known = candidates.filter(
    (environment) =>
      environment.name === name ||
      hosts.includes(environment.cname?.toLowerCase() ?? "") ||
      records.some((record) => pointsTo(record, environment.cname)),
  );
  const isOpen = own[role] === undefined || (own[role].isManaged && isBesideOldWeb);
  const isOnly = candidates.length === 1 && isOpen;
  return known.length > 0 ? known : isOnly ? candidates : [];
}

/**
 * Whether an environment that is taken over has the address already, such as a clone after a swap: the other ones answer to
 * it. Where the program's environment got it by the adoption's own swap, the third step has added it to the hosts.
 */
function hasAddress(
  survey: Survey,
  web: ExistingEnvironment | undefined,
  rest: readonly ExistingEnvironment[],
): boolean {
  const host = web?.cname?.toLowerCase();
  const isFormer = getList(survey, "web", "additionalHosts").includes(host);
  return (
    host !== undefined && !isFormer && rest.some((one) => one.role === "web" && getHosts(one).includes(host))
  );
}

/** The hosts that an old web environment has: its first one, or after a swap the new environment's. */
function getKnownHosts(survey: Survey): string[] {
  const { planned, region, applicationName } = survey;
  const hosts = getAllowedHosts({ planned });
  return [...hosts, getAddress(applicationName, region)];
}

/** The hosts that Django answers to in the program's web environment. */
export function getAllowedHosts({ planned }: Pick<Survey, "planned">): string[] {
  const web = getPlannedEnvironment({ planned }, "web");
  const settings = (web?.inputs.settings ?? []) as unknown as { name: string; value: unknown }[];
  const hosts = settings.find(({ name }) => name === "DJANGO_ALLOWED_HOSTS")?.value;
  return typeof hosts === "string" ? hosts.toLowerCase().split(" ") : [];
}

function findServing(
  { region, applicationName }: Survey,
  webs: readonly ExistingEnvironment[],
  records: readonly AddressRecord[],
): ExistingEnvironment | undefined {
  const host = getAddress(applicationName, region);
  const answering = webs.filter(answersItself);
  const candidates = answering.length > 0 ? answering : webs;
  return (
    webs.find(({ cname }) => records.some((record) => pointsTo(record, cname))) ??
    candidates.find(({ cname }) => cname?.toLowerCase() === host) ??
    candidates.find(({ name }) => name === applicationName) ??
    candidates[0]
  );
}

function usesDatabase({ database }: Survey, { variables }: ExistingEnvironment): boolean {
  return database !== undefined && variables.SQL_HOST?.startsWith(`${database.identifier}.`) === true;
}

/** Whether an environment runs the placeholder that the program starts with. */
export function runsPlaceholder({ version }: ExistingEnvironment): boolean {
  return /^bootstrap-(python|docker)-[0-9a-f]+$/.test(version);
}

/** Whether an environment is Ready and well. */
export function isHealthy({ status, health }: ExistingEnvironment): boolean {
  return status === "Ready" && /^(green|ok)$/i.test(health);
}

/** Whether the program's environment has the application, however it is. */
export function runsApplication(environment: ExistingEnvironment | undefined): boolean {
  return environment?.isManaged === true && !runsPlaceholder(environment);
}

/** Whether the program's environment serves the application. */
export function isServing(environment: ExistingEnvironment | undefined): boolean {
  return environment !== undefined && runsApplication(environment) && isHealthy(environment);
}

/** Whether `pulumi up` has given an environment the program's variables: the service account's new key among them. */
export function isUpdated(
  { isManaged, variables }: ExistingEnvironment,
  managed: ReadonlySet<string>,
): boolean {
  const key = variables.AWS_ACCESS_KEY_ID;
  return isManaged && (key === undefined || managed.has(key));
}
