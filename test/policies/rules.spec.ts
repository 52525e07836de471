import { expect } from "chai";
import { describe, it } from "mocha";
import * as server from "@pulumi/policy/server";
import { unknown } from "../../plan/values";
import { start, toPolicy, waitingRules } from "../../policies/pack";
import type { Props, Resource } from "../../policies/rule";
import { rules } from "../../policies/rules";
import {
  exemptionHint,
  formatUndecided,
  getDefaultConfig,
  runRules,
  type UndecidedRule,
} from "../../policies/run-rules";
import {
  find,
  flatMap,
  unknownCheckingProxy,
  UnknownValueError,
  unlessUnknown,
} from "../../policies/unknown-values";
import { notCovered } from "../../scripts/docs/policies";

let count = 0;
function resource(type: string, props: Props = {}, refersTo: Record<string, Resource[]> = {}): Resource {
  count += 1;
  return {
    urn: `urn:pulumi:prod::p::${type}::r${count}`,
    type,
    name: `r${count}`,
    props: unknownCheckingProxy(props),
    protect: false,
    refersTo: (input) => (refersTo[input] ?? []).map(({ urn }) => urn),
  };
}

/** Returns the violations of a rule, each without the resource's name. */
function run(name: string, resources: Resource[], config: object = {}, stack = "prod"): string[] {
  const rule = rules.find((candidate) => candidate.name === name);
  if (rule === undefined) {
    throw new Error(`no rule ${name}`);
  }
  return runRules([rule], resources, stack, () => ({ ...getDefaultConfig(rule), ...config })).map(
    ({ resource: { name: resourceName }, message }) =>
      message.replace(`${resourceName}: `, "").replace(` ${exemptionHint}`, ""),
  );
}

const database = (props: Props = {}) => resource("aws:rds/instance:Instance", props);

/** An Elastic Beanstalk environment with options of one namespace. */
const environment = (
  options: Record<string, unknown>,
  namespace = "aws:elasticbeanstalk:application:environment",
  props: Props = {},
) =>
  resource("aws:elasticbeanstalk/environment:Environment", {
    ...props,
    settings: Object.entries(options).map(([name, value]) => ({ namespace, name, value })),
  });

