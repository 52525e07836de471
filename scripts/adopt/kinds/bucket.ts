import {
  GetBucketAclCommand,
  type GetBucketAclCommandOutput,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { commandLine, setCommand } from "../../../stacks/commands";
import { found, type Kind, unlessMissing, when } from "../kind";

export const bucket: Kind = {
  what: "bucket",
  name: "bucket",
  async look(name, _planned, { aws: { s3 }, stack, region }) {
    const Bucket = name;
    let location;
    try {
      location = await unlessMissing(s3.send(new GetBucketLocationCommand({ Bucket })), "NoSuchBucket");
    } catch (error) {
      if ((error as Error).name !== "AccessDenied") {
        throw error;
      }
      return [
        found(name, {
          obstacles: [
            `It is somebody else's, or you may not read it. Where it is not yours: ${commandLine([setCommand("storage.accountNamespace", true)], stack)}`,
          ],
        }),
      ];
    }
    if (location === undefined) {
      return [];
    }
    // The oldest region has no name in this answer.
    const actualRegion = location.LocationConstraint ?? "us-east-1";
    if (actualRegion !== region) {
      return [
        found(name, {
          obstacles: [
            `It is in ${actualRegion}, and the stack in ${region}. A bucket cannot move: copy its objects (aws s3 sync s3://${name} s3://COPY), delete it, let the program make its own, and copy them back.`,
          ],
        }),
      ];
    }
    const acl = await s3.send(new GetBucketAclCommand({ Bucket }));
    const policy = await unlessMissing(s3.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy");
    const lifecycle = await unlessMissing(
      s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      "NoSuchLifecycleConfiguration",
    );
    return [
      found(name, {
        obstacles: when(
          isShared(acl),
          `Its ACL lets others in, and S3 does not switch ACLs off before that ends: aws s3api put-bucket-acl --bucket ${name} --acl private`,
        ),
        notes: [
          ...when(
            policy?.Policy !== undefined,
            "The program's bucket policy, which refuses plain HTTP and grants nothing, takes the place of its own.",
          ),
          ...when(
            (lifecycle?.Rules ?? []).length > 0,
            "The program's lifecycle rules, under which no current object expires, take the place of its own.",
          ),
        ],
      }),
    ];
  },
};

/** Whether an ACL grants anything to others than the bucket's owner. */
export function isShared({
  Owner,
  Grants = [],
}: Pick<GetBucketAclCommandOutput, "Owner" | "Grants">): boolean {
  return Grants.some(({ Grantee }) => Grantee?.ID !== Owner?.ID);
}
