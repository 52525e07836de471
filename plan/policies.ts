import { apply, messageOf } from "../policies/context";
import type { Resource } from "../policies/rule";
import { rules } from "../policies/rules";
import { unknownCheckingProxy } from "../policies/unknown";
import type { RecordedResource } from "./monitor";
import { configOf, type PolicyConfig } from "./policy-config";
import { reveal, unknown } from "./values";

/** What a rule of the policy pack has to say about a resource. */
export interface Violation {
  policy: string;
  level: "advisory" | "mandatory";
  urn: string;
  message: string;
}

/** Runs every rule of the pack on a stack's resources, as the engine would. */
export function evaluate(
  stack: string,
  recorded: RecordedResource[],
  config: PolicyConfig = {},
): Violation[] {
  const resources = recorded.filter(({ custom }) => custom).map(resourceOf);
  return rules.flatMap((rule) => {
    const { level, settings } = configOf(rule, config);
    return level === "disabled"
      ? []
      : apply(rule, resources, stack, settings).map(({ resource, message }) => ({
          policy: rule.name,
          level,
          urn: resource.urn,
          message: messageOf(rule, resource.name, message),
        }));
  });
}

/** A recorded resource as rules see it. */
export function resourceOf(recorded: RecordedResource): Resource {
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
