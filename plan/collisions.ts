import { getDefaultName, type NameSetting } from "../components/names";
import { isRecord, parseJson } from "../stacks/validators";
import { getBackupRegion } from "./backup-region";
import type { StackFile } from "./stack-files";

/** Two stacks that would have the same name in AWS. */
export interface Collision {
  stacks: [string, string];
  message: string;
}

/** A name of a stack, and where it must be unique. All stacks are in one region. */
interface Name {
  /** What has the name. Names of different kinds do not collide. */
  kind: string;
  setting: string;
  value: string;
  scope: "all accounts" | "account";
}

const nameSettings: Record<NameSetting, Pick<Name, "kind" | "scope">> = {
  "database.identifier": { kind: "database", scope: "account" },
  "storage.mediaBucketName": { kind: "bucket", scope: "all accounts" },
  "storage.staticBucketName": { kind: "bucket", scope: "all accounts" },
  "queue.name": { kind: "queue", scope: "account" },
  "serviceAccount.userName": { kind: "IAM user", scope: "account" },
  "web.environmentName": { kind: "environment", scope: "account" },
  "worker.environmentName": { kind: "environment", scope: "account" },
};

/**
 * Finds stacks that collide in AWS. Some services refuse the second resource of a name; CloudWatch overwrites the alarms
 * and the dashboard of the first one.
 */
export function findCollisions(files: readonly StackFile[]): Collision[] {
  const stacks = files.map((file) => ({ file, names: getNames(file) }));
  return stacks.flatMap((one, index) =>
    stacks.slice(index + 1).flatMap((other) => {
      const [same] = one.names.flatMap((name) => {
        const found = other.names.find((candidate) => isSame(one.file, name, other.file, candidate));
        return found === undefined ? [] : [{ name, found }];
      });
      return same === undefined
        ? []
        : [describe([one.file.stack, same.name], [other.file.stack, same.found])];
    }),
  );
}

/** The offline plan does not know which of them is deployed, and should keep its name. */
function describe(...pair: [[stack: string, name: Name], [stack: string, name: Name]]): Collision {
  const [[one, { kind, value }], [other]] = pair;
  const commands = pair.map(
    ([stack, { setting }]) =>
      `    npx pulumi config set --path ${setting} <${setting.replace(/^.*\./, "")}> -s ${stack}`,
  );
  return {
    stacks: [one, other],
    message: [
      `${one} and ${other} have the same ${kind}, ${value}. Give one that is not deployed another one, by one of these:`,
      ...commands,
    ].join("\n"),
  };
}

function isSame(oneFile: StackFile, one: Name, otherFile: StackFile, other: Name): boolean {
  return (
    one.kind === other.kind &&
    one.value === other.value &&
    (one.scope === "all accounts" || mayShareAccount(oneFile, otherFile))
  );
}

/** A stack without aws:allowedAccountIds may be in any account. */
function mayShareAccount(...files: StackFile[]): boolean {
  const [one, other] = files.map(({ config }) => parseJson(config["aws:allowedAccountIds"] ?? "[]"));
  return (
    !(Array.isArray(one) && Array.isArray(other) && one.length > 0 && other.length > 0) ||
    one.map(String).some((account) => other.map(String).includes(account))
  );
}

const bucket = (setting: string, value: string): Name => ({
  kind: "bucket",
  setting,
  value,
  scope: "all accounts",
});

/** A DNS record, which one stack of all accounts can have. */
const toDomain = (setting: string, value: string): Name => ({
  ...{ kind: "domain", setting, scope: "all accounts" },
  value: value.toLowerCase(),
});

/** The names that a stack's settings give, the application name first: most others follow from it. */
function getNames(file: StackFile): Name[] {
  const { project, stack, config } = file;
  const read = (path: string): unknown => {
    const [key = "", member] = path.split(".");
    const text = config[`${project}:${key}`];
    const group = member === undefined ? undefined : parseJson(text ?? "{}");
    return member === undefined ? text : isRecord(group) ? group[member] : undefined;
  };
  const getText = (path: string) => {
    const value = read(path);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const getTexts = (path: string) => {
    const list = parseJson(getText(path) ?? "[]");
    return Array.isArray(list) ? list.filter((value) => typeof value === "string") : [];
  };
  const environment = getText("environment") ?? stack;
  const applicationName = `${getText("name") ?? "beo-datastore"}-${environment}`;
  const hasNamespace = read("storage.accountNamespace") === true;
  const mailSetting = getText("mail.domain") === undefined ? "supportEmail" : "mail.domain";
  const backupRegion = getBackupRegion(file);
  // While a domain moves, the new stack has it without a record.
  const domain = read("web.dnsRecord") === false || !getText("hostedZone") ? undefined : getText("domain");
  const queue = getText("queue.name") ?? getDefaultName("queue.name", applicationName);
  const identity = getText("smtpUser") === undefined ? getText(mailSetting) : undefined;
  return [
    { kind: "application name", setting: "name", value: applicationName, scope: "account" },
    ...(Object.keys(nameSettings) as NameSetting[]).map((setting): Name => {
      const { kind, scope } = nameSettings[setting];
      const value = getText(setting) ?? getDefaultName(setting, applicationName);
      // The account's own namespace adds the account and the region to the names of buckets.
      return kind === "bucket" && hasNamespace
        ? { kind: "bucket of the account's namespace", setting, value, scope: "account" }
        : { kind, setting, value, scope };
    }),
    // components/queue.ts and components/backups/replicas.ts name them.
    { kind: "queue", setting: "queue.name", value: `${queue}-dead-letters`, scope: "account" },
    ...(backupRegion !== undefined && !hasNamespace
      ? [bucket("name", `${applicationName}-backup-${backupRegion}`)]
      : []),
    ...(domain === undefined
      ? []
      : [
          toDomain("domain", domain),
          ...getTexts("additionalDomains").map((value) => toDomain("additionalDomains", value)),
        ]),
    {
      kind: "address",
      setting: "web.cnamePrefix",
      // A prefix belongs to one environment of a region, in any account.
      scope: "all accounts",
      value: (getText("web.cnamePrefix") ?? applicationName).toLowerCase(),
    },
    ...(identity === undefined
      ? []
      : [{ kind: "SES identity", setting: mailSetting, value: identity, scope: "account" } as const]),
  ];
}
