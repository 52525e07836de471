import { CreateDBSnapshotCommand } from "@aws-sdk/client-rds";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import {
  getPolicies,
  getPolicy,
  getRolePath,
  policies,
  type PolicyName,
  type RoleName,
  roles,
  type Scope,
} from "../../bootstrap/permissions";
import { isAllowed, isLike, toList } from "../support/iam";
import { expectNeededRights } from "./support/rights";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import {
  assumeStackRole,
  configureStack,
  createStackRoles,
  type Decision,
  getRoleName,
  permissionsPlugin,
  readDecisions,
} from "./support/stack-roles";
import { readGrants } from "./support/stack-policies";
import { Workspace } from "./support/workspace";

const account = { partition: "aws", account: "123456789012", region: "us-west-1", project: "beo-datastore" };
const scopes: Record<string, Scope> = {
  dev: { ...account, environment: "dev" },
  prod: { ...account, environment: "prod", domains: ["api.beo.beo-e2e.net", "beo-e2e.net"] },
};
const stacks = Object.keys(scopes);
/** Roles whose calls are recorded here; the others are rehearsed in application-role.spec.ts and restore-drill.spec.ts. */
const rehearsed = ["read", "deploy"] as const;

/** Settings that people change, and what rotates keys and secrets (docs/rotation.md). */
const changes = {
  alarmEmail: "others@beo-e2e.net",
  appUrl: "https://other.beo-e2e.net",
  "backup.dailyDays": "20",
  "database.allowMajorVersionUpgrade": "true",
  "database.backupRetentionPeriod": "21",
  "database.deletionProtection": "false",
  "database.monitoringInterval": "30",
  "extraEnvironment.FEATURE": "on",
  "mail.keyGeneration": "2",
  "platform.logRetentionDays": "60",
  "queue.maxReceiveCount": "20",
  "serviceAccount.keyGeneration": "2",
  "tags.Team": "data",
  "worker.maxSize": "3",
};
const undone = ["alarmEmail", "extraEnvironment.FEATURE", "extraSecrets.TOKEN", "tags.Team"];

