import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { describe, it } from "mocha";
import { findDistributions } from "../../cli/recover/inventory/distributions";
import { isPlanned } from "../../cli/recover/existing";
import type { Scope } from "../../cli/recover/inventory/scope";

const type = "aws:cloudfront/distribution:Distribution";
const tags = { Project: "beo-datastore", Environment: "dev", ManagedBy: "Pulumi" };
const planned = {
  urn: `urn:pulumi:dev::beo-datastore::${type}::beo-edge-cloudfront`,
  type,
  name: "beo-edge-cloudfront",
  parent: null,
  inputs: { comment: "beo-datastore-dev", tags },
  protect: false,
  ignoreChanges: [],
};

/** CloudFront with two distributions, as ListDistributions and ListTagsForResource describe them. */
function createScope(resources: Scope["planned"]): Scope {
  const send = ({ input, constructor }: { input: { Resource?: string }; constructor: { name: string } }) => {
    const answers: Record<string, unknown> = {
      ListDistributionsCommand: {
        DistributionList: {
          Items: [
            {
              Id: "E1OWN",
              ARN: "arn:aws:cloudfront::123456789012:distribution/E1OWN",
              Comment: "beo-datastore-dev",
            },
            { Id: "E2OTHER", ARN: "arn:aws:cloudfront::123456789012:distribution/E2OTHER", Comment: "blog" },
          ],
        },
      },
      ListTagsForResourceCommand: {
        Tags: {
          Items: input.Resource?.endsWith("E1OWN")
            ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
            : [],
        },
      },
    };
    return Promise.resolve(answers[constructor.name]);
  };
  // The paginator asks for the class of the client.
  const cloudFront = Object.assign(new CloudFrontClient({ region: "us-east-1" }), { send });
  return { aws: { cloudFront }, planned: resources, state: [], environments: [] } as unknown as Scope;
}

describe("recover: distributions of CloudFront", () => {
  it("are found by the comment, and are the stack's own by their tags", async () => {
    const [found, ...others] = await findDistributions(createScope([planned]));
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({ type, id: "E1OWN", importId: "E1OWN", name: "beo-datastore-dev", tags });
    expect(isPlanned(found!, planned)).to.equal(true);
    const foreign = { ...found!, tags: { ...tags, Project: "other" } };
    expect(isPlanned(foreign, planned)).to.equal(false);
  });

  it("are disabled before they are deleted, by commands that a shell can run", async () => {
    const [found] = await findDistributions(createScope([planned]));
    const [disable = "", wait = "", remove = ""] = found?.remove ?? [];
    expect(disable).to.match(
      /^aws cloudfront get-distribution-config --id E1OWN .*update-distribution --id E1OWN/,
    );
    expect(wait).to.equal("aws cloudfront wait distribution-deployed --id E1OWN");
    expect(remove).to.match(/^aws cloudfront delete-distribution --id E1OWN --if-match /);
    for (const command of [disable, wait, remove]) {
      execFileSync("sh", ["-n", "-c", command]);
    }
  });

  it("are not asked for where the stack has none", async () => {
    expect(await findDistributions(createScope([]))).to.deep.equal([]);
  });
});
