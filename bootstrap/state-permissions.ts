import * as pulumi from "@pulumi/pulumi";
import { applicationProject } from "./settings";

/**
 * Returns the statements for a stack's own objects in the bucket of the state, and for the key of its secrets. A
 * preview only reads: it takes no lock.
 */
export function getStateStatements(
  kind: "preview" | "deploy",
  stack: string,
  bucketArn: pulumi.Input<string>,
  keyArn: pulumi.Input<string>,
): object[] {
  const object = (path: string) => pulumi.interpolate`${bucketArn}/.pulumi/${path}`;
  const own = (folder: string, path: string) => object(`${folder}/${applicationProject}/${stack}${path}`);
  // <stack>.json, its compressed form, its backup, and the stack's tags.
  const state = own("stacks", ".*");
  const records = [own("history", "/*"), own("backups", "/*")];
  const locks = own("locks/organization", "/*");
  return [
    // Without it on the whole bucket, S3 answers "access denied" for an object that does not exist.
    { Sid: "ListState", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [object("meta.yaml"), state, ...records, locks],
    },
    { Sid: "DecryptSecrets", Effect: "Allow", Action: "kms:Decrypt", Resource: keyArn },
    ...(kind === "deploy"
      ? [
          {
            Sid: "WriteState",
            Effect: "Allow",
            Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
            Resource: [state, ...records, locks],
          },
          { Sid: "Unlock", Effect: "Allow", Action: "s3:DeleteObject", Resource: locks },
        ]
      : []),
  ];
}
