import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ignoreMissing } from "./matcher";
import type { SuggestedSetting } from "./survey";

/** How many versions are read to say what history there is: ten pages. */
const maxPages = 10;
const day = 24 * 60 * 60 * 1000;

/**
 * Returns the setting that keeps the media bucket's history. It is required until the configuration says how long
 * overwritten and deleted objects are kept: S3 deletes what is older within a day.
 *
 * @param plannedDays Days that the program would keep noncurrent versions; undefined if for ever.
 */
export async function keepHistory(
  bucket: string,
  plannedDays: number | undefined,
  s3: S3Client,
): Promise<SuggestedSetting[]> {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  const lifecycle = await ignoreMissing(
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
    "NoSuchLifecycleConfiguration",
  );
  const days = getNoncurrentDays(lifecycle?.Rules ?? []);
  if (Status === undefined || plannedDays === undefined || (days !== undefined && days <= plannedDays)) {
    return [];
  }
  const kept = days === undefined ? "for ever" : `for ${days} days`;
  const reason = `it keeps overwritten and deleted objects ${kept} (${await countVersions(bucket, s3)}), the program ${plannedDays} days; to shorten that, set the number of days`;
  return [{ key: "storage.noncurrentVersionDays", value: days ?? 0, reason }];
}

/** Days after which the rules delete noncurrent versions of all objects; undefined if they never do. */
export function getNoncurrentDays(rules: LifecycleRule[]): number | undefined {
  const days = rules
    .filter((rule) => rule.Status === "Enabled" && !hasFilter(rule))
    .flatMap(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration?.NoncurrentDays ?? []);
  return days.length === 0 ? undefined : Math.min(...days);
}

/** Whether a rule is for some objects only. Old rules have their prefix outside the filter. */
function hasFilter({ Filter = {}, ...rule }: LifecycleRule): boolean {
  const { Prefix = "" } = rule as { Prefix?: string };
  return Prefix !== "" || Object.values(Filter).some((value) => value !== undefined && value !== "");
}

/** Counts the noncurrent versions, and tells the age of the oldest. */
async function countVersions(Bucket: string, s3: S3Client): Promise<string> {
  const versions: ObjectVersion[] = [];
  let next: { KeyMarker?: string; VersionIdMarker?: string } = {};
  let isComplete = false;
  for (let page = 0; page < maxPages && !isComplete; page++) {
    const response = await s3.send(new ListObjectVersionsCommand({ Bucket, ...next }));
    versions.push(...(response.Versions ?? []).filter(({ IsLatest }) => !IsLatest));
    next = { KeyMarker: response.NextKeyMarker, VersionIdMarker: response.NextVersionIdMarker };
    isComplete = response.IsTruncated !== true;
  }
  const oldest = Math.min(...versions.map(({ LastModified }) => LastModified?.getTime() ?? Date.now()));
  const age = versions.length === 0 ? 0 : Math.floor((Date.now() - oldest) / day);
  return versions.length === 0
    ? "none yet"
    : `${isComplete ? "" : "more than "}${versions.length} versions, the oldest written ${age} days ago`;
}
