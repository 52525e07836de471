import { expect } from "chai";
import { describe, it } from "mocha";
import { checkConfiguration } from "../../stacks";
import {
  checkLostDatabase,
  describeAccounts,
  describeRefusal,
  findAccount,
  getBackupRegions,
  getSnapshotWarning,
  lacksFinalSnapshot,
} from "../../stacks/check-account";
import { commandLine } from "../../stacks/commands";
import type { DatabaseSource, LostDatabase } from "../../stacks/database-sources";
import type { Deployment } from "../../stacks/deployment";
import { prod } from "./configurations";

const resource = (name: string, outputs: Record<string, unknown>) => ({ name, outputs });

describe("the account of a deployed stack", () => {
  it("is read from the ARNs in its state", () => {
    expect(
      findAccount([
        resource("beo-datastore-prod", {}),
        // Buckets and AWS's own resources have none.
        resource("beo-s3-media-bucket", { arn: "arn:aws:s3:::beo-datastore-prod-media" }),
        resource("policy", { arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
        resource("beo-queue-queue", { arn: "arn:aws:sqs:us-west-1:111111111111:beo-datastore-prod" }),
      ]),
    ).to.equal("111111111111");
    expect(findAccount([resource("role", { arn: "arn:aws-us-gov:iam::222222222222:role/r" })])).to.equal(
      "222222222222",
    );
    expect(findAccount([])).to.equal(undefined);
    expect(findAccount([resource("suffix", { hex: "0a" })])).to.equal(undefined);
  });

  it("is named beside the account of the credentials, with what selects and what fixes it", () => {
    expect(describeAccounts("prod", "111111111111", "222222222222")).to.equal(
      [
        'Stack "prod" is deployed in AWS account 111111111111, but the credentials belong to account 222222222222. Nothing was changed.',
        "  Select its credentials, for example by AWS_PROFILE, and check them: aws sts get-caller-identity",
        "  Let Pulumi refuse all other accounts, also before the first deployment (aws:allowedAccountIds):",
        "    npx pulumi config set --path --type string 'aws:allowedAccountIds[0]' 111111111111 --stack prod",
      ].join("\n"),
    );
  });
});

describe("credentials that the provider refuses", () => {
  // As the provider prints it.
  const notAllowed = (account: string) =>
    `Error: Invalid provider configuration: AWS account ID not allowed: ${account}`;

  it("are right where the list of allowed accounts is wrong", () => {
    const provider = { "aws:allowedAccountIds": ["999999999999"] };
    expect(describeRefusal(notAllowed("111111111111"), "prod", "111111111111", provider)).to.equal(
      [
        'aws:allowedAccountIds refuses account 111111111111, in which stack "prod" is deployed, and to which the credentials belong. Nothing was changed.',
        "  Correct the setting:",
        "    npx pulumi config set --path --type string 'aws:allowedAccountIds[0]' 111111111111 --stack prod",
      ].join("\n"),
    );
    const forbidden = { "aws:forbiddenAccountIds": ["111111111111"] };
    expect(describeRefusal(notAllowed("111111111111"), "prod", "111111111111", forbidden)).to.match(
      /^aws:forbiddenAccountIds refuses .*\n.*\n {4}npx pulumi config rm aws:forbiddenAccountIds --stack prod$/,
    );
  });

  it("are those of another account", () => {
    const provider = { "aws:allowedAccountIds": ["111111111111"] };
    expect(describeRefusal(notAllowed("222222222222"), "prod", "111111111111", provider)).to.equal(
      [
        `AWS refused the credentials: ${notAllowed("222222222222")}`,
        'Nothing was changed. Stack "prod" is deployed in account 111111111111. Select its credentials, for example by AWS_PROFILE, and check them: aws sts get-caller-identity',
      ].join("\n"),
    );
  });

  it("are those of a profile that the configuration names", () => {
    const reason = "Error: failed to get shared config profile, tenantx";
    expect(describeRefusal(reason, "prod", "111111111111", { "aws:profile": "tenantx" })).to.equal(
      [
        `AWS refused the credentials: ${reason}`,
        'Nothing was changed. Stack "prod" is deployed in account 111111111111. aws:profile is tenantx, and takes precedence over AWS_PROFILE. Check that profile, create it, or use the shell\'s credentials instead:',
        "  aws sts get-caller-identity --profile tenantx",
        "  aws configure sso --profile tenantx",
        "  npx pulumi config rm aws:profile --stack prod",
      ].join("\n"),
    );
    expect(
      describeAccounts("prod", "111111111111", "222222222222", { profile: "tenantx" }).split("\n"),
    ).to.include("    npx pulumi config rm aws:profile --stack prod");
  });
});

describe("the latest data of a database that was deleted", () => {
  const snapshot: DatabaseSource = {
    ...{ kind: "snapshot", identifier: "beo-prod-final-1a2b3c4d" },
    arn: "arn:aws:rds:us-west-1:123456789012:snapshot:beo-prod-final-1a2b3c4d",
    time: new Date("2026-11-26T07:35:00Z"),
  };
  const replicated: DatabaseSource = {
    ...{ kind: "automated backup", identifier: "ab-THERE", region: "us-west-2" },
    arn: "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-THERE",
    time: new Date("2026-11-26T07:52:00Z"),
  };
  const check = (
    database: Record<string, unknown> = {},
    ignored?: string,
    lost: LostDatabase = { sources: [snapshot] },
  ) =>
    checkLostDatabase(
      checkConfiguration({ ...prod, values: { ...prod.values, database } }).complete,
      { lost },
      ignored,
      "prod",
    );
  const format = ([problem]: ReturnType<typeof check>) =>
    `${problem?.key ?? ""} ${problem?.message ?? ""}\n    ${commandLine(problem?.commands ?? [], "prod")}`;

  it("is not replaced by an empty database without a word", () => {
    expect(check()).to.have.length(1);
    expect(format(check())).to.equal(
      [
        "database.snapshotIdentifier is not set, but the stack's database was deleted, and its latest data is in the snapshot beo-prod-final-1a2b3c4d of 2026-11-26T07:35:00Z. The update would create an empty one. Restore the data by the commands that this one prints:",
        "    npx beo recover prod",
        "  To create the database without that data instead:",
        "    npx pulumi config set ignoreSnapshot beo-prod-final-1a2b3c4d --stack prod",
      ].join("\n"),
    );
  });

  it("is that of an automated backup, also in another region, and also where nothing else is left", () => {
    for (const sources of [[replicated], [replicated, snapshot]]) {
      const text = format(check({}, snapshot.identifier, { sources }));
      expect(text).to.match(/ in the automated backup ab-THERE in us-west-2, of 2026-11-26T07:52:00Z\. /);
      expect(text).to.match(/npx pulumi config set ignoreSnapshot ab-THERE --stack prod$/);
      expect(check({}, "ab-THERE", { sources })).to.deep.equal([]);
    }
    const values = { ...prod.values, ignoreSnapshot: "ab-THERE" };
    expect(checkConfiguration({ ...prod, values }).problems).to.deep.equal([]);
  });

  it("is restored where the configuration names its snapshot, also by its ARN", () => {
    for (const snapshotIdentifier of [snapshot.identifier, snapshot.arn]) {
      expect(check({ snapshotIdentifier })).to.deep.equal([]);
    }
  });

  it("is restored where the configuration names a snapshot that was made of it since", () => {
    const restored = (configuredSince?: Date) =>
      check({ snapshotIdentifier: "beo-prod-rescue" }, undefined, {
        sources: [replicated],
        ...(configuredSince && { configuredSince }),
      });
    expect(restored(new Date("2026-11-26T08:30:00Z"))).to.deep.equal([]);
    expect(restored(new Date("2026-03-01T08:30:00Z"))).to.have.length(1);
    expect(restored()).to.have.length(1);
  });

  it("takes precedence over an older one that the configuration still names", () => {
    const [problem] = check({ snapshotIdentifier: "beo-prod-final-00000000" });
    expect(problem?.message).to.match(
      /^is beo-prod-final-00000000, but .* The update would create one without that data\./,
    );
    expect(check({ snapshotIdentifier: "beo-prod-final-00000000" }, snapshot.identifier)).to.deep.equal([]);
  });

  it("is ignored where the configuration says so, but not the next one", () => {
    expect(check({}, snapshot.identifier)).to.deep.equal([]);
    expect(check({}, "beo-prod-final-00000000")).to.have.length(1);
  });

  it("does not matter where there is none", () => {
    expect(check({}, undefined, { sources: [] })).to.deep.equal([]);
    expect(checkLostDatabase(checkConfiguration(prod).complete, {}, undefined, "prod")).to.deep.equal([]);
  });
});

describe("the regions in which a deleted database may have backups", () => {
  const deployed = [
    resource("beo-backup-database", { region: "eu-west-1" }),
    resource("beo-backup-copy", { region: "eu-west-1" }),
    // Mail is sent from another region, too.
    resource("beo-mail-identity", { region: "us-east-1" }),
  ];

  it("are that of the settings, and those of the state after another one was set or none", () => {
    expect(getBackupRegions({ region: "us-west-2" }, deployed)).to.deep.equal(["us-west-2", "eu-west-1"]);
    expect(getBackupRegions({ region: "none" }, deployed)).to.deep.equal(["eu-west-1"]);
    expect(getBackupRegions({ region: "us-west-2" }, [])).to.deep.equal(["us-west-2"]);
    expect(getBackupRegions(undefined, [])).to.deep.equal([]);
  });
});

describe("a snapshot that is set for a deployed database", () => {
  const resources = (snapshotIdentifier?: string) => [
    resource("beo-db-instance", {
      identifier: "beo-prod",
      ...(snapshotIdentifier && { snapshotIdentifier }),
    }),
  ];
  const warn = (configured: string | undefined, deployment: Deployment) =>
    getSnapshotWarning(
      { database: { ...(configured !== undefined && { snapshotIdentifier: configured }) } },
      deployment,
      "prod",
    );

  it("is reported if the database was created from another one, with the ways to restore and to remove it", () => {
    expect(warn("cut-over", { resources: resources("trial") })).to.equal(
      [
        "database.snapshotIdentifier is cut-over, but the deployed database was created from trial. The setting has no effect on it: the update restores nothing. To restore the snapshot in its place, or to remove the setting:",
        "    npx beo restore prod --snapshot cut-over",
        "    npx pulumi config rm --path database.snapshotIdentifier --stack prod",
      ].join("\n"),
    );
    expect(warn("cut-over", { resources: resources() })).to.match(
      /, but the deployed database was not created from a snapshot\. /,
    );
  });

  it("is not reported if it is that one, by its identifier or ARN, or if the setting was removed", () => {
    const arn = "arn:aws:rds:us-west-1:123456789012:snapshot:trial";
    for (const [configured, source] of [
      ["trial", "trial"],
      [arn, "trial"],
      ["trial", arn],
      [undefined, "trial"],
    ] as const) {
      expect(warn(configured, { resources: resources(source) })).to.equal(undefined);
    }
  });

  it("is not reported where the database is created from it", () => {
    expect(warn("cut-over", { resources: [] })).to.equal(undefined);
    const lost = { sources: [] };
    expect(warn("beo-prod-final-1a2b3c4d", { resources: resources("trial"), lost })).to.equal(undefined);
  });
});

describe("the deployed database's final snapshot", () => {
  const deployed = (outputs: Record<string, unknown>) => ({
    resources: [resource("beo-db-instance", outputs)],
  });

  it("needs a name after an import only", () => {
    expect(lacksFinalSnapshot(deployed({ identifier: "beo-prod" }))).to.equal(true);
    expect(lacksFinalSnapshot(deployed({ finalSnapshotIdentifier: null }))).to.equal(true);
    expect(lacksFinalSnapshot(deployed({ finalSnapshotIdentifier: "beo-prod-final-1a2b3c4d" }))).to.equal(
      false,
    );
    expect(lacksFinalSnapshot({ resources: [] })).to.equal(false);
  });
});
