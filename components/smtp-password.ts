import { createHmac } from "node:crypto";

/**
 * Returns the SMTP password that belongs to an IAM secret access key, for one SES region.
 *
 * The algorithm and its constants are those of the SES Developer Guide:
 * https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html. The provider's own `sesSmtpPasswordV4` is for the
 * provider's region, but the application sends mail from another one.
 */
export function getSmtpPassword(secretAccessKey: string, region: string): string {
  const version = 4;
  const signature = ["11111111", region, "ses", "aws4_request", "SendRawEmail"].reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return Buffer.concat([Buffer.from([version]), signature]).toString("base64");
}
