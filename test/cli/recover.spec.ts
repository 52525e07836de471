import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parseCheckpoint, readStoredStack } from "../../cli/recover/backend";
import type { Deployment, StateResource } from "../../cli/state";
import { readDatabase } from "../../cli/recover/database";
import { diagnose } from "../../cli/recover/diagnose";
import { type Facts, isDestroyed, isUndeployed } from "../../cli/recover/diagnosis/facts";
import { type ExistingResource, isPlanned, matchResources } from "../../cli/recover/existing";
import { addDeletions, describePreview, getDeclared } from "../../cli/recover/preview";
import { hasDatabaseSource, requireAccount } from "../../cli/recover/read-facts";
import { formatDiagnosis, formatRecovered, getUndeclared } from "../../cli/recover/recover";
import type { PlannedResource } from "../../plan/plan";
import type { DatabaseSource, LostDatabase } from "../../stacks/database-sources";
import { awsError, fakeAws } from "../support/fake-aws";

const stackUrn = (type: string, name: string) =>
  `urn:pulumi:prod::beo-datastore::beo:index:BeoDatastore$${type}::${name}`;
const tags = { Project: "beo-datastore", Environment: "prod", ManagedBy: "Pulumi" };
const plan = (type: string, name: string, inputs: PlannedResource["inputs"] = {}): PlannedResource => ({
  urn: stackUrn(type, name),
  type,
  name,
  parent: null,
  inputs,
  protect: false,
  ignoreChanges: [],
});
const database = plan("aws:rds/instance:Instance", "beo-db-instance", {
  identifier: "beo-datastore-prod",
  tags,
});
const alarm = plan("aws:cloudwatch/metricAlarm:MetricAlarm", "beo-mon-queue-age", { tags });
const planned = [database, alarm];
const existing = (
  { type }: PlannedResource,
  name: string,
  details: Partial<ExistingResource> = {},
): ExistingResource => ({
  type,
  id: name,
  importId: name,
  name,
  tags,
  remove: [`aws delete ${name}`],
  ...details,
});
const inAws = existing(database, "beo-datastore-prod", { id: "db-ABC", remove: [] });
const inState = ({ urn, type, inputs }: PlannedResource, id: string) => ({ urn, type, id, inputs });
const complete = [inState(database, "db-ABC"), inState(alarm, "beo-mon-queue-age-1234567")];

/** The facts of a healthy stack, with what differs. */
function getFacts({ resources, ...facts }: Partial<Facts> & { resources?: ExistingResource[] } = {}): Facts {
  const all = resources ?? [inAws, existing(alarm, "beo-mon-queue-age-1234567")];
  return {
    stack: "prod",
    region: "us-west-1",
    stored: { state: "good", locks: [], versions: [], runs: [] },
    deployment: { manifest: { time: "2026-11-24T10:00:00Z" }, resources: complete },
    planned,
    existing: all,
    matched: matchResources(all, facts.planned ?? planned),
    environments: [],
    databases: [{ identifier: "beo-datastore-prod", status: "available" }],
    unknownKeys: [],
    unusableKeys: [],
    hasDatabaseSource: false,
    importFile: "recover-prod.json",
    ...facts,
  };
}
/** What AWS has of a database that is gone. */
const left = (...sources: DatabaseSource[]): LostDatabase => ({ sources });
const toSnapshot = (identifier: string): DatabaseSource => ({
  ...{ kind: "snapshot", identifier, arn: `arn:aws:rds:us-west-1:123456789012:snapshot:${identifier}` },
  time: new Date("2026-11-24T10:00:00Z"),
});
const getCommands = (facts: Facts) => diagnose(facts).steps.map(({ command }) => command);
const lock = { pid: 4711, username: "alice", hostname: "laptop", timestamp: "2026-11-24T09:59:00Z" };
const version = (time: string, deployment: Deployment, isFinal = true) => ({
  label: `.pulumi/history/${time}`,
  time,
  deployment,
  isFinal,
  restore: `restore ${time}`,
});

