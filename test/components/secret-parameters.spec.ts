import { expect } from "chai";
import { describe, it } from "mocha";
import { SecretParameters } from "../../components";
import { run, valueOf } from "../support/run";

describe("SecretParameters", () => {
  it("creates an encrypted parameter for each secret, and a revision from all their versions", async () => {
    let given: unknown;
    const made = await run(async () => {
      const secrets = new SecretParameters("s", { path: "/beo/", values: { A: "one", B: "two" } });
      given = await valueOf({ arns: secrets.arns, revision: secrets.revision });
    });
    expect(made.counts()).to.deep.equal({ Parameter: 2 });
    expect(made.inputs("s-A")).to.deep.equal({ name: "/beo/A", type: "SecureString", value: "one" });
    expect(made.shown("s-A").value).to.equal("[secret]");
    expect(given).to.deep.equal({
      arns: {
        A: "arn:aws:ssm:us-west-1:123456789012:parameter/beo/A",
        B: "arn:aws:ssm:us-west-1:123456789012:parameter/beo/B",
      },
      revision: "1.1",
    });
  });
});
