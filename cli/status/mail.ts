import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { GetAccountCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import type { Check, Line } from "../report";
import { type Context, getOutput, ofType } from "./context";

const topic = "Mail";

/** SES: the identity, DKIM, sandbox, bounces and complaints. */
export function checkMail(context: Context): Check[] {
  const identities = ofType(context, "sesv2/emailIdentity:EmailIdentity");
  const regions = new Set(identities.map((identity) => getOutput(identity, "region")));
  return [
    ...identities.map((identity) => ({
      topic,
      actions: ["ses:GetEmailIdentity"],
      read: () => readIdentity(identity.id ?? "", getOutput(identity, "region"), context),
    })),
    ...[...regions].flatMap((region) => [
      { topic, actions: ["ses:GetAccount"], read: () => readAccount(region, context) },
      {
        topic,
        actions: ["cloudwatch:GetMetricStatistics"],
        read: () => readReputation(region, context),
      },
    ]),
  ];
}

async function readIdentity(
  EmailIdentity: string,
  region: string,
  { clients, stack }: Context,
): Promise<Line[]> {
  const { IdentityType, VerifiedForSendingStatus, DkimAttributes, MailFromAttributes } = await clients
    .mail(region)
    .send(new GetEmailIdentityCommand({ EmailIdentity }));
  const isAddress = IdentityType === "EMAIL_ADDRESS";
  const records = [`npx pulumi stack output dnsRecords -s ${stack}`];
  const lines: Line[] = [
    VerifiedForSendingStatus
      ? { level: "ok", text: `${EmailIdentity} is verified.` }
      : {
          level: "error",
          text: `${EmailIdentity} is not verified, so no mail is sent. ${isAddress ? "Open the link in AWS's message, or send it again:" : "Its DNS records are missing:"}`,
          fix: isAddress
            ? [
                `aws sesv2 delete-email-identity --email-identity ${EmailIdentity} --region ${region}`,
                `npx pulumi up --refresh -s ${stack}`,
              ]
            : records,
        },
  ];
  const { Status: dkim } = DkimAttributes ?? {};
  if (!isAddress && dkim !== "SUCCESS") {
    lines.push({
      level: dkim === "PENDING" || dkim === "TEMPORARY_FAILURE" ? "warning" : "error",
      text: `DKIM of ${EmailIdentity} is ${dkim ?? "not set up"}. Receivers treat its mail as spam. Its DNS records:`,
      fix: records,
    });
  }
  const { MailFromDomain, MailFromDomainStatus } = MailFromAttributes ?? {};
  if (MailFromDomain && MailFromDomainStatus !== "SUCCESS") {
    lines.push({
      level: "warning",
      text: `The MAIL FROM domain ${MailFromDomain} is ${MailFromDomainStatus ?? "not set up"}. Its DNS records:`,
      fix: records,
    });
  }
  return lines;
}

async function readAccount(region: string, { clients }: Context): Promise<Line[]> {
  const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus, SendQuota } = await clients
    .mail(region)
    .send(new GetAccountCommand({}));
  const { Max24HourSend: maximum = 0, SentLast24Hours: sent = 0 } = SendQuota ?? {};
  const lines: Line[] = [
    ProductionAccessEnabled
      ? { level: "ok", text: `${sent} of ${maximum} messages sent in 24 hours.` }
      : {
          level: "warning",
          text: `SES in ${region} is in the sandbox: it sends to verified addresses only. Request production access:`,
          fix: [`https://console.aws.amazon.com/ses/home?region=${region}#/account`],
        },
  ];
  if (SendingEnabled === false) {
    lines.push({
      level: "error",
      text: `Sending is paused in ${region}. SES says why: https://console.aws.amazon.com/ses/home?region=${region}#/account`,
    });
  } else if (EnforcementStatus !== undefined && EnforcementStatus !== "HEALTHY") {
    lines.push({
      level: EnforcementStatus === "SHUTDOWN" ? "error" : "warning",
      text: `SES has the account in ${region} under review (${EnforcementStatus}): https://console.aws.amazon.com/ses/home?region=${region}#/reputation`,
    });
  }
  if (maximum > 0 && sent >= 0.8 * maximum) {
    lines.push({
      level: "warning",
      text: `${sent} of ${maximum} messages of the quota of 24 hours are sent.`,
    });
  }
  return lines;
}

/** From which rate SES reviews an account, and from which it may pause sending (SES: "Reputation metrics messages"). */
const limits = [
  { metric: "Reputation.BounceRate", noun: "bounces", review: 0.05, pause: 0.1 },
  { metric: "Reputation.ComplaintRate", noun: "complaints", review: 0.001, pause: 0.005 },
];

async function readReputation(region: string, { clients, now }: Context): Promise<Line[]> {
  const rates = await Promise.all(
    limits.map(async ({ metric, ...limit }) => {
      const { Datapoints = [] } = await clients.metrics(region).send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/SES",
          MetricName: metric,
          Statistics: ["Average"],
          Period: 3600,
          StartTime: new Date(now.getTime() - 24 * 60 * 60 * 1000),
          EndTime: now,
        }),
      );
      const [latest] = [...Datapoints].sort((a, b) => Number(b.Timestamp) - Number(a.Timestamp));
      return { ...limit, rate: latest?.Average };
    }),
  );
  return rates.flatMap(({ noun, review, pause, rate }): Line[] => {
    if (rate === undefined) {
      return [];
    }
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
    const text = `${percent(rate)} ${noun}.`;
    return rate < review
      ? [{ level: "ok", text }]
      : [
          {
            level: rate < pause ? "warning" : "error",
            text: `${text} From ${percent(review)} on SES reviews the account, from ${percent(pause)} on it may pause sending. Stop mail to these addresses: https://console.aws.amazon.com/ses/home?region=${region}#/suppressions`,
          },
        ];
  });
}
