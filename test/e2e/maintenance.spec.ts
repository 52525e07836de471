import { spawnSync } from "node:child_process";
import { join } from "node:path";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentResourcesCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DescribeRulesCommand, DescribeListenersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { IPv4 } from "ipaddr.js";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { installCommandLines } from "./support/command-lines";
import { readInventory } from "../recovery/support/inventory";
import { Workspace } from "./support/workspace";
import { getCommands } from "../recovery/support/subject";

const name = "beo-datastore-dev";

/** The parts of a web ACL that decide on a request: WAF API reference, WebACL. */
interface WebAcl {
  DefaultAction: { Block: { CustomResponse: CustomResponse } };
  CustomResponseBodies: Record<string, { ContentType: string; Content: string }>;
  Rules: { Action: { Allow?: object }; Statement: { IPSetReferenceStatement: { ARN: string } } }[];
}
interface CustomResponse {
  ResponseCode: number;
  CustomResponseBodyKey: string;
  ResponseHeaders: { Name: string; Value: string }[];
}

/** A stack whose maintenance is turned on, changed and turned off. */
describe("the maintenance of a deployed stack", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let loadBalancerArn = "";

  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await workspace.init("dev");
    // With a load balancer, which dev does not have by default.
    await set("web.singleInstance", "false");
    await up();
    const { EnvironmentResources } = await aws.beanstalk.send(
      new DescribeEnvironmentResourcesCommand({ EnvironmentName: name }),
    );
    loadBalancerArn = EnvironmentResources?.LoadBalancers?.[0]?.Name ?? "";
  });
  after(() => {
    workspace.remove();
  });

  const set = (path: string, ...value: string[]) =>
    workspace.succeed("config", "set", "--path", path, ...value, "--stack", "dev");
  const up = (...more: string[]) =>
    workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "dev", ...more],
    );
  const preview = () => workspace.previewChanges("dev");
  /** Runs the AWS CLI on WAF. */
  const waf = (...args: string[]): unknown => {
    const { status, stdout, stderr } = spawnSync(
      join(installCommandLines(), "aws"),
      ["wafv2", ...args, "--region", "us-west-1", "--output", "json"],
      { env: { ...workspace.environment() }, encoding: "utf8" },
    );
    if (status !== 0) {
      throw new Error(stderr);
    }
    return stdout.trim() === "" ? {} : JSON.parse(stdout);
  };
  const getWebAcl = () =>
    (waf("get-web-acl-for-resource", "--resource-arn", loadBalancerArn) as { WebACL?: WebAcl }).WebACL;
  const getAddresses = (arn: string) => {
    const [, ipSet = "", id = ""] = /ipset\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    const found = waf("get-ip-set", "--scope", "REGIONAL", "--name", ipSet, "--id", id);
    return (found as { IPSet: { Addresses: string[] } }).IPSet.Addresses;
  };
  /** What the load balancer answers, as its web ACL says: WAF's first rule that matches decides, or the default action. */
  const request = (client: string) => {
    const webAcl = getWebAcl();
    const isAllowed =
      webAcl === undefined ||
      webAcl.Rules.some(
        ({ Action, Statement }) =>
          Action.Allow !== undefined &&
          getAddresses(Statement.IPSetReferenceStatement.ARN).some((cidr) =>
            IPv4.parse(client).match(IPv4.parseCIDR(cidr)),
          ),
      );
    if (isAllowed) {
      return { status: 200 };
    }
    const { ResponseCode, ResponseHeaders, CustomResponseBodyKey } =
      webAcl.DefaultAction.Block.CustomResponse;
    return {
      status: ResponseCode,
      headers: Object.fromEntries(ResponseHeaders.map(({ Name, Value }) => [Name, Value])),
      body: webAcl.CustomResponseBodies[CustomResponseBodyKey]?.Content,
    };
  };
  const getProperties = async (EnvironmentName: string) => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return Object.fromEntries(
      (configuration?.OptionSettings ?? [])
        .filter(({ OptionName = "" }) => /^CELERY_(BEAT|WORKER)$/.test(OptionName))
        .map(({ OptionName = "", Value }) => [OptionName, Value]),
    );
  };
  /** The alarms of the stack's region before maintenance. */
  let alarms: string[] = [];
  const getAlarms = async () => {
    const { MetricAlarms = [] } = await aws.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: name }),
    );
    return MetricAlarms.map(({ AlarmName = "" }) => AlarmName).sort();
  };

  it("is off by default", async () => {
    expect(request("192.0.2.1")).to.deep.equal({ status: 200 });
    expect(await getProperties(`${name}-worker`)).to.deep.equal({});
    alarms = await getAlarms();
    expect(alarms).to.include.members([
      `${name}-queue-age`,
      `${name}-web-health`,
      `${name}-load-balancer-errors`,
    ]);
    expect(workspace.beo("status", "dev").output).not.to.include("Maintenance");
  });

  it("creates the web ACL and pauses Celery; nothing else changes", async () => {
    await set("web.maintenance", "true");
    expect(await preview()).to.have.members([
      "create beo-maintenance",
      "create beo-maintenance-acl",
      "create beo-web-acl",
      "update beo-eb-worker",
      "delete beo-mon-load-balancer-errors",
      "delete beo-mon-queue-age",
      "delete beo-mon-web-health",
    ]);
    const output = await up();
    expect(output).to.include("web.maintenance is true. Requests are answered with 503");
    expect(output).not.to.include("[mandatory]");
    expect(request("192.0.2.1")).to.deep.equal({
      status: 503,
      headers: { "Retry-After": "3600" },
      body: '<!doctype html><html lang="en"><title>Down for maintenance</title><h1>Down for maintenance</h1><p>Try again in 60 minutes.</p></html>',
    });
    expect(await getProperties(`${name}-worker`)).to.deep.equal({ CELERY_BEAT: "0", CELERY_WORKER: "0" });
    expect(await getProperties(name)).to.deep.equal({});
    const left = await getAlarms();
    expect(alarms.filter((alarm) => !left.includes(alarm))).to.have.members([
      `${name}-queue-age`,
      `${name}-web-health`,
      `${name}-load-balancer-errors`,
    ]);
  });

  it("does not change again, and is no drift", async () => {
    await up("--expect-no-changes");
    const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"];
    await workspace.succeed(...refresh);
    expect(workspace.beo("drift", "dev")).to.include({ code: 0 });
    // Health checks of the targets do not pass the web ACL, and the listener keeps forwarding.
    const { Listeners = [] } = await aws.loadBalancing.send(
      new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn }),
    );
    for (const { ListenerArn } of Listeners) {
      const { Rules = [] } = await aws.loadBalancing.send(new DescribeRulesCommand({ ListenerArn }));
      expect(Rules.map(({ IsDefault }) => IsDefault)).to.deep.equal([true]);
    }
  });

  it("lets networks pass, and gives them up again", async () => {
    await set("web.maintenanceCidrs[0]", "203.0.113.0/24");
    await set("web.maintenanceRetryAfter", "600");
    expect(await preview()).to.have.members(["create beo-maintenance-allowed", "update beo-maintenance-acl"]);
    await up();
    expect(request("203.0.113.9")).to.deep.equal({ status: 200 });
    expect(request("203.0.114.9")).to.deep.include({ status: 503, headers: { "Retry-After": "600" } });
    const { output } = workspace.beo("status", "dev");
    expect(output.match(/^.*requests get 503.*$/gm)).to.have.length(1);
    expect(output).to.match(/Maintenance\W+It is on: requests get 503, except those from 203\.0\.113\.0\/24/);
    expect(output).to.include("npx pulumi config rm --path web.maintenance -s dev");
    expect(output).not.to.include("is switched off");
    await workspace.succeed("config", "rm", "--path", "web.maintenanceCidrs", "--stack", "dev");
    await up();
    expect(request("203.0.113.9").status).to.equal(503);
  });

  it("comes back where the association is deleted by hand", async () => {
    waf("disassociate-web-acl", "--resource-arn", loadBalancerArn);
    expect(workspace.beo("drift", "dev").output).to.include("beo-web-acl");
    await up("--refresh");
    expect(request("192.0.2.1").status).to.equal(503);
  });

  it("is imported by the printed commands where the state has lost it, and the rule of events", async () => {
    await set("web.maintenanceCidrs[0]", "203.0.113.0/24");
    await up();
    const before = await readInventory(aws);
    const acls = waf("list-web-acls", "--scope", "REGIONAL") as { WebACLs: { Id: string }[] };
    const { output: state } = await workspace.quietly("stack", "export", "--stack", "dev");
    const urns = state.match(/urn:pulumi:[^"]+/g) ?? [];
    for (const lost of ["beo-maintenance-allowed", "beo-mon-deployment-events"]) {
      const urn = urns.find((one) => one.endsWith(`::${lost}`)) ?? expect.fail(lost);
      await workspace.succeed("state", "delete", "--target-dependents", "--yes", urn, "--stack", "dev");
    }
    const { code, output } = workspace.beo("recover", "dev");
    expect(code, output).to.equal(1);
    const [first = ""] = getCommands(output);
    expect(first, output).to.match(/^npx pulumi import /);
    await workspace.succeed(...first.split(" ").slice(2), "--yes");
    await up();
    expect(workspace.beo("recover", "dev")).to.include({ code: 0 });
    expect(await readInventory(aws)).to.deep.equal(before);
    const after = waf("list-web-acls", "--scope", "REGIONAL") as typeof acls;
    expect(after.WebACLs.map(({ Id }) => Id)).to.deep.equal(acls.WebACLs.map(({ Id }) => Id));
    expect(request("203.0.113.9")).to.deep.equal({ status: 200 });
    await workspace.succeed("config", "rm", "--path", "web.maintenanceCidrs", "--stack", "dev");
  });

  it("ends with one update, and leaves nothing", async () => {
    await workspace.succeed("config", "rm", "--path", "web.maintenance", "--stack", "dev");
    await workspace.succeed("config", "rm", "--path", "web.maintenanceRetryAfter", "--stack", "dev");
    await up();
    expect(request("192.0.2.1")).to.deep.equal({ status: 200 });
    expect(await getProperties(`${name}-worker`)).to.deep.equal({});
    expect(await getAlarms()).to.deep.equal(alarms);
    expect(waf("list-web-acls", "--scope", "REGIONAL")).to.deep.include({ WebACLs: [] });
    expect(waf("list-ip-sets", "--scope", "REGIONAL")).to.deep.include({ IPSets: [] });
    await up("--expect-no-changes");
  });
});