describe("a rule", () => {
  it("has no control that the documentation names as not covered", () => {
    const named = new Set(notCovered.flatMap(([controls]) => controls.split(", ")));
    expect(rules.flatMap(({ controls }) => controls).filter((control) => named.has(control))).to.deep.equal(
      [],
    );
  });

  it("has a unique name in kebab-case, a title with should, a severity, a remediation and a URL", () => {
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length);
    for (const rule of rules) {
      const { framework, ...policy } = toPolicy(rule);
      expect(rule.name).to.match(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(policy).to.include({ name: rule.name, enforcementLevel: rule.level, severity: rule.severity });
      expect(policy.description, rule.name).to.match(/^[A-Z].* should .{8,}[^.]$/);
      expect(policy.remediationSteps, rule.name).to.match(/^[A-Z].{10,}\.$/);
      expect(policy.url, rule.name).to.match(/^https:\/\/[a-z0-9.]+\/.+[^-]$/);
      expect(framework === undefined, rule.name).to.equal(rule.controls.length === 0);
    }
  });

  it("links to the documentation of its first control by default", () => {
    const url = rules.find(({ name }) => name === "eb-managed-updates-enabled")?.url;
    expect(url).to.equal(
      "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticbeanstalk-controls.html#elasticbeanstalk-2",
    );
  });

  it("reports what is wrong, what was expected and how to fix it", () => {
    const message = "expected false. Set publiclyAccessible to false.";
    expect(run("rds-instance-public-access-check", [database({ publiclyAccessible: true })])).to.deep.equal([
      `publiclyAccessible is true; ${message}`,
    ]);
    expect(run("rds-instance-public-access-check", [database()])).to.deep.equal([
      `publiclyAccessible is not set; ${message}`,
    ]);
  });

  it("does not print the values of environment properties, or policy documents", () => {
    const variables = {
      APP_ENV: "topsecret",
      AWS_DEFAULT_ACL: "topsecret",
      BROKER_URL: "sqs://topsecret@",
      CSRF_COOKIE_SECURE: "topsecret",
      DEBUG: "topsecret",
      DJANGO_ALLOWED_HOSTS: "topsecret*",
      SECRET_KEY: "topsecret",
      SESSION_COOKIE_SECURE: "topsecret",
      WORKER: "topsecret".repeat(500),
    };
    const policy = JSON.stringify({
      Statement: { Sid: "topsecret", Effect: "Allow", Principal: "*", Action: ["*", "sqs:*"], Resource: "*" },
    });
    const resources = [
      environment(variables),
      ...["aws:s3/bucketPolicy:BucketPolicy", "aws:sqs/queuePolicy:QueuePolicy", "aws:iam/policy:Policy"].map(
        (type) => resource(type, { policy }),
      ),
    ];
    const messages = runRules(rules, resources, "prod").map(({ message }) => message);
    expect(messages.filter((message) => message.includes("topsecret"))).to.deep.equal([]);
    expect(messages).to.have.length.greaterThan(20);
  });

  it("distinguishes an absent value from false and accepts 'false'", () => {
    const values = [false, "false", true, "true", undefined];
    expect(
      values.map(
        (publiclyAccessible) =>
          run("rds-instance-public-access-check", [database({ publiclyAccessible })]).length,
      ),
    ).to.deep.equal([0, 0, 1, 1, 1]);
  });

  it("passes an unknown value and still reports a known one beside it", () => {
    expect(run("rds-instance-public-access-check", [database({ publiclyAccessible: unknown })])).to.be.empty;
    const runOnCookies = (value: string) =>
      run("app-secure-cookies", [
        environment({ SQL_HOST: unknown, SESSION_COOKIE_SECURE: value, CSRF_COOKIE_SECURE: "0" }),
      ]);
    expect(runOnCookies(unknown)).to.have.length(1);
    expect(runOnCookies(unknown)[0]).to.match(
      /^CSRF_COOKIE_SECURE is wrong \(the value is not shown\); expected "1"\./,
    );
    expect(runOnCookies("true")).to.have.length(1);
    expect(runOnCookies("true")[0])
      .to.include("SESSION_COOKIE_SECURE is")
      .and.to.include("CSRF_COOKIE_SECURE is");
    for (const rule of rules) {
      const resources = rule.types.map((type) => resource(type, { settings: unknown, policy: unknown }));
      expect(() => run(rule.name, resources), rule.name).not.to.throw();
    }
  });

  it("reports a value beside which an unknown one lies", () => {
    expect(
      run("s3-bucket-versioning-enabled", [
        resource("aws:s3/bucketVersioning:BucketVersioning", {
          versioningConfiguration: { status: [unknown] },
        }),
      ]),
    ).to.have.length(1);
  });

  it("says how to accept a violation", () => {
    const [violation] = runRules(rules, [database({ publiclyAccessible: true })], "prod");
    expect(violation?.message).to.match(
      / To accept it, add the resource and a reason to exemptions in policy-config\.json\.$/,
    );
  });

  it("reports a resource once, with all that is wrong", () => {
    const messages = run("required-tags", [database()]);
    expect(messages).to.have.length(1);
    for (const tag of ["Project", "Environment", "ManagedBy"]) {
      expect(messages[0]).to.include(`tags.${tag} is not set`);
    }
  });

  it("is left to the update where a value is unknown, and names each rule once", () => {
    const undecided: UndecidedRule[] = [];
    const databases = [database({ publiclyAccessible: unknown }), database({ publiclyAccessible: unknown })];
    const only = rules.filter(({ name }) => name === "rds-instance-public-access-check");
    expect(runRules(only, databases, "prod", getDefaultConfig, undecided)).to.deep.equal([]);
    expect(undecided).to.have.length(2);
    expect(formatUndecided(undecided)).to.equal(
      "1 rule can only be checked during the update: rds-instance-public-access-check.",
    );
    expect(formatUndecided([])).to.equal(undefined);
  });

  it("skips a resource that is exempted with a reason", () => {
    const open = database({ publiclyAccessible: true });
    expect(run("rds-instance-public-access-check", [open])).to.have.length(1);
    const exemptions = { [open.name]: "a test of exemptions" };
    expect(run("rds-instance-public-access-check", [open], { exemptions })).to.deep.equal([]);
  });

  it("takes its settings and the names of production stacks from the configuration", () => {
    const databases = [database({ backupRetentionPeriod: 7, multiAz: false })];
    expect(run("rds-instance-backup-enabled", databases)).to.deep.equal([]);
    expect(run("rds-instance-backup-enabled", databases, { minimumDays: 14 })).to.deep.equal([
      "backupRetentionPeriod is 7; expected 14 or more. Set backupRetentionPeriod to this number of days or more.",
    ]);
    expect(run("rds-multi-az-support", databases, {}, "live")).to.deep.equal([]);
    expect(run("rds-multi-az-support", databases, { productionStacks: ["live"] }, "live")).to.have.length(1);
  });

  it("takes the environment of an unlisted stack from the tags, and that of a listed one from its name", () => {
    const tagged = (Environment: unknown) => [database({ multiAz: false, tags: { Environment } })];
    expect(run("rds-multi-az-support", tagged("prod"), {}, "alice")).to.have.length(1);
    expect(run("rds-multi-az-support", tagged("dev"), {}, "alice")).to.deep.equal([]);
    expect(run("rds-multi-az-support", tagged("dev"), {}, "prod")).to.have.length(1);
    expect(run("rds-multi-az-support", tagged(unknown), {}, "alice")).to.deep.equal([]);
    const web = (Environment: string, APP_ENV: string) =>
      environment({ APP_ENV }, undefined, { tags: { Environment } });
    expect(run("eb-https-listener-enabled", [web("dev", "dev")], {}, "alice")).to.deep.equal([]);
    const [violation = "", ...others] = run("eb-https-listener-enabled", [web("prod", "prod")], {}, "alice");
    expect(violation.match(/ is not set; expected/g)).to.have.length(3);
    expect(others).to.deep.equal([]);
    expect(run("app-env-matches-stack", [web("dev", "prod")], {}, "alice")).to.have.length(1);
    expect(run("app-env-matches-stack", [web("dev", "dev")], {}, "alice")).to.deep.equal([]);
  });
});

