import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { createMatch, ignoreMissing, type Matcher } from "../matcher";

export const findEmailIdentity: Matcher = async (name, planned, { aws: { mail }, stack }) => {
  const region = planned.region as string;
  const identity = await ignoreMissing(
    mail(region).send(new GetEmailIdentityCommand({ EmailIdentity: name })),
    "NotFoundException",
  );
  return identity === undefined
    ? []
    : [
        createMatch(name, {
          blockers: [
            `The identity is already verified and may be used by other applications. Either keep the SMTP credentials in use: npx beo adopt ${stack} --save-variables, or set the secrets smtpUser and smtpPassword. Or delete the identity: aws sesv2 delete-email-identity --region ${region} --email-identity ${name}`,
          ],
        }),
      ];
};
