/** A resource as rules see it. Reading an unknown value in `props` throws, which `Report` handles. */
export interface Resource {
  urn: string;
  type: string;
  name: string;
  props: Props;
  /** Whether the resource has Pulumi's option `protect`. */
  protect: boolean;
  /** Returns the URNs of the resources whose outputs an input uses. They are known in a preview even if the value is not. */
  refersTo: (input: string) => string[];
}

/** A resource's properties: its inputs before deployment, its outputs afterwards. */
export type Props = Record<string, unknown>;

/** What a check knows besides the resource. */
export interface Context {
  /** The stack's name or, for a stack that is in neither list below, the resources' tag `Environment`. */
  environment: string;
  /** Whether the environment is one of `productionStacks`. */
  production: boolean;
  /** Whether the environment is one of `developmentStacks`. */
  development: boolean;
  /** Returns the value of one of the rule's `settings`. */
  setting: (name: string) => unknown;
}

/**
 * Runs a function that returns what is wrong and what was expected ("multiAz is false; expected true."), and reports that
 * as a violation. Any other result passes. Where it reads an unknown value, the rule waits: the engine runs it again during
 * the update, when the value is known.
 */
export type Report = (findViolation: () => string | false | undefined) => void;

/** Checks one resource. */
export type Check = (resource: Resource, report: Report, context: Context) => void;

/** Checks one resource against all resources of its stack. */
export type StackCheck = (resource: Resource, report: Report, context: Context, stack: Resource[]) => void;

/** A threshold that users of the pack may set, as JSON Schema. */
export type SettingSchema =
  | { type: "integer"; default: number; minimum: number; description: string }
  | { type: "string"; default: string; description: string }
  | { type: "array"; items: { type: "string" }; default: string[]; description: string };

interface RuleDetails {
  /** Unique and in kebab-case; the name of the managed rule in AWS Config where there is one. */
  name: string;
  /** The rule as one sentence with "should", as Security Hub titles its controls. */
  title: string;
  /** A mandatory rule stops `pulumi up`; an advisory one prints a warning. */
  level: "mandatory" | "advisory";
  severity: "low" | "medium" | "high" | "critical";
  /** Controls of AWS Security Hub CSPM ("RDS.2") and of the CIS AWS Foundations Benchmark, with its version ("CIS v5.0.0/2.2.3"). */
  controls: string[];
  /** How to fix a violation. */
  remediation: string;
  /** Where to read about it. */
  url: string;
  /** Types of the resources that the rule checks. */
  types: readonly string[];
  settings?: Record<string, SettingSchema>;
}

/** The engine runs `check` before it creates the resource, and `checkInStack` once all resources are registered. */
type RuleCheck = { check: Check } | { checkInStack: StackCheck };

export type Rule = RuleDetails & RuleCheck;

type Defaults = "level" | "controls" | "url";

/** A rule as its file defines it. By default it is mandatory, has no controls, and has the URL of its first control. */
export type RuleDefinition = Omit<RuleDetails, Defaults> & Partial<Pick<RuleDetails, Defaults>> & RuleCheck;

/** Adds the defaults to a rule's definition. */
export function toRule(definition: RuleDefinition): Rule {
  const { level = "mandatory", controls = [], url = getControlUrl(controls[0]) } = definition;
  return { ...definition, level, controls, url };
}

/** Returns the documentation of a control of AWS Foundational Security Best Practices, such as "RDS.2". */
function getControlUrl(control = ""): string {
  const [service = "", number = ""] = control.toLowerCase().split(".");
  return `https://docs.aws.amazon.com/securityhub/latest/userguide/${service}-controls.html#${service}-${number}`;
}

/** Returns the resources of some types. */
export function ofTypes(resources: Resource[], types: readonly string[]): Resource[] {
  return resources.filter(({ type }) => types.includes(type));
}
