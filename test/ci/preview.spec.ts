import { expect } from "chai";
import { describe, it } from "mocha";
import { unknown } from "../../plan/values";
import type { EngineEvent } from "../../scripts/ci/preview";
import { reportPreview } from "../../scripts/ci/report";

// The form of Pulumi 3.259's event log, as `pulumi preview --event-log` writes it.
const urn = (type: string, name: string) =>
  `urn:pulumi:dev::beo-datastore::beo:index:BeoDatastore$${type}::${name}`;
const step = (
  op: string,
  type: string,
  name: string,
  more: Partial<NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]> = {},
): EngineEvent => ({
  resourcePreEvent: {
    metadata: { op, urn: urn(type, name), type, old: null, new: { custom: true, inputs: {} }, ...more },
  },
});
const state = (inputs: Record<string, string>, protect = false) => ({ custom: true, protect, inputs });
const succeeded: EngineEvent = { summaryEvent: { result: "succeeded" } };
const database = "aws:rds/instance:Instance";
const replaced = {
  old: state({ username: "beo_datastore", instanceClass: "db.t3.medium" }, true),
  new: state({ username: "beo_admin", instanceClass: "db.m6g.large", identifier: "beo-datastore-dev" }, true),
  keys: ["username"],
  diffs: ["username", "instanceClass"],
};
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

describe("the report of `pulumi preview`", () => {
  it("lists replacements and deletions first, with the inputs that replace", () => {
    expect(
      reportPreview("dev", [
        step("create", "aws:sns/topic:Topic", "topic"),
        step("same", "aws:sqs/queue:Queue", "queue"),
        step("update", "aws:sns/topic:Topic", "alarms", {
          old: state({ displayName: "a" }),
          new: state({ displayName: "b" }),
          diffs: ["displayName"],
        }),
        step("delete-replaced", database, "db", { old: replaced.old, new: null }),
        step("replace", database, "db", replaced),
        step("create-replacement", database, "db", replaced),
        step("delete", "aws:s3/bucket:Bucket", "media", { old: state({}), new: null }),
        succeeded,
      ]),
    ).to.equal(
      [
        "## `pulumi preview`",
        "",
        "### dev: 1 to replace, 1 to delete, 1 to update, 1 to create",
        "",
        "> [!CAUTION]",
        "> Replaces or deletes: `db`, `media`",
        "",
        "```diff",
        "- replace aws:rds:Instance db (protected)",
        "-     username: beo_datastore → beo_admin  (replaces the resource)",
        "-     instanceClass: db.t3.medium → db.m6g.large",
        "- delete aws:s3:Bucket media",
        "! update aws:sns:Topic alarms",
        "!     displayName: a → b",
        "+ create aws:sns:Topic topic",
        "```",
      ].join("\n"),
    );
  });

  it("shows no secret, and names a value that is known only after deployment", () => {
    const report = reportPreview("dev", [
      step("update", "aws:ssm/parameter:Parameter", "p", {
        old: { custom: true, inputs: { value: secret, name: "a" } },
        new: { custom: true, inputs: { value: secret, name: unknown } },
        diffs: ["value", "name"],
      }),
      succeeded,
    ]);
    expect(report).to.include("!     name: a → [unknown]\n!     value: [not shown] → [not shown]");
  });

  it("leaves out components and an unchanged stack", () => {
    const component = step("create", "beo:index:Queue", "queue", { new: { inputs: {} } });
    expect(reportPreview("dev", [component, succeeded])).to.equal(
      "## `pulumi preview`\n\n### dev: no changes",
    );
  });

  it("shows why a preview fails: errors and violations of mandatory policies, not advice", () => {
    const violation = (enforcementLevel: string, policyName: string) => ({
      policyEvent: {
        policyName,
        enforcementLevel,
        message: "<{%fg 1%}>Buckets should be private.<{%reset%}>\n",
      },
    });
    const error = (message: string) => ({ diagnosticEvent: { severity: "error", message } });
    expect(
      reportPreview("dev", [
        violation("mandatory", "s3-private"),
        violation("advisory", "s3-logged"),
        error("appUrl is missing.\n\n  npx pulumi config set appUrl VALUE\n"),
        error("preview failed\n"),
        { summaryEvent: { result: "failed" } },
      ]),
    ).to.equal(
      [
        "## `pulumi preview`",
        "",
        "### dev: the preview fails",
        "",
        "```text",
        "s3-private: Buckets should be private.",
        "appUrl is missing.",
        "  npx pulumi config set appUrl VALUE",
        "```",
      ].join("\n"),
    );
  });

  it("refers to the log where the CLI ends before it writes events", () => {
    expect(reportPreview("prod", [])).to.include("### prod: the preview fails\n\n```text\nThe job's log");
  });
});
