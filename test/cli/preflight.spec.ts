import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { byType } from "../../cli/preflight/actions.json";
import { type Context, toText } from "../../cli/preflight/context";
import { getChecks } from "../../cli/preflight/preflight";
import { checkSharedQuotas } from "../../cli/preflight/quotas";
import { getActions } from "../../cli/preflight/rights";
import { formatReport, getExitCode, type Level, type Report, runChecks } from "../../cli/report";
import { planStack, type PlannedResource } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";
import { fixtures } from "../support/stacks";

const account = "123456789012";
const role = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AdministratorAccess";
const zones = ["us-west-1a", "us-west-1c"];
const nameServers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net."];
const zone = { Id: "/hostedzone/Z1", Name: "example.com.", Config: { PrivateZone: false } };

const httpError = (httpStatusCode: number) =>
  Object.assign(new Error("UnknownError"), { name: "Unknown", $metadata: { httpStatusCode } });
const throwing = (error: Error) => () => {
  throw error;
};

/** Answers of Service Quotas: 32, and what an application of Elastic Beanstalk needs of versions. */
const quotas =
  (values: Record<string, number>): Responses[string] =>
  ({ QuotaCode }) => ({
    Quota: { Value: values[QuotaCode as string] ?? (QuotaCode === "L-D64F1F14" ? 1000 : 32) },
  });

/** The quotas of RDS as a new account has them, and what is used of some. */
const databaseQuotas = (used: Record<string, number>) =>
  Object.entries({
    ...{ DBInstances: 40, AllocatedStorage: 100_000, DBParameterGroups: 50 },
    ...{ DBSubnetGroups: 50, EventSubscriptions: 20 },
  }).map(([AccountQuotaName, Max]) => ({ AccountQuotaName, Max, Used: used[AccountQuotaName] ?? 1 }));

/** An account in which everything of the stack is free, and everything that it needs is there. */
const suitable: Responses = {
  DescribeRegions: () => ({ Regions: [{ RegionName: "us-west-1", OptInStatus: "opt-in-not-required" }] }),
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedBackups.Replicating.Describe.html
  DescribeSourceRegions: () => ({
    SourceRegions: [
      { RegionName: "us-west-1", SupportsDBInstanceAutomatedBackupsReplication: true, Status: "available" },
    ],
  }),
  DescribeAvailabilityZones: () => ({ AvailabilityZones: zones.map((ZoneName) => ({ ZoneName })) }),
  DescribeFlowLogs: () => ({ FlowLogs: [] }),
  DescribeInternetGateways: () => ({ InternetGateways: [] }),
  DescribeNatGateways: () => ({ NatGateways: [] }),
  DescribeRouteTables: () => ({ RouteTables: [] }),
  DescribeVpcEndpoints: () => ({ VpcEndpoints: [] }),
  DescribeVpcs: () => ({ Vpcs: [{ VpcId: "vpc-1", IsDefault: true, CidrBlock: "172.31.0.0/16" }] }),
  DescribeSubnets: ({ Filters }) => {
    // EC2 needs a value for each filter: an account without NAT gateways has none to ask for.
    for (const { Name, Values } of Filters as { Name: string; Values: string[] }[]) {
      expect(Values, Name).to.have.length.greaterThan(0);
    }
    return {
      Subnets: zones.map((AvailabilityZone) => ({
        SubnetId: `subnet-${AvailabilityZone}`,
        AvailabilityZone,
      })),
    };
  },
  DescribeInstanceTypeOfferings: ({ Filters }) => ({
    InstanceTypeOfferings: (Filters as { Name: string; Values: string[] }[])
      .filter(({ Name }) => Name === "instance-type")
      .flatMap(({ Values }) =>
        Values.flatMap((InstanceType) => zones.map((Location) => ({ InstanceType, Location }))),
      ),
  }),
  DescribeOrderableDBInstanceOptions: () => ({
    OrderableDBInstanceOptions: [
      { EngineVersion: "17.6", AvailabilityZones: zones.map((Name) => ({ Name })) },
    ],
  }),
  ListHostedZones: () => ({ HostedZones: [zone], IsTruncated: false }),
  GetHostedZone: () => ({ DelegationSet: { NameServers: nameServers } }),
  ListResourceRecordSets: () => ({ ResourceRecordSets: [] }),
  CheckDNSAvailability: () => ({
    Available: true,
    FullyQualifiedCNAME: "beo-datastore-prod.us-west-1.elasticbeanstalk.com",
  }),
  HeadBucket: throwing(httpError(404)),
  DescribeEnvironments: () => ({ Environments: [] }),
  DescribeDBInstances: throwing(awsError("DBInstanceNotFoundFault")),
  DescribeDBSnapshots: () => ({ DBSnapshots: [] }),
  DescribeDBInstanceAutomatedBackups: () => ({ DBInstanceAutomatedBackups: [] }),
  DescribeDBSubnetGroups: () => ({ DBSubnetGroups: [] }),
  DescribeDBParameterGroups: () => ({ DBParameterGroups: [] }),
  ListBuckets: () => ({ Buckets: [] }),
  ListKeys: () => ({ Keys: [] }),
  ListAliases: () => ({ Aliases: [] }),
  GetQueueUrl: throwing(awsError("QueueDoesNotExist")),
  ListUsers: () => ({ Users: [] }),
  ListRoles: () => ({ Roles: [] }),
  ListInstanceProfiles: () => ({ InstanceProfiles: [] }),
  DescribeSecurityGroups: () => ({ SecurityGroups: [] }),
  DescribeParameters: () => ({ Parameters: [] }),
  DescribeAlarms: () => ({ MetricAlarms: [] }),
  ListDashboards: () => ({ DashboardEntries: [] }),
  DescribeLogGroups: () => ({ logGroups: [] }),
  DescribeQueryDefinitions: () => ({ queryDefinitions: [] }),
  DescribeDocument: throwing(awsError("InvalidDocument")),
  GetCallerIdentity: () => ({ Account: "123456789012" }),

  ListTopics: () => ({ Topics: [] }),
  DescribeRule: throwing(awsError("ResourceNotFoundException")),
  DescribeEventSubscriptions: throwing(awsError("SubscriptionNotFound")),
  ListHealthChecks: () => ({ HealthChecks: [] }),
  GetEmailIdentity: throwing(awsError("NotFoundException")),
  GetConfigurationSet: throwing(awsError("NotFoundException")),
  DescribeApplications: () => ({ Applications: [] }),
  DescribeApplicationVersions: () => ({ ApplicationVersions: [] }),
  ListCertificates: () => ({ CertificateSummaryList: [] }),
  GetAccount: () => ({ ProductionAccessEnabled: true }),
  DescribeInstances: () => ({ Reservations: [] }),
  DescribeInstanceTypes: ({ InstanceTypes }) => ({
    InstanceTypes: (InstanceTypes as string[]).map((InstanceType) => ({
      InstanceType,
      VCpuInfo: { DefaultVCpus: 2 },
    })),
  }),
  GetServiceQuota: quotas({}),
  DescribeLoadBalancers: () => ({ LoadBalancers: [] }),
  GetAccountLimit: () => ({ Limit: { Value: 200 }, Count: 0 }),
  ListDistributions: () => ({ DistributionList: { Items: [] } }),
  DescribeAddresses: () => ({ Addresses: [] }),
  DescribeAccountAttributes: () => ({
    AccountQuotas: databaseQuotas({}),
  }),
  GetAccountSummary: () => ({
    SummaryMap: {
      ...{ Users: 5, UsersQuota: 5000, Roles: 30, RolesQuota: 1000 },
      ...{ InstanceProfiles: 3, InstanceProfilesQuota: 1000 },
    },
  }),
  GetRole: () => ({ Role: { Arn: role } }),
  SimulatePrincipalPolicy: ({ ActionNames }) => ({
    EvaluationResults: (ActionNames as string[]).map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: "allowed",
    })),
  }),
};

