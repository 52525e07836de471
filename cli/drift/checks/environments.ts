import {
  DescribeEnvironmentManagedActionHistoryCommand,
  DescribeEnvironmentsCommand,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";
import { getOption, propertyNamespace } from "../../../plan/application-environments";
import { setCommand } from "../../../stacks/commands";
import {
  type Addition,
  awsCommand,
  type Check,
  configCommands,
  type Context,
  nextItem,
  ofType,
  toDrift,
} from "../context";
import { type Deployed, formatLabel } from "../resources";
import { checkAutoScaling } from "./auto-scaling";
import { getLiveEnvironments, type LiveEnvironment } from "./live-environment";
import { checkLoadBalancer } from "./load-balancer";
import { checkOptions } from "./options";

/** Environments: their options, instances and load balancers, addresses, and other environments of the application. */
export function checkEnvironments(context: Context): Check[] {
  const environments = getLiveEnvironments(context);
  const applications = ofType(context.deployed, "elasticbeanstalk/application:Application");
  return [
    ...applications.map((application) => checkApplication(application, environments, context)),
    ...environments.flatMap((environment) => [
      checkOptions(environment, context),
      checkManagedUpdates(environment, context),
      ...checkAutoScaling(environment, context),
      ...checkLoadBalancer(environment, context),
    ]),
  ];
}

function checkApplication(application: Deployed, environments: LiveEnvironment[], context: Context): Check {
  return {
    what: `environments of the application ${application.id}`,
    find: async () => {
      const { Environments = [] } = await context.clients.beanstalk.send(
        new DescribeEnvironmentsCommand({ ApplicationName: application.id, IncludeDeleted: false }),
      );
      const existing = Environments.filter(({ Status }) => !Status?.startsWith("Terminat"));
      const isOwn = ({ EnvironmentName }: EnvironmentDescription) =>
        environments.some(({ name }) => name === EnvironmentName);
      return [
        ...environments.flatMap((environment) => findSwap(environment, environments, existing, context)),
        ...toDrift(
          application,
          existing.filter((one) => !isOwn(one)).map((one) => describeOther(one, context)),
        ),
        ...environments.flatMap(({ name, resource }) => {
          const { VersionLabel = "" } = existing.find((one) => one.EnvironmentName === name) ?? {};
          return VersionLabel === "" || VersionLabel.startsWith("bootstrap-")
            ? []
            : [`${formatLabel(resource.urn)} runs version ${VersionLabel}, which \`eb deploy\` installed.`];
        }),
      ];
    },
  };
}

function describeOther(environment: EnvironmentDescription, { stack, region, address }: Context): Addition {
  const { EnvironmentName = "", CNAME = "", Status = "" } = environment;
  const hasAddress = isSame(CNAME, address);
  return {
    severity: "low",
    text: `environment ${EnvironmentName} (${Status}${CNAME === "" ? "" : `, ${CNAME}`}) is not in the program`,
    meaning:
      "The program neither updates nor deletes it. Its instances cost money and may use the stack's data.",
    undo: hasAddress
      ? ["# It has the application's address. Swap the addresses before you terminate it."]
      : [
          `# TERMINATES the environment with its instances. One from before the program may serve the address: npx beo adopt ${stack}`,
          awsCommand(
            "elasticbeanstalk terminate-environment",
            { "environment-name": EnvironmentName },
            region,
          ),
        ],
  };
}

function isSame(host: string | undefined, other: string | undefined): boolean {
  return host !== undefined && host.toLowerCase() === other?.toLowerCase();
}

/** Finds out whether another environment has the application's address. */
function findSwap(
  environment: LiveEnvironment,
  own: readonly LiveEnvironment[],
  all: EnvironmentDescription[],
  context: Context,
) {
  const { resource, name, group } = environment;
  const { address, region, servingName = name, stack } = context;
  const actual = all.find(({ EnvironmentName }) => EnvironmentName === name)?.CNAME;
  if (group !== "web" || name !== servingName || actual === undefined) {
    return [];
  }
  if (address === undefined || isSame(actual, address)) {
    return [];
  }
  const holder = all.find(({ CNAME }) => isSame(CNAME, address))?.EnvironmentName;
  const allowed = getOption(resource.inputs, propertyNamespace, "DJANGO_ALLOWED_HOSTS");
  const hosts = typeof allowed === "string" ? allowed.split(" ") : [];
  const isAllowed = hosts.some((host) => isSame(host, actual));
  return toDrift(resource, [
    {
      severity: "low",
      text:
        holder === undefined
          ? `the address is ${actual}, and no environment of the application has ${address}`
          : `the addresses of ${name} and ${holder} are swapped (eb swap): ${holder} has ${address}, and ${name} has ${actual}`,
      meaning: [
        `${holder ?? "No environment"} serves the application's address. \`pulumi up\` changes nothing about it.`,
        ...(isAllowed
          ? []
          : [`${name} answers requests to ${actual} with 400 until DJANGO_ALLOWED_HOSTS has it.`]),
      ].join(" "),
      undo:
        holder === undefined
          ? ["# The address belongs to no environment of this application: look for it in the account."]
          : [
              awsCommand(
                "elasticbeanstalk swap-environment-cnames",
                { "source-environment-name": name, "destination-environment-name": holder },
                region,
              ),
            ],
      keep: own.some((one) => one.name === holder)
        ? ["# The next step of the move to other environments:", `npx beo platform ${stack}`]
        : keepAddress(actual, context),
    },
  ]);
}

/** Two ways to keep an address, of those that the program accepts. */
function keepAddress(actual: string, context: Context): string[] {
  const prefix = actual.replace(`.${context.region}.elasticbeanstalk.com`, "");
  const ways = [
    {
      comment: "# Makes the program use the address that the environment has:",
      commands: configCommands(context, [setCommand("web.cnamePrefix", prefix)]),
    },
    {
      comment: "# or allows it beside the application's own:",
      commands: configCommands(context, [setCommand(nextItem(context, "web.additionalHosts"), actual)]),
    },
  ];
  return ways.flatMap(({ comment, commands }) => (commands.length === 0 ? [] : [comment, ...commands]));
}

/** The platform's version belongs to AWS's managed updates. */
function checkManagedUpdates({ resource, name }: LiveEnvironment, { clients }: Context): Check {
  return {
    what: `managed updates of the environment ${name}`,
    find: async () => {
      const { ManagedActionHistoryItems = [] } = await clients.beanstalk.send(
        new DescribeEnvironmentManagedActionHistoryCommand({ EnvironmentName: name }),
      );
      const [last] = ManagedActionHistoryItems.filter(({ Status }) => Status === "Completed").sort(
        (a, b) => Number(b.FinishedTime) - Number(a.FinishedTime),
      );
      return last === undefined
        ? []
        : [
            `${formatLabel(resource.urn)} had a managed update on ${last.FinishedTime?.toISOString().slice(0, 10) ?? ""}: ${last.ActionDescription ?? ""}.`,
          ];
    },
  };
}
