import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Deployed, Missing } from "../../cli/drift/resources";
import { type Answers, read, resource } from "../support/drift";

const toSettings = (text: string): ConfigurationOptionSetting[] =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const [Namespace, OptionName, Value] = line.trim().split(" | ");
      return { Namespace, OptionName, ...(Value !== undefined && { Value }) };
    });

/** What AWS answered in September 2025 for a new environment with Python 3.11 on Amazon Linux 2023, with its VPC's ids. */
const recorded = toSettings(`
aws:autoscaling:asg | Availability Zones | Any
aws:autoscaling:asg | Cooldown | 360
aws:autoscaling:asg | Custom Availability Zones
aws:autoscaling:asg | MaxSize | 4
aws:autoscaling:asg | MinSize | 1
aws:autoscaling:launchconfiguration | BlockDeviceMappings
aws:autoscaling:launchconfiguration | DisableIMDSv1 | true
aws:autoscaling:launchconfiguration | EC2KeyName
aws:autoscaling:launchconfiguration | ImageId | ami-0b63791dd3c94cfa0
aws:autoscaling:launchconfiguration | InstanceType | t3.micro
aws:autoscaling:launchconfiguration | SSHSourceRestriction | tcp,22,22,0.0.0.0/0
aws:cloudformation:template:parameter | AppSource | https://elasticbeanstalk-platform-assets-us-east-1.s3.amazonaws.com/sample.zip
aws:cloudformation:template:parameter | EnvironmentVariables | PYTHONPATH=/var/app/venv/staging-LQM1lest/bin
aws:cloudformation:template:parameter | HooksPkgUrl | https://elasticbeanstalk-platform-assets-us-east-1.s3.amazonaws.com/hooks.tar.gz
aws:cloudformation:template:parameter | InstancePort | 80
aws:cloudformation:template:parameter | InstanceTypeFamily | t3
aws:ec2:instances | InstanceTypes | t3.micro, t3.small
aws:ec2:instances | SpotMaxPrice
aws:ec2:instances | SupportedArchitectures | x86_64
aws:elasticbeanstalk:application | Application Healthcheck URL | 
aws:elasticbeanstalk:application:environment | PYTHONPATH | /var/app/venv/staging-LQM1lest/bin
aws:elasticbeanstalk:control | DefaultSSHPort | 22
aws:elasticbeanstalk:control | LaunchType | Migration
aws:elasticbeanstalk:monitoring | Automatically Terminate Unhealthy Instances | true
aws:elasticbeanstalk:sns:topics | Notification Protocol | email
`);

/** Their defaults, as the Elastic Beanstalk Developer Guide has them ("General options for all environments"). */
const defaults = toSettings(`
aws:autoscaling:asg | Availability Zones | Any
aws:autoscaling:asg | Cooldown | 360
aws:autoscaling:asg | MaxSize | 4
aws:autoscaling:asg | MinSize | 1
aws:autoscaling:launchconfiguration | DisableIMDSv1 | true
aws:autoscaling:launchconfiguration | SSHSourceRestriction | tcp,22,22,0.0.0.0/0
aws:ec2:instances | InstanceTypes | t3.micro,t3.small
aws:elasticbeanstalk:control | DefaultSSHPort | 22
aws:elasticbeanstalk:monitoring | Automatically Terminate Unhealthy Instances | true
aws:elasticbeanstalk:sns:topics | Notification Protocol | email
aws:elbv2:listener:default | DefaultProcess | default
`).map(({ Namespace, OptionName, Value }) => ({ Namespace, Name: OptionName, DefaultValue: Value }));