let planned: PlannedResource[] = [];
/** The state with these resources. */
const deploy = (resources: PlannedResource[]) =>
  resources.map(({ urn, type, inputs }) => ({ urn, type, id: "1", inputs }));
let config: Record<string, string> = {};

function read(more: Responses = {}, changes: Partial<Context> = {}): Promise<Report> {
  return runChecks(getChecks(createContext({ ...suitable, ...more }, changes)));
}

function createContext(responses: Responses, changes: Partial<Context>): Context {
  return {
    stack: "prod",
    project: "beo-datastore",
    region: "us-west-1",
    config: { ...config, "aws:allowedAccountIds": `["${account}"]` },
    clients: fakeAws(responses),
    planned,
    state: [],
    account,
    principal: `arn:aws:sts::${account}:assumed-role/AdministratorAccess/me`,
    now: new Date("2026-11-26T12:00:00Z"),
    resolveNs: () => Promise.resolve(["NS-2.awsdns-02.net", "ns-1.awsdns-01.com"]),
    ...changes,
  };
}

/** The stack without a VPC of its own. */
const inDefaultVpc = (): Partial<Context> => ({
  planned: planned.filter(({ type }) => !/^aws:ec2\/(vpc|subnet|natGateway|eip):/.test(type)),
  config: {
    ...config,
    "aws:allowedAccountIds": `["${account}"]`,
    "beo-datastore:network": "{}",
  },
});

const dnsError = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const tags = (own: Record<string, string>) => Object.entries(own).map(([Key, Value]) => ({ Key, Value }));
const ownTags = { Project: "beo-datastore", Environment: "prod", ManagedBy: "Pulumi" };
const healthCheckWith = (itsTags: Record<string, string>): Responses => ({
  ListHealthChecks: () => ({
    HealthChecks: [{ Id: "1", HealthCheckConfig: { FullyQualifiedDomainName: "api.beo.example.com" } }],
  }),
  ListTagsForResource: () => ({
    ResourceTagSet: { Tags: tags({ ...itsTags, Name: "api.beo.example.com" }) },
  }),
});

/** What is wrong, and the line that the report must have then, and must not have otherwise. */
const configuredSubnets = [
  { SubnetId: "subnet-a", VpcId: "vpc-1", AvailabilityZone: "us-west-1a" },
  { SubnetId: "subnet-a2", VpcId: "vpc-1", AvailabilityZone: "us-west-1a" },
  { SubnetId: "subnet-b", VpcId: "vpc-1", AvailabilityZone: "us-west-1b" },
  { SubnetId: "subnet-x", VpcId: "vpc-2", AvailabilityZone: "us-west-1b" },
];

