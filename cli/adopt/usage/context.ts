import { getOption, propertyNamespace } from "../../../plan/application-environments";
import type { PlannedResource } from "../../../plan/plan";
import type { Clients } from "../../aws-clients";
import type { ExistingEnvironment, Usage } from "../survey";

/** What finding the use of resources needs to know. */
export interface UsageContext {
  aws: Clients;
  region: string;
  applicationName: string;
  environments: ExistingEnvironment[];
  planned: PlannedResource[];
}

/** A value of a variable, and the environments that have it. */
export interface Value {
  variable: string;
  value: string;
  environment: string;
}

export function readValues(
  environments: ExistingEnvironment[],
  variable: string,
  normalize: (value: string) => string,
): Value[] {
  const values = new Map<string, string[]>();
  for (const { name, variables } of environments) {
    if (variables[variable]) {
      const value = normalize(variables[variable]);
      values.set(value, [...(values.get(value) ?? []), name]);
    }
  }
  return [...values].map(([value, names]) => ({ variable, value, environment: names.join(", ") }));
}

/** A planned resource by the end of its logical name. */
export function getPlanned(
  { planned }: Pick<UsageContext, "planned">,
  suffix: string,
): PlannedResource | undefined {
  return planned.find(({ name }) => name.endsWith(suffix));
}

/** The planned value of a variable of the web environment; undefined if it is known only later. */
export function getPlannedVariable(context: Pick<UsageContext, "planned">, name: string): string | undefined {
  const value = getOption(getPlanned(context, "-eb-web")?.inputs ?? {}, propertyNamespace, name);
  return typeof value === "string" && !value.startsWith("[") ? value : undefined;
}

/** A resource that is taken over: under its own name if a setting gives it to the planned one. */
export function takeOver(
  value: Value,
  what: string,
  resource: PlannedResource | undefined,
  [input, key]: [input: string, key: string],
  name: string,
): Usage {
  const isSame = resource?.inputs[input] === name;
  return {
    ...value,
    what,
    ...(resource !== undefined && { urn: resource.urn }),
    ...(!isSame && { setting: { key, value: name, reason: `${value.variable} names it` } }),
  };
}