const web = resource("elasticbeanstalk/environment:Environment", "beo-eb-web", {
  inputs: {
    settings: [
      { namespace: "aws:elasticbeanstalk:environment", name: "EnvironmentType", value: "LoadBalanced" },
      { namespace: "aws:elbv2:listener:443", name: "Protocol", value: "HTTPS" },
    ],
  },
  outputs: {
    name: "beo-prod",
    application: "beo-prod",
    tier: "WebServer",
    loadBalancers: ["arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb--AWSEB-1/2"],
    autoscalingGroups: [],
  },
});
const application = resource("elasticbeanstalk/application:Application", "beo-eb-application", {
  id: "beo-prod",
});
const ready = {
  Environments: [
    { EnvironmentName: "beo-prod", Status: "Ready", CNAME: "beo-prod.us-west-1.elasticbeanstalk.com" },
  ],
};
const readOptions = (settings: ConfigurationOptionSetting[], more: Answers = {}, missing: Missing[] = []) =>
  read(
    [web],
    {
      DescribeEnvironments: ready,
      DescribeConfigurationSettings: { ConfigurationSettings: [{ OptionSettings: settings }] },
      DescribeConfigurationOptions: { Options: defaults },
      ...more,
    },
    undefined,
    undefined,
    missing,
  );

describe("the options of an environment", () => {
  it("do not differ where Elastic Beanstalk fills them in", async () => {
    expect(await readOptions(recorded)).to.deep.equal({ drift: [], notes: [], notCompared: [] });
  });

  it("differ where they were set beside the program, and the printed command removes them", async () => {
    const added = toSettings(`
      aws:autoscaling:launchconfiguration | EC2KeyName | mine
      aws:elasticbeanstalk:application:environment | API_TOKEN | typed-by-hand
      aws:elasticbeanstalk:application:environment | AWS_DEFAULT_ACL | public-read
      aws:elasticbeanstalk:sqsd | WorkerQueueURL | https://sqs.us-west-1.amazonaws.com/123456789012/beo-prod
      aws:elbv2:listener:443 | DefaultProcess | default
      aws:elbv2:listener:8080 | ListenerEnabled | true
      aws:elbv2:listener:8080 | DefaultProcess | default
    `);
    const { drift } = await readOptions([...recorded, ...added]);
    const find = (text: string) => drift.find(({ message }) => message.includes(text));
    expect(find("EC2KeyName = mine")).to.deep.include({
      severity: "high",
      keep: [
        `npx pulumi config set --path 'web.options["aws:autoscaling:launchconfiguration"].EC2KeyName' mine --stack prod`,
      ],
    });
    expect(find("aws:elbv2:listener:8080")?.keep).to.deep.equal([]);
    expect(find("WorkerQueueURL")?.keep).to.deep.equal([]);
    expect(find("variable API_TOKEN")).to.deep.include({
      severity: "medium",
      keep: [
        "npx pulumi config set --path --type string extraEnvironment.API_TOKEN --stack prod <its value>",
        "# or, if it is a secret, after undoing it:",
        "npx pulumi config set --secret --path extraSecrets.API_TOKEN --stack prod",
      ],
    });
    expect(find("variable API_TOKEN")?.undo[1]).to.equal(
      "aws elasticbeanstalk update-environment --environment-name beo-prod --options-to-remove 'Namespace=aws:elasticbeanstalk:application:environment,OptionName=API_TOKEN' --region us-west-1",
    );
    expect(find("variable AWS_DEFAULT_ACL")?.keep).to.deep.equal([]);
    expect(find("WorkerQueueURL")?.severity).to.equal("high");
    expect(find("listener:443")).to.equal(undefined);
    expect(
      find("aws:elbv2:listener:8080 ListenerEnabled = true, DefaultProcess = default")?.severity,
    ).to.equal("high");
    expect(JSON.stringify(drift)).not.to.include("typed-by-hand");
  });

  it("do not differ where the configuration has them, with what Elastic Beanstalk fills in", async () => {
    const declared = [
      { namespace: "aws:elbv2:listener:443", name: "Rules", value: "admin", resource: "" },
      { namespace: "aws:elbv2:listenerrule:admin", name: "PathPatterns", value: "/admin/*", resource: "" },
      { namespace: "aws:autoscaling:scheduledaction", name: "MinSize", value: "2", resource: "Morning" },
    ];
    const settings = [
      ...recorded,
      ...toSettings(`
        aws:elbv2:listener:443 | Rules | admin
        aws:elbv2:listenerrule:admin | PathPatterns | /admin/*
        aws:elbv2:listenerrule:admin | Priority | 1
        aws:elbv2:listenerrule:admin | Process | default
      `),
      ...toSettings(`
        aws:autoscaling:scheduledaction | MinSize | 2
        aws:autoscaling:scheduledaction | Suspend | false
      `).map((setting) => ({ ...setting, ResourceName: "Morning" })),
    ];
    const find = async (all: ConfigurationOptionSetting[]) => {
      const environment = {
        ...web,
        inputs: { settings: [...(web.inputs.settings as object[]), ...declared] },
      } as typeof web;
      const { drift } = await read([environment], {
        DescribeEnvironments: ready,
        DescribeConfigurationSettings: { ConfigurationSettings: [{ OptionSettings: all }] },
        DescribeConfigurationOptions: { Options: defaults },
      });
      return drift.filter(({ message }) => !message.includes("its load balancer"));
    };
    expect(await find(settings)).to.deep.equal([]);
    const evening = toSettings(`
      aws:autoscaling:scheduledaction | MinSize | 3
      aws:autoscaling:scheduledaction | MaxSize | 4
      aws:autoscaling:scheduledaction | Recurrence | 0 3 * * *
    `).map((setting) => ({ ...setting, ResourceName: "Evening" }));
    const [found] = await find([...settings, ...evening]);
    expect(found?.message).to.match(
      /aws:autoscaling:scheduledaction Evening MinSize = 3, MaxSize = 4, Recurrence = 0 3 \* \* \* is not in the program$/,
    );
    expect(found?.keep).to.deep.equal([
      "npx pulumi config set --path 'web.schedule[0].name' Evening --stack prod",
      "npx pulumi config set --path 'web.schedule[0].minSize' 3 --stack prod",
      "npx pulumi config set --path 'web.schedule[0].maxSize' 4 --stack prod",
      "npx pulumi config set --path 'web.schedule[0].recurrence' '0 3 * * *' --stack prod",
    ]);
    // A setting has both sizes and a time.
    const [partial] = await find([...settings, ...evening.slice(0, 1)]);
    expect(partial?.keep).to.deep.equal([]);
  });

  it("are not compared while the environment is updated", async () => {
    const Environments = [{ EnvironmentName: "beo-prod", Status: "Updating" }];
    const { drift, notCompared } = await readOptions(recorded, { DescribeEnvironments: { Environments } });
    expect(drift).to.deep.equal([]);
    expect(notCompared).to.include(
      "options of the environment beo-prod: the environment is Updating. Run this again once it is Ready: eb status beo-prod",
    );
  });
});

