import { expect } from "chai";
import { describe, it } from "mocha";
import { checkConfiguration } from "../../stacks";
import { getWindowWarnings } from "../../stacks/chosen-windows";

const check = (values: Record<string, unknown>, windows?: [backup: string, maintenance: string]) => {
  const { complete, ignored, problems } = checkConfiguration({
    project: "beo-datastore",
    hasEngine: true,
    stack: "prod",
    region: "us-west-1",
    values: {
      appUrl: "https://app.beo-datastore.org",
      supportEmail: "support@beo-datastore.org",
      domain: "api.beo-datastore.org",
      hostedZone: "beo-datastore.org",
      backup: { vaultLock: "governance" },
      ...values,
    },
    secrets: new Set(),
    otherKeys: { "aws:region": "us-west-1" },
  });
  expect(problems).to.deep.equal([]);
  const [backupWindow, maintenanceWindow] = windows ?? [];
  const resources =
    windows === undefined ? [] : [{ name: "beo-db-instance", outputs: { backupWindow, maintenanceWindow } }];
  return getWindowWarnings(complete, { resources }, ignored, "prod");
};

// RDS User Guide, CreateDBInstance: a daily window hh24:mi-hh24:mi and a weekly one ddd:hh24:mi-ddd:hh24:mi, each in UTC.
describe("windows that RDS chose, and the snapshots of AWS Backup", () => {
  it("are no warning outside of 03:00 to 05:00 UTC, without vaults, and before the deployment", () => {
    expect(check({}, ["02:30-03:00", "mon:05:00-mon:05:30"])).to.deep.equal([]);
    expect(check({ backup: {} }, ["03:10-03:40", "mon:04:00-mon:04:30"])).to.deep.equal([]);
    expect(check({})).to.deep.equal([]);
  });

  it("are a warning each, with a command that sets a window of the night", () => {
    expect(check({}, ["02:40-03:10", "mon:04:59-mon:05:29"])).to.deep.equal([
      "database.backupWindow is not set, and is 02:40-03:10 in AWS, but backup.vaultLock is set, and AWS Backup takes snapshots from 03:00-05:00 UTC. RDS refuses snapshots in this window. Set another one:\n    npx pulumi config set --path database.backupWindow 06:00-06:30 --stack prod",
      "database.maintenanceWindow is not set, and is mon:04:59-mon:05:29 in AWS, but backup.vaultLock is set, and AWS Backup takes snapshots from 03:00-05:00 UTC. RDS refuses snapshots in this window. Set another one:\n    npx pulumi config set --path database.maintenanceWindow sun:06:00-sun:06:30 --stack prod",
    ]);
  });

  it("leave out what overlaps the other window or the platform's updates", () => {
    const [backup = ""] = check({ platform: { updateWindow: "Tue:07:00" } }, [
      "03:00-03:30",
      "sun:06:15-sun:06:45",
    ]);
    expect(backup).to.include("database.backupWindow 09:00-09:30 ");
    const [maintenance = ""] = check({ database: { backupWindow: "06:00-06:30" } }, [
      "06:00-06:30",
      "wed:03:00-wed:03:30",
    ]);
    expect(maintenance).to.include("database.maintenanceWindow sun:07:00-sun:07:30 ");
  });

  it("are no warning where the window is set", () => {
    const database = { backupWindow: "08:00-08:30", maintenanceWindow: "sun:10:00-sun:10:30" };
    expect(check({ database }, ["03:00-03:30", "wed:03:00-wed:03:30"])).to.deep.equal([]);
  });
});
