import { type Form, listOf, text } from "../forms";
import { reservedWords } from "./postgresql";

const lower = (text: string) => text.toLowerCase();
const inSmallLetters = (text: string) => [lower(text)];
/** The host in a URL, or before a final dot. */
const hostOf = (text: string) =>
  lower(text)
    .replace(/^https?:\/\//, "")
    .replace(/[/:?#].*$|\.$/, "");
const originOf = (text: string) => /^https?:\/\/[^/?#]+/.exec(lower(text))?.[0].replace(/\.$/, "") ?? "";

const host = String.raw`(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}`;

/** 1 to 65,535. */
const port = String.raw`(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;

/** A host name. */
export const domainName = text("a host name in lower-case letters", new RegExp(`^${host}$`), (text) => [
  lower(text),
  hostOf(text),
]);

/** At most 64 characters before the @, no two dots together (RFC 5321, 4.5.3.1.1 and 4.1.2). */
export const email = text(
  "an e-mail address, its host in lower-case letters",
  new RegExp(String.raw`^(?=[^@]{1,64}@)[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@${host}$`),
  (text) => [text.replace(/@.*$/, lower), lower(text)],
);

/** What neither RDS (no `/`, `"`, `@`, space), nor the shell, nor the application's scripts (no `%`, `,`) alter. */
export const password = text(
  "8 to 128 letters, digits, `-` and `_`, which RDS, the shell and the application all take",
  /^[A-Za-z0-9_-]{8,128}$/,
);

/** A user or password of a mail provider. Neither the deployment scripts, which read the environment as shell, nor Celery's alter it. */
export const mailCredential = text(
  "1 to 256 characters, none of them a space, a quote, a backtick or any of `$ \\ , % ; & | < > ( ) #`",
  /^[^\s\p{Cc}'"$\\`,%;&|<>()#]{1,256}$/u,
);

/** The id of something in EC2. */
function idOf(what: string, prefix: string): Form<string> {
  return text(`${what} (${prefix}-…)`, new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), inSmallLetters);
}

/** A VPC, by its id. */
export const vpcId = idOf("a VPC id", "vpc");

/** Subnets, by their ids. */
export const subnetIds = listOf(idOf("subnet ids", "subnet"));

/** Security groups, by their ids. */
export const securityGroupIds = listOf(idOf("security group ids", "sg"));

/** EC2 instance types. */
export const instanceTypes = listOf(
  text(
    "EC2 instance types, the first preferred",
    /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/,
    inSmallLetters,
  ),
  // Developer Guide, aws:ec2:instances, InstanceTypes.
  40,
);

/** The URL of a site: its origin, as browsers send it. */
export const siteUrl = text(
  "an https:// URL (http:// in dev) without a path or a final slash",
  new RegExp(String.raw`^https?://(${host}|localhost)(:${port})?$`),
  (text) => [originOf(text), originOf(`https://${text}`)],
);

/** An ACM certificate. */
export const certificateArn = text(
  "the ARN of an ACM certificate",
  /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
  inSmallLetters,
);

/** What Elastic Beanstalk documents for properties (Developer Guide, "Environment properties"), without the quotes and backslashes that the application's scripts lose. */
export const propertyText = text(
  "text of letters, digits, spaces and any of `_ . : / = + - @`",
  /^[A-Za-z0-9 _.:/=+\-@]+$/,
);

/** What passes through the deployment scripts and through Celery's as it is. */
export const shellText = text(
  "text without quotes, backticks, line breaks and any of `$ \\ , % ; & | < > ( ) #`",
  /^[^\p{Cc}'"$\\`,%;&|<>()#]+$/u,
);

/** An RDS instance class. */
export const instanceClass = text(
  "an RDS instance class",
  /^db\.[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge)$/,
  (text) => [lower(text), `db.${lower(text)}`],
);

/** A master user that RDS takes (RDS API reference, CreateDBInstance). */
export const masterUser = text(
  "1 to 16 letters, digits and underscores, first a letter, and not admin, root, pg_…, rds… or a reserved word of PostgreSQL",
  new RegExp(`^(?!(?:admin|root|${reservedWords.join("|")})$|pg_|rds)[a-z][a-z0-9_]{0,15}$`, "i"),
);

/** A subnet group of RDS. */
export const subnetGroupName = text("a subnet group's name", /^[A-Za-z0-9][A-Za-z0-9._ -]{0,254}$/);

/** A snapshot of RDS, also one that RDS or AWS Backup made. */
export const snapshotIdentifier = text(
  "a snapshot's identifier or ARN",
  /^(?:arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:snapshot:)?(?:rds:|awsbackup:)?[A-Za-z](?:-?[A-Za-z0-9]){0,254}$/,
);

/** Codes, and ranges from a lower one to a higher one. */
const areCodes = (text: string) =>
  text.split(",").every((part) => {
    const [first = "", last = first, ...more] = part.split("-");
    return more.length === 0 && [first, last].every((code) => /^[2-4]\d\d$/.test(code)) && first <= last;
  });

/** HTTP status codes that a load balancer may take for healthy. */
export const statusCodes = text("codes from 200 to 499 like 200, 200,400 or 200-299", areCodes, (text) => [
  text.replace(/\s+/g, ""),
]);

/** A prefix of elasticbeanstalk.com. */
export const cnamePrefix = text(
  "4 to 63 letters, digits and hyphens; an adopted environment's may end in .eba-…",
  /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9](\.eba-[a-z0-9]+)?$/i,
  (text) => [text.replace(/[\s_]+/g, "-")],
);

/** A region of AWS. */
export const region = text(
  "an AWS region",
  /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/,
  inSmallLetters,
);

/** A time of the week. */
export const weeklyTime = text(
  "a day and hour like Tue:09:00",
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/,
  (text) => [lower(text).replace(/^./, (letter) => letter.toUpperCase())],
);
