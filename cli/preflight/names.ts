import { CheckDNSAvailabilityCommand } from "@aws-sdk/client-elastic-beanstalk";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetAccountCommand } from "@aws-sdk/client-sesv2";
import { getBackupRegions, readDatabase } from "../recover/database";
import { readEnvironments } from "../recover/environments";
import { type ExistingResource, getFixedName, isPlanned } from "../recover/existing";
import { finders } from "../recover/inventory";
import { getShortType } from "../../plan/resource-types";
import { checkLostDatabase } from "../../stacks/check-account";
import { commandLine } from "../../stacks/commands";
import type { Check, Line } from "../report";
import { isDeployed } from "../state";
import { type Context, getGroup, getSetting, plannedOf, toText } from "./context";

const bucketType = "s3/bucket:Bucket";

/** Before the first deployment: whether every name is free. Later: whether those of new buckets are. */
export function checkNames(context: Context): Check[] {
  const deployed = context.state.flatMap(({ type, inputs }) =>
    type === `aws:${bucketType}` ? [inputs?.bucket] : [],
  );
  const buckets = plannedOf(context, bucketType).flatMap(({ inputs: { bucket } }) =>
    typeof bucket === "string" && !bucket.startsWith("[") && !deployed.includes(bucket) ? [bucket] : [],
  );
  if (isDeployed(context.state)) {
    return buckets.map((bucket) => ({
      topic: "Names",
      actions: ["s3:ListBucket"],
      read: () => readNewBucket(bucket, context),
    }));
  }
  return [
    {
      topic: "Names",
      actions: ["elasticbeanstalk:CheckDNSAvailability"],
      read: () => readCname(context),
    },
    ...buckets.map((bucket) => ({
      topic: "Names",
      actions: ["s3:ListBucket"],
      read: () => readBucket(bucket, context),
    })),
    ...finders.map(({ actions, find }) => ({
      topic: "Names",
      actions,
      read: async () => {
        const [application] = plannedOf(context, "elasticbeanstalk/application:Application");
        const environments = actions.some((action) => action.startsWith("elasticbeanstalk:"))
          ? await readEnvironments(context.clients, application?.inputs.name as string | undefined)
          : [];
        const existing = await find({
          aws: context.clients,
          environments,
          planned: context.planned,
          state: [],
        });
        return describeExisting(existing, context);
      },
    })),
    {
      topic: "Database",
      actions: [
        "rds:DescribeDBInstances",
        "rds:DescribeDBSnapshots",
        "rds:DescribeDBInstanceAutomatedBackups",
      ],
      read: () => readBackups(context),
    },
  ];
}

async function readCname({ stack, ...context }: Context): Promise<Line[]> {
  const environment = plannedOf(context, "elasticbeanstalk/environment:Environment").find(
    ({ inputs }) => inputs.cnamePrefix !== undefined,
  );
  if (environment === undefined) {
    return [];
  }
  const CNAMEPrefix = toText(environment.inputs.cnamePrefix);
  const { Available, FullyQualifiedCNAME = "" } = await context.clients.beanstalk.send(
    new CheckDNSAvailabilityCommand({ CNAMEPrefix }),
  );
  return [
    Available
      ? { level: "ok", text: `The address ${FullyQualifiedCNAME} is free.` }
      : {
          level: "error",
          text: `The address ${FullyQualifiedCNAME} is taken. Choose another prefix:`,
          fix: [`npx pulumi config set --path web.cnamePrefix <prefix> -s ${stack}`],
        },
  ];
}

/** A bucket that a deployed stack has no more, such as the replica of an earlier backup.region, stays in AWS. */
async function readNewBucket(bucket: string, context: Context): Promise<Line[]> {
  const lines = await readBucket(bucket, context);
  return lines.length > 0
    ? lines
    : [
        {
          level: "error",
          text: `The bucket ${bucket} exists already, and the update would fail half-way. Let the stack take it over:`,
          fix: [`npx beo recover ${context.stack}`],
        },
      ];
}

async function readBucket(Bucket: string, { clients, stack }: Context): Promise<Line[]> {
  try {
    await clients.s3.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) {
      return [{ level: "ok", text: `The bucket name ${Bucket} is free.` }];
    }
    // 301: in another region of another account.
    if ($metadata?.httpStatusCode === 403 || $metadata?.httpStatusCode === 301) {
      return [
        {
          level: "error",
          text: `The bucket ${Bucket} exists and is not yours: bucket names are shared by all accounts. Use the account's own namespace, or another name:`,
          fix: [
            `npx pulumi config set --path storage.accountNamespace true -s ${stack}`,
            `npx pulumi config set name <name> -s ${stack}`,
          ],
        },
      ];
    }
    throw error;
  }
  // The search of the account's resources reports it.
  return [];
}

