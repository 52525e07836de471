import { resolveCname } from "node:dns/promises";
import { type DBInstance, paginateDescribeDBInstances } from "@aws-sdk/client-rds";
import type { Clients } from "../../aws-clients";
import type { Usage } from "../survey";
import { getPlanned, getPlannedVariable, takeOver, type UsageContext, type Value } from "./context";

export const normalizeHost = (host: string) => host.toLowerCase().replace(/\.$/, "");
const endpoint =
  /^(?<id>[^.]+)\.(?<part>cluster-ro-|cluster-custom-|cluster-|proxy-)?[^.]+\.(?<region>[a-z]+(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$/;

/** The value of SQL_HOST, and what it names. */
export interface DatabaseHost extends Value, Found {}

interface Found {
  /** The host, after CNAME records of one's own. */
  host: string;
  /** The parts of an RDS endpoint; empty if it is none. */
  id: string;
  part: string;
  region: string;
  instance: DBInstance | undefined;
}

export async function findDatabase(aws: Clients, name: string): Promise<Found> {
  const host = await resolveHost(name);
  const { id = "", part = "", region = "" } = endpoint.exec(host)?.groups ?? {};
  const instance = id === "" ? undefined : await findInstance(aws, region, host);
  return { host, id, part, region, instance };
}

export function describeDatabase(found: DatabaseHost, { region, planned }: UsageContext): Usage[] {
  const { variable, value: name, environment, host, id, part, region: actual, instance } = found;
  const value = { variable, value: name, environment };
  const block = (what: string, blocker: string): Usage[] => [{ ...value, what, blocker }];
  if (id === "") {
    return block(
      "a host that is not an RDS endpoint",
      `SQL_HOST is ${value.value}, which is no RDS endpoint: the program cannot take over its data. Set SQL_HOST to the endpoint of the instance, or copy the database into an RDS for PostgreSQL instance and set SQL_HOST to that (pg_dump --format custom, pg_restore).`,
    );
  }
  if (part !== "") {
    const kind = part.startsWith("proxy") ? "RDS Proxy" : "RDS cluster";
    return block(
      `${kind} ${id}`,
      `SQL_HOST is the endpoint of the ${kind} ${id}, but the program has an RDS for PostgreSQL instance. ${part.startsWith("proxy") ? "Set SQL_HOST to the endpoint of the proxy's instance: eb setenv SQL_HOST=<endpoint> -e <environment>" : "Copy the database into an instance (pg_dump, pg_restore) and set SQL_HOST to that."}`,
    );
  }
  if (instance === undefined) {
    return block(
      `RDS instance ${id} in ${actual}`,
      `SQL_HOST is ${host}, but this account has no such instance in ${actual}: it was deleted, or belongs to another account. In that case share a snapshot of it with this account, restore it here, and set SQL_HOST to its endpoint.`,
    );
  }
  if (actual !== region) {
    return block(`RDS instance ${id} in ${actual}`, formatDatabaseMove(instance, actual, region));
  }
  const usage = takeOver(
    value,
    `RDS instance ${instance.DBInstanceIdentifier ?? id}`,
    getPlanned({ planned }, "-db-instance"),
    ["identifier", "database.identifier"],
    instance.DBInstanceIdentifier ?? id,
  );
  return [usage];
}

/** The way of an instance into the stack's region: a snapshot, its copy, and a new instance. */
function formatDatabaseMove(instance: DBInstance, from: string, region: string): string {
  const { DBInstanceIdentifier: id = "", DBInstanceArn = "", StorageEncrypted } = instance;
  const name = `${id}-move`;
  const arn = DBInstanceArn.replace(/:db:.*$/, `:snapshot:${name}`);
  const key = StorageEncrypted === true ? " --kms-key-id alias/aws/rds" : "";
  const wait = (where: string) =>
    `  aws rds wait db-snapshot-available --region ${where} --db-snapshot-identifier ${name}`;
  return [
    `The RDS instance ${id} is in ${from}, but the stack is in ${region}, and an instance cannot move. Stop the application, so that nothing is written meanwhile, copy a snapshot and restore it, with the subnet group and security groups that instances in ${region} can reach:`,
    `  aws rds create-db-snapshot --region ${from} --db-instance-identifier ${id} --db-snapshot-identifier ${name}`,
    wait(from),
    `  aws rds copy-db-snapshot --region ${region} --source-region ${from} --source-db-snapshot-identifier ${arn} --target-db-snapshot-identifier ${name}${key}`,
    wait(region),
    `  aws rds restore-db-instance-from-db-snapshot --region ${region} --db-instance-identifier ${id} --db-snapshot-identifier ${name} --db-subnet-group-name <subnet group> --vpc-security-group-ids <security group>`,
    "Then set SQL_HOST of both environments to the endpoint of the new instance: eb setenv SQL_HOST=<endpoint> -e <environment>",
  ].join("\n");
}

/** The RDS endpoint that a CNAME record of one's own points to. */
async function resolveHost(host: string): Promise<string> {
  if (endpoint.test(host)) {
    return host;
  }
  const [target] = await resolveCname(host).catch(() => []);
  return target === undefined ? host : normalizeHost(target);
}

/** The instance with an endpoint. */
async function findInstance(aws: Clients, region: string, host: string): Promise<DBInstance | undefined> {
  for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client: aws.rds(region) }, {})) {
    const instance = DBInstances.find(({ Endpoint }) => Endpoint?.Address?.toLowerCase() === host);
    if (instance !== undefined) {
      return instance;
    }
  }
  return undefined;
}

export function describeDatabaseName(value: Value, context: UsageContext): Usage[] {
  const isSame = getPlannedVariable(context, "SQL_DATABASE") === value.value;
  const setting = { key: "database.name", value: value.value, reason: "the application's data is in it" };
  return [{ ...value, what: `database ${value.value}`, ...(!isSame && { setting }) }];
}

export function describeDatabaseUser(
  [value]: Value[],
  [host]: DatabaseHost[],
  context: Pick<UsageContext, "planned">,
): Usage[] {
  if (value === undefined) {
    return [];
  }
  const instance = host?.instance;
  if (host !== undefined && instance === undefined) {
    return [{ ...value, what: "database user" }];
  }
  const planned = getPlanned(context, "-db-instance")?.inputs.username as string;
  const master = instance?.MasterUsername ?? planned;
  if (value.value === master) {
    return [{ ...value, what: "master user of the instance" }];
  }
  const isSame = getPlannedVariable(context, "SQL_USER") === value.value;
  const setting = { key: "sqlUser", value: value.value, reason: "the application connects as this user" };
  return [{ ...value, what: `database user beside the master user ${master}`, ...(!isSame && { setting }) }];
}

export function describePort(value: Value): Usage[] {
  return value.value === "5432"
    ? []
    : [
        {
          ...value,
          what: "port of the database",
          blocker: `SQL_PORT is ${value.value}, but the application has 5432 built in. Change the instance's port (aws rds modify-db-instance --db-instance-identifier <instance> --db-port-number 5432 --apply-immediately; the database restarts), then eb setenv SQL_PORT=5432 -e <environment>.`,
        },
      ];
}
