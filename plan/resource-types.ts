import {
  type CostItem,
  createHourlyItem,
  createMonthlyItem,
  createStorageItem,
  getPrice,
} from "./cost/cost-item";
import { getOption } from "./application-environments";
import type { PropertyValue } from "./values";

type Inputs = Record<string, PropertyValue>;

/** How the plan, its cost estimate and adoption treat a type of resource. */
export interface ResourceType {
  /** What people call it; only for types that people also create by hand. */
  label?: string;
  /** Whether the plan lists its resources of a fixed name at a glance. */
  isMain?: true;
  /** The input that holds its physical name. */
  nameInput?: string;
  /** Returns what is worth showing beside the physical name. Empty strings are left out. */
  summarize?: (inputs: Inputs) => string[];
  /**
   * Returns the monthly costs that do not depend on use.
   *
   * @param average How much of it runs on average, where schedules change that.
   */
  estimateCost?: (inputs: Inputs, region: string, average?: number) => CostItem[];
}

const text = (value: PropertyValue | undefined) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const when = (value: PropertyValue | undefined, label: string) => (value === true ? label : "");

const comparisons: Record<string, string> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

/** Every type of resource that is more than a name in the plan. */
export const resourceTypes: Record<string, ResourceType> = {
  "aws:rds/instance:Instance": {
    label: "RDS instance",
    isMain: true,
    nameInput: "identifier",
    summarize: (db) => [
      text(db.instanceClass),
      `PostgreSQL ${text(db.engineVersion)}`,
      `${text(db.allocatedStorage)}–${text(db.maxAllocatedStorage)} GiB`,
      db.storageType === "gp3" ? "" : text(db.storageType),
      db.iops === undefined ? "" : `${text(db.iops)} IOPS`,
      when(db.multiAz, "Multi-AZ"),
      `${text(db.backupRetentionPeriod)} days of backups`,
    ],
    estimateCost: estimateDatabaseCost,
  },
  "aws:elasticbeanstalk/environment:Environment": {
    label: "EB environment",
    isMain: true,
    nameInput: "name",
    summarize: (environment) => [
      text(getOption(environment, "aws:ec2:instances", "InstanceTypes")),
      formatSize(environment),
      text(getOption(environment, "aws:elasticbeanstalk:command", "DeploymentPolicy")),
    ],
    estimateCost: estimateEnvironmentCost,
  },
  "aws:elasticbeanstalk/application:Application": {
    label: "EB application",
    isMain: true,
    nameInput: "name",
  },
  "aws:elasticbeanstalk/applicationVersion:ApplicationVersion": { nameInput: "name" },
  "aws:s3/bucket:Bucket": {
    label: "bucket",
    isMain: true,
    nameInput: "bucket",
    summarize: ({ forceDestroy, region }) => [text(region), when(forceDestroy, "deleted with its contents")],
  },
  "aws:sqs/queue:Queue": {
    label: "SQS queue",
    isMain: true,
    nameInput: "name",
    summarize: ({ visibilityTimeoutSeconds }) => [
      visibilityTimeoutSeconds === undefined ? "" : `visibility timeout ${text(visibilityTimeoutSeconds)} s`,
    ],
  },
  "aws:iam/user:User": { label: "IAM user", isMain: true, nameInput: "name" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { summarize: ({ policyArn }) => [text(policyArn)] },
  "aws:ssm/parameter:Parameter": { nameInput: "name", summarize: ({ type }) => [text(type)] },
  "aws:ssm/document:Document": { nameInput: "name", summarize: ({ documentType }) => [text(documentType)] },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    summarize: (rule) => [`${formatPorts(rule)} from ${formatPeer(rule)}`],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    summarize: (rule) => [`${formatPorts(rule)} to ${formatPeer(rule)}`],
  },
  "aws:ec2/vpc:Vpc": { summarize: ({ cidrBlock }) => [text(cidrBlock)] },
  "aws:ec2/subnet:Subnet": { summarize: ({ cidrBlock }) => [text(cidrBlock)] },
  "aws:ec2/route:Route": {
    summarize: ({ destinationCidrBlock, natGatewayId }) => [
      `${text(destinationCidrBlock)} through the ${natGatewayId === undefined ? "internet" : "NAT"} gateway`,
    ],
  },
  "aws:ec2/natGateway:NatGateway": {
    estimateCost: ({ tags }, region) => [
      createHourlyItem(getNameTag(tags), 1, getPrice("natGatewayHour", region)),
    ],
  },
  "aws:ec2/eip:Eip": {
    estimateCost: ({ tags }, region) => [
      createHourlyItem(`${getNameTag(tags)}, public address`, 1, getPrice("publicAddressHour", region)),
    ],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    summarize: ({ vpcEndpointType, serviceName }) => [text(vpcEndpointType), text(serviceName)],
    // Gateway endpoints are free. An interface endpoint is paid in each of its zones.
    estimateCost: ({ serviceName, subnetIds }, region) => [
      createHourlyItem(
        `endpoint ${text(serviceName)}`,
        Array.isArray(subnetIds) ? subnetIds.length : 0,
        getPrice("interfaceEndpointHour", region),
      ),
    ],
  },
  "aws:ec2/flowLog:FlowLog": { summarize: ({ trafficType }) => [text(trafficType)] },
  "aws:cloudwatch/logGroup:LogGroup": {
    label: "log group",
    nameInput: "name",
    summarize: ({ retentionInDays }) => [`${text(retentionInDays)} days`],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    summarize: ({ metricName, comparisonOperator, metricQueries, threshold }) => [
      `${text(metricName) || getLabel(metricQueries)} ${comparisons[text(comparisonOperator)] ?? "?"} ${text(threshold)}`.trim(),
    ],
  },
  "aws:sesv2/emailIdentity:EmailIdentity": {
    label: "SES identity",
    nameInput: "emailIdentity",
    summarize: ({ region }) => [text(region)],
  },
  "aws:cloudfront/distribution:Distribution": {
    nameInput: "comment",
    summarize: ({ origins }) => getOrigins(origins),
  },
  "aws:acm/certificate:Certificate": { nameInput: "domainName" },
  "aws:route53/record:Record": {
    label: "DNS record",
    nameInput: "name",
    summarize: ({ type }) => [text(type)],
  },
  "aws:lb/listener:Listener": { summarize: ({ protocol, port }) => [`${text(protocol)} ${text(port)}`] },
  "aws:route53/healthCheck:HealthCheck": {
    nameInput: "fqdn",
    summarize: ({ resourcePath }) => [text(resourcePath)],
    estimateCost: ({ fqdn }, region) => [
      createMonthlyItem(`health check of ${text(fqdn)}`, 1, getPrice("healthCheckMonth", region)),
    ],
  },
  "aws:kms/key:Key": {
    summarize: ({ description }) => [text(description)],
    estimateCost: (key, region) => [
      createMonthlyItem(
        key.region === undefined ? "key of the database" : "key of its replicated backups",
        1,
        getPrice("kmsKeyMonth", region),
      ),
    ],
  },
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
    summarize: ({ region, retentionPeriod }) => [text(region), `${text(retentionPeriod)} days`],
  },
  "aws:backup/vault:Vault": { summarize: ({ region }) => [text(region)] },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
    summarize: ({ minRetentionDays, maxRetentionDays, changeableForDays }) => [
      `${text(minRetentionDays)}–${text(maxRetentionDays)} days`,
      changeableForDays === undefined ? "" : `final after ${text(changeableForDays)} days`,
    ],
  },
  "aws:kms/alias:Alias": { summarize: ({ namePrefix }) => [`${text(namePrefix)}…`] },
  "aws:rds/eventSubscription:EventSubscription": {
    nameInput: "name",
    summarize: ({ eventCategories }) => [
      Array.isArray(eventCategories) ? `${eventCategories.length} categories` : "",
    ],
  },
  "aws:cloudwatch/eventRule:EventRule": { nameInput: "name" },
  "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": { nameInput: "name" },
  "aws:scheduler/schedule:Schedule": {
    nameInput: "name",
    summarize: ({ scheduleExpression }) => [text(scheduleExpression), "UTC"],
  },
  "aws:budgets/budget:Budget": {
    nameInput: "name",
    summarize: ({ limitAmount }) => [`${text(limitAmount)} USD a month`],
  },
  "aws:cloudwatch/queryDefinition:QueryDefinition": { nameInput: "name" },
  "aws:sns/topicSubscription:TopicSubscription": {
    summarize: ({ endpoint, region }) => [text(endpoint), text(region)],
  },
  "aws:wafv2/webAcl:WebAcl": {
    estimateCost: ({ rules }, region) => [
      createMonthlyItem("web ACL", 1, getPrice("webAclMonth", region)),
      createMonthlyItem(
        "web ACL, rules",
        Array.isArray(rules) ? rules.length : 0,
        getPrice("webAclRuleMonth", region),
      ),
    ],
  },
  "aws:wafv2/ipSet:IpSet": {
    summarize: ({ addresses }) => (Array.isArray(addresses) ? addresses.map(text) : []),
  },
};

