import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  isSecretVariable,
  pausedCelery,
  secretsRevision,
  taskTimeLimitVariable,
  toEnvironment,
} from "../application-variables";
import type { Database } from "../database";
import type { Mail } from "../mail";
import type { Queue } from "../queue";
import { SecretParameters } from "../secret-parameters";
import type { ServiceAccount } from "../service-account";
import type { Storage } from "../storage";
import type { WebDistribution } from "../web-distribution";
import { type DatastoreContext, filterKeys, getDomains } from "./context";

export type Variables = Record<string, pulumi.Input<string>>;

interface VariableSources {
  database: Database;
  storage: Storage;
  queue: Queue;
  serviceAccount: ServiceAccount;
  mail: Mail | undefined;
  distribution: WebDistribution | undefined;
}

/** Returns all variables of both environments, and creates the secrets that are not configured. */
export function getVariables(
  context: DatastoreContext,
  sources: VariableSources,
): Record<"web" | "worker", Variables> {
  const { args, web, region } = context;
  const { database, storage, queue, serviceAccount, mail, distribution } = sources;
  const inputs = {
    adminUrl: args.adminUrl ?? generateSecret(context, "admin-url", { length: 24, upper: false }),
    environment: args.environment,
    appUrl: args.appUrl,
    accessKeyId: serviceAccount.accessKeyId,
    secretAccessKey: serviceAccount.secretAccessKey,
    mediaBucketName: storage.mediaBucketName,
    staticBucketName: storage.staticBucketName,
    queueName: queue.queueName,
    domain: args.domain,
    distributionHost: distribution?.domainName,
    additionalHosts: pulumi
      .output(web.additionalHosts ?? [])
      .apply((hosts) => [...getDomains(args).slice(1), ...hosts]),
    cnamePrefix: web.cnamePrefix ?? args.applicationName,
    secretKey: args.secretKey ?? generateSecret(context, "secret-key", { length: 50, upper: true }),
    smtpUser: mail?.smtpUser ?? args.smtpUser ?? "",
    smtpPassword: mail?.smtpPassword ?? args.smtpPassword ?? "",
    databaseName: args.database?.name ?? database.databaseName,
    databaseHost: database.host,
    databasePort: database.port,
    databaseUser: args.sqlUser ?? database.username,
    databasePassword: args.sqlPassword ?? database.password,
    region,
    supportEmail: args.supportEmail,
    supportPassword:
      args.supportPassword ?? generateSecret(context, "support-password", { length: 24, upper: true }),
  };
  const extraSecrets = mapValues(args.extraSecrets ?? {}, (value) => pulumi.secret(value));
  const extra = { ...args.extraEnvironment, ...extraSecrets };
  const limit = args.worker?.taskTimeLimit;
  return {
    web: { ...extra, ...toEnvironment(inputs, "web") },
    worker: {
      ...extra,
      ...toEnvironment(inputs, "worker"),
      ...(limit !== undefined && { [taskTimeLimitVariable]: String(limit) }),
      ...(web.maintenance && pausedCelery),
    },
  };
}

/** Generates letters and digits only, since the application's deployment scripts read its variables with the shell. */
function generateSecret(
  { name, parent }: DatastoreContext,
  part: string,
  format: { length: number; upper: boolean },
): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-${part}`, { ...format, special: false }, parent).result;
}

/** Splits the variables into plain properties and secrets by reference, and creates the parameters of the secrets. */
export function createProperties(
  { name, args, platform, parent }: DatastoreContext,
  { web, worker }: Record<"web" | "worker", Variables>,
) {
  if (platform.plainSecrets) {
    return { webVariables: web, workerVariables: worker };
  }
  const isSecret = (variable: string) => isSecretVariable(variable) || variable in (args.extraSecrets ?? {});
  const { arns, revision } = new SecretParameters(
    `${name}-ssm`,
    { path: `/${args.applicationName}/`, values: filterKeys(web, isSecret), tags: args.tags },
    parent,
  );
  const toPlain = (variables: Variables) => ({
    ...filterKeys(variables, (variable) => !isSecret(variable)),
    [secretsRevision]: revision,
  });
  return { webVariables: toPlain(web), workerVariables: toPlain(worker), secretArns: arns };
}

function mapValues<T, U>(values: Record<string, T>, toValue: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toValue(value)]));
}