describe("the size of an Auto Scaling group", () => {
  const worker = resource("elasticbeanstalk/environment:Environment", "beo-eb-worker", {
    ...web,
    inputs: { settings: [] },
    outputs: { name: "beo-prod", application: "beo-prod", tier: "Worker", autoscalingGroups: ["group-1"] },
  });
  const schedule = (size: number, group = "group-1") =>
    resource("scheduler/schedule:Schedule", `beo-sleep-web-${size}`, {
      outputs: {
        target: { input: JSON.stringify({ AutoScalingGroupName: group, MinSize: size, MaxSize: size }) },
      },
    });
  const toAction = (name: string, min: number, max: number) =>
    Object.entries({ MinSize: min, MaxSize: max, Recurrence: "0 3 * * *" }).map(([OptionName, value]) => ({
      Namespace: "aws:autoscaling:scheduledaction",
      ResourceName: name,
      OptionName,
      Value: String(value),
    }));
  const sizes = toSettings(`
    aws:autoscaling:asg | MinSize | 1
    aws:autoscaling:asg | MaxSize | 4
  `);
  const readSizes = async (
    min: number,
    max: number,
    settings: ConfigurationOptionSetting[] = [],
    others: Deployed[] = [],
  ) => {
    const { drift } = await read([worker, ...others], {
      DescribeEnvironments: ready,
      DescribeConfigurationSettings: { ConfigurationSettings: [{ OptionSettings: [...sizes, ...settings] }] },
      DescribeAutoScalingGroups: {
        AutoScalingGroups: [{ AutoScalingGroupName: "group-1", MinSize: min, MaxSize: max }],
      },
    });
    return drift.map(({ message }) => message).filter((text) => text.includes("instances, and its options"));
  };

  it("is what the options or a scheduled action say", async () => {
    expect(await readSizes(1, 4)).to.deep.equal([]);
    expect(await readSizes(0, 0, [...toAction("Sleep", 0, 0), ...toAction("Wake", 1, 4)])).to.deep.equal([]);
    expect(await readSizes(2, 4, [...toAction("Day", 3, 4)])).to.have.length(1);
    expect(await readSizes(0, 0)).to.have.length(1);
  });

  it("is what a schedule of the stack sets for a single instance", async () => {
    expect(await readSizes(0, 0, [], [schedule(0)])).to.deep.equal([]);
    expect(await readSizes(2, 2, [], [schedule(0)])).to.have.length(1);
    expect(await readSizes(0, 0, [], [schedule(0, "group-2")])).to.have.length(1);
  });

  it("differs where an action of another name was added beside the program", async () => {
    const declared = {
      ...worker,
      inputs: {
        settings: [
          {
            namespace: "aws:autoscaling:scheduledaction",
            name: "MinSize",
            resource: "Sleep",
            value: "0",
          },
        ],
      },
    };
    const { drift } = await read([declared], {
      DescribeEnvironments: ready,
      DescribeConfigurationSettings: {
        ConfigurationSettings: [
          {
            OptionSettings: [...sizes, ...toAction("Sleep", 0, 0), ...toAction("Night", 0, 0)].filter(
              ({ OptionName }) => OptionName === "MinSize",
            ),
          },
        ],
      },
      DescribeConfigurationOptions: {
        Options: [{ Namespace: "aws:autoscaling:asg", Name: "MinSize", DefaultValue: "1" }],
      },
    });
    const found = drift.filter(({ message }) => message.includes("scheduledaction"));
    expect(found.map(({ message }) => message)).to.have.length(1);
    expect(found[0]?.message).to.include(
      "aws:autoscaling:scheduledaction Night MinSize = 0 is not in the program",
    );
  });
});

