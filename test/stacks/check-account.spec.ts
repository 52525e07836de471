import { expect } from "chai";
import { describe, it } from "mocha";
import { checkConfiguration } from "../../stacks";
import { checkSnapshot, describeAccounts, findAccount, lacksFinalSnapshot } from "../../stacks/check-account";
import { commandLine } from "../../stacks/commands";
import { prod } from "./configurations";

const resource = (type: string, outputs: Record<string, unknown>) => ({ type, name: "r", outputs });

describe("the account of a deployed stack", () => {
  it("is read from the ARNs in its state", () => {
    expect(
      findAccount([
        resource("pulumi:pulumi:Stack", {}),
        // Buckets and AWS's own resources have none.
        resource("aws:s3/bucket:Bucket", { arn: "arn:aws:s3:::beo-datastore-prod-media" }),
        resource("aws:iam/policy:Policy", { arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
        resource("aws:sqs/queue:Queue", { arn: "arn:aws:sqs:us-west-1:111111111111:beo-datastore-prod" }),
      ]),
    ).to.equal("111111111111");
    expect(
      findAccount([resource("aws:iam/role:Role", { arn: "arn:aws-us-gov:iam::222222222222:role/r" })]),
    ).to.equal("222222222222");
    expect(findAccount([])).to.equal(undefined);
    expect(findAccount([resource("random:index/randomId:RandomId", { hex: "0a" })])).to.equal(undefined);
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

describe("the newest snapshot of a database that was deleted", () => {
  const snapshot = { identifier: "beo-prod-final-1a2b3c4d", created: "2026-11-26T07:35:00Z" };
  const check = (database: Record<string, unknown> = {}, ignored?: string) =>
    checkSnapshot(
      checkConfiguration({ ...prod, values: { ...prod.values, database } }).complete,
      { resources: [], snapshot },
      ignored,
      "prod",
    );

  it("is not replaced by an empty database without a word", () => {
    const [problem, ...others] = check();
    expect(others).to.deep.equal([]);
    expect(`${problem?.key ?? ""} ${problem?.message ?? ""}`).to.equal(
      "database.snapshotIdentifier is not set, but the stack's database was deleted, and its newest snapshot is beo-prod-final-1a2b3c4d (2026-11-26T07:35:00Z). The update would replace it with an empty one. Restore the snapshot with the last command below, or create the database without it:\n    npx pulumi config set ignoreSnapshot beo-prod-final-1a2b3c4d --stack prod",
    );
    expect(commandLine(problem?.commands ?? [], "prod")).to.equal(
      "npx pulumi config set --path database.snapshotIdentifier beo-prod-final-1a2b3c4d --stack prod",
    );
  });

  it("is restored where the configuration names it, also by its ARN", () => {
    const arn = "arn:aws:rds:us-west-1:123456789012:snapshot:beo-prod-final-1a2b3c4d";
    for (const snapshotIdentifier of [snapshot.identifier, arn]) {
      expect(check({ snapshotIdentifier })).to.deep.equal([]);
    }
  });

  it("takes precedence over an older one that the configuration still names", () => {
    const [problem] = check({ snapshotIdentifier: "beo-prod-final-00000000" });
    expect(problem?.message).to.match(
      /^is beo-prod-final-00000000, but .* would replace it with older data\./,
    );
    expect(check({ snapshotIdentifier: "beo-prod-final-00000000" }, snapshot.identifier)).to.deep.equal([]);
  });

  it("is ignored where the configuration says so, but not the next one", () => {
    expect(check({}, snapshot.identifier)).to.deep.equal([]);
    expect(check({}, "beo-prod-final-00000000")).to.have.length(1);
  });

  it("does not matter where there is none", () => {
    const { complete } = checkConfiguration(prod);
    expect(checkSnapshot(complete, { resources: [] }, undefined, "prod")).to.deep.equal([]);
  });
});

describe("the deployed database's final snapshot", () => {
  const deployed = (outputs: Record<string, unknown>) => ({
    resources: [resource("aws:rds/instance:Instance", outputs)],
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
