import { resolveCname } from "node:dns/promises";
import { type DBInstance, paginateDescribeDBInstances } from "@aws-sdk/client-rds";
import { GetAccessKeyLastUsedCommand } from "@aws-sdk/client-iam";
import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { getOption, propertyNamespace } from "../../plan/application-environments";
import type { PlannedResource } from "../../plan/plan";
import type { Clients } from "../aws-clients";
import { getValue } from "./environments";
import { hasConsoleLogin } from "./matchers/user";
import { ignoreMissing } from "./matcher";
import { getAllowedHosts } from "./roles";
import { describeRecord, getTargets, listRecordSets, pointsTo } from "./records";
import type { ExistingEnvironment, Survey, Usage } from "./survey";

/** What finding the use of resources needs to know. */
export interface UsageContext {
  aws: Clients;
  region: string;
  applicationName: string;
  environments: ExistingEnvironment[];
  planned: PlannedResource[];
}

/** A value of a variable, and the environments that have it. */
interface Value {
  variable: string;
  value: string;
  environment: string;
}

/** Returns what the application's environments use, by their variables, listeners and DNS records. */
export async function findUsage(context: UsageContext): Promise<Usage[]> {
  const environments = getOwnEnvironments(context);
  const read = (variable: string, normalize = (value: string) => value) =>
    readValues(environments, variable, normalize);
  const hosts = await Promise.all(
    read("SQL_HOST", normalizeHost).map(async (value) => ({
      ...value,
      ...(await findDatabase(context.aws, value.value)),
    })),
  );
  const inAws = await Promise.all([
    ...read("AWS_MEDIA_BUCKET_NAME").map((value) => describeBucket(value, "media", context)),
    ...read("AWS_STORAGE_BUCKET_NAME").map((value) => describeStaticBucket(value, environments, context)),
    ...read("CELERY_DEFAULT_QUEUE").map((value) => describeQueue(value, context)),
    ...read("AWS_ACCESS_KEY_ID").map((value) => describeUser(value, context)),
    describeAddresses(environments, context),
  ]);
  const usage = [
    ...hosts.map((host) => describeDatabase(host, context)),
    describeDatabaseUser(read("SQL_USER"), hosts, context),
    ...inAws,
    ...read("SQL_DATABASE").map((value) => describeDatabaseName(value, context)),
    ...read("SQL_PORT").map(describePort),
    ...read("MEDIA_ROOT").map((value) => describeMediaRoot(value, environments)),
    // The rest of the URL has credentials.
    ...read("BROKER_URL", (url) => url.replace(/:.*/s, "")).map(describeBroker),
    describeReferences(environments),
    describeRefusedVariables(environments),
    describeHttps(environments, context),
  ];
  const getRank = ({ variable }: Usage) => (variable.startsWith("SQL_") ? 0 : 1);
  return reportConflicts(usage.flat().sort((a, b) => getRank(a) - getRank(b)));
}

/** The environments of the application; if there are none, those of others that use its resources. */
export function getOwnEnvironments({
  environments,
  applicationName,
  planned,
}: Pick<UsageContext, "environments" | "applicationName" | "planned">): ExistingEnvironment[] {
  const names = planned
    .filter(({ type }) => type === "aws:elasticbeanstalk/environment:Environment")
    .map(({ inputs }) => inputs.name);
  const own = environments.filter(
    ({ application, name }) => application === applicationName || names.includes(name),
  );
  return own.length > 0 ? own : environments;
}

function readValues(
  environments: ExistingEnvironment[],
  variable: string,
  normalize: (value: string) => string,
): Value[] {
  const values = new Map<string, string[]>();
  for (const { name, variables } of environments) {
    if (variables[variable]) {
      const value = normalize(variables[variable]);
      values.set(value, [...(values.get(value) ?? []), name]);
    }
  }
  return [...values].map(([value, names]) => ({ variable, value, environment: names.join(", ") }));
}

/** The variables that web and worker have to agree on. */
const shared = [
  ...["SQL_HOST", "SQL_DATABASE", "SQL_USER", "CELERY_DEFAULT_QUEUE"],
  ...["AWS_MEDIA_BUCKET_NAME", "AWS_STORAGE_BUCKET_NAME"],
];

/** Whether the data of the application is not where the program could take it over: nothing else counts then. */
export function isDeadEnd({ usage }: Pick<Survey, "usage">): boolean {
  return usage.some(({ variable, blocker }) => blocker !== undefined && shared.includes(variable));
}

