import {
  GetBucketAclCommand,
  type GetBucketAclCommandOutput,
  GetBucketLocationCommand,
  GetBucketWebsiteCommand,
} from "@aws-sdk/client-s3";
import { commandLine, setCommand } from "../../../stacks/commands";
import { createMatch, ignoreMissing, type Matcher, when } from "../matcher";
import { getRegion } from "../usage/buckets";

export const findBucket: Matcher = async (name, _planned, { aws: { s3 }, stack, region }) => {
  const Bucket = name;
  let location;
  try {
    location = await ignoreMissing(s3.send(new GetBucketLocationCommand({ Bucket })), "NoSuchBucket");
  } catch (error) {
    if ((error as Error).name !== "AccessDenied") {
      throw error;
    }
    const command = commandLine([setCommand("storage.accountNamespace", true)], stack);
    const blocker = `Access is denied: the bucket belongs to another account, or you lack permission to read it. If it belongs to another account: ${command}`;
    return [createMatch(name, { blockers: [blocker] })];
  }
  if (location === undefined) {
    return [];
  }
  const actualRegion = getRegion(location.LocationConstraint);
  if (actualRegion !== region) {
    const blocker = `The bucket is in ${actualRegion}, but the stack is in ${region}, and a bucket cannot move. Copy its objects (aws s3 sync s3://${name} s3://<copy>), delete it, let the program create the bucket, and copy the objects back.`;
    return [createMatch(name, { blockers: [blocker] })];
  }
  const acl = await s3.send(new GetBucketAclCommand({ Bucket }));
  const website = await ignoreMissing(
    s3.send(new GetBucketWebsiteCommand({ Bucket })),
    "NoSuchWebsiteConfiguration",
  );
  return [
    createMatch(name, {
      blockers: when(
        isShared(acl),
        `Its ACL grants access to others, and S3 cannot disable ACLs before that ends: aws s3api put-bucket-acl --bucket ${name} --acl private`,
      ),
      notes: when(
        website !== undefined,
        "Its website is no longer public: the program blocks public access. Links that the application signs work.",
      ),
      cleanup: when(
        website !== undefined,
        `Its website, which is no longer public: aws s3api delete-bucket-website --bucket ${name} --region ${region}`,
      ),
    }),
  ];
};

/** Whether an ACL grants access to anyone except the bucket's owner. */
export function isShared({
  Owner,
  Grants = [],
}: Pick<GetBucketAclCommandOutput, "Owner" | "Grants">): boolean {
  return Grants.some(({ Grantee }) => Grantee?.ID !== Owner?.ID);
}
