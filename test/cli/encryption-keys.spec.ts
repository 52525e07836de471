import { expect } from "chai";
import { describe, it } from "mocha";
import { checkEncryptionKeys } from "../../cli/drift/checks/encryption-keys";
import type { Context } from "../../cli/drift/context";
import { findDrift } from "../../cli/drift/find-drift";
import { removeExplained } from "../../cli/drift/drift";
import { findUnusableKeys } from "../../cli/encryption-keys";
import { inspectEncryptionKeys } from "../../cli/recover/diagnosis/database";
import type { Facts } from "../../cli/recover/diagnosis/facts";
import { runChecks } from "../../cli/report";
import { checkEncryption } from "../../cli/status/encryption";
import type { Context as StatusContext } from "../../cli/status/context";
import type { Step } from "../../cli/preview";
import { awsError, fakeAws } from "../support/fake-aws";

const toArn = (region: string, id: string) => `arn:aws:kms:${region}:123456789012:key/${id}`;
const urnOf = (type: string, name: string) => `urn:pulumi:prod::beo-datastore::aws:${type}::${name}`;
const own = "1234abcd-12ab-34cd-56ef-1234567890ab";
const other = "0987dcba-09fe-87dc-65ba-ab0987654321";
const resource = (type: string, name: string, outputs: Record<string, string>) => ({
  ...{ urn: urnOf(type, name), type: `aws:${type}`, name, id: name },
  ...{ inputs: {}, outputs },
});
const replication = "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
const resources = [
  resource("rds/instance:Instance", "beo-db-instance", { kmsKeyId: toArn("us-west-1", own) }),
  resource(replication, "beo-backup-database", { kmsKeyId: toArn("us-west-2", other) }),
  resource("backup/vault:Vault", "beo-backup-copy", { kmsKeyArn: toArn("us-west-2", other) }),
  // Encrypted by a key of S3, and not at all.
  resource("s3/bucket:Bucket", "beo-s3-media-bucket", {}),
  resource("rds/instance:Instance", "plain", { kmsKeyId: "" }),
];

