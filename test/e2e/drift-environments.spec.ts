import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { Step } from "../../cli/preview";
import { emulatorOf } from "./support/emulator";
import { type ManualChange, Operator } from "./support/manual-changes";
import { Workspace } from "./support/workspace";

const group = "aws autoscaling $1 --auto-scaling-group-name $GROUP";
const onGroup = (operation: string, options: string) => `${group.replace("$1", operation)} ${options}`;
const update = (...options: string[]) =>
  `aws elasticbeanstalk update-environment --environment-name $APP --option-settings '${JSON.stringify(
    options.map((option) => {
      const [Namespace, OptionName, Value] = option.split(" ");
      return { Namespace, OptionName, Value };
    }),
  )}' && aws elasticbeanstalk wait environment-updated --environment-names $APP`;
const balancer = "--load-balancer-arn $BALANCER";

/** What people do with `eb`, in the console or with the AWS CLI, by what it changes. */
const changes: Record<string, readonly ManualChange[]> = {
  options: [
    [
      "cd $CHECKOUT && eb setenv API_TOKEN=abc SUPPORT_EMAIL=other@example.org -e $APP",
      "medium",
      /^Environment beo-eb-web: variable API_TOKEN is not in the program \(eb setenv/,
    ],
    // The same command.
    [":", "medium", /environment SUPPORT_EMAIL\] is other@example\.org in AWS, \S+ in the program$/],
    [
      "cd $CHECKOUT && eb scale 2 $APP-worker",
      "low",
      /^Environment beo-eb-worker: settings\[aws:autoscaling:asg M(in|ax)Size\] is 2 in AWS, 1 in the program/,
    ],
    [
      `aws ec2 create-key-pair --key-name by-hand && ${update(
        "aws:autoscaling:launchconfiguration EC2KeyName by-hand",
        "aws:elasticbeanstalk:xray XRayEnabled true",
        "aws:elasticbeanstalk:managedactions PreferredStartTime Sun:03:00",
        "aws:autoscaling:launchconfiguration SSHSourceRestriction tcp,22,22,203.0.113.0/24",
      )}`,
      "high",
      /^Environment beo-eb-web: aws:autoscaling:launchconfiguration EC2KeyName = by-hand /,
    ],
    [":", "medium", /XRayEnabled = true is not in the program/],
    [":", "low", /managedactions PreferredStartTime\] is Sun:03:00 in AWS, Tue:09:00 in the program/],
    [":", "high", /SSHSourceRestriction = tcp,22,22,203\.0\.113\.0\/24 is not in the program/],
  ],
  instances: [
    [
      onGroup("update-auto-scaling-group", "--max-size 7"),
      "medium",
      /^Environment beo-eb-web: its Auto Scaling group has 1–7 instances, and its options say 1–2/,
    ],
    [
      onGroup("suspend-processes", "--scaling-processes ReplaceUnhealthy AlarmNotification"),
      "high",
      /Auto Scaling group has suspended AlarmNotification, ReplaceUnhealthy$/,
    ],
    [
      onGroup(
        "put-lifecycle-hook",
        "--lifecycle-hook-name wait --lifecycle-transition autoscaling:EC2_INSTANCE_LAUNCHING",
      ),
      "medium",
      /lifecycle hook wait is not in the program$/,
    ],
    [
      onGroup(
        "put-scheduled-update-group-action",
        "--scheduled-action-name night --recurrence '0 3 * * *' --min-size 0 --max-size 2",
      ),
      "medium",
      /scheduled action night \(0 3 \* \* \*\) is not in the program$/,
    ],
    [
      onGroup(
        "put-scaling-policy",
        "--policy-name more --adjustment-type ChangeInCapacity --scaling-adjustment 1",
      ),
      "medium",
      /scaling policy more is not in the program$/,
    ],
    [
      "aws ec2 modify-instance-attribute --instance-id $INSTANCE --groups $INSTANCE_GROUP $OTHER_GROUP",
      "critical",
      /instance i-\w+ is in the security group sg-\w+, which is not in the program$/,
    ],
    [
      `aws ec2 create-launch-template-version --launch-template-id $TEMPLATE --source-version 1 --launch-template-data "{\\"SecurityGroupIds\\":[\\"$INSTANCE_GROUP\\",\\"$OTHER_GROUP\\"]}"`,
      "critical",
      /its launch template adds the security group sg-\w+ to instances$/,
    ],
  ],
  "the load balancer": [
    [
      `aws elbv2 set-security-groups ${balancer} --security-groups $OTHER_GROUP`,
      "critical",
      /its load balancer has the security groups sg-\w+, and its options say sg-\w+$/,
    ],
    [
      `aws elbv2 create-listener ${balancer} --protocol HTTP --port 8080 --default-actions Type=forward,TargetGroupArn=$TARGETS`,
      "high",
      /its load balancer listens on HTTP 8080, which is not in the program$/,
    ],
    [
      "aws elbv2 create-rule --listener-arn $LISTENER --priority 5 --conditions Field=path-pattern,Values=/x --actions Type=forward,TargetGroupArn=$TARGETS",
      "high",
      /listener on port 443 has a rule \(forward\), which is not in the program$/,
    ],
    [
      "aws elbv2 modify-listener --listener-arn $LISTENER --ssl-policy ELBSecurityPolicy-2016-08 --default-actions 'Type=fixed-response,FixedResponseConfig={StatusCode=503,ContentType=text/plain}'",
      "high",
      /listener on port 443 has the TLS policy ELBSecurityPolicy-2016-08, and the options say ELBSecurityPolicy-TLS13-/,
    ],
    [":", "high", /listener on port 443 does not forward requests to the environment \(fixed-response\)$/],
    [
      `aws elbv2 modify-load-balancer-attributes ${balancer} --attributes Key=deletion_protection.enabled,Value=true`,
      "medium",
      /its load balancer's deletion_protection\.enabled is true, expected false$/,
    ],
    [
      "aws elbv2 delete-listener --listener-arn $REDIRECT",
      "high",
      /^Listener beo-eb-redirect does not exist in AWS$/,
    ],
  ],
  addresses: [
    [
      `aws route53 change-resource-record-sets --hosted-zone-id $ZONE --change-batch '{"Changes":[{"Action":"UPSERT","ResourceRecordSet":{"Name":"$DOMAIN","Type":"A","TTL":60,"ResourceRecords":[{"Value":"203.0.113.9"}]}}]}'`.replace(
        "$DOMAIN",
        `'$DOMAIN'`,
      ),
      "high",
      /^Record beo-address: /,
    ],
    [
      'aws elasticbeanstalk create-environment --application-name $APP --environment-name $APP-test --solution-stack-name "$PLATFORM" --option-settings Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile,Value=$PROFILE && aws elasticbeanstalk wait environment-exists --environment-names $APP-test',
      "low",
      /^Application beo-eb-application: environment beo-datastore-staging-test \(Ready, \S+\) is not in the program$/,
    ],
  ],
};

