import type { Props, Resource, Rule } from "../../policies/rule";

/** A stack with one resource changed. */
export interface Mutant {
  /** The resource and what was changed. */
  label: string;
  resources: Resource[];
  /** Names of the rules that are expected to report it. */
  expected: string[];
}

/** Returns the ways to change one resource: what was changed, and the resources that take its place in the stack. */
export type Mutation = (resource: Resource, stack: Resource[]) => { change: string; resources: Resource[] }[];

/** Applies the mutations of each rule to each resource that the rule checks. */
export function createMutants(
  stack: Resource[],
  rules: Rule[],
  mutations: Record<string, Mutation[]>,
): Mutant[] {
  const mutants = new Map<string, Mutant>();
  for (const rule of rules) {
    for (const resource of stack.filter(({ type }) => rule.types.includes(type))) {
      for (const mutation of mutations[rule.name] ?? []) {
        for (const { change, resources } of mutation(resource, stack)) {
          const label = `${resource.name} ${change}`;
          // Two rules may check the same input: one mutant, which both report.
          const expected = [...(mutants.get(label)?.expected ?? []), rule.name];
          mutants.set(label, { label, resources, expected });
        }
      }
    }
  }
  return [...mutants.values()];
}

/** Removes an input, and sets it to the opposite, to an empty value, or to the wrong value if there is one. */
export function input(path: string, wrong?: unknown): Mutation {
  return (resource, stack) =>
    getWrongValues(getPath(resource.props, path.split(".")), wrong).map((value) =>
      replaceProps(path, value, resource, stack, setPath(resource.props, path.split("."), value)),
    );
}

/** Sets an input that compliant resources do not have. */
export function addedInput(path: string, value: unknown): Mutation {
  return (resource, stack) => [
    replaceProps(path, value, resource, stack, setPath(resource.props, path.split("."), value)),
  ];
}

/** Like `input`, for an option of an Elastic Beanstalk environment. */
export function option(namespace: string, name: string, wrong?: string): Mutation {
  return (resource, stack) => {
    const settings = resource.props.settings as Setting[];
    const value = settings.find((other) => other.namespace === namespace && other.name === name)?.value;
    return getWrongValues(value, wrong).flatMap((wrongValue) =>
      addedOption(namespace, name, wrongValue)(resource, stack),
    );
  };
}

/** Sets an option that compliant environments do not have. */
export function addedOption(namespace: string, name: string, value: unknown): Mutation {
  return (resource, stack) => {
    const others = (resource.props.settings as Setting[]).filter(
      (other) => other.namespace !== namespace || other.name !== name,
    );
    const settings = value === undefined ? others : [...others, { namespace, name, value }];
    const props = { ...resource.props, settings };
    return [replaceProps(`${namespace} ${name}`, value, resource, stack, props)];
  };
}

const variables = "aws:elasticbeanstalk:application:environment";

/** Like `input`, for an environment property. */
export function variable(name: string, wrong?: string): Mutation {
  return option(variables, name, wrong);
}

/** Sets an environment property that compliant environments do not have. */
export function addedVariable(name: string, value: string): Mutation {
  return addedOption(variables, name, value);
}

/** Adds a statement to the input `policy`. */
export function addedStatement(statement: object): Mutation {
  return changeStatements(`allows ${JSON.stringify(statement)}`, (statements) => [...statements, statement]);
}

/** Removes all statements from the input `policy`. */
export const withoutStatements = changeStatements("has no statements", () => []);

/** Removes Pulumi's option `protect`. */
export const withoutProtect: Mutation = (resource, stack) => [
  { change: "is not protected", resources: replace(stack, resource, { ...resource, protect: false }) },
];

/** Moves a subnet group to the public subnets of a stack that has some. */
export const inPublicSubnets: Mutation = (resource, stack) => {
  const subnets = stack.filter(({ type, name }) => type.endsWith(":Subnet") && name.includes("-public-"));
  const refersTo = (input: string) =>
    input === "subnetIds" ? subnets.map(({ urn }) => urn) : resource.refersTo(input);
  return subnets.length === 0
    ? []
    : [{ change: "is in public subnets", resources: replace(stack, resource, { ...resource, refersTo }) }];
};

/** Removes the resources of some type that refer to the resource. */
export function without(types: readonly string[], input: string): Mutation {
  return (resource, stack) => {
    const others = stack.filter(
      ({ type, refersTo }) => !types.includes(type) || !refersTo(input).includes(resource.urn),
    );
    const change = `has no ${types[0]?.split(":").at(-1) ?? ""}`;
    return others.length === stack.length ? [] : [{ change, resources: others }];
  };
}

function getWrongValues(now: unknown, wrong: unknown): unknown[] {
  const opposites: Record<string, unknown> = { true: "false", false: "true", "1": "0", "0": "1" };
  const values = [
    undefined,
    ...(typeof now === "boolean" ? [!now] : []),
    ...(typeof now === "number" ? [0] : []),
    ...(typeof now === "string" ? [opposites[now] ?? wrong ?? ""] : []),
    ...(Array.isArray(now) ? [[]] : []),
  ];
  return values.filter((value) => JSON.stringify(value) !== JSON.stringify(now));
}

function replaceProps(name: string, value: unknown, resource: Resource, stack: Resource[], props: Props) {
  // An input with another value refers to no resource.
  const refersTo = (input: string) => (input === name ? [] : resource.refersTo(input));
  const change = value === undefined ? "absent" : JSON.stringify(value).slice(0, 60);
  return {
    change: `${name} is ${change}`,
    resources: replace(stack, resource, { ...resource, props, refersTo }),
  };
}

function replace(stack: Resource[], resource: Resource, replacement: Resource): Resource[] {
  return stack.map((other) => (other === resource ? replacement : other));
}

function changeStatements(change: string, toStatements: (statements: unknown[]) => unknown[]): Mutation {
  return (resource, stack) => {
    const { policy } = resource.props;
    if (typeof policy !== "string") {
      return [];
    }
    const document = JSON.parse(policy) as { Statement: unknown[] };
    const changed = JSON.stringify({ ...document, Statement: toStatements(document.Statement) });
    const props = { ...resource.props, policy: changed };
    return [{ change, resources: replace(stack, resource, { ...resource, props }) }];
  };
}

type Setting = Record<"namespace" | "name" | "value", unknown>;

function getPath(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Props | undefined)?.[key], value);
}

function setPath(value: unknown, [key = "", ...rest]: string[], to: unknown): Props {
  const inner = rest.length === 0 ? to : setPath((value as Props | undefined)?.[key] ?? {}, rest, to);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Props) }) as Props;
  if (inner === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an absent key is not the same as undefined
    delete copy[key];
  } else {
    copy[key] = inner;
  }
  return copy;
}
