import { expect } from "chai";
import { describe, it } from "mocha";
import { checkBackups } from "../../cli/preflight/backups";
import type { Context as PreflightContext } from "../../cli/preflight/context";
import { type Check, type Level, runChecks } from "../../cli/report";
import type { StateResource } from "../../cli/state";
import { checkOtherBackups } from "../../cli/status/replicated-backups";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

const now = new Date("2026-11-26T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 60 * 60 * 1000);
const replicationType = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
const arn = "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1";

const resource = (type: string, id: string, outputs: Record<string, unknown>): StateResource => ({
  urn: `urn:pulumi:prod::beo-datastore::${type}::${id}`,
  type,
  id,
  inputs: {},
  outputs,
});
const replication = resource(replicationType, arn, { region: "us-west-2" });
const database = resource("aws:rds/instance:Instance", "db-1", { identifier: "beo-datastore-prod" });
const vault = (region: string) => resource("aws:backup/vault:Vault", `vault-${region}`, { region });

async function read(checks: Check[]): Promise<[Level, string, ...string[]][]> {
  const { lines, unread } = await runChecks(checks);
  expect(unread).to.deep.equal([]);
  return lines.map(({ level, text, fix = [] }) => [level, text, ...fix]);
}

describe("the status of backups in another region", () => {
  const status = (responses: Responses, resources: StateResource[], isAsleep = false) => {
    const context = { stack: "prod", region: "us-west-1", clients: fakeAws(responses), resources, now };
    return read(checkOtherBackups({ ...context, isAsleep }));
  };
  const replicated =
    (Status: string, LatestTime?: Date) => (input: Record<string, unknown>, region: string) => {
      expect([input.DBInstanceAutomatedBackupsArn, region]).to.deep.equal([arn, "us-west-2"]);
      return {
        DBInstanceAutomatedBackups: [{ Status, DbiResourceId: "db-1", RestoreWindow: { LatestTime } }],
      };
    };

  it("is nothing where there are none", async () => {
    expect(await status({}, [database])).to.deep.equal([]);
  });

  describe("that the settings want", () => {
    const media = resource("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "beo-prod-media", {
      bucket: "beo-prod-media",
    });
    const wanted = (responses: Responses, resources: StateResource[]) =>
      read(
        checkOtherBackups({
          ...{ stack: "prod", region: "us-west-1", clients: fakeAws(responses), resources, now },
          backupRegion: "us-west-2",
        }),
      );
    const up = "npx pulumi up --refresh -s prod";

    it("is an error where the stack has none, as after a restore that was not completed", async () => {
      expect(await wanted({}, [database])).to.deep.equal([
        [
          "error",
          "backup.region is us-west-2, but the stack has no replication of the database's backups and the media bucket. Create it:",
          up,
        ],
      ]);
    });

    const rule = { Status: "Enabled", Destination: { Bucket: "arn:aws:s3:::beo-prod-backup-us-west-2" } };
    const enabled = () => ({ ReplicationConfiguration: { Rules: [rule] } });
    const states: [
      title: string,
      response: Responses[string],
      level: Level,
      text: string,
      versioning?: Responses[string],
    ][] = [
      ["in force", enabled, "ok", "New files of beo-prod-media are replicated."],
      [
        "disabled",
        () => ({ ReplicationConfiguration: { Rules: [{ Status: "Disabled" }] } }),
        "error",
        "New files of beo-prod-media are not replicated: the replication is disabled. Restore it:",
      ],
      [
        "deleted",
        () => {
          throw awsError("ReplicationConfigurationNotFoundError");
        },
        "error",
        "New files of beo-prod-media are not replicated: the replication is missing. Restore it:",
      ],
    ];
    // S3 replicates to a bucket with versioning only: S3 User Guide, "Requirements and considerations for replication".
    states.push(
      [
        "to a bucket that was deleted",
        enabled,
        "error",
        "New files of beo-prod-media are not replicated: the bucket beo-prod-backup-us-west-2 does not exist, and with it the replicated files are gone. Restore it:",
        () => {
          throw awsError("NoSuchBucket");
        },
      ],
      [
        "to a bucket whose versioning was suspended",
        enabled,
        "error",
        "New files of beo-prod-media are not replicated: the versioning of beo-prod-backup-us-west-2 is Suspended. Restore it:",
        ({ Bucket }) => {
          expect(Bucket).to.equal("beo-prod-backup-us-west-2");
          return { Status: "Suspended" };
        },
      ],
    );
    for (const [title, GetBucketReplication, level, text, versioning] of states) {
      it(`says that the replication of the media bucket is ${title}`, async () => {
        const GetBucketVersioning = versioning ?? (() => ({ Status: "Enabled" }));
        const responses = { GetBucketReplication, GetBucketVersioning };
        const [first] = await wanted(responses, [database, media]).then((lines) =>
          lines.filter(([, one]) => one.startsWith("New files")),
        );
        expect(first).to.deep.equal([level, text, ...(level === "ok" ? [] : [up])]);
      });
    }
  });

  const rows: [title: string, state: string, latest: Date | undefined, level: Level, text: string][] = [
    [
      "up to which moment the database can be restored",
      "replicating",
      hoursAgo(0.2),
      "ok",
      "In us-west-2, the database can be restored up to 2026-11-26T11:48 UTC.",
    ],
    [
      "a replication that is behind",
      "replicating",
      hoursAgo(5),
      "warning",
      "The replicated backups of the database in us-west-2 end 5 hours ago (2026-11-26T07:00 UTC). See docs/backups.md, If the replication stops.",
    ],
    [
      "a replication that is days behind",
      "replicating",
      hoursAgo(49),
      "error",
      "The replicated backups of the database in us-west-2 end 49 hours ago (2026-11-24T11:00 UTC). See docs/backups.md, If the replication stops.",
    ],
    [
      "a replication without a backup yet",
      "replicating",
      undefined,
      "warning",
      "No backup of the database is in us-west-2 yet.",
    ],
    [
      // The database was restored, so that it has another resource ID.
      "the backups of an instance that is gone",
      "retained",
      hoursAgo(1),
      "error",
      "The replication of the database's backups to us-west-2 is retained; expected replicating. See docs/backups.md, If the replication stops.",
    ],
  ];
  for (const [title, state, latest, level, text] of rows) {
    it(`tells of ${title}`, async () => {
      const responses = { DescribeDBInstanceAutomatedBackups: replicated(state, latest) };
      expect(await status(responses, [database, replication])).to.deep.equal([[level, text]]);
    });
  }

  it("tells of a replication that has ended, and whose backups are gone", async () => {
    const responses: Responses = {
      DescribeDBInstanceAutomatedBackups: () => {
        throw awsError("DBInstanceAutomatedBackupNotFoundFault");
      },
    };
    expect(await status(responses, [database, replication])).to.deep.equal([
      [
        "error",
        "The replication of the database's backups to us-west-2 is missing; expected replicating. See docs/backups.md, If the replication stops.",
      ],
    ]);
  });

  it("tells of the backups of an instance that the database replaced", async () => {
    const responses = { DescribeDBInstanceAutomatedBackups: replicated("replicating", hoursAgo(0.2)) };
    expect(await status(responses, [{ ...database, id: "db-2" }, replication])).to.deep.equal([
      [
        "error",
        "The backups in us-west-2 are those of another instance (db-1), which the database replaced. The database (db-2) is not replicated. See docs/backups.md, If the replication stops.",
      ],
    ]);
  });

  it("is fine while the stack sleeps", async () => {
    const responses = { DescribeDBInstanceAutomatedBackups: replicated("replicating", hoursAgo(12)) };
    const [[level] = []] = await status(responses, [database, replication], true);
    expect(level).to.equal("ok");
  });

  it("is the age of the newest snapshot in each vault", async () => {
    const taken: Record<string, Date[]> = {
      "us-west-1": [hoursAgo(60), hoursAgo(9)],
      "us-west-2": [hoursAgo(60)],
    };
    const responses: Responses = {
      DescribeDBSnapshots: (input, region) => {
        expect(input).to.include({ SnapshotType: "awsbackup", DBInstanceIdentifier: "beo-datastore-prod" });
        return { DBSnapshots: taken[region]?.map((SnapshotCreateTime) => ({ SnapshotCreateTime })) };
      },
    };
    expect(await status(responses, [database, vault("us-west-1"), vault("us-west-2")])).to.deep.equal([
      ["ok", "The vault in us-west-1 has a snapshot of 2026-11-26T03:00 UTC."],
      [
        "error",
        "The newest snapshot of the database in the vault in us-west-2 is 60 hours old (2026-11-24T00:00 UTC). See the jobs in AWS Backup:",
        "aws backup list-backup-jobs --by-state FAILED --region us-west-1",
      ],
    ]);
    const none = { DescribeDBSnapshots: () => ({ DBSnapshots: [] }) };
    expect(await status(none, [database, vault("us-west-1")])).to.deep.equal([
      [
        "warning",
        "The vault in us-west-1 has no snapshot of the database yet. AWS Backup takes one each night.",
      ],
    ]);
  });

  it("cannot be read without the rights, which it names", async () => {
    const responses = {
      DescribeDBInstanceAutomatedBackups: () => {
        throw awsError("AccessDenied");
      },
    };
    const context = { stack: "prod", region: "us-west-1", clients: fakeAws(responses), now };
    const { unread } = await runChecks(checkOtherBackups({ ...context, resources: [database, replication] }));
    expect(unread.map(({ actions }) => actions)).to.deep.equal([["rds:DescribeDBInstanceAutomatedBackups"]]);
  });
});

