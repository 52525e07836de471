import { expect } from "chai";
import { describe, it } from "mocha";
import { waitIfBusy, waitUntilReady } from "../../components/beanstalk/wait-until-ready";

/** As Elastic Beanstalk and the provider report it (hashicorp/terraform-provider-aws#2361 and others). */
const busy =
  "updating urn:…: 1 error occurred:\n\t* updating Elastic Beanstalk Environment (e-abcdefgh12): operation error Elastic Beanstalk: UpdateEnvironment, https response error StatusCode: 400, api error InvalidParameterValue: Environment named beo-datastore-prod is in an invalid state for this operation. Must be Ready.";

describe("an update of an environment that is refused", () => {
  const isRepeated = async (...errors: string[]) => {
    // Without an engine, Pulumi's messages go to the console.
    const { log } = console;
    console.log = () => undefined;
    try {
      return await waitIfBusy({ name: "beo-eb-web", errors }, 0);
    } finally {
      console.log = log;
    }
  };

  it("is repeated while Elastic Beanstalk changes the environment", async () => {
    expect(await isRepeated(busy)).to.equal(true);
    expect(await isRepeated(busy, busy, busy)).to.equal(true);
  });

  it("is not repeated for another reason, also after it waited", async () => {
    const denied = "api error InsufficientPrivilegesException: Access Denied";
    expect(await isRepeated(denied)).to.equal(false);
    expect(await isRepeated(denied, busy)).to.equal(false);
    expect(await isRepeated()).to.equal(false);
  });

  it("needs no hooks without an engine", () => {
    expect(waitUntilReady("hook")).to.equal(undefined);
  });
});
