import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { SSMClient } from "@aws-sdk/client-ssm";
import { addHosts } from "../aws-failure";
import { getProfile } from "../../stacks/aws-profile";
import { awsTimeouts } from "../../stacks/aws-timeouts";

export type Clients = ReturnType<typeof createClients>;

/**
 * Creates the clients of the services that know the instances, configured like the stack's provider.
 *
 * @param timeouts How long a request waits.
 */
export function createClients(
  { region, profile }: { region: string; profile?: string },
  timeouts = awsTimeouts,
) {
  const common = { region, ...getProfile(profile), requestHandler: timeouts };
  return { beanstalk: addHosts(new ElasticBeanstalkClient(common)), ssm: addHosts(new SSMClient(common)) };
}