/** The servers behind a distribution. */
function getOrigins(origins: PropertyValue | undefined): string[] {
  return (Array.isArray(origins) ? origins : []).map((origin) =>
    typeof origin === "object" && origin !== null && "domainName" in origin ? text(origin.domainName) : "",
  );
}

/** The name that the console shows. */
function getNameTag(tags: PropertyValue | undefined): string {
  return typeof tags === "object" && tags !== null && !Array.isArray(tags) ? text(tags.Name) : "";
}

/** What an alarm's expression calculates. */
function getLabel(queries: PropertyValue | undefined): string {
  const [first] = Array.isArray(queries) ? queries : [];
  return typeof first === "object" && first !== null && !Array.isArray(first) ? text(first.label) : "";
}

/** Returns the inputs of a resource that are worth showing, the physical name first. */
export function summarize(type: string, inputs: Inputs): string[] {
  const { nameInput = "", summarize: getDetails } = resourceTypes[type] ?? {};
  return [text(inputs[nameInput]), ...(getDetails?.(inputs) ?? [])].filter((part) => part !== "");
}

/** The last segment of a type: "Instance" of "aws:rds/instance:Instance". */
export function getShortType(type: string): string {
  return type.replace(/^.*:/, "");
}

function formatPorts({ ipProtocol, fromPort, toPort }: Inputs): string {
  return ipProtocol === "-1"
    ? "all"
    : `${text(ipProtocol)} ${text(fromPort)}${toPort === fromPort ? "" : `–${text(toPort)}`}`;
}