describe("diagnose", () => {
  it("finds nothing in a healthy stack", () => {
    expect(diagnose(getFacts())).to.deep.include({ findings: [], steps: [], isFinal: false });
  });

  it("does nothing while an update runs", () => {
    const stored = { ...getFacts().stored, locks: [{ ...lock, isAlive: true }] };
    const { findings, steps } = diagnose(
      getFacts({
        stored,
        deployment: { pending_operations: [{ type: "creating", resource: complete[0]! }] },
      }),
    );
    expect(steps).to.deep.equal([]);
    expect(findings.join()).to.match(/is running: process 4711 of alice on laptop/);
  });

  it("removes a lock, and warns where it cannot see whether the process runs", () => {
    const withLock = (isAlive: boolean | undefined) =>
      getFacts({ stored: { ...getFacts().stored, locks: [{ ...lock, isAlive }] } });
    expect(getCommands(withLock(false))).to.deep.equal(["npx pulumi cancel prod"]);
    const { findings, steps } = diagnose(withLock(undefined));
    expect(steps[0]?.does).to.match(/Only if that process does not run any more/);
    expect(findings[0]).to.match(/`ps -p 4711` on laptop/);
  });

  for (const state of ["broken", "missing"] as const) {
    it(`restores the newest version of a ${state} state, and nothing else`, () => {
      const versions = [
        version("2026-11-24T10:00:00Z", { resources: complete }),
        version("2026-11-23T10:00:00Z", { resources: complete }),
      ];
      const facts = getFacts({ stored: { state, locks: [], versions, runs: [] }, deployment: {} });
      expect(getCommands(facts)).to.deep.equal(["restore 2026-11-24T10:00:00Z"]);
      expect(diagnose(facts).isFinal).to.equal(true);
    });
  }

  it("imports what AWS has where the state is missing without any version", () => {
    const stored = { state: "missing" as const, locks: [], versions: [], runs: [] };
    expect(getCommands(getFacts({ stored, deployment: {} }))).to.deep.equal(["npx pulumi stack init prod"]);
    const facts = getFacts({ deployment: {} });
    expect(getCommands(facts)).to.deep.equal([
      "npx pulumi import --file recover-prod.json --protect=false --generate-code=false -s prod",
    ]);
    expect([...diagnose(facts).imports]).to.deep.equal([
      [database.urn, "beo-datastore-prod"],
      [alarm.urn, "beo-mon-queue-age-1234567"],
    ]);
  });

  it("restores a version that is newer than the state", () => {
    const versions = [version("2026-11-24T11:00:00Z", { resources: complete })];
    expect(getCommands(getFacts({ stored: { ...getFacts().stored, versions } }))).to.deep.equal([
      "restore 2026-11-24T11:00:00Z",
    ]);
    const same = [version("2026-11-24T10:00:00Z", { resources: complete })];
    expect(getCommands(getFacts({ stored: { ...getFacts().stored, versions: same } }))).to.deep.equal([]);
  });

  it("waits for AWS, and completes the creation that was interrupted", () => {
    const facts = getFacts({
      deployment: {
        resources: [complete[1]!],
        pending_operations: [
          { type: "creating", resource: { urn: database.urn, type: database.type, inputs: database.inputs } },
        ],
      },
      databases: [{ identifier: "beo-datastore-prod", status: "creating" }],
    });
    expect(getCommands(facts)).to.deep.equal([
      "aws rds wait db-instance-available --db-instance-identifier beo-datastore-prod",
      "npx pulumi refresh --yes --non-interactive --clear-pending-creates -s prod",
      "npx pulumi import --file recover-prod.json --protect=false --generate-code=false -s prod",
    ]);
    expect([...diagnose(facts).imports]).to.deep.equal([[database.urn, "beo-datastore-prod"]]);
  });

  it("says what became of an interrupted creation", () => {
    const describe = (facts: Parameters<typeof getFacts>[0]) => diagnose(getFacts(facts)).findings[0];
    const { urn, type, inputs } = database;
    const deployment = {
      pending_operations: [{ type: "creating" as const, resource: { urn, type, inputs } }],
    };
    const began = "Pulumi was interrupted while creating Instance beo-db-instance (beo-datastore-prod).";
    const without = { ...deployment, resources: [complete[1]!] };
    expect(describe({ deployment: without })).to.equal(`${began} It exists in AWS.`);
    expect(describe({ deployment: without, resources: [] })).to.equal(
      `${began} It is not in AWS, or is listed below.`,
    );
    expect(describe({ deployment: { ...deployment, resources: complete } })).to.equal(
      `${began} The state has it since, or has what it would have replaced.`,
    );
  });

  it("finds by its name what has no tags yet", () => {
    const bucket = plan("aws:s3/bucket:Bucket", "beo-eb-bundles-bucket", { tags });
    const name = "beo-eb-bundles-bucket-abcdef0";
    const untagged = existing(bucket, name, { tags: {} });
    const facts = getFacts({
      planned: [...planned, bucket],
      resources: [...getFacts().existing, untagged],
      deployment: {
        resources: complete,
        pending_operations: [
          { type: "creating", resource: { urn: bucket.urn, type: bucket.type, inputs: { bucket: name } } },
        ],
      },
    });
    expect(getCommands(facts)).to.have.length(2);
    expect([...diagnose(facts).imports]).to.deep.equal([[bucket.urn, name]]);
  });

  describe("of a replacement in another region", () => {
    const type = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
    const replication = plan(type, "beo-backup-database", { region: "us-east-1" });
    const id = (region: string) => `arn:aws:rds:${region}:123456789012:auto-backup:ab-0123456789abcdef`;
    const inEast = existing(replication, id("us-east-1"), {
      tags: undefined,
      remove: [],
      urn: replication.urn,
    });
    const ofWest = {
      ...{ urn: replication.urn, type, id: id("us-west-2") },
      inputs: { region: "us-west-2" },
    };
    const refresh = "npx pulumi refresh --yes --non-interactive --clear-pending-creates -s prod";
    const remove = `npx pulumi state delete --yes '${replication.urn}' -s prod`;
    const rename = `npx pulumi state rename --yes '${replication.urn}' beo-backup-database-us-west-2 -s prod`;
    const importAll =
      "npx pulumi import --file recover-prod.json --protect=false --generate-code=false -s prod";
    const diagnoseWith = (old: StateResource, more: StateResource[] = [], isPending = false) => {
      const { steps, imports } = diagnose(
        getFacts({
          planned: [...planned, replication],
          resources: [...getFacts().existing, inEast],
          deployment: {
            resources: [...complete, old, ...more],
            pending_operations: isPending
              ? [{ type: "creating", resource: { ...ofWest, id: "", inputs: replication.inputs } }]
              : [],
          },
        }),
      );
      return { commands: steps.map(({ command }) => command), imports: [...imports] };
    };
    const imports = [[replication.urn, id("us-east-1")]];
    const isPendingReplacement = { ...ofWest, pendingReplacement: true };

    it("removes what was deleted for it from the state, and imports it", () => {
      expect(diagnoseWith(isPendingReplacement, [], true)).to.deep.equal({
        commands: [refresh, remove, importAll],
        imports,
      });
      // After the first command.
      expect(diagnoseWith(isPendingReplacement)).to.deep.equal({ commands: [remove, importAll], imports });
    });

    it("renames in the state what other resources depend on", () => {
      const dependent = {
        ...inState(alarm, "other"),
        urn: `${alarm.urn}-2`,
        dependencies: [replication.urn],
      };
      expect(diagnoseWith(isPendingReplacement, [dependent])).to.deep.equal({
        commands: [rename, importAll],
        imports,
      });
    });

    it("renames what the state has in the old region, and imports what AWS has in the declared one", () => {
      expect(diagnoseWith(ofWest)).to.deep.equal({ commands: [rename, importAll], imports });
    });

    it("leaves what the state has in the declared region, and stops nothing", () => {
      const current = { ...ofWest, id: id("other"), inputs: { region: "us-east-1" } };
      expect(diagnoseWith(current)).to.deep.equal({ commands: [], imports: [] });
    });

    it("takes no step for the destroy of a stack once the old one is out of the state", () => {
      const versions = [version("2026-11-24T09:00:00Z", { resources: [...complete, ofWest] })];
      const { steps, findings } = diagnose(
        getFacts({
          planned: [...planned, replication],
          resources: [...getFacts().existing, inEast],
          stored: { ...getFacts().stored, versions },
        }),
      );
      expect(
        steps.map(({ command }) => command),
        findings.join(),
      ).to.deep.equal([importAll]);
    });
  });

  it("imports what has the id of what was deleted for it", () => {
    const old = { ...complete[1]!, pendingReplacement: true };
    const facts = getFacts({ deployment: { resources: [complete[0]!, old] } });
    expect(getCommands(facts)).to.deep.equal([
      `npx pulumi state delete --yes '${alarm.urn}' -s prod`,
      "npx pulumi import --file recover-prod.json --protect=false --generate-code=false -s prod",
    ]);
  });

  it("imports no creation that was interrupted beside what the state has", () => {
    const second = existing(alarm, "beo-mon-queue-age-7654321");
    const facts = getFacts({
      resources: [...getFacts().existing, second],
      deployment: {
        resources: complete,
        pending_operations: [
          { type: "creating", resource: { urn: alarm.urn, type: alarm.type, inputs: alarm.inputs } },
        ],
      },
    });
    expect(getCommands(facts)).to.deep.equal([
      "npx pulumi refresh --yes --non-interactive --clear-pending-creates -s prod",
      "aws delete beo-mon-queue-age-7654321",
    ]);
  });

  it("waits for environments, and deletes drafts", () => {
    const environment = {
      id: "e-1",
      name: "beo-datastore-prod",
      arn: "",
      application: "beo-datastore-prod",
      version: "",
      properties: {},
    };
    const facts = (status: string, hasDraft: boolean) =>
      getFacts({ environments: [{ ...environment, status, hasDraft }] });
    expect(getCommands(facts("Updating", true))).to.deep.equal([
      "aws elasticbeanstalk wait environment-updated --environment-ids e-1",
    ]);
    expect(getCommands(facts("Ready", true))).to.deep.equal([
      "aws elasticbeanstalk delete-environment-configuration --application-name beo-datastore-prod --environment-name beo-datastore-prod",
    ]);
    expect(getCommands(facts("Terminating", false))[0]).to.include("wait environment-terminated");
  });

  it("goes on with a destroy, and names the other way with its danger", () => {
    const gone = { identifier: "beo-datastore-prod" };
    const deployment: Deployment = {
      resources: [complete[1]!],
      pending_operations: [{ type: "deleting", resource: complete[1]! }],
    };
    const withoutSnapshot = diagnose(getFacts({ deployment, databases: [gone], resources: [] }));
    expect(withoutSnapshot.steps).to.deep.equal([
      {
        does: "Deletes the rest of the stack.",
        command: "npx pulumi destroy --refresh -s prod",
        effect: "deletes",
      },
    ]);
    expect(withoutSnapshot.alternatives[0]?.when).to.include("WITH AN EMPTY DATABASE");
    const snapshot = "beo-datastore-prod-final-1a2b3c4d";
    const { alternatives } = diagnose(
      getFacts({ deployment, databases: [{ ...gone, lost: left(toSnapshot(snapshot)) }], resources: [] }),
    );
    expect(alternatives[0]?.steps.map(({ command }) => command)).to.deep.equal([
      `npx pulumi config set --path database.snapshotIdentifier ${snapshot} --stack prod`,
      "npx pulumi up --refresh -s prod",
    ]);
  });

  it("recognizes a destroy by its run, unless that deleted nothing", () => {
    const after = (result: string, resources: StateResource[]) =>
      diagnose(
        getFacts({
          stored: { ...getFacts().stored, runs: [{ kind: "destroy", result, endTime: 0 }] },
          deployment: { manifest: { time: "2026-11-24T10:00:00Z" }, resources },
        }),
      ).findings;
    for (const result of ["failed", "succeeded"]) {
      expect(after(result, [complete[0]!])[0]).to.equal("A destroy of the stack was interrupted.");
      expect(after(result, complete)).to.deep.equal([]);
    }
  });

  const arn = "arn:aws:rds:us-west-1:123456789012:auto-backup:ab-1";
  const kept = {
    ...{ kind: "automated backup" as const, identifier: "ab-1", arn },
    ...{ earliest: new Date("2026-10-25T03:00:00Z"), time: new Date("2026-11-24T09:55:00Z") },
  };
  const rescue = [
    `aws rds restore-db-instance-to-point-in-time --region us-west-1 --source-db-instance-automated-backups-arn ${arn} --target-db-instance-identifier beo-datastore-prod-rescue --use-latest-restorable-time --no-publicly-accessible`,
    "aws rds wait db-instance-available --region us-west-1 --db-instance-identifier beo-datastore-prod-rescue",
    "aws rds create-db-snapshot --region us-west-1 --db-instance-identifier beo-datastore-prod-rescue --db-snapshot-identifier beo-datastore-prod-rescue",
    "aws rds wait db-snapshot-available --region us-west-1 --db-snapshot-identifier beo-datastore-prod-rescue",
    "npx pulumi config set --path database.snapshotIdentifier beo-datastore-prod-rescue --stack prod",
  ];

  it("goes on with a guided restore that was interrupted between its renames, and proposes no snapshot", () => {
    const { findings, steps, alternatives, isFinal } = diagnose(
      getFacts({
        databases: [
          {
            identifier: "beo-datastore-prod",
            lost: left(toSnapshot("before-migration")),
            restoring: ["beo-datastore-prod-old", "beo-datastore-prod-restored"],
          },
        ],
      }),
    );
    expect(findings).to.deep.equal([
      "A restore of the database beo-datastore-prod is under way: beo-datastore-prod-old and beo-datastore-prod-restored have another name until it has ended.",
    ]);
    expect(steps.map(({ command }) => command)).to.deep.equal(["npx beo restore prod"]);
    expect([alternatives, isFinal]).to.deep.equal([[], true]);
    const undo = diagnose(
      getFacts({
        databases: [
          { identifier: "beo-datastore-prod", restoring: ["beo-datastore-prod-old"], isGoingBack: true },
        ],
      }),
    );
    expect(undo.steps.map(({ command }) => command)).to.deep.equal(["npx beo restore prod --undo"]);
  });

  it("finds a guided restore by the tags of its instances", async () => {
    const instances: Record<string, object> = {
      "d-old": {
        DBInstanceIdentifier: "d-old",
        DBInstanceStatus: "available",
        TagList: [{ Key: "ReplacedBy", Value: "db-2" }],
      },
      "d-restored": {
        DBInstanceIdentifier: "d-restored",
        DBInstanceStatus: "available",
        TagList: [{ Key: "RestoredFrom", Value: "latest" }],
      },
    };
    const read = async (existing: Record<string, object>) => {
      const aws = fakeAws({
        DescribeDBInstances: ({ DBInstanceIdentifier: name }) => {
          const found = existing[String(name)];
          if (found === undefined) {
            throw awsError("DBInstanceNotFoundFault");
          }
          return { DBInstances: [found] };
        },
        DescribeDBSnapshots: () => ({ DBSnapshots: [] }),
        DescribeDBInstanceAutomatedBackups: () => ({ DBInstanceAutomatedBackups: [] }),
      });
      const { restoring, isGoingBack } = await readDatabase(aws, "d", [], undefined);
      return [restoring, isGoingBack];
    };
    const names = ["d-old", "d-restored"];
    expect(await read(instances)).to.deep.equal([names, undefined]);
    for (const [direction, isBack] of [
      ["back", true],
      ["forward", undefined],
    ] as const) {
      const TagList = [
        { Key: "ReplacedBy", Value: "db-2" },
        { Key: "RestoreDirection", Value: direction },
      ];
      const old = { ...instances["d-old"], TagList };
      expect(await read({ ...instances, "d-old": old })).to.deep.equal([names, isBack]);
    }
    const nothing = [undefined, undefined];
    expect(await read({ ...instances, d: { DBInstanceStatus: "available" } })).to.deep.equal(nothing);
    const other = { ...instances["d-old"], TagList: [] };
    expect(await read({ "d-old": other })).to.deep.equal(nothing);
  });

  it("keeps a stack only after the lock is removed and the final snapshot is complete", () => {
    const keep = (details: Partial<Facts["databases"][0]>) =>
      diagnose(
        getFacts({
          stored: { ...getFacts().stored, locks: [{ ...lock, isAlive: false }] },
          deployment: {
            resources: [complete[1]!],
            pending_operations: [{ type: "deleting", resource: complete[1]! }],
          },
          databases: [{ identifier: "beo-datastore-prod", ...details }],
          resources: [],
        }),
      ).alternatives.map(({ steps }) => steps.map(({ command }) => command));
    expect(keep({ lost: left(toSnapshot("final")) })).to.deep.equal([
      [
        "npx pulumi cancel prod",
        "npx pulumi config set --path database.snapshotIdentifier final --stack prod",
        "npx pulumi up --refresh -s prod",
      ],
    ]);
    expect(keep({ status: "deleting" })).to.deep.equal([
      [
        "npx pulumi cancel prod",
        "aws rds wait db-instance-deleted --db-instance-identifier beo-datastore-prod",
      ],
    ]);
    expect(keep({ lost: left(kept) })).to.deep.equal([
      ["npx pulumi cancel prod", ...rescue, "npx pulumi up --refresh -s prod"],
    ]);
  });

  it("recognizes a destroy by what is missing since the last complete run, in the state and in AWS", () => {
    const versions = [version("2026-11-24T09:00:00Z", { resources: complete })];
    const runs = [{ kind: "update", result: "succeeded", endTime: 0 }];
    const partial = (resources: ExistingResource[]) =>
      getFacts({
        stored: { ...getFacts().stored, versions, runs },
        deployment: { manifest: { time: "2026-11-24T10:00:00Z" }, resources: [complete[1]!] },
        resources,
      });
    const [destroy] = getCommands(partial([existing(alarm, "beo-mon-queue-age-1234567")]));
    expect(destroy).to.equal("npx pulumi destroy --refresh -s prod");
    // An older state lacks what AWS still has.
    expect(getCommands(partial(getFacts().existing))[0]).to.match(/^npx pulumi import/);
  });

  it("does not take the deletion of an old key for a destroy", () => {
    const urn = stackUrn("aws:iam/accessKey:AccessKey", "beo-iam-key-1");
    const key = { urn, type: "aws:iam/accessKey:AccessKey", id: "AKIA1" };
    expect(
      getCommands(
        getFacts({
          deployment: {
            resources: [...complete, key],
            pending_operations: [{ type: "deleting", resource: key }],
          },
        }),
      ),
    ).to.deep.equal(["npx pulumi refresh --yes --non-interactive --clear-pending-creates -s prod"]);
  });

  it("does not take what an update deletes before it replaces it for a destroy", () => {
    // As the subscription of another e-mail address.
    const type = "aws:sns/topicSubscription:TopicSubscription";
    const subscription = plan(type, "beo-mon-email", { protocol: "email", endpoint: "new@example.com" });
    const getFirst = (endpoint: string) => {
      const resource = { ...inState(subscription, "arn"), inputs: { protocol: "email", endpoint } };
      return diagnose(
        getFacts({
          planned: [...planned, subscription],
          deployment: {
            resources: [...complete, resource],
            pending_operations: [{ type: "deleting", resource }],
          },
        }),
      ).findings[0];
    };
    expect(getFirst("old@example.com")).not.to.match(/destroy/);
    expect(getFirst("new@example.com")).to.equal("A destroy of the stack was interrupted.");
  });

  describe("of a database that is gone", () => {
    const gone = (details: Partial<Facts["databases"][0]> = {}, facts: Partial<Facts> = {}) =>
      getFacts({
        databases: [{ identifier: "beo-datastore-prod", ...details }],
        resources: [existing(alarm, "beo-mon-queue-age-1234567")],
        ...facts,
      });

    it("restores its newest snapshot", () => {
      const facts = gone({ lost: left(toSnapshot("rds:beo-datastore-prod-2026-11-24")) });
      expect(getCommands(facts)).to.deep.equal([
        "npx pulumi config set --path database.snapshotIdentifier rds:beo-datastore-prod-2026-11-24 --stack prod",
      ]);
      expect(getCommands({ ...facts, hasDatabaseSource: true })).to.deep.equal([]);
    });

    it("proposes no update without a snapshot", () => {
      const { findings, steps, isFinal } = diagnose(gone());
      expect({ steps, isFinal }).to.deep.equal({ steps: [], isFinal: true });
      expect(findings.join()).to.match(/an update would create an EMPTY one/);
    });

    it("remembers a database that the state has lost, until a complete destroy", () => {
      const versions = [version("2026-11-20T10:00:00Z", { resources: complete }, false)];
      const deployment: Deployment = {
        manifest: { time: "2026-11-24T10:00:00Z" },
        resources: [complete[1]!],
      };
      const endTime = Date.parse("2026-11-21T10:00:00Z") / 1000;
      const after = (kind: string) =>
        diagnose(
          gone(
            {},
            {
              deployment,
              stored: {
                state: "good",
                locks: [],
                versions,
                runs: [
                  { kind: "update", result: "succeeded", endTime },
                  { kind, result: "succeeded", endTime },
                ],
              },
            },
          ),
        );
      expect(after("destroy").findings.join()).not.to.include("EMPTY");
      expect(after("refresh").findings.join()).to.include("EMPTY");
    });
  });

  it("deletes an unknown key only if no environment has it", () => {
    const key = {
      id: "AKIA2",
      user: "beo-datastore-prod",
      created: "2026-11-24",
      lastUsed: "never used",
      usedBy: [],
    };
    const { steps } = diagnose(getFacts({ unknownKeys: [key] }));
    expect(steps).to.have.length(1);
    expect(steps[0]).to.deep.include({
      command: "aws iam delete-access-key --user-name beo-datastore-prod --access-key-id AKIA2",
      effect: "deletes",
    });
    const inUse = diagnose(
      getFacts({
        unknownKeys: [
          {
            ...key,
            usedBy: ["AWS_ACCESS_KEY_ID of beo-datastore-prod", "SMTP_USER of beo-datastore-prod-worker"],
          },
        ],
      }),
    );
    expect(inUse.steps).to.deep.equal([]);
    expect(inUse.findings.join()).to.include(
      "It is in use, in AWS_ACCESS_KEY_ID of beo-datastore-prod, SMTP_USER of beo-datastore-prod-worker.",
    );
  });

  it("deletes duplicates, and never data", () => {
    const second = existing(alarm, "beo-mon-queue-age-7654321");
    const other = existing(database, "beo-datastore-prod", { id: "db-OTHER" });
    const { steps, findings } = diagnose(getFacts({ resources: [...getFacts().existing, second, other] }));
    expect(steps.map(({ command }) => command)).to.deep.equal(["aws delete beo-mon-queue-age-7654321"]);
    expect(findings.join()).to.match(/It may hold data/);
  });

  it("deletes what a destroy left, and nothing with data", () => {
    const runs = [{ kind: "destroy", result: "succeeded", endTime: 0 }];
    expect(getCommands(getFacts({ stored: { ...getFacts().stored, runs }, deployment: {} }))).to.deep.equal([
      "aws delete beo-mon-queue-age-1234567",
    ]);
  });

  it("finds nothing after a complete destroy, and restores no snapshot", () => {
    const runs = [{ kind: "destroy", result: "succeeded", endTime: 0 }];
    const final = "beo-datastore-prod-final-1a2b3c4d";
    const databases = [{ identifier: "beo-datastore-prod", lost: left(toSnapshot(final)) }];
    const facts = getFacts({
      stored: { ...getFacts().stored, runs },
      deployment: { manifest: { time: "2026-11-24T10:00:00Z" } },
      databases,
      resources: [],
    });
    const diagnosis = diagnose(facts);
    expect(diagnosis).to.deep.include({ findings: [], steps: [], isFinal: true });
    expect(isDestroyed(facts)).to.equal(true);
    // An update of it is refused, and names this command.
    expect(formatRecovered("prod", true, diagnosis.alternatives)).to.equal(
      [
        "prod: Nothing to recover. It was destroyed, and AWS has only backups of its database.",
        "",
        `To create the stack again with the snapshot ${final} of 2026-11-24T10:00:00Z`,
        "  # Makes the next update restore the database from this snapshot.",
        `  npx pulumi config set --path database.snapshotIdentifier ${final} --stack prod`,
        "  # Creates the stack again.",
        "  npx pulumi up -s prod",
      ].join("\n"),
    );
    expect(formatRecovered("prod", true, [])).to.equal(
      "prod: Nothing to recover. It was destroyed, and AWS has nothing of it.",
    );
    expect(isDestroyed({ ...facts, deployment: { resources: complete } })).to.equal(false);
  });

  it("knows a stack of which neither the state nor AWS has anything", () => {
    const facts = getFacts({
      deployment: {},
      resources: [],
      databases: [{ identifier: "beo-datastore-prod" }],
    });
    expect(isUndeployed(facts)).to.equal(true);
    expect(diagnose(facts)).to.deep.include({ findings: [], steps: [], isFinal: false });
    const creating = { type: "creating" as const, resource: complete[0]! };
    const others: Partial<Facts>[] = [
      { deployment: { resources: complete } },
      { deployment: { pending_operations: [creating] } },
      { matched: getFacts().matched },
      { databases: getFacts().databases },
      { environments: [{ id: "e-1", name: "prod-web", status: "Ready" } as Facts["environments"][number]] },
    ];
    expect(others.map((other) => isUndeployed({ ...facts, ...other }))).to.deep.equal(
      others.map(() => false),
    );
  });

  it("leaves an incompatible database to the console", () => {
    const { steps, isFinal } = diagnose(
      getFacts({ databases: [{ identifier: "beo-datastore-prod", status: "incompatible-parameters" }] }),
    );
    expect({ steps, isFinal }).to.deep.equal({ steps: [], isFinal: true });
  });
});

