import type { EnvironmentArgs } from "@pulumi/aws/elasticbeanstalk";
import * as pulumi from "@pulumi/pulumi";

/** Option settings by namespace and name, as the Elastic Beanstalk Developer Guide lists them ("General options"). */
export type OptionSettings = Record<string, Record<string, pulumi.Input<string> | undefined>>;

/** A boolean or number in the form that Elastic Beanstalk takes. */
export function text(value: pulumi.Input<boolean | number>): pulumi.Output<string> {
  return pulumi.output(value).apply(String);
}

/** A list in the form that Elastic Beanstalk takes and gives back: commas and no spaces. */
export function list(values: pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string> {
  return pulumi.output(values).apply((all) => all.join(","));
}

/**
 * The resource's form of the settings. What is undefined is left out. An empty `resource` is what the provider reads
 * back: without it every preview shows a difference.
 */
export function toSettings(options: OptionSettings): NonNullable<EnvironmentArgs["settings"]> {
  return Object.entries(options).flatMap(([namespace, values]) =>
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [{ namespace, name, value, resource: "" }],
    ),
  );
}
