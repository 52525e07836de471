import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { checkConfiguration } from "../../stacks";
import { commandLine } from "../../stacks/commands";
import type { RawConfiguration } from "../../stacks/configuration";
import { ConfigurationError } from "../../stacks/configuration-error";
import { getSetting, isGroup } from "../../stacks/schema";
import { isRecord } from "../../stacks/validators";
import { applyCommands } from "../support/cli-config";
import { certificate, changed, complete, dev, prod, validValues, without } from "./configurations";
import { keys, rules, secrets, values } from "./mistakes";
import { options } from "./option-mistakes";
import { namespaces, offers, placeholders } from "./refused";
import { scheduled } from "./scheduled";

const messagesOf = (raw: RawConfiguration) =>
  new ConfigurationError(raw.stack, checkConfiguration(raw).problems).messages;
const keysOf = (raw: RawConfiguration) => checkConfiguration(raw).problems.map(({ key }) => key);

/** What a path such as "[0].actions[0]" leads to. */
const getMember = (value: unknown, path: string): unknown =>
  (path.match(/\w+/g) ?? []).reduce<unknown>(
    (found, name) => (typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined),
    value,
  );

/** What an operator types for parameters of PostgreSQL that are no numbers. */
const typedParameters: Record<string, string> = {
  "database.parameters.log_statement": "ddl",
  "database.parameters.log_lock_waits": "1",
  "database.parameters.shared_preload_libraries": "pg_stat_statements",
  "database.parameters.timezone": "America/Los_Angeles",
};

/** The configuration after an operator has run all suggested commands, as often as it takes. */
function fixed(raw: RawConfiguration): RawConfiguration {
  let current = raw;
  let typed = 0;
  const fillIn = (path: string, placeholder = ""): string => {
    const [minimum] = /(?<=^integer (from|of) )\d+/.exec(placeholder) ?? [];
    const [name = ""] = path.split("[");
    const valid = validValues[name];
    const [domain] = /(?<=^email address at ).+/.exec(placeholder) ?? [];
    const secret = path.startsWith("extraSecrets.") || getSetting(path)?.secret;
    typed += 1;
    if (domain !== undefined) {
      return `support@${domain}`;
    }
    return secret
      ? `typed${typed}${"x".repeat(40)}`
      : (minimum ??
          typedParameters[path] ??
          (Array.isArray(valid)
            ? ((getMember(valid, path.slice(name.length)) ??
                valid[Number(/^\[(\d+)\]$/.exec(path.slice(name.length))?.[1]) % valid.length]) as
                string | undefined)
            : isRecord(valid)
              ? undefined
              : (valid as string | undefined)) ??
          "typed");
  };
  for (let round = 0; round < 10; round += 1) {
    const { problems } = checkConfiguration(current);
    if (problems.length === 0) {
      return current;
    }
    current = problems.reduce(
      (state, { commands }) => applyCommands(state, commandLine(commands, raw.stack), fillIn),
      current,
    );
  }
  throw new Error(`still invalid: ${messagesOf(current).join("\n")}`);
}

