import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { RecordedResource } from "../../plan/monitor";
import { planStack } from "../../plan/plan";
import { evaluate } from "../../plan/policies";
import { type PolicyConfig, readPolicyConfig } from "../../plan/policy-config";

const rule = "iam-has-no-access-keys";
const key = "beo-service-account-key-1";

describe("the policies' configuration in the offline plan", () => {
  let recorded: RecordedResource[] = [];
  let folder = "";
  before(async () => {
    ({ recorded } = await planStack("dev"));
    folder = mkdtempSync(join(tmpdir(), "policy-config-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const broken = (config: PolicyConfig) =>
    evaluate("dev", recorded, config)
      .filter(({ policy }) => policy === rule)
      .map(({ urn, level }) => `${level} ${urn.split("::").at(-1) ?? ""}`);

  it("leaves every rule as it is where it sets nothing", () => {
    expect(broken({})).to.deep.equal([`advisory beo-mail-smtp-key-1`, `advisory ${key}`].sort());
    expect(evaluate("dev", recorded)).to.deep.equal(evaluate("dev", recorded, {}));
  });

  it("lets an exempted resource pass, and no other", () => {
    expect(broken({ [rule]: { exemptions: { [key]: "It is rotated by hand." } } })).to.deep.equal([
      "advisory beo-mail-smtp-key-1",
    ]);
  });

  it("sets a rule's level, by itself or for all", () => {
    expect(broken({ [rule]: "mandatory" })[0]).to.match(/^mandatory /);
    expect(broken({ [rule]: { enforcementLevel: "mandatory" } })[0]).to.match(/^mandatory /);
    expect(broken({ all: "mandatory" })[0]).to.match(/^mandatory /);
    expect(broken({ all: "mandatory", [rule]: "disabled" })).to.deep.equal([]);
  });

  it("tells of a rule that is none", () => {
    const file = join(folder, "policy-config.json");
    expect(readPolicyConfig(file)).to.deep.equal({});
    writeFileSync(file, JSON.stringify({ [rule]: "disabled", "rds-is-nice": "mandatory" }));
    expect(() => readPolicyConfig(file)).to.throw(/has no rule's name in rds-is-nice/);
  });
});
