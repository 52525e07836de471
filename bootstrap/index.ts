import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getPartition } from "@pulumi/aws/getPartition";
import { getRegion } from "@pulumi/aws/getRegion";
import { createGithubRoles } from "./github";
import { getRoleNames, type Scope } from "./names";
import { loadBootstrapSettings } from "./settings";
import { StackKey } from "./stack-key";
import { StateStorage } from "./state-storage";

export = async () => {
  const [{ accountId }, { region }, { partition }] = await Promise.all([
    getCallerIdentity(),
    getRegion(),
    getPartition(),
  ]);
  const settings = loadBootstrapSettings(accountId);
  const scope: Scope = { account: accountId, region, partition, settings };
  const storage = new StateStorage("storage", settings);
  const keys = settings.stacks.map((stack) => {
    const key = new StackKey(`${stack}-secrets`, {
      ...scope,
      stack,
      roleNames: settings.github === undefined ? [] : Object.values(getRoleNames(settings, stack)),
    });
    return { stack, key };
  });
  const roles =
    settings.github === undefined
      ? {}
      : createGithubRoles({ ...scope, repository: settings.github, bucketArn: storage.bucketArn, keys });
  return {
    stateBucketName: storage.bucketName,
    keyAliases: Object.fromEntries(keys.map(({ stack, key }) => [stack, key.aliasName])),
    ...roles,
  };
};
