import type { EnvironmentArgs } from "@pulumi/aws/elasticbeanstalk";
import * as pulumi from "@pulumi/pulumi";

/** Option settings by namespace, or `<namespace>/<resource>` of a scheduled action, and name: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html. */
export type OptionSettings = Record<string, Record<string, pulumi.Input<string> | undefined>>;

/** Formats a boolean or number for Elastic Beanstalk. */
export function formatValue(value: pulumi.Input<boolean | number>): pulumi.Output<string> {
  return pulumi.output(value).apply(String);
}

/** Formats a list as Elastic Beanstalk returns it: with commas and no spaces. */
export function formatList(values: pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string> {
  return pulumi.output(values).apply((all) => all.join(","));
}

/**
 * Converts options to the resource's `settings`, without those that are undefined. The provider reads back an empty
 * `resource`: without it every preview would show a difference.
 */
export function toSettings(options: OptionSettings): NonNullable<EnvironmentArgs["settings"]> {
  return Object.entries(options).flatMap(([key, values]) => {
    const [namespace = "", resource = ""] = key.split("/");
    return Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [{ namespace, name, value, resource }],
    );
  });
}
