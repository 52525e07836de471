import {
  PolicyPack,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import type { Props, Resource, Rule } from "./rule";
import { rules } from "./rules";
import { getConfigSchema, runRules, type RuleConfig } from "./run-rules";

/** Converts a rule to a CrossGuard policy. */
export function toPolicy(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const definition = {
    name: rule.name,
    displayName: rule.title,
    description: rule.title,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.remediation,
    url: rule.url,
    tags: rule.controls,
    ...(rule.controls.length > 0 && {
      framework: {
        name: "AWS Foundational Security Best Practices",
        version: "1.0.0",
        reference: rule.controls.join(", "),
        specification: rule.title,
      },
    }),
    configSchema: getConfigSchema(rule),
  };
  if ("check" in rule) {
    return {
      ...definition,
      validateResource: (args, report) => {
        const resource = toResource({ ...args, propertyDependencies: {} });
        for (const { message } of runRules([rule], [resource], getStack(args.urn), () =>
          args.getConfig<RuleConfig>(),
        )) {
          report(message);
        }
      },
    };
  }
  return {
    ...definition,
    validateStack: (args, report) => {
      const stack = getStack(args.resources[0]?.urn ?? "");
      for (const { message, resource } of runRules([rule], args.resources.map(toResource), stack, () =>
        args.getConfig<RuleConfig>(),
      )) {
        report(message, resource.urn);
      }
    },
  };
}

type EngineResource = Pick<
  PolicyResource,
  "urn" | "type" | "name" | "props" | "opts" | "propertyDependencies"
>;

function toResource({ urn, type, name, props, opts, propertyDependencies }: EngineResource): Resource {
  return {
    urn,
    type,
    name,
    props: props as Props,
    protect: opts.protect,
    refersTo: (input) => (propertyDependencies[input] ?? []).map((dependency) => dependency.urn),
  };
}

/** Returns the stack's name from a URN, which begins with `urn:pulumi:<stack>::`. */
function getStack(urn: string): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}

/** Serves the rules to the engine. */
export function start(): void {
  new PolicyPack("beo-datastore", {
    description: "Security and reliability rules for a Django application on Elastic Beanstalk",
    policies: rules.map(toPolicy),
  });
}
