import type { Built } from "./hand-made";
import type { Account } from "./hand-made-account";

type Attributes = Record<string, string>;

interface Comparison {
  before: Account;
  after: Account;
  built: Built;
  /** Everything that `beo adopt` printed. */
  reports: string;
  /** "resource: attribute": has to be as it was. */
  kept: readonly string[];
}

/** Compares an account before and after its adoption. Returns what was lost, and what changed untold. */
export function compareAccounts({ before, after, built, reports, kept }: Comparison): string[] {
  const pairs = pairResources(before, after, built);
  return [
    ...compareData(before.data, after.data),
    ...pairs.flatMap(({ title, from, to }) => compareResource(title, from, to, reports)),
    ...kept.flatMap((one) => {
      const [title = "", attribute = ""] = one.split(/: (.+)/);
      const { from = {}, to = {} } = pairs.find((pair) => pair.title === title) ?? {};
      return from[attribute] === to[attribute]
        ? []
        : [`${one} is not kept: ${show(from[attribute])} → ${show(to[attribute])}`];
    }),
    ...(["web", "worker"] as const).flatMap((role) => compareVariables(role, built, after)),
  ];
}

/** Returns every difference, also where a report told it. */
export function listDifferences(before: Account, after: Account): string[] {
  const variables = ({ environments }: Account) =>
    environments.map(({ EnvironmentId, Status, CNAME, ...more }) =>
      JSON.stringify([EnvironmentId, Status, CNAME, more.variables]),
    );
  const all = new Set([...Object.keys(before.resources), ...Object.keys(after.resources)]);
  return [
    ...compareData(before.data, after.data),
    ...[...all].flatMap((title) =>
      compareResource(title, before.resources[title] ?? {}, after.resources[title] ?? {}, ""),
    ),
    ...(variables(before).join() === variables(after).join() ? [] : ["The environments changed."]),
  ];
}

const tiers = { web: "WebServer", worker: "Worker" } as const;

/** The environment that has the role now: the original one, or the program's new one. */
function findEnvironment(account: Account, role: keyof typeof tiers, before?: string) {
  const all = account.environments.filter(({ Tier }) => Tier?.Name === tiers[role]);
  return (
    all.find(({ EnvironmentId }) => EnvironmentId === before) ??
    all.find(({ tags }) => "tags.ManagedBy" in tags) ??
    all[0]
  );
}

function pairResources(before: Account, after: Account, built: Built) {
  const pairs = Object.entries(before.resources)
    .filter(([title]) => !title.startsWith("environment"))
    .map(([title, from]) => ({ title, from, to: after.resources[title] ?? {} }));
  const environments = (["web", "worker"] as const).map((role) => {
    const old = findEnvironment(before, role);
    const now = findEnvironment(after, role, old?.EnvironmentId);
    const isSame = now?.EnvironmentId === old?.EnvironmentId;
    // A new environment is not what the old one was: what people decided for it is compared.
    const decided = (options: Attributes = {}) =>
      Object.fromEntries(
        Object.entries(options).filter(
          ([name]) => isSame || (built.options[role].includes(name) && capacity.test(name)),
        ),
      );
    return {
      title: role,
      from: { ...decided(old?.options), ...old?.tags },
      to: { ...decided(now?.options), ...now?.tags },
    };
  });
  return [...pairs, ...environments];
}

const capacity = /asg (Min|Max)Size|InstanceTypes?$|EC2KeyName|HealthCheckPath|Healthcheck URL/;

function compareData(before: Account["data"], after: Account["data"]): string[] {
  const lost = (what: string, from: string[], to: string[]) =>
    from.filter((one) => !to.includes(one)).map((one) => `The ${what} ${one} is lost.`);
  return [
    ...lost("database", [before.database], [after.database]),
    ...lost("object", before.objects, after.objects),
    ...lost("message", before.messages, after.messages),
  ];
}

/** What the program's keys and names change in every stack; their values are checked elsewhere. */
const expectedVariables =
  /^(AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|DJANGO_ALLOWED_HOSTS|STATIC_ROOT|PYTHONPATH)$/;
/** They break the application once ACLs are off. */
const removedVariables = /^(AWS_DEFAULT_ACL|EMAIL_FILE_DIR)$/;