describe("isPlanned", () => {
  it("needs the stack's tags for a generated name", () => {
    const name = "beo-mon-queue-age-1234567";
    expect(isPlanned(existing(alarm, name), alarm)).to.equal(true);
    expect(isPlanned(existing(alarm, name, { tags: { ...tags, Project: "other" } }), alarm)).to.equal(false);
    expect(isPlanned(existing(alarm, name, { tags: {} }), alarm)).to.equal(false);
    expect(isPlanned(existing(alarm, "beo-mon-queue-age-mine"), alarm)).to.equal(false);
  });

  it("takes a fixed name without tags, but not with those of another stack", () => {
    const name = "beo-datastore-prod";
    expect(isPlanned(existing(database, name, { tags: {} }), database)).to.equal(true);
    expect(isPlanned(existing(database, name, { tags: { Project: "other" } }), database)).to.equal(false);
  });
});

describe("describePreview", () => {
  it("proposes an update and says what it deletes", () => {
    const { findings, steps } = describePreview("prod", [
      { op: "same", urn: database.urn },
      { op: "create", urn: alarm.urn },
      { op: "delete", urn: stackUrn("aws:iam/accessKey:AccessKey", "beo-iam-key-1") },
    ]);
    expect(findings).to.deep.equal([
      [
        "The stack is not as the program declares it. An update would",
        "    create MetricAlarm beo-mon-queue-age",
        "    DELETE AccessKey beo-iam-key-1",
      ].join("\n"),
    ]);
    expect(steps[0]).to.deep.include({ command: "npx pulumi up --refresh -s prod", effect: "deletes" });
  });

  it("deletes the old key of an interrupted rotation, though the preview leaves it out", () => {
    const urn = stackUrn("aws:iam/accessKey:AccessKey", "beo-iam-key-1");
    const key = { urn, type: "aws:iam/accessKey:AccessKey", id: "AKIA1" };
    const undeclared = getUndeclared({ planned, deployment: { resources: [...complete, key] } });
    expect(undeclared).to.deep.equal([key]);
    expect(getUndeclared({ planned: [], deployment: { resources: complete } })).to.deep.equal([]);
    const steps = [{ op: "delete", urn }];
    expect(addDeletions([], undeclared)).to.deep.equal([
      { op: "delete", urn, oldState: { retainOnDelete: false } },
    ]);
    expect(addDeletions(steps, undeclared)).to.deep.equal(steps);
  });

  it("keeps the parameters of extraSecrets, whose names only the previewed program knows", () => {
    const urn = (name: string) => stackUrn("aws:ssm/parameter:Parameter", `beo-ssm-${name}`);
    const parameters = ["SENTRY_DSN", "REMOVED"].map((name) => ({
      urn: urn(name),
      type: "aws:ssm/parameter:Parameter",
      id: `/beo-datastore-prod/${name}`,
    }));
    const facts = { planned, deployment: { resources: [...complete, ...parameters] } };
    // As `pulumi preview --refresh --json --show-sames` prints them.
    const steps = [
      { op: "refresh", urn: urn("SENTRY_DSN") },
      { op: "refresh", urn: urn("REMOVED") },
      { op: "same", urn: urn("SENTRY_DSN") },
      { op: "delete", urn: urn("REMOVED") },
    ];
    expect(getUndeclared(facts, getDeclared(steps))).to.deep.equal([parameters[1]]);
  });

  it("deletes what was replaced, though the preview leaves it out", () => {
    const replaced = { ...inState(alarm, "beo-mon-queue-age-7654321"), delete: true };
    const undeclared = getUndeclared({ planned, deployment: { resources: [...complete, replaced] } });
    expect(undeclared).to.deep.equal([replaced]);
    const shown = [{ op: "delete-replaced", urn: alarm.urn }];
    expect(addDeletions(shown, undeclared)).to.deep.equal(shown);
  });

  const own = (type: string, name: string) => stackUrn(`beo:index:Backups$${type}`, name);
  const replica = own("beo:index:PrivateBucket$aws:s3/bucket:Bucket", "beo-backup-media-replica-bucket");
  const policy = own(
    "beo:index:PrivateBucket$aws:s3/bucketPolicy:BucketPolicy",
    "beo-backup-media-replica-tls-only",
  );
  const key = own("aws:kms/key:Key", "beo-backup-key");
  const alias = own("aws:kms/alias:Alias", "beo-backup-key-alias");
  const retained = { custom: true, retainOnDelete: true };

  /**
   * Steps of `pulumi preview --refresh --json` (3.259) of another region, of `backup.region: none`, and of another region
   * together with `protect: false`, without the inputs and outputs. It prints a replacement as one step.
   */
  const otherRegion = [
    { op: "replace", urn: replica, oldState: { ...retained, pendingReplacement: true }, newState: retained },
    { op: "replace", urn: key, oldState: { ...retained, delete: true }, newState: retained },
    { op: "replace", urn: alias, oldState: { custom: true, delete: true }, newState: { custom: true } },
    { op: "replace", urn: policy, oldState: { ...retained, pendingReplacement: true }, newState: retained },
  ];
  const noRegion = [
    { op: "delete", urn: policy, oldState: retained },
    { op: "delete", urn: alias, oldState: { custom: true } },
    { op: "delete", urn: replica, oldState: retained },
    {
      op: "delete",
      urn: own("beo:index:PrivateBucket", "beo-backup-media-replica"),
      oldState: { custom: false },
    },
    { op: "delete", urn: key, oldState: retained },
  ];
  const otherRegionUnprotected = [
    {
      op: "replace",
      urn: replica,
      oldState: { ...retained, pendingReplacement: true },
      newState: { custom: true },
    },
    { op: "replace", urn: key, oldState: { ...retained, delete: true }, newState: { custom: true } },
    { op: "replace", urn: policy, oldState: { ...retained, pendingReplacement: true }, newState: retained },
  ];

  it("says what an update would create in place of data that was deleted in AWS", () => {
    const steps = [replica, key, alias].map((urn) => ({ op: "create", urn }));
    const { findings, steps: proposed } = describePreview("prod", steps, new Set([replica, key, alias]));
    expect(findings.slice(1)).to.deep.equal([
      "Bucket beo-backup-media-replica-bucket does not exist in AWS any more. An update creates an EMPTY one. Find out first what has its data: docs/backups.md.",
      "Key beo-backup-key does not exist in AWS any more. What it encrypts cannot be read, and an update creates ANOTHER key, which does not decrypt it.",
    ]);
    // --yes does not run it.
    expect(proposed).to.deep.equal([
      {
        does: "Updates the stack, and creates what is gone without its data.",
        command: "npx pulumi up --refresh -s prod",
        effect: "deletes",
      },
    ]);
    // What the state never had.
    expect(describePreview("prod", steps).findings).to.have.length(1);
    expect(describePreview("prod", steps).steps.map(({ effect }) => effect)).to.deep.equal(["changes"]);
  });

  it("proposes an update that leaves in AWS what it removes from the state", () => {
    const { findings, steps } = describePreview("prod", noRegion);
    expect(findings).to.deep.equal([
      [
        "The stack is not as the program declares it. An update would",
        "    DELETE Alias beo-backup-key-alias",
        "    remove BucketPolicy beo-backup-media-replica-tls-only from the state only (stays in AWS)",
        "    remove Bucket beo-backup-media-replica-bucket from the state only (stays in AWS)",
        "    remove Key beo-backup-key from the state only (stays in AWS)",
        "    remove the component PrivateBucket beo-backup-media-replica from the state (has nothing in AWS)",
      ].join("\n"),
    ]);
    expect(steps).to.deep.equal([
      {
        does: "Updates the stack, and deletes what is listed above.",
        command: "npx pulumi up --refresh -s prod",
        effect: "deletes",
      },
    ]);
  });

  it("proposes an update whose replacements leave the old data in AWS, and says what it deletes", () => {
    const { findings, steps } = describePreview("prod", otherRegion);
    expect(findings).to.deep.equal([
      [
        "The stack is not as the program declares it. An update would",
        "    REPLACE Alias beo-backup-key-alias",
        "    replace Bucket beo-backup-media-replica-bucket (the old one stays in AWS)",
        "    replace Key beo-backup-key (the old one stays in AWS)",
        "    replace BucketPolicy beo-backup-media-replica-tls-only (the old one stays in AWS)",
      ].join("\n"),
    ]);
    expect(steps.map(({ effect }) => effect)).to.deep.equal(["deletes"]);
  });

  it("proposes no replacement of data that the same update retains no more", () => {
    const { findings, steps } = describePreview("prod", otherRegionUnprotected);
    expect(findings[1]).to.match(
      /^Do not run it: Bucket beo-backup-media-replica-bucket, Key beo-backup-key would lose data\./,
    );
    expect(steps).to.deep.equal([]);
  });

  it("knows from the state what stays in AWS where the preview leaves a deletion out", () => {
    const old = { urn: replica, type: "aws:s3/bucket:Bucket", id: "beo-datastore-prod-backup", ...retained };
    const undeclared = getUndeclared({ planned, deployment: { resources: [...complete, old] } });
    const { findings } = describePreview("prod", addDeletions([], undeclared));
    expect(findings[0]).to.match(/ would\n {4}remove Bucket \S+ from the state only \(stays in AWS\)$/);
  });

  it("does not count what an interrupted update has deleted already", () => {
    const old = {
      urn: key,
      type: "aws:kms/key:Key",
      id: "1234abcd-12ab-34cd-56ef-1234567890ab",
      pendingReplacement: true,
    };
    expect(getUndeclared({ planned, deployment: { resources: [...complete, old] } })).to.deep.equal([]);
  });

  it("names a replacement once", () => {
    const { findings } = describePreview(
      "prod",
      ["create-replacement", "replace", "delete-replaced"].map((op) => ({ op, urn: alarm.urn })),
    );
    expect(findings[0]).to.match(/An update would\n {4}REPLACE MetricAlarm beo-mon-queue-age$/);
  });

  it("counts many resources by type, and names each one that is lost", () => {
    const numbers = [1, 2, 3, 4, 5, 6];
    const types = [
      "sns/topic:Topic",
      "sqs/queue:Queue",
      "iam/user:User",
      "kms/key:Key",
      "ssm/document:Document",
    ];
    const { findings } = describePreview("prod", [
      ...types.map((type) => ({ op: "create", urn: stackUrn(`aws:${type}`, "beo-one") })),
      ...numbers.map((number) => ({ op: "create", urn: stackUrn(alarm.type, `beo-mon-${number}`) })),
      ...numbers.map((number) => ({ op: "delete", urn: stackUrn(alarm.type, `beo-old-${number}`) })),
    ]);
    expect(findings[0]?.split("\n").slice(1)).to.deep.equal([
      "    create 11 resources: 6 MetricAlarm, 1 Topic, 1 Queue, 1 User, 1 Key, 1 of other types",
      ...numbers.map((number) => `    DELETE MetricAlarm beo-old-${number}`),
    ]);
  });

  for (const op of ["delete", "replace", "delete-replaced"]) {
    it(`proposes no update that would ${op} the database`, () => {
      const { findings, steps } = describePreview("prod", [{ op, urn: database.urn }]);
      expect(steps).to.deep.equal([]);
      expect(findings[1]).to.match(/^Do not run it: Instance beo-db-instance would lose data/);
    });
  }
});

