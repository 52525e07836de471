import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { commandLine } from "../../stacks/commands";
import { groups, keys } from "../../stacks/keys";
import type { RawConfig } from "../../stacks/raw";
import { validate } from "../../stacks/validate";
import { afterCommands, typed } from "../support/cli-config";
import { certificate, changed, dev, mistakes, prod } from "./mistakes";

/** What somebody meant, and wrote in another way. */
const meant: [what: string, config: RawConfig, expected: Record<string, unknown>][] = [
  ["a stack called production", { ...prod, stack: "production" }, { environment: "prod" }],
  ["a stack called prd", { ...prod, stack: "prd" }, { environment: "prod" }],
  [
    "an environment with a capital",
    { ...changed({ environment: "Production" }), stack: "beo" },
    { environment: "prod" },
  ],
  ["a quoted false", changed({ platform: { plainSecrets: "false" } }), { platform: { plainSecrets: false } }],
  ["a no", changed({ database: { deletionProtection: "off" } }), { database: { deletionProtection: false } }],
  ["a flag that is no word of either", changed({ platform: { plainSecrets: "maybe" } }), { platform: {} }],
  [
    "a version as a number",
    changed({ database: { engineVersion: 16 } }),
    { database: { engineVersion: "16" } },
  ],
  [
    "a quoted number",
    changed({ database: { allocatedStorage: "50" } }),
    { database: { allocatedStorage: 50 } },
  ],
  [
    "a code as a number",
    changed({ web: { healthCheckMatcher: 200 } }),
    { web: { healthCheckMatcher: "200" } },
  ],
  [
    "spaces between codes",
    changed({ web: { healthCheckMatcher: "200, 400" } }),
    { web: { healthCheckMatcher: "200,400" } },
  ],
  [
    "a branch in small letters",
    changed({ platform: { branch: "docker" } }),
    { platform: { branch: "Docker" } },
  ],
  [
    "a policy in small letters",
    changed({ web: { deploymentPolicy: "immutable" } }),
    { web: { deploymentPolicy: "Immutable" } },
  ],
  [
    "a day in small letters",
    changed({ platform: { updateWindow: "sun:03:00" } }),
    { platform: { updateWindow: "Sun:03:00" } },
  ],
  [
    "a URL with a slash",
    changed({ appUrl: "https://App.beo.example.com/" }),
    { appUrl: "https://app.beo.example.com" },
  ],
  ["a host for a URL", changed({ appUrl: "app.beo.example.com" }), { appUrl: "https://app.beo.example.com" }],
  ["a zone with its dot", changed({ hostedZone: "example.com." }), { hostedZone: "example.com" }],
  ["a URL for a domain", changed({ domain: "https://api.example.com/" }), { domain: "api.example.com" }],
  [
    "a host with capitals",
    changed({ supportEmail: "Help@Example.com" }),
    { supportEmail: "Help@example.com" },
  ],
  [
    "a space after an address",
    changed({ alarmEmail: "ops@example.com " }),
    { alarmEmail: "ops@example.com" },
  ],
  [
    "an item that is none",
    changed({ web: { instanceTypes: ["t3.small", "T3.large", "t3 big"] } }),
    { web: { instanceTypes: ["t3.small", "t3.large"] } },
  ],
  [
    "an item twice",
    changed({ web: { instanceTypes: ["t3.small", "t3.small"] } }),
    { web: { instanceTypes: ["t3.small"] } },
  ],
  [
    "a text for a list",
    changed({ web: { instanceTypes: "t3.small, t3a.small" } }),
    { web: { instanceTypes: ["t3.small", "t3a.small"] } },
  ],
  [
    "two architectures, x86 preferred",
    changed({ web: { instanceTypes: ["t3.small", "t4g.small"] } }),
    { web: { instanceTypes: ["t3.small"] } },
  ],
  ["a misspelt part", changed({ web: { minsize: 2 } }), { web: { minSize: 2 } }],
  [
    "a misspelt key",
    changed({ alarmMail: "ops@example.com" }),
    { alarmEmail: "ops@example.com", alarmMail: undefined },
  ],
  [
    "a misspelt variable",
    changed({ extraEnvironment: { "my-flag": "on" } }),
    { extraEnvironment: { MY_FLAG: "on" } },
  ],
  [
    "a variable without --path",
    changed({ "extraEnvironment.FLAG": "on" }),
    { extraEnvironment: { FLAG: "on" }, "extraEnvironment.FLAG": undefined },
  ],
  [
    "a short name of a tier",
    { ...changed({ environment: "stg" }), stack: "beo" },
    { environment: "staging" },
  ],
  [
    "no tier at all, on prod",
    changed({ environment: "live", protect: false }),
    { environment: undefined, protect: undefined },
  ],
  [
    "no tier at all, elsewhere",
    { ...changed({ environment: "live" }), stack: "beo" },
    { environment: "staging" },
  ],
  [
    "a VPC in capitals, with its subnets as text",
    changed({
      network: {
        vpcId: "VPC-11112222",
        databaseSubnetIds: "subnet-11112222,subnet-33334444",
        instanceSubnetIds: ["subnet-11112222", "subnet-33334444"],
      },
    }),
    {
      network: {
        vpcId: "vpc-11112222",
        databaseSubnetIds: ["subnet-11112222", "subnet-33334444"],
        instanceSubnetIds: ["subnet-11112222", "subnet-33334444"],
      },
    },
  ],
  [
    "a certificate in capitals",
    { ...prod, values: { ...prod.values, hostedZone: "", certificateArn: certificate.toUpperCase() } },
    { certificateArn: certificate, hostedZone: undefined },
  ],
  [
    "a quoted generation",
    changed({ mail: { keyGeneration: "3", previousKeyGeneration: 2 } }),
    { mail: { keyGeneration: 3, previousKeyGeneration: 2 } },
  ],
  ["a quoted size", changed({ web: { minSize: 8, maxSize: "10" } }), { web: { minSize: 8, maxSize: 10 } }],
  [
    "a size below the tier's other one",
    changed({ web: { maxSize: 1 } }),
    { web: { minSize: 1, maxSize: 1 } },
  ],
  [
    "too many days",
    changed({ database: { backupRetentionPeriod: "60 days" } }),
    { database: { backupRetentionPeriod: 35 } },
  ],
  [
    "days between legal ones",
    changed({ platform: { logRetentionDays: 360 } }),
    { platform: { logRetentionDays: 365 } },
  ],
  ["a misspelt true", dev({ protect: "ture" }), { protect: true }],
  ["a misspelt false", changed({ database: { multiAz: "flase" } }), { database: { multiAz: false } }],
  [
    "a class without db",
    changed({ database: { instanceClass: "m6g.2xlarge" } }),
    { database: { instanceClass: "db.m6g.2xlarge" } },
  ],
  ["a group with nothing in it", changed({ storage: null }), { storage: undefined }],
  ["an empty list", changed({ database: { additionalSecurityGroupIds: [] } }), { database: {} }],
  [
    "a number below zero",
    changed({ extraEnvironment: { OFFSET: -5 } }),
    { extraEnvironment: { OFFSET: "-5" } },
  ],
  [
    "a number with its sign",
    changed({ extraEnvironment: { "my-phone": "+4912" } }),
    { extraEnvironment: { MY_PHONE: "+4912" } },
  ],
  [
    "a misspelt group",
    changed({ databse: '{"multiAz":true}', database: {} }),
    { database: { multiAz: true }, databse: undefined },
  ],
  ["a misspelt name", changed({ nmae: "meter", name: "beo-datastore" }), { name: "meter" }],
  [
    "a wrong one among secrets that may be one encrypted text",
    changed({ extraSecrets: { "my-token": "x", GOOD: "y" } }, ["extraSecrets"]),
    { extraSecrets: { MY_TOKEN: typed, GOOD: typed } },
  ],
  [
    "an item without --path",
    changed({ "web.instanceTypes[0]": "t3.large" }),
    { web: { instanceTypes: ["t3.large"] } },
  ],
  [
    "a domain of the first level",
    { ...prod, values: { ...prod.values, domain: "acme.org", hostedZone: "" } },
    { domain: "acme.org", hostedZone: "acme.org" },
  ],
  [
    "more than one of a single instance",
    dev({ web: { minSize: 3 } }),
    { web: { minSize: 3, maxSize: 3, singleInstance: false } },
  ],
];

