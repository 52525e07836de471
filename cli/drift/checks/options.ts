import type {
  ConfigurationOptionDescription,
  ConfigurationOptionSetting,
} from "@aws-sdk/client-elastic-beanstalk";
import { applicationVariables } from "../../../components/application-variables";
import { getDocumentedDefault } from "../../../components/beanstalk/documented-options";
import { propertyNamespace } from "../../../plan/application-environments";
import { commandLine, setCommand, setSecretCommand } from "../../../stacks/commands";
import known from "../../../stacks/known-values.json";
import { findOptionPath } from "../../input-settings";
import {
  type Addition,
  awsCommand,
  type Check,
  configCommands,
  type Context,
  keepCommand,
  nextItem,
  toDrift,
} from "../context";
import { groupBy } from "../format-drift";
import { type LiveEnvironment, toList } from "./live-environment";

/**
 * Options that Elastic Beanstalk fills in itself with another value than their default. Reviewed with answers of
 * DescribeConfigurationSettings for Python 3.11 on Amazon Linux 2023; the template's parameters repeat other options.
 */
const filledIn = [
  /^aws:cloudformation:template:parameter /,
  /^aws:autoscaling:launchconfiguration (ImageId|InstanceType)$/,
  /^aws:autoscaling:updatepolicy:rollingupdate (MaxBatchSize|MinInstancesInService|PauseTime)$/,
  /^aws:ec2:instances SupportedArchitectures$/,
  /^aws:elasticbeanstalk:control LaunchType$/,
  /^aws:elasticbeanstalk:application:environment PYTHONPATH$/,
];

/** Namespaces whose options belong together: a listener, a rule, a process, an action. */
const grouped =
  /^aws:(elbv2:listener(rule)?:|elasticbeanstalk:environment:process:|autoscaling:scheduledaction)/;

/** Each scheduled action has the same options. */
const isScheduled = (namespace: string) => namespace === "aws:autoscaling:scheduledaction";

/** Options of an environment that the program does not set: `eb setenv`, `eb config`, the console, .ebextensions. */
export function checkOptions(environment: LiveEnvironment, context: Context): Check {
  return {
    what: `options of the environment ${environment.name}`,
    find: async () => {
      const settings = await environment.getSettings();
      const options = await environment.getOptions();
      const additions = findUndeclared(environment, settings.all, options);
      return toDrift(
        environment.resource,
        groupBy(additions, getGroup).map((group) => describeOptions(group, options, environment, context)),
      );
    },
  };
}

function findUndeclared(
  { declared }: LiveEnvironment,
  all: ConfigurationOptionSetting[],
  options: ConfigurationOptionDescription[],
): ConfigurationOptionSetting[] {
  const getAction = (namespace: string, resource = "") => (isScheduled(namespace) ? ` ${resource}` : "");
  const isDeclared = new Set(
    declared.map(({ namespace, name, resource }) => `${namespace} ${name}${getAction(namespace, resource)}`),
  );
  const namespaces = new Set(declared.map(({ namespace }) => namespace));
  return all.filter((setting) => {
    const { Namespace = "", OptionName = "", ResourceName, Value = "" } = setting;
    const key = `${Namespace} ${OptionName}${getAction(Namespace, ResourceName)}`;
    // Those of a further listener or process have no default of their own: Elastic Beanstalk fills in the first one's.
    const general = { Namespace: Namespace.replace(/:[^:]+$/, ":default"), OptionName };
    const option =
      findOption(options, setting) ?? (namespaces.has(Namespace) ? findOption(options, general) : undefined);
    const documented = namespaces.has(Namespace) ? getDocumentedDefault(Namespace, OptionName) : undefined;
    return (
      Value !== "" &&
      !isDeclared.has(key) &&
      !filledIn.some((pattern) => pattern.test(key)) &&
      !isWorkersOwnQueue(key, Value) &&
      toList(Value).join() !== toList(option?.DefaultValue ?? documented ?? "").join()
    );
  });
}

/** The queue that Elastic Beanstalk creates for the daemon. Another one would take the application's tasks. */
function isWorkersOwnQueue(key: string, value: string): boolean {
  return key === "aws:elasticbeanstalk:sqsd WorkerQueueURL" && /\/awseb-e-[^/]+$/.test(value);
}

function findOption(
  options: ConfigurationOptionDescription[],
  setting: Pick<ConfigurationOptionSetting, "Namespace" | "OptionName">,
) {
  return options.find(
    ({ Namespace, Name }) => Namespace === setting.Namespace && Name === setting.OptionName,
  );
}

function getGroup({
  Namespace = "",
  OptionName = "",
  ResourceName = "",
}: ConfigurationOptionSetting): string {
  return grouped.test(Namespace) ? `${Namespace} ${ResourceName}` : `${Namespace} ${OptionName}`;
}