function formatPeer({ cidrIpv4, cidrIpv6, referencedSecurityGroupId, prefixListId }: Inputs): string {
  if (prefixListId !== undefined) {
    return "one prefix list";
  }
  return referencedSecurityGroupId === undefined ? text(cidrIpv4 ?? cidrIpv6) : "one security group";
}

function formatSize(environment: Inputs): string {
  const getSize = (name: string) => text(getOption(environment, "aws:autoscaling:asg", name));
  const [minimum, maximum] = [getSize("MinSize"), getSize("MaxSize")];
  const count = minimum === maximum ? minimum : `${minimum}–${maximum}`;
  return minimum === "" ? "single instance" : `${count} instance${count === "1" ? "" : "s"}`;
}

function estimateDatabaseCost(db: Inputs, region: string, average?: number): CostItem[] {
  // A standby costs the same as the instance:
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
  const count = db.multiAz === true ? 2 : 1;
  const name = text(db.instanceClass);
  const insights = db.databaseInsightsMode === "advanced" ? count : 0;
  return [
    createHourlyItem(`database, ${name}`, count, getPrice(name, region), average),
    ...createVolumeItems("database, storage", count, Number(db.allocatedStorage), region, {
      type: text(db.storageType),
      price: "databaseStorageGiBMonth",
      iops: Number(db.iops ?? 0),
      throughput: Number(db.storageThroughput ?? 0),
      // RDS User Guide, "gp3 storage": with 400 GiB or more, below which neither can be set.
      included: { iops: 12_000, throughput: 500 },
    }),
    createHourlyItem(
      "database, advanced Database Insights",
      insights,
      getPrice("databaseInsights", region),
      average,
    ),
  ];
}

