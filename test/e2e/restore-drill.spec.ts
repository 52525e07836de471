import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
} from "@aws-sdk/client-rds";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { getPolicies, policies, type Scope } from "../../bootstrap/permissions";
import type { DrillRecord } from "../../cli/restore-drill/record";
import { isAllowed } from "../support/iam";
import { expectNeededRights } from "./support/rights";
import { clientsOf } from "./support/clients";
import { collectOutput, type Result } from "./support/collect-output";
import { installCommandLines } from "./support/command-lines";
import { DrillServer, joinAuthorities, mediaKeys, writeAdministration } from "./support/drill-databases";
import { emulatorOf } from "./support/emulator";
import { leftIn } from "./support/remaining";
import {
  assumeStackRole,
  configureStack,
  createStackRoles,
  getRoleName,
  permissionsPlugin,
  readDecisions,
} from "./support/stack-roles";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";
const identifier = `${name}-drill`;
const bucket = `${name}-media`;
const parameter = `/${name}-operations/restore-drill`;
const scope: Scope = {
  partition: "aws",
  account: "123456789012",
  region: "us-west-1",
  project: "beo-datastore",
  environment: "dev",
};
/** What the emulated AWS calls a restored instance. */
const restoredHost = `${identifier}.aaaaaaaaaa.us-west-1.rds.amazonaws.com`;

/**
 * The emulated AWS restores instances that run nothing. Two PostgreSQL servers on this machine stand for the original and the
 * restored database; the stand-in of the Session Manager plugin forwards to them.
 */
