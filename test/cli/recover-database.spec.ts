import { expect } from "chai";
import { describe, it } from "mocha";
import { getBackupRegions, readDatabase } from "../../cli/recover/database";
import { diagnose } from "../../cli/recover/diagnose";
import type { Facts } from "../../cli/recover/diagnosis/facts";
import { hasDatabaseSource } from "../../cli/recover/read-facts";
import { formatDiagnosis } from "../../cli/recover/recover";
import type { PlannedResource } from "../../plan/plan";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

const name = "beo-datastore-prod";
const other = "us-west-2";

/** As in the examples of the RDS API reference, DescribeDBInstanceAutomatedBackups and DescribeDBSnapshots. */
const toBackup = (id: string, latest: string, Status = "retained", region = "us-west-1") => ({
  ...{ DBInstanceAutomatedBackupsArn: `arn:aws:rds:${region}:123456789012:auto-backup:ab-${id}`, Status },
  ...{ DBInstanceIdentifier: name, KmsKeyId: `arn:aws:kms:${region}:123456789012:key/of-${region}` },
  RestoreWindow: { EarliestTime: new Date("2026-10-28T03:00:00Z"), LatestTime: new Date(latest) },
});
const toSnapshot = (id: string, created: string, region = "us-west-1", original?: string) => ({
  ...{ DBSnapshotIdentifier: id, DBInstanceIdentifier: name, Status: "available" },
  ...{ KmsKeyId: `arn:aws:kms:${region}:123456789012:key/of-${region}` },
  DBSnapshotArn: `arn:aws:rds:${region}:123456789012:snapshot:${id}`,
  SnapshotCreateTime: new Date(created),
  ...(original !== undefined && { OriginalSnapshotCreateTime: new Date(original) }),
});

/** What an account has without the database. RDS lists the snapshots of AWS Backup only where their type is asked for. */
interface Left {
  backups?: object[];
  snapshots?: object[];
  ofBackup?: object[];
}
const createAccount = (regions: Record<string, Left>, more: Responses = {}) =>
  fakeAws({
    DescribeDBInstances: () => {
      throw awsError("DBInstanceNotFoundFault");
    },
    DescribeDBSnapshots: ({ SnapshotType, DBSnapshotIdentifier: id }, region) => {
      const { snapshots = [], ofBackup = [] } = regions[region] ?? {};
      if (id !== undefined) {
        throw awsError("DBSnapshotNotFoundFault");
      }
      return { DBSnapshots: SnapshotType === "awsbackup" ? ofBackup : snapshots };
    },
    // RDS API reference: an identifier must match that of an existing instance.
    DescribeDBInstanceAutomatedBackups: ({ DBInstanceIdentifier }, region) => {
      if (DBInstanceIdentifier !== undefined) {
        throw awsError("DBInstanceNotFoundFault");
      }
      const another = { ...toBackup("ANOTHER", "2026-11-27T20:44:00Z"), DBInstanceIdentifier: "another" };
      return { DBInstanceAutomatedBackups: [another, ...(regions[region]?.backups ?? [])] };
    },
    ...more,
  });
const read = (regions: Record<string, Left>, configured?: string, more: Responses = {}) =>
  readDatabase(createAccount(regions, more), name, [other], configured);

/** The facts of a stack whose database is gone. */
const getFacts = (facts: Partial<Facts>): Facts => {
  const instance = {
    ...{ urn: "urn:pulumi:prod::beo-datastore::aws:rds/instance:Instance::beo-db-instance", id: "db-ABC" },
    ...{ type: "aws:rds/instance:Instance", inputs: { identifier: name } },
  };
  return {
    ...{ stack: "prod", region: "us-west-1", planned: [], existing: [], matched: [], environments: [] },
    ...{ databases: [], unknownKeys: [], unusableKeys: [], hasDatabaseSource: false },
    stored: { state: "good", locks: [], versions: [], runs: [] },
    deployment: { manifest: { time: "2026-11-27T20:00:00Z" }, resources: [instance] },
    importFile: "recover-prod.json",
    ...facts,
  };
};
const diagnoseLost = async (regions: Record<string, Left>, facts: Partial<Facts> = {}) =>
  diagnose(getFacts({ databases: [await read(regions)], ...facts }));