function compareVariables(role: "web" | "worker", built: Built, after: Account): string[] {
  const { variables = {} } =
    after.environments.find(({ Tier, tags }) => Tier?.Name === tiers[role] && "tags.ManagedBy" in tags) ?? {};
  return Object.entries(built.variables[role])
    .filter(([name, value]) =>
      removedVariables.test(name)
        ? name in variables
        : !expectedVariables.test(name) && variables[name] !== value,
    )
    .map(
      ([name]) => `The ${role} environment's variable ${name} is ${name in variables ? "another" : "lost"}.`,
    );
}

const notCompared = new Set([
  // What the environment's template has of the properties, which are compared by themselves.
  "aws:cloudformation:template:parameter EnvironmentVariables",
  // A stopped database is started first.
  "DBInstanceStatus",
]);

function compareResource(title: string, from: Attributes, to: Attributes, reports: string): string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
    const [was, is] = [from[name], to[name]];
    return was === is || notCompared.has(name) || isListed(name, was, is, reports)
      ? []
      : [`${title}: ${name} changed untold: ${show(was)} → ${show(is)}`];
  });
}

/** Where the program's words differ from AWS's. */
const words: [RegExp, string][] = [
  [/VisibilityTimeout/, "visibilityTimeout"],
  [/^MessageRetentionPeriod/, "messageRetention"],
  [/ReceiveMessageWaitTimeSeconds/, "receiveWaitTime|ReceiveMessageWaitTime"],
  [/^DBInstanceClass/, "instanceClass"],
  [/^DBInstanceIdentifier/, "identifier"],
  [/^DBParameterGroupName/, "parameterGroup"],
  [/^DBSubnetGroupName/, "subnetGroup"],
  [/^VpcSecurityGroups/, "security ?group"],
  [/^SqsManagedSseEnabled|^KmsMasterKeyId/, "sse|kms|encrypt"],
  [/^RedrivePolicy/, "redrive|maxReceiveCount|dead-letter"],
  [/^lifecycle/, "lifecycle|noncurrent|versions"],
  [/^EnabledCloudwatchLogsExports/, "logs?Exports"],
  [/^PerformanceInsightsEnabled/, "performanceInsights"],
  [/^AllocatedStorage/, "allocatedStorage"],
  [/^MaxAllocatedStorage/, "maxAllocatedStorage"],
  [/^(Preferred)?BackupWindow/, "backupWindow"],
  [/^PreferredMaintenanceWindow/, "maintenanceWindow"],
  [/^IAMDatabaseAuthenticationEnabled/, "iamDatabaseAuthentication"],
  [/^Monitoring/, "monitoring"],
  [/^CopyTagsToSnapshot/, "copyTags"],
  [/^CACertificateIdentifier/, "caCert"],
  [/^acl/, "acl|ownership|private"],
  [/^publicAccessBlock/, "public ?access"],
  [/^Policies/, "polic"],
];

/** Whether a report tells the change, with its values where they are short. */
function isListed(name: string, from: string | undefined, to: string | undefined, reports: string): boolean {
  const plain = name.split(" ").at(-1) ?? name;
  const tag = /^tags\.(.*)/.exec(plain)?.[1];
  const pattern =
    tag === undefined
      ? new RegExp(words.find(([one]) => one.test(plain))?.[1] ?? escape(plain), "i")
      : new RegExp(`tags?\\b.*${escape(tag)}|aws:ignoreTags.*${escape(tag)}`, "i");
  const lines = reports.split("\n").filter((line) => pattern.test(line));
  const isShort = (value = "") => value.length > 0 && /^[\w.:/-]{1,40}$/.test(value);
  const values = [from, to].filter((value) => isShort(value) && tag === undefined);
  return lines.some(
    (line) =>
      // Options at their defaults are listed by their names, in one line.
      line.includes("have their defaults:") || values.every((value = "") => says(line, value)),
  );
}

/** Pulumi shows what is off as not set, and knows a name or id only once it has created the resource. */
function says(line: string, value: string): boolean {
  const isCreated = /^(beo-db-.*|beo-[a-z-]+-[0-9a-f]{7}|sg-[0-9a-f]+)$/.test(value);
  const other = value === "false" ? ": not set →" : isCreated ? "→ created by the program" : value;
  return [value, other].some((text) => line.toLowerCase().includes(text.toLowerCase()));
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function show(value: string | undefined): string {
  return value === undefined ? "none" : value.slice(0, 200);
}
