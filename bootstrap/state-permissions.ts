import * as pulumi from "@pulumi/pulumi";
import { applicationProject, drillProject } from "./settings";

/** Arguments of `getStateStatements`. */
interface StateArgs {
  kind: "preview" | "deploy" | "restore";
  stack: string;
  /** Name of the stack of a restore drill. */
  applicationName: string;
  bucketArn: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
}

/**
 * Returns the statements for a stack's own objects in the bucket of the state, and for the key of its secrets. A preview
 * only reads: it takes no lock. A restore drill reads the stack too, and has a stack of its own, which it removes.
 */
export function getStateStatements({ kind, stack, applicationName, bucketArn, keyArn }: StateArgs): object[] {
  const object = (path: string) => pulumi.interpolate`${bucketArn}/.pulumi/${path}`;
  /** What the backend stores of a stack. */
  const getObjects = (project: string, name: string) => {
    const own = (folder: string, path: string) => object(`${folder}/${project}/${name}${path}`);
    return {
      // <stack>.json, its compressed form, its backup, and the stack's tags.
      stored: [own("stacks", ".*"), own("history", "/*"), own("backups", "/*")],
      locks: own("locks/organization", "/*"),
    };
  };
  const own = getObjects(applicationProject, stack);
  const drill = getObjects(drillProject, applicationName);
  const written = kind === "deploy" ? own : kind === "restore" ? drill : undefined;
  return [
    // Without it on the whole bucket, S3 answers "access denied" for an object that does not exist.
    { Sid: "ListState", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [
        object("meta.yaml"),
        ...own.stored,
        own.locks,
        ...(kind === "restore" ? [...drill.stored, drill.locks] : []),
      ],
    },
    // The stack of a drill gets a data key of its own, although it has no secrets.
    {
      Sid: "DecryptSecrets",
      Effect: "Allow",
      Action: kind === "restore" ? ["kms:Decrypt", "kms:Encrypt"] : "kms:Decrypt",
      Resource: keyArn,
    },
    ...(written === undefined
      ? []
      : [
          {
            Sid: "WriteState",
            Effect: "Allow",
            Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
            Resource: [...written.stored, written.locks],
          },
          {
            Sid: "Unlock",
            Effect: "Allow",
            Action: "s3:DeleteObject",
            Resource: kind === "restore" ? [...written.stored, written.locks] : written.locks,
          },
        ]),
  ];
}
