import { expect } from "chai";
import { describe, it } from "mocha";
import { getKnownStates } from "../../cli/adopt/import-file";
import { matchResources } from "../../cli/recover/existing";
import { findBackupPlans, findReplications, findVaults } from "../../cli/recover/inventory/backups";
import { findKeys } from "../../cli/recover/inventory/keys";
import type { Scope } from "../../cli/recover/inventory/scope";
import type { PlannedResource } from "../../plan/plan";
import type { PropertyValue } from "../../plan/values";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

const tags = { Project: "beo-datastore", Environment: "prod", ManagedBy: "Pulumi" };
const region = "us-west-2";
const plan = (type: string, name: string, inputs: Record<string, PropertyValue> = {}): PlannedResource => ({
  urn: `urn:pulumi:prod::beo-datastore::beo:index:Backups$aws:${type}::${name}`,
  type: `aws:${type}`,
  name,
  parent: null,
  inputs,
  protect: false,
  ignoreChanges: [],
});
const databaseKey = plan("kms/key:Key", "beo-db-key", { tags: { ...tags, Use: "database" } });
const planned = [
  plan("rds/instance:Instance", "beo-db-instance", { identifier: "beo-datastore-prod", tags }),
  databaseKey,
  plan("kms/alias:Alias", "beo-db-key-alias", { namePrefix: "alias/beo-datastore-prod-database-" }),
  plan("kms/key:Key", "beo-backup-key", { region, tags: { ...tags, Use: "backups" } }),
  plan("kms/alias:Alias", "beo-backup-key-alias", {
    namePrefix: "alias/beo-datastore-prod-backups-",
    region,
  }),
  plan("backup/vault:Vault", "beo-backup-vault", { tags }),
  plan("backup/vaultLockConfiguration:VaultLockConfiguration", "beo-backup-vault-lock"),
  plan("backup/vault:Vault", "beo-backup-copy", { region, tags }),
  plan("backup/vaultLockConfiguration:VaultLockConfiguration", "beo-backup-copy-lock", { region }),
  plan("backup/plan:Plan", "beo-backup-plan", { tags }),
  plan("backup/selection:Selection", "beo-backup-selection"),
  plan("rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", "beo-backup-database", {
    region,
  }),
];

/** The examples of the AWS Backup, RDS and KMS API references, with two stacks' resources in two regions. */
const account: Responses = {
  DescribeDBInstances: () => ({
    DBInstances: [
      {
        DBInstanceArn: "arn:aws:rds:us-west-1:123456789012:db:beo-datastore-prod",
        DBInstanceAutomatedBackupsReplications: [
          { DBInstanceAutomatedBackupsArn: "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-OWN" },
          { DBInstanceAutomatedBackupsArn: "arn:aws:rds:us-east-1:123456789012:auto-backup:ab-BYHAND" },
        ],
      },
    ],
  }),
  ListBackupVaults: (_, place) => {
    const name = place === region ? "beo-backup-copy" : "beo-backup-vault";
    const vault = (suffix: string, day: number, Locked: boolean) => ({
      BackupVaultName: `${name}-${suffix}`,
      BackupVaultArn: `arn:aws:backup:${place}:123456789012:backup-vault:${name}-${suffix}`,
      CreationDate: new Date(Date.UTC(2026, 10, day)),
      Locked,
    });
    return {
      BackupVaultList: [
        {
          BackupVaultName: "Default",
          BackupVaultArn: "arn:aws:backup:us-west-1:123456789012:backup-vault:Default",
        },
        vault("1111111", 1, true),
        vault("2222222", 2, place === region),
        vault("3333333", 3, true),
      ],
    };
  },
  ListBackupPlans: () => ({
    BackupPlansList: [
      {
        BackupPlanId: "plan-1",
        BackupPlanName: "beo-backup-plan-1111111",
        BackupPlanArn: "arn:plan-1",
        CreationDate: new Date(1),
      },
      {
        BackupPlanId: "plan-2",
        BackupPlanName: "beo-backup-plan-2222222",
        BackupPlanArn: "arn:plan-2",
        CreationDate: new Date(2),
      },
      {
        BackupPlanId: "plan-3",
        BackupPlanName: "beo-backup-plan-3333333",
        BackupPlanArn: "arn:plan-3",
        CreationDate: new Date(3),
      },
    ],
  }),
  ListBackupSelections: ({ BackupPlanId }) => ({
    BackupSelectionsList: [
      { SelectionId: `selection-of-${String(BackupPlanId)}`, SelectionName: "beo-backup-selection-1111111" },
    ],
  }),
  // Those of number 3 belong to another stack, which the roles of this one may not read.
  ListTags: ({ ResourceArn }) => {
    expect(ResourceArn).not.to.match(/Default$/);
    if (String(ResourceArn).endsWith("3")) {
      throw awsError("AccessDeniedException");
    }
    return { Tags: tags };
  },
  ListKeys: (_, place) => ({ Keys: [{ KeyId: `key-of-${place}` }, { KeyId: "key-of-others" }] }),
  ListResourceTags: ({ KeyId }) => ({
    Tags: Object.entries({
      ...tags,
      Environment: KeyId === "key-of-others" ? "staging" : "prod",
      Use: KeyId === "key-of-us-west-2" ? "backups" : "database",
    }).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  }),
  DescribeKey: () => ({ KeyMetadata: { KeyState: "Enabled", CreationDate: new Date(1) } }),
  ListAliases: (_, place) => ({
    Aliases: [{ AliasName: `alias/beo-datastore-prod-${place === region ? "backups" : "database"}-2026` }],
  }),
};

