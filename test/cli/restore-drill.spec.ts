import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { chooseFiles } from "../../cli/restore-drill/choose-files";
import { compare, formatOutcome, type DrillFindings } from "../../cli/restore-drill/compare";
import { deleteDatabase, getRecoveryPoint } from "../../cli/restore-drill/database";
import { findMissingFiles } from "../../cli/restore-drill/objects";
import { createDrillDatabase } from "../../cli/restore-drill/program";
import {
  type DrillRecord,
  formatRecord,
  getDrillParameter,
  parseLastDrill,
} from "../../cli/restore-drill/record";
import {
  describeRecoveryPoint,
  findRecoveryPoint,
  formatTag,
  parseTag,
  type RecoveryPoint,
} from "../../cli/restore-drill/recovery-point";
import { awsError, fakeAws } from "../support/fake-aws";
import { run } from "../support/run";
import { fixtures } from "../support/stacks";

/** What DescribeDBInstances returns of a database of prod. */
const original = {
  DBInstanceIdentifier: "beo-datastore-prod",
  DbiResourceId: "db-ABC",
  DBInstanceClass: "db.m6g.large",
  LatestRestorableTime: new Date("2026-11-27T06:25:30.500Z"),
  BackupRetentionPeriod: 14,
  StorageEncrypted: true,
  DBSubnetGroup: { DBSubnetGroupName: "beo-db-subnets-1" },
  DBParameterGroups: [{ DBParameterGroupName: "beo-db-postgres17-1" }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }, { VpcSecurityGroupId: "sg-2" }],
};
const now = new Date("2026-11-27T08:00:00Z");
const latest: RecoveryPoint = { kind: "latest", time: "2026-11-27T06:25:30Z" };

