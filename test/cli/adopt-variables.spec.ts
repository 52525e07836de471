import { expect } from "chai";
import { describe, it } from "mocha";
import type { ExistingEnvironment } from "../../cli/adopt/survey";
import { type Decrypted, formatVariables, mayBeSecret, planVariables } from "../../cli/adopt/variables";

type Variables = Record<string, string>;

function environment(role: "web" | "worker", variables: Variables, references: Variables = {}) {
  return {
    id: `e-${role}`,
    name: role,
    application: "beo-datastore-prod",
    role,
    status: "Ready",
    health: "Ok",
    version: "app-42",
    platform: "64bit Amazon Linux 2 v3.3.9 running Python 3.7",
    options: [],
    variables,
    references,
    reasons: [],
    isManaged: false,
  } satisfies ExistingEnvironment;
}

/** What the guide has people set, with values that the console takes. */
const guide: Variables = {
  ADMIN_URL: "handmadeadmin",
  APP_ENV: "prod",
  APP_URL: "https://beo.example.org",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  AWS_MEDIA_BUCKET_NAME: "beo-datastore-prod-media",
  SECRET_KEY: "n8Zr0hand_made-secret-key-0123456789abcdefghij",
  SMTP_USER: "AKIAIOSFODNN7SMTPXYZ",
  SMTP_PASSWORD: "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2",
  SQL_PASSWORD: "HandMadePassword1",
  SQL_USER: "postgres",
  SUPPORT_EMAIL: "support@example.org",
  SUPPORT_PASSWORD: "HandMadeSupport1",
  WORKER: "0",
};

interface Options {
  worker?: Variables;
  configured?: Decrypted;
  references?: Variables;
  master?: string;
}

function plan(
  more: Variables,
  { worker, configured = {}, references = {}, master = "postgres" }: Options = {},
) {
  const web = environment("web", { ...guide, ...more }, references);
  const environments = worker === undefined ? [web] : [web, environment("worker", worker)];
  const qualified = Object.fromEntries(
    Object.entries(configured).map(([key, value]) => [key.includes(":") ? key : `beo:${key}`, value]),
  );
  return planVariables(environments, master, qualified, "beo");
}

const written = (result: ReturnType<typeof plan>) =>
  Object.fromEntries(result.writes.map(({ key, value }) => [key, value]));

