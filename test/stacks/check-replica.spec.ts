import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { checkReplica } from "../../stacks/check-replica";

// S3 User Guide: names in the account's namespace end with the account, the region and "-an".
const [shared, own] = ["beo-prod-backup-us-west-2", "beo-prod-backup-123456789012-us-west-2-an"];
const deployed = (bucket: string) => [{ name: "beo-backup-media-replica-bucket", outputs: { bucket } }];

describe("a replica of the media bucket that AWS has", () => {
  /** Checks while AWS has one bucket, and returns the error and the buckets that were looked for. */
  const check = async (
    existing: string,
    resources: ReturnType<typeof deployed>,
    { region = "us-west-2", accountNamespace = false } = {},
  ) => {
    const asked: string[] = [];
    await pulumi.runtime.setMocks(
      {
        call: ({ token, inputs }) => {
          if (token === "aws:index/getCallerIdentity:getCallerIdentity") {
            return { accountId: "123456789012" };
          }
          const { bucket, region: place } = inputs as { bucket: string; region: string };
          const name = `${place} ${bucket}`;
          asked.push(name);
          if (name !== existing) {
            throw new Error("reading S3 Bucket: couldn't find resource");
          }
          return { id: bucket };
        },
        newResource: () => ({ id: "", state: {} }),
      },
      ...(["beo-datastore", "prod", false, "organization"] as const),
    );
    const settings = { applicationName: "beo-prod", backup: { region }, storage: { accountNamespace } };
    const error = await checkReplica(settings, resources, "prod").then(
      () => undefined,
      (reason: unknown) => (reason as Error).message,
    );
    return { error, asked };
  };

  it("is refused where the state does not have it, with the command that takes it over", async () => {
    const { error } = await check(`us-west-2 ${shared}`, deployed("beo-prod-backup-us-east-2"));
    expect(error).to.equal(
      [
        'backup.region is us-west-2, where AWS has the bucket beo-prod-backup-us-west-2 already, which is not in the state of stack "prod": the stack had its backups there before, or an update was interrupted. Nothing was changed.',
        "  Let the stack take over what the region has of it, by the commands that this one prints:",
        "    npx beo recover prod",
        "  If it takes over nothing, the bucket is not one of this stack. Set backup.region to another region.",
      ].join("\n"),
    );
  });

  it("is looked for in the account's namespace where the buckets are in it", async () => {
    const { error } = await check(`us-west-2 ${own}`, [], { accountNamespace: true });
    expect(error).to.include(` the bucket ${own} already`);
  });

  it("is not refused where the state has it, or AWS has none that can be read", async () => {
    expect(await check(`us-west-2 ${shared}`, deployed(shared))).to.deep.equal({
      error: undefined,
      asked: [],
    });
    expect(await check("", deployed("beo-prod-backup-us-east-2"))).to.deep.equal({
      error: undefined,
      asked: [`us-west-2 ${shared}`],
    });
    expect(await check("", [], { region: "none" })).to.deep.equal({ error: undefined, asked: [] });
  });
});