describe("the recovery point of a restore drill", () => {
  const snapshots = (...DBSnapshots: object[]) => fakeAws({ DescribeDBSnapshots: () => ({ DBSnapshots }) });
  /** RDS keeps 14 days. */
  const backups = fakeAws({
    DescribeDBInstanceAutomatedBackups: () => ({
      DBInstanceAutomatedBackups: [
        {
          DbiResourceId: original.DbiResourceId,
          RestoreWindow: { EarliestTime: new Date("2026-11-13T03:00:00Z") },
        },
      ],
    }),
  });
  const snapshot = {
    DBInstanceIdentifier: "beo-datastore-prod",
    Status: "available",
    SnapshotCreateTime: new Date("2026-11-26T03:00:00Z"),
  };

  it("is the latest restorable time, a time before it, or a snapshot with the time of its data", async () => {
    expect(await findRecoveryPoint({}, original, fakeAws({}))).to.deep.equal(latest);
    const time = new Date("2026-11-24T09:30:00Z");
    expect(await findRecoveryPoint({ time }, original, backups)).to.deep.equal({
      kind: "time",
      time: "2026-11-24T09:30:00Z",
    });
    const copied = { ...snapshot, OriginalSnapshotCreateTime: new Date("2026-11-01T03:00:00Z") };
    expect(await findRecoveryPoint({ snapshot: "a" }, original, snapshots(snapshot))).to.deep.equal({
      kind: "snapshot",
      snapshot: "a",
      time: "2026-11-26T03:00:00Z",
    });
    // docs/backups.md: made of an automated backup.
    const rescue = { ...snapshot, DBInstanceIdentifier: "beo-datastore-prod-rescue" };
    expect((await findRecoveryPoint({ snapshot: "a" }, original, snapshots(rescue))).kind).to.equal(
      "snapshot",
    );
    expect((await findRecoveryPoint({ snapshot: "a" }, original, snapshots(copied))).time).to.equal(
      "2026-11-01T03:00:00Z",
    );
  });

  const refused: [title: string, find: () => Promise<unknown>, message: RegExp][] = [
    [
      "a time after the latest restorable one",
      () => findRecoveryPoint({ time: new Date("2026-11-27T06:26:00Z") }, original, backups),
      /^--time is 2026-11-27T06:26:00Z, but beo-datastore-prod can be restored from 2026-11-13T03:00:00Z to 2026-11-27T06:25:30Z\.$/,
    ],
    [
      "a time before the first backup that is kept",
      () => findRecoveryPoint({ time: new Date("2026-11-13T02:59:59Z") }, original, backups),
      /^--time is 2026-11-13T02:59:59Z, but beo-datastore-prod can be restored from 2026-11-13T03:00:00Z /,
    ],
    [
      "a database without automated backups",
      () => findRecoveryPoint({}, { DBInstanceIdentifier: "d", BackupRetentionPeriod: 0 }, fakeAws({})),
      /^d has no automated backups to restore: .* --snapshot <id>$/,
    ],
    [
      "a snapshot of another account",
      () =>
        findRecoveryPoint(
          { snapshot: "arn:aws:rds:us-west-1:210987654321:snapshot:a" },
          { ...original, DBInstanceArn: "arn:aws:rds:us-west-1:123456789012:db:beo-datastore-prod" },
          snapshots(snapshot),
        ),
      /^The snapshot arn:\S+ is of the account 210987654321 in us-west-1\. Expected one in the account and region of beo-datastore-prod\. Copy it first, then name the copy: --snapshot a-copy\n {2}aws rds copy-db-snapshot --region us-west-1 /,
    ],
    [
      "a snapshot of another database",
      () =>
        findRecoveryPoint(
          { snapshot: "a" },
          original,
          snapshots({ ...snapshot, DBInstanceIdentifier: "beo-datastore-dev" }),
        ),
      /^The snapshot a is of beo-datastore-dev\. Expected a snapshot of beo-datastore-prod/,
    ],
    [
      "a snapshot that does not exist",
      () =>
        findRecoveryPoint(
          { snapshot: "a" },
          original,
          fakeAws({
            DescribeDBSnapshots: () => {
              throw awsError("DBSnapshotNotFoundFault");
            },
          }),
        ),
      /^There is no snapshot a of beo-datastore-prod\. To list them: aws rds describe-db-snapshots --region us-west-1 /,
    ],
    [
      "a snapshot that is being created",
      () => findRecoveryPoint({ snapshot: "a" }, original, snapshots({ ...snapshot, Status: "creating" })),
      /^The snapshot a is creating\. Expected an available one\.$/,
    ],
  ];
  for (const [title, find, message] of refused) {
    it(`is not ${title}`, async () => {
      const error = await find().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(error?.message).to.match(message);
    });
  }

  it("is a tag of the throw-away database, with characters that RDS allows", () => {
    const points: [RecoveryPoint, string][] = [
      [latest, "latest 2026-11-27T06:25:30Z"],
      [{ kind: "time", time: "2026-11-24T09:30:00Z" }, "time 2026-11-24T09:30:00Z"],
      [
        {
          kind: "snapshot",
          time: "2026-11-26T03:00:00Z",
          snapshot: "rds:beo-datastore-prod-2026-11-26-03-00",
        },
        "snapshot 2026-11-26T03:00:00Z rds:beo-datastore-prod-2026-11-26-03-00",
      ],
    ];
    for (const [point, tag] of points) {
      expect(formatTag(point)).to.equal(tag);
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
      expect(tag).to.match(/^[\w .:/=+\-@]{1,256}$/);
      expect(parseTag(tag)).to.deep.equal(point);
      expect(getRecoveryPoint({ TagList: [{ Key: "Drill", Value: tag }] })).to.deep.equal(point);
    }
    for (const other of ["", "yes", "latest", "latest yesterday", "latest 2026-11-27T06:25:30Z more"]) {
      expect(parseTag(other), other).to.equal(undefined);
    }
    expect(getRecoveryPoint({})).to.equal(undefined);
  });

  it("is described for people", () => {
    expect(describeRecoveryPoint(latest)).to.equal(
      "automated backups, latest restorable time 2026-11-27T06:25:30Z",
    );
    expect(describeRecoveryPoint({ kind: "time", time: "2026-11-24T09:30:00Z" })).to.equal(
      "automated backups, as of 2026-11-24T09:30:00Z",
    );
  });
});

