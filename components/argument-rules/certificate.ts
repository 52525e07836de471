import { isInZone } from "../dns-record";
import type { Context } from "./context";

/** Checks the domain and what gives it a certificate. */
export function checkCertificate({ settings, isValid, report }: Context): void {
  const { domain, hostedZone, certificateArn, mail } = settings;
  if (!isValid("domain", "hostedZone", "certificateArn")) {
    return;
  }
  if (domain === undefined) {
    // A zone can also be for the records of mail only.
    const isZoneUsed =
      hostedZone !== undefined && mail.domain !== undefined && isInZone(mail.domain, hostedZone);
    if ((hostedZone !== undefined && !isZoneUsed) || certificateArn !== undefined) {
      const message = `is missing, but ${certificateArn === undefined ? "hostedZone" : "certificateArn"} is set.`;
      report("domain", message);
    }
  } else if (hostedZone === undefined && certificateArn === undefined) {
    const message = "needs hostedZone, to create a certificate, or certificateArn, to use an existing one.";
    report("domain", message, { set: "hostedZone" });
  } else if (hostedZone !== undefined) {
    if (!isInZone(domain, hostedZone)) {
      report("hostedZone", `is "${hostedZone}", but domain, "${domain}", is not in that zone.`);
    }
    // ACM User Guide, "Quotas".
    if (domain.length > 64) {
      report("domain", `has ${domain.length} characters. The maximum of an ACM certificate is 64.`);
    }
    if (/\.(local|localdomain|internal|intranet|lan|home|corp|arpa|onion)$/.test(domain)) {
      report("domain", `is "${domain}". ACM issues certificates for public host names only.`);
    }
  }
  if (hostedZone !== undefined && certificateArn !== undefined) {
    const message = "and hostedZone are both set. A certificate is created with hostedZone. Remove one.";
    report("certificateArn", message, { remove: "certificateArn" });
  }
}
