import { expect } from "chai";
import { describe, it } from "mocha";
import { formatTable, getWidth, truncateMiddle, wrap } from "../../plan/text";

describe("wrap", () => {
  it("breaks text at spaces and indents the following lines", () => {
    expect(wrap("one two three four", 9, 2)).to.equal("one two\n  three\n  four");
  });

  it("keeps words that are longer than the width", () => {
    expect(wrap("see arn:aws:iam::aws:policy/x for more", 10)).to.equal(
      "see\narn:aws:iam::aws:policy/x\nfor more",
    );
  });

  it("keeps commands on a line of their own, stack frames and code in backquotes whole", () => {
    const command = `npx pulumi config set --secret beo-datastore:secretKey "$(openssl rand -hex 32)" --stack dev`;
    const frame = "at new Beanstalk (components/beanstalk.ts:12:34)";
    expect(wrap(`is missing\n    ${command}\n    ${frame}`, 20, 4)).to.equal(
      `is missing\n    ${command}\n    ${frame}`,
    );
    expect(wrap("Run `npx pulumi up --stack dev`, then wait.", 20)).to.equal(
      "Run\n`npx pulumi up --stack dev`,\nthen wait.",
    );
  });
});

describe("truncateMiddle", () => {
  it("keeps the start and the end", () => {
    expect(truncateMiddle("beo-datastore-prod", 9)).to.equal("beo-…prod");
    expect(truncateMiddle("short", 9)).to.equal("short");
  });
});

describe("formatTable", () => {
  const rows = [
    ["DJANGO_ALLOWED_HOSTS", "beo-datastore-prod.us-west-1.elasticbeanstalk.com", "1.50"],
    ["DEBUG", "0", "100.00"],
  ];

  it("truncates values, not names, to fit the width", () => {
    const lines = formatTable(rows, { width: 50, shrink: [1], alignRight: 2 });
    for (const line of lines) {
      expect(line.length).to.be.at.most(50);
    }
    expect(lines[0]).to.match(/^DJANGO_ALLOWED_HOSTS {2}beo-\S*…\S*\.com {4}1\.50$/);
    expect(lines[1]).to.match(/^DEBUG +0 +100\.00$/);
  });
});

describe("getWidth", () => {
  it("is the terminal's, else COLUMNS, else 80, and at least 40", () => {
    expect([
      getWidth(120, "100"),
      getWidth(undefined, "100"),
      getWidth(undefined, undefined),
      getWidth(10, ""),
    ]).to.deep.equal([120, 100, 80, 40]);
  });
});
