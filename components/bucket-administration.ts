import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import { getPrincipalArn } from "./arns";
import { LookupError } from "./lookups";

/** Changes of a bucket itself, and the deletion of what versioning keeps. */
const administration = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteBucket*",
  "s3:DeleteObjectVersion*",
  "s3:PutBucket*",
  // Encryption, lifecycle, replication, inventory and others.
  "s3:Put*Configuration",
  "s3:PutObjectVersion*",
];

/** Who may administer a bucket. */
export interface BucketAdministration {
  /** ARNs of users and roles, with wildcards, that may not, whatever their own policies allow. */
  nonAdministrators?: pulumi.Input<string>[];
  /** ARNs of the only users and roles, with wildcards, that may, beside the account's root user; everyone, if undefined. */
  administrators?: string[];
}

/**
 * Returns the statements of a bucket policy that deny administration. They name principals by condition: S3 replaces a user
 * or role in `Principal` by its id, and refuses one that does not exist yet
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 */
export function denyAdministration(
  bucketArn: pulumi.Input<string>,
  { nonAdministrators = [], administrators = [] }: BucketAdministration,
  parent: pulumi.Resource,
): object[] {
  const deny = (Sid: string, Condition: object) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action: administration,
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    Condition,
  });
  return [
    ...(nonAdministrators.length > 0
      ? [deny("NoAdministration", { ArnLike: { "aws:PrincipalArn": nonAdministrators } })]
      : []),
    ...(administrators.length > 0
      ? [
          deny("AdministratorsOnly", {
            ArnNotLike: {
              "aws:PrincipalArn": [...includeCaller(administrators, parent), getPrincipalArn("root", parent)],
            },
          }),
        ]
      : []),
  ];
}

/** Returns the administrators, unless the policy would lock out the user or role that runs this update. */
function includeCaller(administrators: string[], parent: pulumi.Resource): pulumi.Output<string>[] {
  const caller = getCallerIdentityOutput({}, { parent }).arn;
  return administrators.map((administrator) =>
    caller.apply((arn: string | undefined) => {
      const lockout = arn && findLockout(administrators, arn);
      // A preview, which others may run, changes nothing.
      if (lockout && !pulumi.runtime.isDryRun()) {
        throw new LookupError(lockout);
      }
      return administrator;
    }),
  );
}

/** Returns why the caller must not set the policy; undefined if it stays an administrator. */
export function findLockout(administrators: string[], caller: string): string | undefined {
  return caller.endsWith(":root") || administrators.some((pattern) => isCoveredBy(pattern, caller))
    ? undefined
    : `storage.administrators does not contain ${caller}, which runs this update and could not change the buckets' policies any more. The buckets were not changed. Add its ARN, such as ${suggest(caller)}.`;
}

/** The path of the roles of IAM Identity Center. Outside us-east-1 a region follows. */
const identityCenterPath = "aws-reserved/sso.amazonaws.com/";

/** Returns the ARN of the role of a session, without its path, which STS leaves out. */
function toPrincipalArn(caller: string): string {
  return caller.replace(/^(arn:[\w-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, "$1:iam::$2:role/$3");
}

/** Returns an ARN to add. Only the roles of IAM Identity Center have a path that is known. */
function suggest(caller: string): string {
  return toPrincipalArn(caller).replace(/:role\/(?=AWSReservedSSO_)/, `:role/${identityCenterPath}*`);
}

/** Whether a pattern matches the caller, whose role may have the path of the pattern. */
function isCoveredBy(pattern: string, caller: string): boolean {
  const path = /:role\/(.*\/)/.exec(pattern)?.[1] ?? "";
  const arn = toPrincipalArn(caller);
  const isOfIdentityCenter = arn.includes(":role/AWSReservedSSO_");
  const paths = isOfIdentityCenter
    ? [identityCenterPath, ...(path.startsWith(identityCenterPath) ? [path] : [])]
    : ["", ...(caller === arn ? [] : [path])];
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return paths.some((one) => new RegExp(`^${expression}$`).test(arn.replace(":role/", `:role/${one}`)));
}
