import { expect } from "chai";
import { describe, it } from "mocha";
import { getPreviewErrors } from "../../cli/preview";

describe("the errors of a preview", () => {
  const format = (...messages: string[]) =>
    getPreviewErrors(
      JSON.stringify({ diagnostics: messages.map((message) => ({ severity: "error", message })) }),
    );

  it("leave out that nothing was changed, which the program says for updates", () => {
    expect(
      format(
        'The configuration of stack "prod" has 1 error. Nothing was changed.\n\n  protect is "false".',
        'AWS refused the credentials: ExpiredToken\nNothing was changed. Stack "prod" is deployed in account 1.',
      ),
    ).to.deep.equal([
      'The configuration of stack "prod" has 1 error.\n\n  protect is "false".',
      'AWS refused the credentials: ExpiredToken\nStack "prod" is deployed in account 1.',
    ]);
  });

  it("are each there once, and other output as it is", () => {
    expect(format("a", "b", "a")).to.deep.equal(["a", "b"]);
    expect(getPreviewErrors("no JSON")).to.deep.equal(["no JSON"]);
  });
});