const broken: [
  title: string,
  responses: Responses,
  level: Level,
  line: RegExp,
  fix: RegExp,
  changes?: () => Partial<Context>,
][] = [
  [
    "credentials of another account",
    {},
    "error",
    /Account 111122223333, .* The stack is for 123456789012 \(aws:allowedAccountIds\)\. If that is wrong, correct the setting with the last command\. Otherwise: Select its credentials/,
    /^npx pulumi config set --path --type string 'aws:allowedAccountIds\[0\]' 111122223333 --stack prod$/,
    () => ({ account: "111122223333" }),
  ],
  [
    "credentials of a profile of another account",
    {},
    "error",
    /Otherwise: aws:profile is tenantx, and takes precedence over AWS_PROFILE/,
    /^aws sts get-caller-identity --profile tenantx$/,
    () => ({
      account: "111122223333",
      config: { ...config, "aws:profile": "tenantx", "aws:allowedAccountIds": `["${account}"]` },
    }),
  ],
  [
    "a list of accounts without the one that the stack is deployed in",
    {},
    "error",
    /The stack is deployed in it, but aws:allowedAccountIds is 999999999999, so that Pulumi refuses it/,
    /'aws:allowedAccountIds\[0\]' 123456789012 --stack prod$/,
    () => ({
      config: { ...config, "aws:allowedAccountIds": '["999999999999"]' },
      state: [
        {
          urn: "urn:pulumi:prod::p::aws:sqs/queue:Queue::beo-queue-queue",
          type: "aws:sqs/queue:Queue",
          id: "1",
          outputs: { arn: `arn:aws:sqs:us-west-1:${account}:beo-datastore-prod` },
        },
      ],
    }),
  ],
  [
    "a stack that any account may get",
    {},
    "warning",
    /whatever account/,
    /'aws:allowedAccountIds\[0\]' 123456789012 --stack prod$/,
    () => ({ config }),
  ],
  [
    "a region that is not enabled",
    { DescribeRegions: () => ({ Regions: [{ OptInStatus: "not-opted-in" }] }) },
    "error",
    /region us-west-1 is not enabled/,
    /^aws account enable-region --region-name us-west-1$/,
  ],
  [
    "no default VPC",
    { DescribeVpcs: () => ({ Vpcs: [] }) },
    "error",
    /no default VPC in us-west-1/,
    /^aws ec2 create-default-vpc --region us-west-1$/,
    inDefaultVpc,
  ],
  [
    "a stack that could have a VPC of its own",
    { DescribeVpcs: () => ({ Vpcs: [] }) },
    "error",
    /no default VPC in us-west-1/,
    /^npx pulumi config set --path network\.create true -s prod$/,
    inDefaultVpc,
  ],
  [
    "fewer availability zones than subnets",
    { DescribeAvailabilityZones: () => ({ AvailabilityZones: [{ ZoneName: "us-west-1a" }] }) },
    "error",
    /^network\.zones is 2, but the account has 1 availability zones in us-west-1: us-west-1a\.$/,
    /^aws ec2 describe-availability-zones --region us-west-1$/,
  ],
  [
    "two availability zones for subnets in three",
    {},
    "error",
    /^network\.zones is 3, but the account has 2 availability zones in us-west-1: us-west-1a and us-west-1c\.$/,
    /network\.zones 2 -s prod$/,
    () => ({
      planned: planned.flatMap((resource) =>
        resource.name === "beo-vpc-database-2"
          ? [resource, { ...resource, name: "beo-vpc-database-3" }]
          : [resource],
      ),
    }),
  ],
  [
    "another VPC that has the addresses of the stack's own",
    { DescribeVpcs: () => ({ Vpcs: [{ VpcId: "vpc-7", CidrBlock: "10.42.128.0/20" }] }) },
    "warning",
    /It overlaps vpc-7 \(10\.42\.128\.0\/20\)\. VPCs that overlap cannot be connected by peering\. To choose another network before/,
    /network\.cidr <network> -s prod$/,
  ],
  [
    "another VPC to which such addresses were added",
    {
      DescribeVpcs: () => ({
        Vpcs: [
          {
            VpcId: "vpc-7",
            CidrBlock: "172.31.0.0/16",
            CidrBlockAssociationSet: [
              ["172.31.0.0/16", "associated"],
              ["10.42.0.0/24", "associated"],
              ["10.42.1.0/24", "disassociated"],
            ].map(([CidrBlock, State]) => ({ CidrBlock, CidrBlockState: { State } })),
          },
        ],
      }),
    },
    "warning",
    /It overlaps vpc-7 \(10\.42\.0\.0\/24\)\. VPCs that overlap cannot be connected by peering\. To choose another network before/,
    /network\.cidr <network> -s prod$/,
  ],
  [
    "as many VPCs as are allowed",
    {
      DescribeVpcs: () => ({
        Vpcs: ["172.31", "10.1", "10.2"].map((net) => ({ CidrBlock: `${net}.0.0/16` })),
      }),
      GetServiceQuota: quotas({ "L-F678F1CE": 3 }),
    },
    "error",
    /^VPCs: 3 of 3 used, but up to 1 more are needed/,
    /request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 4 /,
  ],
  [
    "a zone with as many NAT gateways as are allowed",
    {
      DescribeNatGateways: () => ({
        NatGateways: [...Array.from({ length: 5 }, () => "subnet-us-west-1a"), "subnet-us-west-1c"].map(
          (SubnetId) => ({
            SubnetId,
            VpcId: "vpc-1",
          }),
        ),
      }),
      GetServiceQuota: quotas({ "L-FE5A380F": 5 }),
    },
    "error",
    /^NAT gateways of a zone: 5 of 5 used, but up to 1 more are needed/,
    /--service-code vpc --quota-code L-FE5A380F --desired-value 6 /,
  ],
  [
    "no Elastic IP address for the NAT gateway",
    {
      DescribeAddresses: () => ({ Addresses: [{}, {}, {}, {}, {}] }),
      GetServiceQuota: quotas({ "L-0263D0A3": 5 }),
    },
    "error",
    /^Elastic IP addresses: 5 of 5 used, but up to 1 more are needed/,
    /--service-code ec2 --quota-code L-0263D0A3 --desired-value 6 /,
  ],
  [
    "a VPC that does not exist",
    { DescribeVpcs: throwing(awsError("InvalidVpcID.NotFound")) },
    "error",
    /network\.vpcId is vpc-9, which does not exist/,
    /^aws ec2 describe-vpcs /,
    () => ({
      ...inDefaultVpc(),
      config: {
        ...config,
        "aws:allowedAccountIds": `["${account}"]`,
        "beo-datastore:network": '{"vpcId":"vpc-9"}',
      },
    }),
  ],
  [
    "subnets in one zone",
    { DescribeSubnets: () => ({ Subnets: [{ AvailabilityZone: "us-west-1a" }] }) },
    "error",
    /default subnets in us-west-1a only/,
    /^aws ec2 create-default-subnet /,
    inDefaultVpc,
  ],
  ...(
    [
      [
        "in another VPC",
        '"instanceSubnetIds":["subnet-a","subnet-x"]',
        /^network\.instanceSubnetIds has subnet-x, which is not in VPC vpc-1\. /,
        /^npx pulumi config set .*'network\.instanceSubnetIds\[1\]' --stack prod <subnet ID>$/,
      ],
      [
        "that do not exist",
        '"databaseSubnetIds":["subnet-a","subnet-9"],"instanceSubnetIds":["subnet-a","subnet-b"]',
        /^network\.databaseSubnetIds has subnet-9, which is not in VPC vpc-1\. /,
        /'network\.databaseSubnetIds\[1\]'/,
      ],
      [
        "in one zone for the database",
        '"databaseSubnetIds":["subnet-a","subnet-a2"],"instanceSubnetIds":["subnet-a","subnet-b"]',
        /^network\.databaseSubnetIds has subnets in us-west-1a only\. RDS needs two /,
        /'network\.databaseSubnetIds\[1\]'/,
      ],
      [
        "in one zone for the load balancer",
        '"databaseSubnetIds":["subnet-a","subnet-b"],"instanceSubnetIds":["subnet-a","subnet-b"],"loadBalancerSubnetIds":["subnet-a","subnet-a2"]',
        /^network\.loadBalancerSubnetIds has subnets in us-west-1a only\. An Application Load Balancer needs two /,
        /'network\.loadBalancerSubnetIds\[1\]'/,
      ],
    ] as const
  ).map(([title, network, text, fix]): (typeof broken)[number] => [
    `configured subnets ${title}`,
    {
      DescribeSubnets: ({ Filters }) => ({
        Subnets: configuredSubnets.filter(({ SubnetId }) =>
          (Filters as { Name: string; Values: string[] }[]).every(
            ({ Name, Values }) => Name !== "subnet-id" || Values.includes(SubnetId),
          ),
        ),
      }),
    },
    "error",
    text,
    fix,
    () => ({
      ...inDefaultVpc(),
      config: {
        ...config,
        "aws:allowedAccountIds": `["${account}"]`,
        "beo-datastore:network": `{"vpcId":"vpc-1",${network}}`,
      },
    }),
  ]),
  [
    "an instance type that a zone does not have",
    {
      DescribeInstanceTypeOfferings: () => ({
        InstanceTypeOfferings: [
          { InstanceType: "t3.medium", Location: "us-west-1a" },
          ...zones.map((Location) => ({ InstanceType: "t3.large", Location })),
        ],
      }),
    },
    "warning",
    /t3\.medium \(web\.instanceTypes\) is not offered in us-west-1c\. Choose another type, or network\.instanceSubnetIds in the other zones:$/,
    /describe-instance-type-offerings .*us-west-1c/,
    inDefaultVpc,
  ],
  [
    "an instance type that a zone of the VPC to create does not have",
    {
      DescribeInstanceTypeOfferings: () => ({
        InstanceTypeOfferings: [
          { InstanceType: "t3.medium", Location: "us-west-1a" },
          ...zones.map((Location) => ({ InstanceType: "t3.large", Location })),
        ],
      }),
    },
    "warning",
    /t3\.medium \(web\.instanceTypes\) is not offered in us-west-1c\. Choose another type:$/,
    /describe-instance-type-offerings .*us-west-1c/,
  ],
  [
    "a database class with one zone, where Multi-AZ needs two",
    {
      DescribeOrderableDBInstanceOptions: () => ({
        OrderableDBInstanceOptions: [{ EngineVersion: "17.6", AvailabilityZones: [{ Name: "us-west-1a" }] }],
      }),
    },
    "error",
    /db\.m6g\.large with PostgreSQL 17 .* us-west-1a only, and database\.multiAz needs two/,
    /describe-orderable-db-instance-options .*db\.m6g\.large/,
  ],
  [
    "a database class without the PostgreSQL version",
    {
      DescribeOrderableDBInstanceOptions: () => ({
        OrderableDBInstanceOptions: [
          { EngineVersion: "16.9", AvailabilityZones: zones.map((Name) => ({ Name })) },
        ],
      }),
    },
    "error",
    /offered in none of the subnets' zones/,
    /database\.instanceClass/,
  ],
  [
    "a missing hosted zone",
    { ListHostedZones: () => ({ HostedZones: [], IsTruncated: false }) },
    "error",
    /no public hosted zone example\.com/,
    /create-hosted-zone --name example\.com/,
  ],
  [
    "two hosted zones of one name",
    {
      ListHostedZones: () => ({ HostedZones: [zone, { ...zone, Id: "/hostedzone/Z2" }], IsTruncated: false }),
    },
    "error",
    /2 public hosted zones example\.com \(Z1, Z2\)/,
    /^dig \+short NS example\.com$/,
  ],
  [
    "a zone that is delegated elsewhere",
    {},
    "error",
    /not delegated to its hosted zone: its name servers are ns1\.registrar\.net/,
    /^ns-1\.awsdns-01\.com$/,
    () => ({ resolveNs: () => Promise.resolve(["ns1.registrar.net"]) }),
  ],
  [
    "a zone that public DNS does not know",
    {},
    "error",
    /public DNS has no name servers for it/,
    /^ns-2\.awsdns-02\.net$/,
    () => ({ resolveNs: dnsError("ENOTFOUND") }),
  ],
  [
    "DNS that does not answer",
    {},
    "warning",
    /DNS did not answer \(ETIMEOUT\)/,
    /^dig /,
    () => ({ resolveNs: dnsError("ETIMEOUT") }),
  ],
  [
    "an address that is taken",
    {
      CheckDNSAvailability: () => ({
        Available: false,
        FullyQualifiedCNAME: "beo-datastore-prod.us-west-1.elasticbeanstalk.com",
      }),
    },
    "error",
    /beo-datastore-prod\.us-west-1\.elasticbeanstalk\.com is taken/,
    /web\.cnamePrefix <prefix> -s prod$/,
  ],
  [
    "a bucket of another account",
    { HeadBucket: throwing(httpError(403)) },
    "error",
    /bucket beo-datastore-prod-media exists and is not yours/,
    /storage\.accountNamespace true -s prod$/,
  ],
  [
    "a bucket of another account and region",
    { HeadBucket: throwing(httpError(301)) },
    "error",
    /bucket beo-datastore-prod-static exists and is not yours/,
    /storage\.accountNamespace true/,
  ],
  [
    "a bucket of the account",
    {
      HeadBucket: () => ({}),
      ListBuckets: () => ({ Buckets: [{ Name: "beo-datastore-prod-media" }] }),
      GetBucketTagging: throwing(awsError("NoSuchTagSet")),
    },
    "error",
    /Bucket beo-datastore-prod-media exists already/,
    /^npx beo adopt prod$/,
  ],
  [
    "an SES identity that exists",
    { GetEmailIdentity: () => ({ Tags: [] }) },
    "error",
    /EmailIdentity example\.com exists already: another stack or service probably uses it\. Do not delete it while/,
    /^npx pulumi config set --secret smtpUser --stack prod$/,
  ],
  [
    "an SES identity of another stack",
    { GetEmailIdentity: () => ({ Tags: tags({ Project: "beo-datastore", Environment: "staging" }) }) },
    "error",
    /EmailIdentity example\.com exists already \(tags: beo-datastore staging\): /,
    /^npx beo adopt prod$/,
  ],
  [
    "a configuration set that exists",
    { GetConfigurationSet: () => ({ Tags: tags({ Project: "other" }) }) },
    "error",
    /ConfigurationSet beo-datastore-prod exists already/,
    /set name <name> -s prod$/,
  ],
  [
    "a queue that an earlier run left",
    {
      GetQueueUrl: () => ({ QueueUrl: "https://sqs/1/beo-datastore-prod" }),
      ListQueueTags: () => ({ Tags: ownTags }),
    },
    "error",
    /Queue beo-datastore-prod exists already, with this stack's tags/,
    /^npx beo recover prod$/,
  ],
  [
    "a health check that an earlier run left",
    healthCheckWith(ownTags),
    "error",
    /HealthCheck api\.beo\.example\.com exists already, with this stack's tags/,
    /^npx beo recover prod$/,
  ],
  [
    "a database of the same name",
    {
      DescribeDBInstances: () => ({
        DBInstances: [{ DBInstanceIdentifier: "beo-datastore-prod", DBInstanceStatus: "available" }],
      }),
    },
    "error",
    /Instance beo-datastore-prod exists already/,
    /^npx beo adopt prod$/,
  ],
  [
    "an existing DNS record",
    {
      ListResourceRecordSets: () => ({ ResourceRecordSets: [{ Name: "api.beo.example.com.", Type: "A" }] }),
    },
    "error",
    /DNS record api\.beo\.example\.com A exists already/,
    /web\.dnsRecord false -s prod$/,
  ],
  [
    "an MX record of mail that exists",
    {
      ListResourceRecordSets: () => ({
        ResourceRecordSets: [{ Name: "ses-bounces.example.com.", Type: "MX" }],
      }),
    },
    "error",
    /DNS record ses-bounces\.example\.com MX exists already: another stack or service probably uses it\. Do not delete it while/,
    /mail\.mailFromSubdomain <free name> -s prod$/,
  ],
  [
    "a DMARC record that exists",
    {
      ListResourceRecordSets: () => ({ ResourceRecordSets: [{ Name: "_dmarc.example.com.", Type: "TXT" }] }),
    },
    "error",
    /DNS record _dmarc\.example\.com TXT exists already: another stack or service/,
    /mail\.dmarcPolicy off -s prod$/,
  ],
  [
    "the snapshot of a deleted database",
    {
      DescribeDBSnapshots: () => ({
        DBSnapshots: [
          {
            DBSnapshotIdentifier: "final-1",
            Status: "available",
            SnapshotCreateTime: new Date("2026-11-20"),
          },
        ],
      }),
    },
    "error",
    /database was deleted, and its latest data is in the snapshot final-1 of 2026-11-20T00:00:00Z\./,
    /^npx beo recover prod$/,
  ],
  [
    "the sandbox of SES",
    { GetAccount: () => ({ ProductionAccessEnabled: false }) },
    "warning",
    /SES in us-west-2 is in the sandbox/,
    /console\.aws\.amazon\.com/,
  ],
  [
    "the vCPUs of a new account",
    { GetServiceQuota: () => ({ Quota: { Value: 5 } }) },
    "error",
    // Prod: up to four web and four worker instances of two vCPUs.
    /vCPUs of On-Demand instances: 0 of 5 used, but up to 16 more are needed/,
    /request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 16 /,
  ],
  ...(
    [
      ["DBInstances", "L-7B6409FD", 40, /^RDS instances: 40 of 40 used, but up to 1 more are needed\./],
      // Prod has 100 GiB.
      ["AllocatedStorage", "L-7ADDB58A", 99_950, /^GiB of RDS storage: 99950 of 100000 used, but up to 100 /],
      ["DBParameterGroups", "L-DE55804A", 50, /^RDS parameter groups: 50 of 50 used/],
      ["DBSubnetGroups", "L-48C6BF61", 50, /^RDS subnet groups: 50 of 50 used/],
      ["EventSubscriptions", "L-A59F4C87", 20, /^RDS event subscriptions: 20 of 20 used/],
    ] as const
  ).map(([name, code, used, line]): (typeof broken)[number] => [
    `no room in RDS's quota ${name}`,
    { DescribeAccountAttributes: () => ({ AccountQuotas: databaseQuotas({ [name]: used }) }) },
    "error",
    line,
    new RegExp(`--service-code rds --quota-code ${code} .* --region us-west-1$`),
  ]),
  [
    "as many replicated backups as a region takes",
    {
      DescribeDBInstanceAutomatedBackups: () => ({
        DBInstanceAutomatedBackups: [
          ...Array.from({ length: 20 }, () => ({ Status: "Replicating" })),
          { Status: "retained" },
        ],
      }),
    },
    "error",
    /^Replicated backups in us-west-2: 20 of 20 used, but 1 more are needed\./,
    /^npx pulumi config set --path backup\.region <another region> -s prod$/,
  ],
  [
    "as many gateway endpoints as are allowed",
    {
      DescribeVpcEndpoints: () => ({
        VpcEndpoints: Array.from({ length: 20 }, () => ({ VpcEndpointType: "Gateway" })),
      }),
      GetServiceQuota: quotas({ "L-1B52E74A": 20 }),
    },
    "error",
    /^Gateway VPC endpoints: 20 of 20 used/,
    /--service-code vpc --quota-code L-1B52E74A --desired-value 21 /,
  ],
  [
    "as many load balancers as are allowed",
    {
      DescribeLoadBalancers: () => ({
        LoadBalancers: [
          ...Array.from({ length: 50 }, () => ({ Type: "application" })),
          // Network Load Balancers have a quota of their own.
          { Type: "network" },
        ],
      }),
      GetServiceQuota: quotas({ "L-53DA6B97": 50 }),
    },
    "error",
    /^Application Load Balancers: 50 of 50 used, but up to 1 more are needed/,
    /--service-code elasticloadbalancing --quota-code L-53DA6B97 --desired-value 51 /,
  ],
  [
    "as many applications of Elastic Beanstalk as are allowed",
    {
      DescribeApplications: () => ({
        Applications: Array.from({ length: 75 }, (_, index) => ({ ApplicationName: `other-${index}` })),
      }),
      GetServiceQuota: quotas({ "L-1CEABD17": 75 }),
    },
    "error",
    /^Elastic Beanstalk applications: 75 of 75 used/,
    /--service-code elasticbeanstalk --quota-code L-1CEABD17 --desired-value 76 /,
  ],
  [
    "too few application versions for those that the application keeps",
    { GetServiceQuota: quotas({ "L-D64F1F14": 50 }) },
    "warning",
    /^Elastic Beanstalk application versions: 0 of 50 used, but up to 100 more are needed in time\./,
    /--quota-code L-D64F1F14 --desired-value 100 /,
  ],
  [
    "as many IAM roles as are allowed",
    {
      GetAccountSummary: () => ({
        SummaryMap: { Roles: 998, RolesQuota: 1000, UsersQuota: 5000, InstanceProfilesQuota: 1000 },
      }),
    },
    "error",
    /^IAM roles: 998 of 1000 used, but up to 7 more are needed/,
    /--service-code iam --quota-code L-FE177D64 --desired-value 1005 --region us-east-1$/,
  ],
  [
    "as many health checks as are allowed",
    { GetAccountLimit: () => ({ Limit: { Value: 200 }, Count: 200 }) },
    "error",
    /^Route 53 health checks: 200 of 200 used/,
    /--service-code route53 --quota-code L-ACB674F3 --desired-value 201 --region us-east-1$/,
  ],
  [
    "actions that a policy does not allow",
    {
      SimulatePrincipalPolicy: ({ ActionNames }) => ({
        EvaluationResults: (ActionNames as string[]).map((EvalActionName) => ({
          EvalActionName,
          EvalDecision: EvalActionName === "iam:CreateUser" ? "explicitDeny" : "allowed",
        })),
      }),
    },
    "warning",
    /^1 of the \d+ actions of an update are not allowed on all resources: iam:CreateUser\./,
    /^aws iam list-attached-role-policies --role-name AdministratorAccess$/,
  ],
];

