import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { Beanstalk, type BeanstalkArgs, Network } from "../../components";
import { record } from "../../plan/record";
import { answers, exampleOutputs } from "../support/examples";
import { run, type Run, valueOf } from "../support/run";

const args: BeanstalkArgs = {
  applicationName: "beo",
  vpcId: "vpc-1",
  instanceSubnetIds: ["subnet-1", "subnet-2"],
  instanceSecurityGroupId: "sg-instances",
  loadBalancerSecurityGroupId: "sg-lb",
  certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/1",
  webVariables: { WORKER: "0" },
  workerVariables: { WORKER: "1" },
  secretArns: { SECRET_KEY: "arn:aws:ssm:us-west-1:123456789012:parameter/beo/SECRET_KEY" },
  queueName: "beo",
};

/** Option settings as "namespace name = value", without the long namespace head. */
function settingsOf(made: Run, name: string): string[] {
  const settings = made.inputs(name).settings as Record<
    "namespace" | "name" | "value" | "resource",
    string
  >[];
  return settings
    .map((setting) => {
      expect(setting.resource).to.equal("");
      return `${setting.namespace} ${setting.name} = ${setting.value}`;
    })
    .sort();
}

const common = (deployment: string[]) => [
  "aws:autoscaling:launchconfiguration DisableDefaultEC2SecurityGroup = true",
  "aws:autoscaling:launchconfiguration DisableIMDSv1 = true",
  "aws:autoscaling:launchconfiguration RootVolumeSize = 20",
  "aws:autoscaling:launchconfiguration RootVolumeType = gp3",
  "aws:autoscaling:launchconfiguration SecurityGroups = sg-instances",
  "aws:ec2:vpc AssociatePublicIpAddress = true",
  "aws:ec2:vpc Subnets = subnet-1,subnet-2",
  "aws:ec2:vpc VPCId = vpc-1",
  "aws:elasticbeanstalk:application:environmentsecrets SECRET_KEY = arn:aws:ssm:us-west-1:123456789012:parameter/beo/SECRET_KEY",
  "aws:elasticbeanstalk:cloudwatch:logs DeleteOnTerminate = false",
  "aws:elasticbeanstalk:cloudwatch:logs RetentionInDays = 30",
  "aws:elasticbeanstalk:cloudwatch:logs StreamLogs = true",
  "aws:elasticbeanstalk:cloudwatch:logs:health DeleteOnTerminate = false",
  "aws:elasticbeanstalk:cloudwatch:logs:health HealthStreamingEnabled = true",
  "aws:elasticbeanstalk:cloudwatch:logs:health RetentionInDays = 30",
  "aws:elasticbeanstalk:command Timeout = 1800",
  "aws:elasticbeanstalk:container:python WSGIPath = beo_datastore.wsgi:application",
  "aws:elasticbeanstalk:environment ServiceRole = b-service",
  'aws:elasticbeanstalk:healthreporting:system ConfigDocument = {"Rules":{"Environment":{"Application":{"ApplicationRequests4xx":{"Enabled":false}},"ELB":{"ELBRequests4xx":{"Enabled":false}}}},"Version":1}',
  "aws:elasticbeanstalk:healthreporting:system SystemType = enhanced",
  "aws:elasticbeanstalk:managedactions ManagedActionsEnabled = true",
  "aws:elasticbeanstalk:managedactions PreferredStartTime = Tue:09:00",
  "aws:elasticbeanstalk:managedactions ServiceRoleForManagedUpdates = b-service",
  "aws:elasticbeanstalk:managedactions:platformupdate UpdateLevel = minor",
  ...deployment,
];