describe("the load balancer of an environment", () => {
  const https = toSettings(`
    aws:elbv2:listener:443 | ListenerEnabled | true
    aws:elbv2:listener:443 | Protocol | HTTPS
    aws:elbv2:listener:443 | SSLCertificateArns | arn:aws:acm:us-west-1:123456789012:certificate/1
    aws:elbv2:listener:default | ListenerEnabled | false
  `);
  const findListeners = async (answers: Answers, missing?: Missing[]) => {
    const { drift } = await readOptions(
      [...recorded, ...https],
      { DescribeTargetGroups: { TargetGroups: [{ TargetGroupArn: "arn:targets" }] }, ...answers },
      missing,
    );
    return drift.filter(({ message }) => message.includes("its load balancer"));
  };

  it("is reported without its HTTPS listener, with the command that creates it", async () => {
    const [drift] = await findListeners({});
    expect(drift?.message).to.match(/does not listen on HTTPS 443, which its options say$/);
    expect(drift?.undo).to.deep.equal([
      "aws elbv2 create-listener --load-balancer-arn arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb--AWSEB-1/2 --protocol HTTPS --port 443 --certificates 'CertificateArn=arn:aws:acm:us-west-1:123456789012:certificate/1' --default-actions 'Type=forward,TargetGroupArn=arn:targets' --region us-west-1",
    ]);
  });

  it("is reported with another certificate, and one more", async () => {
    const listener = {
      ListenerArn: "arn:listener",
      Port: 443,
      Protocol: "HTTPS",
      Certificates: [{ CertificateArn: "arn:other" }],
      DefaultActions: [{ Type: "forward" }],
    };
    const drift = await findListeners({
      DescribeListeners: { Listeners: [listener] },
      DescribeListenerCertificates: { Certificates: [{ CertificateArn: "arn:third", IsDefault: false }] },
    });
    expect(drift.map(({ message }) => message.replace(/^.*listener on /, ""))).to.deep.equal([
      "port 443 has the certificate arn:other, and the options say arn:aws:acm:us-west-1:123456789012:certificate/1",
      "port 443 also has the certificate arn:third",
    ]);
  });
});

