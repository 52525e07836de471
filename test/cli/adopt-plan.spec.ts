import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { planWithHosts } from "../../cli/adopt/plan-hosts";
import { getAllowedHosts } from "../../cli/adopt/roles";

const root = join(__dirname, "../..");

describe("adoption: the plan", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "adopt-plan-"));
    for (const part of [
      "index.ts",
      "preload.js",
      "package.json",
      "tsconfig.json",
      "Pulumi.yaml",
      "components",
      "stacks",
    ]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const getHosts = async (web: string) => {
    writeFileSync(
      join(folder, "Pulumi.dev.yaml"),
      `config:
  aws:region: us-west-1
  beo-datastore:appUrl: https://app.beotest.net
  beo-datastore:supportEmail: support@beotest.net
  beo-datastore:web: ${web}
`,
    );
    const { resources } = await planWithHosts("dev", folder);
    return getAllowedHosts({ planned: resources });
  };

  it("knows the hosts of the environment beside that of CloudFront", async () => {
    expect(await getHosts("{ cnamePrefix: Beo-Old, additionalHosts: [old.beotest.net] }")).to.deep.equal([
      "[unknown]",
      "beo-old.us-west-1.elasticbeanstalk.com",
      "old.beotest.net",
    ]);
  });

  it("has the hosts as they are without CloudFront", async () => {
    expect(await getHosts("{ cloudFront: false }")).to.deep.equal([
      "beo-datastore-dev.us-west-1.elasticbeanstalk.com",
    ]);
  });
});
