import * as pulumi from "@pulumi/pulumi";

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

/** What is known of a variable before there is a value. */
export interface Variable {
  name: string;
  /** Who makes the value. */
  source: Source;
  /** Whether it reaches the instances by reference, and is masked wherever it is shown. */
  secret: boolean;
  /** What the application does with it. */
  use: string;
}

const plain = (name: string, source: Source, use: string): Variable => ({ name, source, secret: false, use });
const secret = (name: string, source: Source, use: string): Variable => ({ name, source, secret: true, use });

/** The variables that the application reads, by name. The web and the worker environment get them all. */
export const variables = [
  secret("ADMIN_URL", "generated or configuration", "path of the Django admin, hard to guess"),
  plain("APP_ENV", "configuration", "dev, staging or prod"),
  plain("APP_URL", "configuration", "the front end, for links in mail"),
  secret("AWS_ACCESS_KEY_ID", "service account", "buckets and queue"),
  plain("AWS_MEDIA_BUCKET_NAME", "storage", "uploads and results"),
  secret("AWS_SECRET_ACCESS_KEY", "service account", "buckets and queue"),
  plain("AWS_STORAGE_BUCKET_NAME", "storage", "static files"),
  plain("BROKER_URL", "fixed", "Celery's broker; no credentials, boto3 finds them"),
  plain("CELERY_DEFAULT_QUEUE", "queue", "the queue's name"),
  plain("CORS_ORIGIN_WHITELIST", "configuration", "the front end's origin"),
  plain("CSRF_COOKIE_SECURE", "fixed", "cookies over HTTPS only"),
  plain("DEBUG", "fixed", "off"),
  plain("DJANGO_ALLOWED_HOSTS", "beanstalk", "the hosts that Django answers to"),
  plain("MEDIA_ROOT", "storage", "uploads and results, for s3fs"),
  secret("SECRET_KEY", "generated or configuration", "Django's signatures and sessions"),
  plain("SESSION_COOKIE_SECURE", "fixed", "cookies over HTTPS only"),
  secret("SMTP_PASSWORD", "mail", "sending mail"),
  secret("SMTP_USER", "mail", "sending mail"),
  plain("SQL_DATABASE", "database", "database name"),
  plain("SQL_ENGINE", "fixed", "Django's database backend"),
  plain("SQL_HOST", "database", "database host"),
  secret("SQL_PASSWORD", "database", "database password"),
  plain("SQL_PORT", "database", "database port"),
  plain("SQL_USER", "database", "database user"),
  plain("STATIC_ROOT", "storage", "prefix of static links"),
  plain("SUPPORT_EMAIL", "configuration", "the support address"),
  secret("SUPPORT_PASSWORD", "generated or configuration", "the support account"),
  plain("WORKER", "fixed", "1 where Celery runs, 0 on the web"),
] as const satisfies readonly Variable[];

/** The name of one of the application's variables. */
export type VariableName = (typeof variables)[number]["name"];

/** The names of the secret ones. */
export const secretVariables: ReadonlySet<string> = new Set(
  variables.filter((v) => v.secret).map((v) => v.name),
);

/** What the values follow from. */
export interface EnvironmentFacts {
  adminUrl: pulumi.Input<string>;
  environment: pulumi.Input<string>;
  appUrl: pulumi.Input<string>;
  accessKeyId: pulumi.Input<string>;
  secretAccessKey: pulumi.Input<string>;
  mediaBucketName: pulumi.Input<string>;
  staticBucketName: pulumi.Input<string>;
  queueName: pulumi.Input<string>;
  /** The hosts that Django answers to; `*` would let anybody forge links in its mail. */
  allowedHosts: pulumi.Input<string>[];
  secretKey: pulumi.Input<string>;
  smtpUser: pulumi.Input<string>;
  smtpPassword: pulumi.Input<string>;
  databaseName: pulumi.Input<string>;
  databaseHost: pulumi.Input<string>;
  databasePort: pulumi.Input<number>;
  databaseUser: pulumi.Input<string>;
  databasePassword: pulumi.Input<string>;
  region: pulumi.Input<string>;
  supportEmail: pulumi.Input<string>;
  supportPassword: pulumi.Input<string>;
}

/** Every variable of the application with its value, for the web environment or for the worker. */
export function applicationEnvironment(
  facts: EnvironmentFacts,
  tier: "web" | "worker",
): Record<VariableName, pulumi.Input<string>> {
  return {
    ADMIN_URL: facts.adminUrl,
    APP_ENV: facts.environment,
    APP_URL: facts.appUrl,
    AWS_ACCESS_KEY_ID: facts.accessKeyId,
    AWS_MEDIA_BUCKET_NAME: facts.mediaBucketName,
    AWS_SECRET_ACCESS_KEY: facts.secretAccessKey,
    AWS_STORAGE_BUCKET_NAME: facts.staticBucketName,
    // Without it the application puts the raw secret key into a URL, where a "/" breaks it.
    BROKER_URL: "sqs://",
    CELERY_DEFAULT_QUEUE: facts.queueName,
    CORS_ORIGIN_WHITELIST: facts.appUrl,
    // Any text is true to the application, "0" too.
    CSRF_COOKIE_SECURE: "1",
    DEBUG: "0",
    DJANGO_ALLOWED_HOSTS: pulumi.all(facts.allowedHosts).apply((hosts) => hosts.join(" ")),
    MEDIA_ROOT: pulumi.interpolate`s3://${facts.mediaBucketName}/`,
    SECRET_KEY: facts.secretKey,
    SESSION_COOKIE_SECURE: "1",
    SMTP_PASSWORD: facts.smtpPassword,
    SMTP_USER: facts.smtpUser,
    SQL_DATABASE: facts.databaseName,
    SQL_ENGINE: "django.db.backends.postgresql",
    SQL_HOST: facts.databaseHost,
    SQL_PASSWORD: facts.databasePassword,
    SQL_PORT: pulumi.interpolate`${facts.databasePort}`,
    SQL_USER: facts.databaseUser,
    // The final "/" is Django's demand, or every manage.py command aborts.
    STATIC_ROOT: pulumi.interpolate`${facts.staticBucketName}.s3-website-${facts.region}.amazonaws.com/`,
    SUPPORT_EMAIL: facts.supportEmail,
    SUPPORT_PASSWORD: facts.supportPassword,
    WORKER: tier === "worker" ? "1" : "0",
  };
}
