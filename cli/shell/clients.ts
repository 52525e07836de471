import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { SSMClient } from "@aws-sdk/client-ssm";
import { addHosts, addProfile, type AwsClient } from "../aws-failure";
import { getProfile } from "../../stacks/aws-profile";
import { awsTimeouts } from "../../stacks/aws-timeouts";

export type Clients = ReturnType<typeof createClients>;

/**
 * Creates the clients of the services that know the instances, configured like the stack's provider.
 *
 * @param timeouts How long a request waits.
 */
export function createClients(
  { stack, region, profile }: { stack: string; region: string; profile?: string },
  timeouts = awsTimeouts,
) {
  const common = { region, ...getProfile(profile), requestHandler: timeouts };
  const describe = <C extends AwsClient>(client: C) => addProfile(addHosts(client), profile, stack);
  return { beanstalk: describe(new ElasticBeanstalkClient(common)), ssm: describe(new SSMClient(common)) };
}