describe("a listener that was added by hand", () => {
  it("stops every update where it has the port of the program's own, which was deleted", async () => {
    const [LoadBalancerArn] = web.outputs.loadBalancers as string[];
    const listener = { ListenerArn: "arn:listener", Port: 80, Protocol: "HTTP", LoadBalancerArn };
    const inputs = { port: 80, loadBalancerArn: LoadBalancerArn ?? "" };
    const find = async (missing: Missing[]) => {
      const off = toSettings("aws:elbv2:listener:default | ListenerEnabled | false");
      const answers = { DescribeListeners: { Listeners: [listener] } };
      const { drift } = await readOptions([...recorded, ...off], answers, missing);
      return drift.find(({ message }) => message.includes("listens on HTTP 80, which is not in the program"));
    };
    const own = (port: number) =>
      resource("lb/listener:Listener", "beo-eb-web-http", { inputs: { ...inputs, port } });
    const found = await find([own(80)]);
    expect(found?.isObstacle).to.equal(true);
    expect(found?.meaning).to.match(/ `pulumi up` fails with DuplicateListener: undo it first\.$/);
    expect(found?.undo).to.deep.equal([
      "aws elbv2 delete-listener --listener-arn arn:listener --region us-west-1",
    ]);
    const other = await find([own(8080)]);
    expect(other?.severity).to.equal("high");
    expect(other?.isObstacle).to.equal(undefined);
  });
});