describe("eb-predefined-security-policy-ssl-check", () => {
  const runOn = (SSLPolicy: string) =>
    run("eb-predefined-security-policy-ssl-check", [
      environment({ Protocol: "HTTPS", SSLPolicy }, "aws:elbv2:listener:443"),
    ]);

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
  for (const name of [
    "TLS13-1-2-2021-06",
    "TLS13-1-2-Res-2021-06",
    "TLS13-1-3-2021-06",
    "TLS13-1-2-FIPS-2023-04",
    "TLS13-1-2-Res-FIPS-2023-04",
    "TLS13-1-3-FIPS-2023-04",
    "TLS13-1-2-PQ-2025-09",
    "TLS13-1-2-Res-PQ-2025-09",
    "TLS13-1-3-PQ-2025-09",
    "TLS13-1-2-FIPS-PQ-2025-09",
    "TLS13-1-2-Res-FIPS-PQ-2025-09",
    "TLS13-1-3-FIPS-PQ-2025-09",
  ]) {
    it(`accepts ELBSecurityPolicy-${name}`, () => {
      expect(runOn(`ELBSecurityPolicy-${name}`)).to.deep.equal([]);
    });
  }

  for (const name of [
    "2016-08",
    "FS-1-2-Res-2020-10",
    "TLS-1-2-Ext-2018-06",
    "TLS13-1-0-2021-06",
    "TLS13-1-0-PQ-2025-09",
    "TLS13-1-1-2021-06",
    "TLS13-1-2-Ext1-2021-06",
    "TLS13-1-2-Ext2-PQ-2025-09",
    "TLS13-1-2-Ext0-FIPS-PQ-2025-09",
  ]) {
    it(`reports ELBSecurityPolicy-${name}, and recommends a policy that it accepts`, () => {
      const [violation = ""] = runOn(`ELBSecurityPolicy-${name}`);
      expect(violation).to.include(`SSLPolicy is "ELBSecurityPolicy-${name}"; expected`);
      const [recommended = ""] = /ELBSecurityPolicy-\S+(?=,)/.exec(violation) ?? [];
      expect(runOn(recommended)).to.deep.equal([]);
      expect(recommended).not.to.match(/2021/);
    });
  }
});

describe("rds-instance-subnet-igw-check", () => {
  const stack = (gateway: boolean) => {
    const internet = resource(
      `aws:ec2/${gateway ? "internetGateway:InternetGateway" : "natGateway:NatGateway"}`,
    );
    const subnet = resource("aws:ec2/subnet:Subnet");
    const table = resource("aws:ec2/routeTable:RouteTable");
    return [
      internet,
      subnet,
      table,
      resource("aws:ec2/route:Route", {}, { routeTableId: [table], gatewayId: [internet] }),
      resource(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {},
        { routeTableId: [table], subnetId: [subnet] },
      ),
      resource("aws:rds/subnetGroup:SubnetGroup", {}, { subnetIds: [subnet] }),
    ];
  };

  it("reports a route to an internet gateway, but not to a NAT gateway", () => {
    expect(run("rds-instance-subnet-igw-check", stack(true))).to.have.length(1);
    expect(run("rds-instance-subnet-igw-check", stack(false))).to.deep.equal([]);
    expect(run("rds-subnets-in-stack", stack(false))).to.deep.equal([]);
  });
});

