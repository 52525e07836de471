import { DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { type Check, formatDate, getDays, type Line } from "../report";
import { type Context, ofType } from "./context";

/** The certificates of the domain: the program's own, and the one that the load balancer's listener uses. */
export function checkCertificate(context: Context): Check[] {
  const listeners = ofType(context, "elasticbeanstalk/environment:Environment").flatMap(
    ({ inputs }) => (inputs?.settings ?? []) as { name?: string; value?: unknown }[],
  );
  const arns = new Set([
    ...ofType(context, "acm/certificate:Certificate").map(({ id = "" }) => id),
    ...listeners.flatMap(({ name, value }) =>
      name === "SSLCertificateArns" && typeof value === "string" ? [value] : [],
    ),
  ]);
  return [...arns]
    .filter((arn) => arn.startsWith("arn:"))
    .map((arn) => ({
      topic: "Certificate",
      actions: ["acm:DescribeCertificate"],
      read: () => readCertificate(arn, context),
    }));
}

async function readCertificate(CertificateArn: string, { clients, now, stack }: Context): Promise<Line[]> {
  const { Certificate = {} } = await clients.acm.send(new DescribeCertificateCommand({ CertificateArn }));
  const { DomainName = "", Status = "", NotAfter, RenewalSummary, Type } = Certificate;
  if (Status !== "ISSUED" || NotAfter === undefined) {
    return [
      {
        level: Status === "PENDING_VALIDATION" ? "warning" : "error",
        text: `The certificate of ${DomainName} is ${Status}${Status === "PENDING_VALIDATION" ? ": its DNS record is missing" : ""}.`,
        fix: [`npx pulumi stack output dnsRecords -s ${stack}`],
      },
    ];
  }
  const days = getDays(now, NotAfter);
  const expiry = `The certificate of ${DomainName} expires on ${formatDate(NotAfter)}`;
  const isImported = Type === "IMPORTED";
  const failed = ["FAILED", "PENDING_VALIDATION"].includes(RenewalSummary?.RenewalStatus ?? "");
  // ACM renews a certificate that is in use from 60 days before it expires.
  if (days > (isImported || failed ? 60 : 30)) {
    return [
      {
        level: "ok",
        text: `${expiry}. ${isImported ? "It is imported: ACM does not renew it." : "ACM renews it."}`,
      },
    ];
  }
  const advice = isImported
    ? "Import its successor under the same ARN: aws acm import-certificate."
    : `ACM could not renew it. Check that its validation record is still in DNS: npx pulumi stack output dnsRecords -s ${stack}.`;
  return [{ level: days > 30 ? "warning" : "error", text: `${expiry}, in ${days} days. ${advice}` }];
}