describe("the preflight of backups in another region", () => {
  const enabled = { DescribeRegions: () => ({ Regions: [{ OptInStatus: "opt-in-not-required" }] }) };
  /** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedBackups.Replicating.Describe.html */
  const sources = (isSupported: boolean): Responses => ({
    DescribeSourceRegions: ({ RegionName }, region) => {
      expect([RegionName, region]).to.deep.equal(["us-west-1", "eu-central-1"]);
      return {
        SourceRegions: [
          { RegionName, Status: "available", SupportsDBInstanceAutomatedBackupsReplication: isSupported },
        ],
      };
    },
  });
  const preflight = (
    responses: Responses,
    planned: object[] = [{ type: replicationType, inputs: { region: "eu-central-1" } }],
  ) => {
    const context = { stack: "prod", region: "us-west-1", clients: fakeAws(responses), planned };
    return read(checkBackups(context as unknown as PreflightContext));
  };
  const otherRegion = "npx pulumi config set --path backup.region us-west-2 -s prod";

  it("asks for nothing without them", async () => {
    expect(await preflight({}, [])).to.deep.equal([]);
  });

  it("passes where RDS replicates between the regions", async () => {
    expect(await preflight({ ...enabled, ...sources(true) })).to.deep.equal([
      ["ok", "RDS replicates backups from us-west-1 to eu-central-1."],
    ]);
  });

  it("fails where it does not, with the commands", async () => {
    expect(await preflight({ ...enabled, ...sources(false) })).to.deep.equal([
      [
        "error",
        "RDS does not replicate backups from us-west-1 to eu-central-1. Choose another region, or none:",
        otherRegion,
        "npx pulumi config set --path backup.region none -s prod",
      ],
    ]);
  });

  it("fails for a region that is not enabled, or none of AWS", async () => {
    expect(
      await preflight({ DescribeRegions: () => ({ Regions: [{ OptInStatus: "not-opted-in" }] }) }),
    ).to.deep.equal([
      [
        "error",
        "The region of the backups, eu-central-1, is not enabled in the account. Enable it, which takes some minutes, or choose another one:",
        "aws account enable-region --region-name eu-central-1",
        otherRegion,
      ],
    ]);
    expect(await preflight({ DescribeRegions: () => ({ Regions: [] }) })).to.deep.equal([
      ["error", "backup.region is eu-central-1, which is no region of AWS.", otherRegion],
    ]);
  });
});