/** KMS, with the states of the keys. AWS documents them in "Key states of AWS KMS keys". */
const createClients = (states: Record<string, object>) =>
  fakeAws({
    DescribeKey: ({ KeyId }, region) => {
      const id = String(KeyId).replace(/^.*\//, "");
      if (!String(KeyId).includes(`:${region}:`) || states[id] === undefined) {
        throw awsError("NotFoundException");
      }
      return { KeyMetadata: { KeyId: id, ...states[id] } };
    },
  });
const pending = { KeyState: "PendingDeletion", DeletionDate: new Date("2026-12-04T17:00:00Z") };
const enabled = { KeyState: "Enabled" };
const cancel = [
  `aws kms cancel-key-deletion --key-id ${own} --region us-west-1`,
  `aws kms enable-key --key-id ${own} --region us-west-1`,
];
const message = `The KMS key ${own} of beo-db-instance waits for its deletion on 2026-12-04. Without it, what it encrypts cannot be read, and its backups and snapshots neither.`;

describe("the keys that encrypt a stack's data", () => {
  const denied = fakeAws({
    DescribeKey: () => {
      throw awsError("AccessDeniedException");
    },
  });
  const readAll = async (all: typeof resources, { kms }: typeof denied) => {
    const reports: string[] = [];
    const keys = await findUnusableKeys(all, kms, (message) => reports.push(message));
    return { keys, reports };
  };
  const named = [
    { ...resources[0]!, inputs: { kmsKeyId: toArn("us-west-1", own) } },
    // AWS's own key, which the program does not name.
    resource("backup/vault:Vault", "beo-backup-vault", { kmsKeyArn: toArn("us-west-1", "aws-backup") }),
  ];
  const deleted = `The KMS key ${own} of beo-db-instance was deleted. What it encrypted cannot be read any more, and its backups and snapshots neither. Restore a copy that another key encrypts: docs/recovery.md#a-kms-key-was-deleted`;
  const unread = `The KMS key ${own} of beo-db-instance could not be read: the credentials lack kms:DescribeKey for it. Rights that depend on its tags end when it is deleted. With an administrator's credentials: aws kms describe-key --key-id ${own} --region us-west-1`;

  it("are read once each, in their regions; enabled ones are no finding", async () => {
    const clients = createClients({ [own]: enabled, [other]: { KeyState: "Disabled" } });
    expect(await readAll(resources, clients)).to.deep.equal({
      keys: [
        {
          id: other,
          region: "us-west-2",
          state: "Disabled",
          deletion: undefined,
          users: [urnOf(replication, "beo-backup-database"), urnOf("backup/vault:Vault", "beo-backup-copy")],
        },
      ],
      reports: [],
    });
  });

  it("are gone for good once they are deleted, and no command brings them back", async () => {
    const { keys } = await readAll(resources, createClients({ [other]: enabled }));
    const users = [urnOf("rds/instance:Instance", "beo-db-instance")];
    expect(keys).to.deep.equal([{ id: own, region: "us-west-1", state: "Deleted", users }]);

    const context = { resources, stack: "prod", clients: createClients({ [other]: enabled }) };
    expect((await runChecks(checkEncryption(context as unknown as StatusContext))).lines).to.deep.equal([
      { topic: "Database", level: "error", text: deleted, fix: ["npx beo recover prod"] },
    ]);
    const databases = [{ identifier: "beo-datastore-prod", status: "inaccessible-encryption-credentials" }];
    expect(inspectEncryptionKeys({ unusableKeys: keys, databases } as unknown as Facts)).to.deep.equal({
      findings: [deleted],
      steps: [],
      isFinal: true,
    });
    const lost = [{ identifier: "beo-datastore-prod", lost: { sources: [] } }];
    expect(
      inspectEncryptionKeys({ unusableKeys: keys, databases: lost } as unknown as Facts).isFinal,
    ).to.equal(false);
    const drift = { deployed: resources, missing: [], region: "us-west-1", stack: "prod" };
    const [check] = checkEncryptionKeys({ ...drift, clients: context.clients } as unknown as Context);
    expect(await check?.find()).to.deep.equal([
      {
        ...{ urn: users[0], action: "none", severity: "critical", message: deleted, keep: [] },
        meaning:
          "Nothing brings the key back. Do not run pulumi up before the data is restored: it may create another key, which decrypts nothing of what there is.",
        undo: ["npx beo recover prod"],
      },
    ]);
  });

  it("are not read without the right to it, which is no proof that they are enabled", async () => {
    expect(await readAll(named, denied)).to.deep.equal({ keys: [], reports: [unread] });
    const context = { resources: named, clients: denied } as unknown as StatusContext;
    expect(await runChecks(checkEncryption(context))).to.deep.equal({
      lines: [],
      unread: [{ topic: "Database", reason: unread, actions: [] }],
    });
  });

  it("are an error in the status", async () => {
    const clients = createClients({ [own]: pending, [other]: { KeyState: "Unavailable" } });
    const context = { resources, clients } as unknown as StatusContext;
    expect((await runChecks(checkEncryption(context))).lines).to.deep.equal([
      { topic: "Database", level: "error", text: message, fix: cancel },
      {
        topic: "Database",
        level: "error",
        text: `The KMS key ${other} of beo-backup-database, beo-backup-copy is in the state Unavailable. Without it, what it encrypts cannot be read, and its backups and snapshots neither.`,
        fix: [],
      },
    ]);
  });

  it("are enabled by recover before an update could create others", async () => {
    const clients = createClients({ [own]: pending, [other]: { KeyState: "Disabled" } });
    const { keys: unusableKeys } = await readAll(resources, clients);
    const section = inspectEncryptionKeys({ unusableKeys, databases: [] } as unknown as Facts);
    expect(section.isFinal).to.equal(true);
    expect(section.findings?.[0]).to.equal(message);
    expect(section.steps?.map(({ command, effect }) => [command, effect])).to.deep.equal(
      [...cancel, `aws kms enable-key --key-id ${other} --region us-west-2`].map((command) => [
        command,
        "changes",
      ]),
    );
    expect(inspectEncryptionKeys({ unusableKeys: [], databases: [] } as unknown as Facts)).to.deep.equal({});
  });

  it("are critical drift, in place of the update that would create others", async () => {
    const urn = urnOf("kms/key:Key", "beo-db-key");
    const steps: Step[] = [{ op: "create", urn, newState: { inputs: {} } }];
    const context = {
      ...{ deployed: resources, region: "us-west-1", stack: "prod" },
      missing: [{ urn, type: "aws:kms/key:Key", name: "beo-db-key", inputs: {} }],
      clients: createClients({ [own]: pending, [other]: enabled }),
    } as unknown as Context;
    const found = await checkEncryptionKeys(context)[0]!.find();
    expect(found).to.deep.include.members([
      {
        ...{ urn, action: "create", severity: "critical", message, undo: cancel, keep: [] },
        meaning:
          "Do not run pulumi up before the key is enabled: it may create another one, which decrypts nothing of what there is.",
      },
    ]);
    const drift = findDrift(steps, { stack: "prod", configuration: {} });
    // A key that is gone for good: nothing brings its data back.
    expect(
      drift.map(({ severity, undo }) => [severity, undo.every((line) => line.startsWith("#"))]),
    ).to.deep.equal([["critical", true]]);
    expect(
      removeExplained(
        drift,
        found.filter((one) => typeof one === "object"),
      ),
    ).to.deep.equal([]);
  });
});
