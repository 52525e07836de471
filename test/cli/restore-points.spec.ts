import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DBInstance, DBInstanceAutomatedBackup, DBSnapshot } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { describe, it } from "mocha";
import { describePlan, listPoints } from "../../cli/restore/plan";
import {
  checkPoint,
  findSnapshot,
  getLabel,
  isOfOther,
  type Point,
  type PointOptions,
  readPoint,
  readRetained,
  readSnapshots,
} from "../../cli/restore/points";
import { explainRefusal } from "../../cli/restore/refusals";
import { getConfigureRequest, getRestoreRequest } from "../../cli/restore/requests";
import { parseAnswer } from "../../cli/restore/restore";
import { parseTime } from "../../cli/moment";
import type { Context } from "../../cli/restore/context";
import { restoreBeside } from "../../cli/restore/steps";
import { replaceInstance } from "../../cli/restore/state-edit";
import { checkPreview } from "../../cli/restore/update";
import type { Counts, Failure } from "../../cli/restore/count-rows";
import { formatCounts } from "../../cli/restore/format-rows";
import { awsError, fakeAws } from "../support/fake-aws";

const backup = "arn:aws:rds:us-west-1:123456789012:auto-backup:ab-l2ijcexjp7xq7hoj4siexample";

/** As DescribeDBInstances returns it: RDS reports IOPS and throughput of all gp3 storage. */
const instance: DBInstance = {
  DBInstanceIdentifier: "beo-datastore-prod",
  DbiResourceId: "db-AAAAAAAAAAAAAAAAAAAAAAAAAA",
  DBInstanceClass: "db.m6g.large",
  Engine: "postgres",
  EngineVersion: "17.4",
  MasterUsername: "beo_datastore",
  AllocatedStorage: 100,
  MaxAllocatedStorage: 400,
  StorageType: "gp3",
  Iops: 3000,
  StorageThroughput: 125,
  StorageEncrypted: true,
  KmsKeyId: "arn:aws:kms:us-west-1:123456789012:key/1",
  MultiAZ: true,
  PubliclyAccessible: false,
  AutoMinorVersionUpgrade: true,
  BackupRetentionPeriod: 14,
  PreferredBackupWindow: "10:00-10:30",
  PreferredMaintenanceWindow: "sun:11:00-sun:12:00",
  CACertificateIdentifier: "rds-ca-rsa2048-g1",
  CopyTagsToSnapshot: true,
  DeletionProtection: true,
  EnabledCloudwatchLogsExports: ["postgresql", "upgrade"],
  IAMDatabaseAuthenticationEnabled: true,
  EngineLifecycleSupport: "open-source-rds-extended-support-disabled",
  NetworkType: "IPV4",
  Endpoint: { Address: "beo-datastore-prod.example.com", Port: 5432 },
  LatestRestorableTime: new Date("2026-11-27T06:25:00Z"),
  DBSubnetGroup: { DBSubnetGroupName: "beo-db-subnets-1234567" },
  DBParameterGroups: [{ DBParameterGroupName: "beo-db-postgres17-1234567" }],
  OptionGroupMemberships: [{ OptionGroupName: "default:postgres-17", Status: "in-sync" }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }, { VpcSecurityGroupId: "sg-2" }],
  MonitoringInterval: 60,
  MonitoringRoleArn: "arn:aws:iam::123456789012:role/beo-datastore-prod/beo-db-monitoring",
  PerformanceInsightsEnabled: true,
  PerformanceInsightsKMSKeyId: "arn:aws:kms:us-west-1:123456789012:key/2",
  PerformanceInsightsRetentionPeriod: 465,
  DatabaseInsightsMode: "advanced",
  TagList: [
    { Key: "Project", Value: "beo-datastore" },
    { Key: "aws:cloudformation:stack-name", Value: "reserved" },
    { Key: "ReplacedBy", Value: "db-BBBBBBBBBBBBBBBBBBBBBBBBBB" },
  ],
};

const point: Point = {
  label: "latest",
  source: "beo-datastore-prod",
  engine: "postgres",
  version: "17.4",
  username: "beo_datastore",
  size: 100,
  isEncrypted: true,
};

