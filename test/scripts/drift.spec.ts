import { expect } from "chai";
import { describe, it } from "mocha";
import { unknown } from "../../plan/wire";
import { sentencesOf, Step } from "../../scripts/drift/sentences";

const urn = (type: string, name: string) =>
  `urn:pulumi:dev::beo-datastore::beo:index:BeoDatastore$${type}::${name}`;
const environment = urn("aws:elasticbeanstalk/environment:Environment", "web");
const option = (name: string, value: string) => ({ namespace: "aws:autoscaling:asg", name, value });

describe("what drift says", () => {
  const said = (step: Omit<Step, "urn"> & { urn?: string }) => sentencesOf([{ urn: environment, ...step }]);

  it("is nothing of what is the same", () => {
    expect(
      sentencesOf(["same", "read", "refresh", "create-replacement"].map((op) => ({ op, urn: environment }))),
    ).to.deep.equal([]);
  });

  it("is nothing of a first version that Elastic Beanstalk has deleted", () => {
    for (const [type, name] of [
      ["aws:elasticbeanstalk/applicationVersion:ApplicationVersion", "beo-beanstalk-bootstrap"],
      ["aws:s3/bucketObjectv2:BucketObjectv2", "beo-beanstalk-bootstrap-bundle"],
    ] as const) {
      expect(said({ op: "create", urn: urn(type, name) })).to.deep.equal([]);
      expect(said({ op: "delete", urn: urn(type, name) })).to.have.length(1);
    }
  });

  it("tells what is on one side only", () => {
    expect(said({ op: "create" })).to.deep.equal(["Environment web is not in AWS"]);
    expect(said({ op: "delete" })).to.deep.equal(["Environment web is in AWS and not in the program"]);
  });

  it("tells the inputs that differ and no others, options by their names and not by their places", () => {
    expect(
      said({
        op: "update",
        diffReasons: ["settings"],
        oldState: { inputs: { settings: [option("MinSize", "3"), option("Cooldown", "1")], tier: "Worker" } },
        newState: {
          inputs: { settings: [option("Cooldown", "1"), option("MaxSize", "2"), option("MinSize", "1")] },
        },
      }),
    ).to.deep.equal([
      "Environment web: settings[aws:autoscaling:asg MinSize] is 3 in AWS and 1 in the program",
      "Environment web: settings[aws:autoscaling:asg MaxSize] is not set in AWS and 2 in the program",
    ]);
  });

  it("tells that a secret differs, though it shows neither", () => {
    const inputs = { value: "[secret]" };
    expect(
      said({ op: "update", diffReasons: ["value"], oldState: { inputs }, newState: { inputs } }),
    ).to.deep.equal(["Environment web: value is not as the program says"]);
  });

  it("says of what is known later that it is made anew", () => {
    expect(
      said({
        op: "update",
        oldState: { inputs: { settings: [option("MinSize", "1")] } },
        newState: { inputs: { settings: [option("MinSize", unknown)] } },
        diffReasons: ["settings"],
      }),
    ).to.deep.equal([
      "Environment web: settings[aws:autoscaling:asg MinSize] is 1 in AWS and made anew in the program",
    ]);
  });

  it("warns of what would be replaced", () => {
    expect(
      said({
        op: "replace",
        diffReasons: ["tier"],
        oldState: { inputs: { tier: "WebServer" } },
        newState: { inputs: { tier: "Worker" } },
      }),
    ).to.deep.equal([
      "Environment web: tier is WebServer in AWS and Worker in the program",
      "Environment web would be replaced",
    ]);
  });
});
