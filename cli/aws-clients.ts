import { ACMClient } from "@aws-sdk/client-acm";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { BackupClient } from "@aws-sdk/client-backup";
import { BudgetsClient } from "@aws-sdk/client-budgets";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { RDSClient } from "@aws-sdk/client-rds";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { WAFV2Client } from "@aws-sdk/client-wafv2";
import { awsTimeouts } from "../stacks/aws-timeouts";
import { getProfile } from "../stacks/aws-profile";
import { addHosts, addProfile, type AwsClient } from "./aws-failure";

export type Clients = ReturnType<typeof createClients>;

/**
 * Creates the clients of the AWS services that commands read, configured like the stack's provider.
 *
 * @param options.stack Whose configuration it is, for errors.
 * @param options.timeouts How long a request waits.
 */
export function createClients(
  config: Record<string, string>,
  { stack = "<stack>", timeouts = awsTimeouts }: { stack?: string; timeouts?: typeof awsTimeouts } = {},
) {
  const { "aws:region": region = "", "aws:profile": profile } = config;
  // IAM allows few requests a second.
  const common = { region, ...getProfile(profile), maxAttempts: 8, requestHandler: timeouts };
  const clients = {
    acm: new ACMClient(common),
    autoScaling: new AutoScalingClient(common),
    beanstalk: new ElasticBeanstalkClient(common),
    cloudwatch: new CloudWatchClient(common),
    ec2: new EC2Client(common),
    events: new EventBridgeClient(common),
    iam: new IAMClient(common),
    loadBalancing: new ElasticLoadBalancingV2Client(common),
    logs: new CloudWatchLogsClient(common),
    route53: new Route53Client(common),
    s3: new S3Client({
      ...common,
      followRegionRedirects: true,
      forcePathStyle: config["aws:s3UsePathStyle"] === "true",
    }),
    scheduler: new SchedulerClient(common),
    sns: new SNSClient(common),
    sqs: new SQSClient(common),
    // The first request of most commands says soon that AWS cannot be reached.
    sts: new STSClient({ ...common, maxAttempts: 3 }),
    waf: new WAFV2Client(common),
    quotas: new ServiceQuotasClient(common),
    // These have one endpoint for all regions.
    budgets: new BudgetsClient({ ...common, region: "us-east-1" }),
    cloudFront: new CloudFrontClient({ ...common, region: "us-east-1" }),
    costs: new CostExplorerClient({ ...common, region: "us-east-1" }),
    globalQuotas: new ServiceQuotasClient({ ...common, region: "us-east-1" }),
    // What is in use, mail and backups may be in other regions.
    backup: (other = region) => new BackupClient({ ...common, region: other }),
    kms: (other = region) => new KMSClient({ ...common, region: other }),
    metrics: (other: string) => new CloudWatchClient({ ...common, region: other }),
    notifications: (other: string) => new SNSClient({ ...common, region: other }),
    mail: (other: string) => new SESv2Client({ ...common, region: other }),
    rds: (other = region) => new RDSClient({ ...common, region: other }),
    secretsManager: (other = region) => new SecretsManagerClient({ ...common, region: other }),
    ssm: (other = region) => new SSMClient({ ...common, region: other }),
  };
  const describe = <C extends AwsClient>(client: C) => addProfile(addHosts(client), profile, stack);
  const entries = Object.entries(clients).map(([name, client]) => [
    name,
    typeof client === "function" ? (other?: string) => describe(client(other ?? region)) : describe(client),
  ]);
  return Object.fromEntries(entries) as typeof clients;
}

/**
 * Creates the client that reads the bucket of the state: with the credentials of the shell, as the CLI does. A profile in the
 * stack's file is for its resources, which may be in another account.
 */
export function createBackendClient(config: Record<string, string>): S3Client {
  const { "aws:profile": _, ...settings } = config;
  return createClients(settings).s3;
}
