import {
  DescribeKeyCommand,
  type KeyMetadata,
  ListResourceTagsCommand,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
} from "@aws-sdk/client-s3";
import { getKeyAlias, getTags, githubAudience, githubIssuer, statePolicy } from "../../bootstrap/names";
import type { BootstrapSettings } from "../../bootstrap/settings";
import type { PlannedResource } from "../../plan/plan";
import { shellWord } from "../../stacks/commands";
import type { Clients } from "../aws-clients";
import { UserError } from "../user-error";

/** What exists in AWS of the bootstrap project. */
export interface Existing {
  /** The ids of resources, by URN. */
  ids: Map<string, string>;
  /** ARN of GitHub's OpenID Connect provider, if it lacks the audience of AWS. */
  providerWithoutAudience?: string;
}

interface Search {
  aws: Clients;
  settings: BootstrapSettings;
  account: string;
  partition: string;
}

/** Finds the resources that AWS has already: created by an earlier run, by hand, or by another program. */
export async function findExisting(planned: readonly PlannedResource[], search: Search): Promise<Existing> {
  const existing: Existing = { ids: new Map() };
  for (const resource of planned) {
    const id = await findId(resource, search);
    if (id !== undefined) {
      existing.ids.set(resource.urn, id);
    }
  }
  const provider = planned.find(({ type }) => type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
  const arn = existing.ids.get(provider?.urn ?? "");
  if (arn !== undefined) {
    const { ClientIDList = [] } = await search.aws.iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
    );
    return ClientIDList.includes(githubAudience) ? existing : { ...existing, providerWithoutAudience: arn };
  }
  return existing;
}

/**
 * Checks the roles that will be adopted: the policies that they have already would stay, and GitHub could use them.
 *
 * @throws UserError with the commands that remove them.
 */
export async function requireOwnPolicies(
  planned: readonly PlannedResource[],
  imports: ReadonlyMap<string, string>,
  { aws, account, partition }: Search,
): Promise<void> {
  const own = new Set(
    planned
      .filter(({ type }) => type === "aws:iam/policy:Policy")
      .map(({ inputs }) => `arn:${partition}:iam::${account}:policy/${inputs.name as string}`),
  );
  const commands: string[] = [];
  for (const { urn, type } of planned) {
    const RoleName = imports.get(urn);
    if (type === "aws:iam/role:Role" && RoleName !== undefined) {
      const [{ AttachedPolicies = [] }, { PolicyNames = [] }] = await Promise.all([
        aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
        aws.iam.send(new ListRolePoliciesCommand({ RoleName })),
      ]);
      commands.push(
        ...AttachedPolicies.filter(({ PolicyArn = "" }) => !own.has(PolicyArn)).map(
          ({ PolicyArn = "" }) =>
            `aws iam detach-role-policy --role-name ${RoleName} --policy-arn ${PolicyArn}`,
        ),
        ...PolicyNames.filter((name) => name !== statePolicy).map(
          (name) => `aws iam delete-role-policy --role-name ${RoleName} --policy-name ${shellWord(name)}`,
        ),
      );
    }
  }
  if (commands.length > 0) {
    throw new UserError(
      `Existing roles have other policies, which GitHub could use once the roles are adopted. Nothing was changed. Remove the policies, or choose another --name:\n  ${commands.join("\n  ")}`,
    );
  }
}

/** Returns the id by which `pulumi import` finds a resource; undefined if there is none. */
async function findId({ type, name, inputs }: PlannedResource, search: Search): Promise<string | undefined> {
  const { aws, account, partition } = search;
  const text = (input: string) => (typeof inputs[input] === "string" ? inputs[input] : "");
  const [physical, bucket] = [text("name"), text("bucket")];
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return (await isOwnBucket(bucket, search)) ? bucket : undefined;
    case "aws:s3/bucketPolicy:BucketPolicy":
      return await ifFound(aws.s3.send(new GetBucketPolicyCommand({ Bucket: bucket })), () => bucket);
    case "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
      return await ifFound(
        aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
        () => bucket,
      );
    case "aws:kms/alias:Alias":
      return await ifFound(aws.kms().send(new DescribeKeyCommand({ KeyId: physical })), () => physical);
    case "aws:kms/key:Key":
      return await findKey(name.replace(/-secrets-key$/, ""), text("description"), search);
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
      const { OpenIDConnectProviderList = [] } = await aws.iam.send(
        new ListOpenIDConnectProvidersCommand({}),
      );
      return OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`/${githubIssuer}`))?.Arn;
    }
    case "aws:iam/role:Role":
      return await ifFound(aws.iam.send(new GetRoleCommand({ RoleName: physical })), () => physical);
    case "aws:iam/policy:Policy": {
      const PolicyArn = `arn:${partition}:iam::${account}:policy/${physical}`;
      return await ifFound(aws.iam.send(new GetPolicyCommand({ PolicyArn })), () => PolicyArn);
    }
    default:
      return undefined;
  }
}

