import {
  PolicyPack,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import type { Props, Resource, Rule } from "./rule";
import { rules } from "./rules";
import { formatUndecided, getConfigSchema, runRules, type RuleConfig, type UndecidedRule } from "./run-rules";

/** What has to wait for the update. The engine runs one pack for one preview or one update. */
const undecided: UndecidedRule[] = [];

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
        name: "AWS Security Hub CSPM controls",
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
        const getConfig = () => args.getConfig<RuleConfig>();
        for (const { message } of runRules([rule], [resource], getStack(args.urn), getConfig, undecided)) {
          report(message);
        }
      },
    };
  }
  return {
    ...definition,
    validateStack: (args, report) => {
      const stack = getStack(args.resources[0]?.urn ?? "");
      const resources = args.resources.map(toResource);
      const getConfig = () => args.getConfig<RuleConfig>();
      for (const { message, resource } of runRules([rule], resources, stack, getConfig, undecided)) {
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
  const [prefix = ""] = urn.split("::");
  return prefix.replace("urn:pulumi:", "");
}

/** Names the rules that a preview cannot decide. The last policy of the pack, since the engine runs them in order. */
export const waitingRules: StackValidationPolicy = {
  name: "rules-wait-for-update",
  description: "Rules that need values which AWS assigns are checked during the update",
  enforcementLevel: "advisory",
  validateStack: (_args, report) => {
    const message = formatUndecided(undecided);
    if (message !== undefined) {
      report(message);
    }
  },
};

/** Serves the rules to the engine. */
export function start(): void {
  new PolicyPack("beo-datastore", {
    description: "Security and reliability rules for a Django application on Elastic Beanstalk",
    policies: [...rules.map(toPolicy), waitingRules],
  });
}
