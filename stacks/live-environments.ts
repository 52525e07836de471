import { createRequire } from "node:module";
import type * as Beanstalk from "@aws-sdk/client-elastic-beanstalk";
import * as pulumi from "@pulumi/pulumi";
import { getProfile } from "./aws-profile";
import { awsTimeouts } from "./aws-timeouts";

const load = createRequire(__filename);

/** A web environment as it is now. */
export interface LiveEnvironment {
  name: string;
  cname: string;
  /** Whether it is Ready and Green. */
  isHealthy: boolean;
}

/**
 * Reads the application's web environments. The state has the addresses of the last update, and a swap comes between updates;
 * the provider has no lookup for them.
 *
 * @throws RunError if they cannot be read.
 */
export async function readLiveEnvironments(
  applicationName: string,
  region: string,
  profile: unknown,
): Promise<LiveEnvironment[]> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- require has no types
  const { ElasticBeanstalkClient, DescribeEnvironmentsCommand } = load(
    "@aws-sdk/client-elastic-beanstalk",
  ) as typeof Beanstalk;
  try {
    const { Environments = [] } = await new ElasticBeanstalkClient({
      region,
      ...getProfile(typeof profile === "string" ? profile : undefined),
      requestHandler: awsTimeouts,
    }).send(new DescribeEnvironmentsCommand({ ApplicationName: applicationName, IncludeDeleted: false }));
    return Environments.flatMap(({ EnvironmentName: name = "", CNAME: cname, Status, Health }) =>
      cname === undefined ? [] : [{ name, cname, isHealthy: Status === "Ready" && Health === "Green" }],
    );
  } catch (error) {
    throw new pulumi.RunError(
      `Cannot read which environment has the application's address: ${String(error)}\nThe update would delete environments, which it does only while another one has the address. To delete them without this check, list platform.generation in allowReplacement (docs/stacks.md).`,
    );
  }
}
