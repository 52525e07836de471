import {
  AddTagsToResourceCommand,
  DescribeDBInstancesCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-rds";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetUserCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam";
import { GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { Workspace } from "./support/workspace";

/** Settings that give everything another name, as an adopted stack may have it. */
const names: Record<string, string> = {
  "database.identifier": "beo-restored",
  "database.name": "meters",
  "storage.mediaBucketName": "navigader-uploads",
  "storage.staticBucketName": "navigader-assets",
  "queue.name": "celery_tasks",
  "serviceAccount.userName": "navigader",
  "web.environmentName": "Beo-web-2",
  "worker.environmentName": "beo-celery",
};

describe("a stack with names of its own", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await workspace.init("dev");
    for (const [path, value] of Object.entries({
      ...names,
      "web.additionalHosts[0]": "beo-old.us-west-1.elasticbeanstalk.com",
      "storage.noncurrentVersionDays": "0",
      "queue.receiveWaitTimeSeconds": "20",
      "aws:ignoreTags.keys[0]": "Backup",
      "aws:ignoreTags.keyPrefixes[0]": "team:",
    })) {
      await set(path, value);
    }
  });
  after(() => {
    workspace.remove();
  });

  const set = (path: string, value: string) =>
    workspace.succeed("config", "set", "--path", path, value, "--stack", "dev");
  const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];

  it("is created with them, and has no changes afterwards", async () => {
    await workspace.succeed(...update);
    await workspace.succeed(...update, "--expect-no-changes");
    const outputs = await workspace.outputs("dev");
    expect(outputs).to.include({
      applicationName: "beo-datastore-dev",
      mediaBucketName: "navigader-uploads",
      staticBucketName: "navigader-assets",
      queueName: "celery_tasks",
      webEnvironmentName: "Beo-web-2",
      workerEnvironmentName: "beo-celery",
    });
    expect(outputs.databaseHost).to.match(/^beo-restored\./);
    expect(outputs.url).to.match(/^https:\/\/\w+\.cloudfront\.net$/);
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ ApplicationName: "beo-datastore-dev", IncludeDeleted: false }),
    );
    expect(Environments.map(({ EnvironmentName }) => EnvironmentName)).to.have.members([
      "Beo-web-2",
      "beo-celery",
    ]);
    const { ConfigurationSettings: [{ OptionSettings = [] } = {}] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({
        ApplicationName: "beo-datastore-dev",
        EnvironmentName: "Beo-web-2",
      }),
    );
    const variables = Object.fromEntries(
      OptionSettings.map(({ OptionName = "", Value = "" }) => [OptionName, Value]),
    );
    expect(variables).to.include({
      CELERY_DEFAULT_QUEUE: "celery_tasks",
      DJANGO_ALLOWED_HOSTS: `${new URL(String(outputs.url)).hostname} beo-datastore-dev.us-west-1.elasticbeanstalk.com beo-old.us-west-1.elasticbeanstalk.com`,
      MEDIA_ROOT: "s3://navigader-uploads/",
      SQL_DATABASE: "meters",
    });
    const { Rules = [] } = await aws.s3.send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: "navigader-uploads" }),
    );
    expect(Rules.map(({ ID }) => ID)).to.deep.equal(["abort-incomplete-uploads"]);
    const { Attributes } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: String(outputs.queueUrl), AttributeNames: ["All"] }),
    );
    expect(Attributes).to.include({ ReceiveMessageWaitTimeSeconds: "20", DelaySeconds: "0" });
  });

  it("keeps the ignored tags that were set by hand, and shows no change of them", async () => {
    const byHand = { Backup: "daily", "team:cost": "42" };
    const list = Object.entries(byHand).map(([Key, Value]) => ({ Key, Value }));
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    const ResourceName = DBInstances[0]?.DBInstanceArn;
    const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: "celery_tasks" }));
    await aws.rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: list }));
    await aws.sqs.send(new TagQueueCommand({ QueueUrl, Tags: byHand }));
    await aws.iam.send(new TagUserCommand({ UserName: "navigader", Tags: list }));

    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
    // An update of the same resources, which sends tags too.
    await set("queue.delaySeconds", "5");
    await set("database.backupRetentionPeriod", "8");
    await workspace.succeed(...update);
    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
    const { TagList = [] } = await aws.rds.send(new ListTagsForResourceCommand({ ResourceName }));
    expect(TagList).to.deep.include.members(list);
    expect((await aws.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).to.include({
      ...byHand,
      ManagedBy: "Pulumi",
    });
    const { Tags } = await aws.iam.send(new ListUserTagsCommand({ UserName: "navigader" }));
    expect(Tags).to.deep.include.members(list);
  });

  it("refuses other names once it is deployed, all at once", async () => {
    for (const [path, value] of Object.entries(names)) {
      await set(path, `${value}2`);
    }
    const output = await workspace.fail("preview", "--stack", "dev");
    for (const [path, value] of Object.entries(names)) {
      expect(output).to.include(`${path} is ${value}2, but ${value} is deployed.`);
      // The instance was created with the database: the name follows without the setting.
      const keep = path === "database.name" ? `rm --path ${path}` : `set --path ${path} ${value}`;
      expect(output).to.include(`npx pulumi config ${keep} --stack dev`);
    }
    for (const [path, value] of Object.entries(names)) {
      await set(path, value);
    }
    await workspace.succeed(...update, "--expect-no-changes");
  });

  it("is destroyed with a user that got a console login and more by hand", async () => {
    const user = { UserName: "navigader" };
    await aws.iam.send(new CreateLoginProfileCommand({ ...user, Password: "Console-login-1" }));
    await aws.iam.send(new CreateGroupCommand({ GroupName: "developers" }));
    await aws.iam.send(new AddUserToGroupCommand({ ...user, GroupName: "developers" }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }],
    });
    await aws.iam.send(new PutUserPolicyCommand({ ...user, PolicyName: "by-hand", PolicyDocument }));
    const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await aws.iam.send(new AttachUserPolicyCommand({ ...user, PolicyArn }));
    await aws.iam.send(new CreateAccessKeyCommand(user));
    const { VirtualMFADevice } = await aws.iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "navigader" }),
    );
    const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
    await aws.iam.send(
      new EnableMFADeviceCommand({ ...user, ...codes, SerialNumber: VirtualMFADevice?.SerialNumber }),
    );
    const SSHPublicKeyBody = `ssh-rsa ${Buffer.from("0".repeat(300)).toString("base64")} navigader`;
    await aws.iam.send(new UploadSSHPublicKeyCommand({ ...user, SSHPublicKeyBody }));

    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    const gone = await aws.iam.send(new GetUserCommand(user)).catch((error: unknown) => error);
    expect(gone).to.be.instanceOf(Error).with.property("name", "NoSuchEntityException");
  });
});
