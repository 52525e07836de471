import { expect } from "chai";
import { describe, it } from "mocha";
import type { RawConfig } from "../../stacks/raw";
import { commandLine } from "../../stacks/commands";
import { validate } from "../../stacks/validate";
import { changed, dev, mistakes, prod } from "./mistakes";

describe("the configuration", () => {
  it("is right as it stands", () => {
    expect(validate(prod).problems).to.equal(undefined);
    expect(validate(dev({})).problems).to.equal(undefined);
  });

  for (const [what, config, key, says, mend] of mistakes) {
    it(`is wrong with ${what}`, () => {
      const { problems } = validate(config);
      expect(problems?.map((problem) => problem.key)).to.deep.equal([key]);
      expect(problems?.[0]?.message).to.match(
        says instanceof RegExp ? says : new RegExp(says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")),
      );
      expect(commandLine(problems?.[0]?.mend ?? [])).to.equal(mend);
    });
  }

  it("tells all mistakes at once", () => {
    const { problems } = validate(
      changed({
        appUrl: "x",
        database: { instanceClass: "db.t3.micro" },
        nonsense: "1",
        web: { minSize: 7 },
      }),
    );
    expect(problems?.map(({ key }) => key)).to.have.members([
      "appUrl",
      "database.instanceClass",
      "nonsense",
      "web.minSize",
    ]);
  });

  it("tells the rest too where the environment is none", () => {
    const { problems } = validate(changed({ environment: "prodd", web: { minSize: 7 }, protect: false }));
    expect(problems?.map(({ key }) => key)).to.have.members(["environment", "web.minSize", "protect"]);
  });

  it("takes the longest names that AWS does", () => {
    const settings = changed({ name: "a".repeat(25), storage: { accountNamespace: true } });
    expect(validate(settings).problems).to.equal(undefined);
    expect(validate(changed({ name: "a".repeat(28) })).problems).to.equal(undefined);
    expect(validate(changed({ domain: `${"a".repeat(52)}.example.com` })).problems).to.equal(undefined);
  });

  it("never tells a secret's value", () => {
    const { problems } = validate(
      changed({ databasePassword: "se/cret-1", secretKey: "secret-2", extraSecrets: { a: "secret-3" } }),
    );
    expect(problems).to.have.length(3);
    expect(JSON.stringify(problems)).not.to.match(/se\/cret-1|secret-2|secret-3/);
  });

  it("gives the tier's settings with what was chosen over them", () => {
    const { settings } = validate(changed({ database: { multiAz: false }, name: "meter" }));
    expect(settings?.applicationName).to.equal("meter-prod");
    expect(settings?.database).to.deep.equal({
      instanceClass: "db.m6g.large",
      allocatedStorage: 100,
      maxAllocatedStorage: 1000,
      multiAz: false,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      monitoringInterval: 60,
      performanceInsights: true,
    });
    expect(settings?.protect).to.equal(true);
    expect(settings?.tags).to.deep.equal({ Project: "meter", Environment: "prod", ManagedBy: "Pulumi" });
  });

  it("protects data outside dev, and in dev where that is chosen", () => {
    expect(validate(prod).settings?.protect).to.equal(true);
    expect(validate(dev({})).settings?.protect).to.equal(false);
    expect(validate(dev({ protect: true })).settings?.protect).to.equal(true);
  });

  it("puts a load balancer before dev's one instance when it has a domain", () => {
    const single = (values: Record<string, unknown>) => validate(dev(values)).settings?.web.singleInstance;
    expect(single({})).to.equal(true);
    expect(single({ domain: "api.example.com", hostedZone: "example.com" })).to.equal(false);
  });

  it("warns of what is legal and may surprise", () => {
    const warnings = (config: RawConfig) => validate(config).warnings?.map((text) => text.split(/[ :]/)[0]);
    expect(warnings(dev({}))).to.deep.equal(["The", "The", "Mail", "Mail"]);
    expect(warnings(dev({ mail: { fromAddress: "support@navigader.com" } }))).to.have.length(3);
    expect(
      warnings(
        changed(
          {
            platform: { plainSecrets: true, update: true },
            worker: { maxSize: 1 },
            smtpUser: "u",
            smtpPassword: "p",
          },
          ["smtpUser", "smtpPassword"],
        ),
      ),
    ).to.deep.equal(["platform.plainSecrets", "platform.update"]);
    expect(warnings(prod)).to.deep.equal(["worker.maxSize", "Mail", "Mail"]);
    const named = { environment: "prod", worker: { maxSize: 1 } };
    expect(warnings({ ...changed(named), stack: "alice" })).to.deep.equal(["The", "Mail", "Mail"]);
    expect(warnings({ ...changed({ ...named, name: "alice" }), stack: "alice" })).to.have.length(2);
    expect(warnings(changed({ ...named, appUrl: "https://api.example.com" }))).to.have.length(3);
    const kept = {
      storageEncrypted: false,
      username: "postgres",
      subnetGroupName: "default-vpc-0123456789abcdef0",
      additionalSecurityGroupIds: ["sg-0123456789abcdef0"],
    };
    expect(
      warnings(
        changed({ database: kept, web: { cnamePrefix: "beo-prod.eba-a1b2c3d4" }, worker: { maxSize: 1 } }),
      ),
    ).to.deep.equal(["database.storageEncrypted", "database.additionalSecurityGroupIds", "Mail", "Mail"]);
  });
});
