import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Clients } from "../../cli/aws-clients";
import { findPending } from "../../cli/drift/checks/databases";
import type { Context } from "../../cli/drift/context";
import { type Drift, removeExplained, sortDrift } from "../../cli/drift/drift";
import { findDrift } from "../../cli/drift/find-drift";
import { readAws } from "../../cli/drift/read-aws";
import { type Deployed, getDeployed, getMissing, type Missing } from "../../cli/drift/resources";

type Answers = Record<string, object | Error | ((input: object) => object)>;

/** Clients that answer by the name of the command; unknown commands find nothing. */
function createFake(answers: Answers): Clients {
  const send = (command: { input: object }) => {
    const answer = answers[command.constructor.name.replace(/Command$/, "")] ?? {};
    if (answer instanceof Error) {
      return Promise.reject(answer);
    }
    return Promise.resolve(
      typeof answer === "function" ? (answer as (input: object) => object)(command.input) : answer,
    );
  };
  const client = { send };
  const services = ["autoScaling", "beanstalk", "ec2", "iam", "loadBalancing", "s3"];
  return {
    ...Object.fromEntries(services.map((name) => [name, client])),
    rds: () => client,
  } as unknown as Clients;
}

const read = (
  deployed: Deployed[],
  answers: Answers,
  address?: string,
  servingName?: string,
  missing: Missing[] = [],
) => {
  const context: Context = {
    stack: "prod",
    region: "us-west-1",
    deployed,
    missing,
    clients: createFake(answers),
    configuration: {
      database: '{"additionalSecurityGroupIds":["sg-1"]}',
      web: '{"additionalHosts":["a.example.org","b.example.org"]}',
    },
    address,
    servingName,
  };
  return readAws(context);
};

const resource = (type: string, name: string, properties: Partial<Deployed>): Deployed => ({
  urn: `urn:pulumi:prod::beo-datastore::beo:index:BeoDatastore$aws:${type}::${name}`,
  type: `aws:${type}`,
  name,
  id: name,
  inputs: {},
  outputs: {},
  ...properties,
});

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

describe("a rule that was added to the database's security group", () => {
  it("is kept by one more group, after those that the configuration has", async () => {
    const group = resource("ec2/securityGroup:SecurityGroup", "beo-db-access", { id: "sg-db" });
    const rule = {
      SecurityGroupRuleId: "sgr-1",
      IpProtocol: "tcp",
      FromPort: 5432,
      ToPort: 5432,
      CidrIpv4: "198.51.100.0/24",
    };
    const { drift } = await read([group], { DescribeSecurityGroupRules: { SecurityGroupRules: [rule] } });
    expect(drift[0]?.keep.at(-1)).to.equal(
      "npx pulumi config set --path --type string 'database.additionalSecurityGroupIds[1]' --stack prod <ID of the group>",
    );
  });
});

