/** The end of each name that follows from the application name, by the setting that gives another one. */
const endings = {
  "database.identifier": "",
  "storage.mediaBucketName": "-media",
  "storage.staticBucketName": "-static",
  "queue.name": "",
  "serviceAccount.userName": "",
  "web.environmentName": "",
  "worker.environmentName": "-worker",
};

/** A setting that names a resource. */
export type NameSetting = keyof typeof endings;

/** Whether a setting names a resource. */
export function isNameSetting(path: string): path is NameSetting {
  return Object.hasOwn(endings, path);
}

/** Returns the name of a resource without the setting. */
export function getDefaultName(setting: NameSetting, applicationName: string): string {
  return applicationName + endings[setting];
}

/**
 * Returns how long an application name may be that begins a bucket's name in the account's own namespace (S3 User Guide,
 * "Namespaces for general purpose buckets").
 */
export function getNamespaceLimit(ending: string, region: string): number {
  return 63 - `${ending}-123456789012-${region}-an`.length;
}

/** Returns the host name of the environment with a prefix. */
export function getAddress(prefix: string, region: string): string {
  return `${prefix.toLowerCase()}.${region}.elasticbeanstalk.com`;
}
