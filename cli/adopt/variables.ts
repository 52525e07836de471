import { applicationVariables, secretsRevision } from "../../components/application-variables";
import { looksSecret } from "../../components/application-variables";
import { getHarm } from "../../stacks/check-variables";
import { getSetting } from "../../stacks/schema";
import { isRecord, parseJson } from "../../stacks/validators";
import type { ExistingEnvironment } from "./survey";

/** A configuration key to set. */
export interface Write {
  /** With its namespace, if that is not the project. */
  key: string;
  value: string;
  secret: boolean;
}

/** How the environments' variables get into the stack's configuration. */
export interface VariablePlan {
  /** The keys to set, each once; empty if everything is saved. */
  writes: Write[];
  /** The variables that a setting takes, by its key. */
  saved: Record<string, string[]>;
  /** The variables that no setting accepts, and why. */
  refused: Record<string, string>;
  /** The variables that are left out on purpose, and why. */
  omitted: Record<string, string>;
  /** The variables for which the configuration has another value, which stays. */
  overridden: string[];
  /** The variables with different values in the web and the worker environment. */
  different: string[];
  /** The user that the application connects as, if it is not the master user. */
  sqlUser?: string;
}

/** The values of a stack's configuration, decrypted, by qualified key. Never shown. */
export type Decrypted = Readonly<Record<string, string>>;

/** The namespace of the values that no setting accepts: nothing reads them. */
export const keptNamespace = "adopted";

/** What a new value of a secret changes for users and operators. */
const consequences: Record<string, string> = {
  databasePassword: "pulumi up would change the master user's password while the old environments use it",
  sqlPassword: "the new environments cannot connect to the database",
  secretKey: "all users have to log in again",
  adminUrl: "the admin's address changes",
  supportPassword: "the support account's password changes",
  smtpUser: "mail is sent by an SES user that the program creates",
  smtpPassword: "mail is sent by an SES user that the program creates",
};

const secretName =
  /SECRET|PASS|PWD|TOKEN|KEY|CREDENTIAL|AUTH|PRIVATE|DSN|SALT|SIGN|CERT|WEBHOOK|CONN(ECTION)?_?STR|(^|_)(PIN|PSK|SID)(_|$)/i;
const secretValue =
  /:\/\/[^/\s:@]*:[^/\s@]+@|-----BEGIN|^eyJ[\w-]+\.|^(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w+/=-]{16,}$|^[0-9a-f]{24,}$|^(?=.*\d)[A-Z0-9]{20,}$/;