describe("formatDiagnosis", () => {
  it("prints each command after what it does, and says which ones delete", () => {
    const step = {
      does: "Deletes the unknown key.",
      command: "aws iam delete-access-key",
      effect: "deletes" as const,
    };
    expect(
      formatDiagnosis("prod", { findings: ["A finding."], steps: [step], alternatives: [] }, "us-west-1"),
    ).to.equal(
      [
        "prod: What happened",
        "  A finding.",
        "",
        "The aws commands below expect: export AWS_REGION=us-west-1",
        "",
        "What to do, in this order",
        "  # DELETES. Deletes the unknown key.",
        "  aws iam delete-access-key",
        "  # Checks whether more is to do.",
        "  npx beo recover prod",
      ].join("\n"),
    );
  });
});

describe("readStoredStack", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "recover-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const checkpoint = (time: string) =>
    JSON.stringify({
      version: 3,
      checkpoint: { stack: "prod", latest: { manifest: { time }, resources: complete } },
    });
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(join(folder, ".pulumi", name, ".."), { recursive: true });
    writeFileSync(join(folder, ".pulumi", name), content);
  };
  const read = () => readStoredStack(`file://${folder}`, "beo", "prod", new S3Client({}));

  it("reads locks, runs and versions of a file backend, the newest first", async () => {
    write("stacks/beo/prod.json", checkpoint("2026-11-24T10:00:00Z").slice(0, 50));
    write("stacks/beo/prod.json.bak", checkpoint("2026-11-24T09:00:00Z"));
    write("history/beo/prod/prod-1.checkpoint.json", checkpoint("2026-11-23T09:00:00Z"));
    write(
      "history/beo/prod/prod-1.history.json",
      JSON.stringify({ kind: "update", result: "succeeded", endTime: 1 }),
    );
    write("history/beo/prod/prod-2.checkpoint.json", "damaged");
    write("locks/organization/beo/prod/1.json", JSON.stringify(lock));
    write("locks/organization/beo/prod/1.json.attrs", '{"user.content_type":"application/json"}');
    const { state, locks, runs, versions } = await read();
    expect({ state, locks, runs }).to.deep.equal({
      state: "broken",
      locks: [lock],
      runs: [{ kind: "update", result: "succeeded", endTime: 1 }],
    });
    const file = join(folder, ".pulumi/stacks/beo/prod.json");
    expect(versions.map(({ restore, isFinal }) => [restore, isFinal])).to.deep.equal([
      [`cp ${file} ${file}.before-recovery && cp ${file}.bak ${file}`, false],
      [
        `cp ${file} ${file}.before-recovery && cp ${folder}/.pulumi/history/beo/prod/prod-1.checkpoint.json ${file}`,
        true,
      ],
    ]);
  });

  it("names the attributes that a killed process left empty, and nothing before they are removed", async () => {
    write("stacks/beo/prod.json", checkpoint("2026-11-24T10:00:00Z"));
    write("stacks/beo/other.json.attrs", '{"user.content_type":"application/json"}');
    expect((await read()).removeAttributes).to.equal(undefined);
    write("stacks/beo/prod.json.attrs", "");
    write("history/beo/prod/prod-2.history.json.attrs", '{"user.content');
    const { state, removeAttributes } = await read();
    expect(state).to.equal("good");
    expect(removeAttributes).to.equal(
      `rm ${folder}/.pulumi/stacks/beo/prod.json.attrs ${folder}/.pulumi/history/beo/prod/prod-2.history.json.attrs`,
    );
    const withLock = (isAlive: boolean) =>
      getFacts({
        stored: { ...getFacts().stored, locks: [{ ...lock, isAlive }], removeAttributes },
        deployment: {},
      });
    // The CLI cannot remove the lock before.
    expect(getCommands(withLock(false))).to.deep.equal([removeAttributes]);
    expect(getCommands(withLock(true))).to.deep.equal([]);
  });

  it("reads a compressed state, and one without deployment", async () => {
    expect(parseCheckpoint(gzipSync(checkpoint("2026-11-24T10:00:00Z")))?.resources).to.have.length(2);
    expect(
      parseCheckpoint(Buffer.from('{"version":3,"checkpoint":{"stack":"prod","latest":null}}')),
    ).to.deep.equal({});
    expect(parseCheckpoint(Buffer.from("{}"))).to.equal(undefined);
    rmSync(join(folder, ".pulumi/stacks/beo/prod.json"));
    expect((await read()).state).to.equal("missing");
  });
});

