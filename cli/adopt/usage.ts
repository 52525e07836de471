import type { ExistingEnvironment, Survey, Usage } from "./survey";
import { describeAddresses } from "./usage/addresses";
import { describeBucket, describeMediaRoot, describeStaticBucket } from "./usage/buckets";
import { readValues, type UsageContext } from "./usage/context";
import {
  describeDatabase,
  describeDatabaseName,
  describeDatabaseUser,
  describePort,
  findDatabase,
  normalizeHost,
} from "./usage/database";
import { describeHttps, describeReferences, describeRefusedVariables } from "./usage/environments";
import { describeBroker, describeQueue } from "./usage/queue";
import { describeUser } from "./usage/user";

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