describe("Beanstalk", () => {
  it("stores the load balancer's access logs in a bucket of their own, which deletes them after the days", async () => {
    const web = { accessLogDays: 30 };
    const getLogSettings = (made: Run) =>
      settingsOf(made, "b-web").filter((setting) => setting.includes("AccessLogs"));
    const made = await run(() => new Beanstalk("b", { ...args, web }));
    expect(getLogSettings(made)).to.deep.equal([
      "aws:elbv2:loadbalancer AccessLogsS3Bucket = b-access-logs-bucket",
      "aws:elbv2:loadbalancer AccessLogsS3Enabled = true",
    ]);
    expect(made.inputs("b-access-logs-lifecycle").rules).to.deep.include({
      id: "expire-objects",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { days: 30 },
    });
    expect(String(made.inputs("b-access-logs-tls-only").policy)).to.include(
      "logdelivery.elasticloadbalancing",
    );
    expect(made.inputs("b-access-logs-bucket").forceDestroy).to.equal(false);
    const dev = await run(() => new Beanstalk("b", { ...args, web, keepLogs: false }));
    expect(dev.inputs("b-access-logs-bucket").forceDestroy).to.equal(true);

    for (const others of [{}, { accessLogDays: 0 }, { ...web, singleInstance: true }]) {
      const without = await run(() => new Beanstalk("b", { ...args, web: others }));
      expect(getLogSettings(without)).to.deep.equal([]);
      expect(without.resources.map(({ name }) => name)).not.to.include("b-access-logs-bucket");
    }
  });

  it("creates a web environment with HTTPS behind an Application Load Balancer", async () => {
    const made = await run(
      () =>
        new Beanstalk("b", {
          ...args,
          web: {
            instanceTypes: ["t3.medium"],
            minSize: 2,
            maxSize: 4,
            deploymentPolicy: "RollingWithAdditionalBatch",
          },
        }),
    );
    expect(settingsOf(made, "b-web")).to.deep.equal(
      [
        ...common([
          "aws:elasticbeanstalk:command BatchSize = 50",
          "aws:elasticbeanstalk:command BatchSizeType = Percentage",
          "aws:elasticbeanstalk:command DeploymentPolicy = RollingWithAdditionalBatch",
          "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateEnabled = true",
          "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateType = Health",
        ]),
        "aws:autoscaling:asg MaxSize = 4",
        "aws:autoscaling:asg MinSize = 2",
        "aws:autoscaling:launchconfiguration IamInstanceProfile = b-web-instances-profile",
        "aws:autoscaling:trigger LowerThreshold = 30",
        "aws:autoscaling:trigger MeasureName = CPUUtilization",
        "aws:autoscaling:trigger Statistic = Average",
        "aws:autoscaling:trigger Unit = Percent",
        "aws:autoscaling:trigger UpperThreshold = 70",
        "aws:ec2:instances InstanceTypes = t3.medium",
        "aws:ec2:vpc ELBScheme = public",
        "aws:ec2:vpc ELBSubnets = subnet-1,subnet-2",
        "aws:elasticbeanstalk:application:environment WORKER = 0",
        "aws:elasticbeanstalk:environment EnvironmentType = LoadBalanced",
        "aws:elasticbeanstalk:environment LoadBalancerType = application",
        "aws:elasticbeanstalk:environment:process:default DeregistrationDelay = 300",
        "aws:elasticbeanstalk:environment:process:default HealthCheckPath = /",
        "aws:elasticbeanstalk:environment:process:default MatcherHTTPCode = 200,400",
        "aws:elasticbeanstalk:environment:process:default Port = 80",
        "aws:elasticbeanstalk:environment:process:default Protocol = HTTP",
        "aws:elbv2:listener:443 ListenerEnabled = true",
        "aws:elbv2:listener:443 Protocol = HTTPS",
        "aws:elbv2:listener:443 SSLCertificateArns = arn:aws:acm:us-west-1:123456789012:certificate/1",
        "aws:elbv2:listener:443 SSLPolicy = ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "aws:elbv2:listener:default ListenerEnabled = false",
        "aws:elbv2:loadbalancer IdleTimeout = 300",
        "aws:elbv2:loadbalancer ManagedSecurityGroup = sg-lb",
        "aws:elbv2:loadbalancer SecurityGroups = sg-lb",
      ].sort(),
    );
    expect(made.inputs("b-redirect")).to.deep.equal({
      loadBalancerArn:
        "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb--AWSEB-abc/0123456789abcdef",
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    });
  });

  it("lets the load balancer and deployments wait longer for larger uploads", async () => {
    const made = await run(() => new Beanstalk("b", { ...args, web: { uploadLimit: 1000 } }));
    expect(settingsOf(made, "b-web")).to.include.members([
      "aws:elbv2:loadbalancer IdleTimeout = 1500",
      "aws:elasticbeanstalk:environment:process:default DeregistrationDelay = 1500",
      // 1,510 seconds until gunicorn has stopped, and 15 minutes.
      "aws:elasticbeanstalk:command Timeout = 2410",
    ]);
  });

  it("creates a worker environment with an idle queue of its own, whose default scaling trigger never fires", async () => {
    const made = await run(() => new Beanstalk("b", args));
    expect(settingsOf(made, "b-worker")).to.deep.equal(
      [
        ...common(["aws:elasticbeanstalk:command DeploymentPolicy = AllAtOnce"]),
        "aws:autoscaling:asg MaxSize = 1",
        "aws:autoscaling:asg MinSize = 1",
        "aws:autoscaling:launchconfiguration IamInstanceProfile = b-worker-instances-profile",
        "aws:autoscaling:launchconfiguration MonitoringInterval = 1 minute",
        "aws:autoscaling:trigger LowerThreshold = 0",
        "aws:autoscaling:trigger MeasureName = CPUUtilization",
        "aws:autoscaling:trigger Statistic = Average",
        "aws:autoscaling:trigger Unit = Percent",
        "aws:autoscaling:trigger UpperThreshold = 100",
        "aws:ec2:instances InstanceTypes = t3.small",
        "aws:elasticbeanstalk:application:environment WORKER = 1",
        "aws:elasticbeanstalk:environment EnvironmentType = LoadBalanced",
      ].sort(),
    );
    const { name, tier, version } = made.inputs("b-worker");
    expect({ name, tier, version }).to.deep.equal({
      name: "beo-worker",
      tier: "Worker",
      version: "bootstrap-python-0a1b2c3d",
    });
  });

  it("ignores what `eb deploy`, `eb swap` and managed updates change, and creates the worker after the web environment", async () => {
    const made = await run(() => new Beanstalk("b", args));
    expect(made.resource("b-web").ignoreChanges).to.deep.equal([
      "version",
      "cnamePrefix",
      "solutionStackName",
    ]);
    expect(made.resource("b-worker").ignoreChanges).to.deep.equal(["version", "solutionStackName"]);
    expect(made.resource("b-worker").dependencies).to.include(made.resource("b-web").urn);
    const moved = await run(() => new Beanstalk("b", { ...args, platform: { update: true } }));
    expect(moved.resource("b-web").ignoreChanges).to.deep.equal(["version", "cnamePrefix"]);
    const renamed = await run(() => new Beanstalk("b", { ...args, keepAddress: false }));
    expect(renamed.resource("b-web").ignoreChanges).to.deep.equal(["version", "solutionStackName"]);
  });

  it("warns if the environments run another branch than the configured one, unless platform.update is true", async () => {
    const warningsOf = async (
      platform: BeanstalkArgs["platform"],
      instructions: BeanstalkArgs["instructions"] = { documents: "docs" },
    ) => (await run(() => new Beanstalk("b", { ...args, platform, instructions }))).warnings;
    // The account of the tests runs Python 3.13.
    expect(await warningsOf({})).to.deep.equal([]);
    expect(await warningsOf({ branch: "Python 3.14", update: true })).to.deep.equal([]);
    expect(await warningsOf({ branch: "Python 3.14" })).to.deep.equal([
      "The environments run on 64bit Amazon Linux 2023 v4.7.2 running Python 3.13, but platform.branch is Python 3.14. Set platform.update to true to move them to it (docs/upgrading.md).",
    ]);
    const [withoutDocuments] = await warningsOf({ branch: "Python 3.14" }, {});
    expect(withoutDocuments).to.match(/Set platform.update to true to move them to it\.$/);
  });

  it("attaches the roles' policies before it creates the environments", async () => {
    const made = await run(() => new Beanstalk("b", args));
    for (const part of ["web", "worker"]) {
      expect(made.resource(`b-${part}`).dependencies).to.include.members([
        made.resource(`b-${part}-instances-policy`).urn,
        made.resource("b-service-AWSElasticBeanstalkEnhancedHealth").urn,
      ]);
    }
  });

  it("grants the instances exactly the secret parameters, and the worker Elastic Beanstalk's own queues only", async () => {
    const made = await run(() => new Beanstalk("b", args));
    const statements = (name: string) =>
      (
        JSON.parse(String(made.inputs(name).policy)) as {
          Statement: { Action: unknown; Resource: unknown }[];
        }
      ).Statement;
    const parameters = {
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParameters"],
      Resource: ["arn:aws:ssm:us-west-1:123456789012:parameter/beo/SECRET_KEY"],
    };
    const account = "us-west-1:123456789012";
    const getAgentStatements = (environment: string) => [
      {
        Sid: "EnvironmentFiles",
        Effect: "Allow",
        Action: ["s3:Get*", "s3:List*", "s3:PutObject"],
        Resource: [
          "arn:aws:s3:::elasticbeanstalk-us-west-1-123456789012",
          "arn:aws:s3:::elasticbeanstalk-us-west-1-123456789012/resources/environments/*",
        ],
      },
      {
        Sid: "SourceBundles",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: [
          "arn:aws:s3:::elasticbeanstalk-us-west-1-123456789012/beo/*",
          "arn:aws:s3:::b-bundles-bucket/*",
        ],
      },
      {
        Sid: "LogStreams",
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogGroups",
          "logs:DescribeLogStreams",
          "logs:PutLogEvents",
          "logs:PutRetentionPolicy",
        ],
        Resource: `arn:aws:logs:${account}:log-group:/aws/elasticbeanstalk/${environment}/*`,
      },
      {
        Sid: "HealthReports",
        Effect: "Allow",
        Action: "elasticbeanstalk:PutInstanceStatistics",
        Resource: [
          `arn:aws:elasticbeanstalk:${account}:application/beo`,
          `arn:aws:elasticbeanstalk:${account}:environment/beo/${environment}`,
        ],
      },
    ];
    expect(statements("b-web-instances-policy")).to.deep.equal([...getAgentStatements("beo"), parameters]);
    const worker = statements("b-worker-instances-policy");
    expect(worker.slice(0, 5)).to.deep.equal([...getAgentStatements("beo-worker"), parameters]);
    const [queue, ...rest] = worker.slice(5);
    expect(queue?.Resource).to.equal("arn:aws:sqs:*:123456789012:awseb-e-*");
    expect(rest.map(({ Resource }) => Resource)).to.deep.equal([
      "arn:aws:dynamodb:*:123456789012:table/*-stack-AWSEBWorkerCronLeaderRegistry*",
      "*",
    ]);
  });

  it("attaches no managed policy to the instances' roles, which AWS may extend", async () => {
    const made = await run(() => new Beanstalk("b", args));
    const attachments = made.resources.filter(({ type }) => type.endsWith(":RolePolicyAttachment"));
    expect(attachments.map(({ name }) => made.inputs(name).role)).to.deep.equal(["b-service", "b-service"]);
  });

  it("uses the ARNs of its partition", async () => {
    const cut = (text: unknown) =>
      [...String(text).matchAll(/arn:([a-z-]+):/g)].map(([, partition]) => partition);
    const { resources, error } = await record(
      {
        project: "beo-datastore",
        stack: "dev",
        config: { "aws:region": "us-gov-west-1" },
        outputs: exampleOutputs,
        invoke: (token) => (token.endsWith(":getPartition") ? { partition: "aws-us-gov" } : answers(token)),
      },
      () => new Beanstalk("b", { ...args, secretArns: {} }),
    );
    expect(error).to.equal(undefined);
    const policies = resources
      .filter(({ type }) => /:Role(Policy|PolicyAttachment)$/.test(type))
      .flatMap(({ inputs }) => cut(inputs.policy ?? inputs.policyArn));
    // The ARN of the bucket is the example account's.
    expect(policies.filter((partition) => partition !== "aws-us-gov")).to.deep.equal(["aws", "aws"]);
  });

  it("gives environments that are replaced a first version of a new name", async () => {
    const keepersOf = async (more: Partial<BeanstalkArgs>) =>
      (await run(() => new Beanstalk("b", { ...args, ...more }))).inputs("b-bootstrap-id").keepers;
    const keepers = await keepersOf({});
    expect(await keepersOf({ web: { minSize: 1 }, tags: { a: "b" } })).to.deep.equal(keepers);
    for (const change of [
      { applicationName: "other" },
      { web: { cnamePrefix: "other" } },
      { web: { environmentName: "other" } },
      { worker: { environmentName: "other" } },
      { platform: { branch: "Docker" } },
    ]) {
      expect(await keepersOf(change)).not.to.deep.equal(keepers);
    }
    const made = await run(() => new Beanstalk("b", args));
    expect(made.resource("b-bootstrap").retainOnDelete).to.equal(true);
    expect(made.inputs("b-bootstrap-bundle")).to.deep.include({
      key: "bootstrap-python-0a1b2c3d.zip",
      overrideProvider: { defaultTags: { tags: {} } },
    });
    expect(made.inputs("b-bootstrap-bundle")).not.to.have.property("tags");
  });

  it("creates the environments after the rules of a Network's security groups", async () => {
    for (const loadBalanced of [true, false]) {
      const made = await run(() => {
        const { instanceSecurityGroupId, loadBalancerSecurityGroupId } = new Network("n", { loadBalanced });
        new Beanstalk("b", {
          ...args,
          certificateArn: undefined,
          instanceSecurityGroupId,
          loadBalancerSecurityGroupId,
          web: { singleInstance: !loadBalanced },
        });
      });
      const rules = made.resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"));
      expect(rules).to.have.length(loadBalanced ? 3 : 1);
      for (const part of ["b-web", "b-worker"]) {
        expect(made.resource(part).dependencies).to.include.members(rules.map(({ urn }) => urn));
      }
    }
  });

  it("omits the load balancer's options for a single instance, and the Python options for Docker", async () => {
    const made = await run(
      () =>
        new Beanstalk("b", {
          ...args,
          certificateArn: undefined,
          web: { singleInstance: true },
          platform: { branch: "Docker" },
        }),
    );
    const settings = settingsOf(made, "b-web");
    expect(settings).to.include("aws:elasticbeanstalk:environment EnvironmentType = SingleInstance");
    expect(
      settings.filter((setting) => /elbv2|asg|python|ELB|process/.test(setting.split(" = ")[0]!)),
    ).to.deep.equal([]);
    expect(made.counts()).not.to.have.property("Listener");
    expect(made.inputs("b-web").version).to.equal("bootstrap-docker-0a1b2c3d");
  });

  it("serves plain HTTP on the default listener without a certificate", async () => {
    const made = await run(() => new Beanstalk("b", { ...args, certificateArn: undefined }));
    expect(settingsOf(made, "b-web")).to.include("aws:elbv2:listener:default ListenerEnabled = true");
    expect(made.counts()).not.to.have.property("Listener");
  });

  it("scales the worker out by its messages, and without draining in after the queue was empty for 15 minutes", async () => {
    const made = await run(
      () => new Beanstalk("b", { ...args, worker: { minSize: 2, maxSize: 8, drain: false } }),
    );
    expect(made.inputs("b-worker-backlog")).to.deep.include({
      comparisonOperator: "GreaterThanThreshold",
      threshold: 20,
      evaluationPeriods: 2,
      alarmActions: ["arn:aws:autoscaling:us-west-1:123456789012:scalingPolicy:beo-scale-out"],
    });
    expect(made.inputs("b-worker-idle")).to.deep.include({
      comparisonOperator: "LessThanOrEqualToThreshold",
      threshold: 0,
      evaluationPeriods: 15,
      alarmActions: ["arn:aws:autoscaling:us-west-1:123456789012:scalingPolicy:beo-scale-in"],
    });
    // Derived names: AWS overwrites what an interrupted update created, instead of scaling twice.
    const names = ["scale-out", "scale-in", "backlog", "idle"].map(
      (part) => made.inputs(`b-worker-${part}`).name,
    );
    expect(names).to.deep.equal(["beo-scale-out", "beo-scale-in", "beo-backlog", "beo-idle"]);
    expect(made.inputs("b-worker-scale-in")).to.deep.include({
      adjustmentType: "ExactCapacity",
      stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: 2 }],
    });
  });

  it("keeps a worker instance until its tasks have ended", async () => {
    const made = await run(() => new Beanstalk("b", args));
    const group = "awseb-e-beo-worker-stack-AWSEBAutoScalingGroup";
    expect(made.counts()).to.include({ LifecycleHook: 1 });
    expect(made.inputs("b-worker-drain-hook")).to.deep.equal({
      name: "drain-celery",
      autoscalingGroupName: group,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeatTimeout: 720,
      defaultResult: "CONTINUE",
    });
    expect(made.inputs("b-worker-drain-policy").role).to.equal("b-worker-instances");
    expect(JSON.parse(String(made.inputs("b-worker-drain-policy").policy))).to.deep.include({
      Statement: [
        {
          Effect: "Allow",
          Action: "autoscaling:CompleteLifecycleAction",
          Resource: `arn:aws:autoscaling:us-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/${group}`,
        },
        { Effect: "Allow", Action: "autoscaling:DescribeAutoScalingInstances", Resource: "*" },
      ],
    });
    expect(made.inputs("b-worker-idle")).to.deep.include({ evaluationPeriods: 5 });
  });

  it("derives what waits for a task from the task limit", async () => {
    const create = (worker: BeanstalkArgs["worker"]) => run(() => new Beanstalk("b", { ...args, worker }));
    const longer = await create({ taskTimeLimit: 1800 });
    expect(longer.inputs("b-worker-drain-hook").heartbeatTimeout).to.equal(1920);
    expect(longer.inputs("b-worker-idle").evaluationPeriods).to.equal(5);
    expect(settingsOf(longer, "b-worker")).to.include("aws:elasticbeanstalk:command Timeout = 2760");
    expect(settingsOf(longer, "b-web")).to.include("aws:elasticbeanstalk:command Timeout = 1800");
    const longest = await create({ taskTimeLimit: 10800, drain: false });
    expect(longest.counts()).not.to.have.property("LifecycleHook");
    expect(longest.resources.map(({ name }) => name)).not.to.include("b-worker-drain-policy");
    expect(longest.inputs("b-worker-idle").evaluationPeriods).to.equal(270);
    expect(settingsOf(longest, "b-worker")).to.include("aws:elasticbeanstalk:command Timeout = 3600");
  });

  it("runs Spot Instances above a number of On-Demand Instances", async () => {
    const worker = { instanceTypes: ["m5.large", "m5a.large"], maxSize: 4, spot: true };
    const made = await run(() => new Beanstalk("b", { ...args, worker }));
    expect(settingsOf(made, "b-worker")).to.include.members([
      "aws:autoscaling:asg EnableCapacityRebalancing = true",
      "aws:autoscaling:asg MaxSize = 4",
      "aws:autoscaling:asg MinSize = 1",
      "aws:ec2:instances EnableSpot = true",
      "aws:ec2:instances InstanceTypes = m5.large,m5a.large",
      "aws:ec2:instances SpotAllocationStrategy = capacity-optimized",
      "aws:ec2:instances SpotFleetOnDemandAboveBasePercentage = 0",
      "aws:ec2:instances SpotFleetOnDemandBase = 1",
    ]);
    expect(settingsOf(made, "b-web").filter((setting) => /Spot|Rebalancing/.test(setting))).to.deep.equal([]);
    const all = await run(() => new Beanstalk("b", { ...args, worker: { ...worker, onDemandBase: 0 } }));
    expect(settingsOf(all, "b-worker")).to.include("aws:ec2:instances SpotFleetOnDemandBase = 0");
  });

  it("scales the web environment by latency, in milliseconds", async () => {
    const made = await run(
      () => new Beanstalk("b", { ...args, web: { maxSize: 4, scaling: "latency", scalingHigh: 1500 } }),
    );
    expect(settingsOf(made, "b-web")).to.include.members([
      "aws:autoscaling:trigger LowerThreshold = 0",
      "aws:autoscaling:trigger UpperThreshold = 100",
    ]);
    expect(made.inputs("b-web-latency-high")).to.deep.include({
      name: "beo-latency-high",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 1500,
      metricQueries: [
        {
          id: "load",
          expression: "1000 * seconds",
          label: "Milliseconds until an answer",
          returnData: true,
        },
        {
          id: "seconds",
          returnData: false,
          metric: {
            namespace: "AWS/ApplicationELB",
            metricName: "TargetResponseTime",
            dimensions: { LoadBalancer: "app/awseb--AWSEB-abc/0123456789abcdef" },
            period: 300,
            stat: "Average",
          },
        },
      ],
    });
    expect(made.inputs("b-web-latency-low")).to.deep.include({
      threshold: 200,
      treatMissingData: "breaching",
    });
    expect(made.inputs("b-web-latency-low-policy")).to.deep.include({ scalingAdjustment: -1 });
  });

  it("scales the web environment by the requests for each instance", async () => {
    const made = await run(
      () => new Beanstalk("b", { ...args, web: { maxSize: 4, scaling: "requests", scalingLow: 50 } }),
    );
    // Elastic Beanstalk's own trigger never fires.
    expect(settingsOf(made, "b-web")).to.include.members([
      "aws:autoscaling:trigger LowerThreshold = 0",
      "aws:autoscaling:trigger MeasureName = CPUUtilization",
      "aws:autoscaling:trigger UpperThreshold = 100",
    ]);
    const group = "awseb-e-beo-stack-AWSEBAutoScalingGroup";
    for (const [part, scalingAdjustment] of [
      ["high", 1],
      ["low", -1],
    ] as const) {
      expect(made.inputs(`b-web-requests-${part}-policy`)).to.deep.equal({
        name: `beo-requests-${part}`,
        autoscalingGroupName: group,
        policyType: "SimpleScaling",
        adjustmentType: "ChangeInCapacity",
        scalingAdjustment,
        cooldown: 360,
      });
    }
    const metric = (id: string, namespace: string, metricName: string, stat: string, dimensions: object) => ({
      id,
      returnData: false,
      metric: { namespace, metricName, dimensions, period: 300, stat },
    });
    expect(made.inputs("b-web-requests-high")).to.deep.include({
      comparisonOperator: "GreaterThanThreshold",
      threshold: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: ["arn:aws:autoscaling:us-west-1:123456789012:scalingPolicy:beo-requests-high"],
      metricQueries: [
        {
          id: "load",
          expression: "requests / instances / 5",
          label: "Requests per minute and instance",
          returnData: true,
        },
        metric("requests", "AWS/ApplicationELB", "RequestCount", "Sum", {
          LoadBalancer: "app/awseb--AWSEB-abc/0123456789abcdef",
        }),
        metric("instances", "AWS/EC2", "CPUUtilization", "SampleCount", { AutoScalingGroupName: group }),
      ],
    });
    expect(made.inputs("b-web-requests-low")).to.deep.include({
      comparisonOperator: "LessThanThreshold",
      threshold: 50,
      treatMissingData: "breaching",
      alarmActions: ["arn:aws:autoscaling:us-west-1:123456789012:scalingPolicy:beo-requests-low"],
    });
  });

  it("does not scale a single instance", async () => {
    const made = await run(
      () =>
        new Beanstalk("b", {
          ...args,
          certificateArn: undefined,
          web: { singleInstance: true, scaling: "requests" },
        }),
    );
    expect(settingsOf(made, "b-web").filter((setting) => setting.includes(":trigger "))).to.deep.equal([]);
    expect(made.counts()).to.include({ Policy: 2 });
  });

  it("uses the application's name as CNAME prefix, and keeps one that AWS generated", async () => {
    const prefixOf = async (cnamePrefix?: string) =>
      (await run(() => new Beanstalk("b", { ...args, web: { cnamePrefix } }))).inputs("b-web").cnamePrefix;
    expect(await prefixOf()).to.equal("beo");
    expect(await prefixOf("other")).to.equal("other");
    expect(await prefixOf("beo.eba-a1b2c3d4")).to.equal(undefined);
  });

  it("uses given environment names, also in the policies of the instances", async () => {
    const made = await run(
      () =>
        new Beanstalk("b", {
          ...args,
          web: { environmentName: "Beo-web-2" },
          worker: { environmentName: "celery-2" },
        }),
    );
    for (const [part, name] of Object.entries({ web: "Beo-web-2", worker: "celery-2" })) {
      expect(made.inputs(`b-${part}`)).to.include({ name, application: "beo" });
      const { Statement } = JSON.parse(String(made.inputs(`b-${part}-instances-policy`).policy)) as {
        Statement: { Sid: string; Resource: unknown }[];
      };
      const resourcesOf = (sid: string) => Statement.find(({ Sid }) => Sid === sid)?.Resource;
      expect(resourcesOf("LogStreams")).to.equal(
        `arn:aws:logs:us-west-1:123456789012:log-group:/aws/elasticbeanstalk/${name}/*`,
      );
      expect(resourcesOf("HealthReports")).to.deep.equal([
        "arn:aws:elasticbeanstalk:us-west-1:123456789012:application/beo",
        `arn:aws:elasticbeanstalk:us-west-1:123456789012:environment/beo/${name}`,
      ]);
    }
    // Names do not change the address.
    expect(made.inputs("b-web").cnamePrefix).to.equal("beo");
  });

  it("gives the address of its prefix, whichever environment has it after `eb swap`", async () => {
    const getAddress = async (cnamePrefix?: string) => {
      let address: pulumi.Output<string> | undefined;
      await run(() => {
        address = new Beanstalk("b", { ...args, web: { cnamePrefix } }).webCname;
      });
      return valueOf(address ?? "");
    };
    expect(await getAddress()).to.equal("beo.us-west-1.elasticbeanstalk.com");
    expect(await getAddress("Other")).to.equal("other.us-west-1.elasticbeanstalk.com");
    expect(await getAddress("beo.eba-a1b2c3d4")).to.equal("beo.eba-a1b2c3d4.us-west-1.elasticbeanstalk.com");
  });

  it("rejects a load-balanced environment without the load balancer's security group", async () => {
    let message = "";
    await run(() => new Beanstalk("b", { ...args, loadBalancerSecurityGroupId: undefined })).catch(
      (error: unknown) => {
        message = String(error);
      },
    );
    expect(message).to.include("Set it, or set web.singleInstance");
  });
});
