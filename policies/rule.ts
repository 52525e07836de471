import { unlessUnknown } from "./unknown";

/** A resource as rules see it. Reading a value that is not known yet throws; `demand` knows that. */
export interface Resource {
  urn: string;
  type: string;
  name: string;
  props: Props;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
  /** URNs of the resources whose outputs an input is made of. Known in a preview too, unlike the value. */
  refersTo: (input: string) => string[];
}

/** A resource's properties: inputs before it is made, outputs afterwards. */
export type Props = Record<string, unknown>;

/** What a rule knows beside the resource. */
export interface Context {
  /** The stack's name; of a stack that is in neither list below, what its tag Environment says. */
  environment: string;
  /** Whether the environment is one of `productionStacks`. */
  production: boolean;
  /** Whether the environment is one of `developmentStacks`. */
  development: boolean;
  /** A threshold of the rule's own. */
  setting: (name: string) => unknown;
}

/**
 * Reports the message unless the condition holds. A condition on a value that is known only after deployment is left
 * for then: it neither passes nor fails in a preview.
 */
export type Demand = (condition: () => boolean, message: string) => void;

/** How bad it is to break a rule. */
export type Severity = "low" | "medium" | "high" | "critical";

/** A threshold that a rule's users may set, as JSON Schema has it. */
export type SettingSchema =
  | { type: "integer"; default: number; minimum: number; description: string }
  | { type: "string"; default: string; description: string }
  | { type: "array"; items: { type: "string" }; default: string[]; description: string };

interface RuleFacts {
  /** What it demands, in kebab-case; the name of its file. */
  name: string;
  /** The demand in one sentence. */
  description: string;
  severity: Severity;
  /** mandatory stops `pulumi up`; advisory tells. */
  level: "mandatory" | "advisory";
  /** The controls that it answers: AWS Foundational Security Best Practices ("RDS.2"), CIS AWS Foundations ("CIS 2.3.3"). */
  controls: string[];
  /** What to do when it is broken. */
  remediation: string;
  url: string;
  /** The inputs that it looks at; an option of Elastic Beanstalk is "namespace/name", a resource that has to be there "+type". */
  reads: string[];
  settings?: Record<string, SettingSchema>;
}

/** A rule on one resource, checked before it is made. */
export interface ResourceRule extends RuleFacts {
  types: readonly string[];
  check(resource: Resource, demand: Demand, context: Context): void;
}

/** A rule on how resources stand to each other, checked when all are known. */
export interface StackRule extends RuleFacts {
  checkStack(resources: Resource[], demandOf: (resource: Resource) => Demand, context: Context): void;
}

export type Rule = ResourceRule | StackRule;

/** Whether a rule is on one resource. */
export function isResourceRule(rule: Rule): rule is ResourceRule {
  return "check" in rule;
}

/** The resources of some types. */
export function ofTypes(resources: Resource[], types: readonly string[]): Resource[] {
  return resources.filter(({ type }) => types.includes(type));
}

/** Demands a companion of some type for each subject: one whose input refers to the subject, or else has its name. */
export function demandCompanions(
  resources: Resource[],
  subjects: Resource[],
  { types, input, keys }: { types: readonly string[]; input: string; keys: string[] },
  demandOf: (resource: Resource) => Demand,
  message: string,
): void {
  const candidates = ofTypes(resources, types);
  const byReference = candidates.filter(({ refersTo }) => refersTo(input).length > 0);
  const byName = candidates.filter((candidate) => !byReference.includes(candidate));
  for (const subject of subjects) {
    demandOf(subject)(
      () =>
        byReference.some(({ refersTo }) => refersTo(input).includes(subject.urn)) ||
        byName.some(({ props }) =>
          keys.some((key) => key in subject.props && props[input] === subject.props[key]),
        ),
      message,
    );
  }
}

/**
 * Whether the program gives an input. What refers to another resource is given, though its value may not be known yet; a
 * value that is not known and refers to nothing is the provider's own.
 */
export function isGiven({ props, refersTo }: Resource, input: string): boolean {
  if (refersTo(input).length > 0) {
    return true;
  }
  return unlessUnknown(() => props[input] !== undefined && props[input] !== "", false);
}
