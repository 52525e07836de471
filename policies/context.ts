import {
  isResourceRule,
  ofTypes,
  type Context,
  type Demand,
  type Props,
  type Resource,
  type Rule,
} from "./rule";
import { unlessUnknown } from "./unknown";

/** What the pack's users may set for a rule (`--policy-pack-config`). */
export interface RuleConfig {
  productionStacks: string[];
  developmentStacks: string[];
  /** Resource names that the rule lets pass, each with the reason. */
  exemptions: Record<string, string>;
  [setting: string]: unknown;
}

/** The JSON Schema of a rule's configuration, with its defaults. */
export function configSchemaOf(rule: Rule) {
  const stacks = (description: string, ...names: string[]) => ({
    type: "array" as const,
    items: { type: "string" as const },
    default: names,
    description,
  });
  return {
    properties: {
      productionStacks: stacks("Stacks, or values of the tag Environment, that are production", "prod"),
      developmentStacks: stacks("Stacks, or values of the tag Environment, that nobody depends on", "dev"),
      exemptions: {
        type: "object" as const,
        additionalProperties: { type: "string" as const, minLength: 10 },
        default: {},
        description: "Resource names that the rule lets pass, each with the reason in at least 10 letters",
      },
      ...rule.settings,
    },
  };
}

/** The configuration where nothing is set. */
export function defaultConfigOf(rule: Rule): RuleConfig {
  const { properties } = configSchemaOf(rule);
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, (schema as { default: unknown }).default]),
  ) as RuleConfig;
}

/** Runs a rule on the resources, and gives every break of it. */
export function apply(
  rule: Rule,
  resources: Resource[],
  stack: string,
  config: RuleConfig,
): { resource: Resource; message: string }[] {
  const contextOf = (seen: Resource[]): Context => {
    const environment = environmentOf(stack, seen, config);
    return {
      environment,
      production: config.productionStacks.includes(environment),
      development: config.developmentStacks.includes(environment),
      setting: (name) => config[name],
    };
  };
  const found: { resource: Resource; message: string }[] = [];
  const demandOf =
    (resource: Resource): Demand =>
    (condition, message) => {
      if (!(resource.name in config.exemptions) && !holds(condition)) {
        found.push({ resource, message });
      }
    };
  const checks = isResourceRule(rule)
    ? ofTypes(resources, rule.types).map((resource) => () => {
        rule.check(resource, demandOf(resource), contextOf([resource]));
        return true;
      })
    : [
        () => {
          rule.checkStack(resources, demandOf, contextOf(resources));
          return true;
        },
      ];
  // What stands outside of a demand may be unknown too, such as a whole list.
  checks.forEach(holds);
  return found;
}

/** A stack of another name, somebody's own, say, is what its resources' tag Environment says. */
function environmentOf(stack: string, resources: Resource[], config: RuleConfig): string {
  const isListed = [...config.productionStacks, ...config.developmentStacks].includes(stack);
  const [tag = stack] = isListed ? [] : resources.flatMap(({ props }) => tagOf(props) ?? []);
  return tag;
}

function tagOf(props: Props): string | undefined {
  return unlessUnknown(() => {
    const { Environment: tag } = (props.tags ?? {}) as Record<string, unknown>;
    return typeof tag === "string" ? tag : undefined;
  }, undefined);
}

/** A value that is not known yet says nothing against the resource. */
function holds(condition: () => boolean): boolean {
  return unlessUnknown(condition, true);
}

/** What is told of a break: the resource, what it has to be, and what to do. */
export function messageOf(rule: Rule, name: string, message: string): string {
  return `${name}: ${message} ${rule.remediation}`;
}
