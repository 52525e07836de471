import { expect } from "chai";
import { before, describe, it } from "mocha";
import { checkEndpoints } from "../../cli/preflight/endpoints";
import type { Context } from "../../cli/preflight/context";
import { runChecks } from "../../cli/report";
import { readStack } from "../../plan/stack-files";
import type { PlannedResource } from "../../plan/plan";
import { fakeAws } from "../support/fake-aws";
import { fixtures, planFixture } from "../support/stacks";

const zones = ["us-west-1a", "us-west-1c"];

describe("preflight of interface endpoints", () => {
  let planned: PlannedResource[] = [];
  let project = "";
  before(async () => {
    ({ resources: planned } = (await planFixture("prod")).plan);
    ({ project } = readStack(fixtures, "prod"));
  });

  const endpoint = (service: string): PlannedResource => ({
    urn: `urn:pulumi:prod::p::aws:ec2/vpcEndpoint:VpcEndpoint::beo-vpc-${service}`,
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    name: `beo-vpc-${service}`,
    parent: null,
    inputs: { serviceName: `com.amazonaws.us-west-1.${service}`, vpcEndpointType: "Interface" },
    protect: false,
    ignoreChanges: [],
  });

  /** Asks about two endpoints. The answer is as in https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html. */
  const check = async (offered: Record<string, string[]>, changes: Partial<Context> = {}) => {
    const asked: unknown[] = [];
    const context = {
      ...{ stack: "prod", project, region: "us-west-1", state: [] },
      config: { [`${project}:network`]: '{"create":true,"interfaceEndpoints":["logs","ssm"]}' },
      planned: [...planned, endpoint("logs"), endpoint("ssm")],
      clients: fakeAws({
        DescribeAvailabilityZones: () => ({ AvailabilityZones: zones.map((ZoneName) => ({ ZoneName })) }),
        DescribeVpcEndpointServices: (input) => {
          asked.push(input);
          return {
            ServiceDetails: Object.entries(offered).map(([service, AvailabilityZones]) => ({
              ServiceName: `com.amazonaws.us-west-1.${service}`,
              AvailabilityZones,
            })),
          };
        },
      }),
      ...changes,
    } as Context;
    return { asked, report: await runChecks(checkEndpoints(context)) };
  };

  it("says that they are offered in the zones of the stack", async () => {
    const { asked, report } = await check({ logs: zones, ssm: [...zones, "us-west-1b"] });
    expect(asked).to.deep.equal([
      {
        Filters: [
          { Name: "service-name", Values: ["com.amazonaws.us-west-1.logs", "com.amazonaws.us-west-1.ssm"] },
          { Name: "service-type", Values: ["Interface"] },
        ],
      },
    ]);
    expect(report.lines.map(({ level, text }) => `${level}: ${text}`)).to.deep.equal([
      "ok: The interface endpoint logs (network.interfaceEndpoints) is offered in us-west-1a and us-west-1c.",
      "ok: The interface endpoint ssm (network.interfaceEndpoints) is offered in us-west-1a and us-west-1c.",
    ]);
  });

  it("reports a zone, or a region, that lacks the service", async () => {
    const { report } = await check({ ssm: ["us-west-1a"] });
    expect(report.lines).to.deep.equal([
      {
        topic: "Capacity",
        level: "error",
        text: "The interface endpoint logs (network.interfaceEndpoints) is not offered in us-west-1, and needs a subnet in each zone of the stack. Remove it:",
        fix: ["npx pulumi config rm --path 'network.interfaceEndpoints[0]' --stack prod"],
      },
      {
        topic: "Capacity",
        level: "error",
        text: "The interface endpoint ssm (network.interfaceEndpoints) is not offered in us-west-1c, and needs a subnet in each zone of the stack. Remove it:",
        fix: ["npx pulumi config rm --path 'network.interfaceEndpoints[1]' --stack prod"],
      },
    ]);
  });

  it("asks nothing once they are deployed, or where there are none", async () => {
    const state = [endpoint("logs"), endpoint("ssm")].map(({ urn, type }) => ({ urn, type, id: "vpce-1" }));
    expect(await check({}, { state })).to.deep.equal({ asked: [], report: { lines: [], unread: [] } });
    expect(await check({}, { planned })).to.deep.equal({ asked: [], report: { lines: [], unread: [] } });
  });
});
