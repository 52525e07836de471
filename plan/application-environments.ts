import { isSecretVariable, secretsRevision } from "../components/application-variables";
import type { RecordedResource } from "./recording-monitor";
import { isSecret, type PropertyValue, redact } from "./values";

/** The variables of both environments, secrets redacted. */
export interface Environments {
  web: Record<string, string>;
  worker: Record<string, string>;
}

/** An option setting of an Elastic Beanstalk environment. */
export interface OptionSetting {
  namespace: string;
  name: string;
  value: PropertyValue;
  /** The name of a scheduled action; "" of other options. */
  resource?: string;
}

type Inputs = Record<string, PropertyValue>;

/** The option settings of an environment. */
export function getOptions({ settings }: Inputs): OptionSetting[] {
  return (settings ?? []) as unknown as OptionSetting[];
}

/** The value of one option of an environment; undefined if it is not set. */
export function getOption(inputs: Inputs, namespace: string, name: string): PropertyValue | undefined {
  return getOptions(inputs).find((option) => option.namespace === namespace && option.name === name)?.value;
}

/** The namespace of an environment's variables; with the suffix "secrets", of its references to secrets. */
export const propertyNamespace = "aws:elasticbeanstalk:application:environment";

/** Reads the variables from the option settings of the two environments. */
export function getEnvironments(resources: RecordedResource[]): Environments {
  const getVariables = (tier: string) => {
    const environment = resources.find(
      ({ type, inputs }) => type === "aws:elasticbeanstalk/environment:Environment" && inputs.tier === tier,
    );
    const variables = getOptions(environment?.inputs ?? {}).flatMap(toVariable);
    return Object.fromEntries(variables.sort(([a], [b]) => a.localeCompare(b)));
  };
  return { web: getVariables("WebServer"), worker: getVariables("Worker") };
}

function toVariable({ namespace, name, value }: OptionSetting): [string, string][] {
  const isReference = namespace === `${propertyNamespace}secrets`;
  if (!isReference && (namespace !== propertyNamespace || name === secretsRevision)) {
    return [];
  }
  if (isReference || isSecret(value) || isSecretVariable(name)) {
    return [[name, "[secret]"]];
  }
  const shown = redact(value);
  return [[name, typeof shown === "string" ? shown : JSON.stringify(shown)]];
}
