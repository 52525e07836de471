import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { ignoreMissing } from "../adopt/matcher";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { runParallel } from "../run-parallel";

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
  const found = await callAws(
    runParallel(files, parallel, (file) =>
      ignoreMissing(
        s3.send(new HeadObjectCommand({ Bucket: bucket, Key: mediaFolder + file })),
        "NotFound",
        "NoSuchKey",
      ),
    ),
    `The files of ${bucket} were not checked.`,
  );
  return files.filter((_, index) => found[index] === undefined);
}
