import { join } from "node:path";
import {
  DescribeAddressesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { getBoundaryArn, getRolePath } from "../../bootstrap/permissions";
import type { VpcSettings } from "../../components";
import { findConnections } from "../support/reachability";
import { clientsOf } from "./support/clients";
import { readNetworkFacts } from "./support/network-facts";
import { emulatorOf } from "./support/emulator";
import { Operator } from "./support/manual-changes";
import { createProgram } from "./support/program";
import { leftIn } from "./support/remaining";
import { assumeStackRole, createStackRoles, permissionsPlugin, readDecisions } from "./support/stack-roles";
import { Workspace } from "./support/workspace";

const plugins = [join(__dirname, "support/gateway_endpoints.py")];

/** VPCs alone, in all variants. Each test goes on where the last one ended. */
describe("a VPC of a stack", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const left: string[] = [];
  before(async () => {
    workspace = await createProgram("vpc", plugins);
    aws = clientsOf(workspace.aws);
    left.push(...(await leftIn(aws)), ...(await leftIn(clientsOf(workspace.aws, "us-west-2"))));
  });
  after(() => {
    workspace.remove();
  });

  const set = (vpcs: Record<string, VpcSettings>) =>
    workspace.succeed("config", "set", "vpcs", JSON.stringify(vpcs), "--stack", "dev");
  const up = (...more: string[]) =>
    workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev", ...more);
  const unchanged = () => workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");

  it("is created in two and three zones, with each kind of NAT gateway, with endpoints and logs", async () => {
    await set({
      one: { flowLogDays: 30 },
      none: { nat: "none", cidr: "192.168.16.0/23", interfaceEndpoints: ["ssm", "logs"] },
      "oregon-one": { zones: 3, nat: "one", cidr: "172.20.0.0/16" },
      "oregon-each": { zones: 3, nat: "each", interfaceEndpoints: ["ssm"] },
      "oregon-none": { zones: 3, nat: "none", cidr: "10.43.0.0/16" },
      "oregon-two": { cidr: "10.44.0.0/16" },
    });
    await up();
    await unchanged();
  });

  it("has a closed default group, and no default route in the main table and that of the database", async () => {
    const { Vpcs = [] } = await aws.ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: "tag:Project", Values: ["beo-datastore"] }] }),
    );
    expect(Vpcs).to.have.length(2);
    const Filters = [{ Name: "vpc-id", Values: Vpcs.map(({ VpcId = "" }) => VpcId) }];
    const { SecurityGroups = [] } = await aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const closed = SecurityGroups.filter(({ GroupName }) => GroupName === "default");
    expect(
      closed.map(({ IpPermissions, IpPermissionsEgress }) => [IpPermissions, IpPermissionsEgress]),
    ).to.deep.equal([
      [[], []],
      [[], []],
    ]);
    const { RouteTables = [] } = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const withoutWay = RouteTables.filter(({ Routes = [] }) =>
      Routes.every(({ DestinationCidrBlock }) => DestinationCidrBlock !== "0.0.0.0/0"),
    );
    // The main table of each VPC has no name.
    expect(
      withoutWay.map(({ Tags = [] }) => Tags.find(({ Key }) => Key === "Name")?.Value).sort(),
    ).to.deep.equal(["none-database", "one-database", undefined, undefined]);
  });

  it("gets other NAT gateways, endpoints and a third zone in place, without another subnet where the kind stays", async () => {
    await set({
      one: { nat: "each", flowLogDays: 90 },
      none: { nat: "one", cidr: "192.168.16.0/23", interfaceEndpoints: ["ssm"] },
      "oregon-one": { zones: 3, nat: "one", cidr: "172.20.0.0/16", interfaceEndpoints: ["sqs"] },
      "oregon-each": { zones: 3, nat: "none", interfaceEndpoints: ["ssm"] },
      "oregon-none": { zones: 3, nat: "none", cidr: "10.43.0.0/16" },
      "oregon-two": { zones: 3, cidr: "10.44.0.0/16" },
    });
    const changes = await workspace.previewChanges("dev");
    expect(changes.filter((change) => change.startsWith("replace"))).to.deep.equal([]);
    expect(changes.filter((change) => change.includes(" one-")).sort()).to.deep.equal([
      "create one-nat-2",
      "create one-nat-2-address",
      "update one-flow-log-group",
      "update one-private-2-nat",
    ]);
    expect(changes.filter((change) => /^\S+ oregon-two-.*-\d$/.test(change)).sort()).to.deep.equal([
      "create oregon-two-database-3",
      "create oregon-two-private-3",
      "create oregon-two-public-3",
    ]);
    await up();
    await unchanged();
    const { Addresses } = await aws.ec2.send(new DescribeAddressesCommand({}));
    expect(Addresses).to.have.length(3);
  });

  it("is refused with the zones that the account has, where it needs more", async () => {
    await set({ one: { zones: 3 } });
    const output = await workspace.fail("preview", "--stack", "dev");
    expect(output).to.match(
      /network\.zones is 3, but the account's availability zones in this region are us-west-1\w and us-west-1\w\. Set network\.zones to 2\./,
    );
    expect(output).not.to.match(/serializing|unhandled|\n +at /);
  });

  it("leaves nothing when it is destroyed", async () => {
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    const all = [...(await leftIn(aws)), ...(await leftIn(clientsOf(workspace.aws, "us-west-2")))];
    expect(all.sort()).to.deep.equal(left.sort());
  });
});

