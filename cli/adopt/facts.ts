import { resolveCname } from "node:dns/promises";
import { CheckDNSAvailabilityCommand } from "@aws-sdk/client-elastic-beanstalk";
import { DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { ListHostedZonesByNameCommand, ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import type { AddressRecord } from "./address";
import type { Clients } from "../aws-clients";
import { listEnvironments } from "./environments";
import { ignoreMissing } from "./matcher";
import { type Environments, getOwnHost, isUpdated, sortEnvironments } from "./roles";
import type { Facts } from "./steps/step";
import type { ExistingEnvironment, Survey } from "./survey";
import { findUpgradePath, getMajor, oldestPostgres, readUpgradeTargets } from "./upgrade-path";
import { type Decrypted, keptNamespace, planVariables } from "./variables";

/** Reads what the steps need beside the survey: from AWS, public DNS and the configuration. */
export async function readFacts(
  survey: Survey,
  aws: Clients,
  configured: Decrypted,
  project: string,
): Promise<Facts> {
  const records = await readRecords(survey, aws);
  const existing = sortEnvironments(survey, records);
  const sources = getSources(existing, survey.managed);
  const variables = planVariables(sources, survey.database?.username, configured, project);
  const password = configured[`${project}:databasePassword`];
  const hasOtherPassword = ({ variables: { SQL_PASSWORD } }: ExistingEnvironment) =>
    SQL_PASSWORD !== undefined && SQL_PASSWORD !== password;
  return {
    variables,
    hasDatabasePassword: password !== undefined,
    otherPasswords:
      password === undefined || variables.sqlUser !== undefined
        ? []
        : sources.filter(hasOtherPassword).map(({ name }) => name),
    ...(await readDatabase(survey, aws)),
    ...(await readNames(survey, aws, existing)),
    records,
    resolved: await resolve(survey),
    keptKeys: Object.keys(configured).filter((key) => key.startsWith(`${keptNamespace}:`)),
  };
}

/** The environments that run the application as it was, the web environment that serves it first. */
export function getSources(
  { own, old, serving }: Environments,
  managed: ReadonlySet<string>,
): ExistingEnvironment[] {
  const asTheyWere = [own.web, own.worker].flatMap((environment) =>
    environment === undefined || isUpdated(environment, managed) ? [] : [environment],
  );
  return [...new Set([...(serving === undefined ? [] : [serving]), ...asTheyWere, ...old])];
}

/** Reads the addresses of the domain, if its zone is in the account. */
async function readRecords({ configuration }: Survey, { route53 }: Clients): Promise<AddressRecord[]> {
  const { domain, hostedZone } = configuration;
  if (domain === undefined || hostedZone === undefined) {
    return [];
  }
  const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: hostedZone }));
  const zone = HostedZones.find(({ Name, Config }) => Name === `${hostedZone}.` && !Config?.PrivateZone);
  if (zone?.Id === undefined) {
    return [];
  }
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone.Id, StartRecordName: domain }),
  );
  const zoneId = zone.Id.replace("/hostedzone/", "");
  return ResourceRecordSets.filter(
    ({ Name, Type = "" }) => Name === `${domain}.` && ["A", "AAAA", "CNAME"].includes(Type),
  ).map((record) => ({ ...record, zoneId }));
}

async function readDatabase(
  { database, region }: Survey,
  aws: Clients,
): Promise<Pick<Facts, "snapshotStatus" | "upgradePath" | "parameterGroup">> {
  if (database === undefined) {
    return {};
  }
  const rds = aws.rds(region);
  const { identifier, engineVersion } = database;
  const snapshots = await ignoreMissing(
    rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: `${identifier}-before-adoption` })),
    "DBSnapshotNotFoundFault",
    "DBSnapshotNotFound",
  );
  const status = snapshots?.DBSnapshots?.[0]?.Status;
  const facts = status === undefined ? {} : { snapshotStatus: status };
  if (getMajor(engineVersion) >= oldestPostgres) {
    return facts;
  }
  const { DBInstances: [instance] = [] } = await rds.send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
  );
  const group = instance?.DBParameterGroups?.[0]?.DBParameterGroupName;
  // Reading the versions needs a permission of its own; without it the operator chooses.
  const upgradePath = await findUpgradePath(
    (version) => readUpgradeTargets(rds, version),
    engineVersion,
    oldestPostgres,
  ).catch(() => undefined);
  return {
    ...facts,
    ...(upgradePath !== undefined && { upgradePath }),
    ...(group !== undefined && !group.startsWith("default.") && { parameterGroup: group }),
  };
}

/** Reads which names of environments are taken, and finds a free address. */
async function readNames(
  survey: Survey,
  { beanstalk }: Clients,
  { own }: Environments,
): Promise<Pick<Facts, "takenNames" | "freePrefix">> {
  const environments = await listEnvironments(beanstalk);
  const takenNames = new Set(environments.map(({ EnvironmentName = "" }) => EnvironmentName));
  const isFree = async (prefix: string) =>
    (await beanstalk.send(new CheckDNSAvailabilityCommand({ CNAMEPrefix: prefix }))).Available === true;
  if (own.web !== undefined || (await isFree(getOwnHost(survey).replace(/\..*$/, "")))) {
    return { takenNames };
  }
  for (let number = 2; ; number += 1) {
    const prefix = `${survey.applicationName}-${number}`;
    if (await isFree(prefix)) {
      return { takenNames, freePrefix: prefix };
    }
  }
}

/** Follows the domain's CNAME records, if its zone is not in the account. */
async function resolve({ configuration: { domain, hostedZone } }: Survey): Promise<string[]> {
  if (domain === undefined || hostedZone !== undefined) {
    return [];
  }
  const names: string[] = [];
  for (let name: string | undefined = domain; name !== undefined && names.length < 8;) {
    const [target]: string[] = await resolveCname(name).catch(() => []);
    name = target?.toLowerCase();
    names.push(...(name === undefined ? [] : [name]));
  }
  return names;
}
