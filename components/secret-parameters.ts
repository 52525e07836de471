import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";

/** Secrets that instances fetch when they start. */
export interface SecretParametersArgs {
  /** Path of the parameters, with a slash at both ends: `/<application-name>/`. Changing it replaces them. */
  path: pulumi.Input<string>;
  /** The secrets, by the name of the variable they become. */
  values: Record<string, pulumi.Input<string>>;
  /** Tags of the parameters. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** One encrypted SSM parameter a secret. Standard parameters cost nothing, and hold up to 4 KB each. */
export class SecretParameters extends pulumi.ComponentResource {
  /** ARN of each parameter, by variable. */
  readonly arns: Record<string, pulumi.Output<string>>;
  /**
   * Changes with every value. Instances read the parameters at boot only and a parameter's ARN stays the same, so an
   * environment takes this as a property: that makes a changed secret an update of the environment.
   */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: SecretParametersArgs, opts?: pulumi.ComponentResourceOptions) {
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
          { parent: this },
        ),
      ]),
    );

    this.arns = Object.fromEntries(Object.entries(parameters).map(([variable, { arn }]) => [variable, arn]));
    this.revision = pulumi
      .all(Object.values(parameters).map(({ version }) => version))
      .apply((versions) => versions.join("."));
    this.registerOutputs({ arns: this.arns, revision: this.revision });
  }
}
