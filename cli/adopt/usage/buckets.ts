import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import { ignoreMissing } from "../matcher";
import type { ExistingEnvironment, Usage } from "../survey";
import { getPlanned, takeOver, type UsageContext, type Value } from "./context";

export async function describeBucket(
  value: Value,
  part: "media" | "static",
  { aws: { s3 }, region, planned }: UsageContext,
): Promise<Usage[]> {
  const Bucket = value.value;
  const what = `${part} bucket ${Bucket}`;
  const block = (blocker: string): Usage[] => [{ ...value, what, blocker }];
  try {
    const location = await ignoreMissing(s3.send(new GetBucketLocationCommand({ Bucket })), "NoSuchBucket");
    if (location === undefined) {
      return block(
        `${value.variable} is ${Bucket}, but there is no such bucket. Set it to the bucket in use: eb setenv ${value.variable}=<bucket> -e <environment>`,
      );
    }
    const actual = getRegion(location.LocationConstraint);
    if (actual !== region) {
      return block(
        `The ${what} is in ${actual}, but the stack is in ${region}, and a bucket cannot move. Create a bucket in ${region} (aws s3 mb s3://<bucket> --region ${region}), copy the objects (aws s3 sync s3://${Bucket} s3://<bucket>), and set ${value.variable} to it.`,
      );
    }
  } catch (error) {
    if (!["AccessDenied", "403"].includes((error as Error).name)) {
      throw error;
    }
    return block(
      `Access to the ${what} is denied: it belongs to another account, or you lack permission to read it. If it belongs to another account, copy its objects to a bucket of this account and set ${value.variable} to that.`,
    );
  }
  const resource = getPlanned({ planned }, `-s3-${part}-bucket`);
  return [takeOver(value, what, resource, ["bucket", `storage.${part}BucketName`], Bucket)];
}

/** S3 returns no location for us-east-1, and EU for buckets that were created long ago in eu-west-1. */
export function getRegion(location: string | undefined): string {
  return location === "EU" ? "eu-west-1" : (location ?? "us-east-1");
}

/** Static files that share the media bucket move: `eb deploy` creates them again. */
export async function describeStaticBucket(
  value: Value,
  environments: ExistingEnvironment[],
  context: UsageContext,
): Promise<Usage[]> {
  return environments.some(({ variables }) => variables.AWS_MEDIA_BUCKET_NAME === value.value)
    ? [{ ...value, what: "the media bucket; eb deploy copies static files to a bucket of their own" }]
    : describeBucket(value, "static", context);
}

export function describeMediaRoot(value: Value, environments: ExistingEnvironment[]): Usage[] {
  const [, bucket] = /^s3:\/\/([^/]+)\/*$/.exec(value.value) ?? [];
  const media = environments.map(({ variables }) => variables.AWS_MEDIA_BUCKET_NAME).find(Boolean);
  if (bucket !== undefined && (media === undefined || media === bucket)) {
    return [];
  }
  const blocker = `MEDIA_ROOT is ${value.value}, but the program sets s3://<media bucket>/, where the media bucket is ${media ?? "AWS_MEDIA_BUCKET_NAME"}. Copy the files there (aws s3 sync ${value.value} s3://${media ?? "<bucket>"}/), then eb setenv MEDIA_ROOT=s3://${media ?? "<bucket>"}/ -e <environment>.`;
  return [{ ...value, what: "place of uploaded files", blocker }];
}