describe("hasDatabaseSource", () => {
  const databases = [{ identifier: "beo-datastore-prod", lost: left(toSnapshot("newest")) }];

  it("takes the newest snapshot, by name or ARN, or the decision against it", () => {
    expect(hasDatabaseSource(databases, "newest", undefined)).to.equal(true);
    const arn = "arn:aws:rds:us-west-1:123456789012:snapshot:newest";
    expect(hasDatabaseSource(databases, arn, undefined)).to.equal(true);
    expect(hasDatabaseSource(databases, "older", "newest")).to.equal(true);
  });

  it("does not take a snapshot that an earlier restore left in the configuration", () => {
    expect(hasDatabaseSource(databases, "older", undefined)).to.equal(false);
    expect(hasDatabaseSource(databases, undefined, undefined)).to.equal(false);
    const empty = [{ identifier: "beo-datastore-prod", lost: left() }];
    expect(hasDatabaseSource(empty, "copied", undefined)).to.equal(true);
    expect(hasDatabaseSource(empty, undefined, undefined)).to.equal(false);
  });
});

describe("requireAccount", () => {
  const state = [
    { ...complete[0]!, outputs: { arn: "arn:aws:rds:us-west-1:123456789012:db:beo-datastore-prod" } },
  ];

  it("refuses credentials of another account than the stack's", () => {
    expect(() => {
      requireAccount("prod", "999999999999", state);
    }).to.throw(
      'Stack "prod" is deployed in AWS account 123456789012, but the credentials belong to account 999999999999. Nothing was changed.',
    );
    expect(() => {
      requireAccount("prod", "999999999999", state, { consequence: "Its status is not known." });
    }).to.throw("belong to account 999999999999. Its status is not known.");
  });

  it("accepts the stack's account, and any account for a stack without resources", () => {
    requireAccount("prod", "123456789012", state);
    requireAccount("prod", "999999999999", []);
  });
});

