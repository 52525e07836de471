import type { Props, Resource } from "./rule";

/** The value at a path like "rule.objectOwnership" or "rules.0.status". */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (found, key) => (typeof found === "object" && found !== null ? (found as Props)[key] : undefined),
      value,
    );
}

/** true, or "true" as some properties and old versions of the provider have it. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** false or "false"; not absent. */
export function isFalse(value: unknown): boolean {
  return value === false || value === "false";
}

/** Whether there is a text, and something in it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** The objects of a list; none where there is no list. */
export function listOf(value: unknown): Props[] {
  return Array.isArray(value) ? Array.from(value as Props[]) : [];
}

/** The texts of a list, or of one text. */
export function textsOf(value: unknown): string[] {
  return typeof value === "string" ? [value] : Array.isArray(value) ? Array.from(value as string[]) : [];
}

/** The value of an option of an Elastic Beanstalk environment. */
export function option({ props }: Resource, namespace: string, name: string): string | undefined {
  const setting = listOf(props.settings).find(
    (candidate) => candidate.namespace === namespace && candidate.name === name,
  );
  return setting?.value as string | undefined;
}

/** The value of one of an environment's properties in the clear. */
export function variable(environment: Resource, name: string): string | undefined {
  return option(environment, "aws:elasticbeanstalk:application:environment", name);
}

/** Whether an environment is a web environment behind a load balancer. */
export function isBalancedWeb(environment: Resource): boolean {
  return (
    environment.props.tier !== "Worker" &&
    option(environment, "aws:elasticbeanstalk:environment", "EnvironmentType") !== "SingleInstance"
  );
}

/** A statement of a policy document. */
export interface Statement {
  effect: unknown;
  principal: unknown;
  actions: string[];
  resources: string[];
  condition: unknown;
}

/** The statements of a policy document. */
export function statementsOf(document: unknown): Statement[] {
  const parsed = typeof document === "string" ? (JSON.parse(document) as Props) : ((document ?? {}) as Props);
  const { Statement: statements } = parsed;
  return (Array.isArray(statements) ? listOf(statements) : statements ? [statements as Props] : []).map(
    (statement) => ({
      effect: statement.Effect,
      principal: statement.Principal,
      actions: textsOf(statement.Action),
      resources: textsOf(statement.Resource),
      condition: statement.Condition,
    }),
  );
}

/** Whether a statement grants something to everybody. */
export function grantsToAll({ effect, principal }: Statement): boolean {
  const everybody = principal === "*" || textsOf(at(principal, "AWS")).includes("*");
  return effect === "Allow" && everybody;
}

/** Whether a statement refuses everybody who does not come over TLS. */
export function refusesPlainHttp({ effect, principal, actions, condition }: Statement): boolean {
  const everybody = principal === "*" || textsOf(at(principal, "AWS")).includes("*");
  return (
    effect === "Deny" &&
    everybody &&
    actions.some((action) => /^(\*|s3:\*|sqs:\*|SQS:\*)$/.test(action)) &&
    isFalse(at(condition, "Bool.aws:SecureTransport"))
  );
}

/** A way in: some ports, for some addresses. */
export interface Ingress {
  from: number;
  to: number;
  protocol: string;
  cidrs: string[];
}

/** The ways in that a resource opens, in each of the three forms in which rules are written. */
export function ingressOf({ type, props }: Resource): Ingress[] {
  if (type.endsWith(":SecurityGroupIngressRule")) {
    return [ingress(props, [props.cidrIpv4, props.cidrIpv6], props.ipProtocol)];
  }
  if (type.endsWith(":SecurityGroupRule")) {
    return props.type === "ingress" ? [inline(props)] : [];
  }
  return listOf(props.ingress).map(inline);
}

function inline(rule: Props): Ingress {
  return ingress(rule, [...textsOf(rule.cidrBlocks), ...textsOf(rule.ipv6CidrBlocks)], rule.protocol);
}

function ingress(rule: Props, cidrs: unknown[], protocol: unknown): Ingress {
  const all = protocol === "-1" || protocol === "all" || protocol === -1;
  return {
    from: all ? 0 : Number(rule.fromPort ?? 0),
    to: all ? 65535 : Number(rule.toPort ?? 65535),
    protocol: typeof protocol === "string" ? protocol : "-1",
    cidrs: cidrs.filter(isText),
  };
}

/** Whether a way in is open to the whole world. */
export function isOpenToWorld({ cidrs }: Ingress): boolean {
  return cidrs.some((cidr) => cidr.endsWith("/0"));
}

/** Whether a way in takes in a port. */
export function includesPort({ from, to }: Ingress, port: number): boolean {
  return from <= port && port <= to;
}

/** The ports of AWS's control EC2.19: shells, remote desktops, databases, and the like. */
export const highRiskPorts = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
  8088, 8888, 9200, 9300,
];
