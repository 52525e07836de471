import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { found, type Kind, unlessMissing } from "../kind";

/** What RDS makes when somebody switches the export of logs on. */
export const logGroup: Kind = {
  what: "log group",
  name: "name",
  async look(name, _planned, { aws: { logs } }) {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    return logGroups
      .filter(({ logGroupName }) => logGroupName === name)
      .map(({ retentionInDays }) =>
        found(name, { actual: { retentionInDays: retentionInDays ?? "for ever" } }),
      );
  },
};

/** An address or domain that somebody verified for sending mail. */
export const emailIdentity: Kind = {
  what: "SES identity",
  name: "emailIdentity",
  async look(name, planned, { aws: { mail }, stack }) {
    const region = planned.region as string;
    const answer = await unlessMissing(
      mail(region).send(new GetEmailIdentityCommand({ EmailIdentity: name })),
      "NotFoundException",
    );
    return answer === undefined
      ? []
      : [
          found(name, {
            obstacles: [
              `It is verified already, and belongs to what sends by it. Go on with the SMTP credentials in use: npm run adopt --silent -- ${stack} --take-secrets, or set the secrets smtpUser and smtpPassword. Or give it up: aws sesv2 delete-email-identity --region ${region} --email-identity ${name}`,
            ],
          }),
        ];
  },
};
