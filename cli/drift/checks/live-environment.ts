import {
  type ConfigurationOptionDescription,
  type ConfigurationOptionSetting,
  DescribeConfigurationOptionsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";
import { getOptions, type OptionSetting } from "../../../plan/application-environments";
import { type Context, ofType } from "../context";
import { type Deployed, getText } from "../resources";

/** An environment of the stack, as AWS has it. */
export interface LiveEnvironment {
  resource: Deployed;
  /** "web" or "worker": the group of its settings. */
  group: "web" | "worker";
  name: string;
  /** The option settings of the program. */
  declared: OptionSetting[];
  /** All options and their values. @throws Error while the environment is being updated. */
  getSettings: () => Promise<Settings>;
  getOptions: () => Promise<ConfigurationOptionDescription[]>;
}

/** The values of an environment's options. */
export interface Settings {
  all: ConfigurationOptionSetting[];
  /** The value of an option; "" if it has none. */
  get: (namespace: string, name: string) => string;
}

/** Returns the environments of the stack. Each part is read once, when it is needed. */
export function getLiveEnvironments(context: Context): LiveEnvironment[] {
  const { beanstalk } = context.clients;
  return ofType(context.deployed, "elasticbeanstalk/environment:Environment").map((resource) => {
    const name = getText(resource.outputs, "name");
    const names = { ApplicationName: getText(resource.outputs, "application"), EnvironmentName: name };
    return {
      resource,
      name,
      group: getText(resource.outputs, "tier") === "Worker" ? "worker" : "web",
      declared: getOptions(resource.inputs),
      getSettings: once(async () => {
        const { Environments = [] } = await beanstalk.send(
          new DescribeEnvironmentsCommand({ ...names, EnvironmentNames: [name], IncludeDeleted: false }),
        );
        requireReady(Environments);
        const { ConfigurationSettings = [] } = await beanstalk.send(
          new DescribeConfigurationSettingsCommand(names),
        );
        return toSettings(ConfigurationSettings[0]?.OptionSettings ?? []);
      }),
      getOptions: once(
        async () => (await beanstalk.send(new DescribeConfigurationOptionsCommand(names))).Options ?? [],
      ),
    };
  });
}

export function toSettings(all: ConfigurationOptionSetting[]): Settings {
  return {
    all,
    get: (namespace, name) =>
      all.find((one) => one.Namespace === namespace && one.OptionName === name)?.Value ?? "",
  };
}

/** During an update Elastic Beanstalk changes sizes, and suspends processes of the Auto Scaling group. */
function requireReady(environments: EnvironmentDescription[]): void {
  const [{ EnvironmentName = "", Status = "" } = {}] = environments;
  if (Status !== "Ready") {
    throw new Error(
      `the environment is ${Status}. Run this again once it is Ready: eb status ${EnvironmentName}`,
    );
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= read());
}

/** The words of a list that is separated by commas, sorted. */
export function toList(value: string): string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .sort();
}
