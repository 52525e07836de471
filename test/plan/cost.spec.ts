import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { compareCosts, estimateCost, formatCost } from "../../plan/cost/cost";
import { getPrice, priceLists } from "../../plan/cost/cost-item";
import { getAverageSize } from "../../plan/cost/uptime";
import { getTableWidth } from "../../plan/text";
import { planStack, type PlannedResource } from "../../plan/plan";
import { summarize } from "../../plan/resource-types";
import { withCosts } from "../../scripts/docs/costs";
import { planFixture } from "../support/stacks";

describe("the estimated cost of a stack", () => {
  let resources: PlannedResource[] = [];
  before(async () => {
    ({
      plan: { resources },
    } = await planFixture("prod"));
  });

  const amounts = (of = resources, region = "us-west-1") =>
    Object.fromEntries(
      estimateCost(of, region).items.map(({ name, amount }) => [
        name,
        amount && Math.round(amount * 100) / 100,
      ]),
    );
  /** The resources of prod with some inputs changed. */
  const changed = (type: string, change: (inputs: PlannedResource["inputs"]) => object) =>
    resources.map((resource) =>
      resource.type === type
        ? {
            ...resource,
            inputs: { ...resource.inputs, ...change(resource.inputs) },
          }
        : resource,
    );

  it("has an item for everything that runs all month, at prices of the stack's region where there are any", () => {
    const cost = estimateCost(resources, "us-west-1");
    // AWS's prices: t3.medium 0.0496, t3.large 0.0992 and a load balancer 0.0252 an hour, a GiB of gp3 0.096 a month in
    // us-west-1; db.m6g.large 0.159 in us-east-1.
    expect(amounts()).to.deep.equal({
      "database, db.m6g.large": 232.14,
      "database, storage": 23,
      "beo-datastore-prod, t3.medium": 72.42,
      "beo-datastore-prod, volumes": 3.84,
      // Of the load balancer: the instances are in private subnets.
      "beo-datastore-prod, public addresses": 7.3,
      "beo-datastore-prod, load balancer": 18.4,
      "beo-datastore-prod, capacity unit": 5.84,
      "beo-datastore-prod-worker, t3.large": 72.42,
      "beo-datastore-prod-worker, volumes": 1.92,
      // 0.045 an hour in us-east-1, and 0.005 for its address.
      "beo-datastore-prod-nat-1": 32.85,
      "beo-datastore-prod-nat-1, public address": 3.65,
      // CloudWatch: 0.10 for each of 22 metrics. Route 53: 0.50 for an AWS endpoint, and 1.00 for HTTPS.
      "metrics of alarms": 2.2,
      "health check of api.beo.example.com": 1.5,
      "key of the database": 1,
      "key of its replicated backups": 1,
      // 0.095 for a GiB-month of backup storage in us-east-1, for the 100 GiB of the database.
      "replicated backups, us-west-2": 9.5,
    });
    // The stack in the default VPC has 452.92: without the NAT gateway and its address, with the addresses of three instances.
    expect(cost.total.toFixed(2)).to.equal((452.92 + 32.85 + 3.65 - 3 * 3.65 + 10.5).toFixed(2));
    expect(
      cost.items.filter(({ priceRegion }) => priceRegion === undefined).map(({ name }) => name),
    ).to.deep.equal([
      "beo-datastore-prod-nat-1, public address",
      "key of the database",
      "key of its replicated backups",
      "health check of api.beo.example.com",
      "beo-datastore-prod, t3.medium",
      "beo-datastore-prod, volumes",
      "beo-datastore-prod, public addresses",
      "beo-datastore-prod, load balancer",
      "beo-datastore-prod-worker, t3.large",
      "beo-datastore-prod-worker, volumes",
      "metrics of alarms",
    ]);
  });

  // RDS and EBS charge for these by their own prices, which prices.json does not have.
  it("is not complete with storage, IOPS, throughput and insights that have no price", () => {
    const unpriced = (of: PlannedResource[]) => {
      const { items, isComplete } = estimateCost(of, "us-west-1");
      const names = items.filter(({ amount }) => amount === null).map(({ name }) => name);
      expect(isComplete).to.equal(names.length === 0);
      return names;
    };
    const database = (change: object) => unpriced(changed("aws:rds/instance:Instance", () => change));
    const io2 = { storageType: "io2", iops: 3000 };
    expect(database(io2)).to.deep.equal(["database, storage (io2)", "database, storage (io2), IOPS"]);
    expect(database({ storageType: "gp2" })).to.deep.equal(["database, storage (gp2)"]);
    const gp3 = { allocatedStorage: 400, storageType: "gp3" };
    expect(database({ ...gp3, iops: 12_000, storageThroughput: 500 })).to.deep.equal([]);
    expect(database({ ...gp3, iops: 20_000, storageThroughput: 1000 })).to.deep.equal([
      "database, storage, IOPS",
      "database, storage, MiB per second",
    ]);
    expect(database({ databaseInsightsMode: "advanced" })).to.deep.equal([
      "database, advanced Database Insights",
    ]);
    expect(database({ databaseInsightsMode: "standard" })).to.deep.equal([]);
    const web = (options: Record<string, string>) =>
      unpriced(
        resources.map((resource) =>
          resource.type.endsWith(":Environment") && resource.inputs.name === "beo-datastore-prod"
            ? {
                ...resource,
                inputs: {
                  ...resource.inputs,
                  settings: [
                    ...(resource.inputs.settings as { name: string }[]).filter(
                      ({ name }) => !(name in options),
                    ),
                    ...Object.entries(options).map(([name, value]) => ({
                      namespace: "aws:autoscaling:launchconfiguration",
                      resource: "",
                      name,
                      value,
                    })),
                  ],
                },
              }
            : resource,
        ),
      );
    expect(web({ RootVolumeIOPS: "3000", RootVolumeThroughput: "125" })).to.deep.equal([]);
    expect(web({ RootVolumeIOPS: "4000", RootVolumeThroughput: "500" })).to.deep.equal([
      "beo-datastore-prod, volumes, IOPS",
      "beo-datastore-prod, volumes, MiB per second",
    ]);
    expect(web({ RootVolumeType: "io1", RootVolumeIOPS: "1000" })).to.deep.equal([
      "beo-datastore-prod, volumes (io1)",
      "beo-datastore-prod, volumes (io1), IOPS",
    ]);
    const text = formatCost(
      "prod",
      estimateCost(
        changed("aws:rds/instance:Instance", () => io2),
        "us-west-1",
      ),
      { width: 100, tableWidth: Infinity },
    );
    expect(text).to.match(/database, storage \(io2\), IOPS +6000, price not in the table +\?\n/);
    expect(text).to.match(/Total of known prices/);
    const [instance] = changed("aws:rds/instance:Instance", () => io2).filter(
      ({ type }) => type === "aws:rds/instance:Instance",
    );
    expect(summarize(instance!.type, instance!.inputs)).to.include.members(["io2", "3000 IOPS"]);
  });

  it("has interface endpoints in each zone, and not the endpoint of S3, which is free", () => {
    expect(
      amounts(
        changed("aws:ec2/vpcEndpoint:VpcEndpoint", () => ({
          serviceName: "com.amazonaws.us-west-1.ssm",
          subnetIds: ["subnet-1", "subnet-2"],
        })),
      ),
      // PrivateLink: 0.01 an hour and zone in us-east-1.
    ).to.deep.include({ "endpoint com.amazonaws.us-west-1.ssm": 14.6 });
  });

  it("halves the database without a standby", () => {
    expect(amounts(changed("aws:rds/instance:Instance", () => ({ multiAz: false })))).to.deep.include({
      "database, db.m6g.large": 116.07,
      "database, storage": 11.5,
    });
  });

  // 11 hours of sleep in each night from Monday to Friday, and the weekend: awake 65 of 168 hours.
  it("counts what sleeps for the hours that it runs", async () => {
    const { plan } = await planStack("dev", join(__dirname, "../fixtures/sleep"));
    expect(plan.errors).to.deep.equal([]);
    const { items } = estimateCost(plan.resources, "us-west-1");
    const find = (name: string) => items.find((item) => item.name === name)?.arithmetic;
    const hours = Math.round((730 * 65) / 168);
    // The database starts 20 minutes before, and stops 10 minutes after.
    expect(find("database, db.t3.medium")).to.match(new RegExp(`^1 × ${Math.round((730 * 67.5) / 168)} h `));
    expect(find("beo-datastore-dev, t3.small")).to.match(new RegExp(`^1 × ${hours} h `));
    expect(find("beo-datastore-dev-worker, t3.small")).to.match(new RegExp(`^1 × ${hours} h `));
    // Storage of the database and the Elastic IP address are paid for all month.
    expect(find("database, storage")).to.match(/^20 GiB /);
    expect(find("beo-datastore-dev, public addresses")).to.match(/^1 × 730 h /);
    expect(find("beo-datastore-dev-worker, volumes")).to.match(/^7\.74 GiB /);
  });

  it("counts an environment by its scheduled actions", () => {
    type Action = [name: string, recurrence: string, minSize: string, suspend?: string];
    const settings = (actions: Action[]) => ({
      settings: [
        { namespace: "aws:autoscaling:asg", name: "MinSize", value: "2", resource: "" },
        ...actions.flatMap(([action, Recurrence, MinSize, Suspend = "false"]) =>
          Object.entries({ Recurrence, MinSize, Suspend }).map(([name, value]) => ({
            namespace: "aws:autoscaling:scheduledaction",
            resource: action,
            name,
            value,
          })),
        ),
      ],
    });
    const environment = (actions: Action[]): PlannedResource => ({
      urn: "",
      type: "aws:elasticbeanstalk/environment:Environment",
      name: "beo-eb-web",
      parent: null,
      inputs: settings(actions),
      protect: false,
      ignoreChanges: [],
    });
    const average = (actions: Action[]) => getAverageSize(environment(actions), []);
    expect(average([])).to.equal(undefined);
    expect(
      average([
        ["Night", "0 20 * * *", "1"],
        ["Day", "0 8 * * *", "3"],
        ["Weekend", "0 9 * * *", "0", "true"],
      ]),
    ).to.equal(2);
    // From Monday to Friday 12 hours of 4, and 1 otherwise.
    expect(
      average([
        ["Up", "0 6 * * 1-5", "4"],
        ["Down", "0 18 * * 1-5", "1"],
      ]),
    ).to.be.closeTo((60 * 4 + 108) / 168, 1e-9);
    // An action that is not one of every week sets the size from then on.
    expect(average([["Once", "0 0 1 1 *", "9"]])).to.equal(2);
  });

  it("compares two estimates item by item", () => {
    const base = estimateCost(resources, "us-west-1");
    const single = estimateCost(
      changed("aws:rds/instance:Instance", () => ({ multiAz: false })),
      "us-west-1",
    );
    const { items, before: old, after } = compareCosts(base, single);
    expect(items.map(({ name }) => name)).to.deep.equal(["database, db.m6g.large", "database, storage"]);
    expect((old - after).toFixed(2)).to.equal("127.57");
  });

  it("compares what has no price with what has one", () => {
    const estimate = (storageType: string) =>
      estimateCost(
        changed("aws:rds/instance:Instance", () => ({ storageType })),
        "us-west-1",
      );
    expect(compareCosts(estimate("gp3"), estimate("gp2")).items).to.deep.equal([
      { name: "database, storage", before: 23, after: undefined },
      { name: "database, storage (gp2)", before: undefined, after: null },
    ]);
  });

  it("marks items without a price and totals the others", () => {
    const cost = estimateCost(
      changed("aws:rds/instance:Instance", () => ({ instanceClass: "db.x2g.large" })),
      "us-west-1",
    );
    expect(cost).to.include({ isComplete: false });
    const text = formatCost("prod", cost, { width: 100, tableWidth: 100 });
    expect(text).to.match(/database, db\.x2g\.large +2 × 730 h, price not in the table +\?\n/);
    expect(text).to.match(/Total of known prices +\d+\.\d\d\n/);
  });

  it("has prices of the common instance types and classes, each with a source and a date", () => {
    for (const type of ["t3.2xlarge", "t4g.small", "m5.large", "m7g.xlarge", "c5.large", "c7i.2xlarge"]) {
      expect(getPrice(type, "us-west-1")?.amount, type).to.be.within(0.01, 1);
    }
    for (const name of ["db.t3.large", "db.t4g.medium", "db.m5.large", "db.m7g.2xlarge", "db.r6g.large"]) {
      expect(getPrice(name, "us-west-1")?.amount, name).to.be.within(0.05, 2);
    }
    for (const { source, date, region } of priceLists) {
      expect(source).to.match(/^https:/);
      expect(date).to.match(/\w/);
      expect(region).to.match(/^(all|[a-z]{2}-[a-z]+-\d)$/);
    }
  });

  it("equals docs/costs.md, as `npm run docs` writes it", async () => {
    const document = readFileSync(join(__dirname, "../../docs/costs.md"), "utf8");
    expect(document).to.equal(await withCosts(document));
    expect(document).to.match(/^\| prod \| 489 \|$/m);
  });

  it("is the one from which docs/backups.md computes when the replica exceeds a tenth of it", () => {
    const { items, total } = estimateCost(resources, "us-west-1");
    const fixed = items
      .filter(({ name }) => name.includes("replicated backups"))
      .reduce((sum, { amount }) => sum + (amount ?? 0), 0);
    // S3 Standard in us-west-2, the first 50 TB: https://aws.amazon.com/s3/pricing/
    const size = (total / 10 - fixed) / 0.023;
    const document = readFileSync(join(__dirname, "../../docs/backups.md"), "utf8").replaceAll("\n", " ");
    const [, base, from, whole, tenth] =
      /100 GiB cost ([\d.]+) USD\..*?about ([\d,]+) GiB.*estimated (\d+) USD a month.*\(([\d.]+) −/s.exec(
        document,
      ) ?? [];
    expect([base, whole, from, tenth]).to.deep.equal([
      fixed.toFixed(2),
      total.toFixed(0),
      (Math.round(size / 10) * 10).toLocaleString("en-US"),
      (total / 10).toFixed(2),
    ]);
  });

  it("shows its arithmetic, and the region of a price that is not the stack's", () => {
    const text = formatCost("prod", estimateCost(resources, "us-west-1"), {
      width: 120,
      tableWidth: 120,
    });
    expect(text).to.match(/database, db\.m6g\.large +2 × 730 h × \$0\.159 \(us-east-1\) +232\.14\n/);
    expect(text).to.match(/beo-datastore-prod, t3\.medium +2 × 730 h × \$0\.0496 +72\.42\n/);
    expect(text).to.match(/Total +488\.97\n/);
    expect(text).to.include(
      "Items marked us-east-1 have that region's price, and may cost more in us-west-1.",
    );
  });

  it("shortens names, never a price, on a terminal of 80 columns", () => {
    const text = formatCost("prod", estimateCost(resources, "us-west-1"), { width: 80, tableWidth: 80 });
    expect(text.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
    // The addresses of NAT gateways cost 0.005 an hour, db.m6g.large in two zones 0.318.
    expect(text).to.match(/^ {2}beo-datastore-prod-…-1, public address {2}1 × 730 h × \$0\.005 +3\.65$/m);
    expect(text).to.match(/ 2 × 730 h × \$0\.159 \(us-east-1\) +232\.14\n/);
    const narrow = formatCost("prod", estimateCost(resources, "us-west-1"), { width: 40, tableWidth: 40 });
    expect(narrow).to.match(/ 2 × 730 h × \$0\.159 \(us-east-1\) +232\.14\n/);
  });

  it("shortens nothing in a file or a pipe", () => {
    const text = formatCost("prod", estimateCost(resources, "us-west-1"), {
      width: 80,
      tableWidth: getTableWidth(undefined),
    });
    expect(text)
      .to.match(/^ {2}beo-datastore-prod-nat-1, public address {2}1 × 730 h/m)
      .and.not.include("…");
  });
});