describe("recover: what a deleted database can be restored from", () => {
  it("takes the latest of several automated backups that AWS kept", async () => {
    const backups = [
      toBackup("FIRST", "2026-11-01T20:00:00Z"),
      toBackup("LATEST", "2026-11-27T20:19:00Z"),
      toBackup("SECOND", "2026-11-12T20:00:00Z"),
    ];
    const { findings, steps, alternatives } = await diagnoseLost({ "us-west-1": { backups } });
    expect(findings).to.deep.equal([
      "The database beo-datastore-prod does not exist, although the stack had one. Its latest data is in the automated backup ab-LATEST of 2026-11-27T20:19:00Z.",
    ]);
    expect(steps[0]?.command).to.include(":auto-backup:ab-LATEST ");
    expect(alternatives).to.deep.equal([]);
  });

  it("looks in the vaults and in the other region, and orders all by the moment of their data", async () => {
    const regions = {
      "us-west-1": {
        snapshots: [
          toSnapshot("rds:beo-datastore-prod-2026-11-26-20-02", "2026-11-26T20:02:00Z"),
          toSnapshot("rds:beo-datastore-prod-2026-11-27-20-02", "2026-11-27T20:02:00Z"),
        ],
        ofBackup: [toSnapshot("awsbackup:job-1", "2026-11-27T03:05:00Z")],
        backups: [toBackup("KEPT", "2026-11-27T20:19:00Z")],
      },
      [other]: {
        // A copy is younger than its data.
        ofBackup: [toSnapshot("awsbackup:copyjob-1", "2026-11-27T20:30:00Z", other, "2026-11-27T03:05:00Z")],
        backups: [toBackup("THERE", "2026-11-27T20:14:00Z", "replicating", other)],
      },
    };
    const { lost } = await read(regions);
    expect(lost?.sources.map(({ identifier, region = "" }) => `${identifier} ${region}`)).to.deep.equal([
      "ab-KEPT ",
      "ab-THERE us-west-2",
      "rds:beo-datastore-prod-2026-11-27-20-02 ",
      "awsbackup:job-1 ",
      "awsbackup:copyjob-1 us-west-2",
      "rds:beo-datastore-prod-2026-11-26-20-02 ",
    ]);
    const { alternatives } = await diagnoseLost(regions);
    expect(alternatives.map(({ when }) => when)).to.deep.equal([
      "To restore the automated backup ab-THERE in us-west-2, of 2026-11-27T20:14:00Z",
      "To restore the snapshot rds:beo-datastore-prod-2026-11-27-20-02 of 2026-11-27T20:02:00Z",
      "To restore the snapshot awsbackup:job-1 of 2026-11-27T03:05:00Z",
      "To restore the snapshot awsbackup:copyjob-1 in us-west-2, of 2026-11-27T03:05:00Z",
    ]);
  });

  it("brings a replicated automated backup back, where an administrator deleted everything else", async () => {
    const backups = [toBackup("THERE", "2026-11-27T20:14:00Z", "replicating", other)];
    const { findings, steps } = await diagnoseLost({ [other]: { backups } });
    expect(findings.join()).to.match(/Its latest data is in the automated backup ab-THERE in us-west-2, of /);
    // docs/backups.md, "Restore the database from the other region".
    const rescue = "beo-datastore-prod-rescue";
    expect(steps.map(({ command }) => command)).to.deep.equal([
      `aws rds restore-db-instance-to-point-in-time --region us-west-2 --source-db-instance-automated-backups-arn arn:aws:rds:us-west-2:123456789012:auto-backup:ab-THERE --target-db-instance-identifier ${rescue} --use-latest-restorable-time --no-publicly-accessible`,
      `aws rds wait db-instance-available --region us-west-2 --db-instance-identifier ${rescue}`,
      `aws rds create-db-snapshot --region us-west-2 --db-instance-identifier ${rescue} --db-snapshot-identifier ${rescue}`,
      `aws rds wait db-snapshot-available --region us-west-2 --db-snapshot-identifier ${rescue}`,
      `aws rds copy-db-snapshot --region us-west-1 --source-region us-west-2 --kms-key-id alias/aws/rds --source-db-snapshot-identifier arn:aws:rds:us-west-2:123456789012:snapshot:${rescue} --target-db-snapshot-identifier ${rescue}`,
      `aws rds wait db-snapshot-available --region us-west-1 --db-snapshot-identifier ${rescue}`,
      `npx pulumi config set --path database.snapshotIdentifier ${rescue} --stack prod`,
    ]);
  });

  it("copies a snapshot of the vault in the other region, with the stack's own key", async () => {
    const key = {
      ...{ urn: "urn:pulumi:prod::beo-datastore::aws:kms/key:Key::beo-db-key", id: "1234abcd-12ab" },
      type: "aws:kms/key:Key",
    };
    const ofBackup = [toSnapshot("awsbackup:copyjob-1", "2026-11-27T04:00:00Z", other)];
    const { resources = [] } = getFacts({}).deployment;
    const recover = async (facts: Partial<Facts>) => {
      const { steps } = await diagnoseLost({ [other]: { ofBackup } }, facts);
      return steps.map(({ command }) => command);
    };
    expect(await recover({ deployment: { resources: [...resources, key] } })).to.deep.equal([
      "aws rds copy-db-snapshot --region us-west-1 --source-region us-west-2 --kms-key-id 1234abcd-12ab --source-db-snapshot-identifier arn:aws:rds:us-west-2:123456789012:snapshot:awsbackup:copyjob-1 --target-db-snapshot-identifier beo-datastore-prod-rescue",
      "aws rds wait db-snapshot-available --region us-west-1 --db-snapshot-identifier beo-datastore-prod-rescue",
      "npx pulumi config set --path database.snapshotIdentifier beo-datastore-prod-rescue --stack prod",
    ]);
  });

  it("says that an update would create an empty one, where nothing is left anywhere", async () => {
    const { findings, steps } = await diagnoseLost({});
    expect(steps).to.deep.equal([]);
    expect(findings).to.deep.equal([
      "The database beo-datastore-prod does not exist, although the stack had one. There is no snapshot and no automated backup of it, and an update would create an EMPTY one. If that is what you want, run npx pulumi up --refresh -s prod.",
    ]);
  });

  it("names an incomplete snapshot and a backup without data nowhere", async () => {
    const { lost } = await read({
      "us-west-1": {
        snapshots: [{ ...toSnapshot("a", "2026-11-27T20:02:00Z"), Status: "creating" }],
        backups: [{ ...toBackup("NEW", "2026-11-27T20:02:00Z"), RestoreWindow: {} }],
      },
    });
    expect(lost).to.deep.equal({ sources: [] });
  });

  it("goes on once a snapshot is configured that was made of a backup, but not with one from before", async () => {
    const regions = { "us-west-1": { backups: [toBackup("KEPT", "2026-11-27T20:19:00Z")] } };
    const isRestored = async (created: string | undefined, ignored?: string) => {
      const configured = "beo-datastore-prod-rescue";
      const database = await read(regions, configured, {
        DescribeDBSnapshots: ({ DBSnapshotIdentifier: id }) => {
          if (id !== undefined && created === undefined) {
            throw awsError("DBSnapshotNotFoundFault");
          }
          return { DBSnapshots: id === configured ? [toSnapshot(configured, created ?? "")] : [] };
        },
      });
      return hasDatabaseSource([database], configured, ignored);
    };
    expect(await isRestored("2026-11-27T20:45:00Z")).to.equal(true);
    expect(await isRestored("2026-03-01T20:45:00Z")).to.equal(false);
    expect(await isRestored("2026-03-01T20:45:00Z", "ab-KEPT")).to.equal(true);
    expect(await isRestored(undefined)).to.equal(false);
  });

  it("asks the regions of the settings and of the state, and only for a database that is gone", async () => {
    const toVault = (region: string) => ({
      ...{ urn: `urn:${region}`, type: "aws:backup/vault:Vault", inputs: { region } },
    });
    const planned: PlannedResource[] = [
      { ...toVault(other), name: "beo-backup-copy", parent: null, protect: false, ignoreChanges: [] },
    ];
    const scope = { planned, state: [toVault("eu-west-1"), toVault("us-west-1")] };
    expect(getBackupRegions(scope, "us-west-1")).to.deep.equal([other, "eu-west-1"]);
    const aws = fakeAws({
      DescribeDBInstances: () => ({ DBInstances: [{ DBInstanceStatus: "available" }] }),
    });
    expect(await readDatabase(aws, name, [other], undefined)).to.deep.equal({
      ...{ identifier: name, status: "available" },
    });
  });

  it("names no backup whose key is gone", async () => {
    const regions = {
      "us-west-1": { backups: [toBackup("KEPT", "2026-11-27T20:19:00Z")] },
      [other]: { backups: [toBackup("THERE", "2026-11-27T20:14:00Z", "replicating", other)] },
    };
    const key = { id: "of-us-west-1", region: "us-west-1", state: "Deleted", users: [] };
    const { findings } = await diagnoseLost(regions, { unusableKeys: [key] });
    expect(findings.join("\n")).to.match(/Its latest data is in the automated backup ab-THERE in us-west-2/);
  });

  it("prints how to take a moment before a mistake, and how to delete the instance in the end", async () => {
    const backups = [toBackup("KEPT", "2026-11-27T20:19:00Z")];
    const text = formatDiagnosis("prod", await diagnoseLost({ "us-west-1": { backups } }), "us-west-1");
    expect(text).to.include(
      "For a moment before a mistake, such as a dropped table, replace --use-latest-restorable-time with --restore-time and the moment, from 2026-10-28T03:00:00Z to 2026-11-27T20:19:00Z.",
    );
    expect(text).to.include(
      "Once you have verified the data, delete the instance beo-datastore-prod-rescue, whose snapshot stays: aws rds delete-db-instance --region us-west-1 --db-instance-identifier beo-datastore-prod-rescue --skip-final-snapshot",
    );
  });
});
