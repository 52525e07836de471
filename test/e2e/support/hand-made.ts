import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateApplicationCommand,
  CreateApplicationVersionCommand,
  CreateEnvironmentCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateDBInstanceCommand, CreateDBSubnetGroupCommand } from "@aws-sdk/client-rds";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { guidePolicy } from "../../support/guide-policy";
import type { clientsOf } from "./clients";

type Clients = ReturnType<typeof clientsOf>;

/** What was put into a hand-made stack, and has to be there afterwards. */
export const content = {
  objects: { media: ["media_root/upload.parquet", "readings"], static: ["admin/base.css", "body {}"] },
  message: "a task that waits",
  version: "app-42",
  password: "HandMadePassword1",
  secretKey: "hand-made-secret-key-0123456789abcdefghij",
} as const;

/** Builds a stack as the guide tells people to, with the console's defaults of its time. */
export async function buildByHand(name: string, aws: Clients): Promise<{ securityGroupId: string }> {
  const { GroupId = "" } = await aws.ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: `${name}-rds`,
      Description: "Created by RDS management console",
    }),
  );
  await aws.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
      ],
    }),
  );
  const { Subnets = [] } = await aws.ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
  );
  await aws.rds.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: "default-vpc",
      DBSubnetGroupDescription: "Created from the RDS Management Console",
      SubnetIds: Subnets.flatMap(({ SubnetId }) => SubnetId ?? []),
    }),
  );
  await aws.rds.send(
    new CreateDBInstanceCommand({
      DBSubnetGroupName: "default-vpc",
      DBInstanceIdentifier: name,
      DBName: "beo_datastore",
      Engine: "postgres",
      EngineVersion: "16.3",
      DBInstanceClass: "db.t3.medium",
      AllocatedStorage: 20,
      StorageType: "gp2",
      StorageEncrypted: false,
      MasterUsername: "postgres",
      MasterUserPassword: content.password,
      Port: 5432,
      PubliclyAccessible: true,
      BackupRetentionPeriod: 7,
      VpcSecurityGroupIds: [GroupId],
    }),
  );
  for (const part of ["media", "static"] as const) {
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket: `${name}-${part}`,
        CreateBucketConfiguration: { LocationConstraint: "us-west-1" },
      }),
    );
    const [Key, Body] = content.objects[part];
    await aws.s3.send(new PutObjectCommand({ Bucket: `${name}-${part}`, Key, Body }));
  }
  const queueArn = `arn:aws:sqs:us-west-1:123456789012:${name}`;
  const { QueueUrl } = await aws.sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Sid: "broad", Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: queueArn }],
        }),
      },
    }),
  );
  await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: content.message }));

  await aws.iam.send(new CreateUserCommand({ UserName: name }));
  await aws.iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: "beo-datastore",
      PolicyDocument: JSON.stringify(
        guidePolicy(`arn:aws:s3:::${name}-static`, `arn:aws:s3:::${name}-media`, queueArn),
      ),
    }),
  );
  const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const network = {
    "aws:ec2:vpc VPCId": Subnets[0]?.VpcId ?? "",
    "aws:ec2:vpc Subnets": Subnets.map(({ SubnetId }) => SubnetId).join(","),
  };
  await buildEnvironments(name, aws, network, {
    APP_ENV: "dev",
    AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "",
    AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "",
    SECRET_KEY: content.secretKey,
    SQL_PASSWORD: content.password,
    SQL_USER: "postgres",
    ADMIN_URL: "handmadeadmin",
    SUPPORT_PASSWORD: "HandMadeSupport1",
    SMTP_USER: "AKIAHANDMADE",
    SMTP_PASSWORD: "HandMadeSmtp/+1=",
  });
  return { securityGroupId: GroupId };
}

async function buildEnvironments(
  name: string,
  aws: Clients,
  network: Record<string, string>,
  variables: Record<string, string>,
) {
  // What the console makes with an account's first environment.
  await aws.iam.send(
    new CreateRoleCommand({ RoleName: "aws-elasticbeanstalk-ec2-role", AssumeRolePolicyDocument: "{}" }),
  );
  await aws.iam.send(
    new CreateInstanceProfileCommand({ InstanceProfileName: "aws-elasticbeanstalk-ec2-role" }),
  );
  await aws.iam.send(
    new AddRoleToInstanceProfileCommand({
      InstanceProfileName: "aws-elasticbeanstalk-ec2-role",
      RoleName: "aws-elasticbeanstalk-ec2-role",
    }),
  );
  await aws.beanstalk.send(new CreateApplicationCommand({ ApplicationName: name }));
  await aws.beanstalk.send(
    new CreateApplicationVersionCommand({
      ApplicationName: name,
      VersionLabel: content.version,
      Process: false,
    }),
  );
  const environment = (EnvironmentName: string, tier: object, options: Record<string, string>) =>
    aws.beanstalk.send(
      new CreateEnvironmentCommand({
        ApplicationName: name,
        EnvironmentName,
        SolutionStackName: "64bit Amazon Linux 2023 v4.13.7 running Python 3.13",
        VersionLabel: content.version,
        ...tier,
        OptionSettings: [
          ...Object.entries({
            "aws:autoscaling:launchconfiguration IamInstanceProfile": "aws-elasticbeanstalk-ec2-role",
            ...network,
            ...options,
          }).map(([option, Value]) => {
            const [Namespace, OptionName] = option.split(" ");
            return { Namespace, OptionName, Value };
          }),
          ...Object.entries(variables).map(([OptionName, Value]) => ({
            Namespace: "aws:elasticbeanstalk:application:environment",
            OptionName,
            Value,
          })),
        ],
      }),
    );
  await environment(
    name,
    { Tier: { Name: "WebServer", Type: "Standard" } },
    {
      "aws:elasticbeanstalk:environment LoadBalancerType": "application",
      "aws:ec2:vpc ELBSubnets": network["aws:ec2:vpc Subnets"] ?? "",
    },
  );
  await environment(`${name}-worker`, { Tier: { Name: "Worker", Type: "SQS/HTTP" } }, {});
  for (;;) {
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ ApplicationName: name, IncludeDeleted: false }),
    );
    if (Environments.every(({ Status }) => Status === "Ready")) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
