import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { ListAccessKeysCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { leftIn } from "./support/remaining";
import { Workspace } from "./support/workspace";

const name = "alice-dev";

/** The commands of docs/stacks.md, "A stack of your own", and docs/rotation.md. Each test continues where the last one ended. */
describe("a stack of one's own, whose secrets are rotated", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(() => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
  });
  after(() => {
    workspace.remove();
  });

  /** What stands in the account before anything is made. */
  let untouched: string[] = [];
  const section = () => {
    const document = readFileSync(join(__dirname, "../../docs/stacks.md"), "utf8");
    const [, text = ""] = /## A stack of your own\n(.*?)\n## /s.exec(document) ?? [];
    return [...text.matchAll(/```sh\n(.*?)```/gs)]
      .map(([, block = ""]) => block)
      .join("")
      .split("\n")
      .flatMap((line) => line.replace(/#.*/, "").split("&&"))
      .map((line) => line.trim())
      .filter((line) => line !== "");
  };
  const follow = async (command: string) => {
    const [npx, pulumi, ...args] = command.split(" ");
    expect([npx, pulumi]).to.deep.equal(["npx", "pulumi"]);
    // What a person answers.
    const yes = /^(up|destroy|stack rm)/.test(args.join(" ")) ? ["--yes"] : [];
    await workspace.succeed(...args, ...yes);
  };
  const set = (...args: string[]) => workspace.succeed("config", "set", ...args);
  const up = (...args: string[]) => workspace.succeed("up", "--yes", "--skip-preview", ...args);

  const keysOf = async (UserName: string) => {
    const { AccessKeyMetadata = [] } = await aws.iam.send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata.map(({ AccessKeyId = "" }) => AccessKeyId);
  };
  const smtpUser = async () => {
    const { Users = [] } = await aws.iam.send(new ListUsersCommand({}));
    return Users.map(({ UserName = "" }) => UserName).find((user) => user !== name) ?? "";
  };
  const parameter = async (variable: string) => {
    const { Parameter } = await aws.ssm.send(
      new GetParameterCommand({ Name: `/${name}/${variable}`, WithDecryption: true }),
    );
    return Parameter?.Value;
  };
  const environments = async () => {
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ ApplicationName: name, IncludeDeleted: false }),
    );
    return Environments;
  };
  const properties = async (EnvironmentName = name) => {
    const { ConfigurationSettings: [{ OptionSettings = [] } = {}] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return Object.fromEntries(OptionSettings.map(({ OptionName = "", Value }) => [OptionName, Value]));
  };
  /** Of each environment: whether its instances run on what was set after this. */
  const hasChanged = async (revision: string | undefined) =>
    Promise.all(
      (await environments()).map(
        async ({ EnvironmentName, Status }) =>
          Status === "Ready" && (await properties(EnvironmentName)).SECRETS_REVISION !== revision,
      ),
    );
  const database = async () =>
    (await aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }))).DBInstances?.[0];
  const identities = async () => [
    (await database())?.DbiResourceId,
    ...(await environments()).map(({ EnvironmentId }) => EnvironmentId),
  ];

  it("creates a stack with the commands of docs/stacks.md", async () => {
    untouched = await leftIn(aws);
    const commands = section();
    expect(commands).to.have.length(8);
    for (const command of commands.slice(0, 5)) {
      await follow(command);
    }
    await set("aws:s3UsePathStyle", "true");
    expect(commands[5]).to.equal("npx pulumi up -s alice");
    await follow(commands[5] ?? "");
    expect((await environments()).map(({ EnvironmentName }) => EnvironmentName).sort()).to.deep.equal([
      name,
      `${name}-worker`,
    ]);
  });

  for (const [what, group, userOf, variable] of [
    ["service account", "serviceAccount", () => Promise.resolve(name), "AWS_ACCESS_KEY_ID"],
    ["mail", "mail", smtpUser, "SMTP_USER"],
  ] as const) {
    it(`keeps the key of ${what} that instances run on, until both environments run on the next one`, async () => {
      const user = await userOf();
      const before = await identities();
      const [old = "", ...none] = await keysOf(user);
      expect(none).to.deep.equal([]);
      const { SECRETS_REVISION } = await properties();
      /** Whom AWS takes a client for that signs with a key. */
      const caller = async (AWS_ACCESS_KEY_ID: string) => {
        // The emulated AWS knows a key by its id.
        const environment = { ...workspace.aws.environment, AWS_ACCESS_KEY_ID };
        const { sts } = clientsOf({ ...workspace.aws, environment });
        return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
      };
      const arn = `arn:aws:iam::123456789012:user/${user}`;
      expect(await caller(old)).to.equal(arn);
      await set("--path", `${group}.keyGeneration`, "2");
      let looks = 0;
      let done = false;
      const watch = async () => {
        while (!done) {
          // The clients after the environments: what is seen as changed had its key by then.
          const changed = await hasChanged(SECRETS_REVISION);
          const [asOld, asNew] = [await caller(old), await caller((await parameter(variable)) ?? "")];
          if (changed.includes(false)) {
            expect(asOld).to.equal(arn);
            looks++;
          }
          if (changed.includes(true)) {
            expect(asNew).to.equal(arn);
          }
        }
      };
      await Promise.all([
        up().finally(() => {
          done = true;
        }),
        watch(),
      ]);
      expect(looks).to.be.greaterThan(10);
      expect(await caller(old)).not.to.equal(arn);
      expect(await hasChanged(SECRETS_REVISION)).to.deep.equal([true, true]);
      expect(await keysOf(user))
        .to.deep.equal([await parameter(variable)])
        .and.not.include(old);
      expect(await identities()).to.deep.equal(before);
    });
  }

  it("keeps the previous key while it is configured, and refuses another one", async () => {
    await set("--path", "serviceAccount.keyGeneration", "3");
    await set("--path", "serviceAccount.previousKeyGeneration", "1");
    const refused = await workspace.pulumi("up", "--yes", "--skip-preview");
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.include(
      "serviceAccount.previousKeyGeneration is 1, but serviceAccount.keyGeneration is 3. Expected 2.",
    );
    const [second] = await keysOf(name);
    await set("--path", "serviceAccount.previousKeyGeneration", "2");
    await up();
    expect(await keysOf(name))
      .to.have.length(2)
      .and.include(second);
    await workspace.succeed("config", "rm", "--path", "serviceAccount.previousKeyGeneration");
    await up();
    expect(await keysOf(name)).to.deep.equal([await parameter("AWS_ACCESS_KEY_ID")]);
  });

  it("takes another SECRET_KEY, database password and database user, and replaces nothing", async () => {
    const before = await identities();
    const { SECRETS_REVISION } = await properties();
    await set("--secret", "secretKey", "another-secret-key-0123456789abcdefghijk");
    await set("--secret", "databasePassword", "AnotherPassword1");
    await up();
    expect(await parameter("SECRET_KEY")).to.equal("another-secret-key-0123456789abcdefghijk");
    expect(await parameter("SQL_PASSWORD")).to.equal("AnotherPassword1");
    expect(await hasChanged(SECRETS_REVISION)).to.deep.equal([true, true]);

    const half = await workspace.pulumi("config", "set", "sqlUser", "beo_app_1");
    expect(half.code).to.equal(0);
    expect((await workspace.pulumi("preview")).output).to.include(
      "sqlPassword is missing, but sqlUser is set",
    );
    await set("--secret", "sqlPassword", "ApplicationsOwn1");
    await up();
    expect((await properties()).SQL_USER).to.equal("beo_app_1");
    expect((await properties(`${name}-worker`)).SQL_USER).to.equal("beo_app_1");
    expect(await parameter("SQL_PASSWORD")).to.equal("ApplicationsOwn1");
    expect((await database())?.MasterUsername).to.equal("beo_datastore");
    expect(await identities()).to.deep.equal(before);
    expect(workspace.printed).not.to.match(/another-secret-key|AnotherPassword1|ApplicationsOwn1/);
  });

  it("deletes the stack and its secrets with the last commands of docs/stacks.md", async () => {
    for (const command of section().slice(6, 8)) {
      await follow(command);
    }
    expect(await leftIn(aws)).to.deep.equal(untouched);
    expect((await workspace.pulumi("stack", "ls")).output).not.to.include("alice");
  });
});
