import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { ignoreMissing } from "../adopt/matcher";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";

/** The folder of the media bucket in which the application stores files: MEDIA_ROOT_DIR of its settings. */
const mediaFolder = "media_root/";

/** Requests side by side. */
const parallel = 10;

/** Returns the files that a bucket does not have. */
export async function findMissingFiles(
  { s3 }: Pick<Clients, "s3">,
  bucket: string,
  files: readonly string[],
): Promise<string[]> {
  const missing: string[] = [];
  for (let index = 0; index < files.length; index += parallel) {
    const batch = files.slice(index, index + parallel);
    const found = await callAws(
      Promise.all(
        batch.map((file) =>
          ignoreMissing(
            s3.send(new HeadObjectCommand({ Bucket: bucket, Key: mediaFolder + file })),
            "NotFound",
            "NoSuchKey",
          ),
        ),
      ),
      `The files of ${bucket} were not checked.`,
    );
    missing.push(...batch.filter((_, position) => found[position] === undefined));
  }
  return missing;
}
