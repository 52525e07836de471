import { isResourceRule, type Props, type Resource, type Rule } from "../../policies/rule";
import { types } from "../../policies/types";

/** A stack with one thing broken. */
export interface Mutant {
  /** Stack, resource and what was broken. */
  what: string;
  /** The rules that are meant to see it. */
  meant: string[];
  resources: Resource[];
}

type Change = (resource: Resource) => Props | undefined;

/** Every way to break what a rule says that it reads, in every resource of the stack that has it. */
export function mutantsOf(stack: string, resources: Resource[], rules: Rule[]): Mutant[] {
  const changes = rules.flatMap((rule) => rule.reads.map((read) => ({ rule, read })));
  const mutants = changes.flatMap(({ rule, read }) =>
    read.startsWith("+")
      ? withoutCompanion(resources, rule, read.slice(1) as keyof typeof types)
      : read === "#protect"
        ? unprotected(resources, rule)
        : changed(resources, rule, read),
  );
  // Two rules may read the same input: one mutant, meant for both.
  const merged = new Map<string, Mutant>();
  for (const mutant of mutants) {
    const known = merged.get(mutant.what);
    merged.set(mutant.what, {
      ...mutant,
      what: `${stack}: ${mutant.what}`,
      meant: [...new Set([...(known?.meant ?? []), ...mutant.meant])],
    });
  }
  return [...merged.values()];
}

function changed(resources: Resource[], rule: Rule, read: string): Mutant[] {
  return subjectsOf(rule, resources).flatMap((resource) =>
    waysOf(read, resource).flatMap(({ way, change }) => {
      const props = change(resource);
      return props === undefined
        ? []
        : [
            {
              what: `${resource.name} ${read} ${way}`,
              meant: [rule.name],
              resources: resources.map((other) =>
                other === resource
                  ? { ...resource, props, refersTo: referencesWithout(resource, read) }
                  : other,
              ),
            },
          ];
    }),
  );
}

/** What is not given refers to nothing. */
function referencesWithout({ refersTo }: Resource, read: string): Resource["refersTo"] {
  return (input) => (input === read ? [] : refersTo(input));
}

function subjectsOf(rule: Rule, resources: Resource[]): Resource[] {
  if (isResourceRule(rule)) {
    return resources.filter(({ type }) => rule.types.includes(type));
  }
  const subject = rule.name.startsWith("sqs") ? types.queue : types.subnetGroup;
  return resources.filter(({ type }) => (subject as readonly string[]).includes(type));
}

function withoutCompanion(resources: Resource[], rule: Rule, type: keyof typeof types): Mutant[] {
  return resources
    .filter((resource) => (types[type] as readonly string[]).includes(resource.type))
    .map((companion) => ({
      what: `${companion.name} is missing`,
      meant: [rule.name],
      resources: resources.filter((resource) => resource !== companion),
    }));
}

function unprotected(resources: Resource[], rule: Rule): Mutant[] {
  return subjectsOf(rule, resources).map((resource) => ({
    what: `${resource.name} is not protected`,
    meant: [rule.name],
    resources: resources.map((other) => (other === resource ? { ...resource, protect: false } : other)),
  }));
}

