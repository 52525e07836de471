import { expect } from "chai";
import { describe, it } from "mocha";
import { record } from "../../plan/record";
import type { PropertyValue } from "../../plan/values";
import { loadSettings } from "../../stacks";

/** The DMARC policy of a stack that has resources of these names, and what it warns of. */
async function load(deployed: string[], mail: Record<string, string> = { domain: "beotest.net" }) {
  let loaded: Awaited<ReturnType<typeof loadSettings>> | undefined;
  const outputs = Object.fromEntries(
    deployed.map((name) => [`urn:pulumi:dev::beo-datastore::t::${name}`, { outputs: {} }]),
  );
  const config = {
    "aws:region": "us-west-1",
    "beo-datastore:appUrl": "https://app.beotest.net",
    "beo-datastore:supportEmail": "support@beotest.net",
    "beo-datastore:domain": "api.beotest.net",
    "beo-datastore:hostedZone": "beotest.net",
    "beo-datastore:mail": JSON.stringify(mail),
  };
  const { error } = await record(
    {
      project: "beo-datastore",
      stack: "dev",
      config,
      invoke: (token): Record<string, PropertyValue> =>
        token.endsWith(":readStackResourceOutputs") ? { outputs } : { id: "vpc-1" },
    },
    async () => {
      loaded = await loadSettings();
    },
  );
  expect(error?.message ?? "").to.equal("");
  return {
    policy: loaded?.datastore.mail?.dmarcPolicy,
    warning: loaded?.warnings.find((text) => text.startsWith("mail.dmarcPolicy")),
  };
}

describe("the DMARC record", () => {
  it("is published by a new stack, and stays", async () => {
    expect(await load([])).to.deep.equal({ policy: undefined, warning: undefined });
    const complete = ["beo-mon-dashboard", "beo-mail-dmarc-txt"];
    expect(await load(complete)).to.deep.equal({ policy: undefined, warning: undefined });
    // The first deployment was interrupted.
    expect((await load(["beo-mail-identity"])).policy).to.equal(undefined);
  });

  it("is not published by a stack that was deployed without one, whose domain may have one of others", async () => {
    const { policy, warning } = await load(["beo-mon-dashboard"]);
    expect(policy).to.equal("off");
    expect(warning).to.match(
      /^mail\.dmarcPolicy is not set\. .*\n {4}npx pulumi config set --path mail\.dmarcPolicy none --stack dev\n {4}npx pulumi config set --path mail\.dmarcPolicy off --stack dev$/,
    );
  });

  it("is published if that is asked for", async () => {
    const mail = { domain: "beotest.net", dmarcPolicy: "quarantine" };
    expect(await load(["beo-mon-dashboard"], mail)).to.deep.equal({
      policy: "quarantine",
      warning: undefined,
    });
  });

  it("is of no concern without a domain of its own zone", async () => {
    expect(
      (await load(["beo-mon-dashboard"], { domain: "beotest.org", fromAddress: "a@beotest.org" })).policy,
    ).to.equal(undefined);
    expect((await load(["beo-mon-dashboard"], {})).policy).to.equal(undefined);
  });
});