describe("a security group of the database that is not the program's", () => {
  const group = resource("ec2/securityGroup:SecurityGroup", "beo-db-access", { id: "sg-db" });
  const database = resource("rds/instance:Instance", "beo-db-instance", {
    outputs: { vpcSecurityGroupIds: ["sg-db", "sg-vpn"] },
  });
  const rule = { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, SecurityGroupRuleId: "sgr-1" };
  const find = (...rules: object[]) =>
    // The fake answers the same for both groups.
    read([database], {
      DescribeSecurityGroupRules: { SecurityGroupRules: rules.map((more) => ({ ...rule, ...more })) },
    }).then(({ drift }) => drift.filter(({ message }) => message.includes("sg-vpn")));

  it("is reported if it lets in everyone", async () => {
    const found = await find({ CidrIpv4: "10.8.0.0/16" }, { CidrIpv6: "::/0" });
    expect(found.map(({ severity, message, undo }) => ({ severity, message, undo }))).to.deep.equal([
      {
        severity: "critical",
        message:
          "Instance beo-db-instance: its security group sg-vpn, which is not the program's, allows tcp 5432 from ::/0",
        undo: [
          "aws ec2 revoke-security-group-ingress --group-id sg-vpn --security-group-rule-ids sgr-1 --region us-west-1",
        ],
      },
    ]);
  });

  it("is reported if two rules let in everyone, half of all addresses each", async () => {
    for (const [one, other] of [
      [{ CidrIpv4: "0.0.0.0/1" }, { CidrIpv4: "128.0.0.0/1" }],
      [{ CidrIpv6: "::/1" }, { CidrIpv6: "8000::/1" }],
      [{ CidrIpv6: "2000::/4" }, { CidrIpv6: "3000::/4" }],
    ] as const) {
      const found = await find(one, { CidrIpv4: "198.51.100.0/24" }, other);
      expect(
        found.map(({ severity, message }) => `${severity} ${message.replace(/^.* /, "")}`),
      ).to.deep.equal([one, other].map((half) => `critical ${Object.values(half).join("")}`));
    }
  });

  it("is reported if rules for the same port let in more than one organization together", async () => {
    const half = Array.from({ length: 128 }, (_, index) => ({ CidrIpv4: `52.${index}.0.0/16` }));
    const rest = Array.from({ length: 129 }, (_, index) => ({ CidrIpv4: `53.${index}.0.0/16` }));
    expect(await find(...half)).to.have.length(0);
    expect(await find(...half, ...rest)).to.have.length(257);
    expect(
      await find(...half, ...rest.map((more) => ({ ...more, FromPort: 22, ToPort: 22 }))),
    ).to.have.length(0);
  });

  it("is reported with a prefix list that has everyone, but not with another one", async () => {
    const findList = async (first: string, second: string) => {
      const { drift } = await read([database], {
        DescribeSecurityGroupRules: { SecurityGroupRules: [{ ...rule, PrefixListId: "pl-1" }] },
        GetManagedPrefixListEntries: ({ NextToken }: { NextToken?: string }) =>
          NextToken === undefined
            ? { Entries: [{ Cidr: first }], NextToken: "2" }
            : { Entries: [{ Cidr: second }] },
      });
      return drift.map(({ message }) => message).filter((message) => message.includes("sg-vpn"));
    };
    expect(await findList("198.51.100.0/24", "10.0.0.0/8")).to.deep.equal([]);
    expect(await findList("0.0.0.0/1", "128.0.0.0/1")).to.deep.equal([
      "Instance beo-db-instance: its security group sg-vpn, which is not the program's, allows tcp 5432 from pl-1",
    ]);
  });

  it("is its owner's otherwise", async () => {
    expect(await find({ CidrIpv4: "10.8.0.0/16" }, { CidrIpv4: "0.0.0.0/0", IsEgress: true })).to.deep.equal(
      [],
    );
    expect(
      (await read([group], { DescribeSecurityGroupRules: { SecurityGroupRules: [] } })).drift,
    ).to.deep.equal([]);
  });
});

describe("a rule that was added to a security group of the stack", () => {
  it("lets in everyone on the internet together with another half", async () => {
    const group = resource("ec2/securityGroup:SecurityGroup", "beo-net-instances", { id: "sg-1" });
    const rules = ["0.0.0.0/1", "128.0.0.0/1", "198.51.100.0/24"].map((CidrIpv4, index) => ({
      ...{ SecurityGroupRuleId: `sgr-${index}`, IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4 },
    }));
    const { drift } = await read([group], { DescribeSecurityGroupRules: { SecurityGroupRules: rules } });
    expect(drift.map(({ severity, meaning }) => `${severity} ${meaning}`)).to.deep.equal(
      ["critical Everyone on the internet", "critical Everyone on the internet", "high 198.51.100.0/24"].map(
        (who) =>
          `${who} can connect to what is in the group: instances or the load balancer. \`eb ssh\` adds such a rule.`,
      ),
    );
  });
});