/** Whether a bucket exists and can be used. @throws UserError if it belongs to another account or region. */
async function isOwnBucket(Bucket: string, { aws, account }: Search): Promise<boolean> {
  const another = `Choose another name with --bucket. Nothing was changed.`;
  try {
    const { BucketRegion } = await aws.s3.send(
      new HeadBucketCommand({ Bucket, ExpectedBucketOwner: account }),
    );
    const region = await aws.s3.config.region();
    if (BucketRegion !== undefined && BucketRegion !== region) {
      throw new UserError(`The bucket ${Bucket} is in ${BucketRegion}, not in ${region}. ${another}`);
    }
    return true;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) {
      return false;
    }
    if ($metadata?.httpStatusCode === 403 || name === "Forbidden") {
      throw new UserError(
        `The bucket ${Bucket} belongs to another account, or your credentials may not read it. ${another}`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Finds the key of a stack by its alias. Without an alias, an interrupted run may have created it. */
async function findKey(stack: string, description: string, search: Search): Promise<string | undefined> {
  const { aws, settings } = search;
  const alias = getKeyAlias(settings, stack);
  const describe = (KeyId: string) =>
    ifFound(aws.kms().send(new DescribeKeyCommand({ KeyId })), ({ KeyMetadata }) => KeyMetadata);
  const named = await describe(alias);
  if (named !== undefined) {
    requireUsable(alias, named, await aws.kms().config.region());
    return named.KeyId;
  }
  for await (const { Keys = [] } of paginateListKeys({ client: aws.kms() }, {})) {
    for (const { KeyId = "" } of Keys) {
      const key = await describe(KeyId);
      if (
        key?.Description === description &&
        key.KeyState === "Enabled" &&
        (await isTagged(KeyId, stack, search))
      ) {
        return KeyId;
      }
    }
  }
  return undefined;
}

async function isTagged(KeyId: string, stack: string, { aws, settings }: Search): Promise<boolean> {
  const { Tags = [] } = await aws.kms().send(new ListResourceTagsCommand({ KeyId }));
  return Object.entries(getTags(settings, stack)).every(([key, value]) =>
    Tags.some(({ TagKey, TagValue }) => TagKey === key && TagValue === value),
  );
}

/** @throws UserError if a key cannot encrypt. */
function requireUsable(
  alias: string,
  { KeyId = "", KeyState, KeySpec, KeyUsage }: KeyMetadata,
  region: string,
): void {
  if (KeyState !== "Enabled") {
    const key = `--region ${region} --key-id ${KeyId}`;
    const command = KeyState === "PendingDeletion" ? `aws kms cancel-key-deletion ${key} && ` : "";
    throw new UserError(
      `The key ${KeyId} of ${alias} is in the state ${String(KeyState)}. Expected Enabled. Nothing was changed. To use it again:\n  ${command}aws kms enable-key ${key}`,
    );
  }
  if (KeySpec !== "SYMMETRIC_DEFAULT" || KeyUsage !== "ENCRYPT_DECRYPT") {
    throw new UserError(
      `The key ${KeyId} of ${alias} is a ${String(KeySpec)} key for ${String(KeyUsage)}. Expected a symmetric key that encrypts. Nothing was changed. Give it another alias.`,
    );
  }
}

/** Returns what a response contains; undefined if AWS says that there is no such thing. */
async function ifFound<R, T>(response: Promise<R>, read: (response: R) => T): Promise<T | undefined> {
  try {
    return read(await response);
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if (/^(NotFound|NoSuch)/.test(name) || $metadata?.httpStatusCode === 404) {
      return undefined;
    }
    throw error;
  }
}
