import { expect } from "chai";
import { describe, it } from "mocha";
import type { PropertyValue } from "../../plan/values";
import { record } from "../../plan/record";
import { loadSettings } from "../../stacks";
import { findEnds, toBranch } from "../../stacks/calendar";
import * as ends from "../../stacks/ends.json";
import known from "../../stacks/known-values.json";

const textsOn = (date: string, used: Parameters<typeof findEnds>[0]) =>
  findEnds(used, new Date(date)).map(({ text }) => text);

/** What a stack warns of on a date. @param deployed Outputs of deployed resources, by name. */
async function getWarnings(
  date: string,
  config: Record<string, string> = {},
  deployed: Record<string, Record<string, string>> = {},
) {
  let warnings: string[] = [];
  const outputs = Object.fromEntries(
    Object.entries(deployed).map(([name, own]) => [
      `urn:pulumi:dev::beo-datastore::t::${name}`,
      { outputs: own },
    ]),
  );
  const { error } = await record(
    {
      project: "beo-datastore",
      stack: "dev",
      config: {
        "aws:region": "us-west-1",
        "beo-datastore:appUrl": "https://a.beotest.net",
        "beo-datastore:supportEmail": "a@beotest.net",
        ...config,
      },
      invoke: (token): Record<string, PropertyValue> =>
        token.endsWith(":readStackResourceOutputs") ? { outputs } : { id: "vpc-1" },
    },
    async () => {
      ({ warnings } = await loadSettings(new Date(date)));
    },
  );
  expect(error?.message ?? "").to.equal("");
  return warnings.filter((warning) => / end(s|ed) on /.test(warning));
}

describe("the calendar of ends", () => {
  it("warns from 180 days before an end on, and says when it is past", () => {
    expect(textsOn("2026-08-31", { postgres: "14" })).to.deep.equal([]);
    expect(textsOn("2026-09-01", { postgres: "14" })[0]).to.match(
      /^RDS standard support of PostgreSQL 14 ends on 2027-02-28, in 180 days\. .*docs\/upgrading\.md/,
    );
    expect(textsOn("2027-02-28", { postgres: "14" })[0]).to.match(/ends on 2027-02-28, in 0 days/);
    expect(textsOn("2027-03-01", { postgres: "14" })[0]).to.match(/PostgreSQL 14 ended on 2027-02-28/);
  });

  it("knows every kind", () => {
    expect(textsOn("2027-10-01", { platform: "Python 3.11" })[0]).to.match(
      /branch Python 3\.11 ends on 2027-10-31/,
    );
    expect(textsOn("2026-11-26", { node: "20" })[0]).to.match(/Node\.js 20, which .*, ended on 2026-04-30/);
    expect(textsOn("2024-06-01", { certificateAuthority: "rds-ca-2019" })[0]).to.match(/ends on 2024-08-22/);
    expect(textsOn("2026-11-26", { postgres: "99", node: undefined })).to.deep.equal([]);
  });

  it("has every PostgreSQL version and platform branch that can be configured, with a source", () => {
    expect(ends.postgres.ends).to.include.all.keys(...Object.keys(known.postgresVersions));
    expect(ends.platform.ends).to.include.all.keys(
      "Python 3.11",
      "Python 3.12",
      "Python 3.13",
      "Python 3.14",
      "Docker",
    );
    for (const { source, ends: dates } of [
      ends.postgres,
      ends.platform,
      ends.node,
      ends.certificateAuthority,
    ]) {
      expect(source).to.match(/^https:\/\//);
      for (const date of Object.values(dates)) {
        expect(new Date(date).toISOString().slice(0, 10)).to.equal(date);
      }
    }
  });

  it("reads the branch of a platform version", () => {
    expect(toBranch("64bit Amazon Linux 2023 v4.13.7 running Python 3.13")).to.equal("Python 3.13");
    expect(toBranch("64bit Amazon Linux 2 v4.0.1 running Docker")).to.equal("Docker on Amazon Linux 2");
  });

  it("warns in the plan of what is configured", async () => {
    const config = { "beo-datastore:database": '{"engineVersion":"14"}' };
    expect(await getWarnings("2026-11-26", config)).to.have.length(1);
    expect(await getWarnings("2026-08-01", config)).to.deep.equal([]);
    expect(await getWarnings("2026-11-26")).to.deep.equal([]);
  });

  it("warns in a preview of what is deployed, which the program does not upgrade by itself", async () => {
    const warnings = await getWarnings(
      "2026-11-26",
      { "beo-datastore:database": '{"engineVersion":"14"}' },
      {
        "beo-db-instance": { engineVersionActual: "14.20", caCertIdentifier: "rds-ca-2019" },
        "beo-eb-web": { solutionStackName: "64bit Amazon Linux 2 v3.7.2 running Python 3.8" },
      },
    );
    expect(warnings.map((text) => /PostgreSQL 14|rds-ca-2019|Python 3\.8/.exec(text)?.[0])).to.have.members([
      "PostgreSQL 14",
      "rds-ca-2019",
      "Python 3.8",
    ]);
  });
});
