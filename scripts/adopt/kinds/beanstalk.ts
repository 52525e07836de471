import {
  type ConfigurationOptionSetting,
  DescribeApplicationsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";
import { commandLine, removeCommand } from "../../../stacks/commands";
import { type Found, found, type Inputs, type Kind, type Place, when } from "../kind";

export const application: Kind = {
  what: "Elastic Beanstalk application",
  name: "name",
  async look(name, planned, { aws: { beanstalk } }) {
    const { Applications = [] } = await beanstalk.send(
      new DescribeApplicationsCommand({ ApplicationNames: [name] }),
    );
    const { maxCount } = planned.appversionLifecycle as { maxCount: number };
    return Applications.map(({ Description, Versions = [] }) =>
      found(name, {
        actual: { description: Description ?? "" },
        notes: when(
          Versions.length >= maxCount,
          `Of its ${Versions.length} versions the ${maxCount} newest are kept from now on.`,
        ),
      }),
    );
  },
};

export const environment: Kind = {
  what: "Elastic Beanstalk environment",
  name: "name",
  async look(name, planned, place) {
    const { beanstalk } = place.aws;
    const { Environments = [] } = await beanstalk.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [name], IncludeDeleted: false }),
    );
    return Promise.all(
      Environments.filter(({ Status }) => !Status?.startsWith("Terminat")).map(async (description) => {
        const { ConfigurationSettings: [configuration] = [] } = await beanstalk.send(
          new DescribeConfigurationSettingsCommand({
            ApplicationName: description.ApplicationName,
            EnvironmentName: name,
          }),
        );
        return environmentOf(description, configuration?.OptionSettings ?? [], planned, place);
      }),
    );
  },
};

const property = "aws:elasticbeanstalk:application:environment";
/** The Python platform sets it. */
const platformsOwn = "PYTHONPATH";
const blueGreen =
  'docs/adopting.md tells how the program\'s environment comes up beside it ("When an environment cannot be taken over").';

interface PlannedSetting {
  namespace: string;
  name: string;
  value: string;
}