describe("rules on security groups", () => {
  const inAllTypes = (port: number, cidr: string) => [
    resource("aws:ec2/securityGroup:SecurityGroup", {
      ingress: [{ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [cidr] }],
    }),
    resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
      type: "ingress",
      protocol: "tcp",
      fromPort: port,
      toPort: port,
      cidrBlocks: [cidr],
    }),
    resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
    }),
  ];

  it("check ingress in all three resource types", () => {
    expect(run("vpc-sg-open-only-to-authorized-ports", inAllTypes(443, "0.0.0.0/0"))).to.deep.equal([]);
    expect(run("vpc-sg-open-only-to-authorized-ports", inAllTypes(8000, "0.0.0.0/0"))).to.have.length(3);
    expect(run("vpc-sg-restricted-common-ports", inAllTypes(22, "0.0.0.0/0"))).to.have.length(3);
    expect(run("vpc-sg-restricted-common-ports", inAllTypes(22, "10.0.0.0/8"))).to.deep.equal([]);
    expect(run("vpc-sg-database-from-security-groups-only", inAllTypes(5432, "10.0.0.0/8"))).to.have.length(
      3,
    );
  });

  it("report unrestricted IPv6 ingress, and skip egress", () => {
    expect(run("vpc-sg-restricted-common-ports", inAllTypes(22, "::/0").slice(2))).to.have.length(1);
    const egress = resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
      type: "egress",
      protocol: "-1",
      fromPort: 0,
      toPort: 0,
      cidrBlocks: ["0.0.0.0/0"],
    });
    expect(run("vpc-sg-restricted-common-ports", [egress])).to.deep.equal([]);
  });

  it("report a port with high risk once, as such", () => {
    expect(run("vpc-sg-open-only-to-authorized-ports", inAllTypes(22, "0.0.0.0/0"))).to.deep.equal([]);
  });
});

describe("rules on IAM policies", () => {
  const iam = (statement: object) =>
    resource("aws:iam/rolePolicy:RolePolicy", { policy: JSON.stringify({ Statement: statement }) });

  it("accept a single statement instead of a list, and lists of actions", () => {
    expect(
      run("iam-policy-no-statements-with-admin-access", [
        iam({ Effect: "Allow", Action: ["*"], Resource: ["*"] }),
      ]),
    ).to.have.length(1);
    expect(
      run("iam-policy-no-statements-with-admin-access", [
        iam({ Effect: "Deny", Action: "*", Resource: "*" }),
      ]),
    ).to.deep.equal([]);
  });

  it("name the attached policy without its path", () => {
    const policyArn = "arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkRoleWorkerTier";
    const attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn });
    expect(run("iam-no-worker-tier-policy", [attachment])[0]).to.match(
      /^AWSElasticBeanstalkRoleWorkerTier is attached; expected a policy with fewer permissions\./,
    );
  });

  it("accept s3:* on named buckets only", () => {
    const s3 = (Resource: string) =>
      run("iam-policy-no-statements-with-full-access", [iam({ Effect: "Allow", Action: "s3:*", Resource })]);
    expect(s3("arn:aws:s3:::beo-media/*")).to.deep.equal([]);
    expect(s3("*")).to.have.length(1);
    expect(s3("arn:aws:s3:::*")).to.have.length(1);
  });
});

describe("rules on reading SSM parameters", () => {
  const runOn = (Action: unknown, Resource: unknown, Effect = "Allow") =>
    run("iam-policy-no-access-to-all-secrets", [
      resource("aws:iam/rolePolicy:RolePolicy", {
        policy: JSON.stringify({ Statement: [{ Effect, Action, Resource }] }),
      }),
    ]);

  it("report every way to name all parameters and the actions that read them", () => {
    for (const action of [
      "ssm:GetParameter",
      "ssm:GetParameter*",
      "ssm:Get*",
      "ssm:*",
      "SSM:getparameters",
    ]) {
      expect(runOn(action, "*"), action).to.have.length(1);
    }
    for (const Resource of ["arn:aws:ssm:*:*:parameter/*", "arn:aws:ssm:us-west-1:1:parameter*"]) {
      expect(runOn("ssm:GetParameterHistory", Resource), Resource).to.have.length(1);
    }
  });

  it("accept named parameters, other actions of Systems Manager, and a denial", () => {
    expect(runOn("ssm:GetParameter", "arn:aws:ssm:us-west-1:1:parameter/beo/SECRET_KEY")).to.deep.equal([]);
    expect(runOn("ssm:GetParameter", "arn:aws:ssm:us-west-1:1:parameter/beo/*")).to.deep.equal([]);
    expect(runOn(["ssm:UpdateInstanceInformation", "ssm:GetDocument"], "*")).to.deep.equal([]);
    expect(runOn("ssm:GetParameter", "*", "Deny")).to.deep.equal([]);
  });
});

