import { expect } from "chai";
import { describe, it } from "mocha";
import { isSecret, redact, reveal, secret, unknown } from "../../plan/values";

describe("a property value", () => {
  const value = { a: [1, secret({ password: "x", later: unknown })], b: unknown, c: { d: null, e: false } };

  it("is redacted: secrets and unknown values are replaced", () => {
    expect(redact(value)).to.deep.equal({ a: [1, "[secret]"], b: "[unknown]", c: { d: null, e: false } });
  });

  it("is revealed with its secrets in plain text", () => {
    expect(reveal(value, "?")).to.deep.equal({
      a: [1, { password: "x", later: "?" }],
      b: "?",
      c: { d: null, e: false },
    });
  });

  it("is a secret only if it is signed as one", () => {
    expect(isSecret(secret("x"))).to.equal(true);
    expect(isSecret({ value: "x" })).to.equal(false);
  });
});
