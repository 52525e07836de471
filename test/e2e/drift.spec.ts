import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { Step } from "../../cli/preview";
import { emulatorOf } from "./support/emulator";
import { type ManualChange, Operator } from "./support/manual-changes";
import { Workspace } from "./support/workspace";

const everything = `'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'`;
const sqs = 'aws sqs --endpoint-url "$AWS_ENDPOINT_URL"';

/** What people do in the console or with the AWS CLI, by service. */
const changes: Record<string, readonly ManualChange[]> = {
  "security groups": [
    [
      "aws ec2 authorize-security-group-ingress --group-id $DATABASE_GROUP --protocol tcp --port 5432 --cidr 0.0.0.0/0",
      "critical",
      /^SecurityGroup beo-db-access: inbound rule sgr-\w+ allows tcp 5432 from 0\.0\.0\.0\/0/,
    ],
    [
      "aws ec2 authorize-security-group-ingress --group-id $INSTANCE_GROUP --protocol tcp --port 22 --cidr 0.0.0.0/0",
      "critical",
      /^SecurityGroup beo-net-instances: inbound rule sgr-\w+ allows tcp 22 from 0\.0\.0\.0\/0/,
    ],
    [
      "aws ec2 authorize-security-group-ingress --group-id $INSTANCE_GROUP --protocol tcp --port 8000 --cidr 203.0.113.7/32",
      "high",
      /^SecurityGroup beo-net-instances: inbound rule sgr-\w+ allows tcp 8000 from 203\.0\.113\.7\/32/,
    ],
    [
      "aws ec2 authorize-security-group-egress --group-id $DATABASE_GROUP --protocol tcp --port 443 --cidr 0.0.0.0/0",
      "medium",
      /^SecurityGroup beo-db-access: outbound rule sgr-\w+ allows tcp 443 to 0\.0\.0\.0\/0/,
    ],
    [
      "aws ec2 revoke-security-group-ingress --group-id $DATABASE_GROUP --security-group-rule-ids $DATABASE_RULE",
      "high",
      /^SecurityGroupIngressRule beo-db-access-in-0 does not exist in AWS/,
    ],
    [
      `group=$(aws ec2 create-security-group --group-name by-hand --description by-hand --query GroupId --output text)
       aws ec2 authorize-security-group-ingress --group-id $group --ip-permissions 'IpProtocol=tcp,FromPort=5432,ToPort=5432,Ipv6Ranges=[{CidrIpv6=::/0}]'
       aws rds modify-db-instance --db-instance-identifier $APP --vpc-security-group-ids $DATABASE_GROUP $group --apply-immediately`,
      "critical",
      /^Instance beo-db-instance: its security group sg-\w+, which is not the program's, allows tcp 5432 from ::\/0/,
    ],
    // The same commands.
    [":", "critical", /^Instance beo-db-instance: vpcSecurityGroupIds\[\d\] is /],
  ],
  "users and roles": [
    [
      `aws iam put-user-policy --user-name $APP --policy-name more --policy-document ${everything}`,
      "critical",
      /^User beo-iam-user: inline policy more /,
    ],
    [
      "aws iam attach-user-policy --user-name $APP --policy-arn arn:aws:iam::aws:policy/AmazonS3FullAccess",
      "critical",
      /^User beo-iam-user: attached policy AmazonS3FullAccess /,
    ],
    [
      "aws iam create-group --group-name admins && aws iam add-user-to-group --user-name $APP --group-name admins",
      "critical",
      /^User beo-iam-user: member of the group admins/,
    ],
    [
      "aws iam create-access-key --user-name $APP",
      "critical",
      /^User beo-iam-user: access key AKIA\w+ \(Active, 0 days old, never used\)/,
    ],
    [
      "aws iam create-login-profile --user-name $APP --password Typed-0123456789",
      "critical",
      /^User beo-iam-user: has a password for the console/,
    ],
    [
      "aws iam update-access-key --user-name $SMTP_USER --access-key-id $SMTP_KEY --status Inactive",
      "high",
      /^AccessKey beo-mail-smtp-key-1: status is Inactive in AWS/,
    ],
    [
      "aws iam attach-role-policy --role-name $WEB_ROLE --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
      "critical",
      /^Role beo-eb-web-instances: attached policy AdministratorAccess /,
    ],
    [
      `aws iam put-role-policy --role-name $WORKER_ROLE --policy-name more --policy-document ${everything}`,
      "critical",
      /^Role beo-eb-worker-instances: inline policy more /,
    ],
    [
      `aws iam update-assume-role-policy --role-name $SERVICE_ROLE --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}'`,
      "critical",
      /^Role beo-eb-service: assumeRolePolicy statement .*(111122223333|elasticbeanstalk)/,
    ],
    [
      `aws iam put-user-policy --user-name $SMTP_USER --policy-name $SMTP_POLICY --policy-document ${everything}`,
      "critical",
      /^UserPolicy beo-mail-smtp-send: policy statement /,
    ],
  ],
  "data and messages": [
    [
      `aws s3api put-bucket-website --bucket $APP-static --website-configuration '{"IndexDocument":{"Suffix":"index.html"}}'`,
      "high",
      /^Bucket beo-s3-static-bucket: serves a website/,
    ],
    [
      "aws s3api put-bucket-versioning --bucket $APP-static --versioning-configuration Status=Enabled",
      "low",
      /^Bucket beo-s3-static-bucket: keeps old versions/,
    ],
    [
      `aws s3api put-bucket-cors --bucket $APP-media --cors-configuration '{"CORSRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["*"]}]}'`,
      "medium",
      /^Bucket beo-s3-media-bucket: has CORS rules/,
    ],
    [
      `aws s3api put-bucket-notification-configuration --bucket $APP-media --notification-configuration "{\\"QueueConfigurations\\":[{\\"QueueArn\\":\\"arn:aws:sqs:us-west-1:123456789012:$APP\\",\\"Events\\":[\\"s3:ObjectCreated:*\\"]}]}"`,
      "medium",
      /^Bucket beo-s3-media-bucket: sends notifications/,
    ],
    [
      "aws s3api put-public-access-block --bucket $APP-media --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false",
      "critical",
      /^BucketPublicAccessBlock beo-s3-media-public-access: (blockPublicPolicy|restrictPublicBuckets) is false in AWS/,
    ],
    [
      `aws s3api put-bucket-policy --bucket $APP-media --policy "{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Principal\\":\\"*\\",\\"Action\\":\\"s3:GetObject\\",\\"Resource\\":\\"arn:aws:s3:::$APP-media/*\\"}]}"`,
      "critical",
      /^BucketPolicy beo-s3-media-tls-only: policy statement .*s3:/,
    ],
    [
      "aws s3api delete-bucket-policy --bucket $APP-static",
      "critical",
      /^BucketPolicy beo-s3-static-tls-only does not exist in AWS/,
    ],
    [
      `aws s3api put-bucket-lifecycle-configuration --bucket $APP-media --lifecycle-configuration '{"Rules":[{"ID":"all","Status":"Enabled","Filter":{"Prefix":""},"NoncurrentVersionExpiration":{"NoncurrentDays":1}}]}'`,
      "high",
      /^BucketLifecycleConfiguration beo-s3-media-lifecycle: rules/,
    ],
    [
      `${sqs} set-queue-attributes --queue-url $QUEUE --attributes VisibilityTimeout=30`,
      "high",
      /^Queue beo-queue-queue: visibilityTimeoutSeconds is 30 in AWS, 3600 in the program/,
    ],
    [
      `${sqs} add-permission --queue-url $QUEUE --label anyone --aws-account-ids 111122223333 --actions SendMessage`,
      "critical",
      /^QueuePolicy beo-queue-queue-tls-only: policy statement .*SendMessage/,
    ],
    [
      "aws rds modify-db-instance --db-instance-identifier $APP --publicly-accessible --backup-retention-period 1 --apply-immediately",
      "critical",
      /^Instance beo-db-instance: publiclyAccessible is true in AWS, false in the program/,
    ],
    // The same command.
    [":", "high", /^Instance beo-db-instance: backupRetentionPeriod is 1 in AWS/],
    [
      "aws rds create-db-snapshot --db-instance-identifier $APP --db-snapshot-identifier by-hand && aws rds modify-db-snapshot-attribute --db-snapshot-identifier by-hand --attribute-name restore --values-to-add all",
      "critical",
      /^Instance beo-db-instance: snapshot by-hand is shared with everyone/,
    ],
    [
      "aws ssm put-parameter --overwrite --name /$APP/SECRET_KEY --type SecureString --value typed-0123456789-typed-0123456789",
      "high",
      /^Parameter beo-ssm-SECRET_KEY: value differs/,
    ],
    [
      "aws cloudwatch delete-alarms --alarm-names $ALARM",
      "medium",
      /^MetricAlarm beo-mon-dead-letters does not exist in AWS/,
    ],
    [
      "aws logs put-retention-policy --log-group-name /aws/rds/instance/$APP/postgresql --retention-in-days 3653",
      "low",
      /^LogGroup beo-db-postgresql-log: retentionInDays is 3653 in AWS/,
    ],
  ],
};