/** Two stacks in one account, each with roles of its own, from the first preview to the last destroy. */
describe("the roles of a stack", function () {
  this.timeout(20 * 60_000);
  const variables: NodeJS.ProcessEnv = {};
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let file: string;
  let decisions: Decision[] = [];

  before(async () => {
    workspace = new Workspace(variables, [permissionsPlugin]);
    file = workspace.permissions;
    aws = clientsOf(workspace.aws);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "rehearsal" }),
    );
    for (const stack of stacks) {
      await createStackRoles(scopes[stack]!, aws.iam);
      await workspace.init(stack);
      await configureStack(stack, scopes[stack]!, workspace);
      await set(stack, "backup.region", "us-west-2");
      await set(stack, "backup.vaultLock", "governance");
    }
    await emulatorOf(workspace.aws).set({ enforce_iam: "true" });
  });
  after(() => {
    workspace.remove();
  });

  /** Makes the next command run with a role of a stack. */
  const become = async (role: RoleName, stack: string) => {
    const credentials = await assumeStackRole(role, scopes[stack]!, aws);
    return () => Object.assign(variables, credentials);
  };
  const run = async (role: RoleName, stack: string, ...args: string[]) => {
    const use = await become(role, stack);
    use();
    return workspace.pulumi(...args, "--stack", stack);
  };
  const succeed = async (role: RoleName, stack: string, ...args: string[]) => {
    const { code, output } = await run(role, stack, ...args);
    expect(code, output).to.equal(0);
  };
  /** Settings are text, unless they look like another type. */
  const getType = (value: string) =>
    /^(true|false)$/.test(value) ? "bool" : /^\d+$/.test(value) ? "int" : "string";
  const set = (stack: string, key: string, value: string, type = getType(value)) =>
    workspace.succeed("config", "set", "--path", "--type", type, key, value, "--stack", stack);
  const setSecret = (stack: string, key: string, value: string) =>
    workspace.succeed("config", "set", "--path", "--secret", key, value, "--stack", stack);
  const forStacks = (act: (stack: string) => Promise<unknown>) => Promise.all(stacks.map(act));
  const up = (stack: string) => succeed("deploy", stack, "up", "--yes", "--skip-preview");

  it("create it", () => forStacks(up));

  it("give its own roles and users a boundary that allows what their policies allow, and nothing else", async () => {
    for (const stack of stacks) {
      const scope = scopes[stack]!;
      const { document } = getPolicy("boundary", scope);
      const { own, managed } = await readGrants(getRolePath(scope), aws.iam);
      const context = {
        "aws:resourcetag/project": [scope.project],
        "aws:resourcetag/environment": [scope.environment],
      };
      // Patterns stand for themselves: the boundary's have to cover them.
      const withheld = own.flatMap(({ Action, Resource }) =>
        toList(Action).flatMap((action) =>
          toList(Resource)
            .filter((resource) => !isAllowed([document], { action, resource: [resource], context }))
            .map((resource) => `${action} ${resource}`),
        ),
      );
      expect(withheld, stack).to.deep.equal([]);
      const granted = [...own, ...managed].flatMap(({ Action }) => toList(Action));
      const superfluous = document.Statement.flatMap(({ Action }) => Action).filter(
        (action) => !granted.some((one) => isLike(action, one, true) || isLike(one, action, true)),
      );
      // Enhanced Monitoring is off in dev, and sleep in both.
      expect(superfluous, stack).to.deep.equal([
        ...(stack === "dev" ? ["logs:GetLogEvents"] : []),
        ...["rds:StartDBInstance", "rds:StopDBInstance"],
      ]);
    }
  });

  it("preview it, find its drift and report its status without a right to change it", async () => {
    await forStacks((stack) => succeed("read", stack, "preview", "--refresh", "--expect-no-changes"));
    for (const stack of stacks) {
      (await become("read", stack))();
      const drift = workspace.beo("drift", stack);
      expect(drift.code, drift.output).to.equal(0);
      expect(workspace.beo("status", stack).output).not.to.match(/not authorized|AccessDenied/);
    }
  });

  it("do not let the role that reads change it, or a role of another stack read it", async () => {
    await set("dev", "queue.delaySeconds", "5");
    const { code, output } = await run("read", "dev", "up", "--yes", "--skip-preview");
    expect(code).not.to.equal(0);
    expect(output).to.match(/not authorized to perform: sqs:SetQueueAttributes/i);
    (await become("read", "prod"))();
    const other = await workspace.pulumi("preview", "--refresh", "--stack", "dev");
    expect(other.code).not.to.equal(0);
    expect(other.output).to.match(/not authorized/i);
    await workspace.succeed("config", "rm", "--path", "queue.delaySeconds", "--stack", "dev");
    await up("dev");
  });

  it("update it and rotate its keys and secrets", async () => {
    for (const stack of stacks) {
      for (const [key, value] of Object.entries(changes)) {
        await set(stack, key, value);
      }
      await set(stack, "database.engineVersion", "18", "string");
      await setSecret(stack, "extraSecrets.TOKEN", "first-value");
      await setSecret(stack, "databasePassword", "AnotherPassword1");
    }
    await set("prod", "web.scaling", "latency");
    await set("prod", "monitoring.healthCheck", "true");
    await set("prod", "web.maintenance", "true");
    await set("prod", "web.maintenanceCidrs[0]", "203.0.113.0/24");
    await forStacks(up);
    await set("prod", "monitoring.healthCheckPath", "/other/");
    await set("prod", "web.maintenanceCidrs[0]", "198.51.100.0/24");
    await set("prod", "web.maintenanceRetryAfter", "600");
    await up("prod");
  });

  it("take changes back", async () => {
    for (const stack of stacks) {
      for (const key of undone) {
        await workspace.succeed("config", "rm", "--path", key, "--stack", stack);
      }
      await set(stack, "worker.drain", "false");
      await set(stack, "database.monitoringInterval", "0");
    }
    await set("prod", "platform.shell", "false");
    await set("prod", "web.maintenance", "false");
    await set("prod", "monitoring.healthCheck", "false");
    await set("prod", "web.dnsRecord", "false");
    await set("prod", "web.scaling", "cpu");
    await forStacks(up);
  });

  it("restore its database beside itself, and delete the old one", async () => {
    (await become("deploy", "dev"))();
    // PostgreSQL does not answer here.
    for (const args of [["--latest", "--skip-verify"], ["--finish"]]) {
      const { code, output } = workspace.beo("restore", "dev", "--yes", ...args);
      expect(code, output).to.equal(0);
    }
    await succeed("deploy", "dev", "preview", "--refresh", "--expect-no-changes");
  });

  it("destroy it", async () => {
    await aws.rds.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: "beo-datastore-dev",
        DBSnapshotIdentifier: "beo-datastore-dev-before-restore",
      }),
    );
    await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "prod");
    await forStacks((stack) => succeed("deploy", stack, "destroy", "--yes", "--skip-preview"));
  });

  it("restore its database from a snapshot", async () => {
    await set("dev", "database.snapshotIdentifier", "beo-datastore-dev-before-restore");
    await up("dev");
    await succeed("deploy", "dev", "destroy", "--yes", "--skip-preview");
    decisions = readDecisions(file);
  });

  /** Each recorded call with the statements of its role. */
  const calls = () =>
    stacks.flatMap((stack) =>
      rehearsed.flatMap((role) => {
        const name = getRoleName(role, scopes[stack]!);
        const documents = getPolicies(role, scopes[stack]!).map(({ document }) => document);
        return decisions
          .filter((decision) => decision.role === name && decision.allowed)
          .map((decision) => ({ decision, documents }));
      }),
    );

  it("are allowed every call of the rehearsal by their documents", () => {
    expect(calls().length).to.be.greaterThan(3000);
    const refused = calls().filter(({ decision, documents }) => !isAllowed(documents, decision));
    expect(refused.map(({ decision: { action, resource } }) => ({ action, resource }))).to.deep.equal([]);
  });

  it("have no right that the rehearsal does not need, but for those with a reason", () => {
    const used = new Set(rehearsed.flatMap((role): PolicyName[] => roles[role]));
    expectNeededRights(
      calls(),
      [...used].flatMap((policy) => policies[policy]),
    );
  });
});