/** A VPC that the deploying role of a stack creates, changes and deletes, with the policies of docs/permissions.md alone. */
describe("a VPC of a stack, and the role that deploys it", function () {
  this.timeout(15 * 60_000);
  const scope = {
    ...{ partition: "aws", account: "123456789012", region: "us-west-1" },
    ...{ project: "beo-datastore", environment: "prod" },
  };
  const variables: NodeJS.ProcessEnv = {};
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let emulator: ReturnType<typeof emulatorOf>;
  const needed = new Map<string, number>();
  before(async () => {
    workspace = await createProgram("vpc", [...plugins, permissionsPlugin], variables);
    aws = clientsOf(workspace.aws);
    emulator = emulatorOf(workspace.aws);
    await createStackRoles(scope, aws.iam);
    for (const [key, value] of Object.entries({
      namePrefix: "beo-datastore-prod",
      permissionsBoundary: getBoundaryArn(scope),
      rolePath: getRolePath(scope),
    })) {
      await workspace.succeed("config", "set", key, value, "--stack", "dev");
    }
    await set({ nat: "each", flowLogDays: 30, interfaceEndpoints: ["ssm"] });
    await emulator.set({ enforce_iam: "true" });
    Object.assign(variables, await assumeStackRole("deploy", scope, aws));
  });
  after(() => {
    workspace.remove();
  });

  const set = (settings: VpcSettings) =>
    workspace.succeed("config", "set", "vpcs", JSON.stringify({ one: settings }), "--stack", "dev");
  const run = (command: string) => workspace.succeed(command, "--yes", "--skip-preview", "--stack", "dev");

  it("creates, changes and deletes it", async () => {
    const before = (await emulator.calls()).length;
    await run("up");
    for (const { service, action } of (await emulator.calls()).slice(before)) {
      const kind = `${service} ${action}`;
      if (/^(Allocate|Associate|Attach|Authorize|Create|Modify|Put|Revoke|Set|Tag)/.test(action)) {
        needed.set(kind, (needed.get(kind) ?? 0) + 1);
      }
    }
    await set({ nat: "one" });
    await run("up");
    await run("destroy");
    const denied = readDecisions(workspace.permissions).filter(({ allowed }) => !allowed);
    expect(denied.map(({ action, resource }) => `${action} ${String(resource)}`)).to.deep.equal([]);
  });

  it("reads it with the role for previews, which cannot change it", async () => {
    await set({});
    await run("up");
    Object.assign(variables, await assumeStackRole("read", scope, aws));
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    await set({ nat: "each" });
    await workspace.fail("up", "--yes", "--skip-preview", "--stack", "dev");
    Object.assign(variables, await assumeStackRole("deploy", scope, aws));
    await run("destroy");
  });

  it("is complete after a few runs, though every call is refused once, and each kind throttled", async () => {
    expect(needed.size).to.be.greaterThan(15);
    await set({ nat: "each", flowLogDays: 30, interfaceEndpoints: ["ssm"] });
    for (const [kind, count] of needed) {
      const [service = "", action = ""] = kind.split(" ");
      await emulator.fail({ service, action, error: "Throttling", count: 1 });
      await emulator.fail({ service, action, error: "AccessDenied", count });
    }
    let [code, runs]: [number | null, number] = [1, 0];
    while (code !== 0 && runs < 30) {
      runs += 1;
      const refresh = runs > 1 ? ["--refresh"] : [];
      ({ code } = await workspace.pulumi(
        ...["up", "--yes", "--skip-preview", "--continue-on-error", "--stack", "dev", ...refresh],
      ));
    }
    console.log(`      ${runs} runs`);
    expect(code).to.equal(0);
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    const { Vpcs } = await aws.ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["false"] }] }),
    );
    expect(Vpcs).to.have.length(1);
  });
});

