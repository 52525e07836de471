import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";

export type Clients = ReturnType<typeof createClients>;

/** Creates the clients of the services that are read, configured like the stack's provider. */
export function createClients(config: Record<string, string>) {
  const { "aws:region": region = "", "aws:profile": profile } = config;
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
  }
  // IAM allows few requests a second.
  const common = { region, maxAttempts: 8 };
  return {
    autoScaling: new AutoScalingClient(common),
    beanstalk: new ElasticBeanstalkClient(common),
    ec2: new EC2Client(common),
    iam: new IAMClient(common),
    loadBalancing: new ElasticLoadBalancingV2Client(common),
    rds: new RDSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: config["aws:s3UsePathStyle"] === "true" }),
  };
}
