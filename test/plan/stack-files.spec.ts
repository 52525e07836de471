import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { readStack, stackNames } from "../../plan/stack-files";

describe("the stacks' files", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "stack-files-"));
    writeFileSync(
      join(root, "Pulumi.yaml"),
      "name: p\nconfig:\n  a: {type: string}\n  b: {type: string, default: standard}\n  c: {type: object, default: {}}\n  aws:region: {value: us-west-1}\n  aws:profile: {value: operators}\n",
    );
    writeFileSync(
      join(root, "Pulumi.prod.yaml"),
      [
        "config:",
        "  aws:profile: own",
        "  p:a: text",
        "  p:c: {x: 1, y: [true]}",
        "  p:databasePassword: {secure: AAAB}",
        "  p:secretKey: {secure: AAAC}",
        "  p:extraSecrets: {TOKEN: {secure: AAAD}}",
      ].join("\n"),
    );
    writeFileSync(join(root, "Pulumi.dev.yaml"), "config: {}\n");
    writeFileSync(join(root, "Pulumi.anna.yaml"), "");
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  it("are found, dev first and prod before others", () => {
    expect(stackNames(root)).to.deep.equal(["dev", "prod", "anna"]);
  });

  it("are read over the project's defaults, as the engine hands them over", () => {
    const { project, config, secretKeys } = readStack(root, "prod");
    expect(project).to.equal("p");
    expect(config).to.include({
      "aws:region": "us-west-1",
      "aws:profile": "own",
      "p:a": "text",
      "p:b": "standard",
      "p:c": '{"x":1,"y":[true]}',
    });
    expect(secretKeys).to.deep.equal(["p:databasePassword", "p:secretKey", "p:extraSecrets"]);
  });

  it("have something legal, different for each key, in place of what is encrypted", () => {
    const { config } = readStack(root, "prod");
    const values = [config["p:databasePassword"], config["p:secretKey"]];
    expect(new Set(values).size).to.equal(2);
    for (const value of values) {
      expect(value).to.match(/^[0-9a-f]{40}$/);
    }
    expect(JSON.parse(config["p:extraSecrets"] ?? ""))
      .to.have.property("TOKEN")
      .that.matches(/^[0-9a-f]{40}$/);
  });

  it("may be empty", () => {
    expect(readStack(root, "anna").config).to.deep.equal({
      "p:b": "standard",
      "p:c": "{}",
      "aws:region": "us-west-1",
      "aws:profile": "operators",
    });
  });

  it("have no secret map of which a part is in the clear", () => {
    writeFileSync(
      join(root, "Pulumi.half.yaml"),
      "config:\n  p:extraSecrets: {TOKEN: {secure: AAAD}, OTHER: seen}\n  p:c: {x: {secure: AAAE}, y: 1}\n",
    );
    expect(readStack(root, "half").secretKeys).to.deep.equal(["p:c"]);
    rmSync(join(root, "Pulumi.half.yaml"));
  });
});
