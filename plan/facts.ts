import { Wire } from "./wire";

type Inputs = Record<string, Wire>;

const say = (value: Wire | undefined) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const when = (value: Wire | undefined, text: string) => (value === true ? text : "");
const ports = ({ ipProtocol, fromPort, toPort }: Inputs) =>
  ipProtocol === "-1"
    ? "all"
    : `${say(ipProtocol)} ${say(fromPort)}${toPort === fromPort ? "" : `–${say(toPort)}`}`;
const peer = ({ cidrIpv4, referencedSecurityGroupId }: Inputs) =>
  referencedSecurityGroupId === undefined ? say(cidrIpv4) : "one security group";

const comparisons: Record<string, string> = {
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

/** What is worth knowing of a resource at a glance, by type. */
const facts: Record<string, (inputs: Inputs) => string[]> = {
  "aws:rds/instance:Instance": (db) => [
    say(db.identifier),
    say(db.instanceClass),
    `PostgreSQL ${say(db.engineVersion)}`,
    `${say(db.allocatedStorage)}–${say(db.maxAllocatedStorage)} GiB`,
    when(db.multiAz, "Multi-AZ"),
    `${say(db.backupRetentionPeriod)} days of backups`,
  ],
  "aws:elasticbeanstalk/environment:Environment": (environment) => [
    say(environment.name),
    option(environment, "aws:ec2:instances", "InstanceTypes"),
    sizeOf(environment),
    option(environment, "aws:elasticbeanstalk:command", "DeploymentPolicy"),
  ],
  "aws:elasticbeanstalk/application:Application": ({ name }) => [say(name)],
  "aws:elasticbeanstalk/applicationVersion:ApplicationVersion": ({ name }) => [say(name)],
  "aws:s3/bucket:Bucket": ({ bucket, forceDestroy }) => [
    say(bucket),
    when(forceDestroy, "deleted with its contents"),
  ],
  "aws:sqs/queue:Queue": ({ name, visibilityTimeoutSeconds }) => [
    say(name),
    visibilityTimeoutSeconds === undefined ? "" : `visibility timeout ${say(visibilityTimeoutSeconds)} s`,
  ],
  "aws:iam/user:User": ({ name }) => [say(name)],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ policyArn }) => [say(policyArn)],
  "aws:ssm/parameter:Parameter": ({ name, type }) => [say(name), say(type)],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (rule) => [
    `${ports(rule)} from ${peer(rule)}`,
  ],
  "aws:cloudwatch/logGroup:LogGroup": ({ name, retentionInDays }) => [
    say(name),
    `${say(retentionInDays)} days`,
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ metricName, comparisonOperator, threshold }) => [
    `${say(metricName)} ${comparisons[say(comparisonOperator)] ?? "?"} ${say(threshold)}`.trim(),
  ],
  "aws:sesv2/emailIdentity:EmailIdentity": ({ emailIdentity, region }) => [say(emailIdentity), say(region)],
  "aws:acm/certificate:Certificate": ({ domainName }) => [say(domainName)],
  "aws:route53/record:Record": ({ name, type }) => [say(name), say(type)],
  "aws:lb/listener:Listener": ({ protocol, port }) => [`${say(protocol)} ${say(port)}`],
  "aws:sns/topicSubscription:TopicSubscription": ({ endpoint }) => [say(endpoint)],
};

/** The facts of a resource, in one line. */
export function factsOf(type: string, inputs: Inputs): string {
  return (facts[type]?.(inputs) ?? []).filter((fact) => fact !== "").join(", ");
}

function option({ settings }: Inputs, namespace: string, name: string): string {
  const all = (settings ?? []) as { namespace: string; name: string; value: Wire }[];
  return say(all.find((setting) => setting.namespace === namespace && setting.name === name)?.value);
}

function sizeOf(environment: Inputs): string {
  const [least, most] = ["MinSize", "MaxSize"].map((name) =>
    option(environment, "aws:autoscaling:asg", name),
  );
  const count = least === most ? least : `${least ?? ""}–${most ?? ""}`;
  return least === "" ? "single instance" : `${count ?? ""} instance${count === "1" ? "" : "s"}`;
}