/** Environments with different databases, queues or buckets cannot become one application. */
function reportConflicts(usage: Usage[]): Usage[] {
  return usage.map((entry) => {
    const others = usage.filter(
      ({ variable, value }) =>
        variable === entry.variable && shared.includes(variable) && value !== entry.value,
    );
    if (others.length === 0) {
      return entry;
    }
    const { variable, value, environment, what } = entry;
    const list = others.map((other) => `${other.environment} has ${other.value}`).join(", ");
    const blocker = `${variable} of ${environment} is ${value}, but ${list}. Give all the value of the one whose data is right: eb setenv ${variable}=<value> -e <environment>; or terminate the environment that is not used.`;
    return { variable, value, environment, what, blocker };
  });
}

/** A planned resource by the end of its logical name. */
function getPlanned({ planned }: Pick<UsageContext, "planned">, suffix: string): PlannedResource | undefined {
  return planned.find(({ name }) => name.endsWith(suffix));
}

/** The planned value of a variable of the web environment; undefined if it is known only later. */
function getPlannedVariable(context: Pick<UsageContext, "planned">, name: string): string | undefined {
  const value = getOption(getPlanned(context, "-eb-web")?.inputs ?? {}, propertyNamespace, name);
  return typeof value === "string" && !value.startsWith("[") ? value : undefined;
}

/** A resource that is taken over: under its own name if a setting gives it to the planned one. */
function takeOver(
  value: Value,
  what: string,
  resource: PlannedResource | undefined,
  [input, key]: [input: string, key: string],
  name: string,
): Usage {
  const isSame = resource?.inputs[input] === name;
  return {
    ...value,
    what,
    ...(resource !== undefined && { urn: resource.urn }),
    ...(!isSame && { setting: { key, value: name, reason: `${value.variable} names it` } }),
  };
}

