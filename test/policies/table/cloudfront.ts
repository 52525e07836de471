import type { Props } from "../../../policies/rule";
import { tagged } from "./controls";
import type { Row } from "./row";

const behavior = {
  targetOriginId: "web",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["GET", "HEAD"],
  cachedMethods: ["GET", "HEAD"],
  cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
};
const distribution = (origin: Props, defaultBehavior: Props = {}, more: Props = {}) =>
  tagged("cloudfront/distribution:Distribution", {
    enabled: true,
    origins: [
      {
        originId: "web",
        domainName: "web.example.com",
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
          ...origin,
        },
      },
    ],
    defaultCacheBehavior: { ...behavior, ...defaultBehavior },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
    ...more,
  });
const allowsHttp = { viewerProtocolPolicy: "allow-all" };

/** Distributions as the controls of Security Hub describe them. */
export const cloudFrontRows: Row[] = [
  { says: "CloudFront: HTTPS to viewers and to the origin", resources: [distribution({})] },
  {
    says: "CloudFront: an S3 origin, HTTPS only",
    resources: [
      distribution(
        {},
        { viewerProtocolPolicy: "https-only", targetOriginId: "files" },
        { origins: [{ originId: "files", domainName: "x.s3.us-west-1.amazonaws.com" }] },
      ),
    ],
  },
  {
    says: "CloudFront.3: HTTP allowed",
    by: "cloudfront-viewer-policy-https",
    resources: [distribution({}, allowsHttp)],
  },
  {
    says: "CloudFront.3: HTTP allowed by a further cache behavior",
    by: "cloudfront-viewer-policy-https",
    resources: [
      distribution(
        {},
        {},
        { orderedCacheBehaviors: [{ ...behavior, pathPattern: "/static/*", ...allowsHttp }] },
      ),
    ],
  },
  {
    says: "CloudFront.3: HTTPS only by a further cache behavior",
    resources: [distribution({}, {}, { orderedCacheBehaviors: [{ ...behavior, pathPattern: "/static/*" }] })],
  },
  {
    says: "CloudFront.9: HTTP to the origin",
    by: "cloudfront-traffic-to-origin-encrypted",
    resources: [distribution({ originProtocolPolicy: "http-only" })],
  },
  {
    says: "CloudFront.9: HTTP to the origin in development",
    stack: "dev",
    resources: [distribution({ originProtocolPolicy: "http-only" })],
  },
  {
    says: "CloudFront.9: the viewer's protocol, which is HTTPS",
    resources: [distribution({ originProtocolPolicy: "match-viewer" })],
  },
  {
    says: "CloudFront.9: the viewer's protocol, which may be HTTP",
    by: "cloudfront-traffic-to-origin-encrypted",
    resources: [distribution({ originProtocolPolicy: "match-viewer" }, allowsHttp)],
  },
  {
    says: "CloudFront.10: SSL 3 to the origin",
    by: "cloudfront-no-deprecated-ssl-protocols",
    resources: [distribution({ originSslProtocols: ["SSLv3", "TLSv1.2"] })],
  },
  {
    says: "CloudFront.10: TLS 1.0 to the origin",
    by: "cloudfront-no-deprecated-ssl-protocols",
    resources: [distribution({ originSslProtocols: ["TLSv1"] })],
  },
];
