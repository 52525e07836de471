import { DescribeInstancesHealthCommand } from "@aws-sdk/client-elastic-beanstalk";
import { DescribeInstanceInformationCommand } from "@aws-sdk/client-ssm";
import { callAws } from "../call-aws";
import { UserError } from "../user-error";
import type { Clients } from "./clients";

/** An instance of an environment. */
export interface Instance {
  id: string;
  environment: string;
  /** Its health in Elastic Beanstalk, such as "Ok" or "Severe". */
  health: string;
  causes: string[];
  launchedAt?: Date;
  /** What Systems Manager knows of its agent; undefined if the agent never registered. */
  ping?: string;
}

/** Reads the instances of environments, and whether Systems Manager reaches them. */
export async function readInstances(
  { beanstalk, ssm }: Clients,
  environments: string[],
): Promise<Instance[]> {
  const cannotRead = `Cannot read the instances of ${environments.join(" and ")}.`;
  const found = await callAws(
    Promise.all(
      environments.map(async (environment): Promise<Instance[]> => {
        const { InstanceHealthList = [] } = await beanstalk.send(
          new DescribeInstancesHealthCommand({ EnvironmentName: environment, AttributeNames: ["All"] }),
        );
        return InstanceHealthList.map(({ InstanceId = "", HealthStatus, Causes = [], LaunchedAt }) => ({
          id: InstanceId,
          environment,
          health: HealthStatus ?? "Unknown",
          causes: Causes,
          launchedAt: LaunchedAt,
        }));
      }),
    ),
    cannotRead,
  );
  const instances = found.flat();
  if (instances.length === 0) {
    return [];
  }
  const { InstanceInformationList = [] } = await callAws(
    ssm.send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: "InstanceIds", Values: instances.map(({ id }) => id) }],
      }),
    ),
    cannotRead,
  );
  const pings = new Map(
    InstanceInformationList.map(({ InstanceId, PingStatus }) => [InstanceId, PingStatus]),
  );
  return instances.map((instance) => ({ ...instance, ping: pings.get(instance.id) }));
}

/** Green in Elastic Beanstalk: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html */
const healthy = ["Ok", "Info"];

/** Which instance a session takes. */
export interface InstanceChoice {
  /** The id of the instance, whatever its health. */
  id?: string;
  /** Takes one that is not healthy where none is: for a session that only forwards a port. */
  allowsUnhealthy?: boolean;
}

/**
 * Returns an instance that Systems Manager reaches, a healthy one if there is one.
 *
 * @throws UserError with the reason and the fix if there is none.
 */
export function chooseInstance(
  region: string,
  instances: Instance[],
  { id, allowsUnhealthy = false }: InstanceChoice,
  now = new Date(),
): Instance {
  const [first] = instances;
  if (first === undefined) {
    throw new UserError(
      "The environment has no running instance. See what happened: npx beo status, or eb events",
    );
  }
  const candidates = id === undefined ? instances : instances.filter((instance) => instance.id === id);
  if (candidates.length === 0) {
    throw new UserError(
      `There is no instance ${id ?? ""}. The instances are:\n${formatInstances(instances)}`,
    );
  }
  const online = candidates.filter(({ ping }) => ping === "Online");
  const [reachable] = online;
  const [chosen = id !== undefined || allowsUnhealthy ? reachable : undefined] = online.filter(({ health }) =>
    healthy.includes(health),
  );
  if (chosen !== undefined) {
    return chosen;
  }
  throw new UserError(
    reachable === undefined
      ? `Systems Manager does not reach the instances:\n${formatInstances(candidates)}\n${adviseOnAgent(region, candidates, now)}`
      : `No instance is healthy:\n${formatInstances(candidates)}\nTo connect to one of them anyway, add: --instance ${reachable.id}`,
  );
}

function formatInstances(instances: Instance[]): string {
  return instances
    .map(({ id, environment, health, causes, ping = "not registered" }) =>
      [`  ${id} of ${environment}: health ${health}, agent ${ping}`, ...causes].join("; "),
    )
    .join("\n");
}

/** Minutes in which the agent of a new instance registers. */
const startup = 10;

function adviseOnAgent(region: string, instances: Instance[], now: Date): string {
  const isStarting = instances.some(
    ({ launchedAt }) => launchedAt !== undefined && now.getTime() - launchedAt.getTime() < startup * 60_000,
  );
  if (isStarting) {
    return `An instance was launched less than ${startup} minutes ago, and its agent registers soon. Try again in a few minutes.`;
  }
  const reboot = `aws ec2 reboot-instances --region ${region} --instance-ids ${instances[0]?.id ?? ""}`;
  return [
    "If platform.shell was turned on while the instances were running, their agents notice it within an hour.",
    `To make an agent register at once, reboot its instance, which interrupts what it is doing: ${reboot}`,
    "Instances in private subnets need a NAT gateway, or VPC endpoints of ssm and ssmmessages.",
  ].join("\n");
}