describe("the throw-away database", () => {
  const create = async (point: RecoveryPoint) => {
    const result = await run(() =>
      createDrillDatabase(
        {
          identifier: "beo-datastore-prod-drill",
          instanceClass: "db.m6g.large",
          point,
          tags: { Project: "beo-datastore", Environment: "prod" },
        },
        original,
      ),
    );
    expect(result.counts()).to.deep.equal({ Instance: 1 });
    return result.inputs("database");
  };

  it("has the original's groups, and is private, single, without backups and easy to delete", async () => {
    const { tags, restoreToPointInTime, ...inputs } = await create(latest);
    expect(inputs).to.deep.include({
      identifier: "beo-datastore-prod-drill",
      instanceClass: "db.m6g.large",
      dbSubnetGroupName: "beo-db-subnets-1",
      parameterGroupName: "beo-db-postgres17-1",
      vpcSecurityGroupIds: ["sg-1", "sg-2"],
      storageEncrypted: true,
      publiclyAccessible: false,
      multiAz: false,
      backupRetentionPeriod: 0,
      deletionProtection: false,
      skipFinalSnapshot: true,
      deleteAutomatedBackups: true,
    });
    expect(inputs).not.to.have.any.keys("password", "username", "snapshotIdentifier");
    expect(restoreToPointInTime).to.deep.equal({
      sourceDbInstanceIdentifier: "beo-datastore-prod",
      useLatestRestorableTime: true,
    });
    expect(tags).to.deep.equal({
      Project: "beo-datastore",
      Environment: "prod",
      ManagedBy: "Pulumi",
      Drill: "latest 2026-11-27T06:25:30Z",
    });
  });

  it("is restored to a time, or from a snapshot", async () => {
    const time = "2026-11-24T09:30:00Z";
    expect((await create({ kind: "time", time })).restoreToPointInTime).to.deep.equal({
      sourceDbInstanceIdentifier: "beo-datastore-prod",
      restoreTime: time,
    });
    const inputs = await create({ kind: "snapshot", time, snapshot: "a" });
    expect(inputs.snapshotIdentifier).to.equal("a");
    expect(inputs).not.to.have.property("restoreToPointInTime");
  });

  it("is the only one that is deleted without Pulumi", async () => {
    const requests: unknown[] = [];
    let databases: object[] = [
      { DBInstanceStatus: "available", TagList: [{ Key: "Drill", Value: formatTag(latest) }] },
    ];
    const aws = fakeAws({
      DescribeDBInstances: () => ({ DBInstances: databases }),
      DeleteDBInstance: (input) => {
        requests.push(input);
        databases = [];
        return {};
      },
    });
    databases = [{ DBInstanceStatus: "available", TagList: [{ Key: "Project", Value: "beo-datastore" }] }];
    const error = await deleteDatabase(aws, "d-drill").catch((reason: unknown) => reason as Error);
    expect(error?.message).to.equal(
      "d-drill is not a drill's database: it has no tag Drill. It was not deleted.",
    );
    expect(requests).to.deep.equal([]);
    databases = [];
    await deleteDatabase(aws, "d-drill");
    expect(requests).to.deep.equal([]);
  });
});

