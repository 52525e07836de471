import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { RecordedResource } from "../../plan/recording-monitor";
import { evaluate } from "../../plan/evaluate-policies";
import { type PolicyConfig, readPolicyConfig } from "../../plan/policy-config";
import { planFixture } from "../support/stacks";

const rule = "iam-no-access-keys";
const key = "beo-iam-key-1";

describe("policy-config.json in the offline plan", () => {
  let recorded: RecordedResource[] = [];
  let folder = "";
  before(async () => {
    ({ recorded } = await planFixture("dev"));
    folder = mkdtempSync(join(tmpdir(), "policy-config-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (config: PolicyConfig) =>
    evaluate("dev", recorded, config)
      .violations.filter(({ policy }) => policy === rule)
      .map(({ urn, level }) => `${level} ${urn.split("::").at(-1) ?? ""}`);

  it("leaves the level and settings of a rule that it does not configure", () => {
    expect(run({})).to.have.members(["advisory beo-mail-smtp-key-1", `advisory ${key}`]);
    expect(evaluate("dev", recorded)).to.deep.equal(evaluate("dev", recorded, {}));
  });

  it("skips an exempted resource, and no other", () => {
    expect(run({ [rule]: { exemptions: { [key]: "It is rotated by hand." } } })).to.deep.equal([
      "advisory beo-mail-smtp-key-1",
    ]);
  });

  it("sets the level of one rule or of all rules", () => {
    expect(run({ [rule]: "mandatory" })[0]).to.match(/^mandatory /);
    expect(run({ [rule]: { enforcementLevel: "mandatory" } })[0]).to.match(/^mandatory /);
    expect(run({ all: "mandatory" })[0]).to.match(/^mandatory /);
    expect(run({ all: "mandatory", [rule]: "disabled" })).to.deep.equal([]);
  });

  it("rejects the name of an unknown rule", () => {
    const file = join(folder, "policy-config.json");
    expect(readPolicyConfig(file)).to.deep.equal({});
    writeFileSync(file, JSON.stringify({ [rule]: "disabled", "rds-is-nice": "mandatory" }));
    expect(() => readPolicyConfig(file)).to.throw(/configures unknown policies: rds-is-nice/);
  });

  it("rejects what the engine rejects, and settings that it would ignore", () => {
    const file = join(folder, "policy-config.json");
    const wrong: [Record<string, unknown>, RegExp][] = [
      [
        { "rds-multi-az-support": "off" },
        /rds-multi-az-support: the level is "off"\. Expected advisory, mandatory/,
      ],
      [{ [rule]: { enforcementLevel: "warn" } }, /the level is "warn"/],
      [
        { "rds-instance-backup-enabled": { minimumDays: "abc" } },
        /minimumDays has an invalid value\. Expected integer/,
      ],
      [
        { "rds-instance-backup-enabled": { minimumDay: 7 } },
        /minimumDay is not a known setting\. Expected .*minimumDays/,
      ],
      [{ [rule]: { productionStacks: "prod" } }, /productionStacks has an invalid value\. Expected array/],
      [{ [rule]: { exemptions: { [key]: "short" } } }, /needs a reason of at least 10 characters/],
    ];
    for (const [config, message] of wrong) {
      writeFileSync(file, JSON.stringify(config));
      expect(() => readPolicyConfig(file), JSON.stringify(config)).to.throw(message);
    }
    writeFileSync(
      file,
      JSON.stringify({ all: "advisory", [rule]: { exemptions: { [key]: "Rotated by hand." } } }),
    );
    expect(readPolicyConfig(file)).to.have.property("all", "advisory");
  });
});
