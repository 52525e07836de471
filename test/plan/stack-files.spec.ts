import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { StackFileError } from "../../plan/parse-stack-file";
import { readStack, readStacks, stackNames } from "../../plan/stack-files";

describe("readStack", () => {
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

  it("lists the stacks with a file, dev and prod before others", () => {
    expect(stackNames(root)).to.deep.equal(["dev", "prod", "anna"]);
  });

  it("merges the stack file with the project's defaults, as the engine does", () => {
    const { project, config, secretKeys } = readStack(root, "prod");
    expect(project).to.equal("p");
    expect(config).to.include({
      "aws:region": "us-west-1",
      "aws:profile": "own",
      "p:a": "text",
      "p:b": "standard",
      "p:c": '{"x":1,"y":[true]}',
    });
    expect(secretKeys).to.deep.equal([
      "p:databasePassword",
      "p:secretKey",
      "p:extraSecrets",
      "p:extraSecrets.TOKEN",
    ]);
  });

  it("replaces encrypted values with valid placeholders, different for each key", () => {
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

  it("accepts an empty stack file", () => {
    expect(readStack(root, "anna").config).to.deep.equal({
      "p:b": "standard",
      "p:c": "{}",
      "aws:region": "us-west-1",
      "aws:profile": "operators",
    });
  });

  const invalid: [what: string, text: string, message: RegExp][] = [
    [
      "tabs, in one message",
      "config:\n  p:c:\n\t- x\n\t- y\n",
      /^Pulumi\.bad\.yaml, line 3: a tab is used as indentation\. Expected spaces\.$/,
    ],
    [
      "duplicate keys, which it names with both lines",
      "config:\n  p:a: x\n  p:c:\n    x: 1\n    x: 2\n  'p:a': y\n",
      /^Pulumi\.bad\.yaml, line 5: x is already set in line 4\. Remove one of them\.\nPulumi\.bad\.yaml, line 6: p:a is already set in line 2\. Remove one of them\.$/,
    ],
    [
      "two documents",
      "config:\n  p:a: x\n---\nconfig: {}\n",
      /^Pulumi\.bad\.yaml, line 3: a second YAML document begins\. Expected one: remove the line ---\.$/,
    ],
    [
      "what is not YAML otherwise",
      "config:\n  p:a: x\n p:b: y\n",
      /^Pulumi\.bad\.yaml, line 3: not valid YAML: All mapping items must start at the same column\.$/,
    ],
    ...["config: text\n", "config: [p:a]\n", "config: 1\n"].map((text): [string, string, RegExp] => [
      text.trim(),
      text,
      /^Pulumi\.bad\.yaml: config is a (string|list|number)\. Expected a mapping of keys to values\.$/,
    ]),
    ["an octal number", "config:\n  p:c:\n    x: 010\n", /line 3: 010 is ambiguous in YAML/],
    ["a number with underscores", "config:\n  p:c: {x: 1_000}\n", /line 2: 1_000 is ambiguous in YAML/],
    ["a date", "config:\n  p:c: {x: 2024-01-01}\n", /line 2: 2024-01-01 is ambiguous in YAML/],
    ["a key outside config", "p:a: x\nconfig: {}\n", /^Pulumi\.bad\.yaml: p:a is outside config/],
    [
      "aliases of aliases, which stand for more than fits into the memory",
      `config:\n  p:a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from("bcdefgh")
        .map((letter, index) => {
          const last = `*${"abcdefgh".charAt(index)}`;
          return `  p:${letter}: &${letter} [${Array(10).fill(last).join(", ")}]\n`;
        })
        .join("")}`,
      /^Pulumi\.bad\.yaml, line 1: .*alias.* Write the values without aliases \(\*\)\.$/,
    ],
    ...[50, 5_000, 50_000].map((depth): [string, string, RegExp] => [
      `${depth} nested lists`,
      `config:\n  p:c: ${"[".repeat(depth)}${"]".repeat(depth)}\n`,
      /^Pulumi\.bad\.yaml, line 2: is nested deeper than 20 levels\./,
    ]),
    [
      "secrets without the key that decrypts them",
      "config:\n  p:extraSecrets: {TOKEN: {secure: v1:ynGRGx7xe0XlS+qF:Ahcvu88mUt1VEdQ2}}\n",
      /^Pulumi\.bad\.yaml: encryptionsalt is missing, .* git log -p -- Pulumi\.bad\.yaml\./,
    ],
    ["a string", "nonsense\n", /^Pulumi\.bad\.yaml: expected a mapping/],
  ];
  for (const [what, text, message] of invalid) {
    it(`rejects ${what}`, () => {
      writeFileSync(join(root, "Pulumi.bad.yaml"), text);
      expect(() => readStack(root, "bad")).to.throw(StackFileError, message);
      rmSync(join(root, "Pulumi.bad.yaml"));
    });
  }

  it("rejects a folder, and reads the other stacks", () => {
    const path = join(root, "Pulumi.folder.yaml");
    mkdirSync(path);
    try {
      expect(() => readStack(root, "folder")).to.throw(
        StackFileError,
        /^Pulumi\.folder\.yaml is a folder\. Expected the file with the stack's configuration\. Rename or remove the folder\.$/,
      );
      expect(readStacks(root, ["folder", "anna"]).map(({ stack }) => stack)).to.deep.equal(["anna"]);
    } finally {
      rmdirSync(path);
    }
  });

  it("rejects files that are not UTF-8, as editors of Windows write them", () => {
    const swapped = Buffer.from("\ufeffconfig: {}\n", "utf16le").swap16();
    for (const bytes of [
      Buffer.from("\ufeffconfig: {}\n", "utf16le"),
      Buffer.from("config: {}\n", "utf16le"),
      swapped,
      Buffer.from("config:\n  p:a: Zürich\n", "latin1"),
    ]) {
      writeFileSync(join(root, "Pulumi.bad.yaml"), bytes);
      expect(() => readStack(root, "bad")).to.throw(
        StackFileError,
        /^Pulumi\.bad\.yaml is not encoded in UTF-8\. Save it as UTF-8\.$/,
      );
    }
    writeFileSync(join(root, "Pulumi.bad.yaml"), "\ufeffconfig:\n  p:a: Zürich\n");
    expect(readStack(root, "bad").config["p:a"]).to.equal("Zürich");
    rmSync(join(root, "Pulumi.bad.yaml"));
  });

  it("rejects a key that is written with and without its namespace: the engine takes either at random", () => {
    writeFileSync(join(root, "Pulumi.twice.yaml"), "config:\n  a: one\n  p:a: two\n");
    expect(() => readStack(root, "twice")).to.throw(
      StackFileError,
      "Pulumi.twice.yaml: a and p:a are the same key. Remove one of them.",
    );
    rmSync(join(root, "Pulumi.twice.yaml"));
  });

  it("accepts secrets with a salt or an encrypted key, and those of Pulumi Cloud, which need none", () => {
    const passphrase = "config:\n  p:secretKey: {secure: v1:ynGRGx7xe0XlS+qF:Ahcvu88mUt1VEdQ2}\n";
    for (const text of [
      `encryptionsalt: v1:L2JI/1diiU0=:v1:2rp8E0crAEYG0r1Z:x0VgnEUXlUo\n${passphrase}`,
      `secretsprovider: awskms://alias/pulumi\nencryptedkey: AQICAHg=\n${passphrase}`,
      "config:\n  p:secretKey: {secure: AAABAHk2Vx}\n",
    ]) {
      writeFileSync(join(root, "Pulumi.kept.yaml"), text);
      expect(readStack(root, "kept").secretKeys).to.deep.equal(["p:secretKey"]);
    }
    rmSync(join(root, "Pulumi.kept.yaml"));
  });

  it("accepts quoted numbers and merged maps", () => {
    const text = 'config:\n  p:c: &c {x: "010", y: "2024-01-01"}\n  p:d: {<<: *c, z: 1}\n';
    writeFileSync(join(root, "Pulumi.good.yaml"), text);
    expect(readStack(root, "good").config).to.include({
      "p:c": '{"x":"010","y":"2024-01-01"}',
      "p:d": '{"x":"010","y":"2024-01-01","z":1}',
    });
    rmSync(join(root, "Pulumi.good.yaml"));
  });

  it("does not treat a map as secret if part of it is in plain text", () => {
    writeFileSync(
      join(root, "Pulumi.half.yaml"),
      "config:\n  p:extraSecrets: {TOKEN: {secure: AAAD}, OTHER: seen}\n  p:c: {x: {secure: AAAE}, y: 1}\n",
    );
    expect(readStack(root, "half").secretKeys).to.deep.equal(["p:extraSecrets.TOKEN", "p:c", "p:c.x"]);
    rmSync(join(root, "Pulumi.half.yaml"));
  });
});
