import type * as pulumi from "@pulumi/pulumi";
import { IPv4, IPv6, isValidCIDR, parseCIDR } from "ipaddr.js";
import type { InstanceStatement } from "../components";
import {
  domainName as domainNameFormat,
  type Format,
  host,
  resourceName,
  siteUrl as siteUrlFormat,
} from "../components/formats";
import { parseDaily, parseWeekly } from "../components/database/windows";
import { isTimeZone } from "../components/sleep-hours";
import { reservedWords } from "./known-values.json";
import { enumOf, findWrongMembers, isRecord, listOf, string, type Validator } from "./validators";

/** A format of a component's argument. */
const toValidator = ({ expected, pattern }: Format) => string(expected, pattern);

export const namePrefix = toValidator(resourceName);
/** Elastic Beanstalk API reference, CreateEnvironment. */
export const environmentName = string(
  "4 to 40 letters, digits and hyphens, not starting or ending with a hyphen",
  /^(?!-)[A-Za-z0-9-]{4,40}(?<!-)$/,
);
/** Elastic Beanstalk API reference, CreateApplicationVersion. */
export const versionLabel = string("1 to 100 characters without a slash", /^[^/\p{Cc}]{1,100}$/u);
/** RDS API reference, CreateDBInstance. RDS stores it in lower case. */
export const databaseIdentifier = string(
  "1 to 63 lowercase letters, digits and single hyphens, starting with a letter",
  /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
);
/** PostgreSQL truncates longer ones. */
export const databaseName = string(
  "1 to 63 letters, digits, underscores and hyphens, starting with a letter or underscore",
  /^[A-Za-z_][\w-]{0,62}$/,
);
/** S3 User Guide, "General purpose bucket naming rules". */
export const bucketName = string(
  "3 to 63 lowercase letters, digits, dots and hyphens, without the prefixes and suffixes that S3 reserves",
  /^(?!xn--|sthree-|amzn-s3-demo-|[\d.]+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/,
);
/** 80 characters (SQS API reference, CreateQueue) without the end of the dead-letter queue's name. */
export const queueName = string("1 to 67 letters, digits, underscores and hyphens", /^[\w-]{1,67}$/);
/** IAM API reference, CreateUser. */
export const userName = string("1 to 64 letters, digits and any of `_ + = , . @ -`", /^[\w+=,.@-]{1,64}$/);

export const policyArn = string(
  "the ARN of an IAM policy",
  /^arn:aws:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/,
);
/** aws:PrincipalArn is the ARN of the user or role, also in a role's session. */
export const principalArns = listOf(
  string(
    "the ARN of an IAM user or role, with * and ? as wildcards after user/ or role/",
    /^arn:aws:iam::\d{12}:(user|role)\/[\w+=,.@/*?-]{1,512}$/,
  ),
);
/** IAM API reference, CreateRole, of the characters that ARNs in policies may have. */
export const iamPath = string(
  "a path of letters, digits and any of `_ + = , . @ -` between slashes, such as /beo-datastore-prod/",
  /^(?=.{1,512}$)\/([\w+=,.@-]+\/)*$/,
);

/** What all services accept in tags (Tagging AWS Resources User Guide). */
const tagCharacters = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;
/** Without the names that Elastic Beanstalk, AWS and this program set: IAM ignores the case of names. */
export const tagName = string(
  "1 to 128 letters, digits, inner spaces and any of `_ . : / = + - @`, but not Name, Project, Environment, ManagedBy, aws:… or elasticbeanstalk:…",
  (text) =>
    tagCharacters.test(text) &&
    /^\S(.{0,126}\S)?$/u.test(text) &&
    text !== "Name" &&
    !/^((project|environment|managedby)$|(aws|elasticbeanstalk):)/i.test(text),
);
export const tagValue = string(
  "text of at most 256 letters, digits, spaces and any of `_ . : / = + - @`",
  (text) => tagCharacters.test(text) && text.length <= 256,
);

/** Django settings, ALLOWED_HOSTS. The application separates them by spaces. */
export const allowedHost = string(
  "a lowercase host name, .example.org for every host of a domain, or an IPv4 address",
  new RegExp(String.raw`^(\.?${host}|\d{1,3}(\.\d{1,3}){3})$`),
);

export const domainName = toValidator(domainNameFormat);

export const dnsLabel = string(
  "1 to 63 lowercase letters, digits and hyphens",
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
);
/** At most 64 characters before the @, no two consecutive dots (RFC 5321), and none that the deployment scripts change. */
export const email = string(
  "an email address without special characters, in a lowercase domain",
  new RegExp(String.raw`^(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@${host}$`),
);
export const siteUrl = toValidator(siteUrlFormat);
export const certificateArn = string(
  "the ARN of an ACM certificate",
  /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
);

/** One for each region with alarms: the stack's, the one of SES, and us-east-1. */
export const topicArns = listOf(
  string("the ARN of a standard SNS topic", /^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/),
  3,
);

/** KMS Developer Guide, "Key identifiers": a multi-Region key has the same id in each of its regions. */
export const kmsKeyId = string(
  "the id of a KMS key, such as 1234abcd-12ab-34cd-56ef-1234567890ab or mrk-…",
  /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
);

/** RDS refuses `/`, `"`, `@` and spaces. The shell and the application's scripts change others, such as `%` and `,`. */
export const password = string("8 to 128 letters, digits, hyphens and underscores", /^[A-Za-z0-9_-]{8,128}$/);
export const secretKey = string(
  "32 to 128 letters, digits, hyphens and underscores",
  /^[A-Za-z0-9_-]{32,128}$/,
);
export const adminPath = string("8 to 64 lowercase letters and digits", /^[a-z0-9]{8,64}$/);

/** A user or password of a mail provider that neither the deployment scripts, which read it as shell, nor Celery's change. */
export const mailCredential = string(
  "1 to 256 characters without spaces, quotes, backticks and any of `$ \\ , % ; & | < > ( ) #`",
  /^[^\s\p{Cc}'"$\\`,%;&|<>()#]{1,256}$/u,
);
export const databaseUser = string(
  "1 to 63 lowercase letters, digits and underscores, starting with a letter, but not with pg_ or rds",
  /^(?!pg_|rds)[a-z][a-z0-9_]{0,62}$/,
);

/** The name of an environment variable. */
export const variableName = string(
  "capital letters, digits and underscores, not starting with a digit",
  /^[A-Z_][A-Z0-9_]*$/,
);

/** Elastic Beanstalk's documented characters (Developer Guide, "Environment properties") that the application's scripts keep. */
export const propertyText = string(
  "text of letters, digits, spaces and any of `_ . : / = + - @`",
  /^[A-Za-z0-9 _.:/=+\-@]+$/,
);

/** Text that neither the deployment scripts nor Celery's change. */
export const shellText = string(
  "text without quotes, backticks, line breaks and any of `$ \\ , % ; & | < > ( ) #`",
  /^[^\p{Cc}'"$\\`,%;&|<>()#]+$/u,
);

const resourceId = (expected: string, prefix: string): Validator<string> =>
  string(expected, new RegExp(`^${prefix}-[0-9a-f]{8,17}$`));
export const vpcId = resourceId("a VPC ID (vpc-…)", "vpc");
export const subnetIds = listOf(resourceId("a subnet ID (subnet-…)", "subnet"));
export const securityGroupIds = listOf(resourceId("a security group ID (sg-…)", "sg"));

/** At most 40 (Elastic Beanstalk Developer Guide, aws:ec2:instances, InstanceTypes). */
export const instanceTypes = listOf(
  string(
    "an EC2 instance type such as t3.small",
    /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/,
  ),
  40,
);
export const instanceClass = string(
  "an RDS instance class such as db.t3.medium",
  /^db\.[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge)$/,
);
export const postgresVersion = string(
  "a major version from 14 to 18, or an exact version such as 17.6",
  /^1[4-8](\.\d{1,2})?$/,
);

/** A master username that RDS accepts (RDS API reference, CreateDBInstance): no word that PostgreSQL reserves. */
export const masterUsername = string(
  "1 to 16 letters, digits and underscores, starting with a letter, but not admin, root, pg_…, rds… or a reserved word of PostgreSQL",
  new RegExp(`^(?!(?:admin|root|${reservedWords.replaceAll(" ", "|")})$|pg_|rds)[a-z][a-z0-9_]{0,15}$`, "i"),
);
export const subnetGroupName = string("the name of a DB subnet group", /^[A-Za-z0-9][A-Za-z0-9._ -]{0,254}$/);
export const snapshotIdentifier = string(
  "the identifier or ARN of a DB snapshot",
  /^(?:arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:snapshot:)?(?:rds:|awsbackup:)?[A-Za-z](?:-?[A-Za-z0-9]){0,254}$/,
);
/** RDS API reference, CreateDBInstance. */
export const backupWindow = string(
  "a daily time in UTC, 30 minutes or more: 08:00-08:30",
  (text) => (parseDaily(text)?.length ?? 0) >= 30,
);
export const maintenanceWindow = string(
  "a weekly time in UTC, 30 minutes to less than a day: Sun:10:00-Sun:11:00",
  (text) => {
    const minutes = parseWeekly(text)?.length ?? 0;
    return minutes >= 30 && minutes < 24 * 60;
  },
);
export const databaseKey = string(
  "own, aws, or the id or ARN of a KMS key",
  (text) =>
    text === "own" ||
    text === "aws" ||
    kmsKeyId.isValid(text.replace(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\//, "")),
);
/** The characters that RDS accepts in values (RDS API reference, ModifyDBParameterGroup). */
export const parameterValue: Validator<string> = {
  ...string("a number, or text without control characters", /^[^\p{Cc}]{1,1000}$/u),
  // YAML and the CLI read a number without quotes as such.
  read: (value) => (["number", "boolean"].includes(typeof value) ? String(value) : value),
};
export const parameterName = string(
  "a parameter of PostgreSQL in lowercase, such as work_mem",
  /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/,
);
/** Elastic Load Balancing API reference, CreateTargetGroup, and Route 53's: a path with or without a query. */
export const urlPath = string(
  "a path such as /health or /health?full=1, without spaces",
  /^(?=.{1,1024}$)\/[\w\-./~%]*(\?[\w\-./~%=&]*)?$/,
);

/** HTTP status codes that a load balancer can count as healthy: codes, and ranges from a lower one to a higher one. */
export const statusCodes = string("status codes from 200 to 499, such as 200, 200,400 or 200-299", (text) =>
  text.split(",").every((part) => {
    const [first = "", last = first, ...more] = part.split("-");
    return more.length === 0 && [first, last].every((code) => /^[2-4]\d\d$/.test(code)) && first <= last;
  }),
);
export const cnamePrefix = string(
  "4 to 63 letters, digits and hyphens (an adopted environment may end in .eba-…)",
  /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9](\.eba-[a-z0-9]+)?$/i,
);
const regionPattern =
  /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;
export const region = string("an AWS region such as us-west-2", regionPattern);
export const backupRegion = string(
  "an AWS region such as us-west-2, or none",
  (text) => text === "none" || regionPattern.test(text),
);
export const wsgiPath = string("a WSGI application, module:callable", /^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/);
export const weeklyTime = string(
  "a day and time in UTC such as Tue:09:00",
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/,
);

export const timeOfDay = string("a time of day such as 19:00, in quotes", /^([01]\d|2[0-3]):[0-5]\d$/);
export const timeZone = string("an IANA time zone such as America/Los_Angeles", isTimeZone);

/** A rule between settings says which ones a VPC can have. */
export const ipv4Network = string(
  "a private IPv4 network from /16 to /23 by its first address, such as 10.42.0.0/16",
  (text) => /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(text) && isValidCIDR(text),
);

/** Ranges that no client of a load balancer has. */
const notClients = ["broadcast", "linkLocal", "loopback", "multicast", "unspecified"];
/** WAF API reference, IPSet: any network but /0. No organization has more addresses than a /8. */
export const maintenanceNetwork = string(
  "an IPv4 network from /8 to /32 by its first address, such as 203.0.113.0/24",
  (text) => {
    if (!/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(text) || !isValidCIDR(text) || parseCIDR(text)[1] < 8) {
      return false;
    }
    const first = IPv4.networkAddressFromCIDR(text);
    return text.startsWith(`${first.toString()}/`) && !notClients.includes(first.range());
  },
);

/** EC2 API reference, AuthorizeSecurityGroupIngress, which changes others to the network's first address. */
export const network = string(
  "an IPv4 or IPv6 network by its first address, IPv6 in lower case and its shortest form, such as 203.0.113.0/24 or 2001:db8::/32",
  (text) => {
    if (!isValidCIDR(text) || !/^((\d{1,3}\.){3}\d{1,3}|[0-9a-f:]+)\/\d{1,3}$/.test(text)) {
      return false;
    }
    const first = (text.includes(":") ? IPv6 : IPv4).networkAddressFromCIDR(text);
    return text.startsWith(`${first.toString()}/`);
  },
);

/** WAF API reference, AssociateWebACL: a load balancer takes a web ACL of its own region. */
export const firewall = string(
  'the ARN of a web ACL of AWS WAF in us-west-1, or "managed"',
  /^(managed|arn:aws:wafv2:us-west-1:\d{12}:regional\/webacl\/[\w-]{1,128}\/[0-9a-f-]{36})$/,
);

const statementActions = listOf(string("an action such as s3:GetObject", /^[a-z0-9-]+:[A-Za-z0-9*?]+$/));
const statementResources = listOf(string("an ARN or *", /^(\*|arn:aws:[^\s'"$\\]{1,2000})$/));

/** IAM User Guide, "IAM JSON policy elements". */
export const statements: Validator<pulumi.Unwrap<InstanceStatement[]>> = {
  type: "list",
  expected:
    "a list of statements, each with actions such as s3:GetObject, resources (ARNs or *), and effect Allow or Deny",
  members: { actions: statementActions, resources: statementResources },
  findWrong: (list) =>
    findWrongMembers(
      list,
      { effect: enumOf("Allow", "Deny"), actions: statementActions, resources: statementResources },
      ["actions", "resources"],
    ),
  isValid: (value): value is pulumi.Unwrap<InstanceStatement[]> =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (one) =>
        isRecord(one) &&
        Object.keys(one).every((key) => ["effect", "actions", "resources"].includes(key)) &&
        [undefined, "Allow", "Deny"].some((effect) => effect === one.effect) &&
        statementActions.isValid(one.actions) &&
        statementResources.isValid(one.resources),
    ),
};