/** A secret. */
const hidden = "hush-hush-hush";

/** More of what cannot be guessed: whatever follows, the mends lead out of it. */
const others: [what: string, config: RawConfig][] = [
  ["a misspelt secret", changed({ databasePasword: hidden }, ["databasePasword"])],
  ["a secret variable without --path", changed({ "extraSecrets.TOKEN": hidden }, ["extraSecrets.TOKEN"])],
  [
    "a secret in a group",
    changed({ database: { password: hidden, multiAz: true } }, ["database", "database.password"]),
  ],
  [
    "a secret in a group, of which the engine tells less",
    changed({ database: { password: hidden } }, ["database"]),
  ],
  ["an encrypted part that is wrong too", changed({ web: { minSize: hidden } }, ["web", "web.minSize"])],
  [
    "several wrong variables",
    changed({ extraEnvironment: { foo: "x", DEBUG: "1", NUM: 5, BAD: "a,b", NONE: null } }),
  ],
  [
    "a wrong secret variable",
    changed({ extraSecrets: { foo: hidden, GOOD: "y", BAD: `${hidden}$` } }, ["extraSecrets"]),
  ],
  [
    "a plain one among secret variables",
    changed({ extraSecrets: { A: hidden, B: hidden } }, ["extraSecrets.A"]),
  ],
  ["a text for variables", changed({ extraEnvironment: "A=b" })],
  [
    "secrets that take too much room",
    changed(
      { extraSecrets: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`SECRET_${i}`, "x"])) },
      ["extraSecrets"],
    ),
  ],
  [
    "an empty item",
    changed({
      network: { vpcId: "vpc-12345678", databaseSubnetIds: ["subnet-12345678", ""], instanceSubnetIds: [] },
    }),
  ],
  ["a plain SMTP user without its password", changed({ smtpUser: hidden })],
  [
    "another namespace",
    { ...prod, otherKeys: { "beodatastore:alarmEmail": "ops@example.com", "aws:regoin": "us-west-1" } },
  ],
  ["a front end on this machine", changed({ appUrl: "https://localhost:3000" })],
];

