import { flag, Form, integer, listOf, oneOf, oneOfNumbers, range, text, variablesOf } from "./forms";
import { reservedWords } from "./postgresql";

/** What is known of one configuration key. */
export interface Key {
  /** What it is, for the operators. */
  description: string;
  form: Form;
  /** What holds where it is not set, in words. */
  default?: string;
  /** Required in every stack. */
  required?: true;
  /** Set with `--secret`; its value is never shown. */
  secret?: true;
}

/** A key whose value is an object of keys. */
export interface Group {
  description: string;
  keys: Record<string, Key>;
}

const host = String.raw`(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}`;
/** 1 to 65,535. */
const port = String.raw`(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;
const domainName = text("a host name in lower-case letters", "beo.example.com", new RegExp(`^${host}$`));
/** At most 64 characters before the @, no two dots together (RFC 5321, 4.5.3.1.1 and 4.1.2). */
const email = text(
  "an e-mail address, its host in lower-case letters",
  "support@example.com",
  new RegExp(String.raw`^(?=[^@]{1,64}@)[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@${host}$`),
);
/** What neither RDS (no `/`, `"`, `@`, space), nor the shell, nor the application's scripts (no `%`, `,`) alter. */
const password = text(
  "8 to 128 letters, digits, `-` and `_`, which RDS, the shell and the application all take",
  "$(openssl rand -hex 20)",
  /^[A-Za-z0-9_-]{8,128}$/,
);
/** What neither the deployment scripts, which read the environment as shell, nor Celery's (commas, `%`) alter. */
const providerCredential = (example: string) =>
  text(
    "1 to 256 characters, none of them a space, a quote, a backtick or any of `$ \\ , % ; & | < > ( ) #`",
    example,
    /^[^\s\p{Cc}'"$\\`,%;&|<>()#]{1,256}$/u,
  );
/** Codes, and ranges from a lower one to a higher one. */
const areCodes = (text: string) =>
  text.split(",").every((part) => {
    const [first = "", last = first, ...more] = part.split("-");
    return more.length === 0 && [first, last].every((code) => /^[2-4]\d\d$/.test(code)) && first <= last;
  });
const subnetIds = listOf(
  text("subnet ids (subnet-…)", "subnet-0123456789abcdef0", /^subnet-[0-9a-f]{8,17}$/),
);
const securityGroupIds = listOf(
  text("security group ids (sg-…)", "sg-0123456789abcdef0", /^sg-[0-9a-f]{8,17}$/),
);
const instanceTypes = listOf(
  text(
    "EC2 instance types, the first preferred",
    "t3.small",
    /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/,
  ),
  1,
  // Developer Guide, aws:ec2:instances, InstanceTypes.
  40,
);
const sizes = (what: string) => ({
  instanceTypes: {
    description: `EC2 instance types of the ${what}, of one architecture`,
    form: instanceTypes,
  },
  minSize: { description: `Fewest ${what} instances`, form: range(1, 100, 1) },
  maxSize: { description: `Most ${what} instances`, form: range(1, 100, 2) },
  rootVolumeSize: {
    description: "GiB of an instance's root volume",
    form: range(10, 16384, 20),
    default: "20",
  },
  deploymentPolicy: {
    description: "How a new version reaches the instances",
    form: oneOf("AllAtOnce", "Rolling", "RollingWithAdditionalBatch", "Immutable"),
  },
});
/** The retentions that Elastic Beanstalk and CloudWatch both take. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];
const generation = integer("a whole number of 1 or more", 1, (value) => value >= 1);

/** Every top-level key that holds one value. */
export const keys: Record<string, Key> = {
  name: {
    description: "First part of the application's name, <name>-<environment>",
    form: text(
      "lower-case letters, digits and single hyphens, first a letter",
      "beo-datastore",
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    ),
    default: "beo-datastore",
  },
  environment: {
    description: "Which tier the stack is",
    form: oneOf("dev", "staging", "prod"),
    default: "the stack's name",
  },
  appUrl: {
    description: "Public URL of the front end, without a path or a final slash",
    form: text(
      "an https:// URL (http:// in dev) without a path or a final slash",
      "https://beo.example.com",
      new RegExp(String.raw`^https?://(${host}|localhost)(:${port})?$`),
    ),
    required: true,
  },
  supportEmail: {
    description: "Support address, and the only one that mail may come from",
    form: email,
    required: true,
  },
  domain: { description: "Host name that serves the application over HTTPS", form: domainName },
  hostedZone: {
    description: "Name of the account's public Route 53 zone of `domain`, for certificate and records",
    form: domainName,
  },
  certificateArn: {
    description: "ACM certificate of `domain`, where the zone is not in the account",
    form: text(
      "the ARN of an ACM certificate",
      "arn:aws:acm:us-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef",
      /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
    ),
  },
  alarmEmail: {
    description: "Who gets the alarms; AWS asks the address to confirm",
    form: email,
    default: "nobody",
  },
  protect: {
    description:
      "Pulumi refuses to delete or replace the database and the media bucket, and a deleted database leaves a snapshot",
    form: flag,
  },
  databasePassword: {
    description: "The database's master password",
    form: password,
    secret: true,
    default: "generated",
  },
  secretKey: {
    description: "Django's SECRET_KEY",
    form: text(
      "32 to 128 letters, digits, `-` and `_`",
      "$(openssl rand -hex 32)",
      /^[A-Za-z0-9_-]{32,128}$/,
    ),
    secret: true,
    default: "generated",
  },
  adminUrl: {
    description: "Path of the Django admin, hard to guess",
    form: text("8 to 64 lower-case letters and digits", "$(openssl rand -hex 12)", /^[a-z0-9]{8,64}$/),
    secret: true,
    default: "generated",
  },
  supportPassword: {
    description: "Password of the support account",
    form: password,
    secret: true,
    default: "generated",
  },
  smtpUser: {
    description: "User at another mail provider, with `smtpPassword`",
    form: providerCredential("user"),
    secret: true,
    default: "an SES user is made",
  },
  smtpPassword: {
    description: "Password at another mail provider, with `smtpUser`",
    form: providerCredential("password"),
    secret: true,
    default: "an SES user is made",
  },
  sqlUser: {
    description: "Database user that the application connects as, with `sqlPassword`",
    form: text(
      "1 to 63 lower-case letters, digits and underscores, first a letter, and not pg_… or rds…",
      "beo_datastore_2",
      /^(?!pg_|rds)[a-z][a-z0-9_]{0,62}$/,
    ),
    default: "the master user",
  },
  sqlPassword: {
    description: "Password of `sqlUser`",
    form: password,
    secret: true,
    default: "the master user's",
  },
  extraEnvironment: {
    description: "More variables of the application",
    // Developer Guide, "Environment properties", without the quotes and backslashes that the application's scripts lose.
    form: variablesOf(
      text(
        "text of letters, digits, spaces and any of `_ . : / = + - @`",
        "value",
        /^[A-Za-z0-9 _.:/=+\-@]+$/,
      ),
    ),
    default: "none",
  },
  extraSecrets: {
    description: "More secret variables of the application",
    form: variablesOf(
      text(
        "text without quotes, backticks, line breaks and any of `$ \\ , % ; & | < > ( ) #`",
        "value",
        /^[^\p{Cc}'"$\\`,%;&|<>()#]+$/u,
      ),
    ),
    secret: true,
    default: "none",
  },
};

/** Every top-level key that holds an object. */
export const groups: Record<string, Group> = {
  database: {
    description: "The PostgreSQL database",
    keys: {
      instanceClass: {
        description: "RDS instance class, db.t3.medium or larger",
        form: text(
          "an RDS instance class",
          "db.t3.medium",
          /^db\.[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge)$/,
        ),
      },
      engineVersion: {
        description: "Major version of PostgreSQL",
        form: text('a major version "14" to "18", or an exact one', "17", /^1[4-8](\.\d{1,2})?$/),
        default: "17",
      },
      allowMajorVersionUpgrade: {
        description: "Takes the database to `engineVersion` now, a higher major with downtime",
        form: flag,
        default: "false",
      },
      // The most that leaves room to grow: see the rule "the storage may grow".
      allocatedStorage: { description: "GiB of storage at first", form: range(20, 59578, 20) },
      maxAllocatedStorage: {
        description: "GiB to which the storage grows by itself",
        form: range(20, 65536, 100),
      },
      multiAz: { description: "A standby in a second availability zone", form: flag },
      backupRetentionPeriod: { description: "Days of automated backups", form: range(7, 35, 7) },
      deletionProtection: { description: "AWS refuses to delete the database", form: flag },
      username: {
        description: "The master user; changing it replaces the database",
        form: text(
          "1 to 16 letters, digits and underscores, first a letter, and not admin, root, pg_…, rds… or a reserved word of PostgreSQL",
          "beo_datastore",
          new RegExp(`^(?!(?:admin|root|${reservedWords.join("|")})$|pg_|rds)[a-z][a-z0-9_]{0,15}$`, "i"),
        ),
        default: "beo_datastore",
      },
      storageEncrypted: {
        description: "Encrypts the storage of a new database; false for an adopted one that is not encrypted",
        form: flag,
        default: "true",
      },
      subnetGroupName: {
        description: "An existing subnet group, which an adopted database has to keep",
        form: text(
          "a subnet group's name",
          "default-vpc-0123456789abcdef0",
          /^[A-Za-z0-9][A-Za-z0-9._ -]{0,254}$/,
        ),
        default: "one is made",
      },
      additionalSecurityGroupIds: {
        description: "More security groups of the database, as long as an adopted one's clients need them",
        form: securityGroupIds,
        default: "none",
      },
      snapshotIdentifier: {
        description: "A snapshot to start a new database from, at its size",
        form: text(
          "a snapshot's identifier or ARN",
          "beo-datastore-prod-final-0a1b2c3d",
          /^(?:arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:snapshot:)?(?:rds:|awsbackup:)?[A-Za-z](?:-?[A-Za-z0-9]){0,254}$/,
        ),
        default: "an empty database",
      },
      monitoringInterval: {
        description: "Seconds between samples of enhanced monitoring, 0 for none",
        form: oneOfNumbers([0, 1, 5, 10, 15, 30, 60], 60),
      },
      performanceInsights: { description: "Performance Insights with 7 days of history", form: flag },
      applyImmediately: { description: "Changes happen at once, not in the weekly window", form: flag },
    },
  },
  web: {
    description: "The web environment",
    keys: {
      ...sizes("web"),
      singleInstance: {
        description: "One instance without a load balancer, and so without HTTPS",
        form: flag,
      },
      healthCheckPath: {
        description: "Path that the load balancer asks for",
        form: text("a path", "/", /^\/[\w\-./~%]*$/),
        default: "/",
      },
      healthCheckMatcher: {
        description: "Status codes that count as healthy",
        form: text("codes from 200 to 499 like 200, 200,400 or 200-299", "200,400", areCodes),
        default: "200,400",
      },
      cnamePrefix: {
        description:
          "First part of <prefix>.<region>.elasticbeanstalk.com; changing it replaces the environment",
        form: text(
          "4 to 63 letters, digits and hyphens; an adopted environment's may end in .eba-…",
          "my-beo-datastore",
          /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9](\.eba-[a-z0-9]+)?$/i,
        ),
        default: "the application's name",
      },
    },
  },
  worker: {
    description: "The worker environment",
    keys: {
      ...sizes("worker"),
      messagesPerInstance: {
        description: "Messages that one instance may have before another one is started",
        form: range(9, 100000, 20),
        default: "20",
      },
    },
  },
  network: {
    description: "The network",
    keys: {
      vpcId: {
        description: "The VPC",
        form: text("a VPC id (vpc-…)", "vpc-0123456789abcdef0", /^vpc-[0-9a-f]{8,17}$/),
        default: "the account's default VPC",
      },
      databaseSubnetIds: {
        description: "Subnets of the database, in two availability zones",
        form: subnetIds,
      },
      instanceSubnetIds: { description: "Subnets of the instances", form: subnetIds },
      loadBalancerSubnetIds: {
        description: "Public subnets of the load balancer, in two availability zones",
        form: subnetIds,
      },
      associatePublicIpAddress: {
        description: "Instances have public addresses; false in private subnets with a NAT gateway",
        form: flag,
        default: "true",
      },
    },
  },
  mail: {
    description: "Sending mail by SES",
    keys: {
      region: {
        description: "SES region; the application has us-west-2 built in",
        form: text(
          "an AWS region",
          "us-west-2",
          /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/,
        ),
        default: "us-west-2",
      },
      domain: {
        description: "A domain to verify, with DKIM",
        form: domainName,
        default: "only the address is verified",
      },
      fromAddress: { description: "Address that mail comes from", form: email, default: "`supportEmail`" },
      keyGeneration: { description: "Number of the SMTP key in use", form: generation, default: "1" },
      previousKeyGeneration: {
        description: "Older SMTP key that stays valid while rotating",
        form: generation,
        default: "none",
      },
    },
  },
  platform: {
    description: "The Elastic Beanstalk platform of both environments",
    keys: {
      branch: {
        description:
          "Platform branch on Amazon Linux 2023; running environments change it with `platform.update`",
        form: oneOf("Python 3.13", "Python 3.11", "Python 3.12", "Python 3.14", "Docker"),
        default: "Python 3.13",
      },
      update: {
        description: "Moves to the branch, and to its newest version, now",
        form: flag,
        default: "false",
      },
      wsgiPath: {
        description: "The WSGI application",
        form: text("module:callable", "beo_datastore.wsgi:application", /^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/),
        default: "beo_datastore.wsgi:application",
      },
      updateWindow: {
        description: "Weekly begin of managed updates, UTC",
        form: text(
          "a day and hour like Tue:09:00",
          "Tue:09:00",
          /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/,
        ),
        default: "Tue:09:00",
      },
      plainSecrets: {
        description: "Secrets as plain environment properties and not by reference",
        form: flag,
        default: "false",
      },
      logRetentionDays: { description: "Days that logs are kept", form: oneOfNumbers(retentions, 30) },
    },
  },
  storage: {
    description: "The buckets",
    keys: {
      accountNamespace: {
        description: "Bucket names in the account's own namespace, when the plain ones are taken",
        form: flag,
        default: "false",
      },
    },
  },
  serviceAccount: {
    description: "The service account",
    keys: {
      keyGeneration: { description: "Number of the access key in use", form: generation, default: "1" },
      previousKeyGeneration: {
        description: "Older key that stays valid while rotating",
        form: generation,
        default: "none",
      },
    },
  },
};
