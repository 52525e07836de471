import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { toBranch } from "../../stacks/calendar";
import { isRecord } from "../../stacks/validators";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { getServingOutput, type StateResource } from "../state";

/** An environment of the stack, as AWS has it. */
export interface Environment {
  id: string;
  name: string;
  branch: string;
  /** The application version that it runs. */
  version: string;
  status: string;
  health: string;
  /** The host name of a web environment. */
  cname: string;
  /** The instance types that the program gave it. */
  instanceTypes: string[];
}

/** The environments of a generation. One is missing while it is not created yet, or deleted. */
export interface Pair {
  number: number;
  web?: Environment;
  worker?: Environment;
}

const environmentType = "aws:elasticbeanstalk/environment:Environment";

/** Reads the stack's environments, by generation. One that AWS does not have any more is left out. */
export async function readPairs(
  { beanstalk }: Pick<Clients, "beanstalk">,
  resources: readonly StateResource[],
): Promise<Pair[]> {
  const { Environments = [] } = await callAws(
    beanstalk.send(
      new DescribeEnvironmentsCommand({
        ApplicationName: getServingOutput(resources, "applicationName"),
        IncludeDeleted: false,
      }),
    ),
    "The stack's environments could not be read.",
  );
  const pairs = new Map<number, Pair>();
  for (const { urn, type, outputs = {} } of resources) {
    const [, role, number = "1"] = /-eb-(web|worker)(?:-(\d+))?$/.exec(urn) ?? [];
    const live = Environments.find(
      ({ EnvironmentName, Status }) => EnvironmentName === outputs.name && !Status?.startsWith("Terminat"),
    );
    if (type !== environmentType || role === undefined || live === undefined) {
      continue;
    }
    const environment: Environment = {
      id: live.EnvironmentId ?? "",
      name: live.EnvironmentName ?? "",
      branch: toBranch(live.SolutionStackName ?? ""),
      version: live.VersionLabel ?? "",
      status: live.Status ?? "",
      health: live.Health ?? "",
      cname: live.CNAME ?? "",
      instanceTypes: getInstanceTypes(outputs),
    };
    pairs.set(Number(number), { ...pairs.get(Number(number)), number: Number(number), [role]: environment });
  }
  return [...pairs.values()].sort((a, b) => a.number - b.number);
}

function getInstanceTypes({ settings }: Record<string, unknown>): string[] {
  const option = (Array.isArray(settings) ? settings : []).find(
    (one) => isRecord(one) && one.name === "InstanceTypes",
  ) as { value?: unknown } | undefined;
  return typeof option?.value === "string" ? option.value.split(",") : [];
}

/** Whether an environment is Ready and Green. */
export function isHealthy({ status, health }: Environment): boolean {
  return status === "Ready" && health === "Green";
}

/** Whether an environment runs the placeholder that the program starts with. */
export function runsPlaceholder({ version }: Environment): boolean {
  return /^bootstrap-(python|docker)-[0-9a-f]+$/.test(version);
}
