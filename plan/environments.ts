import { isSecretVariable, secretsRevision } from "../components/application-variables";
import { RecordedResource } from "./monitor";
import { isSecret, masked, Wire } from "./wire";

/** The variables of both environments, with nothing in them that is secret. */
export interface Environments {
  web: Record<string, string>;
  worker: Record<string, string>;
}

interface Setting {
  namespace: string;
  name: string;
  value: Wire;
}

/** Reads the variables where Elastic Beanstalk gets them: from the environments' option settings. */
export function environmentsOf(resources: RecordedResource[]): Environments {
  const variables = (tier: string) => {
    const environment = resources.find(
      ({ type, inputs }) => type === "aws:elasticbeanstalk/environment:Environment" && inputs.tier === tier,
    );
    const settings = (environment?.inputs.settings ?? []) as unknown as Setting[];
    return Object.fromEntries(settings.flatMap(variableOf).sort(([a], [b]) => a.localeCompare(b)));
  };
  return { web: variables("WebServer"), worker: variables("Worker") };
}

const property = "aws:elasticbeanstalk:application:environment";

function variableOf({ namespace, name, value }: Setting): [string, string][] {
  if (
    namespace === `${property}secrets` ||
    (namespace === property && (isSecret(value) || isSecretVariable(name)))
  ) {
    return [[name, "[secret]"]];
  }
  return namespace === property && name !== secretsRevision ? [[name, textOf(masked(value))]] : [];
}

function textOf(value: Wire): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