/** The ways to break an input, by what it holds; "!" before a path puts in what must not be there. */
function waysOf(read: string, resource: Resource): { way: string; change: Change }[] {
  const [, forbidden, kind, path = ""] = /^(!)?(?:@(\w+) )?(.*)$/.exec(read) ?? [];
  if (kind !== undefined) {
    const statement = statements[kind];
    return [
      {
        way: kind,
        change: () =>
          withDocument(resource.props, path, (all) => (kind === "deny" ? [] : [...all, statement])),
      },
    ];
  }
  const [namespace, name] = path.includes("aws:") ? path.split("/") : [undefined, undefined];
  const set = (value: unknown): Change =>
    namespace === undefined
      ? ({ props }) => withPath(props, path.split("."), value)
      : ({ props }) => withOption(props, namespace, name ?? "", value);
  if (forbidden !== undefined) {
    return [{ way: "is there", change: set(badValues[path.replace(/^.*\//, "")] ?? "forbidden") }];
  }
  const now =
    namespace === undefined ? valueAt(resource.props, path) : optionOf(resource.props, namespace, name ?? "");
  return [
    { way: "is absent", value: undefined },
    ...(typeof now === "boolean" ? [{ way: `is ${String(!now)}`, value: !now }] : []),
    ...(now === "true" || now === "false"
      ? [{ way: "is the other", value: now === "true" ? "false" : "true" }]
      : []),
    ...(now === "1" || now === "0" ? [{ way: "is the other", value: now === "1" ? "0" : "1" }] : []),
    ...(typeof now === "number" ? [{ way: "is 0", value: 0 }] : []),
    ...(typeof now === "string" && !/^(true|false|0|1)$/.test(now)
      ? [{ way: "is another", value: badValues[path.replace(/^.*\//, "")] ?? "" }]
      : []),
    ...(Array.isArray(now) ? [{ way: "is empty", value: [] }] : []),
  ]
    .filter(({ value }) => JSON.stringify(value) !== JSON.stringify(now))
    .map(({ way, value }) => ({ way, change: set(value) }));
}

/** Values that are legal to the provider and wrong to the rule. */
const badValues: Record<string, unknown> = {
  AWS_DEFAULT_ACL: "public-read",
  BROKER_URL: "sqs://key:secret@",
  DJANGO_ALLOWED_HOSTS: "*",
  APP_ENV: "other",
  LONG: "x".repeat(4096),
  LoadBalancerType: "classic",
  Protocol: "HTTP",
  SSLPolicy: "ELBSecurityPolicy-2016-08",
  SystemType: "basic",
  UpdateLevel: "none",
  policyArn: "arn:aws:iam::aws:policy/AWSElasticBeanstalkWorkerTier",
  acl: "public-read",
  username: "postgres",
  tier: "WebServer",
  type: "String",
  cidrIpv4: "10.0.0.0/8",
  ipProtocol: "-1",
  engineLifecycleSupport: "open-source-rds-extended-support",
  "rule.objectOwnership": "ObjectWriter",
  "versioningConfiguration.status": "Suspended",
  "dkimSigningAttributes.nextSigningKeyLength": "RSA_1024_BIT",
  "deliveryOptions.tlsPolicy": "OPTIONAL",
  "defaultActions.0.type": "forward",
  "defaultActions.0.redirect.protocol": "HTTP",
};

const statements: Record<string, object | undefined> = {
  grant: {
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject", "sqs:SendMessage"],
    Resource: "arn:aws:s3:::x/*",
  },
  admin: { Effect: "Allow", Action: "*", Resource: "*" },
  wildcard: { Effect: "Allow", Action: "dynamodb:*", Resource: "arn:aws:dynamodb:us-west-1:1:table/x" },
  queues: { Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" },
};

function withDocument(
  props: Props,
  input: string,
  change: (statements: unknown[]) => unknown[],
): Props | undefined {
  const text = props[input];
  if (typeof text !== "string") {
    return undefined;
  }
  const document = JSON.parse(text) as { Statement: unknown[] };
  return { ...props, [input]: JSON.stringify({ ...document, Statement: change(document.Statement) }) };
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((found, key) => (found as Props | undefined)?.[key], value);
}

function withPath(value: unknown, [key = "", ...rest]: string[], to: unknown): Props {
  const inner = rest.length === 0 ? to : withPath((value as Props | undefined)?.[key] ?? {}, rest, to);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Props) }) as Props;
  if (inner === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- absent is not the same as undefined
    delete copy[key];
  } else {
    copy[key] = inner;
  }
  return copy;
}

type Setting = Record<"namespace" | "name" | "value", unknown>;

function optionOf({ settings }: Props, namespace: string, name: string): unknown {
  return (settings as Setting[]).find((one) => one.namespace === namespace && one.name === name)?.value;
}

function withOption(props: Props, namespace: string, name: string, value: unknown): Props | undefined {
  const others = (props.settings as Setting[]).filter(
    (one) => one.namespace !== namespace || one.name !== name,
  );
  return {
    ...props,
    settings: value === undefined ? others : [...others, { namespace, name, value }],
  };
}
