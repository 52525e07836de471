import { expect } from "chai";
import { describe, it } from "mocha";
import { withDefaults } from "../../components/defaults";

interface Args {
  name: string;
  size?: number;
  enabled?: boolean;
}

describe("withDefaults", () => {
  const defaults = { size: 20, enabled: true } satisfies Partial<Args>;

  it("uses the default of a member that is left out or undefined", () => {
    const args: Args = { name: "a", size: undefined };
    expect(withDefaults(args, defaults)).to.deep.equal({ name: "a", size: 20, enabled: true });
  });

  it("keeps given values, also 0 and false", () => {
    const args: Args = { name: "", size: 0, enabled: false };
    expect(withDefaults(args, defaults)).to.deep.equal(args);
  });
});
