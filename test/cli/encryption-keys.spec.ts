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
  it("are read once each, in their regions; enabled, deleted and foreign ones are no finding", async () => {
    const clients = createClients({ [own]: enabled, [other]: { KeyState: "Disabled" } });
    expect(await findUnusableKeys(resources, clients.kms)).to.deep.equal([
      {
        id: other,
        region: "us-west-2",
        state: "Disabled",
        deletion: undefined,
        users: [urnOf(replication, "beo-backup-database"), urnOf("backup/vault:Vault", "beo-backup-copy")],
      },
    ]);
    expect(await findUnusableKeys(resources, createClients({}).kms)).to.deep.equal([]);
    const denied = fakeAws({
      DescribeKey: () => {
        throw awsError("AccessDeniedException");
      },
    });
    expect(await findUnusableKeys(resources, denied.kms)).to.deep.equal([]);
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
    const unusableKeys = await findUnusableKeys(resources, clients.kms);
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