/** Resources that are in the way of planned ones. */
function describeExisting(existing: ExistingResource[], { planned, stack }: Context): Line[] {
  return existing.flatMap((resource): Line[] => {
    const { type, name, urn, tags } = resource;
    const isRecord = type === "aws:route53/record:Record";
    const match = planned.find((one) =>
      isRecord ? one.urn === urn : one.type === type && getFixedName(type, one.inputs) === name,
    );
    // Several certificates can have one name.
    if (match === undefined || type === "aws:acm/certificate:Certificate") {
      return [];
    }
    // What an interrupted run of this stack left has its tags.
    const isOwn = isPlanned(resource, match) && Object.keys(tags ?? {}).length > 0;
    // Several health checks can have one name, such as that of the stack which this one will replace.
    if (type === "aws:route53/healthCheck:HealthCheck" && !isOwn) {
      return [];
    }
    const label = `${getShortType(type)} ${name}`;
    if (isRecord) {
      return [describeRecord(name, match.name, stack)];
    }
    if (type === "aws:sesv2/emailIdentity:EmailIdentity" && !isOwn) {
      return [describeIdentity(label, tags, stack)];
    }
    return [
      {
        level: "error",
        text: isOwn
          ? `${label} exists already, with this stack's tags: an earlier run may have left it. To recover:`
          : `${label} exists already and is not of this stack. Adopt it, or choose another name:`,
        fix: isOwn
          ? [`npx beo recover ${stack}`]
          : [`npx beo adopt ${stack}`, `npx pulumi config set name <name> -s ${stack}`],
      },
    ];
  });
}

const keepMail = "another stack or service probably uses it. Do not delete it while that sends mail.";

/** Names a setting with which the stack does without a record that exists. */
function describeRecord(record: string, resource: string, stack: string): Line {
  const subject = `The DNS record ${record} exists already`;
  const set = (path: string, value: string) => `npx pulumi config set --path ${path} ${value} -s ${stack}`;
  const ofMail = resource.startsWith("beo-mail-");
  if (!ofMail) {
    return {
      level: "error",
      text: `${subject}. While what it points to serves the domain, create none yet; otherwise delete it in Route 53:`,
      fix: [set("web.dnsRecord", "false")],
    };
  }
  return {
    level: "error",
    text: `${subject}: ${keepMail} Create none, or send mail through that stack for the time being, with its SMTP credentials:`,
    fix: [
      resource === "beo-mail-dmarc-txt"
        ? set("mail.dmarcPolicy", "off")
        : set("mail.mailFromSubdomain", "<free name>"),
      ...borrowMail(stack),
    ],
  };
}

function describeIdentity(label: string, tags: ExistingResource["tags"], stack: string): Line {
  const owner = ["Project", "Environment"].flatMap((key) => tags?.[key] ?? []).join(" ");
  return {
    level: "error",
    text: `${label} exists already${owner === "" ? "" : ` (tags: ${owner})`}: ${keepMail} Send mail through it, with its SMTP credentials, or adopt it if this stack is to own it:`,
    fix: [...borrowMail(stack), `npx beo adopt ${stack}`],
  };
}

/** A stack with SMTP credentials has no identity and no mail records of its own. */
function borrowMail(stack: string): string[] {
  return ["smtpUser", "smtpPassword"].map((key) =>
    commandLine([{ verb: "set", flags: ["--secret"], key }], stack),
  );
}

/** A deleted database of this name left backups: the program refuses to create an empty one silently. */
async function readBackups(context: Context): Promise<Line[]> {
  const { clients, planned, region, stack } = context;
  const [database] = plannedOf(context, "rds/instance:Instance");
  if (database === undefined) {
    return [];
  }
  const settings = getGroup(context, "database") as { snapshotIdentifier?: string };
  const { lost } = await readDatabase(
    clients,
    toText(database.inputs.identifier),
    getBackupRegions({ planned, state: [] }, region),
    settings.snapshotIdentifier,
  );
  return lost === undefined
    ? []
    : checkLostDatabase({ database: settings }, { lost }, getSetting(context, "ignoreSnapshot"), stack).map(
        ({ key, message, commands }) => {
          const [text = "", ...more] = message.split("\n");
          return {
            level: "error",
            text: `${key} ${text}`,
            fix: [
              ...more.map((line) => line.trim()),
              ...commands.map((command) => commandLine([command], stack)),
            ],
          };
        },
      );
}

/** The sandbox of SES. */
export function checkMail(context: Context): Check[] {
  const regions = plannedOf(context, "sesv2/emailIdentity:EmailIdentity").map(({ inputs }) =>
    toText(inputs.region),
  );
  return regions.map((region) => ({
    topic: "Mail",
    actions: ["ses:GetAccount"],
    read: async () => {
      const { ProductionAccessEnabled } = await context.clients.mail(region).send(new GetAccountCommand({}));
      return [
        ProductionAccessEnabled
          ? { level: "ok", text: `SES in ${region} sends to all addresses.` }
          : {
              level: "warning",
              text: `SES in ${region} is in the sandbox: it sends to verified addresses only. Request production access, which takes a day:`,
              fix: [`https://console.aws.amazon.com/ses/home?region=${region}#/account`],
            },
      ];
    },
  }));
}