describe("rules on documents of Systems Manager", () => {
  const document = (props: Props) => resource("aws:ssm/document:Document", props);
  const session = (sessionType: string, inputs: object) =>
    document({ documentType: "Session", content: JSON.stringify({ sessionType, inputs }) });
  const runOn = (one: Resource) => run("ssm-session-logging-enabled", [one]).length;

  it("accept a document that is shared with named accounts", () => {
    const shared = (accountIds: string) =>
      run("ssm-document-not-public", [document({ permissions: { type: "Share", accountIds } })]);
    expect(shared("123456789012,210987654321")).to.deep.equal([]);
    expect(shared("All")).to.have.length(1);
  });

  it("accept logs in CloudWatch or S3, and expect none of forwarded ports and of other documents", () => {
    expect(runOn(session("Standard_Stream", { cloudWatchLogGroupName: "sessions" }))).to.equal(0);
    expect(runOn(session("InteractiveCommands", { s3BucketName: "sessions" }))).to.equal(0);
    expect(runOn(session("Port", {}))).to.equal(0);
    expect(runOn(document({ documentType: "Command", content: "{}" }))).to.equal(0);
    expect(runOn(document({ documentType: "Session", documentFormat: "YAML", content: "a: b" }))).to.equal(0);
    // The console saves preferences with empty strings.
    expect(runOn(session("Standard_Stream", { cloudWatchLogGroupName: "", s3BucketName: "" }))).to.equal(1);
  });
});

describe("rules that require a companion", () => {
  it("match companions by reference or by name, in both spellings of the type", () => {
    const byReference = resource("aws:s3/bucketV2:BucketV2");
    const byName = resource("aws:s3/bucket:Bucket", { bucket: "named" });
    const alone = resource("aws:s3/bucket:Bucket", { bucket: "alone" });
    const block = (bucket: string, refersTo: Record<string, Resource[]>) =>
      resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket }, refersTo);
    const named = [byReference, byName, alone, block("named", {})];
    const all = [...named, block(unknown, { bucket: [byReference] })];
    const rule = rules.find(({ name }) => name === "s3-bucket-public-access-block-configured")!;
    const runOn = (resources: Resource[]) => runRules([rule], resources, "prod").map((one) => one.resource);
    expect(runOn(all)).to.deep.equal([alone]);
    expect(runOn(named)).to.deep.equal([byReference, alone]);
  });
});