function describeOptions(
  settings: ConfigurationOptionSetting[],
  options: ConfigurationOptionDescription[],
  { name, group }: LiveEnvironment,
  context: Context,
): Addition {
  const [{ Namespace = "", OptionName = "", ResourceName } = {}] = settings;
  const replaces = settings.some(
    (setting) => findOption(options, setting)?.ChangeSeverity === "RestartEnvironment",
  );
  const isVariable = Namespace.startsWith(propertyNamespace);
  const values = settings.map(({ OptionName: option = "", Value = "" }) => `${option} = ${Value}`).join(", ");
  const resource = grouped.test(Namespace) && ResourceName !== undefined ? ` ${ResourceName}` : "";
  return {
    ...getImpact(Namespace, OptionName),
    // The value may be a secret.
    text: isVariable
      ? `variable ${OptionName} is not in the program (eb setenv, the console or .ebextensions)`
      : `${Namespace}${resource} ${values} is not in the program`,
    undo: [
      replaces
        ? "# Elastic Beanstalk REPLACES the instances for this."
        : "# Updates the environment, which restarts the application.",
      awsCommand(
        "elasticbeanstalk update-environment",
        { "environment-name": name, "options-to-remove": settings.map(formatOption) },
        context.region,
      ),
      // It refuses another update until then.
      awsCommand(
        "elasticbeanstalk wait environment-updated --no-include-deleted",
        { "environment-names": name },
        context.region,
      ),
    ],
    keep: isVariable
      ? keepVariable(OptionName, context.stack)
      : isScheduled(Namespace)
        ? keepAction(settings, group, context)
        : keepOptions(settings, options, group, context),
  };
}

const actionMembers: Record<string, string> = {
  MinSize: "minSize",
  MaxSize: "maxSize",
  DesiredCapacity: "desiredCapacity",
  Recurrence: "recurrence",
  StartTime: "startTime",
  Suspend: "suspended",
};

/** Sets a scheduled action in the configuration, where it can have it. */
function keepAction(
  settings: ConfigurationOptionSetting[],
  group: "web" | "worker",
  context: Context,
): string[] {
  const item = nextItem(context, `${group}.schedule`);
  const names = settings.map(({ OptionName = "" }) => OptionName);
  const isComplete =
    ["MinSize", "MaxSize"].every((name) => names.includes(name)) &&
    (names.includes("Recurrence") || names.includes("StartTime")) &&
    names.every((name) => Object.hasOwn(actionMembers, name));
  return isComplete && context.configuration.sleep === undefined
    ? configCommands(context, [
        setCommand(`${item}.name`, settings[0]?.ResourceName ?? ""),
        ...settings.map(({ OptionName = "", Value = "" }) =>
          setCommand(
            `${item}.${actionMembers[OptionName] ?? ""}`,
            /^\d+$/.test(Value) ? Number(Value) : Value === "true" || Value,
          ),
        ),
      ])
    : [];
}

/** Sets options that belong together in the configuration, where it can have all of them. */
function keepOptions(
  settings: ConfigurationOptionSetting[],
  options: ConfigurationOptionDescription[],
  group: "web" | "worker",
  context: Context,
): string[] {
  const commands = settings.flatMap((setting) => {
    const { Namespace = "", OptionName = "", Value = "" } = setting;
    const path = findOptionPath(group, `${Namespace} ${OptionName}`, Value);
    const general = { Namespace: Namespace.replace(/:[^:]+$/, ":default"), OptionName };
    // Elastic Beanstalk has filled it in.
    const isDefault = findOption(options, general)?.DefaultValue === Value && settings.length > 1;
    return isDefault ? [] : [path === undefined ? undefined : setCommand(path, Value)];
  });
  const known = commands.filter((command) => command !== undefined);
  return known.length === commands.length ? configCommands(context, known) : [];
}

function formatOption({ Namespace = "", OptionName = "", ResourceName }: ConfigurationOptionSetting): string {
  const resource = ResourceName === undefined ? "" : `ResourceName=${ResourceName},`;
  return `${resource}Namespace=${Namespace},OptionName=${OptionName}`;
}

function keepVariable(name: string, stack: string): string[] {
  const isHarmful = Object.keys(known.harmfulVariables).some((names) =>
    new RegExp(`^(${names})$`).test(name),
  );
  return isHarmful || applicationVariables.some((variable) => variable.name === name)
    ? []
    : [
        keepCommand(stack, `extraEnvironment.${name}`, "its value"),
        "# or, if it is a secret, after undoing it:",
        commandLine([setSecretCommand(`extraSecrets.${name}`)], stack),
      ];
}

const impacts: [pattern: RegExp, severity: Addition["severity"], meaning: string][] = [
  [
    /launchconfiguration EC2KeyName$/,
    "high",
    "Everyone with the private key can log in to instances whose port 22 is open.",
  ],
  [/SSHSourceRestriction$/, "high", "It decides from where the instances accept SSH."],
  [
    /sqsd WorkerQueueURL$/,
    "high",
    "The daemon takes the messages of that queue, and Celery does not get them.",
  ],
  [
    /elbv2:listener(rule)?:/,
    "high",
    "The load balancer accepts other connections, or sends requests elsewhere.",
  ],
  [
    /:(environment|environmentsecrets) /,
    "medium",
    "The application has a variable that the program does not know: it is lost with the environment.",
  ],
  [/scheduledaction/, "medium", "The number of instances changes at times that the program does not know."],
  [/sns:topics/, "low", "Another address gets the environment's events."],
];

function getImpact(namespace: string, name: string): Pick<Addition, "severity" | "meaning"> {
  const [, severity, meaning] = impacts.find(([pattern]) => pattern.test(`${namespace} ${name}`)) ?? [
    undefined,
    "medium" as const,
    "The environment behaves differently from what the program describes, and a new one would not.",
  ];
  return { severity, meaning };
}
