import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { propertyNamespace } from "../../plan/application-environments";
import type { Clients } from "../aws-clients";

/** An Elastic Beanstalk environment in AWS. */
export interface EnvironmentStatus {
  id: string;
  name: string;
  arn: string;
  application: string;
  /** Launching, Updating, Ready or Terminating. */
  status: string;
  /** Whether Elastic Beanstalk keeps settings that it could not deploy. */
  hasDraft: boolean;
  /** The application version that it runs. */
  version: string;
  /** Its plain environment properties. */
  properties: Record<string, string>;
}

/** Reads the environments of an application, without those that are terminated. */
export async function readEnvironments(
  { beanstalk }: Pick<Clients, "beanstalk">,
  ApplicationName: string | undefined,
): Promise<EnvironmentStatus[]> {
  if (ApplicationName === undefined) {
    return [];
  }
  const { Environments = [] } = await beanstalk.send(
    new DescribeEnvironmentsCommand({ ApplicationName, IncludeDeleted: false }),
  );
  return Promise.all(
    Environments.filter(({ Status }) => Status !== "Terminated").map(async (environment) => {
      const { EnvironmentId: id = "", EnvironmentName: name = "", EnvironmentArn: arn = "" } = environment;
      const { ConfigurationSettings = [] } =
        environment.Status === "Terminating"
          ? {}
          : await beanstalk.send(
              new DescribeConfigurationSettingsCommand({ ApplicationName, EnvironmentName: name }),
            );
      const properties = ConfigurationSettings.flatMap(({ OptionSettings = [] }) => OptionSettings).flatMap(
        ({ Namespace, OptionName = "", Value = "" }) =>
          Namespace === propertyNamespace ? [[OptionName, Value] as const] : [],
      );
      return {
        id,
        name,
        arn,
        application: ApplicationName,
        status: environment.Status ?? "",
        version: environment.VersionLabel ?? "",
        hasDraft: ConfigurationSettings.length > 1,
        properties: Object.fromEntries(properties),
      };
    }),
  );
}
