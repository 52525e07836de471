import { secretVariables, variables } from "../components/environment";
import type { Settings } from "./tiers";

/**
 * Estimates the size of the web environment's properties in bytes, `NAME=value` each, before anything is created, with
 * values as long as AWS generates them. Counts references to secrets too; whether AWS does is not documented.
 */
export function propertiesSize(settings: Settings, region: string): number {
  const { applicationName, extraEnvironment = {}, extraSecrets = {}, platform } = settings;
  const reference = (name: string) =>
    `arn:aws:ssm:${region}:123456789012:parameter/${applicationName}/${name}`;
  const bucket = `${applicationName}-static${settings.storage?.accountNamespace ? `-123456789012-${region}-an` : ""}`;
  const known: Record<string, string> = {
    APP_ENV: settings.environment,
    APP_URL: settings.appUrl,
    AWS_MEDIA_BUCKET_NAME: bucket,
    AWS_STORAGE_BUCKET_NAME: bucket,
    BROKER_URL: "sqs://",
    CELERY_DEFAULT_QUEUE: applicationName,
    CORS_ORIGIN_WHITELIST: settings.appUrl,
    CSRF_COOKIE_SECURE: "1",
    DEBUG: "0",
    DJANGO_ALLOWED_HOSTS: `${settings.domain ?? ""} ${settings.web.cnamePrefix ?? applicationName}.${region}.elasticbeanstalk.com`,
    MEDIA_ROOT: `s3://${bucket}/`,
    SESSION_COOKIE_SECURE: "1",
    SQL_DATABASE: "beo_datastore",
    SQL_ENGINE: "django.db.backends.postgresql",
    SQL_HOST: `${applicationName}.abcdefghijkl.${region}.rds.amazonaws.com`,
    SQL_PORT: "5432",
    SQL_USER: settings.sqlUser ?? settings.database.username ?? "beo_datastore",
    STATIC_ROOT: `${bucket}.s3-website-${region}.amazonaws.com/`,
    SUPPORT_EMAIL: settings.supportEmail,
    WORKER: "0",
    SECRETS_REVISION: "1".repeat(2 * (secretVariables.size + Object.keys(extraSecrets).length)),
  };
  const secretNames = [
    ...variables.filter(({ secret }) => secret).map(({ name }) => name),
    ...Object.keys(extraSecrets),
  ];
  const given: Record<string, string | undefined> = {
    ADMIN_URL: settings.adminUrl,
    SECRET_KEY: settings.secretKey,
    SMTP_PASSWORD: settings.smtpPassword,
    SMTP_USER: settings.smtpUser,
    SQL_PASSWORD: settings.sqlPassword ?? settings.databasePassword,
    SUPPORT_PASSWORD: settings.supportPassword,
    ...extraSecrets,
  };
  // No generated secret is longer.
  const secretValue = (name: string) =>
    platform.plainSecrets ? (given[name] ?? "x".repeat(50)) : reference(name);
  const properties = {
    ...known,
    ...Object.fromEntries(secretNames.map((name) => [name, secretValue(name)])),
    ...extraEnvironment,
  };
  return Object.entries(properties).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(`${name}=${value}`),
    0,
  );
}
