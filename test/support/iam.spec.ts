import { expect } from "chai";
import { describe, it } from "mocha";
import { isAllowed, type PolicyStatement } from "./iam";

const allow = (more: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: "Allow",
  Action: "*",
  Resource: "*",
  ...more,
});
const decide = (
  statements: PolicyStatement[],
  context?: Record<string, string[]>,
  action = "s3:GetObject",
  resource = "arn:aws:s3:::a/b",
) => isAllowed([{ Statement: statements }], { action, resource: [resource], ...(context && { context }) });

/** Examples of the IAM User Guide, "IAM JSON policy elements". */
describe("the evaluation of policies in tests", () => {
  it("refuses what no statement allows, and what one denies", () => {
    expect(decide([])).to.equal(false);
    expect(decide([allow({})])).to.equal(true);
    expect(decide([allow({}), allow({ Effect: "Deny", Action: "s3:Get*" })])).to.equal(false);
    expect(decide([allow({ NotAction: "s3:*", Action: [] })])).to.equal(false);
  });

  it("compares actions without case, and resources with it", () => {
    expect(decide([allow({ Action: "S3:getobject" })])).to.equal(true);
    expect(decide([allow({ Resource: "arn:aws:s3:::A/*" })])).to.equal(false);
    expect(decide([allow({ Resource: "arn:aws:s3:::?/*" })])).to.equal(true);
  });

  it("needs every condition, and any of its values", () => {
    const Condition = { StringEquals: { "aws:RequestTag/A": ["1", "2"], "aws:RequestTag/B": "3" } };
    const context = { "aws:requesttag/a": ["2"], "aws:requesttag/b": ["3"] };
    expect(decide([allow({ Condition })], context)).to.equal(true);
    expect(decide([allow({ Condition })], { "aws:requesttag/a": ["2"] })).to.equal(false);
  });

  it("takes a missing key for a mismatch, but with IfExists, Not and ForAllValues", () => {
    const decideOn = (operator: string) => decide([allow({ Condition: { [operator]: { k: "x" } } })]);
    expect(decideOn("StringEquals")).to.equal(false);
    expect(decideOn("StringEqualsIfExists")).to.equal(true);
    expect(decideOn("StringNotEquals")).to.equal(true);
    expect(decideOn("ForAllValues:StringEquals")).to.equal(true);
    expect(decideOn("ForAnyValue:StringEquals")).to.equal(false);
    expect(decide([allow({ Condition: { Null: { k: "true" } } })])).to.equal(true);
    expect(decide([allow({ Condition: { Null: { k: "false" } } })])).to.equal(false);
  });

  it("compares all or any of several values", () => {
    const decideOn = (operator: string, ...k: string[]) =>
      decide([allow({ Condition: { [operator]: { k: ["a*", "b"] } } })], { k });
    expect(decideOn("ForAllValues:StringLike", "ab", "b")).to.equal(true);
    expect(decideOn("ForAllValues:StringLike", "ab", "c")).to.equal(false);
    expect(decideOn("ForAnyValue:StringLike", "ab", "c")).to.equal(true);
  });

  it("compares ARNs part by part", () => {
    const decideOn = (pattern: string) =>
      decide([allow({ Condition: { ArnLike: { k: pattern } } })], { k: ["arn:aws:iam::1:role/a:b"] });
    expect(decideOn("arn:aws:iam::*:role/*")).to.equal(true);
    expect(decideOn("arn:*:role/*")).to.equal(false);
  });

  it("compares principals, and takes an account's root for its identities", () => {
    const decideOn = (Principal: PolicyStatement["Principal"], kind: "AWS" | "Service", arn: string) =>
      isAllowed([{ Statement: [allow({ ...(Principal && { Principal }) })] }], {
        action: "sts:AssumeRole",
        principal: { kind, arn },
      });
    const alice = "arn:aws:iam::111122223333:user/alice";
    expect(decideOn("*", "AWS", alice)).to.equal(true);
    expect(decideOn({ AWS: [alice] }, "AWS", alice)).to.equal(true);
    expect(decideOn({ AWS: "arn:aws:iam::111122223333:user/bob" }, "AWS", alice)).to.equal(false);
    expect(decideOn({ AWS: "arn:aws:iam::111122223333:root" }, "AWS", alice)).to.equal(true);
    expect(decideOn({ AWS: "arn:aws:iam::444455556666:root" }, "AWS", alice)).to.equal(false);
    expect(decideOn({ Service: "ec2.amazonaws.com" }, "Service", "ec2.amazonaws.com")).to.equal(true);
    expect(decideOn({ AWS: "ec2.amazonaws.com" }, "Service", "ec2.amazonaws.com")).to.equal(false);
  });
});
