import * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "./beo-datastore";

/** The inputs of the variables' values. */
export interface VariableInputs {
  adminUrl: string;
  /** dev, staging or prod. */
  environment: string;
  appUrl: string;
  accessKeyId: string;
  secretAccessKey: string;
  mediaBucketName: string;
  staticBucketName: string;
  queueName: string;
  /** Host name that serves the application; undefined without one. */
  domain: string | undefined;
  /** Host name of CloudFront in front of the application; undefined without it. */
  distributionHost: string | undefined;
  /** Further hosts that Django answers to. */
  additionalHosts: string[];
  /** First part of the web environment's own host name. */
  cnamePrefix: string;
  secretKey: string;
  smtpUser: string;
  smtpPassword: string;
  databaseName: string;
  databaseHost: string;
  databasePort: number;
  databaseUser: string;
  databasePassword: string;
  region: string;
  supportEmail: string;
  supportPassword: string;
  tier: "web" | "worker";
}

/** Where the value of a variable comes from. */
type Source =
  | "configuration"
  | "generated or configuration"
  | "database"
  | "storage"
  | "queue"
  | "service account"
  | "mail"
  | "beanstalk"
  | "fixed";

/** An environment variable that the application reads. */
export interface ApplicationVariable<Name extends string = string> {
  name: Name;
  /** What the application uses it for. */
  use: string;
  source: Source;
  /** Whether it reaches the instances by reference and is never shown. */
  secret: boolean;
  /** The inputs of its value, and no others: an unknown or secret input then affects only the variables made of it. */
  inputs: readonly (keyof VariableInputs)[];
  /** Returns its value. */
  value: (inputs: VariableInputs) => string;
  /** The configuration key that may set its value. */
  configurationKey?: keyof BeoDatastoreArgs;
}

/** A variable whose value is a function of some inputs: the compiler lets it use only those that it names. */
function variable<Name extends string, Input extends keyof VariableInputs = never>(
  row: Omit<ApplicationVariable<Name>, "secret" | "inputs" | "value"> & {
    secret?: true;
    inputs?: readonly Input[];
    value: (inputs: Pick<VariableInputs, Input>) => string;
  },
): ApplicationVariable<Name> {
  return { secret: false, inputs: [], ...row };
}

/** The inputs that are a variable's value as they are. */
type TextInput = Exclude<
  keyof VariableInputs,
  "domain" | "distributionHost" | "additionalHosts" | "databasePort"
>;

/** A value that is one input. */
const from = <Input extends TextInput>(input: Input) => ({
  inputs: [input],
  value: (inputs: Pick<VariableInputs, Input>): string => inputs[input],
});

/** The application's environment variables, by name. Both environments get all of them. */
export const applicationVariables = [
  variable({
    name: "ADMIN_URL",
    use: "path of the Django admin, hard to guess",
    source: "generated or configuration",
    secret: true,
    configurationKey: "adminUrl",
    ...from("adminUrl"),
  }),
  variable({
    name: "APP_ENV",
    use: "dev, staging or prod",
    source: "configuration",
    configurationKey: "environment",
    ...from("environment"),
  }),
  variable({
    name: "APP_URL",
    use: "the front end, for links in mail",
    source: "configuration",
    configurationKey: "appUrl",
    ...from("appUrl"),
  }),
  variable({
    name: "AWS_ACCESS_KEY_ID",
    use: "buckets and queue",
    source: "service account",
    secret: true,
    ...from("accessKeyId"),
  }),
  variable({
    name: "AWS_MEDIA_BUCKET_NAME",
    use: "uploads and results",
    source: "storage",
    ...from("mediaBucketName"),
  }),
  variable({
    name: "AWS_SECRET_ACCESS_KEY",
    use: "buckets and queue",
    source: "service account",
    secret: true,
    ...from("secretAccessKey"),
  }),
  variable({
    name: "AWS_STORAGE_BUCKET_NAME",
    use: "static files",
    source: "storage",
    ...from("staticBucketName"),
  }),
  // Without it the application puts the raw secret key into a URL, where a "/" breaks it.
  variable({
    name: "BROKER_URL",
    use: "Celery's broker; no credentials, boto3 finds them",
    source: "fixed",
    value: () => "sqs://",
  }),
  variable({
    name: "CELERY_DEFAULT_QUEUE",
    use: "the queue's name",
    source: "queue",
    ...from("queueName"),
  }),
  variable({
    name: "CORS_ORIGIN_WHITELIST",
    use: "the front end's origin",
    source: "configuration",
    configurationKey: "appUrl",
    ...from("appUrl"),
  }),
  // The application takes every text for true, "0" too.
  variable({
    name: "CSRF_COOKIE_SECURE",
    use: "cookies over HTTPS only",
    source: "fixed",
    value: () => "1",
  }),
  variable({
    name: "DEBUG",
    use: "off",
    source: "fixed",
    value: () => "0",
  }),
  // Never `*`, with which anyone could forge links in the application's mail.
  variable({
    name: "DJANGO_ALLOWED_HOSTS",
    use: "the hosts that Django answers to",
    source: "beanstalk",
    inputs: ["domain", "distributionHost", "cnamePrefix", "region", "additionalHosts"],
    value: ({ domain, distributionHost, cnamePrefix, region, additionalHosts }) => {
      const ownHost = `${cnamePrefix}.${region}.elasticbeanstalk.com`;
      const hosts = [domain, distributionHost, ownHost, ...additionalHosts];
      return [...new Set(hosts.filter((host) => host !== undefined))].join(" ");
    },
  }),
  variable({
    name: "MEDIA_ROOT",
    use: "uploads and results, for s3fs",
    source: "storage",
    inputs: ["mediaBucketName"],
    value: ({ mediaBucketName }) => `s3://${mediaBucketName}/`,
  }),
  variable({
    name: "SECRET_KEY",
    use: "Django's signatures and sessions",
    source: "generated or configuration",
    secret: true,
    configurationKey: "secretKey",
    ...from("secretKey"),
  }),
  variable({
    name: "SESSION_COOKIE_SECURE",
    use: "cookies over HTTPS only",
    source: "fixed",
    value: () => "1",
  }),
  variable({
    name: "SMTP_PASSWORD",
    use: "sending mail",
    source: "mail",
    secret: true,
    configurationKey: "smtpPassword",
    ...from("smtpPassword"),
  }),
  variable({
    name: "SMTP_USER",
    use: "sending mail",
    source: "mail",
    secret: true,
    configurationKey: "smtpUser",
    ...from("smtpUser"),
  }),
  variable({
    name: "SQL_DATABASE",
    use: "database name",
    source: "database",
    ...from("databaseName"),
  }),
  variable({
    name: "SQL_ENGINE",
    use: "Django's database backend",
    source: "fixed",
    value: () => "django.db.backends.postgresql",
  }),
  variable({
    name: "SQL_HOST",
    use: "database host",
    source: "database",
    ...from("databaseHost"),
  }),
  variable({
    name: "SQL_PASSWORD",
    use: "database password",
    source: "database",
    secret: true,
    configurationKey: "databasePassword",
    ...from("databasePassword"),
  }),
  variable({
    name: "SQL_PORT",
    use: "database port",
    source: "database",
    inputs: ["databasePort"],
    value: ({ databasePort }) => String(databasePort),
  }),
  variable({
    name: "SQL_USER",
    use: "database user",
    source: "database",
    configurationKey: "sqlUser",
    ...from("databaseUser"),
  }),
  // Django requires the trailing "/": without it every manage.py command fails.
  variable({
    name: "STATIC_ROOT",
    use: "prefix of static links",
    source: "storage",
    inputs: ["staticBucketName", "region"],
    value: ({ staticBucketName, region }) => `${staticBucketName}.s3-website-${region}.amazonaws.com/`,
  }),
  variable({
    name: "SUPPORT_EMAIL",
    use: "the support address",
    source: "configuration",
    configurationKey: "supportEmail",
    ...from("supportEmail"),
  }),
  variable({
    name: "SUPPORT_PASSWORD",
    use: "the support account",
    source: "generated or configuration",
    secret: true,
    configurationKey: "supportPassword",
    ...from("supportPassword"),
  }),
  variable({
    name: "WORKER",
    use: "1 where Celery runs, 0 on the web",
    source: "fixed",
    inputs: ["tier"],
    value: ({ tier }) => (tier === "worker" ? "1" : "0"),
  }),
];

