import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getPartition } from "@pulumi/aws/getPartition";
import { getRegion } from "@pulumi/aws/getRegion";
import { createGithubRoles } from "./github";
import { getRoleNames, type Scope } from "./names";
import { loadBootstrapSettings } from "./settings";
import { StackKey } from "./stack-key";
import { createPolicy } from "./stack-policies";
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
    const { deploy, preview, restore } = getRoleNames(settings, stack);
    const key = new StackKey(`${stack}-secrets`, {
      ...scope,
      stack,
      roleNames: settings.github === undefined ? [] : [deploy, preview, restore],
    });
    // Everyone who deploys the stack can use it, with roles of GitHub or not.
    createPolicy(stack, "boundary", scope);
    return { stack, key };
  });
  const roles =
    settings.github === undefined && settings.applicationRepository === undefined
      ? {}
      : createGithubRoles({ ...scope, bucketArn: storage.bucketArn, keys });
  return {
    stateBucketName: storage.bucketName,
    keyAliases: Object.fromEntries(keys.map(({ stack, key }) => [stack, key.aliasName])),
    ...roles,
  };
};