describe("recover: backups in another region and in vaults", () => {
  const createScope = (more: Partial<Scope> = {}): Scope => ({
    aws: fakeAws(account),
    planned,
    state: [],
    environments: [],
    ...more,
  });
  const match = (existing: Parameters<typeof matchResources>[0]) =>
    matchResources(existing, planned).map(
      ({ planned: one, importId }) => `${one?.name ?? ""} ${importId ?? ""}`,
    );

  it("finds the newest vault with the stack's tags of each region, and its lock", async () => {
    expect(match(await findVaults(createScope()))).to.deep.equal([
      "beo-backup-vault beo-backup-vault-2222222",
      "beo-backup-copy beo-backup-copy-2222222",
      "beo-backup-copy-lock beo-backup-copy-2222222",
    ]);
  });

  it("leaves older vaults alone once the state has one, and never proposes to delete one", async () => {
    const [vault] = planned.filter(({ name }) => name === "beo-backup-vault");
    const state = [{ urn: vault?.urn ?? "", type: vault?.type ?? "", id: "beo-backup-vault-4444444" }];
    const found = await findVaults(createScope({ state }));
    expect(found.map(({ name }) => name)).to.deep.equal([
      "beo-backup-copy-2222222",
      "beo-backup-copy-2222222",
    ]);
    expect(found.flatMap(({ remove }) => remove)).to.deep.equal([]);
  });

  it("finds the plans of the stack, and what the newest one backs up", async () => {
    const found = await findBackupPlans(createScope());
    expect(match(found)).to.deep.equal([
      "beo-backup-plan plan-2",
      "beo-backup-selection plan-2|selection-of-plan-2",
      "beo-backup-plan plan-1",
    ]);
    expect(found[2]?.remove).to.deep.equal([
      "aws backup delete-backup-selection --backup-plan-id plan-1 --selection-id selection-of-plan-1",
      "aws backup delete-backup-plan --backup-plan-id plan-1",
    ]);
  });

  it("takes the selection of the plan in the state", async () => {
    const state = [{ urn: "urn", type: "aws:backup/plan:Plan", id: "plan-1" }];
    expect(match(await findBackupPlans(createScope({ state })))).to.include(
      "beo-backup-selection plan-1|selection-of-plan-1",
    );
  });

  it("finds the replication to the planned region only", async () => {
    const found = await findReplications(createScope());
    expect(match(found)).to.deep.equal([
      "beo-backup-database arn:aws:rds:us-west-2:123456789012:auto-backup:ab-OWN",
    ]);
    // It may be the only one that AWS has.
    expect(found[0]?.remove).to.deep.equal([]);
  });

  it("finds both keys, each in its region, with its alias", async () => {
    expect(match(await findKeys(createScope()))).to.deep.equal([
      "beo-db-key key-of-us-west-1",
      "beo-db-key-alias alias/beo-datastore-prod-database-2026",
      "beo-backup-key key-of-us-west-2",
      "beo-backup-key-alias alias/beo-datastore-prod-backups-2026",
    ]);
  });

  it("looks for the key of the backups where the state has that of the database", async () => {
    const state = planned
      .filter(({ name }) => name.startsWith("beo-db-key"))
      .map(({ urn, type }) => ({ urn, type, id: "in-state" }));
    const found = await findKeys(createScope({ state }));
    expect(match(found)).to.deep.equal([
      "beo-backup-key key-of-us-west-2",
      "beo-backup-key-alias alias/beo-datastore-prod-backups-2026",
    ]);
    expect(found[1]?.remove).to.deep.equal([
      "aws kms delete-alias --region us-west-2 --alias-name alias/beo-datastore-prod-backups-2026",
    ]);
  });

  describe("of several keys", () => {
    const toArn = (id: string) => `arn:aws:kms:us-west-2:123456789012:key/${id}`;
    const dates: Record<string, number> = { "of-the-vault": 1, "of-the-backups": 2, "of-a-failed-update": 3 };
    const severalKeys: Responses = {
      ...account,
      ListKeys: () => ({ Keys: Object.keys(dates).map((KeyId) => ({ KeyId })) }),
      ListResourceTags: () => ({
        Tags: Object.entries({ ...tags, Use: "backups" }).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
      DescribeKey: ({ KeyId }) => ({
        KeyMetadata: { KeyState: "Enabled", CreationDate: new Date(dates[String(KeyId)] ?? 0) },
      }),
      DescribeDBInstanceAutomatedBackups: () => ({ DBInstanceAutomatedBackups: [] }),
      ListBackupVaults: () => ({ BackupVaultList: [] }),
    };
    const find = async (responses: Responses, more: Partial<Scope> = {}) => {
      const aws = fakeAws({ ...severalKeys, ...responses });
      const found = await findKeys(createScope({ aws, ...more }));
      return match(found).filter((one) => one.startsWith("beo-backup-key "));
    };
    const backup = (id: string, Status: string, DBInstanceIdentifier = "beo-datastore-prod") => ({
      ...{ KmsKeyId: toArn(id), Status, DBInstanceIdentifier },
    });
    const backups: Responses = {
      DescribeDBInstanceAutomatedBackups: ({ DBInstanceIdentifier }, place) => {
        // RDS API reference: it must match the identifier of an existing instance, which the region has not.
        expect([DBInstanceIdentifier, place]).to.deep.equal([undefined, region]);
        return {
          DBInstanceAutomatedBackups: [
            backup("of-a-failed-update", "replicating", "another"),
            backup("of-the-vault", "retained"),
            backup("of-the-backups", "replicating"),
          ],
        };
      },
    };

    it("takes the one of the vault, whatever an update that failed has left", async () => {
      const vaults: Responses = {
        ListBackupVaults: (_, place) => ({
          BackupVaultList: [
            {
              BackupVaultName: `beo-backup-${place === region ? "copy" : "vault"}-1111111`,
              BackupVaultArn: `arn:aws:backup:${place}:123456789012:backup-vault:1111111`,
              EncryptionKeyArn: toArn("of-the-vault"),
            },
          ],
        }),
      };
      expect(await find({ ...backups, ...vaults })).to.deep.equal(["beo-backup-key of-the-vault"]);
    });

    it("takes the one of the replicated backups without a vault, and the newest without both", async () => {
      expect(await find(backups)).to.deep.equal(["beo-backup-key of-the-backups"]);
      expect(await find({})).to.deep.equal(["beo-backup-key of-a-failed-update"]);
    });

    it("looks for it while the state has the key of another region, which an update replaces", async () => {
      const elsewhere = planned
        .filter(({ name }) => name.startsWith("beo-backup-key"))
        .map(({ urn, type }) => ({ urn, type, id: "key-of-us-east-1", inputs: { region: "us-east-1" } }));
      expect(await find(backups, { state: elsewhere })).to.deep.equal(["beo-backup-key of-the-backups"]);
    });
  });

  it("finds the alias of a key that the state has, and no alias of another program", async () => {
    const [key, alias] = planned.filter(({ name }) => name.startsWith("beo-backup-key"));
    const state = [{ urn: key?.urn ?? "", type: databaseKey.type, id: "key-of-us-west-2" }];
    const aws = fakeAws({
      ...account,
      ListAliases: () => ({
        Aliases: [{ AliasName: "alias/reports" }, { AliasName: "alias/beo-datastore-prod-backups-2026" }],
      }),
    });
    const found = await findKeys(createScope({ aws, planned: [key!, alias!], state }));
    expect(match(found)).to.deep.equal(["beo-backup-key-alias alias/beo-datastore-prod-backups-2026"]);
  });

  it("imports a vault of another region with its generated name, which would be replaced otherwise", () => {
    const [vault] = planned.filter(({ name }) => name === "beo-backup-copy");
    const urn = vault?.urn ?? "";
    expect(getKnownStates(planned, new Map([[urn, "beo-backup-copy-2222222"]])).get(urn)).to.deep.equal({
      inputs: { region, tags, name: "beo-backup-copy-2222222", __defaults: ["name"] },
      outputs: { region, tags, name: "beo-backup-copy-2222222", id: "beo-backup-copy-2222222" },
    });
  });

  it("imports the vault of the stack's region with its generated name, too, and a plan by reading it", () => {
    const getUrn = (name: string) => planned.find((one) => one.name === name)?.urn ?? "";
    const [vault, ...others] = ["beo-backup-vault", "beo-backup-vault-lock", "beo-backup-plan"].map(getUrn);
    const ids = new Map([
      [vault ?? "", "beo-backup-vault-1111111"],
      [others[0] ?? "", "beo-backup-vault-1111111"],
      [others[1] ?? "", "beo-backup-plan-1111111"],
    ]);
    expect([...getKnownStates(planned, ids)]).to.deep.equal([
      [
        vault,
        {
          inputs: { tags, name: "beo-backup-vault-1111111", __defaults: ["name"] },
          outputs: { tags, name: "beo-backup-vault-1111111", id: "beo-backup-vault-1111111" },
        },
      ],
    ]);
  });

  it("asks AWS Backup and KMS nothing where the program has no such backups", async () => {
    const scope = createScope({ aws: fakeAws({}), planned: [] });
    const found = await Promise.all(
      [findVaults, findBackupPlans, findReplications, findKeys].map((find) => find(scope)),
    );
    expect(found.flat()).to.deep.equal([]);
  });
});
