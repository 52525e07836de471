import { ofTypes, type Context, type Props, type Report, type Resource, type Rule } from "./rule";
import { unlessUnknown } from "./unknown-values";

/** What users of the pack may set for a rule (`--policy-pack-config`). */
export interface RuleConfig {
  productionStacks: string[];
  developmentStacks: string[];
  /** Names of resources that the rule skips, each with the reason. */
  exemptions: Record<string, string>;
  [setting: string]: unknown;
}

/** A resource that violates a rule. */
export interface RuleViolation {
  rule: Rule;
  resource: Resource;
  /** The resource's name, what is wrong, what was expected, and how to fix it. */
  message: string;
}

/** Returns the JSON Schema of a rule's configuration, with its defaults. */
export function getConfigSchema(rule: Rule) {
  const stackNames = (description: string, ...defaults: string[]) => ({
    type: "array" as const,
    items: { type: "string" as const },
    default: defaults,
    description,
  });
  return {
    properties: {
      productionStacks: stackNames("Names of production stacks, or values of the tag Environment", "prod"),
      developmentStacks: stackNames("Names of development stacks, or values of the tag Environment", "dev"),
      exemptions: {
        type: "object" as const,
        additionalProperties: { type: "string" as const, minLength: 10 },
        default: {},
        description: "Names of resources that the rule skips, each with a reason of at least 10 characters",
      },
      ...rule.settings,
    },
  };
}

/** Returns a rule's configuration where nothing is set. */
export function getDefaultConfig(rule: Rule): RuleConfig {
  const { properties } = getConfigSchema(rule);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- every property has a default
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, (schema as { default: unknown }).default]),
  ) as RuleConfig;
}

/** A rule that could not be decided on a resource, since a value is known in the update only. */
export interface UndecidedRule {
  rule: Rule;
  resource: Resource;
}

/** Runs rules on the resources of a stack and returns every violation. Adds to `undecided` what has to wait for the update. */
export function runRules(
  rules: Rule[],
  resources: Resource[],
  stack: string,
  getConfig: (rule: Rule) => RuleConfig = getDefaultConfig,
  undecided: UndecidedRule[] = [],
): RuleViolation[] {
  return rules.flatMap((rule) => {
    const config = getConfig(rule);
    return ofTypes(resources, rule.types).flatMap((resource) => {
      const findings =
        resource.name in config.exemptions ? [] : runRule(rule, resource, resources, stack, config);
      const known = findings.filter((finding) => finding !== waiting);
      if (known.length < findings.length && known.length === 0) {
        undecided.push({ rule, resource });
      }
      const message = `${resource.name}: ${known.join(" ")} ${rule.remediation} ${exemptionHint}`;
      return known.length === 0 ? [] : [{ rule, resource, message }];
    });
  });
}

const waiting = Symbol("waiting for the update");
export const exemptionHint =
  "To accept it, add the resource and a reason to exemptions in policy-config.json.";

/** Returns the sentences about what is wrong, or `waiting` for each that an unknown value decides. */
function runRule(
  rule: Rule,
  resource: Resource,
  resources: Resource[],
  stack: string,
  config: RuleConfig,
): (string | typeof waiting)[] {
  const findings: (string | typeof waiting)[] = [];
  const report: Report = (findViolation) => {
    const finding = unlessUnknown(findViolation, waiting);
    if (finding === waiting || typeof finding === "string") {
      findings.push(finding);
    }
  };
  // A check may read unknown values outside of `report` too, such as a whole list.
  report(() => {
    if ("check" in rule) {
      rule.check(resource, report, getContext(stack, [resource], config));
    } else {
      rule.checkInStack(resource, report, getContext(stack, resources, config), resources);
    }
    return undefined;
  });
  return findings;
}

/** Returns "2 rules can only be checked during the update: a, b.", or undefined if there are none. */
export function formatUndecided(undecided: UndecidedRule[]): string | undefined {
  const names = [...new Set(undecided.map(({ rule }) => rule.name))];
  const subject = names.length === 1 ? "1 rule" : `${names.length} rules`;
  return names.length === 0
    ? undefined
    : `${subject} can only be checked during the update: ${names.join(", ")}.`;
}

function getContext(stack: string, resources: Resource[], config: RuleConfig): Context {
  const environment = getEnvironment(stack, resources, config);
  return {
    environment,
    production: config.productionStacks.includes(environment),
    development: config.developmentStacks.includes(environment),
    setting: (name) => config[name],
  };
}

/** Returns the stack's name or, where no list has it, the first resource's tag `Environment`. */
function getEnvironment(stack: string, resources: Resource[], config: RuleConfig): string {
  const isListed = [...config.productionStacks, ...config.developmentStacks].includes(stack);
  const [tag = stack] = isListed ? [] : resources.flatMap(({ props }) => getEnvironmentTag(props) ?? []);
  return tag;
}

function getEnvironmentTag(props: Props): string | undefined {
  return unlessUnknown(() => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider validates the tags
    const { Environment: tag } = (props.tags ?? {}) as Record<string, string | undefined>;
    return tag;
  }, undefined);
}
