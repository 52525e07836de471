import {
  type ConfigurationOptionSetting,
  DescribeApplicationsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";
import { getOption, getOptions, propertyNamespace } from "../../../plan/application-environments";
import { commandLine, removeCommand } from "../../../stacks/commands";
import { type AdoptionContext, createMatch, type Inputs, type Match, type Matcher, when } from "../matcher";

export const findApplication: Matcher = async (name, planned, { aws: { beanstalk } }) => {
  const { Applications = [] } = await beanstalk.send(
    new DescribeApplicationsCommand({ ApplicationNames: [name] }),
  );
  const { maxCount } = planned.appversionLifecycle as { maxCount: number };
  return Applications.map(({ Description, Versions = [] }) =>
    createMatch(name, {
      actual: { description: Description ?? "" },
      notes: when(
        Versions.length >= maxCount,
        `Only the ${maxCount} newest of its ${Versions.length} versions are kept.`,
      ),
    }),
  );
};

export const findEnvironment: Matcher = async (name, planned, context) => {
  const { beanstalk } = context.aws;
  const { Environments = [] } = await beanstalk.send(
    new DescribeEnvironmentsCommand({ EnvironmentNames: [name], IncludeDeleted: false }),
  );
  return Promise.all(
    Environments.filter(({ Status }) => !Status?.startsWith("Terminat")).map(async (environment) => {
      const { ConfigurationSettings: [configuration] = [] } = await beanstalk.send(
        new DescribeConfigurationSettingsCommand({
          ApplicationName: environment.ApplicationName,
          EnvironmentName: name,
        }),
      );
      return matchEnvironment(environment, configuration?.OptionSettings ?? [], planned, context);
    }),
  );
};

/** The Python platform sets it. */
const platformVariable = "PYTHONPATH";
const environmentType = ["aws:elasticbeanstalk:environment", "EnvironmentType"] as const;
const replaceEnvironment =
  'See docs/adopting.md, "Environments that cannot be adopted", for how to replace it.';

export function matchEnvironment(
  environment: EnvironmentDescription,
  options: ConfigurationOptionSetting[],
  planned: Inputs,
  { stack, region, vpcId, branch }: Pick<AdoptionContext, "stack" | "region" | "vpcId" | "branch">,
): Match {
  const { EnvironmentId = "", EnvironmentName = "", CNAME, SolutionStackName = "" } = environment;
  const getValue = (namespace: string, option: string) =>
    options.find(({ Namespace, OptionName }) => Namespace === namespace && OptionName === option)?.Value;
  const getPlanned = (namespace: string, option: string) =>
    getOption(planned, namespace, option) as string | undefined;
  const [, actualBranch] = /^64bit Amazon Linux 2023 v[\d.]+ running (.+)$/.exec(SolutionStackName) ?? [];
  const vpc = getValue("aws:ec2:vpc", "VPCId");
  const balancer = getValue("aws:elasticbeanstalk:environment", "LoadBalancerType");
  const isBalancedWeb = planned.tier === "WebServer" && getValue(...environmentType) === "LoadBalanced";
  const staysBalanced = getPlanned(...environmentType) === "LoadBalanced";
  const suffix = `.${region}.elasticbeanstalk.com`;
  const hosts = (getPlanned(propertyNamespace, "DJANGO_ALLOWED_HOSTS") ?? "").toLowerCase().split(" ");
  const hasOtherAddress = CNAME !== undefined && !hosts.includes(CNAME.toLowerCase());
  const variables = compareVariables(options, planned);
  return createMatch(EnvironmentId, {
    actual: {
      settings: getOptions(planned)
        .filter(({ namespace }) => !namespace.startsWith(propertyNamespace))
        .map(({ namespace, name }) => ({ namespace, name, value: getValue(namespace, name) ?? "" })),
    },
    requiredSettings: [
      ...when(hasOtherAddress && CNAME.endsWith(suffix), {
        key: "web.cnamePrefix",
        value: CNAME?.slice(0, -suffix.length) ?? "",
        reason: `its address is ${CNAME ?? ""}, which cannot change`,
      }),
      ...when(actualBranch !== undefined && actualBranch !== branch, {
        key: "platform.branch",
        value: actualBranch ?? "",
        reason: "change the platform branch separately (docs/upgrading.md)",
      }),
      ...when(Boolean(vpc) && vpc !== vpcId, {
        key: "network.vpcId",
        value: vpc ?? "",
        reason: "it is in that VPC",
      }),
      ...when(variables.plainSecrets.length > 0, {
        key: "platform.plainSecrets",
        value: true,
        reason:
          "its secrets are plain environment properties, and Elastic Beanstalk rejects a variable that is also a reference to a secret; a second pulumi up moves them",
      }),
    ],
    recommendedSettings: when(isBalancedWeb && !staysBalanced, {
      key: "web.singleInstance",
      value: false,
      reason: "it has a load balancer, and is unavailable while Elastic Beanstalk removes that",
    }),
    blockers: [
      ...when(
        environment.ApplicationName !== planned.application,
        `It belongs to the application "${environment.ApplicationName ?? ""}", which cannot change. ${replaceEnvironment}`,
      ),
      ...when(
        environment.Tier?.Name !== planned.tier,
        `Its tier is ${environment.Tier?.Name ?? ""}, expected ${planned.tier as string}. The tier cannot change. ${replaceEnvironment}`,
      ),
      ...when(
        actualBranch === undefined,
        `Its platform is "${SolutionStackName}", which cannot change to Amazon Linux 2023. ${replaceEnvironment}`,
      ),
      ...when(
        isBalancedWeb && staysBalanced && balancer !== "application",
        `Its load balancer type is ${balancer ?? "classic"}, which cannot change to application. ${replaceEnvironment}`,
      ),
      ...when(
        hasOtherAddress && !CNAME.endsWith(suffix),
        `Its address is ${CNAME ?? ""}, expected <prefix>${suffix}. ${replaceEnvironment}`,
      ),
      ...when(
        environment.Status !== "Ready",
        `Its status is ${environment.Status ?? ""}. Wait until it is Ready: eb status ${EnvironmentName}`,
      ),
    ],
    notes: [
      `It keeps running version "${environment.VersionLabel ?? ""}" on ${SolutionStackName}.`,
      ...when(
        variables.changed.length > 0,
        `Variables that change to the program's values: ${variables.changed.join(", ")}.`,
      ),
      ...when(
        variables.unknown.length > 0,
        `Variables that are not in the program and stay: ${variables.unknown.join(", ")}. Add them to extraEnvironment or extraSecrets.`,
      ),
    ],
    cleanup: when(
      variables.references.size === 0,
      `Secrets in plain text in the properties of ${EnvironmentName}: ${commandLine([removeCommand("platform.plainSecrets")], stack)} && npx pulumi up --stack ${stack}`,
    ),
    variables: variables.values,
  });
}

/** Compares the variables by name: their values may be secrets. */
function compareVariables(options: ConfigurationOptionSetting[], planned: Inputs) {
  const values = Object.fromEntries(
    options.flatMap(({ Namespace, OptionName = "", Value }) =>
      Namespace === propertyNamespace && Value !== undefined ? [[OptionName, Value]] : [],
    ),
  );
  const getPlanned = (name: string) => getOption(planned, propertyNamespace, name) as string | undefined;
  const references = new Set(
    getOptions(planned)
      .filter(({ namespace }) => namespace === `${propertyNamespace}secrets`)
      .map(({ name }) => name),
  );
  const names = Object.keys(values);
  return {
    values,
    /** The variables that the program passes as references to secrets. */
    references,
    plainSecrets: names.filter((name) => references.has(name)),
    // A value that is not known offline either stays or is a secret, which secrets.ts handles.
    changed: names.filter((name) => {
      const value = getPlanned(name);
      return value !== undefined && value !== values[name] && !/^\[(unknown|secret)\]$/.test(value);
    }),
    unknown: names.filter(
      (name) => !references.has(name) && getPlanned(name) === undefined && name !== platformVariable,
    ),
  };
}
