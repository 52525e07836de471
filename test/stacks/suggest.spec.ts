import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { distance, suggest } from "../../stacks/suggest";

describe("the nearest key", () => {
  it("is suggested when it is near", () => {
    expect(suggest("apUrl", ["appUrl", "adminUrl"])).to.equal("appUrl");
    expect(suggest("zzzzzz", ["appUrl", "adminUrl"])).to.equal(undefined);
  });

  it("is measured by a metric", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 8 }),
        (a, b, c) => {
          expect(distance(a, a)).to.equal(0);
          expect(distance(a, b)).to.equal(distance(b, a));
          expect(distance(a, c)).to.be.at.most(distance(a, b) + distance(b, c));
          expect(distance(a, b)).to.be.at.least(Math.abs(a.length - b.length));
        },
      ),
    );
  });
});