/** A stack that is operated by hand too: everything that is not from the program is found, and what is printed takes it back. */
describe("drift", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let operator: Operator;
  before(async () => {
    workspace = new Workspace();
    await workspace.init("dev");
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    operator = new Operator(workspace, "dev");
    const { steps } = JSON.parse(
      await workspace.succeed("preview", "--refresh", "--json", "--stack", "dev"),
    ) as { steps: Step[] };
    const getId = (name: string) =>
      steps.find(({ urn }) => urn.endsWith(`::${name}`))?.newState?.id ?? `no ${name}`;
    operator.variables = {
      APP: "beo-datastore-dev",
      ALARM: getId("beo-mon-dead-letters"),
      DATABASE_GROUP: getId("beo-db-access"),
      DATABASE_RULE: getId("beo-db-access-in-0"),
      INSTANCE_GROUP: getId("beo-net-instances"),
      QUEUE: getId("beo-queue-queue"),
      SERVICE_ROLE: getId("beo-eb-service"),
      SMTP_KEY: getId("beo-mail-smtp-key-1"),
      SMTP_POLICY: getId("beo-mail-smtp-send").replace(/^.*:/, ""),
      SMTP_USER: getId("beo-mail-smtp"),
      WEB_ROLE: getId("beo-eb-web-instances"),
      WORKER_ROLE: getId("beo-eb-worker-instances"),
    };
  });
  after(() => {
    workspace.remove();
  });

  it("is not found right after up", () => {
    expect(operator.expectNoDrift()).to.deep.equal([]);
  });

  it(`is found for each manual change (${Object.values(changes).flat().length}), and gone after the printed commands`, () => {
    operator.rehearse(Object.values(changes).flat());
  });

  it("says what it may not read, and fails", async () => {
    const emulator = emulatorOf(workspace.aws);
    await emulator.fail({ service: "iam", action: "GetLoginProfile", error: "AccessDenied", count: -1 });
    const { code, output } = workspace.beo("drift", "dev");
    await emulator.clearFaults();
    expect(code, output).to.equal(1);
    expect(output).to.match(/^dev: Not everything was compared\.$/m);
    expect(output).to.match(/^ {2}console password of the IAM user beo-datastore-dev: /m);
  });
});