describe("a CrossGuard policy", () => {
  const configured = (exemptions: object = {}) => ({
    getConfig: () => ({ productionStacks: ["live"], developmentStacks: [], exemptions }),
  });
  const engineResource = (props: Props) => ({
    ...{ urn: "urn:pulumi:live::p::aws:rds/instance:Instance::db", type: "aws:rds/instance:Instance" },
    ...{ name: "db", props, opts: { protect: false }, propertyDependencies: {} },
  });
  const toPolicyOf = (name: string) => toPolicy(rules.find((rule) => rule.name === name)!) as never;

  it("reports violations of the resource, with the stack's name and the user's configuration", () => {
    const { validateResource } = toPolicyOf("rds-multi-az-support") as {
      validateResource: (args: object, report: (message: string) => void) => void;
    };
    const messages: string[] = [];
    validateResource({ ...engineResource({ multiAz: false }), ...configured() }, (m) => messages.push(m));
    validateResource({ ...engineResource({}), ...configured({ db: "by hand" }) }, (m) => messages.push(m));
    expect(messages).to.deep.equal([
      `db: multiAz is false; expected true. Set multiAz to true. ${exemptionHint}`,
    ]);
  });

  it("reports violations of the stack, each with the URN of its resource", () => {
    const { validateStack } = toPolicyOf("sqs-dead-letter-queue-configured") as {
      validateStack: (args: object, report: (message: string, urn: string) => void) => void;
    };
    const queue = { ...engineResource({}), type: "aws:sqs/queue:Queue" };
    const urns: string[] = [];
    const validate = (...resources: object[]) => {
      validateStack({ resources, ...configured() }, (_message, urn) => urns.push(urn));
    };
    validate(queue);
    expect(urns).to.deep.equal([queue.urn]);
    // A stack without resources has no violation, and a queue that another resource allows as a dead-letter queue neither.
    validate();
    const allow = { ...engineResource({}), type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy" };
    validate(queue, { ...allow, propertyDependencies: { queueUrl: [{ urn: queue.urn }] } });
    expect(urns).to.deep.equal([queue.urn]);
  });

  it("checks a stack with the stack's name", () => {
    const { validateStack } = toPolicyOf("eb-worker-termination-lifecycle-hook") as {
      validateStack: (args: object, report: (message: string) => void) => void;
    };
    const type = "aws:elasticbeanstalk/environment:Environment";
    const count = (developmentStacks: string[]) => {
      const messages: string[] = [];
      const getConfig = () => ({ productionStacks: [], developmentStacks, exemptions: {} });
      const resources = [{ ...engineResource({ tier: "Worker" }), type }];
      validateStack({ resources, getConfig }, (message) => messages.push(message));
      return messages.length;
    };
    expect(count(["live"])).to.equal(0);
    expect(count(["other"])).to.equal(1);
  });

  it("is one of the pack that the engine gets, whose last one names the rules that wait", () => {
    const serve: unknown = Reflect.get(server, "serve");
    const served: unknown[] = [];
    const replace = (value: unknown) => Reflect.set(server, "serve", value);
    replace(
      (name: string, _version: string, _level: string, { policies }: { policies: { name: string }[] }) =>
        served.push(name, ...policies.map((policy) => policy.name)),
    );
    try {
      start();
    } finally {
      replace(serve);
    }
    expect(served).to.deep.equal(["beo-datastore", ...rules.map(({ name }) => name), waitingRules.name]);
  });
});

describe("the rules on workers", () => {
  const rule = "eb-worker-termination-lifecycle-hook";
  const worker = (options: Record<string, string> = {}, props: Props = {}) =>
    environment(options, undefined, { tier: "Worker", ...props });
  const hook = (refersTo: Resource[], props: Props = {}) =>
    resource(
      "aws:autoscaling/lifecycleHook:LifecycleHook",
      { lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING", heartbeatTimeout: 720, ...props },
      { autoscalingGroupName: refersTo },
    );

  it("want a hook of the worker's own group, for terminating instances", () => {
    const [one, other] = [worker(), worker()];
    const missing = "no LifecycleHook keeps its instances; expected one.";
    const summarize = (resources: Resource[], stack = "prod") =>
      run(rule, resources, {}, stack).map((message) => message.split(". ")[0]);
    expect(summarize([one, hook([one])])).to.deep.equal([]);
    expect(summarize([one, other, hook([one])])).to.deep.equal([missing.slice(0, -1)]);
    expect(
      summarize([one, hook([one], { lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" })]),
    ).to.deep.equal([missing.slice(0, -1)]);
    // By name, once the group exists; before that it is not known.
    const group = { autoscalingGroups: ["awseb-group"] };
    expect(summarize([worker({}, group), hook([], { autoscalingGroupName: "awseb-group" })])).to.deep.equal(
      [],
    );
    expect(summarize([worker({}, group), hook([], { autoscalingGroupName: "other" })])).to.have.length(1);
    expect(summarize([worker({}, { autoscalingGroups: unknown }), hook([])])).to.have.length(1);
    expect(summarize([one], "dev")).to.deep.equal([]);
    expect(summarize([environment({}, undefined, { tier: "WebServer" })])).to.deep.equal([]);
  });

  it("want the hook to wait for the longest task", () => {
    const found = (limit: Record<string, string>, heartbeatTimeout: number | undefined) => {
      const one = worker(limit);
      return run(rule, [one, hook([one], { heartbeatTimeout })]).map((text) => text.replace(/ of r\d+/, ""));
    };
    expect(found({}, 600)).to.deep.equal([]);
    expect(found({}, 599)[0]).to.include("heartbeatTimeout is 599; expected 600 or more.");
    expect(found({ TASK_TIME_LIMIT: "900" }, 900)).to.deep.equal([]);
    expect(found({ TASK_TIME_LIMIT: "900" }, 720)[0]).to.include("expected 900 or more.");
    expect(found({ TASK_TIME_LIMIT: "3600" }, undefined)).to.deep.equal([]);
  });

  it("want a visibility timeout in which prefetched tasks end", () => {
    const queue = (visibilityTimeoutSeconds?: number) =>
      resource("aws:sqs/queue:Queue", { redrivePolicy: "{}", visibilityTimeoutSeconds });
    const found = (resources: Resource[], config = {}) =>
      run("sqs-visibility-timeout-check", resources, config);
    expect(found([queue(2400), worker()])).to.deep.equal([]);
    expect(found([queue(2399), worker()])[0]).to.include("is 2399; expected 2400 or more.");
    expect(found([queue()])[0]).to.include("is 30; expected 2400 or more.");
    expect(found([queue(3599), worker({ TASK_TIME_LIMIT: "900" })])[0]).to.include("expected 3600 or more.");
    expect(found([queue(3600), worker({ TASK_TIME_LIMIT: "900" })])).to.deep.equal([]);
    expect(found([queue(60), worker()], { minimumSeconds: 60 })).to.deep.equal([]);
    // A dead-letter queue, before and after AWS has it.
    for (const redrivePolicy of [undefined, ""]) {
      const props = redrivePolicy === undefined ? {} : { redrivePolicy, visibilityTimeoutSeconds: 30 };
      expect(found([resource("aws:sqs/queue:Queue", props), worker()])).to.deep.equal([]);
    }
  });
});

describe("the conditions of rules", () => {
  it("accept the accounts of the setting, but neither others nor everyone", () => {
    const trust = (...AWS: string[]) =>
      resource("aws:iam/role:Role", {
        assumeRolePolicy: JSON.stringify({
          Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS } }],
        }),
      });
    const count = (...principals: string[]) =>
      run("iam-role-trust-restricted", [trust(...principals)], { accounts: ["111111111111"] }).length;
    expect(count("arn:aws:iam::111111111111:root", "111111111111")).to.equal(0);
    expect(count("arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root")).to.equal(1);
    expect(count("*")).to.equal(1);
    expect(run("iam-role-trust-restricted", [trust("*")], { accounts: ["*"] })).to.have.length(1);
  });

  it("report a queue for everyone as such, not for what services may do", () => {
    const queue = (Principal: unknown) =>
      resource("aws:sqs/queuePolicy:QueuePolicy", {
        policy: { Statement: [{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: "*" }] },
      });
    const count = (Principal: unknown) =>
      ["sqs-queue-no-public-access", "resource-policy-services-restricted"].map(
        (name) => run(name, [queue(Principal)]).length,
      );
    expect(count("*")).to.deep.equal([1, 0]);
    expect(count({ Service: "sns.amazonaws.com" })).to.deep.equal([0, 1]);
  });

  it("tell HTTP to viewers from HTTP to the origin", () => {
    const distribution = (viewerProtocolPolicy: string, originProtocolPolicy: string) =>
      resource("aws:cloudfront/distribution:Distribution", {
        defaultCacheBehavior: { viewerProtocolPolicy },
        origins: [{ customOriginConfig: { originProtocolPolicy } }],
      });
    const count = (viewer: string, origin: string) =>
      ["cloudfront-viewer-policy-https", "cloudfront-traffic-to-origin-encrypted"].map(
        (name) => run(name, [distribution(viewer, origin)]).length,
      );
    expect(count("allow-all", "https-only")).to.deep.equal([1, 0]);
    expect(count("allow-all", "match-viewer")).to.deep.equal([1, 1]);
    expect(count("https-only", "match-viewer")).to.deep.equal([0, 0]);
    expect(count("https-only", "http-only")).to.deep.equal([0, 1]);
  });

  it("take inline settings for companions, but no empty ones", () => {
    const bucket = "aws:s3/bucket:Bucket";
    expect(run("s3-bucket-policy-configured", [resource(bucket, { policy: "{}" })])).to.deep.equal([]);
    expect(run("s3-bucket-policy-configured", [resource(bucket, { policy: "" })])).to.have.length(1);
    const versions = (versionings: unknown[]) =>
      run("s3-bucket-versioning-configured", [resource(bucket, { versionings })], { dataBuckets: "^r" });
    expect(versions([])).to.have.length(1);
    expect(versions([{ enabled: true }])).to.deep.equal([]);
    expect(
      run("s3-bucket-versioning-configured", [resource(bucket)], { dataBuckets: "^media" }),
    ).to.deep.equal([]);
    expect(run("s3-bucket-encryption-configured", [resource(bucket)])[0]).to.match(
      /^no BucketServerSideEncryptionConfiguration refers to it; expected one\./,
    );
  });

  it("know dead-letter queues by who refers to them, and a redrive policy by its reference", () => {
    const type = "aws:sqs/queue:Queue";
    const rule = "sqs-dead-letter-queue-configured";
    const [dead, other] = [resource(type), resource(type)];
    const source = resource(type, { redrivePolicy: unknown }, { redrivePolicy: [dead] });
    const allow = resource("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", {}, { queueUrl: [other] });
    expect(run(rule, [dead, source])).to.deep.equal([]);
    expect(run(rule, [other, allow])).to.deep.equal([]);
    expect(run(rule, [dead, other])).to.have.length(2);
    // Unknown without a reference is what the provider computes.
    expect(run(rule, [resource(type, { redrivePolicy: unknown })])).to.have.length(1);
  });

  it("name ports and protocols", () => {
    const describe = (protocol: string | undefined, fromPort: number, toPort: number) =>
      run("vpc-sg-restricted-common-ports", [
        resource("aws:ec2/securityGroup:SecurityGroup", {
          ingress: [{ protocol, fromPort, toPort, cidrBlocks: ["0.0.0.0/0"] }],
        }),
      ])[0]?.split(";")[0];
    expect(describe("tcp", 22, 22)).to.equal("TCP port 22 is open to all addresses");
    expect(describe("17", 20, 25)).to.equal("UDP ports 20-25 are open to all addresses");
    expect(describe("-1", 0, 0)).to.equal("all ports 0-65535 are open to all addresses");
    expect(describe(undefined, 0, 0)).to.equal("all ports 0-65535 are open to all addresses");
  });

  it("print texts and booleans as their authors write them", () => {
    const message = (multiAz: unknown) =>
      run("rds-multi-az-support", [database({ multiAz })])[0]?.split(";")[0];
    expect(message("false")).to.equal("multiAz is false");
    expect(message("off")).to.equal('multiAz is "off"');
    expect(message(null)).to.equal("multiAz is null");
    expect(message([])).to.equal("multiAz is a list");
    expect(message({})).to.equal("multiAz is an object");
    const [isTrue] = run("rds-instance-public-access-check", [database({ publiclyAccessible: "true" })]);
    expect(isTrue).to.match(/^publiclyAccessible is true;/);
  });

  it("take null for what is not set", () => {
    const instance = resource("aws:ec2/instance:Instance", { metadataOptions: null });
    expect(run("ec2-imdsv2-check", [instance])[0]).to.match(/^metadataOptions\.httpTokens is not set;/);
  });
});

describe("rules that wait", () => {
  const undecidedOf = (props: Props) => {
    const undecided: UndecidedRule[] = [];
    runRules(rules, [database(props)], "prod", getDefaultConfig, undecided);
    return undecided.map(({ rule }) => rule.name);
  };

  it("are those that only an unknown value decides", () => {
    expect(undecidedOf({ multiAz: true })).to.deep.equal([]);
    expect(undecidedOf({ multiAz: unknown })).to.include("rds-multi-az-support");
    expect(undecidedOf({ skipFinalSnapshot: true, finalSnapshotIdentifier: unknown })).not.to.include(
      "rds-final-snapshot-enabled",
    );
    const undecided: UndecidedRule[] = [];
    const cookies = environment({ SESSION_COOKIE_SECURE: unknown, CSRF_COOKIE_SECURE: "0" });
    const violations = runRules(rules, [cookies], "prod", getDefaultConfig, undecided);
    expect(violations.map(({ rule }) => rule.name)).to.include("app-secure-cookies");
    expect(undecided.map(({ rule }) => rule.name)).not.to.include("app-secure-cookies");
  });

  it("are counted and named by the pack's last policy", () => {
    const messages: string[] = [];
    const report = (message: string) => messages.push(message);
    const validate = () => {
      (waitingRules.validateStack as (args: unknown, report: (message: string) => void) => void)({}, report);
    };
    validate();
    expect(messages).to.deep.equal([]);
    for (const name of ["rds-multi-az-support", "rds-storage-encrypted"]) {
      const policy = toPolicy(rules.find((rule) => rule.name === name)!) as unknown as {
        validateResource: (args: object, report: (message: string) => void) => void;
      };
      policy.validateResource(
        {
          ...database({ multiAz: unknown, storageEncrypted: unknown }),
          opts: { protect: false },
          getConfig: () => getDefaultConfig(rules[0]!),
        },
        report,
      );
    }
    validate();
    expect(messages).to.deep.equal([
      "2 rules can only be checked during the update: rds-multi-az-support, rds-storage-encrypted.",
    ]);
  });

  it("do not hide other errors", () => {
    const fail = () => {
      throw new TypeError("broken");
    };
    expect(() => find<unknown>([fail], () => true)).to.throw(TypeError);
    expect(() => find<unknown>([fail, () => 1], () => true)).to.throw(TypeError);
    expect(() => unlessUnknown<unknown, number>(fail, 1)).to.throw(TypeError);
    const [first] = flatMap([() => unknownCheckingProxy({ a: unknown }).a], () => [() => 1]);
    expect(() => find([first!], () => true)).to.throw(UnknownValueError);
    expect(find([first!, () => 2], (value) => value === 2)).to.equal(2);
  });
});
