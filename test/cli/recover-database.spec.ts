import { expect } from "chai";
import { describe, it } from "mocha";
import { readDatabase } from "../../cli/recover/database";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

/** An account without the database, and nothing that is left of it. */
const gone: Responses = {
  DescribeDBInstances: () => {
    throw awsError("DBInstanceNotFoundFault");
  },
  DescribeDBSnapshots: () => ({ DBSnapshots: [] }),
  DescribeDBInstanceAutomatedBackups: () => ({ DBInstanceAutomatedBackups: [] }),
};

/** A retained backup, as in the example of the RDS API reference, DescribeDBInstanceAutomatedBackups. */
const retained = (id: string, latest: string) => ({
  DBInstanceAutomatedBackupsArn: `arn:aws:rds:us-west-1:123456789012:auto-backup:ab-${id}`,
  DBInstanceIdentifier: "beo-datastore-prod",
  Status: "retained",
  RestoreWindow: { EarliestTime: new Date("2026-10-25T03:00:00Z"), LatestTime: new Date(latest) },
});

describe("recover: what a deleted database can be restored from", () => {
  it("takes the latest of several automated backups that AWS kept", async () => {
    const aws = fakeAws({
      ...gone,
      DescribeDBInstanceAutomatedBackups: () => ({
        DBInstanceAutomatedBackups: [
          retained("FIRST", "2026-11-01T20:00:00Z"),
          retained("LATEST", "2026-11-27T20:19:00Z"),
          retained("SECOND", "2026-11-12T20:00:00Z"),
        ],
      }),
    });
    expect((await readDatabase(aws, "beo-datastore-prod")).retainedBackup).to.match(/:ab-LATEST$/);
  });
});
