import { ACMClient } from "@aws-sdk/client-acm";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { createClients as createAdoptionClients } from "../adopt/clients";

export type Clients = ReturnType<typeof createClients>;

/** Creates the clients of all services of a stack, configured like the stack's provider. */
export function createClients(config: Record<string, string>) {
  const { "aws:region": region = "" } = config;
  const { rds, ...adoption } = createAdoptionClients(config);
  return {
    ...adoption,
    rds: rds(region),
    acm: new ACMClient({ region }),
    autoScaling: new AutoScalingClient({ region }),
    loadBalancing: new ElasticLoadBalancingV2Client({ region }),
    sns: new SNSClient({ region }),
    ssm: new SSMClient({ region }),
  };
}
