import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { CreateBucketCommand, DeleteBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { ImportFile } from "../../cli/adopt/import-file";
import { clientsOf } from "./support/clients";
import { buildByHand, content } from "./support/hand-made";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";

/** A stack that was made by hand as the guide says is taken over, as docs/adopting.md tells it. */
describe("the adoption of what was made by hand", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await workspace.init("dev");
  });
  after(() => {
    workspace.remove();
  });

  const adopt = (...args: string[]) => workspace.beo("adopt", "dev", ...args);
  const file = () => join(workspace.folder, "adopt-dev.json");
  const database = async () => {
    const { DBInstances } = await aws.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
    );
    return DBInstances?.[0];
  };
  const environments = async () => {
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ ApplicationName: name, IncludeDeleted: false }),
    );
    return Environments;
  };
  const identities = async () => [
    (await database())?.DbiResourceId,
    ...(await environments()).map(({ EnvironmentId, CNAME }) => `${EnvironmentId ?? ""} ${CNAME ?? ""}`),
  ];
  const properties = async (EnvironmentName: string) => {
    const { ConfigurationSettings: [{ OptionSettings = [] } = {}] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return Object.fromEntries(
      OptionSettings.filter(
        ({ Namespace }) => Namespace === "aws:elasticbeanstalk:application:environment",
      ).map(({ OptionName = "", Value = "" }) => [OptionName, Value]),
    );
  };
  const importIt = () =>
    workspace.succeed(
      ...["import", "--file", file(), "--yes", "--skip-preview", "--generate-code=false", "--stack", "dev"],
    );
  let original: unknown[] = [];
  let securityGroupId = "";

  it("says what is wrong where it cannot begin, and writes nothing", async () => {
    const nothing = adopt();
    expect(nothing.code).to.equal(1);
    expect(nothing.output).to.include("There is nothing to import").and.include("No file was written");
    const ireland = clientsOf(workspace.aws, "eu-west-1").s3;
    await ireland.send(
      new CreateBucketCommand({
        Bucket: `${name}-media`,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const elsewhere = adopt();
    expect(elsewhere.code).to.equal(1);
    expect(elsewhere.output).to.include("The bucket is in eu-west-1, but the stack is in us-west-1");
    await ireland.send(new DeleteBucketCommand({ Bucket: `${name}-media` }));

    expect(adopt("--account", "999999999999").output).to.include(
      "The credentials belong to account 123456789012, not 999999999999",
    );
    const missing = workspace.beo("adopt", "prod");
    expect(missing.code).to.equal(1);
    expect(missing.output).to.include("Cannot read the stack prod.");
    expect(workspace.beo("adopt", "nosuch").code).to.equal(2);
    expect(workspace.beo("adopt").code).to.equal(2);
    expect(existsSync(file())).to.equal(false);
  });

  it("tells every difference in words, and which settings keep what AWS cannot change", async () => {
    ({ securityGroupId } = await buildByHand(name, aws));
    original = await identities();
    const { code, output } = adopt();
    expect(code).to.equal(1);
    expect(existsSync(file())).to.equal(false);
    for (const line of [
      "  ~ storageType: gp2 → gp3",
      "  ~ publiclyAccessible: true → false",
      "  ~ visibilityTimeoutSeconds: 30 → 3600",
      "Its storage is not encrypted and stays so.",
      "Its queue policy is replaced by the program's, which denies plain HTTP and grants nothing.",
      "AWS shows the secret of an access key only once, so the program creates a second key.",
      'It keeps running version "app-42"',
    ]) {
      expect(output).to.include(line);
    }
    expect(output).not.to.include(content.password);
    // The settings are exactly the commands that it prints.
    const commands = [...output.matchAll(/^ {2}npx pulumi (config set .*)$/gm)].map(
      ([, command = ""]) => command,
    );
    expect(commands).to.have.length(8);
    for (const command of commands) {
      await workspace.succeed(...command.split(" ").map((word) => word.replaceAll("'", "")));
    }
  });

  it("writes what `pulumi import` reads, and goes on with the secrets in use", () => {
    const { code, output } = adopt("--take-secrets");
    expect(output).to.include(
      "encrypted: adminUrl, secretKey, smtpPassword, smtpUser, databasePassword, supportPassword",
    );
    expect(code).to.equal(0);
    expect(adopt().output).to.include("Use --force to overwrite it.");
    expect(readFileSync(join(workspace.folder, "Pulumi.dev.yaml"), "utf8")).not.to.include(content.password);
  });

  it("goes on where an import ended half-way", async () => {
    const whole = JSON.parse(readFileSync(file(), "utf8")) as ImportFile;
    const half = { ...whole, resources: whole.resources.slice(0, 6) };
    writeFileSync(file(), JSON.stringify(half));
    await importIt();
    const { code, output } = adopt("--force");
    expect(code).to.equal(0);
    expect(output).to.include("Already in the stack\n  IAM user beo-datastore-dev");
    await importIt();
  });
  it("previews no replacement and no deletion", async () => {
    const { output } = await workspace.quietly("preview", "--json", "--stack", "dev");
    const { steps } = JSON.parse(output.slice(output.indexOf("{"))) as {
      steps: { op: string; urn: string }[];
    };
    const ops = new Set(steps.map(({ op }) => op));
    expect([...ops].sort()).to.deep.equal(["create", "same", "update"]);
    const updated = steps.filter(({ op }) => op === "update").map(({ urn }) => urn.split("::").at(-1));
    expect(updated).to.have.members([
      "beo-iam-user",
      "beo-s3-media-bucket",
      "beo-s3-static-bucket",
      "beo-queue-queue",
      "beo-db-instance",
      "beo-eb-application",
      "beo-eb-web",
      "beo-eb-worker",
    ]);
  });

  const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];

  it("takes it over with all that was in it", async () => {
    await workspace.succeed(...update);
    await workspace.succeed(...update, "--expect-no-changes");
    expect(await identities()).to.deep.equal(original);
    for (const part of ["media", "static"] as const) {
      const [Key, body] = content.objects[part];
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: `${name}-${part}`, Key }));
      expect(await Body?.transformToString()).to.equal(body);
    }
    const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Messages } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    expect(Messages?.map(({ Body }) => Body)).to.deep.equal([content.message]);
    expect((await environments()).map(({ VersionLabel }) => VersionLabel)).to.deep.equal([
      content.version,
      content.version,
    ]);
    expect(await database()).to.deep.include({
      PubliclyAccessible: false,
      StorageEncrypted: false,
      MasterUsername: "postgres",
    });
    const groups = (await database())?.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);
    expect(groups).to.have.length(2).and.include(securityGroupId);
    const { SQL_PASSWORD, SECRET_KEY } = await properties(name);
    expect([SQL_PASSWORD, SECRET_KEY]).to.deep.equal([content.password, content.secretKey]);
    const { AccessKeyMetadata } = await aws.iam.send(new ListAccessKeysCommand({ UserName: name }));
    expect(AccessKeyMetadata).to.have.length(2);
  });

  it("says what is left, and ends as the program's own stack", async () => {
    const { code, output } = adopt();
    expect(code).to.equal(0);
    expect(output).to.include("All existing resources are in the stack.");
    expect(output).to.match(/The service account's old access key.*delete-access-key/);
    expect(output).to.include("Secrets in plain text in the properties of beo-datastore-dev:");
    for (const [, command = ""] of output.matchAll(/npx pulumi (config rm --path \S+)/g)) {
      await workspace.pulumi(...command.split(" "), "--stack", "dev");
    }
    await workspace.succeed(...update);
    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
    for (const environment of [name, `${name}-worker`]) {
      expect(await properties(environment)).not.to.have.any.keys(
        "SQL_PASSWORD",
        "SECRET_KEY",
        "AWS_SECRET_ACCESS_KEY",
      );
    }
    const groups = (await database())?.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);
    expect(groups).to.have.length(1).and.not.include(securityGroupId);
    expect(await identities()).to.deep.equal(original);
  });

  it("refuses to replace data that the configuration protects", async () => {
    await workspace.succeed("config", "set", "protect", "true", "--stack", "dev");
    await workspace.succeed(...update);
    await workspace.succeed("config", "set", "name", "renamed", "--stack", "dev");
    const refused = await workspace.pulumi("preview", "--stack", "dev");
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.include("application name renamed-dev, but beo-datastore-dev is deployed.");
    await workspace.succeed("config", "set", "--path", "allowReplacement[0]", "name", "--stack", "dev");
    const { code, output } = await workspace.pulumi("preview", "--stack", "dev");
    expect(code).not.to.equal(0);
    expect(output).to.match(/unable to replace resource .*beo-s3-media-bucket.* protect/s);
  });
});