/** A production stack as it is shipped, with interface endpoints. */
describe("a production stack in a VPC of its own", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const left: string[] = [];
  before(async () => {
    workspace = new Workspace({}, plugins);
    aws = clientsOf(workspace.aws);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "rehearsal" }),
    );
    await workspace.init("prod");
    left.push(...(await leftIn(aws)));
    for (const [index, service] of ["ssm", "ssmmessages"].entries()) {
      await set(`network.interfaceEndpoints[${index}]`, service);
    }
  });
  after(() => {
    workspace.remove();
  });

  const set = (path: string, value: string) =>
    workspace.succeed("config", "set", "--path", path, value, "--stack", "prod");
  const up = (...more: string[]) =>
    workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "prod", ...more],
    );

  it("passes every policy, without the advice on subnets and flow logs, and changes no more", async () => {
    const log = await up();
    expect(log).not.to.include("[mandatory]");
    expect(log).not.to.match(/rds-subnets-in-stack|vpc-flow-logs-enabled/);
    for (let time = 0; time < 2; time += 1) {
      await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "prod");
    }
  });

  it("has no way from the internet to instances or database, and to the load balancer on 80 and 443 only", async () => {
    const { Vpcs: [vpc] = [] } = await aws.ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: "tag:Name", Values: ["beo-datastore-prod"] }] }),
    );
    const facts = await readNetworkFacts(aws, vpc?.VpcId ?? "");
    const [web, worker] = ["beo-datastore-prod", "beo-datastore-prod-worker"];
    expect(new Set(facts.nodes.map(({ name }) => name))).to.deep.equal(
      new Set([web, worker, "load balancer", "database"]),
    );
    expect(findConnections(facts)).to.deep.equal(
      [
        "internet → load balancer tcp 443",
        "internet → load balancer tcp 80",
        ...[web, worker].flatMap((instance) => [
          `load balancer → ${instance} tcp 80`,
          `${instance} → database tcp 5432`,
          `${instance} → internet tcp 443`,
          `${instance} → internet tcp 587`,
          `${instance} → internet udp 123`,
          `${instance} → load balancer tcp 443`,
        ]),
      ].sort(),
    );
  });

  it("refuses to leave its VPC, and shows the way", async () => {
    await set("network.create", "false");
    const { code, output } = await workspace.pulumi("preview", "--stack", "prod");
    await set("network.create", "true");
    expect(code).not.to.equal(0);
    expect(output).to.match(/network\.create is false, but true is deployed\..*docs\/network\.md/s);
    expect(output).to.include("npx pulumi config set --path network.create true --stack prod");
  });

  it("would change its NAT gateways without replacing what is not in the VPC alone", async () => {
    for (const nat of ["none", "each"]) {
      await set("network.nat", nat);
      const changes = await workspace.previewChanges("prod");
      expect(
        changes.filter((change) => !change.includes(" beo-vpc-") && !change.startsWith("update ")),
        nat,
      ).to.deep.equal([]);
      expect(changes.includes("update beo-eb-web"), nat).to.equal(nat === "none");
    }
    await set("network.nat", "one");
  });

  it("is no drift, and has nothing to recover", () => {
    expect(workspace.beo("drift", "prod").output).to.include("No drift.");
    const recover = workspace.beo("recover", "prod");
    expect(recover.output).to.include("prod: Nothing to recover. The state, AWS and the program agree.");
    expect(recover.code).to.equal(0);
  });

  it("is drift without a route, also once that has left the state, and with a network ACL that denies connections", () => {
    const operator = new Operator(workspace, "prod");
    const find = (what: string, query: string, filter: string) =>
      operator
        .run(`aws ec2 describe-${what} --filters Name=${filter} --query '${query}' --output text`)
        .trim();
    const vpc = find("vpcs", "Vpcs[0].VpcId", "tag:Name,Values=beo-datastore-prod");
    operator.variables = {
      ACL: find("network-acls", "NetworkAcls[0].NetworkAclId", `vpc-id,Values=${vpc}`),
      TABLE: find(
        "route-tables",
        "RouteTables[0].RouteTableId",
        "tag:Name,Values=beo-datastore-prod-private-1",
      ),
    };
    operator.rehearse([
      [
        `aws ec2 delete-route --route-table-id $TABLE --destination-cidr-block 0.0.0.0/0
         npx pulumi refresh --yes --skip-preview --stack prod`,
        "high",
        /^Route beo-vpc-private-1-nat is not in the state$/,
      ],
      [
        "aws ec2 create-network-acl-entry --network-acl-id $ACL --rule-number 1 --protocol all --rule-action deny --cidr-block 0.0.0.0/0 --ingress",
        "high",
        /^Vpc beo-vpc-network: rule 1 of the network ACL acl-\w+ of subnet-\S+ .*denies everything from 0\.0\.0\.0\/0/,
      ],
      [
        "aws ec2 delete-network-acl-entry --network-acl-id $ACL --rule-number 100 --egress",
        "high",
        /^Vpc beo-vpc-network: the network ACL .* has no rule that allows everything out/,
      ],
    ]);
  });

  it("leaves nothing when it is destroyed but the final snapshot and what the data needs", async () => {
    await set("database.deletionProtection", "false");
    // Without the policies, one of which forbids just that.
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "prod");
    await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "prod");
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "prod");
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ IncludeDeleted: false }),
    );
    expect(Environments).to.deep.equal([]);
    const now = (await leftIn(aws)).filter((one) => !left.includes(one));
    expect(now.filter((one) => !/^(snapshot|bucket|log group) /.test(one))).to.deep.equal([]);
  });
});
