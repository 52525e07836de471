import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { getOutputs } from "./outputs";

/** Secrets that instances read when they start. */
export interface SecretParametersArgs {
  /**
   * Path of the parameters, with a slash at both ends: `/<application-name>/`.
   *
   * @changing Replaces the parameters.
   */
  path: pulumi.Input<string>;
  /**
   * The secrets, by the name of the variable that they become.
   *
   * @changing In place; instances read a changed value when their environment is updated.
   */
  values: Record<string, pulumi.Input<string>>;
  /**
   * Tags of the parameters.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An encrypted SSM parameter for each secret. Standard parameters are free of charge and hold up to 4 KB each
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html).
 */
export class SecretParameters extends pulumi.ComponentResource {
  /** ARN of each parameter, by variable. */
  readonly arns: Record<string, pulumi.Output<string>>;
  /**
   * Changes whenever a value changes. Instances read the parameters at boot only and a parameter's ARN stays the same, so
   * an environment that has this as a property is updated when a secret changes.
   */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: SecretParametersArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("SecretParameters", args);
    super("beo:index:SecretParameters", name, {}, opts);

    const parameters = Object.fromEntries(
      Object.entries(args.values).map(([variable, value]) => [
        variable,
        new ssm.Parameter(
          `${name}-${variable}`,
          {
            name: pulumi.interpolate`${args.path}${variable}`,
            type: "SecureString",
            value: pulumi.secret(value),
            tags: args.tags,
          },
          // The name is fixed, so the old parameter has to go first.
          { parent: this, deleteBeforeReplace: true },
        ),
      ]),
    );

    this.arns = Object.fromEntries(Object.entries(parameters).map(([variable, { arn }]) => [variable, arn]));
    this.revision = pulumi
      .all(Object.values(parameters).map(({ version }) => version))
      .apply((versions) => versions.join("."));
    this.registerOutputs(getOutputs(this));
  }
}