describe("adoption: variables", () => {
  it("saves the secrets in use, encrypted, under the program's keys", () => {
    const { writes, refused } = plan({});
    expect(Object.fromEntries(writes.map(({ key, value, secret }) => [key, [value, secret]]))).to.deep.equal({
      adminUrl: ["handmadeadmin", true],
      databasePassword: ["HandMadePassword1", true],
      secretKey: [guide.SECRET_KEY, true],
      smtpPassword: [guide.SMTP_PASSWORD, true],
      smtpUser: [guide.SMTP_USER, true],
      supportPassword: ["HandMadeSupport1", true],
    });
    expect(refused).to.deep.equal({});
  });

  it("gives the password of an application user to that user, not to the master user", () => {
    const result = plan({ SQL_USER: "beo_app" });
    expect(written(result)).to.include({ sqlUser: "beo_app", sqlPassword: "HandMadePassword1" });
    expect(written(result)).not.to.have.property("databasePassword");
    expect(result.sqlUser).to.equal("beo_app");
    expect(plan({}).sqlUser).to.equal(undefined);
  });

  it("leaves the database's password out while the database is not known", () => {
    const { writes, sqlUser } = planVariables([environment("web", guide)], undefined, {}, "beo");
    expect(writes.map(({ key }) => key)).not.to.include.members(["databasePassword"]);
    expect(sqlUser).to.equal(undefined);
  });

  it("saves what only the worker has, and the web environment's value where they differ", () => {
    const worker = {
      ...guide,
      WORKER: "1",
      SECRET_KEY: "another-secret-key-0123456789abcdefghijk",
      CELERY_CONCURRENCY: "4",
    };
    const result = plan({}, { worker });
    expect(written(result)).to.include({
      secretKey: guide.SECRET_KEY,
      "extraEnvironment.CELERY_CONCURRENCY": "4",
    });
    expect(result.different).to.deep.equal(["SECRET_KEY"]);
  });

  it("keeps the worker's other values, encrypted, unless the program computes them", () => {
    const worker = {
      ...guide,
      WORKER: "1",
      SECRET_KEY: "another-secret-key-0123456789abcdefghijk",
      TIME_ZONE: "UTC",
      APP_URL: "http://10.0.0.1",
      LOG_LEVEL: "",
    };
    const more = { TIME_ZONE: "America/Los_Angeles", LOG_LEVEL: "info" };
    const { writes } = plan(more, { worker });
    expect(writes.filter(({ key }) => key.startsWith("adopted:"))).to.have.deep.members([
      { key: "adopted:WORKER_TIME_ZONE", value: "UTC", secret: true },
      { key: "adopted:WORKER_SECRET_KEY", value: worker.SECRET_KEY, secret: true },
    ]);
    expect(writes.find(({ key }) => key === "extraEnvironment.TIME_ZONE")?.value).to.equal(more.TIME_ZONE);
    const configured = { "adopted:WORKER_TIME_ZONE": "UTC", "adopted:WORKER_SECRET_KEY": "kept" };
    const again = plan(more, { worker, configured });
    expect(again.writes.filter(({ key }) => key.startsWith("adopted:"))).to.deep.equal([]);
  });

  it("saves unknown variables, those that may be secrets encrypted", () => {
    const result = plan({ LOG_LEVEL: "info", PVWATTS_API_KEY: "DEMO-0123", FEATURE_FLAGS: "a b" });
    expect(written(result)).to.deep.include({
      "extraEnvironment.LOG_LEVEL": "info",
      "extraEnvironment.FEATURE_FLAGS": "a b",
      extraSecrets: '{"PVWATTS_API_KEY":"DEMO-0123"}',
    });
    expect(result.writes.find(({ key }) => key === "extraSecrets")?.secret).to.equal(true);
  });

  it("saves what a reference was resolved to, encrypted", () => {
    const references = { MAP_STYLE: "arn:aws:ssm:us-west-1:123456789012:parameter/map" };
    expect(written(plan({ MAP_STYLE: "dark" }, { references })).extraSecrets).to.equal(
      '{"MAP_STYLE":"dark"}',
    );
  });

  it("adds to the extra secrets that are there", () => {
    const configured = { extraSecrets: '{"A_TOKEN":"one"}' };
    expect(written(plan({ B_TOKEN: "two" }, { configured })).extraSecrets).to.equal(
      '{"A_TOKEN":"one","B_TOKEN":"two"}',
    );
  });

  it("changes nothing when it runs again", () => {
    const variables = { LOG_LEVEL: "info", B_TOKEN: "two", MY_SETTING: "a,b$c", SECRET_KEY: "short" };
    const first = plan(variables);
    const configured: Record<string, string> = {};
    for (const { key, value } of first.writes) {
      const [group = "", name] = key.split(".");
      configured[group] = name === undefined ? value : JSON.stringify({ [name]: value });
    }
    const second = plan(variables, { configured });
    expect(second.writes).to.deep.equal([]);
    expect(second.saved).to.deep.equal(first.saved);
    expect(second.overridden).to.deep.equal([]);
  });

  it("keeps what a person has set, and says so", () => {
    const configured = { secretKey: "chosen-by-a-person-0123456789abcdefghijkl" };
    const result = plan({}, { configured });
    expect(written(result)).not.to.have.property("secretKey");
    expect(result.overridden).to.deep.equal(["SECRET_KEY (secretKey)"]);
  });

  // Django's startproject: 50 characters of letters, digits and !@#$%^&*(-_=+).
  it("keeps a value that its setting does not accept, encrypted, and names what is expected", () => {
    const result = plan({ SECRET_KEY: "x$k&8!v(z=2)@p+w^0r-_q#5n*j7h%c4m6b1t3y9u_i(o)a&e" });
    expect(result.writes).to.deep.include({
      key: "adopted:SECRET_KEY",
      value: "x$k&8!v(z=2)@p+w^0r-_q#5n*j7h%c4m6b1t3y9u_i(o)a&e",
      secret: true,
    });
    expect(result.refused.SECRET_KEY).to.match(
      /^secretKey expects 32 to 128 letters.*all users have to log in again/,
    );
  });

  it("uses both or none of a user and a password", () => {
    for (const change of [{ SMTP_PASSWORD: "a b" }, { SMTP_PASSWORD: "" }]) {
      const result = plan(change);
      expect(written(result)).not.to.have.any.keys("smtpUser", "smtpPassword");
      expect(written(result)).to.have.property("adopted:SMTP_USER");
      expect(result.refused.SMTP_USER).to.include("smtpUser");
    }
  });

  it("writes the admin's path as the application reads it", () => {
    expect(written(plan({ ADMIN_URL: "/HandMadeAdmin/" })).adminUrl).to.equal("handmadeadmin");
  });

  it("leaves out what belongs to the platform or breaks the application, and says why", () => {
    const result = plan({
      PYTHONPATH: "/var/app/venv/staging-LQM1lest/bin",
      AWS_DEFAULT_ACL: "public-read",
      EMAIL_FILE_DIR: "/tmp/mail",
      PARAM1: "",
    });
    expect(Object.keys(result.omitted)).to.have.members([
      "PYTHONPATH",
      "AWS_DEFAULT_ACL",
      "EMAIL_FILE_DIR",
      "PARAM1",
    ]);
    expect(result.omitted.AWS_DEFAULT_ACL).to.include("upload");
    expect(Object.keys(written(result)).join()).not.to.match(/PYTHONPATH|ACL|EMAIL|PARAM1/);
  });

  it("keeps names and values that an environment property cannot have in this program", () => {
    const result = plan({ lower_case: "1", BANNER: "it's <b>", NAMES: "a,b" });
    expect(Object.keys(result.refused).sort()).to.deep.equal(["BANNER", "NAMES", "lower_case"]);
    expect(written(result)).to.include({ "adopted:BANNER": "it's <b>", "adopted:NAMES": "a,b" });
  });

  it("saves a value with characters that only secrets may have as a secret", () => {
    expect(written(plan({ QUERY: "a?b=c~d" })).extraSecrets).to.equal('{"QUERY":"a?b=c~d"}');
  });

  it("never prints a value", () => {
    const result = plan({ SECRET_KEY: "short-s3cret", B_TOKEN: "t0ken-value", LOG_LEVEL: "verbose-x" });
    const text = formatVariables(result, "prod").join("\n");
    for (const value of ["short-s3cret", "t0ken-value", "HandMadePassword1", "verbose-x"]) {
      expect(text).not.to.include(value);
    }
    expect(text).to.include("extraSecrets, encrypted: B_TOKEN");
    expect(text).to.include("extraEnvironment: LOG_LEVEL");
    expect(text).to.include("npx pulumi config get adopted:SECRET_KEY --stack prod");
  });

  const secrets: [string, string][] = [
    ["STRIPE_KEY", "x"],
    ["SENTRY_DSN", "https://abc@sentry.example.org/1"],
    ["DB_PASS", "x"],
    ["PGPASSWORD", "x"],
    ["JWT_SIGNING", "x"],
    ["GITHUB_PAT", "ghp_0123456789abcdefghij0123456789abcdef"],
    ["REDIS_URL", "redis://user:pw@cache.example.org:6379/0"],
    ["LICENSE", "A1B2C3D4E5F6G7H8I9J0K1"],
    ["ID", "5f4dcc3b5aa765d61d8327deb882cf99"],
    ["BLOB", "eyJhbGciOiJIUzI1NiJ9.e30.x"],
    ["MAGIC", "tR0ub4dor3xAmPle9Zq"],
    ["SLACK_URL", "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"],
    ["CHAT", "https://discord.com/api/webhooks/000000000000000000/abc-def_ghi"],
    ["TEAMS", "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d"],
    ["OLD_TEAMS", "https://outlook.office.com/webhook/a@b/IncomingWebhook/c/d"],
    ["PING", "https://hc-ping.com/5f0e7c4a-8d3b-4f7e-9a51-0c2d3e4f5a6b"],
    ["FEED", "https://feeds.example.org/private/9f86d081884c7d659a2f"],
    ["TILES", "https://tiles.example.org/v4?style=dark&access_token=pk"],
    ["SHARED", "https://storage.example.org/file?sv=2022&sig=abc"],
  ];
  for (const [name, value] of secrets) {
    it(`takes ${name} for a secret`, () => {
      expect(mayBeSecret(name, value)).to.equal(true);
    });
  }

  const plain: [string, string][] = [
    ["LOG_LEVEL", "info"],
    ["DJANGO_SETTINGS_MODULE", "beo_datastore.settings"],
    ["TIME_ZONE", "America/Los_Angeles"],
    ["CELERY_CONCURRENCY", "4"],
    ["API_ROOT", "https://api.example.org/v1"],
    ["STATIC_URL", "https://beo-datastore-2020-static.s3.us-west-1.amazonaws.com/static/"],
    ["DOCS_URL", "https://docs.example.org/getting_started_with_reports?page=2"],
    ["MAP", "https://maps.example.org/2020-public-data-of-california/index.html"],
    ["LANG", "en_US.UTF-8"],
  ];
  for (const [name, value] of plain) {
    it(`takes ${name} for no secret`, () => {
      expect(mayBeSecret(name, value)).to.equal(false);
    });
  }
});
