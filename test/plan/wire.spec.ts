import { expect } from "chai";
import { describe, it } from "mocha";
import { isSecret, masked, plain, secret, unknown } from "../../plan/wire";

describe("a wire value", () => {
  const value = { a: [1, secret({ password: "x", later: unknown })], b: unknown, c: { d: null, e: false } };

  it("is shown with its secrets and unknowns masked", () => {
    expect(masked(value)).to.deep.equal({ a: [1, "[secret]"], b: "[unknown]", c: { d: null, e: false } });
  });

  it("is given to checks in the clear", () => {
    expect(plain(value, "?")).to.deep.equal({
      a: [1, { password: "x", later: "?" }],
      b: "?",
      c: { d: null, e: false },
    });
  });

  it("knows a secret", () => {
    expect(isSecret(secret("x"))).to.equal(true);
    expect(isSecret({ value: "x" })).to.equal(false);
  });
});
