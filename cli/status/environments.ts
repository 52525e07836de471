import {
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentHealthCommand,
  DescribeEnvironmentManagedActionHistoryCommand,
  DescribeEnvironmentManagedActionsCommand,
  DescribeEnvironmentsCommand,
  DescribeInstancesHealthCommand,
  DescribePlatformVersionCommand,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";
import { findEnds, toBranch } from "../../stacks/calendar";
import { formatDeploy } from "../deploy-command";
import { type Check, formatCount, formatDate, getDays, type Level, type Line } from "../report";
import { getServingOutput } from "../state";
import { type Context, getApplicationName, getOutput, ofType } from "./context";

/** The environments: health and its causes, version, platform, next managed update. */
export function checkEnvironments(context: Context): Check[] {
  const environments = ofType(context, "elasticbeanstalk/environment:Environment").map((resource) =>
    getOutput(resource, "name"),
  );
  return environments.flatMap((name) => [
    ...checkGeneration(context, name),
    {
      topic: name,
      actions: ["elasticbeanstalk:DescribeEnvironments", "elasticbeanstalk:DescribeEnvironmentHealth"],
      read: () => readHealth(context, name),
    },
    {
      topic: name,
      actions: ["elasticbeanstalk:DescribeApplicationVersions"],
      read: () => readVersion(context, name),
    },
    {
      topic: name,
      actions: ["elasticbeanstalk:DescribePlatformVersion"],
      read: () => readPlatform(context, name),
    },
    {
      topic: name,
      actions: [
        "elasticbeanstalk:DescribeEnvironmentManagedActions",
        "elasticbeanstalk:DescribeEnvironmentManagedActionHistory",
      ],
      read: () => readUpdates(context, name),
    },
  ]);
}

/** Says that an environment is not one of those that serve the application. */
function checkGeneration({ stack, resources }: Context, name: string): Check[] {
  const serving = ["webEnvironmentName", "workerEnvironmentName"].map((output) =>
    getServingOutput(resources, output),
  );
  const line: Line = {
    level: "note",
    text: "It is beside the environments that serve the application. The next step of the move:",
    fix: [`npx beo platform ${stack}`],
  };
  return serving.includes(undefined) || serving.includes(name)
    ? []
    : [{ topic: name, actions: [], read: () => Promise.resolve([line]) }];
}

async function describe({ clients, ...context }: Context, name: string): Promise<EnvironmentDescription> {
  const { Environments: [environment] = [] } = await clients.beanstalk.send(
    new DescribeEnvironmentsCommand({
      ApplicationName: getApplicationName(context),
      EnvironmentNames: [name],
      IncludeDeleted: false,
    }),
  );
  if (environment === undefined) {
    throw new Error(`${name} does not exist. Compare the stack with AWS: npx beo drift ${context.stack}`);
  }
  return environment;
}

/** What Elastic Beanstalk's health means here. */
const healthLevels: Record<string, Level> = {
  Ok: "ok",
  Info: "ok",
  Pending: "note",
  Suspended: "warning",
  Unknown: "warning",
  NoData: "warning",
  Warning: "warning",
  Degraded: "error",
  Severe: "error",
};

async function readHealth(context: Context, name: string): Promise<Line[]> {
  const { Status = "", HealthStatus = "Unknown" } = await describe(context, name);
  const steps = [`eb health ${name}`, `eb events ${name}`];
  if (Status !== "Ready") {
    return [{ level: "warning", text: `It is ${Status}, not Ready.`, fix: [`eb events ${name}`] }];
  }
  const { beanstalk } = context.clients;
  const [{ Causes = [] }, { InstanceHealthList = [] }] = await Promise.all([
    beanstalk.send(
      new DescribeEnvironmentHealthCommand({
        EnvironmentName: name,
        AttributeNames: ["HealthStatus", "Causes"],
      }),
    ),
    beanstalk.send(
      new DescribeInstancesHealthCommand({
        EnvironmentName: name,
        AttributeNames: ["HealthStatus", "Causes"],
      }),
    ),
  ]);
  if (context.isAsleep && InstanceHealthList.length === 0) {
    return [{ level: "ok", text: "It has no instances." }];
  }
  const level = healthLevels[HealthStatus] ?? "warning";
  const causes = [
    ...Causes,
    ...InstanceHealthList.filter(({ HealthStatus: health = "" }) => healthLevels[health] !== "ok").flatMap(
      ({ InstanceId = "", Causes: own = [] }) => own.map((cause) => `${InstanceId}: ${cause}`),
    ),
  ];
  const text = `Health ${HealthStatus}, ${formatCount(InstanceHealthList.length, "instance")}${level === "ok" || causes.length === 0 ? "." : `: ${causes.join(" ")}`}`;
  return [{ level, text, ...(level !== "ok" && { fix: steps }) }];
}

async function readVersion(context: Context, name: string): Promise<Line[]> {
  const { ApplicationName, VersionLabel } = await describe(context, name);
  if (VersionLabel === undefined) {
    return [
      { level: "warning", text: "It runs no application version.", fix: [formatDeploy(name, context.stack)] },
    ];
  }
  const { ApplicationVersions: [version] = [] } = await context.clients.beanstalk.send(
    new DescribeApplicationVersionsCommand({ ApplicationName, VersionLabels: [VersionLabel] }),
  );
  if (VersionLabel.startsWith("bootstrap-")) {
    return [
      { level: "note", text: "It serves the placeholder page.", fix: [formatDeploy(name, context.stack)] },
    ];
  }
  const created = version?.DateCreated;
  const age = created && `, ${getDays(created, context.now)} days old (${formatDate(created)})`;
  return [{ level: "ok", text: `Application version ${VersionLabel}${age ?? ""}.` }];
}

async function readPlatform(context: Context, name: string): Promise<Line[]> {
  const { PlatformArn, SolutionStackName = "" } = await describe(context, name);
  const branch = toBranch(SolutionStackName);
  const ends = findEnds({ platform: branch }, context.now).map(({ days, text }): Line => ({
    level: days < 0 ? "error" : "warning",
    text,
  }));
  const { PlatformDescription: platform } = await context.clients.beanstalk.send(
    new DescribePlatformVersionCommand({ PlatformArn }),
  );
  const {
    PlatformVersion = "",
    PlatformLifecycleState = "",
    PlatformBranchLifecycleState = "",
  } = platform ?? {};
  const update = [
    `npx pulumi config set --path platform.update true -s ${context.stack}`,
    `npx pulumi up -s ${context.stack}`,
    `npx pulumi config rm --path platform.update -s ${context.stack}`,
  ];
  const isRetired = ["Retired", "Deprecated"].includes(PlatformBranchLifecycleState);
  return [
    // AWS returns nothing for a version that is not the newest of its branch.
    PlatformLifecycleState === "Recommended" || isRetired
      ? { level: "ok", text: `Platform ${branch}, version ${PlatformVersion}.` }
      : {
          level: "note",
          text: `Platform ${branch}, version ${PlatformVersion}; there is a newer one, which the next managed update installs. To install it now:`,
          fix: update,
        },
    ...(isRetired && ends.length === 0
      ? [
          {
            level: "warning" as const,
            text: `The platform branch ${branch} is ${PlatformBranchLifecycleState.toLowerCase()}. Move to a newer one: npx beo platform ${context.stack}, with its name (docs/platform-change.md).`,
          },
        ]
      : ends),
  ];
}

async function readUpdates({ clients: { beanstalk } }: Context, name: string): Promise<Line[]> {
  const [{ ManagedActions = [] }, { ManagedActionHistoryItems: [last] = [] }] = await Promise.all([
    beanstalk.send(new DescribeEnvironmentManagedActionsCommand({ EnvironmentName: name })),
    beanstalk.send(
      new DescribeEnvironmentManagedActionHistoryCommand({ EnvironmentName: name, MaxItems: 1 }),
    ),
  ]);
  const next = ManagedActions.map(({ ActionDescription = "", WindowStartTime }): Line => ({
    level: "note",
    text: `Next managed update${WindowStartTime === undefined ? "" : `, on ${formatDate(WindowStartTime)}`}: ${ActionDescription}`,
  }));
  return last?.Status === "Failed"
    ? [
        ...next,
        {
          level: "warning",
          text: `The last managed update failed: ${last.FailureDescription ?? last.ActionDescription ?? ""}`,
          fix: [`eb events ${name}`],
        },
      ]
    : next;
}
