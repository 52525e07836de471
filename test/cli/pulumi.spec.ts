import { tmpdir } from "node:os";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { exportState } from "../../cli/state";
import { UserError } from "../../cli/user-error";

describe("the Pulumi CLI", () => {
  let path: string | undefined;
  beforeEach(() => {
    path = process.env.PATH;
  });
  afterEach(() => {
    process.env.PATH = path;
  });

  it("is named with the command that installs it, where it is not on PATH", () => {
    process.env.PATH = tmpdir();
    expect(() => exportState("prod", "Cannot read the state of prod.")).to.throw(
      UserError,
      /^There is no `pulumi` on PATH\. Install it: npm ci\nCannot read the state of prod\.$/,
    );
  });
});