describe("npx beo recover --run", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "recover-run-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs two commands, of which the second one deletes, and returns which of them were run. */
  const runWith = (answers: string, yes: boolean) => {
    const files = ["first", "second"].map((name) => join(folder, name));
    files.forEach((file) => {
      rmSync(file, { force: true });
    });
    const steps = files.map((file, index) => ({
      does: "Creates a file.",
      command: `touch ${file}`,
      effect: index === 0 ? "changes" : "deletes",
    }));
    const script = `require("./cli/recover/recover.ts").runSteps(${JSON.stringify(steps)}, ${yes})`;
    const { stdout } = spawnSync(process.execPath, ["--require", "./preload.js", "-e", script], {
      cwd: join(__dirname, "../.."),
      input: answers,
      encoding: "utf8",
    });
    return { ran: files.map((file) => existsSync(file)), stdout };
  };

  it("asks before each command, and runs only what is answered with yes", () => {
    expect(runWith("yes\nyes\n", false).ran).to.deep.equal([true, true]);
    expect(runWith("yes\nno\n", false).ran).to.deep.equal([true, false]);
    expect(runWith("y\n", false).ran).to.deep.equal([false, false]);
    expect(runWith("", false).ran).to.deep.equal([false, false]);
  });

  it("asks with --yes before what deletes", () => {
    const { ran, stdout } = runWith("", true);
    expect(ran).to.deep.equal([true, false]);
    expect(stdout).to.match(/DELETES\. Creates a file\.\n.*Run it\? \(yes\/no\)/s);
    expect(runWith("yes\n", true).ran).to.deep.equal([true, true]);
  });
});
