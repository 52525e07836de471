import type { Resource } from "../policies/rule";
import { rules } from "../policies/rules";
import { runRules, type UndecidedRule } from "../policies/run-rules";
import { unknownCheckingProxy } from "../policies/unknown-values";
import type { RecordedResource } from "./recording-monitor";
import { getRuleConfig, type Level, type PolicyConfig } from "./policy-config";
import { reveal, unknown } from "./values";

/** A resource that violates a rule of the policy pack. */
export interface Violation {
  policy: string;
  level: Exclude<Level, "disabled">;
  urn: string;
  message: string;
}

/** Runs every enabled rule of the pack on a stack's resources, as the engine does. Names those that wait for the update. */
export function evaluate(
  stack: string,
  recorded: RecordedResource[],
  config: PolicyConfig = {},
): { violations: Violation[]; waiting: string[] } {
  const undecided: UndecidedRule[] = [];
  const resources = recorded.filter(({ custom }) => custom).map(toResource);
  const violations = rules.flatMap((rule) => {
    const { level, ruleConfig } = getRuleConfig(rule, config);
    return level === "disabled"
      ? []
      : runRules([rule], resources, stack, () => ruleConfig, undecided).map(({ resource, message }) => ({
          policy: rule.name,
          level,
          urn: resource.urn,
          message,
        }));
  });
  return { violations, waiting: [...new Set(undecided.map(({ rule }) => rule.name))] };
}

/** Converts a recorded resource to a resource of the policy pack. */
export function toResource(recorded: RecordedResource): Resource {
  const { urn, type, name, inputs, protect, propertyDependencies } = recorded;
  return {
    urn,
    type,
    name,
    props: unknownCheckingProxy(reveal(inputs, unknown)),
    protect,
    refersTo: (input) => propertyDependencies[input] ?? [],
  };
}