describe("npx beo preflight", () => {
  before(async () => {
    ({ config } = readStack(fixtures, "prod"));
    const { plan } = await planStack("prod", fixtures);
    expect(plan.errors).to.deep.equal([]);
    planned = plan.resources;
  });

  it("has no errors and warnings in a suitable account", async () => {
    const report = await read();
    expect(report.unread).to.deep.equal([]);
    expect(report.lines.filter(({ level }) => level !== "ok")).to.deep.equal([]);
    expect(getExitCode(report)).to.equal(0);
    const text = formatReport("prod", report);
    for (const part of [
      "prod: 0 errors, 0 warnings.",
      "✓ A VPC of the stack, 10.42.0.0/16, with subnets in us-west-1a and us-west-1c.",
      "✓ VPCs: 1 of 32 used, 1 needed at most.",
      "✓ db.m6g.large with PostgreSQL 17 (database.instanceClass) is offered in us-west-1a and us-west-1c.",
      "✓ example.com is delegated to its hosted zone.",
      "✓ The bucket name beo-datastore-prod-media is free.",
      "✓ vCPUs of On-Demand instances: 0 of 32 used, 16 needed at most.",
    ]) {
      expect(text).to.include(part);
    }
  });

  it("has none where the stack that it will replace checks the same host", async () => {
    const { lines } = await read(healthCheckWith({ ...ownTags, Project: "old" }));
    expect(lines.filter(({ level }) => level !== "ok")).to.deep.equal([]);
  });

  it("has none in a suitable default VPC", async () => {
    const report = await read({}, inDefaultVpc());
    expect(report.lines.filter(({ level }) => level !== "ok")).to.deep.equal([]);
    expect(formatReport("prod", report)).to.include("✓ VPC vpc-1, subnets in us-west-1a and us-west-1c.");
  });

  for (const [title, responses, level, pattern, fix, changes] of broken) {
    it(`reports ${title}`, async () => {
      const { lines } = await read(responses, changes?.());
      const line = lines.find(({ text }) => pattern.test(text));
      expect(line?.level, JSON.stringify(lines, null, 1)).to.equal(level);
      expect(
        line?.fix?.some((command) => fix.test(command)),
        JSON.stringify(line),
      ).to.equal(true);
      const { lines: fixed } = await read();
      expect(fixed.filter(({ text }) => pattern.test(text))).to.deep.equal([]);
    });
  }

  it("takes the default of a quota that was never changed, and asks in us-east-1 for those of global services", async () => {
    const { plan } = await planStack("dev", fixtures);
    const asked: string[] = [];
    const report = await read(
      {
        GetServiceQuota: throwing(awsError("NoSuchResourceException")),
        GetAWSDefaultServiceQuota: ({ ServiceCode, QuotaCode }, region) => {
          asked.push(`${String(ServiceCode)} ${region}`);
          return { Quota: { Value: QuotaCode === "L-24B04930" ? 500 : 1000 } };
        },
      },
      { planned: plan.resources },
    );
    expect(asked).to.include.members(["cloudfront us-east-1", "ec2 us-west-1", "elasticbeanstalk us-west-1"]);
    expect(report.lines.map(({ text }) => text)).to.include(
      "CloudFront distributions: 0 of 500 used, 1 needed at most.",
    );
  });

  it("sums what several stacks need, by account and region, and of an account's own quotas by account", async () => {
    const contexts = Array.from({ length: 21 }, (_, index) =>
      createContext(
        { ...suitable },
        { stack: `tenant-${index}`, region: index < 15 ? "us-west-1" : "us-east-2" },
      ),
    );
    const deployed = createContext(suitable, {
      stack: "old",
      // By a version without the setting.
      state: deploy(planned.filter(({ type }) => !type.endsWith("BackupsReplication"))),
    });
    const { lines, unread } = await runChecks(checkSharedQuotas([...contexts, deployed]));
    expect(unread).to.deep.equal([]);
    const find = (topic: string, what: string) =>
      lines.find((line) => line.topic === topic && line.text.startsWith(what));
    expect(find("Account 123456789012, us-west-1", "RDS event subscriptions")).to.deep.include({
      level: "ok",
      text: "RDS event subscriptions: 1 of 20 used, 15 needed at most, by all stacks together.",
    });
    expect(find("Account 123456789012, us-east-2", "RDS instances")?.text).to.equal(
      "RDS instances: 1 of 40 used, 6 needed at most, by all stacks together.",
    );
    expect(find("Account 123456789012, us-west-1", "NAT gateways")?.text).to.equal(
      "NAT gateways of a zone: 0 of 32 used, 15 needed at most, by all stacks together.",
    );
    expect(find("Account 123456789012, us-west-1", "Elastic IP")?.text).to.include("15 needed at most");
    expect(find("Account 123456789012, us-west-1", "vCPUs")).to.deep.include({
      level: "error",
      text: "vCPUs of On-Demand instances: 0 of 32 used, but up to 240 more are needed, by all stacks together. Request more:",
    });
    // Seven roles each.
    expect(find("Account 123456789012, all regions", "IAM roles")?.text).to.equal(
      "IAM roles: 30 of 1000 used, 147 needed at most, by all stacks together.",
    );
    // Those of all regions go to one, and a deployed stack may get it by its next update.
    const backups = find("Account 123456789012, backups", "Replicated backups");
    expect(backups?.text).to.equal(
      "Replicated backups in us-west-2: 0 of 20 used, but 22 more are needed, by 22 stacks. Choose another region for 2:",
    );
    expect(backups?.fix).to.deep.equal(
      ["tenant-20", "old"].map(
        (stack) => `npx pulumi config set --path backup.region <another region> -s ${stack}`,
      ),
    );
    const replicated = createContext(suitable, { stack: "old", state: deploy(planned) });
    expect(await runChecks(checkSharedQuotas([replicated]))).to.deep.equal({ lines: [], unread: [] });
  });

  it("checks all names again after a first update that failed before it created anything in AWS", async () => {
    const stack = "urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod";
    // The providers have IDs, and so have resources that exist in the state only.
    const state = [
      { urn: stack, type: "pulumi:pulumi:Stack" },
      { urn: `${stack}-provider`, type: "pulumi:providers:aws", id: "6f0c" },
      { urn: `${stack}-id`, type: "random:index/randomId:RandomId", id: "q1Zx" },
    ];
    const { lines } = await read({}, { state });
    expect(lines.map(({ topic }) => topic)).to.include.members(["Names", "Quotas"]);
  });

  it("checks the quotas for the rest of a first update that failed", async () => {
    const isLast = ({ type }: PlannedResource) => /environment:Environment|natGateway:NatGateway/.test(type);
    const state = deploy(planned.filter((resource) => !isLast(resource)));
    const { lines } = await read({}, { state });
    expect(lines.filter(({ topic }) => topic === "Quotas").map(({ text }) => text)).to.deep.equal([
      "vCPUs of On-Demand instances: 0 of 32 used, 16 needed at most.",
      "NAT gateways of a zone: 0 of 32 used, 1 needed at most.",
      "Application Load Balancers: 0 of 32 used, 1 needed at most.",
      "Elastic Beanstalk environments: 0 of 32 used, 2 needed at most.",
    ]);
  });

  it("checks names and quotas no more once the stack is deployed, and what still matters", async () => {
    const state = deploy(planned);
    const { lines } = await read({ HeadBucket: throwing(httpError(403)) }, { state });
    const topics = new Set(lines.map(({ topic }) => topic));
    expect([...topics]).to.have.members([
      "Account",
      "Network",
      "Capacity",
      "DNS",
      "Mail",
      "Backups",
      "Rights",
    ]);
  });

  it("finds a bucket that stayed in AWS, before an update fails because of it", async () => {
    const replica = "-media-replica-bucket";
    const [bucket] = planned.filter(({ name }) => name.endsWith(replica));
    const moved = deploy(planned).map((one) =>
      one.urn.endsWith(replica) ? { ...one, inputs: { bucket: "beo-datastore-prod-backup-us-east-1" } } : one,
    );
    for (const state of [moved, deploy(planned).filter(({ urn }) => !urn.endsWith(replica))]) {
      const find = async (HeadBucket: Responses[string]) =>
        (await read({ HeadBucket }, { state })).lines.filter(({ topic }) => topic === "Names");
      expect(await find(() => ({}))).to.deep.equal([
        {
          topic: "Names",
          level: "error",
          text: `The bucket ${toText(bucket?.inputs.bucket)} exists already, and the update would fail half-way. Let the stack take it over:`,
          fix: ["npx beo recover prod"],
        },
      ]);
      expect((await find(throwing(httpError(404)))).map(({ level }) => level)).to.deep.equal(["ok"]);
      expect((await find(throwing(httpError(403))))[0]?.text).to.match(/ exists and is not yours: /);
    }
  });

  it("says which action the credentials lack", async () => {
    const denied = Object.assign(
      new Error(
        "You are not authorized to perform this operation. User: u is not authorized to perform: ec2:DescribeSubnets",
      ),
      { name: "UnauthorizedOperation" },
    );
    const report = await read({ DescribeSubnets: throwing(denied) });
    expect([...new Set(report.unread.flatMap(({ actions }) => actions))]).to.deep.equal([
      "ec2:DescribeSubnets",
    ]);
    expect(getExitCode(report)).to.equal(1);
  });

  it("tests the certificate of certificateArn: region, state, name", async () => {
    const arn = "arn:aws:acm:us-west-1:123456789012:certificate/1";
    const withArn = (certificateArn: string) => ({
      config: {
        "beo-datastore:domain": "api.beotest.net",
        "beo-datastore:certificateArn": certificateArn,
        "aws:allowedAccountIds": `["${account}"]`,
      },
    });
    const test = async (response: object, certificateArn = arn) =>
      (await read({ DescribeCertificate: () => response }, withArn(certificateArn))).lines.find(
        ({ topic }) => topic === "Certificate",
      );
    const issued = (name: string) => ({ Certificate: { Status: "ISSUED", DomainName: name } });
    expect(await test(issued("*.beotest.net"))).to.deep.include({ level: "ok" });
    expect((await test(issued("beotest.net")))?.text).to.match(
      /is for beotest\.net, not for api\.beotest\.net/,
    );
    expect((await test({ Certificate: { Status: "PENDING_VALIDATION" } }))?.text).to.match(/not ISSUED/);
    expect((await test({}, arn.replace("us-west-1", "us-east-1")))?.text).to.match(/in another region/);
  });

  it("knows the actions of every type that a stack has", async () => {
    for (const stack of ["dev", "staging", "prod"]) {
      const { plan } = await planStack(stack, fixtures);
      const types = plan.resources.map(({ type }) => type).filter((type) => type.startsWith("aws:"));
      expect(types.filter((type) => !(type in byType))).to.deep.equal([]);
      expect(getActions({ planned: plan.resources })).to.include.members([
        "iam:PassRole",
        "rds:CreateDBInstance",
      ]);
    }
  });

  it("sends no request that changes anything", () => {
    const folder = join(__dirname, "../../cli/preflight");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const commands = files.flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(/new (\w+)Command\(/g),
    ]);
    expect(
      commands
        .map(([, name = ""]) => name)
        .filter((name) => !/^(Describe|Get|Head|List|Check|Simulate)/.test(name)),
    ).to.deep.equal([]);
  });
});