describe("the configuration", () => {
  it("is valid with the required keys alone, and with all keys", () => {
    for (const raw of [prod, dev(), complete()]) {
      expect(checkConfiguration(raw).problems).to.deep.equal([]);
    }
  });

  for (const [title, raw, message, command] of [
    ...values,
    ...secrets,
    ...keys,
    ...rules,
    ...namespaces,
    ...offers,
    ...options,
    ...placeholders,
    ...scheduled,
  ]) {
    it(`rejects ${title}`, () => {
      expect(messagesOf(raw)).to.deep.equal([`${message}\n    ${command}`]);
    });
  }

  // RDS User Guide, "Specifying DB parameters", and RDS's own defaults.
  it("accepts parameters as RDS takes them, with and without quotes", () => {
    const parameters = {
      work_mem: 65536,
      random_page_cost: 1.1,
      log_lock_waits: 1,
      max_connections: "LEAST({DBInstanceClassMemory/9531392},5000)",
      maintenance_work_mem: "greatest({DBInstanceClassMemory*1024/63963136}, 65536)",
      autovacuum_vacuum_cost_limit: "GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)",
      shared_buffers: "{DBInstanceClassMemory/32768}",
      effective_cache_size: "SUM({DBInstanceClassMemory/12038},-50003)",
      autovacuum_max_workers: "{DBInstanceVCPU}",
      jit: "{DBInstanceVCPU} > 2",
      shared_preload_libraries: "pg_stat_statements, pg_cron,auto_explain",
      timezone: "America/Los_Angeles",
    };
    const { problems, settings } = checkConfiguration(changed({ database: { parameters } }));
    expect(problems).to.deep.equal([]);
    expect(settings.database.parameters).to.deep.include({
      work_mem: "65536",
      random_page_cost: "1.1",
      log_lock_waits: "1",
    });
  });

  it("accepts the examples of options in the documents", () => {
    const text = readFileSync(join(__dirname, "../../docs/operating.md"), "utf8");
    const section = text.slice(text.indexOf("## Options of Elastic Beanstalk"));
    const [, commands = ""] = /```sh\n([^]*?)```/.exec(section) ?? [];
    const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(section) ?? [];
    const lines = commands.split("\n").filter((line) => line.startsWith("npx pulumi config set "));
    const { config } = parse(yaml) as { config: Record<string, Record<string, object>> };
    const web = config["beo-datastore:web"]!;
    expect(lines).to.have.length(2);
    expect(Object.keys(web.options!)).to.have.length(3);
    const raw = lines.reduce((state, line) => applyCommands(state, line, () => ""), changed({ web }));
    expect(Object.keys((raw.values.web as typeof web).options!)).to.have.length(5);
    expect(checkConfiguration(raw).problems).to.deep.equal([]);
  });

  it("reports all mistakes at once", () => {
    const raw = changed({
      appUrl: "x",
      database: { instanceClass: "db.t3.micro" },
      nonsense: "1",
      web: { minSize: 7 },
    });
    expect(keysOf(raw)).to.have.members(["appUrl", "database.instanceClass", "nonsense", "web.minSize"]);
  });

  it("reports what does not depend on the tier where the tier is not known", () => {
    const raw = {
      ...changed({ protect: false, web: { minSize: 7, maxSize: 4 }, worker: { minSize: 9 } }),
      stack: "alice",
    };
    // In dev protect may be false, and the maximum of the workers is up to the tier.
    expect(keysOf(raw)).to.have.members(["environment", "web.minSize"]);
  });

  it("reports a wrong value once, and nothing that follows from it", () => {
    for (const path of Object.keys(validValues).filter((name) => name !== "certificateArn")) {
      const raw = complete();
      const [top = "", member] = path.split(".");
      const wrong = getSetting(path)?.validator.type === "string" ? "\u0000" : { wrong: {} };
      raw.values[top] =
        member === undefined ? wrong : { ...(raw.values[top] as Record<string, unknown>), [member]: wrong };
      const [key, ...more] = keysOf(raw);
      expect(more, path).to.deep.equal([]);
      expect(
        key?.replace(
          /^(extraEnvironment|extraSecrets|tags|(web|worker)\.options|database\.parameters)\..*$/,
          "$1",
        ),
        path,
      ).to.equal(path);
    }
  });

  it("rejects host names that no certificate is issued for, unless there is one", () => {
    const zone = { domain: "api.beo.internal", hostedZone: "beo.internal" };
    expect(messagesOf(changed(zone))).to.deep.equal([
      'domain is "api.beo.internal". ACM issues certificates for public host names only.\n    npx pulumi config set domain --stack prod <lowercase host name without a final dot>',
    ]);
    const imported = without(["hostedZone"], { domain: "api.beo.internal", certificateArn: certificate });
    expect(keysOf(imported)).to.deep.equal([]);
  });

  it("accepts the provider's and the engine's keys", () => {
    const otherKeys = {
      "aws:region": "us-west-1",
      "aws:profile": "operators",
      "aws:allowedAccountIds": '["012345678901"]',
      "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::123456789012:role/deploy","sessionName":"beo"}]',
      "aws:defaultTags": '{"tags":{"Owner":"Team Ä","cost:center":"42","Project":"own","Empty":""}}',
      "aws:ignoreTags": '{"keys":["Backup","CostCenter"],"keyPrefixes":["team:"]}',
      "aws:skipMetadataApiCheck": "false",
      "aws:version": "7.48.0",
      "aws:secretKey": "hidden",
      "pulumi:autonaming": '{"pattern":"${stack}-${name}-${hex(7)}"}',
      "pulumi:disable-default-providers": '["kubernetes"]',
      "pulumi:tags": '{"a":"b"}',
      "cloudflare:apiToken": "x",
      "random:seed": "1",
    };
    expect(messagesOf({ ...prod, otherKeys, secrets: new Set(["aws:secretKey"]) })).to.deep.equal([]);
  });

  it("accepts every version, class and type that is known, and the regions and variables that work", () => {
    for (const raw of [
      changed({ database: { engineVersion: "14.24", instanceClass: "db.r8g.48xlarge" } }),
      changed({ web: { instanceTypes: ["t4g.micro", "m8g.metal-24xl"] }, mail: { region: "us-west-2" } }),
      changed({
        extraEnvironment: { AWS_CONFIG_FILE: "/etc/aws", AWS_DEFAULT_REGION: "us-west-1", TZ: "UTC" },
      }),
      changed({
        extraEnvironment: { PYTHONUNBUFFERED: "1", WEB_CONCURRENCY: "2", RDS_HOSTNAME: "a", EBAY: "1" },
      }),
    ]) {
      expect(messagesOf(raw)).to.deep.equal([]);
    }
  });

  it("accepts the longest names that AWS accepts", () => {
    for (const raw of [
      changed({ name: "a".repeat(25), storage: { accountNamespace: true } }),
      changed({ name: "a".repeat(28) }),
      changed({ domain: `${"a".repeat(52)}.beotest.net` }),
    ]) {
      expect(keysOf(raw)).to.deep.equal([]);
    }
  });

  it("reports errors with the stack, and that nothing was changed", () => {
    const { message } = new ConfigurationError(
      "prod",
      checkConfiguration(changed({ nonsense: "1", protect: "false" })).problems,
    );
    expect(message).to.equal(
      [
        'The configuration of stack "prod" has 2 errors. Nothing was changed.',
        '  protect is "false". Expected true or false.\n    npx pulumi config set protect false --stack prod',
        "  nonsense is not a known key.\n    npx pulumi config rm nonsense --stack prod",
        'The configuration of stack "prod" is in Pulumi.prod.yaml. docs/configuration.md lists all keys.',
      ].join("\n\n"),
    );
  });
});

