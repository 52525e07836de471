import { createHmac } from "node:crypto";

/**
 * The SMTP password that belongs to an IAM secret access key, for one SES region.
 *
 * The algorithm and its constants are AWS's: SES Developer Guide, "Obtaining Amazon SES SMTP credentials by converting
 * existing AWS credentials". The provider's own `sesSmtpPasswordV4` will not do: it is for the provider's region, and
 * the application's mail region is another.
 */
export function smtpPassword(secretAccessKey: string, region: string): string {
  const version = 4;
  const signature = ["11111111", region, "ses", "aws4_request", "SendRawEmail"].reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return Buffer.concat([Buffer.from([version]), signature]).toString("base64");
}