describe("a rule of the program that was deleted and added again by hand", () => {
  const group = resource("ec2/securityGroup:SecurityGroup", "beo-db-access", { id: "sg-db" });
  const own = resource("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "beo-db-access-in-0", {
    inputs: {
      ...{ securityGroupId: "sg-db", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 },
      referencedSecurityGroupId: "sg-instances",
    },
  });
  const find = async (more: object) => {
    const rule = { SecurityGroupRuleId: "sgr-1", IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, ...more };
    const answers = { DescribeSecurityGroupRules: { SecurityGroupRules: [rule] } };
    return (await read([group], answers, undefined, undefined, [own])).drift;
  };

  it("stops every update, and so comes first", async () => {
    const [found] = await find({ ReferencedGroupInfo: { GroupId: "sg-instances" } });
    expect(found?.isObstacle).to.equal(true);
    expect(found?.undo).to.deep.equal([
      "aws ec2 revoke-security-group-ingress --group-id sg-db --security-group-rule-ids sgr-1 --region us-west-1",
      "# Such connections fail until the next update has created the program's rule: run it at once.",
    ]);
    expect(found?.meaning).to.match(
      / Until this is undone, `pulumi up` fails with InvalidPermission\.Duplicate: undo it first\.$/,
    );
    const urgent: Drift = { ...found!, urn: "urn::other", severity: "critical" };
    delete urgent.isObstacle;
    expect(sortDrift([urgent, found!])).to.deep.equal([found, urgent]);
  });

  it("is not another one", async () => {
    for (const more of [
      { ReferencedGroupInfo: { GroupId: "sg-other" } },
      { ReferencedGroupInfo: { GroupId: "sg-instances" }, FromPort: 5433, ToPort: 5433 },
      { ReferencedGroupInfo: { GroupId: "sg-instances" }, IsEgress: true },
    ]) {
      expect((await find(more))[0]?.isObstacle).to.equal(undefined);
    }
  });
});