/** The name of one of the application's variables. */
export type VariableName = (typeof applicationVariables)[number]["name"];

/** A property that is not the application's: it changes with the secrets, so that a changed secret updates an environment. */
export const secretsRevision = "SECRETS_REVISION";

/** A property of the worker environment that is not the application's: `worker.taskTimeLimit` for the overlay, where it is set. */
export const taskTimeLimitVariable = "TASK_TIME_LIMIT";

/** A property of the web environment that is not the application's: by it the overlay knows the requests of the stack's distribution. */
export const originVerifyHash = "ORIGIN_VERIFY_SHA256";

/** The names of the properties that the program sets, and that are not the operators'. */
export const programProperties: ReadonlySet<string> = new Set([
  ...applicationVariables.map(({ name }) => name),
  secretsRevision,
  taskTimeLimitVariable,
  originVerifyHash,
]);

/** Properties of the worker environment that pause Celery and its scheduler: `beanstalk/run` of the overlay. */
export const pausedCelery = { CELERY_BEAT: "0", CELERY_WORKER: "0" };

const secretNames: ReadonlySet<string> = new Set(
  applicationVariables.filter(({ secret }) => secret).map(({ name }) => name),
);

/** Whether a name is that of one of the application's secret variables. */
export function isSecretVariable(name: string): boolean {
  return secretNames.has(name);
}

/** By its name, or by the form that AWS, Stripe, GitHub and Slack give to their keys. */
export function looksSecret(name: string, value: string): boolean {
  return (
    /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET)_KEY)$/.test(name) ||
    /^((AKIA|ASIA)[A-Z0-9]{16}|[sr]k_(live|test)_\w+|gh[pousr]_\w{20,}|xox[a-z]-.+)$/.test(value)
  );
}

/** Returns every variable of the application with its value, for the web environment or for the worker. */
export function toEnvironment(
  inputs: { [Input in Exclude<keyof VariableInputs, "tier">]: pulumi.Input<VariableInputs[Input]> },
  tier: VariableInputs["tier"],
): Record<VariableName, pulumi.Output<string>> {
  const all: Record<keyof VariableInputs, pulumi.Input<unknown>> = { ...inputs, tier };
  const entries = applicationVariables.map(({ name, secret, inputs: names, value }) => {
    const own = pulumi.all(Object.fromEntries(names.map((input) => [input, all[input]])));
    // A row's value uses only the inputs that the row names.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the row names all inputs of its value
    const output = own.apply((values) => value(values as unknown as VariableInputs));
    return [name, secret ? pulumi.secret(output) : output];
  });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- one entry per row
  return Object.fromEntries(entries) as Record<VariableName, pulumi.Output<string>>;
}