describe("the address of an application", () => {
  const address = "beo-prod.us-west-1.elasticbeanstalk.com";
  const other = "beo-green.us-west-1.elasticbeanstalk.com";
  const findSwap = (environments: object[], hosts: string) =>
    read(
      [
        application,
        {
          ...web,
          outputs: { ...web.outputs, loadBalancers: [] },
          inputs: {
            settings: [
              {
                namespace: "aws:elasticbeanstalk:application:environment",
                name: "DJANGO_ALLOWED_HOSTS",
                value: hosts,
              },
            ],
          },
        },
      ],
      { DescribeEnvironments: { Environments: environments }, DescribeConfigurationSettings: {} },
      address,
    );

  it("may be with another environment after `eb swap`, which is neither terminated nor taken back by an update", async () => {
    const swapped = [
      { EnvironmentName: "beo-prod", Status: "Ready", CNAME: other },
      { EnvironmentName: "beo-green", Status: "Ready", CNAME: address.toUpperCase() },
    ];
    const { drift } = await findSwap(swapped, address);
    expect(drift).to.have.length(2);
    const [swap, green] = drift;
    expect(swap?.message).to.include("the addresses of beo-prod and beo-green are swapped (eb swap)");
    expect(swap?.meaning).to.include(`requests to ${other} with 400 until DJANGO_ALLOWED_HOSTS has it`);
    expect(swap?.undo).to.deep.equal([
      "aws elasticbeanstalk swap-environment-cnames --source-environment-name beo-prod --destination-environment-name beo-green --region us-west-1",
    ]);
    expect(swap?.keep).to.include("npx pulumi config set --path web.cnamePrefix beo-green --stack prod");
    // After the hosts that the configuration has.
    expect(swap?.keep.at(-1)).to.include("'web.additionalHosts[2]'");
    expect(green?.undo.filter((line) => !line.startsWith("#"))).to.deep.equal([]);
    const [allowed] = (await findSwap(swapped, `${address} ${other}`)).drift;
    expect(allowed?.meaning).not.to.include("DJANGO_ALLOWED_HOSTS");
  });

  it("belongs to one of two generations, and is drift where the other one has it", async () => {
    const next: Deployed = {
      ...web,
      urn: `${web.urn}-2`,
      name: "beo-eb-web-2",
      outputs: { ...web.outputs, name: "beo-prod-2", loadBalancers: [] },
    };
    const find = async (first: string, second: string, servingName: string) => {
      const cnames = { "beo-prod": first, "beo-prod-2": second };
      const Environments = Object.entries(cnames).map(([EnvironmentName, CNAME]) => ({
        ...{ EnvironmentName, CNAME, Status: "Ready" },
      }));
      const answers = { DescribeEnvironments: { Environments }, DescribeConfigurationSettings: {} };
      const deployed = [application, { ...web, outputs: { ...web.outputs, loadBalancers: [] } }, next];
      return (await read(deployed, answers, address, servingName)).drift;
    };
    expect(await find(address, other, "beo-prod")).to.deep.equal([]);
    expect(await find(other, address, "beo-prod-2")).to.deep.equal([]);
    const [swapped, ...more] = await find(other, address, "beo-prod");
    expect(more).to.deep.equal([]);
    expect(swapped?.message).to.include("beo-prod-2 has beo-prod.us-west-1");
    expect(swapped?.keep).to.deep.equal([
      "# The next step of the move to other environments:",
      "npx beo platform prod",
    ]);
  });

  it("may be with none", async () => {
    const { drift } = await findSwap(
      [{ EnvironmentName: "beo-prod", Status: "Ready", CNAME: other }],
      address,
    );
    expect(drift[0]?.message).to.match(
      /the address is beo-green\S+, and no environment of the application has beo-prod/,
    );
  });

  it("is listed as deployed by `eb deploy`, which is not drift", async () => {
    const { drift, notes } = await findSwap(
      [{ EnvironmentName: "beo-prod", Status: "Ready", CNAME: address, VersionLabel: "app-1" }],
      address,
    );
    expect(drift).to.deep.equal([]);
    expect(notes).to.deep.equal(["Environment beo-eb-web runs version app-1, which `eb deploy` installed."]);
  });
});

describe("an adoption that is not complete", () => {
  const database = resource("rds/instance:Instance", "beo-db-instance", {
    id: "db-ABC",
    inputs: { identifier: "beo-prod" },
  });
  const environments = [
    { EnvironmentName: "beo-prod", Status: "Ready" },
    { EnvironmentName: "beo-test", Status: "Ready" },
    { EnvironmentName: "gone", Status: "Terminated" },
  ];
  const find = (host: string, existing: object[] = environments) =>
    read([database, application], {
      DescribeEnvironments: { Environments: existing },
      DescribeConfigurationSettings: {
        ConfigurationSettings: [
          {
            OptionSettings: toSettings(`aws:elasticbeanstalk:application:environment | SQL_HOST | ${host}`),
          },
        ],
      },
    });

  it("is the first note, and its environments are not simply terminated", async () => {
    const { drift, notes } = await find("beo-prod.abc.us-west-1.rds.amazonaws.com");
    expect(notes[0]).to.equal(
      "beo-prod, beo-test are not in the program, but use the stack's database and may serve its address. Unless created later, the adoption is not complete: npx beo adopt prod has the next step. Until then terminate no old environment, and deactivate no access key.",
    );
    expect(drift[0]?.undo[0]).to.equal(
      "# TERMINATES the environment with its instances. One from before the program may serve the address: npx beo adopt prod",
    );
  });

  it("is none where no other environment uses the database", async () => {
    expect((await find("beo-prod-2.abc.us-west-1.rds.amazonaws.com")).notes).to.deep.equal([]);
    expect((await find("beo-prod.abc.us-west-1.rds.amazonaws.com", [])).notes).to.deep.equal([]);
  });
});
