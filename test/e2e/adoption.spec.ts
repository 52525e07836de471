import { existsSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { variations } from "./adoption/variations";
import { clientsOf } from "./support/clients";
import { describeVariations } from "./support/hand-made-suite";
import { Workspace } from "./support/workspace";

// The path of nearly every stack: `npm run test:adoption` has all variations.
describeVariations(
  "main path",
  Object.values(variations)
    .flat()
    .filter(({ name }) => name === "f02"),
);

describe("adoption that cannot begin", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace();
    await workspace.init("dev");
  });
  after(() => {
    workspace.remove();
  });
  const adopt = (...args: string[]) => workspace.beo("adopt", "dev", ...args);

  it("says that there is nothing to adopt, and writes nothing", () => {
    const { code, output } = adopt();
    expect(code).to.equal(1);
    expect(output).to.match(/nothing/i);
    expect(existsSync(join(workspace.folder, "adopt-dev.json"))).to.equal(false);
  });

  it("names the region of a bucket that is elsewhere", async () => {
    await clientsOf(workspace.aws, "eu-west-1").s3.send(
      new CreateBucketCommand({
        Bucket: "beo-datastore-dev-media",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const { code, output } = adopt();
    expect(code).to.equal(1);
    expect(output).to.include("eu-west-1");
  });

  it("rejects another account, and a stack that does not exist", () => {
    expect(adopt("--account", "999999999999").output).to.include(
      "The credentials belong to account 123456789012, not 999999999999",
    );
    const missing = workspace.beo("adopt", "prod");
    expect(missing.code).to.equal(1);
    expect(missing.output).to.include("Cannot read the stack prod.");
    expect(workspace.beo("adopt", "nosuch").code).to.equal(2);
    expect(workspace.beo("adopt").code).to.equal(2);
  });
});
