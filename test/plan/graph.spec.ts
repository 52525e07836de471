import { expect } from "chai";
import { describe, it } from "mocha";
import { createGraph, formatMermaid } from "../../plan/graph/graph";
import { formatSvg } from "../../plan/graph/svg";
import type { RecordedResource } from "../../plan/monitor";
import { planStack } from "../../plan/plan";

const resource = (name: string, type: string, more: Partial<RecordedResource> = {}): RecordedResource => ({
  urn: name,
  type,
  name,
  parent: undefined,
  custom: type.startsWith("aws:"),
  inputs: {},
  protect: false,
  ignoreChanges: [],
  deleteBeforeReplace: false,
  retainOnDelete: false,
  importId: "",
  propertyDependencies: {},
  dependencies: [],
  ...more,
});

const resources = [
  resource("stack", "pulumi:pulumi:Stack"),
  resource("app", "beo:index:BeoDatastore", { parent: "stack" }),
  resource("app-queue", "beo:index:Queue", { parent: "app" }),
  resource("queue", "aws:sqs/queue:Queue", { parent: "app-queue", inputs: { name: "beo-prod" } }),
  resource("app-storage", "beo:index:Storage", { parent: "app" }),
  resource("app-storage-media", "beo:index:PrivateBucket", { parent: "app-storage" }),
  resource("policy", "aws:s3/bucketPolicy:BucketPolicy", {
    parent: "app-storage-media",
    propertyDependencies: { policy: ["queue"], bucket: ["bucket"] },
  }),
  resource("bucket", "aws:s3/bucket:Bucket", { parent: "app-storage-media", inputs: { bucket: "other" } }),
  resource("record", "aws:route53/record:Record", {
    parent: "app",
    propertyDependencies: { ttl: ["queue"], name: ["queue"] },
  }),
];

describe("a stack's graph", () => {
  const graph = createGraph("beo-prod", resources);

  it("has one node for each component, which includes nested ones, and lists physical names", () => {
    expect(graph.nodes).to.deep.equal([
      { id: "app-queue", title: "Queue", lines: ["Queue beo-prod", "1 resource"] },
      { id: "app-storage", title: "Storage", lines: ["2 resources"] },
      { id: "app", title: "BeoDatastore", lines: ["1 resource"] },
    ]);
  });

  it("has one edge from each component to each that uses its outputs, and none within one", () => {
    expect(graph.edges).to.deep.equal([
      { from: "app-queue", to: "app-storage", label: "policy" },
      { from: "app-queue", to: "app", label: "name, ttl" },
    ]);
  });

  it("is formatted as Mermaid", () => {
    expect(formatMermaid(graph)).to.equal(
      [
        "flowchart LR",
        '  app-queue["<b>Queue</b><br/>Queue beo-prod<br/>1 resource"]',
        '  app-storage["<b>Storage</b><br/>2 resources"]',
        '  app["<b>BeoDatastore</b><br/>1 resource"]',
        "  app-queue -->|policy| app-storage",
        "  app-queue -->|name, ttl| app",
        "",
      ].join("\n"),
    );
  });

  it("is formatted as SVG with every box and arrow inside the image", async () => {
    const { plan, recorded } = await planStack("prod");
    const drawn = createGraph(plan.applicationName, recorded);
    const picture = formatSvg(drawn);
    const [, width, height] = /viewBox="0 -40 (\d+) (\d+)"/.exec(picture)?.map(Number) ?? [];
    const boxes = [
      ...picture.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx/g),
    ].map((match) => match.slice(1).map(Number));
    expect(boxes).to.have.length(11);
    for (const [x = NaN, y = NaN, wide = NaN, high = NaN] of boxes) {
      expect(x + wide).to.be.lessThan(width ?? 0);
      expect(y + high).to.be.lessThan((height ?? 0) - 40);
    }
    expect([...picture.matchAll(/marker-end/g)]).to.have.length(drawn.edges.length);
    expect(drawn.edges).to.deep.include({
      from: "beo-secrets",
      to: "beo-beanstalk",
      label: "policy, settings",
    });
  });
});