export function environmentOf(
  description: EnvironmentDescription,
  options: ConfigurationOptionSetting[],
  planned: Inputs,
  { stack, region, vpcId, branch }: Pick<Place, "stack" | "region" | "vpcId" | "branch">,
): Found {
  const { EnvironmentName: name = "", CNAME: address, SolutionStackName: platform = "" } = description;
  const settings = planned.settings as unknown as PlannedSetting[];
  const plannedValue = (namespace: string, option: string) =>
    settings.find((setting) => setting.namespace === namespace && setting.name === option)?.value;
  const value = (namespace: string, option: string) =>
    options.find(({ Namespace, OptionName }) => Namespace === namespace && OptionName === option)?.Value;
  const properties = options.filter(({ Namespace, Value }) => Namespace === property && Value !== undefined);
  const bySecret = new Set(
    settings
      .filter(({ namespace }) => namespace === `${property}secrets`)
      .map(({ name: variable }) => variable),
  );
  const plainSecrets = properties.flatMap(({ OptionName = "" }) =>
    bySecret.has(OptionName) ? [OptionName] : [],
  );
  // Names only: what people wrote into a variable may be a secret.
  const changed = properties.flatMap(({ OptionName = "", Value }) => {
    const wanted = plannedValue(property, OptionName);
    // What cannot be compared offline stays as it is, or is a secret, of which secrets.ts tells.
    return wanted === undefined || wanted === Value || /^\[(unknown|secret)\]$/.test(wanted)
      ? []
      : [OptionName];
  });
  const kept = properties.flatMap(({ OptionName = "" }) =>
    bySecret.has(OptionName) ||
    plannedValue(property, OptionName) !== undefined ||
    OptionName === platformsOwn
      ? []
      : [OptionName],
  );
  const [, actualBranch] = /^64bit Amazon Linux 2023 v[\d.]+ running (.+)$/.exec(platform) ?? [];
  const balancer = value("aws:elasticbeanstalk:environment", "LoadBalancerType");
  const isScaled = value("aws:elasticbeanstalk:environment", "EnvironmentType") === "LoadBalanced";
  const plannedScale = plannedValue("aws:elasticbeanstalk:environment", "EnvironmentType");
  const ownVpc = value("aws:ec2:vpc", "VPCId");
  const suffix = `.${region}.elasticbeanstalk.com`;
  const answersTo = (plannedValue(property, "DJANGO_ALLOWED_HOSTS") ?? "").toLowerCase().split(" ");
  const isElsewhere = address !== undefined && !answersTo.includes(address.toLowerCase());
  return found(description.EnvironmentId ?? "", {
    actual: {
      settings: settings.flatMap(({ namespace, name: option }) =>
        namespace.startsWith(property)
          ? []
          : [{ namespace, name: option, value: value(namespace, option) ?? "" }],
      ),
    },
    demands: [
      ...when(isElsewhere && address.endsWith(suffix), {
        key: "web.cnamePrefix",
        value: address?.slice(0, -suffix.length) ?? "",
        why: `its address is ${address ?? ""}, and an environment cannot change it`,
      }),
      ...when(actualBranch !== undefined && actualBranch !== branch, {
        key: "platform.branch",
        value: actualBranch ?? "",
        why: "another branch is a step of its own (docs/upgrading.md)",
      }),
      ...when(Boolean(ownVpc) && ownVpc !== vpcId, {
        key: "network.vpcId",
        value: ownVpc ?? "",
        why: "it is in that VPC",
      }),
      ...when(plainSecrets.length > 0, {
        key: "platform.plainSecrets",
        value: true,
        why: "its secrets are plain properties, and Elastic Beanstalk refuses one that is given by reference too: a second `up` moves them",
      }),
    ],
    advice: when(planned.tier === "WebServer" && isScaled && plannedScale !== "LoadBalanced", {
      key: "web.singleInstance",
      value: false,
      why: "it has a load balancer, and cannot be reached while that goes",
    }),
    obstacles: [
      ...when(
        description.ApplicationName !== planned.application,
        `It belongs to the application "${description.ApplicationName ?? ""}", and an environment cannot change its application. ${blueGreen}`,
      ),
      ...when(
        description.Tier?.Name !== planned.tier,
        `Its tier is ${description.Tier?.Name ?? ""}, and has to be ${planned.tier as string}: an environment cannot change it. ${blueGreen}`,
      ),
      ...when(
        actualBranch === undefined,
        `It runs on "${platform}", and an environment cannot change to Amazon Linux 2023. ${blueGreen}`,
      ),
      ...when(
        planned.tier === "WebServer" &&
          isScaled &&
          plannedScale === "LoadBalanced" &&
          balancer !== "application",
        `Its load balancer is a ${balancer ?? "classic"} one, and an environment cannot change to an application load balancer. ${blueGreen}`,
      ),
      ...when(
        isElsewhere && !address.endsWith(suffix),
        `Its address, ${address ?? ""}, has not the form <prefix>${suffix}. ${blueGreen}`,
      ),
      ...when(
        description.Status !== "Ready",
        `It is ${description.Status ?? ""}: wait until it is Ready (eb status ${name}).`,
      ),
    ],
    notes: [
      `It goes on running version "${description.VersionLabel ?? ""}" on ${platform}.`,
      ...when(changed.length > 0, `Its variables ${changed.join(", ")} get the program's values.`),
      ...when(
        kept.length > 0,
        `Its variables ${kept.join(", ")} stay, though the program does not know them: put them into extraEnvironment or extraSecrets.`,
      ),
    ],
    leftovers: when(
      bySecret.size === 0,
      `Secrets in the clear in the properties of ${name}: ${commandLine([removeCommand("platform.plainSecrets")], stack)} && npx pulumi up --stack ${stack}`,
    ),
    variables: Object.fromEntries(properties.map(({ OptionName = "", Value = "" }) => [OptionName, Value])),
  });
}