describe("the checks of a restore drill", () => {
  const table = (name: string, rows: number, newest: string | null = null) => ({
    table: `public.${name}`,
    rows,
    newest,
  });
  const findings: DrillFindings = {
    original: [table("auth_user", 3, "2026-11-27T06:00:00Z"), table("note", 0), table("reading", 40)],
    restored: [table("auth_user", 2, "2026-11-27T05:25:30Z"), table("note", 0), table("reading", 40)],
    recoveryPoint: latest.time,
    comparedAt: new Date("2026-11-27T07:25:30Z"),
    files: { checked: 20, missing: [], leftOut: [] },
  };

  it("pass where only rows of the last minutes are missing", () => {
    expect(compare(findings)).to.deep.equal({
      checks: {
        tables: { original: 3, restored: 3 },
        rows: { original: 43, restored: 42 },
        newestRow: { table: "public.auth_user", time: "2026-11-27T05:25:30Z", secondsBefore: 3600 },
        objects: { checked: 20, missing: 0, leftOut: [] },
      },
      result: "passed",
      problems: [],
    });
  });

  const broken: [title: string, change: Partial<DrillFindings>, problem: string][] = [
    [
      "a table is missing",
      { restored: [table("auth_user", 2, "2026-11-27T05:25:30Z"), table("reading", 40)] },
      "1 table is missing: public.note.",
    ],
    [
      "tables are empty",
      { restored: [table("auth_user", 0, "2026-11-27T05:25:30Z"), table("note", 0), table("reading", 0)] },
      "2 tables are empty and have rows in the original: public.auth_user, public.reading.",
    ],
    [
      "no row has a time",
      { restored: [table("auth_user", 2), table("note", 0), table("reading", 40)] },
      "No row has a time up to the recovery point, unlike in the original.",
    ],
    [
      "files are missing",
      { files: { checked: 20, missing: ["a", "b", "c", "d", "e", "f", "g"], leftOut: [] } },
      "7 files that the database refers to are not in the media bucket: a, b, c, d, e, 2 more.",
    ],
    [
      "no file is checked, although there may be some",
      { files: { checked: 0, missing: [], leftOut: ["public.a.file", "public.b.file"] } },
      "No file was checked: most values of public.a.file, public.b.file do not look like files.",
    ],
    [
      "the original cannot be read",
      { original: [] },
      "The original database has no tables that its user may read.",
    ],
  ];
  for (const [title, change, problem] of broken) {
    it(`fail where ${title}`, () => {
      expect(compare({ ...findings, ...change })).to.deep.include({ result: "failed", problems: [problem] });
    });
  }

  it("fail where a table has lost most of its rows, unless the recovery point is old or there are few", () => {
    const lost = { original: [table("reading", 1000000)], restored: [table("reading", 1)] };
    expect(compare({ ...findings, ...lost }).problems).to.deep.equal([
      "1 table has less than half of the original's rows: public.reading.",
    ]);
    const later = new Date("2026-11-29T07:25:30Z");
    expect(compare({ ...findings, ...lost, comparedAt: later }).problems).to.deep.equal([]);
    const few = { original: [table("reading", 99)], restored: [table("reading", 1)] };
    expect(compare({ ...findings, ...few }).problems).to.deep.equal([]);
    const grown = { original: [table("reading", 1000)], restored: [table("reading", 500)] };
    expect(compare({ ...findings, ...grown }).problems).to.deep.equal([]);
  });

  it("fail where there are no rows at all", () => {
    const nothing = { original: [table("reading", 0)], restored: [table("reading", 0)] };
    expect(compare({ ...findings, ...nothing }).problems).to.deep.equal([
      "The original database has no rows to compare.",
    ]);
  });

  it("take files from columns whose values mostly look like files, however people named them", () => {
    const column = (name: string, ...files: string[]) => files.map((file) => ({ column: name, file }));
    const values = [
      ...column("public.origin.file", "origin_files/Q1 März (2).csv", "origin_files/README", "a/b/データ.7z"),
      ...column("public.scenario.report", "reports/2026/x.feather", "reports/y.json5", "reports/z.parquet"),
      ...column("public.user.name", "Ada", "and/or etc.", "https://a.org/logo.png"),
      ...column("public.meter.sa_id", "7/2.5"),
      ...column("public.note.title", "Input/output of v1.x", "Meeting", "Meeting"),
    ];
    expect(chooseFiles(values, 4)).to.deep.equal({
      files: ["origin_files/Q1 März (2).csv", "reports/2026/x.feather", "a/b/データ.7z", "reports/y.json5"],
      leftOut: ["public.note.title"],
    });
    expect(chooseFiles(values, 9).files).to.have.length(5);
    expect(chooseFiles(column("public.user.name", "Ada"), 4)).to.deep.equal({ files: [], leftOut: [] });
  });

  it("look for files where the application stores them", async () => {
    const heads: unknown[] = [];
    const aws = fakeAws({
      HeadObject: ({ Bucket, Key }) => {
        heads.push(`${String(Bucket)}/${String(Key)}`);
        if (Key === "media_root/origin_files/b.csv") {
          throw awsError("NotFound");
        }
        return {};
      },
    });
    const missing = await findMissingFiles(aws, "media", ["origin_files/a.csv", "origin_files/b.csv"]);
    expect(missing).to.deep.equal(["origin_files/b.csv"]);
    expect(heads).to.deep.equal([
      "media/media_root/origin_files/a.csv",
      "media/media_root/origin_files/b.csv",
    ]);
  });
});