const normalizeHost = (host: string) => host.toLowerCase().replace(/\.$/, "");
const endpoint =
  /^(?<id>[^.]+)\.(?<part>cluster-ro-|cluster-custom-|cluster-|proxy-)?[^.]+\.(?<region>[a-z]+(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$/;

/** The value of SQL_HOST, and what it names. */
interface DatabaseHost extends Value, Found {}

interface Found {
  /** The host, after CNAME records of one's own. */
  host: string;
  /** The parts of an RDS endpoint; empty if it is none. */
  id: string;
  part: string;
  region: string;
  instance: DBInstance | undefined;
}

async function findDatabase(aws: Clients, name: string): Promise<Found> {
  const host = await resolveHost(name);
  const { id = "", part = "", region = "" } = endpoint.exec(host)?.groups ?? {};
  const instance = id === "" ? undefined : await findInstance(aws, region, host);
  return { host, id, part, region, instance };
}

function describeDatabase(found: DatabaseHost, { region, planned }: UsageContext): Usage[] {
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

function describeDatabaseName(value: Value, context: UsageContext): Usage[] {
  const isSame = getPlannedVariable(context, "SQL_DATABASE") === value.value;
  const setting = { key: "database.name", value: value.value, reason: "the application's data is in it" };
  return [{ ...value, what: `database ${value.value}`, ...(!isSame && { setting }) }];
}

function describeDatabaseUser(
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

function describePort(value: Value): Usage[] {
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

async function describeBucket(
  value: Value,
  part: "media" | "static",
  { aws: { s3 }, region, planned }: UsageContext,
): Promise<Usage[]> {
  const Bucket = value.value;
  const what = `${part} bucket ${Bucket}`;
  const block = (blocker: string): Usage[] => [{ ...value, what, blocker }];
  try {
    const location = await ignoreMissing(s3.send(new GetBucketLocationCommand({ Bucket })), "NoSuchBucket");
    if (location === undefined) {
      return block(
        `${value.variable} is ${Bucket}, but there is no such bucket. Set it to the bucket in use: eb setenv ${value.variable}=<bucket> -e <environment>`,
      );
    }
    const actual = getRegion(location.LocationConstraint);
    if (actual !== region) {
      return block(
        `The ${what} is in ${actual}, but the stack is in ${region}, and a bucket cannot move. Create a bucket in ${region} (aws s3 mb s3://<bucket> --region ${region}), copy the objects (aws s3 sync s3://${Bucket} s3://<bucket>), and set ${value.variable} to it.`,
      );
    }
  } catch (error) {
    if (!["AccessDenied", "403"].includes((error as Error).name)) {
      throw error;
    }
    return block(
      `Access to the ${what} is denied: it belongs to another account, or you lack permission to read it. If it belongs to another account, copy its objects to a bucket of this account and set ${value.variable} to that.`,
    );
  }
  const resource = getPlanned({ planned }, `-s3-${part}-bucket`);
  return [takeOver(value, what, resource, ["bucket", `storage.${part}BucketName`], Bucket)];
}

/** S3 returns no location for us-east-1, and EU for buckets that were created long ago in eu-west-1. */
export function getRegion(location: string | undefined): string {
  return location === "EU" ? "eu-west-1" : (location ?? "us-east-1");
}

/** Static files that share the media bucket move: `eb deploy` creates them again. */
async function describeStaticBucket(
  value: Value,
  environments: ExistingEnvironment[],
  context: UsageContext,
): Promise<Usage[]> {
  return environments.some(({ variables }) => variables.AWS_MEDIA_BUCKET_NAME === value.value)
    ? [{ ...value, what: "the media bucket; eb deploy copies static files to a bucket of their own" }]
    : describeBucket(value, "static", context);
}

function describeMediaRoot(value: Value, environments: ExistingEnvironment[]): Usage[] {
  const [, bucket] = /^s3:\/\/([^/]+)\/*$/.exec(value.value) ?? [];
  const media = environments.map(({ variables }) => variables.AWS_MEDIA_BUCKET_NAME).find(Boolean);
  if (bucket !== undefined && (media === undefined || media === bucket)) {
    return [];
  }
  const blocker = `MEDIA_ROOT is ${value.value}, but the program sets s3://<media bucket>/, where the media bucket is ${media ?? "AWS_MEDIA_BUCKET_NAME"}. Copy the files there (aws s3 sync ${value.value} s3://${media ?? "<bucket>"}/), then eb setenv MEDIA_ROOT=s3://${media ?? "<bucket>"}/ -e <environment>.`;
  return [{ ...value, what: "place of uploaded files", blocker }];
}

async function describeQueue(
  value: Value,
  { aws: { sqs }, region, planned }: UsageContext,
): Promise<Usage[]> {
  const what = `SQS queue ${value.value}`;
  const queue = await ignoreMissing(
    sqs.send(new GetQueueUrlCommand({ QueueName: value.value })),
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
  );
  if (queue === undefined || value.value.endsWith(".fifo")) {
    const problem = queue === undefined ? `${region} has no such queue` : "the program has a standard queue";
    const blocker = `CELERY_DEFAULT_QUEUE is ${value.value}, but ${problem}. Let the workers finish, then set it to a standard queue in ${region}: eb setenv CELERY_DEFAULT_QUEUE=<queue> -e <environment>`;
    return [{ ...value, what, blocker }];
  }
  return [
    takeOver(value, what, getPlanned({ planned }, "-queue-queue"), ["name", "queue.name"], value.value),
  ];
}

function describeBroker(value: Value): Usage[] {
  return value.value === "sqs"
    ? []
    : [
        {
          ...value,
          what: "Celery's broker",
          blocker: `BROKER_URL begins with ${value.value}:, but the program uses SQS. Let the workers finish all tasks, then eb setenv BROKER_URL=sqs:// -e <environment>.`,
        },
      ];
}

async function describeUser(
  { variable, value, environment }: Value,
  { aws: { iam }, planned }: UsageContext,
): Promise<Usage[]> {
  // The id itself is one of the application's secrets.
  const entry = { variable, environment, value: `…${value.slice(-4)}` };
  const replaced = "the new environments get the program's own user and key";
  const response = await iam
    .send(new GetAccessKeyLastUsedCommand({ AccessKeyId: value }))
    .catch((error: unknown) => {
      if (
        ["AccessDenied", "AccessDeniedException", "NoSuchEntityException"].includes((error as Error).name)
      ) {
        return undefined;
      }
      throw error;
    });
  const name = response?.UserName;
  if (name === undefined || name.startsWith("<")) {
    return [{ ...entry, what: `an access key of no user of this account; ${replaced}` }];
  }
  const user = getPlanned({ planned }, "-iam-user");
  if (name !== user?.inputs.name && (await hasConsoleLogin(iam, name))) {
    return [{ ...entry, what: `a key of ${name}, who also signs in to the console; ${replaced}` }];
  }
  return [takeOver(entry, `IAM user ${name}`, user, ["name", "serviceAccount.userName"], name)];
}

function describeReferences(environments: ExistingEnvironment[]): Usage[] {
  return environments
    .filter(({ isManaged }) => !isManaged)
    .flatMap(({ name, references, variables }) =>
      Object.entries(references)
        .filter(([variable]) => variables[variable] === undefined)
        .map(([variable, arn]) => ({
          variable,
          environment: name,
          value: arn,
          what: "a reference",
          blocker: `${variable} of ${name} refers to ${arn}, which cannot be read. Check that it exists and that you may read it.`,
        })),
    );
}

/** Variables with which the application would fail on the program's buckets, or send no mail. */
function describeRefusedVariables(environments: ExistingEnvironment[]): Usage[] {
  return environments.flatMap(({ name, variables, reasons }) =>
    [
      { variable: "AWS_DEFAULT_ACL", problem: "uploads would fail, since the program turns ACLs off" },
      // An environment that is replaced keeps it until then.
      ...(reasons.length > 0
        ? []
        : [{ variable: "EMAIL_FILE_DIR", problem: "mail would be written to files instead of sent" }]),
    ].flatMap(({ variable, problem }) =>
      variables[variable] === undefined
        ? []
        : [
            {
              variable,
              environment: name,
              value: variables[variable],
              what: "a variable that the program does not allow",
              blocker: `${variable} of ${name} is set: ${problem}. Remove it first: aws elasticbeanstalk update-environment --environment-name ${name} --options-to-remove Namespace=${propertyNamespace},OptionName=${variable}`,
            },
          ],
    ),
  );
}

/** The certificate of an environment's HTTPS listener, without which the program's environment would not have HTTPS. */
function describeHttps(environments: ExistingEnvironment[], context: UsageContext): Usage[] {
  const web = getPlanned(context, "-eb-web")?.inputs ?? {};
  const hasHttps = getOption(web, "aws:elbv2:listener:443", "SSLCertificateArns") !== undefined;
  return environments.flatMap(({ name, options, isManaged }) => {
    const certificate =
      getValue(options, "aws:elbv2:listener:443", "SSLCertificateArns") ??
      getValue(options, "aws:elb:listener:443", "SSLCertificateId");
    if (!certificate || isManaged) {
      return [];
    }
    const what = "certificate of the HTTPS listener";
    const blocker = `${name} serves HTTPS with ${certificate}, but the program's web environment would not. Set domain, and hostedZone or certificateArn (docs/configuration.md).`;
    return [
      { variable: "HTTPS", environment: name, value: certificate, what, ...(!hasHttps && { blocker }) },
    ];
  });
}

/** The host names under which users reach the application. */
async function describeAddresses(
  environments: ExistingEnvironment[],
  { aws, planned }: UsageContext,
): Promise<Usage[]> {
  const web = environments.filter(({ role }) => role === "web");
  const kept = web.flatMap(({ cname, reasons }) =>
    cname === undefined || reasons.length > 0 ? [] : [cname],
  );
  const hosts = getAllowedHosts({ planned });
  const sets = web.length === 0 ? [] : await listRecordSets(aws.route53);
  const records = sets.flatMap((set) => describeRecord(set, web));
  const allowed = readValues(web, "DJANGO_ALLOWED_HOSTS", (value) => value.toLowerCase()).flatMap(
    ({ variable, environment, value }) =>
      value
        .split(/[\s,]+/)
        .filter((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(host))
        .map((host) => ({ variable, environment, value: host, what: "host that Django answers to" })),
  );
  const addresses = web
    .filter(({ isManaged }) => !isManaged)
    .flatMap(({ name, cname: value = "" }) =>
      value === ""
        ? []
        : [{ variable: "CNAME", environment: name, value, what: "address of the environment" }],
    );
  const seen = new Set([...hosts, ...kept]);
  // The program's own environment has had the hosts since it was created; others are addresses of what goes away.
  const isReplaced = web.some(({ isManaged }) => isManaged);
  const reached = [...records, ...addresses, ...allowed].map((usage): Usage => {
    if (isReplaced || seen.has(usage.value)) {
      return usage;
    }
    seen.add(usage.value);
    const reason = "Django answers 400 to other hosts";
    return { ...usage, setting: { key: "web.additionalHosts[]", value: usage.value, reason } };
  });
  return [...reached, ...keepAddress(sets, web, planned)];
}

/** Leaves the domain's record alone while it points to what the program does not have, or take over. */
export function keepAddress(
  sets: ResourceRecordSet[],
  web: ExistingEnvironment[],
  planned: PlannedResource[],
): Usage[] {
  const record = planned.find(
    ({ type, inputs }) => type === "aws:route53/record:Record" && inputs.type === "A",
  );
  const name = record?.inputs.name as string;
  const old = sets.filter(
    (set) =>
      set.Name === `${name}.` &&
      ["A", "AAAA", "CNAME"].includes(set.Type ?? "") &&
      !web.some((environment) => environment.reasons.length === 0 && pointsTo(set, environment)),
  );
  // Once the program has its own web environment, the record may move to it.
  if (record === undefined || old.length === 0 || web.some(({ isManaged }) => isManaged)) {
    return [];
  }
  const what = `record of the domain, which points to ${old.flatMap(getTargets).join(", ")}`;
  const reason = "the address moves last, once the new web environment serves the application";
  const setting = { key: "web.dnsRecord", value: false, reason };
  return [{ variable: "Route 53", environment: "", value: name, what, setting }];
}
