import { expect } from "chai";
import { describe, it } from "mocha";
import { choosePoint } from "../../cli/restore-drill/choose-point";
import { getKeptDate, markKept } from "../../cli/restore-drill/database";
import type { RecoveryPoint } from "../../cli/restore-drill/recovery-point";
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