describe("the record of a restore drill", () => {
  const record: DrillRecord = {
    time: "2026-11-27T07:00:00.000Z",
    source: "automated backups, latest restorable time 2026-11-27T06:25:30Z",
    recoveryPoint: latest.time,
    restoredAt: "2026-11-27T06:58:00.000Z",
    restoreSeconds: 1930,
    instanceClass: "db.m6g.large",
    checks: {
      tables: { original: 3, restored: 3 },
      rows: { original: 43, restored: 42 },
      newestRow: { table: "public.auth_user", time: "2026-11-27T05:25:30Z", secondsBefore: 3600 },
      objects: { checked: 20, missing: 1, leftOut: ["public.note.text"] },
    },
    result: "failed",
    problems: ["1 file that the database refers to is not in the media bucket: a."],
  };

  it("is not below the path of the stack's secrets", () => {
    expect(getDrillParameter("beo-datastore-prod")).to.equal("/beo-datastore-prod-operations/restore-drill");
  });

  it("is read again", () => {
    expect(JSON.parse(formatRecord(record))).to.deep.equal(record);
    expect(parseLastDrill(formatRecord(record), now)).to.deep.equal({
      date: new Date(record.time),
      result: "failed",
      problems: record.problems,
      restoreSeconds: 1930,
      recoveryPoint: new Date("2026-11-27T06:25:30Z"),
      restoredAt: new Date("2026-11-27T06:58:00Z"),
      checkedFiles: 20,
    });
  });

  it("may be the date of a drill that was made by hand", () => {
    expect(parseLastDrill("2026-09-01", now)).to.deep.equal({
      date: new Date("2026-09-01"),
      result: "passed",
      problems: [],
    });
    for (const value of [
      "",
      "soon",
      "{}",
      "failed on 2026-11-01",
      "pending 1",
      "2062-01-01",
      '{"time":"2026-09-01","result":"maybe"}',
      '{"time":"2099-01-01T00:00:00Z","result":"passed"}',
      '{"time":"2026-11-27T08:00:01Z","result":"failed"}',
      '{"time":"2026-09-01","restoredAt":"2099-01-01T00:00:00Z","result":"passed"}',
      '{"time":"2026-09-01","recoveryPoint":"2099-01-01T00:00:00Z","result":"passed"}',
    ]) {
      expect(parseLastDrill(value, now), value).to.equal(undefined);
    }
  });

  it("fits into a standard parameter, and says how much it leaves out", () => {
    const problems = Array.from({ length: 12 }, (_, index) => `${index}: ${"ä".repeat(500)}`);
    const text = formatRecord({ ...record, problems });
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
    expect(Buffer.byteLength(text)).to.be.at.most(4096);
    const kept = (JSON.parse(text) as DrillRecord).problems;
    expect(kept.slice(0, -1)).to.deep.equal(problems.slice(0, kept.length - 1));
    expect(kept.at(-1)).to.equal(`And ${12 - (kept.length - 1)} more, which the drill printed.`);
    expect(kept.length).to.be.greaterThan(2);
  });

  it("is printed for people", () => {
    expect(formatOutcome(record)).to.equal(
      [
        "Restore drill failed: automated backups, latest restorable time 2026-11-27T06:25:30Z.",
        "  Restore time: 32 min 10 s, on db.m6g.large.",
        "  Tables: 3 of 3. Rows: 42, in the original now 43.",
        "  Newest row: 2026-11-27T05:25:30Z in public.auth_user, 1 h before the recovery point.",
        "  Files: 19 of 20 files are in the media bucket.",
        "  Not checked, because most values do not look like files: public.note.text.",
        "  ✗ 1 file that the database refers to is not in the media bucket: a.",
      ].join("\n"),
    );
    expect(
      formatOutcome({
        ...{ ...record, restoreSeconds: null, restoredAt: null, checks: null },
        problems: ["The restore failed: x"],
      }),
    ).to.equal(
      "Restore drill failed: automated backups, latest restorable time 2026-11-27T06:25:30Z.\n  ✗ The restore failed: x",
    );
    const continued = { ...record, restoreSeconds: null, restoredAt: "2026-11-26T06:58:00.000Z" };
    expect(formatOutcome(continued)).to.include(
      "  Restored by an earlier run, at 2026-11-26T06:58:00.000Z.\n",
    );
  });
});

describe("npx beo restore-drill", () => {
  const wrong: [args: string[], message: RegExp][] = [
    [["prod", "--time", "yesterday"], /Expected a moment with its time zone, such as 2026-11-24T09:30:00Z\./],
    [["prod", "--time", "2026-11-24T09:30:00"], /Expected a moment with its time zone/],
    [["prod", "--time", "2026-02-31T09:30:00Z"], /Expected a moment with its time zone/],
    [
      ["prod", "--class", "db.m6g.lagre"],
      /It is no class for PostgreSQL known in us-west-1 \(November 2026\)/,
    ],
    [["prod", "--class", "m6g.large"], /It is no class for PostgreSQL known in us-west-1 \(November 2026\)/],
    [["prod", "--sample", "many"], /Expected a number from 0 to 9999\./],
    [
      ["prod", "--time", "2026-11-24T09:30:00Z", "--snapshot", "a"],
      /^--time and --snapshot exclude each other\./,
    ],
    [["prod", "--keep", "--remove"], /^--remove and --keep exclude each other\./],
    [["prod", "--json"], /^--json leaves no room for a question\. Add --yes\./],
    [["nosuch"], /^There is no stack "nosuch"/],
  ];
  for (const [args, message] of wrong) {
    it(`exits with 2 after ${args.join(" ")}`, () => {
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(__dirname, "../../cli/beo.js"), "restore-drill", ...args],
        { cwd: fixtures, encoding: "utf8", env: { PATH: process.env.PATH } },
      );
      expect(stderr).to.match(message);
      expect(status).to.equal(2);
    });
  }
});
