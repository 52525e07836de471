import { getDefaultName, getNamespaceLimit, type NameSetting } from "../names";
import type { Context } from "./context";

/** Returns what is wrong with the application's name, as the rest of a sentence that ends with the name; undefined for nothing. */
export function findNameProblems(name: string, accountNamespace = false): { text: string; max?: number }[] {
  // Elastic Beanstalk API reference, CreateEnvironment; the name of the worker environment ends in "-worker".
  const environmentLimit = 40 - "-worker".length;
  const bucketLimit = getNamespaceLimit("-static", "us-west-1");
  const [max, reason] = accountNamespace
    ? [bucketLimit, "S3 limits bucket names to 63 and storage.accountNamespace adds account ID and region"]
    : [environmentLimit, "Elastic Beanstalk limits environment names to 40"];
  const problems = [];
  if (name.length > max) {
    problems.push({
      max,
      text: `"${name}" (${name.length} characters). The maximum is ${max}, because ${reason}.`,
    });
  }
  // Systems Manager API reference, PutParameter; S3 User Guide, "General purpose bucket naming rules".
  if (/^(aws|ssm|xn--|sthree-|amzn-s3-demo-)/.test(name)) {
    problems.push({
      text: `"${name}". Systems Manager reserves names that begin with aws or ssm, and S3 those that begin with xn--, sthree- or amzn-s3-demo-.`,
    });
  }
  return problems;
}

/** Checks the names that are settings: no two resources may get the same one. */
export function checkNames({ settings, knows, report }: Context): void {
  const { applicationName, storage = {}, web, worker } = settings;
  const compare = (path: NameSetting, name: string | undefined, otherPath: NameSetting, other?: string) => {
    const [one, two] = [
      name ?? getDefaultName(path, applicationName),
      other ?? getDefaultName(otherPath, applicationName),
    ];
    if (knows("name", "environment", path, otherPath) && one.toLowerCase() === two.toLowerCase()) {
      report(path, `is "${one}", but ${otherPath} is "${two}". Expected different names.`);
    }
  };
  const { mediaBucketName: media, staticBucketName: assets } = storage;
  compare("worker.environmentName", worker.environmentName, "web.environmentName", web.environmentName);
  compare("storage.staticBucketName", assets, "storage.mediaBucketName", media);
  if (storage.accountNamespace && (media ?? assets) !== undefined) {
    const name = media === undefined ? "storage.staticBucketName" : "storage.mediaBucketName";
    const message = `is true, but ${name} is set. Only the program's own names are in the account's namespace. Remove one of them.`;
    report("storage.accountNamespace", message, { remove: "storage.accountNamespace" });
  }
}