const getMessage = async (run: () => Promise<unknown>) => {
  try {
    await run();
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail("it did not fail");
};

describe("the recovery points of npx beo restore", () => {
  const now = new Date("2026-11-27T06:30:00Z");

  it("are listed with their options and ages", () => {
    const snapshots: DBSnapshot[] = [
      {
        DBSnapshotIdentifier: "rds:beo-datastore-prod-2026-11-26-10-05",
        SnapshotType: "automated",
        SnapshotCreateTime: new Date("2026-11-26T10:05:00Z"),
        Encrypted: true,
      },
      {
        DBSnapshotIdentifier: "before-migration",
        SnapshotType: "manual",
        SnapshotCreateTime: new Date("2026-11-20T06:30:00Z"),
        Encrypted: false,
      },
      {
        DBSnapshotIdentifier: "beo-datastore-prod-old-db-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        DBInstanceIdentifier: "beo-datastore-prod-old",
        DbiResourceId: "db-AAAAAAAAAAAAAAAAAAAAAAAAAA",
        SnapshotType: "manual",
        SnapshotCreateTime: new Date("2026-11-19T06:30:00Z"),
      },
      {
        DBSnapshotIdentifier: "beo-datastore-prod-final-0123abcd",
        DBInstanceIdentifier: "beo-datastore-prod",
        SnapshotType: "manual",
        SnapshotCreateTime: new Date("2025-11-27T06:30:00Z"),
      },
    ];
    const window = { earliest: new Date("2026-11-13T10:05:00Z"), latest: instance.LatestRestorableTime };
    const retained: DBInstanceAutomatedBackup[] = [
      {
        DBInstanceAutomatedBackupsArn: backup,
        DBInstanceIdentifier: "beo-datastore-prod-old",
        RestoreWindow: {
          EarliestTime: new Date("2026-11-13T10:05:00Z"),
          LatestTime: new Date("2026-11-19T06:25:00Z"),
        },
      },
    ];
    const frame = { stack: "prod", now: () => now };
    expect(listPoints(frame, "beo-datastore-prod", window, snapshots, retained)).to.equal(
      [
        "What beo-datastore-prod, the database of prod, can be restored from:",
        "Automated backups",
        "  --latest: 2026-11-27T06:25:00Z, 5 min ago",
        "  --time <moment>: from 2026-11-13T10:05:00Z to 2026-11-27T06:25:00Z",
        `  --automated-backup ${backup}: kept of beo-datastore-prod-old, from 2026-11-13T10:05:00Z to 2026-11-19T06:25:00Z`,
        "Snapshots",
        "  --snapshot rds:beo-datastore-prod-2026-11-26-10-05: automated, 2026-11-26T10:05:00Z, 20 h 25 min ago",
        "  --snapshot before-migration: manual, 2026-11-20T06:30:00Z, 7 d ago, not encrypted",
        "  --snapshot beo-datastore-prod-old-db-aaaaaaaaaaaaaaaaaaaaaaaaaa: final of beo-datastore-prod-old, 2026-11-19T06:30:00Z, 8 d ago",
        "  --snapshot beo-datastore-prod-final-0123abcd: final, 2025-11-27T06:30:00Z, 365 d ago",
      ].join("\n"),
    );
    expect(listPoints({ stack: "prod", now: () => now }, "data", {}, [])).to.match(
      /none: the database has no automated backups\nSnapshots\n {2}none$/,
    );
  });

  it("are chosen by an answer in the words of the list", () => {
    const cases: [string, PointOptions][] = [
      ["latest", { latest: true }],
      ["--latest", { latest: true }],
      ["2026-11-24T09:30:00Z", { time: "2026-11-24T09:30:00Z" }],
      ["--time 2026-11-24T09:30:00Z", { time: "2026-11-24T09:30:00Z" }],
      ["before-migration", { snapshot: "before-migration" }],
      ["--snapshot before-migration", { snapshot: "before-migration" }],
    ];
    for (const [answer, expected] of cases) {
      expect(parseAnswer(answer), answer).to.deep.equal(expected);
    }
    for (const answer of [backup, `--automated-backup ${backup}`, `${backup} --latest`]) {
      expect(parseAnswer(answer), answer).to.deep.equal({ automatedBackup: backup, latest: true });
    }
    const time = "2026-11-24T09:30:00Z";
    expect(parseAnswer(`${backup} --time ${time}`)).to.deep.equal({ automatedBackup: backup, time });
    expect(() => parseAnswer(`${backup} yesterday`)).to.throw('"yesterday" is no moment');
    // AWS's own names, and those of other accounts.
    for (const snapshot of [
      "rds:beo-datastore-prod-2026-11-26-10-05",
      "awsbackup:job-1",
      "arn:aws:rds:us-west-1:123456789012:snapshot:before-migration",
    ]) {
      expect(parseAnswer(snapshot)).to.deep.equal({ snapshot });
    }
    for (const answer of [
      "2026-11-27T03:00:00",
      "2026-11-27 20:05:00Z",
      "2026-11-27",
      "--time 2026-11-27T03:00:00",
      "20:05",
      "before migration",
      "before--migration",
    ]) {
      expect(() => parseAnswer(answer), answer).to.throw(
        `"${answer.replace("--time ", "")}" is no moment with its time zone, such as 2026-11-24T09:30:00Z. Nothing was changed.`,
      );
    }
    expect(() => parseAnswer("")).to.throw("Nothing was changed.");
  });

  // DescribeDBSnapshots: without a type, automated and manual snapshots; by its name, an automated one needs its type.
  it("are looked for under every name and type that RDS tells apart", async () => {
    const asked: unknown[] = [];
    const { rds } = fakeAws({
      DescribeDBSnapshots: ({ DBInstanceIdentifier, DBSnapshotIdentifier, SnapshotType: type }) => {
        asked.push([DBSnapshotIdentifier ?? DBInstanceIdentifier, type]);
        const day = asked.length;
        const created = { SnapshotCreateTime: new Date(Date.UTC(2026, 10, day)) };
        return {
          DBSnapshots: [
            { DBSnapshotIdentifier: String(day), Status: "available", ...created },
            { DBSnapshotIdentifier: "unfinished", Status: "creating", ...created },
          ],
        };
      },
      DescribeDBInstanceAutomatedBackups: () => ({
        DBInstanceAutomatedBackups: [
          ["1", "retained", "data-old"],
          ["2", "active", "data"],
          ["3", "retained", "other"],
          ["4", "retained", "data"],
        ].map(([DBInstanceAutomatedBackupsArn, Status, DBInstanceIdentifier]) => ({
          DBInstanceAutomatedBackupsArn,
          Status,
          DBInstanceIdentifier,
        })),
      }),
    });
    const found = await readSnapshots(rds(), "data");
    expect(found.map(({ DBSnapshotIdentifier: id }) => id)).to.deep.equal([
      "10",
      "9",
      "8",
      "7",
      "6",
      "5",
      "4",
      "3",
      "2",
      "1",
    ]);
    expect(asked).to.have.deep.members(
      ["data", "data-old", "data-restored", "data-rescue", "data-latest"].flatMap((name) => [
        [name, undefined],
        [name, "awsbackup"],
      ]),
    );
    const retained = await readRetained(rds(), "data");
    expect(retained.map(({ DBInstanceAutomatedBackupsArn: arn }) => arn)).to.deep.equal(["1", "4"]);
    const arn = "arn:aws:rds:us-west-1:123456789012:snapshot:";
    const cases = [
      ["rds:data-2026-11-26-10-05", "automated"],
      ["RDS:data-2026-11-26-10-05", "automated"],
      [`${arn}rds:data-2026-11-26-10-05`, "automated"],
      ["awsbackup:job-1", "awsbackup"],
      [`${arn}awsbackup:job-1`, "awsbackup"],
      ["before-migration", undefined],
      [`${arn}before-migration`, undefined],
    ] as const;
    for (const [snapshot, type] of cases) {
      asked.length = 0;
      await findSnapshot(rds(), snapshot);
      expect(asked).to.deep.equal([[snapshot, type]]);
    }
  });

  it("are the database's own under every name that the documents restore it to", () => {
    const folder = join(__dirname, "../../docs");
    const names = readdirSync(folder)
      .filter((file) => file.endsWith(".md"))
      .flatMap((file) => [
        ...readFileSync(join(folder, file), "utf8").matchAll(/--target-db-instance-identifier (\S+)/g),
      ])
      .map(([, name = ""]) => name);
    expect([...new Set(names)].sort()).to.deep.equal(["$DB-latest", "$DB-rescue", "$DB-restored"]);
    for (const name of names) {
      expect(isOfOther({ ...point, source: name.replace("$DB", "data") }, "data"), name).to.equal(false);
    }
    expect(isOfOther({ ...point, source: "data-drill" }, "data")).to.equal(true);
    expect(isOfOther({ ...point, source: "other-rescue" }, "data")).to.equal(true);
  });

  it("are moments with a time zone", () => {
    expect(parseTime("2026-11-24T09:30:00Z")?.toISOString()).to.equal("2026-11-24T09:30:00.000Z");
    expect(parseTime("2026-11-24T01:30-08:00")?.toISOString()).to.equal("2026-11-24T09:30:00.000Z");
    for (const wrong of [
      "2026-11-24T09:30:00",
      "2026-11-24",
      "yesterday",
      "2026-13-24T09:30:00Z",
      "2026-02-31T09:30:00Z",
      "",
    ]) {
      expect(parseTime(wrong), wrong).to.equal(undefined);
    }
  });

  it("have labels that tags of RDS allow", () => {
    const labels = [
      getLabel({ latest: true }),
      getLabel({ time: "2026-11-24T01:30:00-08:00" }),
      getLabel({ snapshot: "rds:beo-datastore-prod-2026-11-26-10-05" }),
      getLabel({ automatedBackup: backup, latest: true }),
    ];
    expect(labels).to.deep.equal([
      "latest",
      "2026-11-24T09:30:00Z",
      "snapshot rds:beo-datastore-prod-2026-11-26-10-05",
      `${backup} latest`,
    ]);
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
    for (const label of labels) {
      expect(label).to.match(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
    }
    expect(getLabel({})).to.equal(undefined);
  });

  it("are read from AWS: within the window, complete, and there", async () => {
    const { rds } = fakeAws({
      DescribeDBInstanceAutomatedBackups: ({ DBInstanceAutomatedBackupsArn: arn }) => ({
        DBInstanceAutomatedBackups: [
          {
            DbiResourceId: arn === undefined ? instance.DbiResourceId : "db-CCCCCCCCCCCCCCCCCCCCCCCCCC",
            DBInstanceIdentifier: "gone",
            Engine: "postgres",
            EngineVersion: "16.2",
            MasterUsername: "old",
            AllocatedStorage: 50,
            Encrypted: true,
            RestoreWindow: {
              EarliestTime: new Date("2026-11-13T10:05:00Z"),
              LatestTime: new Date("2026-11-27T06:25:00Z"),
            },
          } satisfies DBInstanceAutomatedBackup,
        ],
      }),
      DescribeDBSnapshots: ({ DBSnapshotIdentifier: id }) => ({
        DBSnapshots: [
          {
            DBSnapshotIdentifier: id,
            DBInstanceIdentifier: "beo-datastore-staging",
            Status: id === "unfinished" ? "creating" : "available",
            Engine: "postgres",
            EngineVersion: "17.2",
            MasterUsername: "beo_datastore",
            AllocatedStorage: 30,
            Encrypted: false,
            SnapshotCreateTime: new Date("2026-11-26T00:00:00Z"),
            OriginalSnapshotCreateTime: new Date("2026-11-20T00:00:00Z"),
          },
        ],
      }),
    });
    const read = (options: PointOptions, of = instance) => readPoint(rds(), of, options);
    expect(await read({ latest: true })).to.deep.include({
      label: "latest",
      time: undefined,
      moment: new Date("2026-11-27T06:25:00Z"),
      size: 100,
    });
    expect(await read({ time: "2026-11-24T09:30:00Z" })).to.deep.include({
      time: new Date("2026-11-24T09:30:00Z"),
    });
    expect(await read({ snapshot: "copy" })).to.deep.include({
      label: "snapshot copy",
      snapshot: "copy",
      source: "beo-datastore-staging",
      version: "17.2",
      size: 30,
      isEncrypted: false,
      moment: new Date("2026-11-20T00:00:00Z"),
    });
    expect(await read({ automatedBackup: backup })).to.deep.include({
      backup,
      source: "gone",
      version: "16.2",
      size: 50,
    });
    const window = "can be restored from 2026-11-13T10:05:00Z to 2026-11-27T06:25:00Z.";
    expect(await getMessage(() => read({ time: "2026-11-13T10:04:59Z" }))).to.equal(
      `--time is 2026-11-13T10:04:59Z, but the database ${window}`,
    );
    expect(await getMessage(() => read({ automatedBackup: backup, time: "2026-11-27T06:25:01Z" }))).to.equal(
      `--time is 2026-11-27T06:25:01Z, but the automated backup ${window}`,
    );
    const other = {
      ...instance,
      DbiResourceId: "db-other",
      InstanceCreateTime: new Date("2026-11-20T00:00:00Z"),
    };
    expect(
      await getMessage(() => read({ time: "2026-11-19T00:00:00Z" }, other)),
      "without a window",
    ).to.equal(
      "--time is 2026-11-19T00:00:00Z, but the database can be restored from 2026-11-20T00:00:00Z to 2026-11-27T06:25:00Z.",
    );
    expect(await getMessage(() => read({ snapshot: "unfinished" }))).to.match(
      /is creating\. Wait for it: aws rds wait db-snapshot-available --region us-west-1 --db-snapshot-identifier unfinished$/,
    );
    expect(
      await getMessage(() => read({ latest: true }, { ...instance, LatestRestorableTime: undefined })),
    ).to.match(/^RDS has no latest restorable time of the database/);
  });

  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
  it("of another account are restored from a copy where they are encrypted, and those of another region always", async () => {
    const own = { ...instance, DBInstanceArn: "arn:aws:rds:us-west-1:123456789012:db:beo-datastore-prod" };
    const shared = "arn:aws:rds:us-west-1:210987654321:snapshot:before-migration";
    const read = (snapshot: string, found: DBSnapshot | undefined) => {
      const { rds } = fakeAws({
        DescribeDBSnapshots: ({ DBSnapshotIdentifier: id, IncludeShared: includes }) => {
          expect([id, includes]).to.deep.equal([snapshot, true]);
          if (found === undefined) {
            throw awsError("DBSnapshotNotFoundFault");
          }
          return { DBSnapshots: [{ Status: "available", ...found }] };
        },
      });
      return readPoint(rds(), own, { snapshot });
    };
    const found = { DBInstanceIdentifier: "beo-datastore-prod" };
    const getCopy = (more: string) =>
      [
        "Copy it first, then name the copy: --snapshot before-migration-copy",
        `  aws rds copy-db-snapshot --region us-west-1${more} --target-db-snapshot-identifier before-migration-copy --kms-key-id ${own.KmsKeyId!}`,
        "  aws rds wait db-snapshot-available --region us-west-1 --db-snapshot-identifier before-migration-copy",
      ].join("\n");
    expect(await getMessage(() => read(shared, { ...found, Encrypted: true }))).to.equal(
      `The snapshot ${shared} is of the account 210987654321, and encrypted. RDS does not restore such a snapshot. ${getCopy(` --source-db-snapshot-identifier ${shared}`)}`,
    );
    const elsewhere = "arn:aws:rds:us-west-2:123456789012:snapshot:before-migration";
    expect(await getMessage(() => read(elsewhere, undefined))).to.equal(
      `The snapshot ${elsewhere} is in us-west-2, not in us-west-1. ${getCopy(` --source-region us-west-2 --source-db-snapshot-identifier ${elsewhere}`)}`,
    );
    expect(await getMessage(() => read(shared, undefined))).to.equal(
      "The account 210987654321 shares no snapshot before-migration with 123456789012, the account of the database. Share it, with the credentials of 210987654321: aws rds modify-db-snapshot-attribute --region us-west-1 --db-snapshot-identifier before-migration --attribute-name restore --values-to-add 123456789012",
    );
    const foreign = await read(shared, { ...found, Encrypted: false });
    expect([foreign.source, isOfOther(foreign, "beo-datastore-prod")]).to.deep.equal([
      "beo-datastore-prod of the account 210987654321",
      true,
    ]);
    const ownArn = "arn:aws:rds:us-west-1:123456789012:snapshot:before-migration";
    expect((await read(ownArn, { ...found, Encrypted: true })).source).to.equal("beo-datastore-prod");
  });

  it("are refused where they cannot take the place of the database", () => {
    const check = (changed: Partial<Point>, allow = false, of: Partial<DBInstance> = {}) =>
      checkPoint({ ...point, ...changed }, { ...instance, ...of }, allow).map((problem) =>
        problem.slice(0, 45),
      );
    expect(check({})).to.deep.equal([]);
    expect(check({ version: "17.1" })).to.deep.equal([]);
    expect(check({ version: "16.2" })).to.deep.equal(
      ["It has postgres 16.2, the database postgres 17"].map((text) => text.slice(0, 45)),
    );
    expect(check({ engine: "mysql" })).to.have.length(1);
    expect(check({ username: "other" })[0]).to.match(/^Its master user is other/);
    // 10% more than the storage.
    expect(check({ size: 363 })).to.deep.equal([]);
    expect(check({ size: 364 })[0]).to.match(/^It has 364 GiB\. database\.maxAllocatedStorage/);
    expect(check({ size: 101 }, false, { MaxAllocatedStorage: undefined })[0]).to.match(
      /^It has 101 GiB, the/,
    );
    expect(check({ isEncrypted: false })[0]).to.match(/^It is not encrypted, and the database is/);
    expect(check({ isEncrypted: false }, true)).to.deep.equal([]);
    expect(check({ isEncrypted: false }, false, { StorageEncrypted: false })).to.deep.equal([]);
    expect(check({ version: "16.2", username: "other", isEncrypted: false })).to.have.length(3);
  });
});

describe("the requests of npx beo restore", () => {
  const settings = {
    AllocatedStorage: 100,
    AutoMinorVersionUpgrade: true,
    BackupRetentionPeriod: 14,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    CopyTagsToSnapshot: true,
    DBInstanceClass: "db.m6g.large",
    DBParameterGroupName: "beo-db-postgres17-1234567",
    DBSubnetGroupName: "beo-db-subnets-1234567",
    DeletionProtection: true,
    EnableCloudwatchLogsExports: ["postgresql", "upgrade"],
    EnableIAMDatabaseAuthentication: true,
    EngineLifecycleSupport: "open-source-rds-extended-support-disabled",
    MultiAZ: true,
    NetworkType: "IPV4",
    Port: 5432,
    PreferredBackupWindow: "10:00-10:30",
    PubliclyAccessible: false,
    StorageType: "gp3",
    VpcSecurityGroupIds: ["sg-1", "sg-2"],
  };
  const tags = (label: string) => [
    { Key: "Project", Value: "beo-datastore" },
    { Key: "RestoredFrom", Value: label },
  ];

  it("restore a moment with all settings of the database", () => {
    const time = new Date("2026-11-24T09:30:00Z");
    expect(getRestoreRequest({ ...point, label: "2026-11-24T09:30:00Z", time }, instance)).to.deep.equal({
      toPointInTime: {
        TargetDBInstanceIdentifier: "beo-datastore-prod-restored",
        SourceDBInstanceIdentifier: "beo-datastore-prod",
        RestoreTime: time,
        MaxAllocatedStorage: 400,
        Tags: tags("2026-11-24T09:30:00Z"),
        ...settings,
      },
    });
    expect(getRestoreRequest(point, instance)).to.have.nested.property(
      "toPointInTime.UseLatestRestorableTime",
      true,
    );
  });

  it("restore to another class, without the processor features of the first, if that is asked for", async () => {
    const features = { ...instance, ProcessorFeatures: [{ Name: "coreCount", Value: "1" }] };
    const getInput = async (instanceClass?: string) => {
      let sent: Record<string, unknown> = {};
      const aws = fakeAws({
        RestoreDBInstanceToPointInTime: (input) => {
          sent = input;
          return {};
        },
      });
      const context = { clients: aws, stack: "prod", region: "us-west-1", print: () => undefined };
      await restoreBeside(context as unknown as Context, features, point, instanceClass);
      return [sent.DBInstanceClass, sent.ProcessorFeatures];
    };
    expect(await getInput()).to.deep.equal(["db.m6g.large", features.ProcessorFeatures]);
    expect(await getInput("db.m7g.large")).to.deep.equal(["db.m7g.large", undefined]);
    const frame = { stack: "prod", now: () => new Date() };
    expect(describePlan(frame, instance, point)).not.to.include("class");
    expect(describePlan(frame, instance, point, "db.m7g.large")).to.match(
      /\nThe restored database has the class db\.m7g\.large, and the update of step 8 changes it to that of the settings\. To keep it: npx pulumi config set --path database\.instanceClass db\.m7g\.large --stack prod$/,
    );
  });

  // The names of the errors are those of the SDK, and their codes: RDS API reference, RestoreDBInstanceToPointInTime.
  it("say what helps where RDS has no room for another instance", async () => {
    const getError = (name: string) =>
      getMessage(async () => {
        const context = { stack: "prod", region: "us-west-1" };
        await Promise.reject(awsError(name)).catch(explainRefusal(context, instance));
      });
    for (const name of ["InsufficientDBInstanceCapacityFault", "InsufficientDBInstanceCapacity"]) {
      expect(await getError(name)).to.equal(
        [
          `${name}: ${name}`,
          "Nothing was changed. RDS has no capacity of db.m6g.large in the Availability Zones of the database's subnets. Run the command again in some minutes, or with another class and the point: npx beo restore prod --class <class>",
          "The classes of the region: aws rds describe-orderable-db-instance-options --region us-west-1 --engine postgres --engine-version 17.4 --query 'OrderableDBInstanceOptions[?Vpc].DBInstanceClass' --output text",
        ].join("\n"),
      );
    }
    for (const [name, code] of [
      ["InstanceQuotaExceededFault", "L-7B6409FD"],
      ["StorageQuotaExceeded", "L-7ADDB58A"],
    ] as const) {
      expect(await getError(name)).to.match(
        new RegExp(
          `^${name}: .*\nNothing was changed\\. .*\n {2}aws service-quotas get-service-quota --region us-west-1 --service-code rds --quota-code ${code} --query Quota\\.Value\n {2}aws service-quotas request-service-quota-increase --region us-west-1 --service-code rds --quota-code ${code} --desired-value <value>$`,
        ),
      );
    }
    expect(await getError("KMSKeyNotAccessibleFault")).to.equal("KMSKeyNotAccessibleFault");
  });

  it("restore an automated backup", () => {
    const request = getRestoreRequest({ ...point, backup }, instance);
    expect(request).to.have.nested.property("toPointInTime.SourceDBInstanceAutomatedBackupsArn", backup);
    expect(request).not.to.have.nested.property("toPointInTime.SourceDBInstanceIdentifier");
  });

  it("restore a snapshot, without the setting that RDS does not take there", () => {
    const label = "snapshot copy";
    expect(getRestoreRequest({ ...point, label, snapshot: "copy", size: 30 }, instance)).to.deep.equal({
      fromSnapshot: {
        DBInstanceIdentifier: "beo-datastore-prod-restored",
        DBSnapshotIdentifier: "copy",
        Tags: tags(label),
        ...settings,
      },
    });
    const { fromSnapshot } = getRestoreRequest({ ...point, snapshot: "copy", size: 120 }, instance) as {
      fromSnapshot: { AllocatedStorage: number };
    };
    expect(fromSnapshot.AllocatedStorage, "never less than the snapshot").to.equal(120);
  });

  it("name IOPS and throughput only where they are provisioned: gp3 from 400 GiB on, io1 and io2", () => {
    const get = (changed: DBInstance) => {
      const request = getRestoreRequest(point, { ...instance, ...changed }) as {
        toPointInTime: { Iops?: number; StorageThroughput?: number };
      };
      return [request.toPointInTime.Iops, request.toPointInTime.StorageThroughput];
    };
    expect(get({})).to.deep.equal([undefined, undefined]);
    expect(get({ AllocatedStorage: 400, Iops: 12_000, StorageThroughput: 500 })).to.deep.equal([12_000, 500]);
    expect(get({ StorageType: "io2", Iops: 2000, StorageThroughput: undefined })).to.deep.equal([
      2000,
      undefined,
    ]);
    expect(get({ StorageType: "gp2", AllocatedStorage: 500, Iops: 1500 })).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it("give the restored database what a restore does not take, and the password, but no role that trusts another name", () => {
    const restored = { DBInstanceIdentifier: "beo-datastore-prod-restored", MaxAllocatedStorage: 400 };
    expect(getConfigureRequest(instance, restored, "Current-password1")).to.deep.equal({
      DBInstanceIdentifier: "beo-datastore-prod-restored",
      ApplyImmediately: true,
      MasterUserPassword: "Current-password1",
      PreferredMaintenanceWindow: "sun:11:00-sun:12:00",
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: "arn:aws:kms:us-west-1:123456789012:key/2",
      PerformanceInsightsRetentionPeriod: 465,
      DatabaseInsightsMode: "advanced",
    });
    const plain = { ...instance, PerformanceInsightsEnabled: false };
    expect(getConfigureRequest(plain, { DBInstanceIdentifier: "restored" }, undefined)).to.deep.equal({
      DBInstanceIdentifier: "restored",
      ApplyImmediately: true,
      PreferredMaintenanceWindow: "sun:11:00-sun:12:00",
      MaxAllocatedStorage: 400,
    });
  });
});

describe("the state after npx beo restore", () => {
  const urn = "urn:pulumi:prod::beo-datastore::beo:index:Database$aws:rds/instance:Instance::beo-db-instance";
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "v1:abc",
  };
  const state = (inputs: object, outputs: object, id = "db-AAAAAAAAAAAAAAAAAAAAAAAAAA") =>
    JSON.stringify({
      version: 3,
      deployment: {
        manifest: { time: "2026-11-27T06:00:00Z" },
        resources: [
          {
            urn: "urn:pulumi:prod::beo-datastore::pulumi:pulumi:Stack::beo-datastore-prod",
            type: "pulumi:pulumi:Stack",
          },
          { urn, type: "aws:rds/instance:Instance", id, inputs: { password: secret, ...inputs }, outputs },
        ],
      },
    });
  const next: DBInstance = {
    DbiResourceId: "db-BBBBBBBBBBBBBBBBBBBBBBBBBB",
    StorageEncrypted: true,
    KmsKeyId: "arn:aws:kms:us-west-1:123456789012:key/2",
  };
  const replace = (text: string, to = next) =>
    JSON.parse(replaceInstance(text, "beo-datastore-prod", instance, to)) as unknown;

  it("has the other instance, its encryption and its key, and the secrets as they were", () => {
    const before = state(
      { identifier: "beo-datastore-prod", kmsKeyId: "arn:aws:kms:us-west-1:123456789012:key/1" },
      { identifier: "beo-datastore-prod", resourceId: "db-AAAAAAAAAAAAAAAAAAAAAAAAAA", address: "a" },
    );
    const key = next.KmsKeyId;
    const after = state(
      { identifier: "beo-datastore-prod", kmsKeyId: key, storageEncrypted: true },
      {
        identifier: "beo-datastore-prod",
        resourceId: "db-BBBBBBBBBBBBBBBBBBBBBBBBBB",
        address: "a",
        storageEncrypted: true,
        kmsKeyId: key,
      },
      next.DbiResourceId,
    );
    expect(replace(before)).to.deep.equal(JSON.parse(after));
  });

  it("gets no key as an input that an adopted database did not have, and loses that of an unencrypted one", () => {
    const identifier = "beo-datastore-prod";
    const read = (text: string, to?: DBInstance) =>
      (replace(text, to) as { deployment: { resources: { inputs: object; outputs: object }[] } }).deployment
        .resources[1];
    expect(read(state({ identifier }, {}))?.inputs).to.deep.equal({
      password: secret,
      identifier,
      storageEncrypted: true,
    });
    const plain = { ...next, StorageEncrypted: false, KmsKeyId: undefined };
    expect(read(state({ identifier, kmsKeyId: "key" }, {}), plain)).to.deep.include({
      inputs: { password: secret, identifier, storageEncrypted: false },
      outputs: { identifier, storageEncrypted: false, kmsKeyId: "" },
    });
  });

  it("has the replicated backups of the instance, and none of another one", () => {
    const type = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
    const arn = (region: string, id: string) => `arn:aws:rds:${region}:123456789012:auto-backup:ab-${id}`;
    const withReplication = (id: string) => {
      const text = JSON.parse(state({}, {})) as { deployment: { resources: object[] } };
      const outputs = { region: "us-west-2", id, retentionPeriod: 14 };
      text.deployment.resources.push({ urn: "urn:replication", type, id, inputs: {}, outputs });
      return JSON.stringify(text);
    };
    const read = (to: DBInstance) =>
      (
        replace(withReplication(arn("us-west-2", "old")), to) as {
          deployment: { resources: { type: string; id?: string; outputs: object }[] };
        }
      ).deployment.resources.filter((resource) => resource.type === type);
    // The update starts the replication of the restored instance.
    expect(read(next)).to.deep.equal([]);
    const replicated = [arn("us-east-1", "1"), arn("us-west-2", "2")].map((one) => ({
      DBInstanceAutomatedBackupsArn: one,
    }));
    // The old instance, after --undo, still has its own.
    expect(read({ ...next, DBInstanceAutomatedBackupsReplications: replicated })).to.deep.equal([
      {
        urn: "urn:replication",
        type,
        id: arn("us-west-2", "2"),
        inputs: {},
        outputs: { region: "us-west-2", id: arn("us-west-2", "2"), retentionPeriod: 14 },
      },
    ]);
  });

  it("is not changed where it does not have the old instance", () => {
    expect(() => replace(state({}, {}, "db-CCCCCCCCCCCCCCCCCCCCCCCCCC"))).to.throw(
      /does not have the database db-A/,
    );
  });

  it("is updated only where nothing is replaced or deleted, and no database is created", () => {
    const queue = "urn:pulumi:prod::beo-datastore::aws:sqs/queue:Queue::beo-queue";
    const isRefused = (op: string, of: string) =>
      checkPreview({ steps: [{ op, urn: of }] }).problem !== undefined;
    for (const op of ["replace", "create-replacement", "delete-replaced", "delete"]) {
      expect(isRefused(op, queue), op).to.equal(true);
    }
    for (const op of ["update", "create", "same", "refresh", "read"]) {
      expect(isRefused(op, queue), op).to.equal(false);
    }
    expect(isRefused("create", urn)).to.equal(true);
    // docs/restoring.md, "Another key": the old one stays in AWS, without its alias.
    const own = "urn:pulumi:prod::beo-datastore::beo:index:BeoDatastore$beo:index:Database$";
    const key = { urn: `${own}aws:kms/key:Key::beo-db-key`, oldState: { retainOnDelete: true } };
    expect(checkPreview({ steps: [{ op: "delete", ...key }] }).problem).to.equal(undefined);
    expect(checkPreview({ steps: [{ op: "replace", ...key }] }).problem).to.be.a("string");
    expect(isRefused("delete", `${own}aws:kms/alias:Alias::beo-db-key-alias`)).to.equal(false);
    expect(isRefused("delete", `${own}aws:kms/key:Key::beo-db-key`)).to.equal(true);
    expect(checkPreview({ steps: [{ op: "same", urn }] }).changes).to.deep.equal([]);
    expect(checkPreview({ steps: [{ op: "update", urn, diffReasons: ["tags"] }] }).changes).to.deep.equal([
      "update beo-db-instance (tags)",
    ]);
  });
});

describe("the rows that npx beo restore compares", () => {
  const toCounts = (rows: Record<string, string>): Counts =>
    new Map(Object.entries(rows).map(([table, count]) => [table, { rows: count }]));
  const before = toCounts({ "public.auth_user": "5", "public.event": "120", "public.new": "1" });
  const after = toCounts({ "public.auth_user": "5", "public.event": "20", "public.old": "3" });

  it("are a table that marks what differs", () => {
    expect(formatCounts(before, after)).to.deep.equal({
      table: [
        "  table               in use  restored",
        "  public.auth_user         5         5",
        "  public.event           120        20  *",
        "  public.new               1  no table  *",
        "  public.old        no table         3  *",
        "* 3 of 4 tables differ.",
      ].join("\n"),
      losses: "1 table with rows in the database in use is missing or empty in the restored one: public.new.",
    });
    expect(formatCounts(toCounts({ a: "1" }), toCounts({ a: "1" })).table).to.match(
      /\nThe rows of 1 table are the same\.$/,
    );
  });

  it("show a table that could not be read, and why, beside the others", () => {
    const reason = "canceling statement due to lock timeout";
    expect(formatCounts(new Map([...before, ["public.event", { reason }]]), after)).to.deep.equal({
      table: [
        "  table               in use  restored",
        "  public.auth_user         5         5",
        "  public.event             ?        20",
        "  public.new               1  no table  *",
        "  public.old        no table         3  *",
        "* 2 of 3 tables differ.",
      ].join("\n"),
      problem: `The rows of 1 table were not compared:\n  public.event, in use: ${reason}`,
      losses: "1 table with rows in the database in use is missing or empty in the restored one: public.new.",
    });
  });

  it("show those of the restored database where the original cannot be read", () => {
    const failure = { reason: "connection refused", isRefused: true };
    expect(formatCounts(failure, toCounts({ a: "1" }))).to.deep.equal({
      table: "  table  in use  restored\n  a           ?         1",
      problem: "The rows were not compared:\n  in use: connection refused",
    });
    expect(formatCounts(failure, failure)).to.deep.equal({
      problem: "The rows were not compared:\n  in use: connection refused\n  restored: connection refused",
    });
  });

  it("are lost where a table that has some is missing or empty in the restored database, or no table is there", () => {
    const getLosses = (inUse: Counts | Failure, restored: Counts | Failure) =>
      formatCounts(inUse, restored).losses;
    const refused = { reason: "connection refused", isRefused: true };
    const none = toCounts({});
    const user = { "public.auth_user": "1" };
    // Every table was dropped before that moment.
    expect(getLosses(toCounts(user), none)).to.equal("The restored database has no tables.");
    expect(getLosses(refused, none)).to.equal("The restored database has no tables.");
    expect(getLosses(none, none)).to.equal(
      "No table was found, neither in the database in use nor in the restored one.",
    );
    const tables = (rows: string) =>
      Object.fromEntries(["a", "b", "c", "d", "e", "f", "g"].map((table) => [table, rows]));
    expect(getLosses(toCounts({ ...user, ...tables("2") }), toCounts({ ...user, ...tables("0") }))).to.equal(
      "7 tables with rows in the database in use are missing or empty in the restored one: a, b, c, d, e, and 2 more.",
    );
    // A table of more than 1 GiB is estimated, and RDS may not have analyzed it.
    expect(getLosses(toCounts({ a: "about 0", b: "1" }), toCounts({ b: "1" }))).to.match(/: a\.$/);

    // Rows were added since; a table, or all, was dropped since; an empty table was added since.
    expect(getLosses(toCounts({ a: "120" }), toCounts({ a: "1" }))).to.equal(undefined);
    expect(getLosses(toCounts({ a: "1" }), toCounts({ a: "1", b: "3" }))).to.equal(undefined);
    expect(getLosses(none, toCounts(user))).to.equal(undefined);
    expect(getLosses(toCounts({ a: "1", b: "0" }), toCounts({ a: "1" }))).to.equal(undefined);
    expect(getLosses(toCounts({ a: "about 5" }), toCounts({ a: "about 0" }))).to.equal(undefined);
    expect(getLosses(toCounts(user), refused)).to.equal(undefined);
  });
});