/** A stack with load balancer, domain and two environments, which is operated with `eb` too. */
describe("drift of environments", function () {
  this.timeout(20 * 60_000);
  const app = "beo-datastore-staging";
  let workspace: Workspace;
  let operator: Operator;
  before(async () => {
    workspace = new Workspace();
    operator = new Operator(workspace, "staging");
    operator.run("aws route53 create-hosted-zone --name beo-e2e.net --caller-reference zone");
    await emulatorOf(workspace.aws).set({ delay: "0" });
    await workspace.init("staging");
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "staging");
    operator.variables = { APP: app, CHECKOUT: await operator.makeApplication() };
    await findIds();
  });
  after(() => {
    workspace.remove();
  });

  /** Ids of what the environment created, as an operator finds them. */
  async function findIds(): Promise<void> {
    const { steps } = JSON.parse(
      await workspace.succeed("preview", "--refresh", "--json", "--stack", "staging"),
    ) as { steps: Step[] };
    const getId = (name: string) =>
      steps.find(({ urn }) => urn.endsWith(`::${name}`))?.newState?.id ?? `no ${name}`;
    const query = (command: string, path: string) =>
      operator.run(`aws ${command} --query '${path}' --output text`).trim();
    const find = `elasticbeanstalk describe-environment-resources --environment-name ${app}`;
    const BALANCER = query(find, "EnvironmentResources.LoadBalancers[0].Name");
    Object.assign(operator.variables, {
      BALANCER,
      DOMAIN: query(
        "route53 list-resource-record-sets --hosted-zone-id " + findZone(),
        "ResourceRecordSets[?Type==`A`]|[0].Name",
      ),
      GROUP: query(find, "EnvironmentResources.AutoScalingGroups[0].Name"),
      INSTANCE: query(find, "EnvironmentResources.Instances[0].Id"),
      INSTANCE_GROUP: getId("beo-net-instances"),
      LISTENER: query(
        `elbv2 describe-listeners --load-balancer-arn ${BALANCER}`,
        "Listeners[?Port==`443`]|[0].ListenerArn",
      ),
      OTHER_GROUP: query("ec2 create-security-group --group-name by-hand --description by-hand", "GroupId"),
      PLATFORM: query(
        `elasticbeanstalk describe-environments --environment-names ${app}`,
        "Environments[0].SolutionStackName",
      ),
      PROFILE: getId("beo-eb-web-instances-profile"),
      REDIRECT: getId("beo-eb-redirect"),
      TARGETS: query(
        `elbv2 describe-target-groups --load-balancer-arn ${BALANCER}`,
        "TargetGroups[0].TargetGroupArn",
      ),
      TEMPLATE: query(find, "EnvironmentResources.LaunchTemplates[0].Id"),
      ZONE: findZone(),
    });
  }

  function findZone(): string {
    return operator.run("aws route53 list-hosted-zones --query 'HostedZones[0].Id' --output text").trim();
  }

  it("is not found right after up", () => {
    expect(operator.expectNoDrift()).to.deep.equal([]);
  });

  it(`is found for each manual change (${Object.values(changes).flat().length}), and gone after the printed commands`, () => {
    operator.rehearse(Object.values(changes).flat());
  });

  it("is neither a deployment, nor scaling there and back, nor a managed update", () => {
    operator.run(`cd $CHECKOUT && eb deploy $APP && eb scale 3 $APP-worker && eb scale 1 $APP-worker`);
    const older = "64bit Amazon Linux 2023 v4.13.7 running Python 3.13";
    const wait = "aws elasticbeanstalk wait environment-updated --environment-names $APP";
    operator.run(
      `aws elasticbeanstalk update-environment --environment-name $APP --solution-stack-name "${older}" && ${wait}`,
    );
    operator.run(
      `action=$(aws elasticbeanstalk describe-environment-managed-actions --environment-name $APP --query 'ManagedActions[0].ActionId' --output text) && aws elasticbeanstalk apply-environment-managed-action --environment-name $APP --action-id $action && ${wait}`,
    );
    const notes = operator.expectNoDrift();
    expect(
      notes.filter((note) => / runs version app-\S+, which `eb deploy` installed\.$/.test(note)),
    ).to.have.length(1);
    expect(
      notes.filter((note) => / had a managed update on [\d-]+: Platform update to /.test(note)),
    ).to.have.length(1);
  });

  it("names a swap, which pulumi up --refresh leaves as it is, and nothing is left after swapping back", async () => {
    operator.run(
      `aws elasticbeanstalk create-environment --application-name $APP --environment-name $APP-green --cname-prefix $APP-green --solution-stack-name "$PLATFORM" --option-settings Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile,Value=$PROFILE && aws elasticbeanstalk wait environment-exists --environment-names $APP-green`,
    );
    operator.run("cd $CHECKOUT && eb swap $APP --destination_name $APP-green");
    const { code, drift } = operator.findDrift();
    expect(code).to.equal(3);
    expect(drift.map(({ message }) => message.replace(/ \(Ready.*/, ""))).to.have.members([
      `Environment beo-eb-web: the addresses of ${app} and ${app}-green are swapped (eb swap): ${app}-green has ${app}.us-west-1.elasticbeanstalk.com, and ${app} has ${app}-green.us-west-1.elasticbeanstalk.com`,
      `Application beo-eb-application: environment ${app}-green`,
    ]);
    expect(drift.flatMap(({ undo }) => undo).join("\n")).not.to.match(/^[^#]*(terminate|pulumi up)/m);
    const update = [
      "up",
      "--yes",
      "--skip-preview",
      "--refresh",
      "--expect-no-changes",
      "--stack",
      "staging",
    ];
    await workspace.succeed(...update);
    const swap = drift.find(({ message }) => message.includes("are swapped"));
    operator.run(swap?.undo.join("\n") ?? "exit 1");
    operator.run("aws elasticbeanstalk terminate-environment --environment-name $APP-green");
    operator.expectNoDrift();
    await workspace.succeed(...update);
  });
});
