import { createHash } from "node:crypto";
import * as cloudfront from "@pulumi/aws/cloudfront";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checkArguments } from "./check-arguments";
import { getOutputs } from "./outputs";

/** A web server that CloudFront serves over HTTPS. */
export interface WebDistributionArgs {
  /**
   * Host name of the web server, which accepts HTTP on port 80.
   *
   * @changing In place, within minutes.
   */
  originHost: pulumi.Input<string>;
  /**
   * What the distribution is for, at most 128 characters: the console and `npx beo recover` show it.
   *
   * @changing In place.
   */
  comment: pulumi.Input<string>;
  /**
   * Tags of the distribution.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The managed policies by their ids, which are the same in all accounts: no response is cached, and every header, cookie and
 * parameter reaches the server, with CloudFront-Forwarded-Proto
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html,
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html).
 */
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerAndCloudFrontHeaders = "33f36d7e-f396-46d9-90e0-52428a34d9dc";

/** CloudFront would cache these for 10 seconds, for all users: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html. */
const cachedErrors = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/** Seconds that CloudFront waits for an answer: the most without a higher quota. */
export const originReadTimeout = 60;

/**
 * A CloudFront distribution with a host name and a certificate of CloudFront's own, so that HTTPS needs no domain. It caches
 * nothing, and redirects HTTP to HTTPS. Its requests to the server are plain HTTP, with a secret by which the server knows
 * them: the distributions of others have the same addresses. CloudFront accepts TLS 1.0 and later with its own certificate.
 */
export class WebDistribution extends pulumi.ComponentResource {
  /** Host name of the distribution: `<letters and digits>.cloudfront.net`. */
  readonly domainName: pulumi.Output<string>;
  /** URL of the distribution. */
  readonly url: pulumi.Output<string>;
  /** SHA-256 of the secret in the header X-Origin-Verify, in hexadecimal: the secret does not follow from it. */
  readonly verifyHash: pulumi.Output<string>;

  constructor(name: string, args: WebDistributionArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("WebDistribution", args);
    super("beo:index:WebDistribution", name, {}, opts);
    const { originHost, comment, tags } = args;
    const parent = { parent: this };

    const secret = pulumi.secret(
      new random.RandomPassword(`${name}-secret`, { length: 32, special: false }, parent).result,
    );
    const targetOriginId = "web";
    const distribution = new cloudfront.Distribution(
      `${name}-cloudfront`,
      {
        enabled: true,
        comment,
        isIpv6Enabled: true,
        // North America and Europe.
        priceClass: "PriceClass_100",
        origins: [
          {
            originId: targetOriginId,
            domainName: originHost,
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              // The server has no certificate.
              originProtocolPolicy: "http-only",
              originSslProtocols: ["TLSv1.2"],
              originReadTimeout,
            },
            customHeaders: [{ name: "X-Origin-Verify", value: secret }],
          },
        ],
        defaultCacheBehavior: {
          targetOriginId,
          viewerProtocolPolicy: "redirect-to-https",
          allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
          cachedMethods: ["GET", "HEAD"],
          cachePolicyId: cachingDisabled,
          originRequestPolicyId: allViewerAndCloudFrontHeaders,
        },
        customErrorResponses: cachedErrors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { cloudfrontDefaultCertificate: true },
        tags,
      },
      parent,
    );

    this.domainName = distribution.domainName;
    this.url = pulumi.interpolate`https://${distribution.domainName}`;
    this.verifyHash = pulumi.unsecret(
      // The mocks of unit tests may return none.
      secret.apply((text: string | undefined) =>
        createHash("sha256")
          .update(text ?? "")
          .digest("hex"),
      ),
    );
    this.registerOutputs(getOutputs(this));
  }
}
