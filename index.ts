import * as pulumi from "@pulumi/pulumi";
import { BeoDatastore } from "./components";
import { loadSettings } from "./stacks";

const settings = loadSettings();
for (const warning of settings.warnings) {
  void pulumi.log.warn(warning);
}
const datastore = new BeoDatastore("beo", settings.datastore);

export const applicationName = datastore.applicationName;
export const url = datastore.url;
export const webEnvironmentName = datastore.webEnvironmentName;
export const workerEnvironmentName = datastore.workerEnvironmentName;
export const databaseHost = datastore.databaseHost;
export const databasePort = datastore.databasePort;
export const mediaBucketName = datastore.mediaBucketName;
export const staticBucketName = datastore.staticBucketName;
export const queueName = datastore.queueName;
export const queueUrl = datastore.queueUrl;
export const dnsRecords = datastore.dnsRecords;
export const dashboardUrl = datastore.dashboardUrl;
export const ebConfig = datastore.ebConfig;
export const readme = datastore.readme;
export const webEnvironment = datastore.webEnvironment;
export const workerEnvironment = datastore.workerEnvironment;
