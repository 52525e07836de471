import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./names";
import { applicationProject } from "./settings";

const folder = join(__dirname, "permissions");

/** The documents in permissions/: those called preview… are for both kinds of roles, those called deploy… for one. */
export const permissionNames: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ""))
  .sort();

/** Returns the names of the documents for a kind of role. */
export function getPermissionNames(kind: "preview" | "deploy"): string[] {
  return permissionNames.filter((name) => kind === "deploy" || name.startsWith("preview"));
}

/**
 * Returns permissions/<name>.json with values for {{partition}}, {{account}}, {{region}}, {{stack}} and {{application}}, the
 * application name of the stack.
 */
export function readPermissions(name: string, stack: string, scope: Scope): { Statement: object[] } {
  const { partition, account, region, settings } = scope;
  const values = { partition, account, region, stack, application: `${settings.name}-${stack}` };
  const text = Object.entries(values).reduce(
    (document, [key, value]) => document.replaceAll(`{{${key}}}`, value),
    readFileSync(join(folder, `${name}.json`), "utf8"),
  );
  return JSON.parse(text) as { Statement: object[] };
}

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