/** URLs that are enough to act: of webhooks, and with a token in their path or query. */
const secretUrl = [
  /^https?:\/\/([\w-]+\.)*(hooks\.slack\.com|webhook\.office\.com|office\.com\/webhook|logic\.azure\.com)\b/i,
  /^https?:\/\/[^/?#]+\/\S*(webhook|hooks\/)/i,
  /^https?:\/\/[^?#]+\?\S*\b(\w*token|\w*key|sig|signature|secret|auth|code|password)=/i,
  // Also a UUID.
  /^https?:\/\/[^/?#]+[/?]\S*(?<![\w-])((?=[a-z_]*\d)(?=\d*_*[a-z])\w{16,}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})(?![\w-])/i,
];

/** Whether a variable may be a secret, by its name or its value. One too many costs nothing. */
export function mayBeSecret(name: string, value: string): boolean {
  return (
    looksSecret(name, value) ||
    secretName.test(name) ||
    [secretValue, ...secretUrl].some((pattern) => pattern.test(value))
  );
}

/**
 * Plans where each variable of the existing application goes.
 *
 * @param environments The environments in use, the one that counts first.
 * @param masterUser The database's master user.
 */
export function planVariables(
  environments: readonly ExistingEnvironment[],
  masterUser: string | undefined,
  configured: Decrypted,
  project: string,
): VariablePlan {
  const plan: VariablePlan = {
    writes: [],
    saved: {},
    refused: {},
    omitted: {},
    overridden: [],
    different: [],
  };
  const target = new Target(plan, configured, project);
  const values = mergeVariables(environments);
  const references = new Set(environments.flatMap((environment) => Object.keys(environment.references)));
  plan.different = Object.keys(values).filter(
    (name) =>
      new Set(environments.flatMap(({ variables }) => variables[name] ?? [])).size > 1 && name !== "WORKER",
  );
  saveOwn(values, masterUser, target);
  const own = new Set<string>([...applicationVariables.map(({ name }) => name), secretsRevision]);
  for (const [name, value] of Object.entries(values).sort(([a], [b]) => a.localeCompare(b))) {
    const harm = getHarm(name, value);
    if (own.has(name)) {
      continue;
    }
    if (harm !== undefined || value === "") {
      plan.omitted[name] = value === "" ? "is empty." : (harm ?? "");
    } else {
      target.saveExtra(name, value, references.has(name) || mayBeSecret(name, value));
    }
  }
  keepOthers(environments, values, plan.different, target);
  target.finish();
  if (masterUser !== undefined && values.SQL_USER !== undefined && values.SQL_USER !== masterUser) {
    plan.sqlUser = values.SQL_USER;
  }
  return plan;
}

/** Keeps the worker's values that are not used, except those that the program computes. */
function keepOthers(
  environments: readonly ExistingEnvironment[],
  values: Record<string, string>,
  different: readonly string[],
  target: Target,
) {
  const computed = new Set<string>([
    ...applicationVariables.flatMap(({ name, secret, configurationKey }) =>
      secret && configurationKey !== undefined ? [] : name,
    ),
    secretsRevision,
  ]);
  for (const name of different.filter((one) => !computed.has(one))) {
    const other = environments
      .filter(({ role }) => role === "worker")
      .map(({ variables }) => variables[name] ?? "")
      .find((value) => value !== "" && value !== values[name]);
    if (other !== undefined && getHarm(name, other) === undefined) {
      target.keepUnused(`WORKER_${name}`, other);
    }
  }
}

/** The value of the first environment that has a variable. */
function mergeVariables(environments: readonly ExistingEnvironment[]): Record<string, string> {
  return Object.assign({}, ...environments.map(({ variables }) => variables).reverse()) as Record<
    string,
    string
  >;
}

/** Saves the variables for which the program has a setting. */
function saveOwn(values: Record<string, string>, masterUser: string | undefined, target: Target) {
  const isMaster = values.SQL_USER === undefined || values.SQL_USER === masterUser;
  const keys = new Map(
    applicationVariables.flatMap(({ name, secret, configurationKey }) =>
      secret && configurationKey !== undefined ? [[name as string, configurationKey as string]] : [],
    ),
  );
  if (masterUser === undefined) {
    // Whose password it is, is known with the database.
    keys.delete("SQL_PASSWORD");
  } else if (!isMaster) {
    keys.set("SQL_PASSWORD", "sqlPassword").set("SQL_USER", "sqlUser");
  }
  const found = [...keys].flatMap(([name, key]) =>
    values[name] === undefined || values[name] === ""
      ? []
      : [{ name, key, value: normalize(name, values[name]) }],
  );
  // Both or none.
  for (const pair of [
    ["smtpUser", "smtpPassword"],
    ["sqlUser", "sqlPassword"],
  ]) {
    const members = found.filter(({ key }) => pair.includes(key));
    const missing = members.length === 1 || members.some(({ key, value }) => !isValid(key, value));
    for (const { name, key, value } of members) {
      target.saveSetting(name, key, value, missing);
    }
  }
  for (const { name, key, value } of found.filter((one) => !/^(smtp|sql)/.test(one.key))) {
    target.saveSetting(name, key, value, false);
  }
}

/** Returns what the application makes of a value that people write in several ways. */
function normalize(name: string, value: string): string {
  return name === "ADMIN_URL" ? value.trim().replaceAll("/", "").toLowerCase() : value;
}

const isValid = (key: string, value: string) => getSetting(key)?.validator.isValid(value) === true;

/** Collects what is to be set, without what is set already. */
class Target {
  private readonly extra: Record<"extraEnvironment" | "extraSecrets", Record<string, string>>;
  private addsSecrets = false;

  constructor(
    private readonly plan: VariablePlan,
    private readonly configured: Decrypted,
    private readonly project: string,
  ) {
    const read = (key: string) => toStrings(parseJson(this.get(key) ?? "{}"));
    this.extra = { extraEnvironment: read("extraEnvironment"), extraSecrets: read("extraSecrets") };
  }

  /** @param isRefused Whether the value cannot be used although it is valid. */
  saveSetting(name: string, key: string, value: string, isRefused: boolean) {
    const setting = getSetting(key);
    if (!isRefused && isValid(key, value)) {
      const current = this.get(key);
      if (current !== undefined && current !== value) {
        this.plan.overridden.push(`${name} (${key})`);
      } else if (current === undefined) {
        this.plan.writes.push({ key, value, secret: setting?.secret === true });
      }
      (this.plan.saved[key] ??= []).push(name);
      return;
    }
    const reason = isValid(key, value)
      ? `${key} is only used with the other one of the pair, which is missing or refused`
      : `${key} expects ${setting?.validator.expected ?? ""}`;
    this.keep(name, value, `${reason}. Unless you set ${key}, ${consequences[key] ?? "it is not used"}.`);
  }

  saveExtra(name: string, value: string, isSecret: boolean) {
    const other = isSecret ? "extraEnvironment" : "extraSecrets";
    const key = name in this.extra[other] ? other : isSecret ? "extraSecrets" : "extraEnvironment";
    const known = this.extra[key];
    const { validator } = getSetting(key) ?? {};
    if (!(name in known) && validator?.isValid({ [name]: value }) !== true) {
      // Some characters are accepted in a secret only.
      if (key === "extraEnvironment" && getSetting("extraSecrets")?.validator.isValid({ [name]: value })) {
        this.saveExtra(name, value, true);
      } else {
        this.keep(name, value, `${key} expects ${validator?.expected ?? ""}.`);
      }
      return;
    }
    (this.plan.saved[key] ??= []).push(name);
    if (name in known) {
      this.plan.overridden.push(...(known[name] === value ? [] : [`${name} (${key})`]));
      return;
    }
    known[name] = value;
    if (key === "extraSecrets") {
      this.addsSecrets = true;
    } else {
      this.plan.writes.push({ key: `extraEnvironment.${name}`, value, secret: false });
    }
  }

  finish() {
    // A secret map is encrypted as a whole.
    if (this.addsSecrets) {
      this.plan.writes.push({
        key: "extraSecrets",
        value: JSON.stringify(this.extra.extraSecrets),
        secret: true,
      });
    }
  }

  /** Keeps a value that no setting has. */
  keepUnused(name: string, value: string) {
    const key = `${keptNamespace}:${name}`;
    if (this.configured[key] === undefined) {
      this.plan.writes.push({ key, value, secret: true });
    }
  }

  private keep(name: string, value: string, reason: string) {
    this.plan.refused[name] = reason;
    this.keepUnused(name, value);
  }

  private get(key: string): string | undefined {
    return this.configured[`${this.project}:${key}`];
  }
}

function toStrings(value: unknown): Record<string, string> {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
    : {};
}

/** Describes where the variables went, by name: their values may be secrets. */
export function formatVariables(
  { saved, refused, omitted, overridden, different }: VariablePlan,
  stack: string,
): string[] {
  const list = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
  const isEncrypted = (key: string) => getSetting(key)?.secret === true;
  return [
    ...list(
      `Saved in Pulumi.${stack}.yaml`,
      Object.entries(saved).map(
        ([key, names]) => `${key}${isEncrypted(key) ? ", encrypted" : ""}: ${names.join(", ")}`,
      ),
    ),
    ...list(
      `Not accepted by a setting; kept encrypted under ${keptNamespace}: in Pulumi.${stack}.yaml, where nothing uses them`,
      Object.entries(refused).flatMap(([name, reason]) => [
        `${name}: ${reason}`,
        `  npx pulumi config get ${keptNamespace}:${name} --stack ${stack}`,
      ]),
    ),
    ...list(
      "Not carried over",
      Object.entries(omitted).map(([name, reason]) => `${name} ${reason.replace(/ Remove it\.$/, "")}`),
    ),
    ...list(
      `Pulumi.${stack}.yaml already has another value, which stays; remove the key there to save the environment's`,
      overridden,
    ),
    ...list(
      `Different in the web and the worker environment; the web environment's value is used. The worker's is kept encrypted under ${keptNamespace}:WORKER_…, unless the program sets the variable itself`,
      different,
    ),
  ];
}