describe("the commands that fix a configuration", () => {
  // What the engine does not tell is shown with a placeholder in the key.
  const all = [
    ...values,
    ...secrets,
    ...keys,
    ...rules,
    ...namespaces,
    ...offers,
    ...placeholders,
    ...scheduled,
  ].filter(([, , , command]) => !/<(KEY|NAME)>/.test(command));
  for (const [title, raw] of all) {
    it(`fix ${title}, and change nothing else`, () => {
      const after = fixed(raw);
      const touched = checkConfiguration(raw).problems.flatMap(({ commands }) =>
        commands.map(({ key }) => key),
      );
      const untouched = Object.keys(raw.values).filter(
        (name) => !touched.some((key) => key.startsWith(name)),
      );
      for (const name of untouched) {
        expect(after.values[name], name).to.deep.equal(raw.values[name]);
      }
    });
  }

  it("fix whatever is written, and show no secret and no number on the way", () => {
    const hidden = "hush-hush-hush";
    // The CLI accepts no colon in a key.
    const name = fc.string({ minLength: 1 }).filter((text) => !/[:<>]|^__proto__$/.test(text));
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        0,
        -5,
        1.5,
        987654321987654,
        "",
        " ",
        "ture",
        "no",
        "-5",
        "+5",
        "20 GB",
      ),
      fc.constantFrom<unknown>("a && b", "$(id)", "a'b", 'a"b', "ä", "x".repeat(5000), {}, [], [null], {
        a: { b: 1 },
      }),
      fc.string(),
      fc.dictionary(name, fc.oneof(fc.string(), fc.integer()), { noNullPrototype: true }),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const path = fc.oneof(fc.constantFrom(...Object.keys(validValues)), name);
    const mistake = fc.record({ path, value: odd, isEncrypted: fc.boolean() });
    const stack = fc.constantFrom("dev", "staging", "prod", "stg", "alice");
    fc.assert(
      fc.property(stack, fc.array(mistake, { minLength: 1, maxLength: 4 }), (stackName, mistakes) => {
        const raw = { ...prod, stack: stackName, values: { ...prod.values }, secrets: new Set<string>() };
        for (const { path: where, value, isEncrypted } of mistakes) {
          const [top = "", member] = isGroup(where.split(".")[0] ?? "") ? where.split(".") : [where];
          const content = isEncrypted ? hidden : value;
          const current = raw.values[top];
          raw.values[top] =
            member === undefined
              ? content
              : { ...(typeof current === "object" ? current : {}), [member]: content };
          if (isEncrypted) {
            raw.secrets.add(top).add(member === undefined ? top : `${top}.${member}`);
          }
        }
        const shown = messagesOf(raw).join();
        expect(shown).not.to.include(hidden);
        expect(shown).not.to.match(/undefined|\[object|987654321987654.*--stack/);
        fixed(raw);
      }),
      { numRuns: 500 },
    );
  });
});