describe("rules and routes of a stack's own network", () => {
  const group = resource("ec2/securityGroup:SecurityGroup", "beo-net-instances", { id: "sg-1" });
  const own = resource("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "beo-net-instances-out-443", {
    id: "sgr-1",
  });
  const table = resource("ec2/routeTable:RouteTable", "beo-vpc-database-routes", { id: "rtb-1" });
  const route = resource("ec2/route:Route", "beo-vpc-private-1-nat", {
    inputs: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
  });
  const endpoint = resource("ec2/vpcEndpoint:VpcEndpoint", "beo-vpc-s3", { id: "vpce-1" });
  const readRoutes = (deployed: Deployed[], Routes: object[]) =>
    read(deployed, { DescribeRouteTables: { RouteTables: [{ RouteTableId: "rtb-1", Routes }] } });

  it("has an outbound rule of its own, and reports another one", async () => {
    const rules = ["sgr-1", "sgr-2"].map((SecurityGroupRuleId) => ({
      SecurityGroupRuleId,
      IsEgress: true,
      IpProtocol: "tcp",
      FromPort: 443,
      ToPort: 443,
      CidrIpv4: "0.0.0.0/0",
    }));
    const { drift } = await read([group, own], {
      DescribeSecurityGroupRules: { SecurityGroupRules: rules },
    });
    expect(drift.map(({ message }) => message.replace(/^.*: /, ""))).to.deep.equal([
      "outbound rule sgr-2 allows tcp 443 to 0.0.0.0/0, and is not in the program",
    ]);
  });

  it("reports routes to the internet that were added, and the command that removes them", async () => {
    const { drift } = await readRoutes(
      [table, endpoint],
      [
        { DestinationCidrBlock: "10.42.0.0/16", GatewayId: "local" },
        { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" },
        { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" },
        { DestinationIpv6CidrBlock: "::/0", GatewayId: "igw-1" },
      ],
    );
    expect(drift.map(({ undo }) => undo).flat()).to.deep.equal([
      "aws ec2 delete-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0 --region us-west-1",
      "aws ec2 delete-route --route-table-id rtb-1 --destination-ipv6-cidr-block ::/0 --region us-west-1",
    ]);
    expect(drift[0]?.severity).to.equal("high");
  });

  it("leaves the program's own route alone, and those to networks of the operators", async () => {
    const { drift } = await readRoutes(
      [table, route],
      [
        { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" },
        { DestinationCidrBlock: "10.50.0.0/16", VpcPeeringConnectionId: "pcx-1" },
        { DestinationCidrBlock: "192.168.0.0/16", GatewayId: "vgw-1" },
        { DestinationCidrBlock: "10.60.0.0/16", TransitGatewayId: "tgw-1" },
      ],
    );
    expect(drift).to.deep.equal([]);
  });

  // The targets and destinations of https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html.
  for (const [target, id] of [
    ["TransitGatewayId", "tgw-1"],
    ["VpcPeeringConnectionId", "pcx-1"],
    ["GatewayId", "vgw-1"],
    ["NetworkInterfaceId", "eni-1"],
    ["InstanceId", "i-1"],
    ["NatGatewayId", "nat-1"],
    ["EgressOnlyInternetGatewayId", "eigw-1"],
    ["CarrierGatewayId", "cagw-1"],
    ["LocalGatewayId", "lgw-1"],
    ["CoreNetworkArn", "arn:aws:networkmanager::123456789012:core-network/core-network-1"],
  ] as const) {
    it(`reports a route to the internet through ${id.replace(/.*:/, "")}, but not one to a private network`, async () => {
      const { drift } = await readRoutes(
        [table],
        [
          ...["0.0.0.0/0", "0.0.0.0/1", "203.0.113.0/24", "172.0.0.0/8"].map((DestinationCidrBlock) => ({
            DestinationCidrBlock,
            [target]: id,
          })),
          { DestinationIpv6CidrBlock: "2000::/3", [target]: id },
          ...["10.0.0.0/8", "172.16.0.0/12", "192.168.4.0/22", "100.64.0.0/10"].map(
            (DestinationCidrBlock) => ({ DestinationCidrBlock, [target]: id }),
          ),
          { DestinationIpv6CidrBlock: "fd00:ec2::/32", [target]: id },
        ],
      );
      expect(drift.map(({ message }) => message.replace(/^.*: /, ""))).to.deep.equal(
        ["0.0.0.0/0", "0.0.0.0/1", "203.0.113.0/24", "172.0.0.0/8", "2000::/3"].map((destination) =>
          `route to ${destination} through ${id}, and is not in the program`.replace(/^.*: /, ""),
        ),
      );
    });
  }

  it("reports a route to a prefix list, unless an endpoint of the stack is its target", async () => {
    const { drift } = await readRoutes(
      [table, endpoint],
      [
        { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" },
        { DestinationPrefixListId: "pl-2", GatewayId: "vpce-2" },
        { DestinationPrefixListId: "pl-3", TransitGatewayId: "tgw-1" },
      ],
    );
    expect(drift.flatMap(({ undo }) => undo)).to.deep.equal([
      "aws ec2 delete-route --route-table-id rtb-1 --destination-prefix-list-id pl-2 --region us-west-1",
      "aws ec2 delete-route --route-table-id rtb-1 --destination-prefix-list-id pl-3 --region us-west-1",
    ]);
  });

  describe("in a subnet with another route table", () => {
    const vpc = resource("ec2/vpc:Vpc", "beo-vpc-network", { id: "vpc-1" });
    const subnet = resource("ec2/subnet:Subnet", "beo-vpc-database-1", { id: "subnet-1" });
    const association = resource(
      "ec2/routeTableAssociation:RouteTableAssociation",
      "beo-vpc-database-1-association",
      { id: "rtbassoc-1", inputs: { subnetId: "subnet-1", routeTableId: "rtb-1" } },
    );
    const findTable = async (RouteTables: object[]) =>
      (
        await read([vpc, subnet], { DescribeRouteTables: { RouteTables } }, undefined, undefined, [
          association,
        ])
      ).drift;
    const toTable = (RouteTableId: string, Routes: object[]) => ({
      RouteTableId,
      Routes,
      Associations: [{ RouteTableAssociationId: "rtbassoc-2", SubnetId: "subnet-1" }],
    });

    it("reports the route to the internet, and the commands that take the subnet back", async () => {
      expect(
        await findTable([
          { RouteTableId: "rtb-1" },
          toTable("rtb-2", [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" }]),
        ]),
      ).to.deep.equal([
        {
          urn: association.urn,
          action: "create",
          severity: "high",
          message:
            "RouteTableAssociation beo-vpc-database-1-association: database subnet subnet-1 uses route table rtb-2, which has a route to the internet, instead of rtb-1",
          meaning:
            "What is in the subnet can connect to the internet, and may be reached from it. A database subnet must have no such route. Until this is undone, `pulumi up` fails with Resource.AlreadyAssociated: undo it first.",
          undo: [
            "aws ec2 disassociate-route-table --association-id rtbassoc-2 --region us-west-1",
            "# Until the next command has ended, the subnet uses the main route table of the VPC.",
            "npx pulumi up --refresh --stack prod --target '**::beo-vpc-database-1-association'",
          ],
          keep: [],
          isObstacle: true,
        },
      ]);
    });

    it("is not reported as an association that does not exist", () => {
      const create = { op: "create", urn: association.urn, newState: { inputs: association.inputs } };
      const other = { op: "create", urn: `${association.urn}-2` };
      const drift = findDrift([create, other], { stack: "prod", configuration: {} });
      expect(drift.map(({ urn }) => urn)).to.deep.equal([create.urn, other.urn]);
      const [found] = drift;
      expect(removeExplained(drift, found === undefined ? [] : [found]).map(({ urn }) => urn)).to.deep.equal([
        other.urn,
      ]);
      const { urn, type, name, inputs } = association;
      expect(getMissing([create])).to.deep.equal([{ urn, type, name, inputs }]);
    });

    it("reports a table without such a route, but not the program's, nor a subnet without one of its own", async () => {
      const local = [{ DestinationCidrBlock: "10.42.0.0/16", GatewayId: "local" }];
      const [other] = await findTable([toTable("rtb-2", local)]);
      expect(other?.severity).to.equal("medium");
      expect(other?.message).to.match(/subnet-1 uses route table rtb-2, instead of rtb-1$/);
      expect(await findTable([toTable("rtb-1", local)])).to.deep.equal([]);
      const throughFirewall = [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "vpce-firewall" }];
      expect((await findTable([toTable("rtb-2", throughFirewall)]))[0]?.severity).to.equal("high");
      const toS3 = [{ DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" }];
      expect((await findTable([toTable("rtb-2", toS3)]))[0]?.severity).to.equal("medium");
      // Then the association is missing, and an update creates it.
      expect(await findTable([{ RouteTableId: "rtb-main", Associations: [{ Main: true }] }])).to.deep.equal(
        [],
      );
    });

    it("reports the main table where that has a route to the internet, which an update takes the subnet from", async () => {
      const drift = await findTable([
        {
          RouteTableId: "rtb-main",
          Associations: [{ Main: true, RouteTableAssociationId: "rtbassoc-main" }],
          Routes: [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" }],
        },
      ]);
      const found = drift.find(({ urn }) => urn === association.urn);
      expect(found).to.deep.include({
        action: "create",
        severity: "high",
        message:
          "RouteTableAssociation beo-vpc-database-1-association: database subnet subnet-1 uses the main route table rtb-main, which has a route to the internet, instead of rtb-1",
        undo: ["npx pulumi up --refresh --stack prod --target '**::beo-vpc-database-1-association'"],
      });
    });
  });

  describe("in the main route table", () => {
    const vpc = resource("ec2/vpc:Vpc", "beo-vpc-network", {
      id: "vpc-1",
      outputs: { defaultRouteTableId: "rtb-main" },
    });
    const local = { DestinationCidrBlock: "10.42.0.0/16", GatewayId: "local" };
    const internet = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" };
    const find = async (RouteTableId: string, Routes: object[], deployed: Deployed[] = []) => {
      const Associations = [{ Main: true, RouteTableAssociationId: "rtbassoc-main" }];
      const { drift } = await read([vpc, ...deployed], {
        DescribeRouteTables: { RouteTables: [{ RouteTableId, Routes, Associations }] },
      });
      return drift.map(({ urn, severity, message, undo }) => ({ urn, severity, message, undo }));
    };

    it("reports routes to the internet, with the command that removes them", async () => {
      expect(await find("rtb-main", [local, internet])).to.deep.equal([
        {
          urn: vpc.urn,
          severity: "high",
          message:
            "Vpc beo-vpc-network: its main route table rtb-main has a route to 0.0.0.0/0 through igw-1, which is not in the program",
          undo: [
            "aws ec2 delete-route --route-table-id rtb-main --destination-cidr-block 0.0.0.0/0 --region us-west-1",
          ],
        },
      ]);
    });

    it("leaves the local route and those to networks of the operators alone", async () => {
      const peering = { DestinationCidrBlock: "172.31.0.0/16", VpcPeeringConnectionId: "pcx-1" };
      expect(await find("rtb-main", [local, peering])).to.deep.equal([]);
    });

    it("reports that a table of the program became the main one, with the command that gives it back", async () => {
      const own = resource("ec2/route:Route", "beo-vpc-public-internet", {
        inputs: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
      });
      expect(await find("rtb-1", [local, internet], [table, own])).to.deep.equal([
        {
          urn: vpc.urn,
          severity: "high",
          message:
            "Vpc beo-vpc-network: its main route table is rtb-1, a table of other subnets with a route to the internet",
          undo: [
            "aws ec2 replace-route-table-association --association-id rtbassoc-main --route-table-id rtb-main --region us-west-1",
          ],
        },
      ]);
    });
  });
});

describe("the network ACL of a stack's own network", () => {
  const vpc = resource("ec2/vpc:Vpc", "beo-vpc-network", { id: "vpc-1" });
  const subnet = resource("ec2/subnet:Subnet", "beo-vpc-private-1", { id: "subnet-1" });
  const entry = (RuleNumber: number, RuleAction: string, more: object = {}) => ({
    ...{ RuleNumber, RuleAction, Protocol: "-1", CidrBlock: "0.0.0.0/0", Egress: false },
    ...more,
  });
  // https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
  const out = [entry(100, "allow", { Egress: true }), entry(32767, "deny", { Egress: true })];
  const byDefault = [entry(100, "allow"), entry(32767, "deny"), ...out];
  const find = async (Entries: object[], SubnetId = "subnet-1") => {
    const acl = { NetworkAclId: "acl-1", Entries, Associations: [{ SubnetId }] };
    const { drift, notCompared } = await read([vpc, subnet], { DescribeNetworkAcls: { NetworkAcls: [acl] } });
    expect(notCompared).to.deep.equal([]);
    return drift.map(({ severity, message, undo }) => ({ severity, message, undo }));
  };

  it("allows everything, as AWS creates it", async () => {
    expect(await find(byDefault)).to.deep.equal([]);
    // It has two rules more in a VPC with IPv6 addresses.
    const forIpv6 = entry(101, "allow", { CidrBlock: undefined, Ipv6CidrBlock: "::/0" });
    expect(await find([...byDefault, forIpv6])).to.deep.equal([]);
  });

  it("is reported where a rule denies connections, with the command that removes it", async () => {
    const deny = "aws ec2 delete-network-acl-entry --network-acl-id acl-1";
    expect(await find([entry(1, "deny"), ...byDefault])).to.deep.equal([
      {
        severity: "high",
        message:
          "Vpc beo-vpc-network: rule 1 of the network ACL acl-1 of subnet-1 denies everything from 0.0.0.0/0, and is not in the program",
        undo: [`${deny} --rule-number 1 --region us-west-1 --ingress`],
      },
    ]);
    const toDatabase = { Egress: true, Protocol: "6", PortRange: { From: 5432, To: 5432 } };
    expect(
      await find([entry(50, "deny", { ...toDatabase, CidrBlock: "10.42.0.0/16" }), ...byDefault]),
    ).to.deep.equal([
      {
        severity: "high",
        message:
          "Vpc beo-vpc-network: rule 50 of the network ACL acl-1 of subnet-1 denies tcp 5432 to 10.42.0.0/16, and is not in the program",
        undo: [`${deny} --rule-number 50 --region us-west-1 --egress`],
      },
    ]);
  });

  it("is less urgent where it keeps others out, and none where an earlier rule allows all", async () => {
    const attack = { CidrBlock: "203.0.113.0/24" };
    expect(
      (await find([entry(1, "deny", attack), ...byDefault])).map(({ severity }) => severity),
    ).to.deep.equal(["medium"]);
    expect(await find([entry(200, "deny"), ...byDefault])).to.deep.equal([]);
  });

  it("is reported where nothing allows everything, with the command that adds the rule", async () => {
    const web = entry(100, "allow", { Protocol: "6", PortRange: { From: 443, To: 443 } });
    expect(await find([web, entry(32767, "deny"), ...out])).to.deep.equal([
      {
        severity: "high",
        message:
          "Vpc beo-vpc-network: the network ACL acl-1 of subnet-1 has no rule that allows everything in, as AWS created it",
        undo: [
          "aws ec2 create-network-acl-entry --network-acl-id acl-1 --rule-number 101 --protocol -1 --rule-action allow --cidr-block 0.0.0.0/0 --region us-west-1 --ingress",
        ],
      },
    ]);
  });

  it("is its owner's where no subnet of the stack uses it", async () => {
    expect(await find([entry(1, "deny"), ...byDefault], "subnet-of-others")).to.deep.equal([]);
  });
});

describe("pending changes of a database", () => {
  const database = resource("rds/instance:Instance", "beo-db-instance", {
    inputs: { instanceClass: "db.t3.medium", engineVersion: "17" },
  });
  const context = {
    stack: "prod",
    region: "us-west-1",
    deployed: [],
    missing: [],
    configuration: {},
    clients: createFake({}),
  };
  const find = (pending: object) =>
    findPending(
      {
        DBInstanceIdentifier: "beo-prod",
        DBInstanceClass: "db.t3.medium",
        MultiAZ: false,
        PendingModifiedValues: pending,
      },
      database,
      context,
    );

  it("are reported with the command that cancels them", () => {
    expect(find({ DBInstanceClass: "db.r6g.large" })[0]?.undo[1]).to.equal(
      "aws rds modify-db-instance --db-instance-identifier beo-prod --db-instance-class db.t3.medium --region us-west-1",
    );
    expect(find({ MultiAZ: true })[0]?.undo[1]).to.equal(
      "aws rds modify-db-instance --db-instance-identifier beo-prod --no-multi-az --region us-west-1",
    );
  });

  it("are no difference where the program wants them", () => {
    expect(find({ DBInstanceClass: "db.t3.medium" })).to.deep.equal([]);
    expect(find({ EngineVersion: "17.6" })).to.deep.equal([]);
    expect(find({})).to.deep.equal([]);
  });
});

describe("the configuration of a bucket", () => {
  const bucket = resource("s3/bucket:Bucket", "beo-s3-media-bucket", { id: "beo-prod-media" });
  const versioning = resource("s3/bucketVersioning:BucketVersioning", "beo-s3-media-versioning", {
    outputs: { bucket: "beo-prod-media" },
  });
  // What S3 answers for a bucket without such a configuration.
  const missing = (name: string) => Object.assign(new Error("There is none"), { name });
  const nothing = {
    GetBucketWebsite: missing("NoSuchWebsiteConfiguration"),
    GetBucketReplication: missing("ReplicationConfigurationNotFoundError"),
    GetBucketCors: missing("NoSuchCORSConfiguration"),
  };

  it("does not differ where nothing was added", async () => {
    const versions = { GetBucketVersioning: { Status: "Enabled" } };
    expect(await read([bucket, versioning], { ...nothing, ...versions })).to.deep.equal({
      drift: [],
      notes: [],
      notCompared: [],
    });
  });

  it("does not differ where the program replicates it, as backup.region does", async () => {
    const replication = resource(
      "s3/bucketReplicationConfig:BucketReplicationConfig",
      "beo-media-replication",
      {
        outputs: { bucket: "beo-prod-media" },
      },
    );
    const replica = resource("s3/bucket:Bucket", "beo-backups-media-bucket", {
      id: "beo-prod-media-us-west-2",
      outputs: { region: "us-west-2" },
    });
    const find = async (...replications: (typeof replication)[]) => {
      const { drift } = await read([bucket, replica, versioning, ...replications], {
        ...nothing,
        GetBucketReplication: { ReplicationConfiguration: {} },
      });
      return drift.map(({ undo }) => undo.join());
    };
    const operation = "aws s3api delete-bucket-replication --bucket";
    expect(await find()).to.deep.equal([
      `${operation} beo-prod-media --region us-west-1`,
      `${operation} beo-prod-media-us-west-2 --region us-west-2`,
    ]);
    expect(await find(replication)).to.deep.equal([
      `${operation} beo-prod-media-us-west-2 --region us-west-2`,
    ]);
  });

  it("may have CORS rules for the program's own origins, as uploads from the front end need", async () => {
    const front = "https://beo.example.com";
    const cors = resource("s3/bucketCorsConfiguration:BucketCorsConfiguration", "beo-s3-static-cors", {
      inputs: { corsRules: [{ allowedMethods: ["GET"], allowedOrigins: [front] }] },
      outputs: { bucket: "beo-prod-static" },
    });
    const find = async (...AllowedOrigins: string[]) => {
      const GetBucketCors = { CORSRules: [{ AllowedMethods: ["PUT"], AllowedOrigins }] };
      const { drift } = await read([bucket, versioning, cors], { ...nothing, GetBucketCors });
      return drift.map(({ undo }) => undo.join());
    };
    expect(await find(front)).to.deep.equal([]);
    for (const other of ["*", "https://other.example.org"]) {
      expect(await find(front, other)).to.deep.equal([
        "aws s3api delete-bucket-cors --bucket beo-prod-media --region us-west-1",
      ]);
    }
  });

  it("may be replicated by the program, to a bucket in another region", async () => {
    const replica = resource("s3/bucket:Bucket", "beo-backups-media-replica", {
      id: "beo-prod-backup",
      outputs: { region: "us-west-2" },
    });
    const replication = resource(
      "s3/bucketReplicationConfig:BucketReplicationConfig",
      "beo-backups-media-replication",
      { outputs: { bucket: bucket.id } },
    );
    const { drift } = await read([bucket, versioning, replica, replication], {
      ...nothing,
      GetBucketReplication: {},
    });
    expect(drift.map(({ undo }) => undo.join())).to.deep.equal([
      "aws s3api delete-bucket-replication --bucket beo-prod-backup --region us-west-2",
    ]);
  });

  it("differs with what was added, and the printed commands remove it", async () => {
    const { drift } = await read([bucket], {
      ...nothing,
      GetBucketReplication: {},
      GetBucketAcl: {
        Grants: [{ Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" }, Permission: "READ" }],
      },
      GetBucketNotificationConfiguration: { EventBridgeConfiguration: {} },
      GetBucketLogging: { LoggingEnabled: { TargetBucket: "logs" } },
      GetBucketAccelerateConfiguration: { Status: "Enabled" },
      GetBucketVersioning: { Status: "Enabled" },
    });
    const bucketOptions = "--bucket beo-prod-media";
    expect(drift.map(({ severity, undo }) => `${severity} ${undo.join()}`)).to.deep.equal([
      `critical aws s3api put-bucket-acl ${bucketOptions} --acl private --region us-west-1`,
      `high aws s3api delete-bucket-replication ${bucketOptions} --region us-west-1`,
      `medium aws s3api put-bucket-notification-configuration ${bucketOptions} --notification-configuration '{}' --region us-west-1`,
      `low aws s3api put-bucket-logging ${bucketOptions} --bucket-logging-status '{}' --region us-west-1`,
      `low aws s3api put-bucket-accelerate-configuration ${bucketOptions} --accelerate-configuration 'Status=Suspended' --region us-west-1`,
      `low aws s3api put-bucket-versioning ${bucketOptions} --versioning-configuration 'Status=Suspended' --region us-west-1`,
    ]);
  });
});

describe("reading AWS", () => {
  it("reports each part that may not be read, and compares the others", async () => {
    const user = resource("iam/user:User", "beo-iam-user", { id: "beo-prod" });
    const { drift, notCompared } = await read([user], {
      ListGroupsForUser: new Error(
        "User: arn:aws:iam::1:user/ci is not authorized to perform: iam:ListGroupsForUser",
      ),
      GetLoginProfile: new Error("AccessDenied"),
      ListUserPolicies: { PolicyNames: ["more"] },
    });
    expect(drift.map(({ message }) => message)).to.deep.equal([
      "User beo-iam-user: inline policy more is not in the program",
    ]);
    expect(notCompared).to.deep.equal([
      "groups of the IAM user beo-prod: User: arn:aws:iam::1:user/ci is not authorized to perform: iam:ListGroupsForUser",
      "console password of the IAM user beo-prod: AccessDenied",
    ]);
  });

  it("knows the program's inputs and AWS's values of each resource", () => {
    const urn = "urn:pulumi:dev::p::a$aws:iam/user:User::user";
    const state = (name: string) => ({ id: "u", inputs: { name }, outputs: { name } });
    const steps = [
      { op: "refresh", urn, oldState: state("state"), newState: state("aws") },
      { op: "update", urn, oldState: state("aws"), newState: { id: "u", inputs: { name: "program" } } },
      { op: "refresh", urn: `${urn}-deleted`, oldState: state("state") },
      // An environment that was terminated in the console.
      { op: "refresh", urn: `${urn}-terminated`, oldState: state("state"), newState: state("state") },
      { op: "create", urn: `${urn}-terminated`, newState: { inputs: { name: "program" } } },
    ];
    expect(getDeployed(steps)).to.deep.equal([
      {
        urn,
        type: "aws:iam/user:User",
        name: "user",
        id: "u",
        inputs: { name: "program" },
        outputs: { name: "aws" },
      },
    ]);
  });
});
