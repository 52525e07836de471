import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, before, beforeEach, describe, it } from "mocha";
import { checkSharedNetworks, readCreatedVpc } from "../../cli/preflight/created-vpc";
import type { Context } from "../../cli/preflight/context";
import { planDeployed } from "../../cli/preflight/plan-deployed";
import { runChecks } from "../../cli/report";
import type { StateResource } from "../../cli/state";
import type { PlannedResource } from "../../plan/plan";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";
import { fixtures, madeStack, planFixture } from "../support/stacks";

const account = "123456789012";

describe("preflight of a deployed stack with a VPC of its own", function () {
  this.timeout(60_000);
  let folder = "";
  let planned: PlannedResource[] = [];
  let state: StateResource[] = [];
  before(async () => {
    ({ resources: planned } = (await planFixture("prod")).plan);
    state = (await madeStack("prod")).map(({ urn, type, inputs }) => ({
      urn,
      type,
      id: "1",
      // As AWS gave them: not the first zones, since the account's have changed.
      outputs: {
        ...inputs,
        ...(/-[12]$/.test(urn) && { availabilityZone: urn.endsWith("1") ? "us-west-1b" : "us-west-1c" }),
      },
    }));
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "preflight-deployed-"));
    cpSync(fixtures, folder, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const vpcs = { DescribeVpcs: () => ({ Vpcs: [{ VpcId: "vpc-1", CidrBlock: "172.31.0.0/16" }] }) };
  const plan = async (responses: Responses = vpcs) => {
    const program = join(__dirname, "../../index.ts");
    const place = { stack: "prod", folder, program, region: "us-west-1", account };
    return (await planDeployed({ ...place, state, clients: fakeAws(responses) }))?.errors;
  };
  const change = (from: string, to: string) => {
    const file = join(folder, "Pulumi.prod.yaml");
    const text = readFileSync(file, "utf8");
    expect(text).to.include(from);
    writeFileSync(file, text.replace(from, to));
  };

  it("has no errors as it is deployed", async () => {
    expect(await plan()).to.deep.equal([]);
    expect(await plan({ DescribeVpcs: () => ({ Vpcs: [] }) })).to.deep.equal([]);
  });

  it("reports what the update would refuse", async () => {
    change("create: true", "create: true\n    cidr: 10.77.0.0/16");
    expect(await plan()).to.deep.equal([
      "network.cidr is 10.77.0.0/16, but 10.42.0.0/16 is deployed. The change would replace the VPC with everything in it, and the database cannot move. Keep the deployed one with the command below. Another network needs a new stack, in which the data is restored (docs/network.md).\n    npx pulumi config set --path network.cidr 10.42.0.0/16 --stack prod",
    ]);
  });

  it("compares nothing where the default VPC cannot be read", async () => {
    const denied = () => {
      throw awsError("UnauthorizedOperation");
    };
    expect(await plan({ DescribeVpcs: denied })).to.equal(undefined);
  });

  const createContext = (stack: string, changes: Partial<Context> = {}) =>
    ({
      ...{ stack, account, region: "us-west-1", planned, state: [] },
      clients: fakeAws({
        DescribeAvailabilityZones: () => ({
          AvailabilityZones: ["us-west-1a", "us-west-1c"].map((ZoneName) => ({ ZoneName })),
        }),
        DescribeVpcs: () => ({ Vpcs: [{ VpcId: "vpc-7", CidrBlock: "10.42.0.0/16" }] }),
      }),
      ...changes,
    }) as Context;

  it("names the zones of its subnets, and proposes no other network", async () => {
    expect(await readCreatedVpc(createContext("prod", { state }), "10.42.0.0/16")).to.deep.equal([
      { level: "ok", text: "A VPC of the stack, 10.42.0.0/16, with subnets in us-west-1b and us-west-1c." },
    ]);
  });

  const withNetwork = (cidrBlock: string) => ({
    planned: planned.map((resource) =>
      resource.type === "aws:ec2/vpc:Vpc" ? { ...resource, inputs: { cidrBlock } } : resource,
    ),
  });

  it("warns of VPCs that would overlap, in one account and region, before they are created", async () => {
    const contexts = [
      createContext("dev", withNetwork("10.1.0.0/20")),
      createContext("north"),
      createContext("south", withNetwork("10.42.128.0/20")),
      createContext("east", { account: "999999999999" }),
      createContext("west", { region: "us-west-2" }),
      createContext("prod", { state }),
    ];
    expect(await runChecks(checkSharedNetworks(contexts))).to.deep.equal({
      lines: [
        {
          topic: "Network",
          level: "warning",
          text: "The VPCs of north (10.42.0.0/16), south (10.42.128.0/20) would overlap. VPCs that overlap cannot be connected by peering. To choose another network before the first deployment, for all but one:",
          fix: ["north", "south"].map(
            (stack) => `npx pulumi config set --path network.cidr <network> -s ${stack}`,
          ),
        },
      ],
      unread: [],
    });
    // One network may connect others.
    const around = [...contexts, createContext("all", withNetwork("10.0.0.0/8"))];
    const { lines } = await runChecks(checkSharedNetworks(around));
    expect(lines.map(({ fix }) => fix?.length)).to.deep.equal([4]);
  });
});
