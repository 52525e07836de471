import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

export type Clients = ReturnType<typeof createClients>;

/** Creates the clients of all services that adoption reads, configured like the stack's provider. */
export function createClients(config: Record<string, string>) {
  const { "aws:region": region = "", "aws:profile": profile } = config;
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
  }
  return {
    beanstalk: new ElasticBeanstalkClient({ region }),
    cloudwatch: new CloudWatchClient({ region }),
    ec2: new EC2Client({ region }),
    iam: new IAMClient({ region }),
    logs: new CloudWatchLogsClient({ region }),
    route53: new Route53Client({ region }),
    s3: new S3Client({
      region,
      followRegionRedirects: true,
      forcePathStyle: config["aws:s3UsePathStyle"] === "true",
    }),
    sqs: new SQSClient({ region }),
    sts: new STSClient({ region }),
    // What is in use, and mail, may be in other regions.
    mail: (other: string) => new SESv2Client({ region: other }),
    rds: (other: string) => new RDSClient({ region: other }),
    secretsManager: (other: string) => new SecretsManagerClient({ region: other }),
    ssm: (other: string) => new SSMClient({ region: other }),
  };
}
