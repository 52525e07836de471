import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import {
  applicationVariables,
  isSecretVariable,
  toEnvironment,
  type VariableInputs,
} from "../../components/application-variables";
import { isSecretOutput, valueOf } from "../support/run";

const inputs = {
  adminUrl: "hidden",
  environment: "prod",
  appUrl: "https://beo.example.com",
  accessKeyId: "AKIA",
  secretAccessKey: "abc",
  mediaBucketName: "x-media",
  staticBucketName: "x-static",
  queueName: "x",
  domain: "api.example.com",
  distributionHost: undefined,
  additionalHosts: [],
  cnamePrefix: "x",
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

/** What the application's code reads, each with the value that it needs. */
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

describe("the application's variables", () => {
  it("have the values that the application needs, with WORKER 0 on the web and 1 on the worker", async () => {
    const [web, worker] = await Promise.all(
      (["web", "worker"] as const).map((tier) => valueOf(toEnvironment(inputs, tier))),
    );
    expect(web).to.deep.equal({ ...expected, WORKER: "0" });
    expect(worker).to.deep.equal({ ...expected, WORKER: "1" });
  });

  it("are complete and sorted by name", () => {
    expect(applicationVariables.map(({ name }) => name)).to.deep.equal(
      [...Object.keys(expected), "WORKER"].sort(),
    );
  });

  it("name only the web environment's own host without a domain", async () => {
    const { DJANGO_ALLOWED_HOSTS } = toEnvironment({ ...inputs, domain: undefined }, "web");
    expect(await valueOf(DJANGO_ALLOWED_HOSTS)).to.equal("x.us-west-1.elasticbeanstalk.com");
  });

  it("name CloudFront's host where it is in front of the environment", async () => {
    const { DJANGO_ALLOWED_HOSTS } = toEnvironment(
      { ...inputs, domain: undefined, distributionHost: "d111111abcdef8.cloudfront.net" },
      "web",
    );
    expect(await valueOf(DJANGO_ALLOWED_HOSTS)).to.equal(
      "d111111abcdef8.cloudfront.net x.us-west-1.elasticbeanstalk.com",
    );
  });

  it("name further hosts after these", async () => {
    const additionalHosts = ["old.us-west-1.elasticbeanstalk.com", ".example.org", "api.example.com"];
    const { DJANGO_ALLOWED_HOSTS } = toEnvironment({ ...inputs, additionalHosts }, "worker");
    expect(await valueOf(DJANGO_ALLOWED_HOSTS)).to.equal(
      "api.example.com x.us-west-1.elasticbeanstalk.com old.us-west-1.elasticbeanstalk.com .example.org",
    );
  });

  it("are secret where the application uses them as credentials", async () => {
    const secrets = [
      "ADMIN_URL",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "SECRET_KEY",
      "SMTP_PASSWORD",
      "SMTP_USER",
      "SQL_PASSWORD",
      "SUPPORT_PASSWORD",
    ];
    expect(applicationVariables.map(({ name }) => name).filter(isSecretVariable)).to.deep.equal(secrets);
    const environment = Object.entries(toEnvironment(inputs, "web"));
    const marked = await Promise.all(
      environment.map(async ([name, value]) => ((await isSecretOutput(value)) ? [name] : [])),
    );
    expect(marked.flat()).to.deep.equal(secrets);
  });

  it("name every input that their values use", () => {
    const values = { ...inputs, tier: "web" } as VariableInputs;
    for (const { name, inputs: named, value } of applicationVariables) {
      const used = new Set<string>();
      const spy = new Proxy(values, {
        get: (target, input: string) => {
          used.add(input);
          return target[input as keyof VariableInputs];
        },
      });
      value(spy);
      expect([...used], name).to.have.members([...named]);
    }
  });

  it("become secret by a secret input only where they use it", async () => {
    const { SQL_HOST, SQL_PORT } = toEnvironment({ ...inputs, databaseHost: pulumi.secret("hidden") }, "web");
    expect(await Promise.all([SQL_HOST, SQL_PORT].map(isSecretOutput))).to.deep.equal([true, false]);
  });
});
