import { DescribeLifecycleHooksCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentResourcesCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";
const worker = `${name}-worker`;

/** A deployed stack that gets the settings of its workers one after the other. */
describe("the workers of a deployed stack", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const set = (path: string, value: string) =>
    workspace.succeed("config", "set", "--path", path, value, "--stack", "dev");
  const up = () =>
    workspace.succeed("up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "dev");
  const preview = () => workspace.previewChanges("dev");
  const getHooks = async () => {
    const { EnvironmentResources } = await aws.beanstalk.send(
      new DescribeEnvironmentResourcesCommand({ EnvironmentName: worker }),
    );
    const AutoScalingGroupName = EnvironmentResources?.AutoScalingGroups?.[0]?.Name;
    const { LifecycleHooks = [] } = await aws.autoScaling.send(
      new DescribeLifecycleHooksCommand({ AutoScalingGroupName }),
    );
    return LifecycleHooks;
  };
  const getIdleMinutes = async () => {
    const { MetricAlarms: [idle] = [] } = await aws.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [`${name}-idle`] }),
    );
    return idle?.EvaluationPeriods;
  };
  const getThresholds = async (metric: string) => {
    const { MetricAlarms = [] } = await aws.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: `${name}-${metric}-` }),
    );
    return MetricAlarms.map(({ Threshold }) => Threshold);
  };
  const getOptions = async (EnvironmentName: string) => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return (configuration?.OptionSettings ?? []).map(
      ({ Namespace, OptionName, Value }) => `${Namespace} ${OptionName}=${Value}`,
    );
  };

  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await workspace.init("dev");
    await up();
  });
  after(() => {
    workspace.remove();
  });

  it("have no hook in dev", async () => {
    expect(await getHooks()).to.deep.equal([]);
    expect(await getIdleMinutes()).to.equal(15);
  });

  it("get the hook and its permission, and scale in sooner; nothing else changes", async () => {
    await set("worker.drain", "true");
    expect(await preview()).to.have.members([
      "create beo-eb-worker-drain-policy",
      "create beo-eb-worker-drain-hook",
      "update beo-eb-worker-idle",
    ]);
    await up();
    const [hook, ...others] = await getHooks();
    expect(others).to.deep.equal([]);
    expect(hook).to.deep.include({
      LifecycleHookName: "drain-celery",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      HeartbeatTimeout: 720,
      DefaultResult: "CONTINUE",
    });
    expect(await getIdleMinutes()).to.equal(5);
    expect(workspace.beo("drift", "dev")).to.include({ code: 0 });
  });

  it("get a task limit, which the queue, the hook and the environment follow", async () => {
    await set("worker.taskTimeLimit", "900");
    expect(await preview()).to.have.members([
      "update beo-queue-queue",
      "update beo-eb-worker",
      "update beo-eb-worker-drain-hook",
    ]);
    await up();
    const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Attributes } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }),
    );
    expect(Attributes).to.deep.equal({ VisibilityTimeout: "5400" });
    expect((await getHooks())[0]?.HeartbeatTimeout).to.equal(1020);
    expect(await getOptions(worker)).to.include(
      "aws:elasticbeanstalk:application:environment TASK_TIME_LIMIT=900",
    );
  });

  it("become Spot Instances, while the web environment gets a load balancer and scales by its requests", async () => {
    await set("worker.spot", "true");
    await set("worker.maxSize", "3");
    await set("web.singleInstance", "false");
    await set("web.scaling", "requests");
    await up();
    expect(await getOptions(worker)).to.include.members([
      "aws:autoscaling:asg EnableCapacityRebalancing=true",
      "aws:ec2:instances EnableSpot=true",
      "aws:ec2:instances SpotAllocationStrategy=capacity-optimized",
      "aws:ec2:instances SpotFleetOnDemandAboveBasePercentage=0",
      "aws:ec2:instances SpotFleetOnDemandBase=1",
    ]);
    expect(await getThresholds("requests")).to.have.members([100, 300]);
    expect(await preview()).to.deep.equal([]);
    await set("web.scaling", "latency");
    await set("web.scalingHigh", "1500");
    await up();
    expect(await getThresholds("requests")).to.deep.equal([]);
    expect(await getThresholds("latency")).to.have.members([200, 1500]);
    expect(await getOptions(name)).to.include.members([
      "aws:autoscaling:trigger LowerThreshold=0",
      "aws:autoscaling:trigger UpperThreshold=100",
    ]);
    await set("web.scaling", "cpu");
    await set("web.scalingHigh", "80");
    await up();
    expect(await getThresholds("latency")).to.deep.equal([]);
    expect(await getOptions(name)).to.include.members([
      "aws:autoscaling:trigger LowerThreshold=30",
      "aws:autoscaling:trigger MeasureName=CPUUtilization",
      "aws:autoscaling:trigger UpperThreshold=80",
    ]);
    await workspace.succeed("refresh", "--yes", "--stack", "dev");
    expect(await preview()).to.deep.equal([]);
  });

  it("lose the hook again, and go with the stack", async () => {
    await set("worker.drain", "false");
    await up();
    expect(await getHooks()).to.deep.equal([]);
    await workspace.succeed("destroy", "--yes", "--stack", "dev");
  });
});