/** The configuration after everything that was told has been pasted, as often as it takes. */
function mended(config: RawConfig): RawConfig {
  let now = config;
  for (let round = 0; round < 5; round += 1) {
    const { problems } = validate(now);
    if (problems === undefined) {
      return now;
    }
    now = problems.reduce((state, { mend }) => afterCommands(state, commandLine(mend)), now);
  }
  throw new Error(`never ends: ${JSON.stringify(validate(now).problems)}`);
}

describe("the commands that mend a configuration", () => {
  for (const [what, config] of [...mistakes, ...others]) {
    it(`mend ${what}, and nothing else`, () => {
      const { problems = [] } = validate(config);
      expect(problems).not.to.deep.equal([]);
      const after = mended(config);
      const touched = problems.map(({ mend }) => commandLine(mend)).join(" ");
      for (const [name, value] of Object.entries(config.values)) {
        if (!touched.includes(`:${name}`)) {
          expect(after.values[name], name).to.deep.equal(value);
        }
      }
    });
  }

  for (const [what, config, expected] of meant) {
    it(`set what was meant by ${what}`, () => {
      const { values } = mended(config);
      for (const [name, value] of Object.entries(expected)) {
        expect(values[name], name).to.deep.equal(value);
      }
    });
  }

  it("lead out of whatever is written, and show no secret on the way", () => {
    const paths = [
      ...Object.keys(keys),
      ...Object.entries(groups).flatMap(([name, group]) =>
        Object.keys(group.keys).map((field) => `${name}.${field}`),
      ),
    ];
    // The CLI takes no colon in a key.
    const name = fc.string({ minLength: 1 }).filter((text) => !/:|^__proto__$/.test(text));
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        ...[null, true, 0, -5, 1.5, "", " ", "ture", "no", "-5", "+5", "20 GB", "a && b"],
      ),
      fc.constantFrom<unknown>(
        ...["$(id)", "a'b", 'a"b', "ä", "x".repeat(5000), {}, [], [null], { a: { b: 1 } }],
      ),
      fc.string(),
      fc.dictionary(name, fc.oneof(fc.string(), fc.integer()), { noNullPrototype: true }),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const mistake = fc.record({
      path: fc.oneof(fc.constantFrom(...paths), name),
      value: odd,
      isEncrypted: fc.boolean(),
    });
    const stack = fc.constantFrom("dev", "staging", "prod", "stg", "alice");
    fc.assert(
      fc.property(
        stack,
        fc.boolean(),
        fc.array(mistake, { minLength: 1, maxLength: 4 }),
        (stackName, isTold, some) => {
          const config = {
            ...prod,
            stack: stackName,
            values: { ...prod.values },
            secrets: new Set<string>(),
          };
          for (const { path, value, isEncrypted } of some) {
            const [top = "", field] = path in keys ? [path] : path.split(".");
            const content = isEncrypted ? hidden : value;
            const there = config.values[top];
            config.values[top] =
              field === undefined || !(top in groups)
                ? content
                : { ...(typeof there === "object" ? there : {}), [field]: content };
            if (isEncrypted) {
              config.secrets.add(top);
            }
            if (isEncrypted && isTold && field !== undefined) {
              config.secrets.add(`${top}.${field}`);
            }
          }
          const { problems = [] } = validate(config);
          const shown = problems.map(({ message, mend }) => message + commandLine(mend, stackName)).join();
          expect(shown).not.to.include(hidden);
          expect(shown).not.to.match(/undefined|\[object/);
          mended(config);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("have no secret in them, nor have the messages", () => {
    const problems = [...mistakes, ...others].flatMap(([, config]) => validate(config).problems ?? []);
    expect(JSON.stringify(problems)).not.to.include(hidden);
  });
});