/** What a volume has beyond its size. */
interface VolumePerformance {
  type: string;
  /** The price of a GiB of gp3. */
  price: string;
  iops: number;
  throughput: number;
  /** What a gp3 volume has without a charge. */
  included: { iops: number; throughput: number };
}

/** The cost of volumes. Other types than gp3, and what exceeds gp3's performance, have prices of their own. */
function createVolumeItems(
  name: string,
  count: number,
  size: number,
  region: string,
  { type, price, iops, throughput, included }: VolumePerformance,
): CostItem[] {
  const isGp3 = type === "gp3";
  const [label, prefix] = isGp3 ? [name, price] : [`${name} (${type})`, `${price}.${type}`];
  const extra = (given: number, free: number) => Math.round(count * Math.max(given - (isGp3 ? free : 0), 0));
  return [
    createStorageItem(label, Math.round(count * size * 100) / 100, getPrice(prefix, region)),
    createMonthlyItem(`${label}, IOPS`, extra(iops, included.iops), getPrice(`${prefix}.iops`, region)),
    createMonthlyItem(
      `${label}, MiB per second`,
      extra(throughput, included.throughput),
      getPrice(`${prefix}.throughput`, region),
    ),
  ];
}

function estimateEnvironmentCost(inputs: Inputs, region: string, average?: number): CostItem[] {
  const getText = (namespace: string, name: string) => text(getOption(inputs, namespace, name));
  const name = text(inputs.name);
  const [type = ""] = getText("aws:ec2:instances", "InstanceTypes").split(",");
  const minimum = Number(getText("aws:autoscaling:asg", "MinSize") || 1);
  // With schedules, one instance for the sum of the hours of all.
  const [count, uptime] = average === undefined ? [minimum, 1] : [1, average];
  const getVolume = (option: string) => getText("aws:autoscaling:launchconfiguration", `RootVolume${option}`);
  const loadBalancers = getText("aws:elasticbeanstalk:environment", "LoadBalancerType") === "" ? 0 : 1;
  // A single instance has an Elastic IP address, which is paid for without an instance too.
  const isSingle = getText("aws:elasticbeanstalk:environment", "EnvironmentType") === "SingleInstance";
  const hasAddress = getText("aws:ec2:vpc", "AssociatePublicIpAddress") === "true";
  const instances = average === undefined || isSingle ? count : Math.round(average * 100) / 100;
  // A public load balancer has an address in each of at least two Availability Zones.
  const publicLoadBalancers = getText("aws:ec2:vpc", "ELBScheme") === "internal" ? 0 : loadBalancers;
  const addresses = (hasAddress ? instances : 0) + 2 * publicLoadBalancers;
  return [
    createHourlyItem(`${name}, ${type}`, count, getPrice(type, region), uptime),
    ...createVolumeItems(`${name}, volumes`, count * uptime, Number(getVolume("Size")), region, {
      type: getVolume("Type"),
      price: "volumeGiBMonth",
      iops: Number(getVolume("IOPS")),
      throughput: Number(getVolume("Throughput")),
      // EBS User Guide, "General Purpose SSD volumes".
      included: { iops: 3000, throughput: 125 },
    }),
    createHourlyItem(`${name}, public addresses`, addresses, getPrice("publicAddressHour", region)),
    createHourlyItem(`${name}, load balancer`, loadBalancers, getPrice("loadBalancerHour", region)),
    createHourlyItem(
      `${name}, capacity unit`,
      loadBalancers,
      getPrice("loadBalancerCapacityUnitHour", region),
    ),
  ];
}
