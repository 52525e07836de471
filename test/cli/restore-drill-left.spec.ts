import { expect } from "chai";
import { describe, it } from "mocha";
import { choosePoint } from "../../cli/restore-drill/choose-point";
import { getKeptDate, markKept } from "../../cli/restore-drill/database";
import { findCause } from "../../cli/restore-drill/failure";
import { prepareRestore } from "../../cli/restore-drill/prepare-restore";
import { readLatest, type RecoveryPoint } from "../../cli/restore-drill/recovery-point";
import { fakeAws } from "../support/fake-aws";

const instance = {
  DBInstanceIdentifier: "beo-datastore-dev",
  DBInstanceClass: "db.t3.medium",
  LatestRestorableTime: new Date("2026-11-27T11:30:00Z"),
};
const now = new Date("2026-11-27T11:40:00Z");

describe("a restore drill that finds the database of an earlier one", () => {
  const choose = (
    {
      tag,
      kept,
      created,
      status = "available",
    }: { tag: string; kept?: string; created: string; status?: string },
    options: Partial<Parameters<typeof choosePoint>[2]> = {},
  ) =>
    choosePoint(
      {
        stack: "dev",
        identifier: "beo-datastore-dev-drill",
        clients: fakeAws({}),
        left: {
          DBInstanceIdentifier: "beo-datastore-dev-drill",
          DBInstanceClass: "db.t3.medium",
          DBInstanceStatus: status,
          InstanceCreateTime: new Date(created),
          TagList: [
            { Key: "Drill", Value: tag },
            ...(kept === undefined ? [] : [{ Key: "DrillKept", Value: kept }]),
          ],
        },
      },
      instance,
      { sample: 20, ...options },
      now,
    );
  const refuse = async (...args: Parameters<typeof choose>) => {
    const error = await choose(...args).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    return error?.message;
  };
  const interrupted = { tag: "latest 2026-11-26T11:40:00Z", created: "2026-11-26T11:40:00Z" };
  const old = { tag: "latest 2026-10-01T11:40:00Z", created: "2026-10-01T11:45:00Z" };
  const kept = { ...interrupted, kept: "2026-11-26T12:30:00Z" };
  const point: RecoveryPoint = { kind: "latest", time: "2026-11-26T11:40:00Z" };

  it("goes on with --yes for 24 hours", async () => {
    expect((await choose(interrupted, { yes: true })).point).to.deep.equal(point);
  });

  it("does not take it, with --yes, for the restore of another day", async () => {
    expect(await refuse(old, { yes: true })).to.equal(
      "beo-datastore-dev-drill was restored 56 d ago, by an earlier drill (automated backups, latest restorable time 2026-10-01T11:40:00Z). --yes goes on with a restore of the last 24 hours only. Nothing was changed. To restore the latest backup, remove it first: npx beo restore-drill dev --remove. To go on with it: npx beo restore-drill dev",
    );
    expect(await refuse({ ...interrupted, created: "2026-11-26T11:39:59Z" }, { yes: true })).to.match(
      /^beo-datastore-dev-drill was restored 24 h ago/,
    );
    expect((await choose(old)).point).to.deep.equal({ kind: "latest", time: "2026-10-01T11:40:00Z" });
  });

  it("does not delete, with --yes, what --keep kept", async () => {
    const message =
      "beo-datastore-dev-drill is kept since 2026-11-26, by --keep (automated backups, latest restorable time 2026-11-26T11:40:00Z). --yes does not delete it. Nothing was changed. To restore the latest backup, remove it first: npx beo restore-drill dev --remove. To go on with it: npx beo restore-drill dev";
    expect(await refuse(kept, { yes: true })).to.equal(message);
    expect((await choose(kept)).point).to.deep.equal(point);
    expect((await choose(kept, { yes: true, keep: true })).point).to.deep.equal(point);
  });

  it("notes what --keep keeps in a tag", async () => {
    const requests: unknown[] = [];
    const aws = fakeAws({ AddTagsToResource: (input) => requests.push(input) && {} });
    const DBInstanceArn = "arn:aws:rds:us-west-1:123456789012:db:beo-datastore-dev-drill";
    await markKept(aws, { DBInstanceArn }, now);
    const Tags = [{ Key: "DrillKept", Value: "2026-11-27T11:40:00Z" }];
    expect(requests).to.deep.equal([{ ResourceName: DBInstanceArn, Tags }]);
    expect(getKeptDate({ TagList: Tags })).to.deep.equal(now);
    expect(getKeptDate({ TagList: [{ Key: "Drill", Value: "latest 2026-11-26T11:40:00Z" }] })).to.equal(
      undefined,
    );
  });

  it("restores the latest backup where someone deletes it", async () => {
    expect(await choose({ ...kept, status: "deleting" }, { yes: true })).to.deep.equal({
      point: { kind: "latest", time: "2026-11-27T11:30:00Z" },
      instanceClass: "db.t3.medium",
    });
  });
});