describe("npx beo restore-drill", function () {
  this.timeout(20 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "beo-drill-e2e-"));
  const passwords = join(folder, "passwords.json");
  /** The environment of everything that runs in the workspace: the role's credentials. */
  const credentials: NodeJS.ProcessEnv = {};
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let original: DrillServer;
  let restored: DrillServer;
  let environment: NodeJS.ProcessEnv;
  let variables: Record<string, string>;
  let printed = "";

  before(async function () {
    if (process.getuid?.() !== 0 || !existsSync("/usr/lib/postgresql")) {
      // PostgreSQL does not run as root, and another user is needed to start it.
      this.skip();
    }
    process.env.MASTER_PASSWORDS = passwords;
    writeAdministration(passwords, {});
    workspace = new Workspace(credentials, [
      permissionsPlugin,
      join(__dirname, "support/master_passwords.py"),
    ]);
    aws = clientsOf(workspace.aws);
    await createStackRoles(scope, aws.iam);
    await workspace.init("dev");
    await configureStack("dev", scope, workspace);
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    ({ webEnvironment: variables } = (await workspace.outputs("dev")) as {
      webEnvironment: Record<string, string>;
    });
    chmodSync(folder, 0o755);
    original = await DrillServer.start(join(folder, "original"), variables);
    restored = await DrillServer.start(join(folder, "restored"), { ...variables, SQL_HOST: restoredHost });
    writeAdministration(passwords, { [identifier]: restored });
    original.fill("INSERT INTO auth_user (username, date_joined) VALUES ('new', now())");
    for (const Key of mediaKeys) {
      await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "a" }));
    }
    environment = {
      PATH: [join(__dirname, "../support/session-manager"), installCommandLines(), process.env.PATH].join(
        delimiter,
      ),
      PLUGIN_RECORD: join(folder, "record"),
      PLUGIN_FORWARD_TO: JSON.stringify({
        [variables.SQL_HOST!]: original.port,
        [restoredHost]: restored.port,
      }),
      PGSSLROOTCERT: joinAuthorities(join(folder, "authorities.pem"), original, restored),
    };
  });
  after(() => {
    original.stop();
    restored.stop();
    workspace.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a command, in a process group of its own as in a terminal, and does something to it meanwhile. */
  async function beo(args: string[], act?: (child: ChildProcess) => Promise<void>): Promise<Result> {
    const child = spawn(process.execPath, [join(__dirname, "../../cli/beo.js"), ...args], {
      cwd: workspace.folder,
      env: { ...workspace.environment(), ...environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [result] = await Promise.all([collectOutput(child), act?.(child)]);
    printed += result.output;
    return result;
  }
  const drill = (...args: string[]) => beo(["restore-drill", "dev", "--yes", ...args]);
  const callsOf = async (action: string) =>
    (await emulatorOf(workspace.aws).calls()).filter((call) => call.action === action).length;
  /** Kills a command, with what it started, once it has called an action. */
  const killAt = async (action: string) => {
    const before = await callsOf(action);
    return async (child: ChildProcess) => {
      while ((await callsOf(action)) === before && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      workspace.kill(child);
    };
  };
  const findDrill = async () => {
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier);
  };
  const readRecord = async () => {
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name: parameter }));
    return JSON.parse(Parameter?.Value ?? "") as DrillRecord;
  };
  /** The state and the locks of the throw-away stack. The backend keeps copies of a state that was removed. */
  const getStateFiles = () =>
    (readdirSync(join(workspace.folder, "state/.pulumi"), { recursive: true }) as string[]).filter(
      (file) =>
        /^(stacks|locks)/.test(file) && file.includes(`beo-restore-drill/${name}`) && file.endsWith(".json"),
    );

  describe("with the role restore", () => {
    let before: string[];
    let record: DrillRecord;
    let firstCall: number;
    it("restores, compares, records and removes", async () => {
      restored.fill();
      before = await leftIn(aws);
      firstCall = (await emulatorOf(workspace.aws).calls()).length;
      Object.assign(credentials, await assumeStackRole("restore", scope, aws));
      await emulatorOf(workspace.aws).set({ enforce_iam: "true" });
      const { code, output } = await drill();
      expect(code, output).to.equal(0);
      expect(output).to.include(`  - restore automated backups, latest restorable time `);
      expect(output).to.include(`into ${identifier}, a new database (db.t3.medium)`);
      expect(output).to.match(/^Restore drill passed: automated backups, latest restorable time /m);
      expect(output).to.include("Tables: 6 of 6. Rows: 37, in the original now 38.");
      // Partitions have no rows of their own, and sessions expire in the future.
      expect(output).to.include("Newest row: 2026-04-01T00:00:00Z in public.reading, ");
      expect(output).to.include("Files: 20 of 20 files are in the media bucket.");
      record = await readRecord();
      expect(record).to.deep.include({ result: "passed", problems: [], instanceClass: "db.t3.medium" });
      expect(record.restoreSeconds).to.be.greaterThan(0);
      expect(record.checks).to.deep.include({
        tables: { original: 6, restored: 6 },
        rows: { original: 38, restored: 37 },
        objects: { checked: 20, missing: 0, leftOut: [] },
      });
    });

    it("leaves the record only", async () => {
      for (const key of Object.keys(credentials)) {
        Reflect.deleteProperty(credentials, key);
      }
      await emulatorOf(workspace.aws).set({ enforce_iam: "false" });
      expect(await leftIn(aws)).to.have.members([...before, `parameter ${parameter}`]);
      expect(getStateFiles()).to.deep.equal([]);
    });

    it("only reads the original", async () => {
      const calls = (await emulatorOf(workspace.aws).calls()).slice(firstCall) as unknown as {
        action: string;
        params: Record<string, string | undefined>;
      }[];
      const reads = /^(Describe|Get|List|Head|Assume)/;
      const changes = calls.filter(({ action }) => !reads.test(action));
      const subjects = changes.map(
        ({ action, params }) =>
          `${action} ${params.TargetDBInstanceIdentifier ?? params.DBInstanceIdentifier ?? params.Name ?? params.DocumentName ?? ""}`,
      );
      expect(
        [...new Set(subjects)].filter((subject) => !subject.startsWith("ModifyDBInstance")),
      ).to.have.members([
        `RestoreDBInstanceToPointInTime ${identifier}`,
        `DeleteDBInstance ${identifier}`,
        `PutParameter ${parameter}`,
        `PutParameter ${parameter}-lock`,
        `DeleteParameter ${parameter}-lock`,
        "StartSession AWS-StartPortForwardingSessionToRemoteHost",
      ]);
      expect(subjects.filter((subject) => subject === `ModifyDBInstance ${name}`)).to.deep.equal([]);
    });

    it("shows in status", async () => {
      const { output } = await beo(["status", "dev"]);
      expect(output).to.match(/✓ The restore drill of \d{4}-\d\d-\d\d passed; the restore took \d+ (s|min)/);
    });

    it("needs no other rights, and each of its own", () => {
      const documents = getPolicies("restore", scope).map(({ document }) => document);
      const decisions = readDecisions(workspace.permissions).filter(
        ({ role, allowed }) => allowed && role === getRoleName("restore", scope),
      );
      expect(decisions.length).to.be.greaterThan(20);
      expect(decisions.filter((decision) => !isAllowed(documents, decision))).to.deep.equal([]);
      expectNeededRights(
        decisions.map((decision) => ({ decision, documents })),
        policies["restore-drill"],
      );
    });
  });

  describe("with a backup that lost something, from before the password was changed", () => {
    it("says what is missing, and keeps the database with --keep", async () => {
      restored.fill("DROP TABLE auth_user", "DELETE FROM reading", 'DELETE FROM "Customer ""Meter"""');
      restored.query(`ALTER ROLE ${variables.SQL_USER!} PASSWORD 'the-old-one'`);
      for (const Key of mediaKeys.slice(0, 29)) {
        await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      }
      const { code, output } = await drill("--keep", "--sample", "30");
      expect(code, output).to.equal(1);
      expect(output).to.include(
        `The password of ${variables.SQL_USER!} was changed after the recovery point. Setting a new master password of ${identifier}`,
      );
      expect(output).to.match(/^Restore drill failed: /m);
      expect(output).to.include("✗ 1 table is missing: public.auth_user.");
      expect(output).to.include(
        '✗ 2 tables are empty and have rows in the original: public.Customer "Meter", public.reading.',
      );
      expect(output).to.match(
        /✗ 29 files that the database refers to are not in the media bucket: (origin_files\/upload_\d+\.csv, ){5}24 more\./,
      );
      expect(output).to.include(`npx beo psql dev --host ${restoredHost}`);
      expect(await readRecord()).to.deep.include({ result: "failed" });
      const { output: status } = await beo(["status", "dev"]);
      expect(status).to.match(
        /✗ The restore drill of \d{4}-\d\d-\d\d failed: 1 table is missing: public\.auth_user\./,
      );
    });

    it("keeps a private, single, encrypted database with the original's groups", async () => {
      const found = await findDrill();
      const { DBInstances: [source] = [] } = await aws.rds.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
      );
      expect(found).to.deep.include({
        PubliclyAccessible: false,
        MultiAZ: false,
        StorageEncrypted: true,
        DeletionProtection: false,
        DBInstanceClass: source?.DBInstanceClass,
      });
      expect(found?.VpcSecurityGroups).to.deep.equal(source?.VpcSecurityGroups);
      expect(found?.DBSubnetGroup?.DBSubnetGroupName).to.equal(source?.DBSubnetGroup?.DBSubnetGroupName);
      const tags: Record<string, string | undefined> = Object.fromEntries(
        found?.TagList?.map(({ Key = "", Value }) => [Key, Value]) ?? [],
      );
      expect(tags).to.include({ Project: "beo-datastore", Environment: "dev", ManagedBy: "Pulumi" });
      expect(tags.Drill).to.match(/^latest \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    it("does not begin another one meanwhile", async () => {
      const { code, output } = await drill("--class", "db.m6g.large");
      expect(code).to.equal(1);
      expect(output).to.include("remove it first: npx beo restore-drill dev --remove");
    });

    it("does not go on and delete it with --yes", async () => {
      const recorded = await readRecord();
      const { code, output } = await drill("--sample", "0");
      expect(code).to.equal(1);
      expect(output).to.match(
        new RegExp(
          `^${identifier} is kept since \\d{4}-\\d\\d-\\d\\d, by --keep \\(automated backups, .*--remove`,
          "m",
        ),
      );
      expect(await findDrill()).not.to.equal(undefined);
      expect(await readRecord()).to.deep.equal(recorded);
    });

    it("is removed also after it was killed while it removed", async () => {
      const kill = await killAt("DeleteDBInstance");
      const killed = await beo(["restore-drill", "dev", "--remove", "--yes"], kill);
      expect(killed.code).to.equal(null);
      const { code, output } = await beo(["restore-drill", "dev", "--remove", "--yes"]);
      expect(code, output).to.equal(0);
      expect(await findDrill()).to.equal(undefined);
      expect(getStateFiles()).to.deep.equal([]);
      const again = await beo(["restore-drill", "dev", "--remove", "--yes"]);
      expect(again.output).to.include("No drill of dev left anything.");
      expect(again.code).to.equal(0);
    });
  });

  describe("that was interrupted", () => {
    it("goes on after it was killed while it restored", async () => {
      restored.fill();
      restored.query(`ALTER ROLE ${variables.SQL_USER!} PASSWORD '${variables.SQL_PASSWORD!}'`);
      const kill = await killAt("RestoreDBInstanceToPointInTime");
      const killed = await beo(["restore-drill", "dev", "--yes", "--sample", "0"], kill);
      expect(killed.code).to.equal(null);
      expect(await findDrill()).not.to.equal(undefined);
      const { code, output } = await drill("--sample", "0", "--json");
      expect(code, output).to.equal(0);
      expect(output).to.include(`go on with ${identifier} (available), which an earlier drill left`);
      expect(output).not.to.include("pending operations");
      expect(await findDrill()).to.equal(undefined);
      expect(getStateFiles()).to.deep.equal([]);
    });

    it("restores again where its database was deleted by hand", async () => {
      const { code, output } = await drill("--sample", "0", "--keep");
      expect(code, output).to.equal(0);
      await aws.rds.send(
        new DeleteDBInstanceCommand({ DBInstanceIdentifier: identifier, SkipFinalSnapshot: true }),
      );
      const again = await drill("--sample", "0");
      expect(again.code, again.output).to.equal(0);
      expect(again.output).to.include(
        `An earlier drill restored ${identifier}, which does not exist any more. Restoring again …`,
      );
      expect((await readRecord()).restoreSeconds).to.be.greaterThan(0);
      expect(await findDrill()).to.equal(undefined);
      expect(getStateFiles()).to.deep.equal([]);
    });

    it("refuses a second drill, and records nothing once another one took over", async () => {
      let second: DrillRecord | undefined;
      const before = await callsOf("StartSession");
      const first = await beo(["restore-drill", "dev", "--yes", "--sample", "0"], async (child) => {
        while ((await callsOf("StartSession")) === before && child.exitCode === null) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        process.kill(-child.pid!, "SIGSTOP");
        const refused = await drill("--sample", "0");
        expect(refused.code).to.equal(1);
        expect(refused.output).to.include(`A restore drill of dev is running: process ${child.pid!} of `);
        // Ten minutes pass.
        const lock = await aws.ssm.send(new GetParameterCommand({ Name: `${parameter}-lock` }));
        const holder = JSON.parse(lock.Parameter?.Value ?? "") as object;
        const Value = JSON.stringify({ ...holder, seen: new Date(Date.now() - 10 * 60_000).toISOString() });
        await aws.ssm.send(new PutParameterCommand({ Name: `${parameter}-lock`, Overwrite: true, Value }));
        const passed = await drill("--sample", "0");
        expect(passed.code, passed.output).to.equal(0);
        second = await readRecord();
        process.kill(-child.pid!, "SIGCONT");
      });
      expect(first.code).to.equal(1);
      expect(first.output).to.include("Another drill of dev took over. This one stopped");
      expect(await readRecord()).to.deep.equal(second);
      expect(await findDrill()).to.equal(undefined);
      expect(getStateFiles()).to.deep.equal([]);
      expect(await leftIn(aws)).not.to.include(`parameter ${parameter}-lock`);
    });

    it("leaves a database alone that is not a drill's", async () => {
      await aws.rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: identifier,
          DBInstanceClass: "db.t3.medium",
          Engine: "postgres",
          AllocatedStorage: 20,
          MasterUsername: "beo",
          MasterUserPassword: "not-a-real-password",
        }),
      );
      for (const args of [["--yes"], ["--remove", "--yes"]]) {
        const { code, output } = await beo(["restore-drill", "dev", ...args]);
        expect(code).to.equal(1);
        expect(output).to.include(`There is a database ${identifier}, which is not a drill's`);
      }
      expect(await findDrill()).not.to.equal(undefined);
    });

    it("shows no secrets, in its output or as arguments of a process", () => {
      const record = readFileSync(environment.PLUGIN_RECORD!, "utf8");
      for (const secret of [variables.SQL_PASSWORD!, variables.SECRET_KEY!]) {
        expect(printed).not.to.include(secret);
        expect(record).not.to.include(secret);
      }
    });
  });
});
