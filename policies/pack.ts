import {
  PolicyPack,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { apply, configSchemaOf, messageOf, type RuleConfig } from "./context";
import { isResourceRule, type Props, type Resource, type Rule } from "./rule";
import { rules } from "./rules";

/** A rule in CrossGuard's form. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const facts = {
    name: rule.name,
    displayName: rule.name,
    description: rule.description,
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
        specification: rule.description,
      },
    }),
    configSchema: configSchemaOf(rule),
  };
  return isResourceRule(rule)
    ? {
        ...facts,
        validateResource: (args, report) => {
          const { urn, type, name, opts } = args;
          const props = args.props as Props;
          const resource = { urn, type, name, props, protect: opts.protect, refersTo: () => [] };
          for (const { message } of apply(rule, [resource], stackOf(urn), args.getConfig<RuleConfig>())) {
            report(messageOf(rule, name, message));
          }
        },
      }
    : {
        ...facts,
        validateStack: (args, report) => {
          const { resources } = args;
          const stack = stackOf(resources[0]?.urn ?? "");
          for (const broken of apply(rule, resources.map(resourceOf), stack, args.getConfig<RuleConfig>())) {
            report(messageOf(rule, broken.resource.name, broken.message), broken.resource.urn);
          }
        },
      };
}

function resourceOf({ urn, type, name, props, opts, propertyDependencies }: PolicyResource): Resource {
  return {
    urn,
    type,
    name,
    props: props as Props,
    protect: opts.protect,
    refersTo: (input) => (propertyDependencies[input] ?? []).map((dependency) => dependency.urn),
  };
}

/** A URN begins with `urn:pulumi:<stack>::`. */
function stackOf(urn: string): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}

/** Offers the rules to the engine. */
export function start(): void {
  new PolicyPack("beo-datastore", {
    description: "A second opinion on the resources of a Django application on Elastic Beanstalk",
    policies: rules.map(policyOf),
  });
}
