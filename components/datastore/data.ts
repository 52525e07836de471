import { Backups, hasBackups } from "../backups";
import { Database } from "../database";
import { getIdentity } from "../identity";
import { getDefaultName } from "../names";
import type { Network } from "../network";
import { Queue } from "../queue";
import { ServiceAccount } from "../service-account";
import { Storage } from "../storage";
import type { WebDistribution } from "../web-distribution";
import {
  getApplicationPrincipals,
  type DatastoreContext,
  getDomains,
  getServiceAccountName,
} from "./context";

export function createDatabase(
  { name, args, platform, ...context }: DatastoreContext,
  network: Network,
): Database {
  const {
    identifier = getDefaultName("database.identifier", args.applicationName),
    name: databaseName = "beo_datastore",
    ...instance
  } = args.database ?? {};
  return new Database(
    `${name}-db`,
    {
      ...instance,
      identifier,
      databaseName,
      password: args.databasePassword,
      vpcId: network.vpcId,
      subnetIds: network.databaseSubnetIds,
      clientSecurityGroupIds: [network.instanceSecurityGroupId],
      openClients: context.network.create,
      logRetentionDays: platform.logRetentionDays,
      logKmsKey: platform.logKmsKey,
      protect: args.protect,
      renewFinalSnapshot: args.renewFinalSnapshot,
      ...getIdentity(args),
      tags: args.tags,
    },
    context.parent,
  );
}

export function createStorage(context: DatastoreContext, distribution: WebDistribution | undefined): Storage {
  const { name, args, parent } = context;
  const { applicationName, appUrl, storage = {}, protect, tags } = args;
  return new Storage(
    `${name}-s3`,
    {
      ...storage,
      nonAdministrators: getApplicationPrincipals(context),
      namePrefix: applicationName,
      corsOrigins: [
        appUrl,
        ...getDomains(args).map((domain) => `https://${domain}`),
        ...(distribution === undefined ? [] : [distribution.url]),
      ],
      protect,
      tags,
    },
    parent,
  );
}

export function createQueue({ name, args, parent }: DatastoreContext): Queue {
  const { name: queueName = getDefaultName("queue.name", args.applicationName), ...attributes } =
    args.queue ?? {};
  const { taskTimeLimit } = args.worker ?? {};
  return new Queue(`${name}-queue`, { ...attributes, queueName, taskTimeLimit, tags: args.tags }, parent);
}

export function createServiceAccount(
  { name, args, parent }: DatastoreContext,
  storage: Storage,
  queue: Queue,
) {
  return new ServiceAccount(
    `${name}-iam`,
    {
      ...args.serviceAccount,
      userName: getServiceAccountName(args),
      staticBucketArn: storage.staticBucketArn,
      mediaBucketArn: storage.mediaBucketArn,
      queueArn: queue.queueArn,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

export function createBackups(
  context: DatastoreContext,
  { database, storage }: { database: Database; storage: Storage },
): void {
  const { name, args, parent } = context;
  const { backup = {}, applicationName, protect, tags } = args;
  if (!hasBackups(backup)) {
    return;
  }
  new Backups(
    `${name}-backup`,
    {
      ...backup,
      namePrefix: applicationName,
      databaseArn: database.arn,
      mediaBucketName: storage.mediaBucketName,
      accountNamespace: args.storage?.accountNamespace,
      noncurrentVersionDays: args.storage?.noncurrentVersionDays,
      nonAdministrators: getApplicationPrincipals(context),
      administrators: args.storage?.administrators,
      protect,
      ...getIdentity(args),
      tags,
    },
    parent,
  );
}
