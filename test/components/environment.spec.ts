import { expect } from "chai";
import { describe, it } from "mocha";
import { applicationEnvironment, secretVariables, variables } from "../../components/environment";
import { valueOf } from "../support/run";

const facts = {
  adminUrl: "hidden",
  environment: "prod",
  appUrl: "https://beo.example.com",
  accessKeyId: "AKIA",
  secretAccessKey: "abc",
  mediaBucketName: "x-media",
  staticBucketName: "x-static",
  queueName: "x",
  allowedHosts: ["api.example.com", "x.us-west-1.elasticbeanstalk.com"],
  secretKey: "key",
  smtpUser: "user",
  smtpPassword: "smtp",
  databaseName: "beo_datastore",
  databaseHost: "db.example.com",
  databasePort: 5432,
  databaseUser: "beo_datastore",
  databasePassword: "pw",
  region: "us-west-1",
  supportEmail: "support@example.com",
  supportPassword: "support",
};

const expected = {
  ADMIN_URL: "hidden",
  APP_ENV: "prod",
  APP_URL: "https://beo.example.com",
  AWS_ACCESS_KEY_ID: "AKIA",
  AWS_MEDIA_BUCKET_NAME: "x-media",
  AWS_SECRET_ACCESS_KEY: "abc",
  AWS_STORAGE_BUCKET_NAME: "x-static",
  BROKER_URL: "sqs://",
  CELERY_DEFAULT_QUEUE: "x",
  CORS_ORIGIN_WHITELIST: "https://beo.example.com",
  CSRF_COOKIE_SECURE: "1",
  DEBUG: "0",
  DJANGO_ALLOWED_HOSTS: "api.example.com x.us-west-1.elasticbeanstalk.com",
  MEDIA_ROOT: "s3://x-media/",
  SECRET_KEY: "key",
  SESSION_COOKIE_SECURE: "1",
  SMTP_PASSWORD: "smtp",
  SMTP_USER: "user",
  SQL_DATABASE: "beo_datastore",
  SQL_ENGINE: "django.db.backends.postgresql",
  SQL_HOST: "db.example.com",
  SQL_PASSWORD: "pw",
  SQL_PORT: "5432",
  SQL_USER: "beo_datastore",
  STATIC_ROOT: "x-static.s3-website-us-west-1.amazonaws.com/",
  SUPPORT_EMAIL: "support@example.com",
  SUPPORT_PASSWORD: "support",
};

describe("the application's environment", () => {
  it("has every variable with its value, 0 for WORKER on the web and 1 on the worker", async () => {
    const [web, worker] = await Promise.all(
      (["web", "worker"] as const).map((tier) => valueOf(applicationEnvironment(facts, tier))),
    );
    expect(web).to.deep.equal({ ...expected, WORKER: "0" });
    expect(worker).to.deep.equal({ ...expected, WORKER: "1" });
  });

  it("describes exactly those, in order", () => {
    expect(variables.map(({ name }) => name)).to.deep.equal([...Object.keys(expected), "WORKER"].sort());
    expect(variables).to.have.length(28);
  });

  it("knows which are secret", () => {
    expect([...secretVariables]).to.deep.equal([
      "ADMIN_URL",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "SECRET_KEY",
      "SMTP_PASSWORD",
      "SMTP_USER",
      "SQL_PASSWORD",
      "SUPPORT_PASSWORD",
    ]);
  });
});