describe("the throw-away database that a restore drill cannot go on with", () => {
  const tagged = {
    DBInstanceIdentifier: "d-drill",
    TagList: [{ Key: "Drill", Value: "latest 2026-11-26T11:40:00Z" }],
  };
  const inState = [{ urn: "urn", type: "aws:rds/instance:Instance" }];
  /** Prepares a restore; DeleteDBInstance deletes at once. Returns what was done, and whether there is a database left. */
  const prepare = async (left: object | undefined, resources: { urn: string; type: string }[]) => {
    const done: string[] = [];
    let databases = left === undefined || "isGone" in left ? [] : [left];
    const clients = fakeAws({
      DescribeDBInstances: () => ({ DBInstances: databases }),
      DeleteDBInstance: () => {
        done.push("delete");
        databases = [];
        return {};
      },
    });
    const place = { stack: "dev", identifier: "d-drill", clients, ...(left && { left }) };
    const refresh = () => Promise.resolve(void done.push("refresh"));
    await prepareRestore({ refresh }, place, resources);
    return { done, isLeft: place.left !== undefined };
  };

  it("is forgotten where it was deleted by hand", async () => {
    expect(await prepare(undefined, inState)).to.deep.equal({ done: ["refresh"], isLeft: false });
    const deleting = { ...tagged, DBInstanceStatus: "deleting", isGone: true };
    expect(await prepare(deleting, inState)).to.deep.equal({ done: ["refresh"], isLeft: false });
  });

  it("is kept where Pulumi has it in the state, and nothing is done where there is none", async () => {
    const available = { ...tagged, DBInstanceStatus: "available" };
    expect(await prepare(available, inState)).to.deep.equal({ done: [], isLeft: true });
    expect(await prepare(undefined, [])).to.deep.equal({ done: [], isLeft: false });
  });

  it("is restored to the latest moment of then", async () => {
    const LatestRestorableTime = new Date("2026-11-27T12:05:00Z");
    const clients = fakeAws({
      DescribeDBInstances: () => ({ DBInstances: [{ ...instance, LatestRestorableTime }] }),
    });
    const earlier: RecoveryPoint = { kind: "latest", time: "2026-11-26T11:40:00Z" };
    expect(await readLatest(earlier, instance, clients)).to.deep.equal({
      kind: "latest",
      time: "2026-11-27T12:05:00Z",
    });
    const named: RecoveryPoint = { kind: "time", time: "2026-11-26T11:40:00Z" };
    expect(await readLatest(named, instance, fakeAws({}))).to.deep.equal(named);
  });
});

describe("the cause of a failed restore", () => {
  const cases: [title: string, output: string, cause: string][] = [
    [
      // In the form of https://github.com/pulumi/pulumi/issues/16797.
      "an error below the number of errors",
      "code: 255\n stdout: Updating (dev):\nDiagnostics:\n  pulumi:pulumi:Stack (beo-restore-drill-dev):\n    error: update failed\n \n  aws:rds:Instance (database):\n    error: 1 error occurred:\n    \t* updating RDS DB Instance (beo-datastore-dev-drill): operation error RDS: ModifyDBInstance, https response error StatusCode: 404, RequestID: 1, DBInstanceNotFound: DBInstance beo-datastore-dev-drill not found.\n    \nResources:\n    * 1 unchanged\n",
      "updating RDS DB Instance (beo-datastore-dev-drill): operation error RDS: ModifyDBInstance, https response error StatusCode: 404, RequestID: 1, DBInstanceNotFound: DBInstance beo-datastore-dev-drill not found.",
    ],
    [
      "errors in errors, some of several lines",
      "error: 1 error occurred:\n\t* creating urn:pulumi:dev::a::b::database: 2 errors occurred:\n\t* first\n\tgoes on\n\t* second\n\n\n",
      "first goes on; second",
    ],
    ["an error of one line", "error: no stack named 'x' found\nmore", "no stack named 'x' found"],
    ["a title without a list", "error: 1 error occurred:\n", "1 error occurred:"],
    ["any other message", "connect ECONNREFUSED", "connect ECONNREFUSED"],
  ];
  for (const [title, output, cause] of cases) {
    it(`is ${title}`, () => {
      expect(findCause(new Error(output))).to.equal(cause);
    });
  }
});
