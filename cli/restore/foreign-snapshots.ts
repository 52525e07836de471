import type { DBInstance } from "@aws-sdk/client-rds";

/** Where a snapshot is, by its ARN. */
interface SnapshotPlace {
  region: string;
  account: string;
  name: string;
}

/** What is foreign of a snapshot. */
export interface ForeignSnapshot extends SnapshotPlace {
  /** The account of the database. */
  ownAccount: string;
  isOtherAccount: boolean;
  isOtherRegion: boolean;
}

/** Returns what is foreign of a snapshot that is named by its ARN; undefined if it is in the account and region of a database. */
export function getForeign(
  snapshot: string,
  { DBInstanceArn = "" }: DBInstance,
): ForeignSnapshot | undefined {
  const place = parseArn(snapshot);
  const [, , , region = "", ownAccount = ""] = DBInstanceArn.split(":");
  if (place === undefined || ownAccount === "") {
    return undefined;
  }
  const [isOtherAccount, isOtherRegion] = [place.account !== ownAccount, place.region !== region];
  return isOtherAccount || isOtherRegion
    ? { ...place, ownAccount, isOtherAccount, isOtherRegion }
    : undefined;
}

function parseArn(text: string): SnapshotPlace | undefined {
  const [, region, account, name] = /^arn:[^:]+:rds:([^:]+):(\d{12}):snapshot:(.+)$/.exec(text) ?? [];
  return region === undefined || account === undefined || name === undefined
    ? undefined
    : { region, account, name };
}

/** Says how to copy a snapshot into the account and region of a database, with its key. */
export function describeCopy(
  snapshot: string,
  { name, region: from, isOtherRegion }: ForeignSnapshot,
  { KmsKeyId }: DBInstance,
  region: string,
): string {
  // A name has no colon, which that of an automated snapshot begins with.
  const copy = `${name.replace(/^.*:/, "")}-copy`;
  const source = isOtherRegion ? ` --source-region ${from}` : "";
  return [
    `Copy it first, then name the copy: --snapshot ${copy}`,
    `  aws rds copy-db-snapshot --region ${region}${source} --source-db-snapshot-identifier ${snapshot} --target-db-snapshot-identifier ${copy} --kms-key-id ${KmsKeyId ?? "alias/aws/rds"}`,
    `  aws rds wait db-snapshot-available --region ${region} --db-snapshot-identifier ${copy}`,
  ].join("\n");
}
