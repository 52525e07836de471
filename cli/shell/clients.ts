import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { SSMClient } from "@aws-sdk/client-ssm";

export type Clients = ReturnType<typeof createClients>;

/** Creates the clients of the services that know the instances, configured like the stack's provider. */
export function createClients({ region, profile }: { region: string; profile?: string }) {
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
  }
  return { beanstalk: new ElasticBeanstalkClient({ region }), ssm: new SSMClient({ region }) };
}
