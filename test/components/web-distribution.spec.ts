import { createHash } from "node:crypto";
import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs, WebDistribution } from "../../components";
import { isSecretOutput, run, type Run, valueOf } from "../support/run";

const host = "d111111abcdef8.cloudfront.net";
const datastore: BeoDatastoreArgs = {
  applicationName: "beo-dev",
  environment: "dev",
  appUrl: "https://beo.example.com",
  supportEmail: "support@example.com",
  web: { singleInstance: true, cloudFront: true, cnamePrefix: "Beo-Dev" },
};

function getProperties(made: Run, environment: string): Record<string, string> {
  const settings = made.inputs(environment).settings as { namespace: string; name: string; value: string }[];
  return Object.fromEntries(
    settings
      .filter(({ namespace }) => namespace === "aws:elasticbeanstalk:application:environment")
      .map(({ name, value }) => [name, value]),
  );
}

describe("WebDistribution", () => {
  // The inputs follow the CloudFront developer guide: managed policies by their ids, all methods, and the status codes that
  // CloudFront caches.
  it("serves an HTTP server over HTTPS, caches nothing and passes everything on", async () => {
    const made = await run(
      () =>
        new WebDistribution("w", { originHost: "web.example.com", comment: "beo", tags: { Project: "beo" } }),
    );
    expect(made.counts()).to.deep.equal({ Distribution: 1, RandomPassword: 1 });
    expect(made.inputs("w-cloudfront")).to.deep.equal({
      enabled: true,
      comment: "beo",
      isIpv6Enabled: true,
      priceClass: "PriceClass_100",
      origins: [
        {
          originId: "web",
          domainName: "web.example.com",
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "http-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: 60,
          },
          customHeaders: [{ name: "X-Origin-Verify", value: "r".repeat(32) }],
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "web",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        cachedMethods: ["GET", "HEAD"],
        // CachingDisabled, AllViewerAndCloudFrontHeaders-2022-06.
        cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        originRequestPolicyId: "33f36d7e-f396-46d9-90e0-52428a34d9dc",
      },
      customErrorResponses: [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((errorCode) => ({
        errorCode,
        errorCachingMinTtl: 0,
      })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
      tags: { Project: "beo" },
    });
    expect(made.inputs("w-secret")).to.deep.include({ length: 32, special: false });
  });

  it("gives the hash of its secret, which is no secret, and not the secret", async () => {
    let values: unknown[] = [];
    await run(async () => {
      const { domainName, url, verifyHash } = new WebDistribution("w", { originHost: "x", comment: "x" });
      values = [await valueOf([domainName, url, verifyHash] as const), await isSecretOutput(verifyHash)];
    });
    const hash = createHash("sha256").update("r".repeat(32)).digest("hex");
    expect(values).to.deep.equal([[host, `https://${host}`, hash], false]);
  });
});

describe("BeoDatastore with CloudFront", () => {
  it("puts it in front of the environment's address, and tells the application its host", async () => {
    let url = "";
    const made = await run(async () => {
      url = await valueOf(new BeoDatastore("beo", datastore).url);
    });
    expect(url).to.equal(`https://${host}`);
    const [origin] = made.inputs("beo-edge-cloudfront").origins as { domainName: string }[];
    expect(origin?.domainName).to.equal("beo-dev.us-west-1.elasticbeanstalk.com");
    const [web, worker] = ["beo-eb-web", "beo-eb-worker"].map((name) => getProperties(made, name));
    for (const properties of [web, worker]) {
      expect(properties).to.deep.include({
        DJANGO_ALLOWED_HOSTS: `${host} Beo-Dev.us-west-1.elasticbeanstalk.com`,
        CSRF_COOKIE_SECURE: "1",
        SESSION_COOKIE_SECURE: "1",
      });
    }
    const hash = createHash("sha256").update("r".repeat(32)).digest("hex");
    expect(web).to.include({ ORIGIN_VERIFY_SHA256: hash });
    expect(worker).not.to.have.property("ORIGIN_VERIFY_SHA256");
    // Nothing but CloudFront reaches the instance.
    expect(made.inputs("beo-net-instances-in")).to.deep.include({ prefixListId: "pl-4ea04527" });
    expect(made.inputs("beo-net-instances-in")).not.to.have.property("cidrIpv4");
    // The admin's fonts are in the bucket of static files.
    const rules = made.inputs("beo-s3-static-cors").corsRules as { allowedOrigins: string[] }[];
    expect(rules[0]?.allowedOrigins).to.deep.equal(["https://beo.example.com", `https://${host}`]);
  });

  it("does without it by default", async () => {
    const made = await run(() => new BeoDatastore("beo", { ...datastore, web: { singleInstance: true } }));
    expect(made.counts()).not.to.have.property("Distribution");
    expect(getProperties(made, "beo-eb-web")).not.to.have.property("ORIGIN_VERIFY_SHA256");
    expect(made.inputs("beo-net-instances-in")).to.deep.include({ cidrIpv4: "0.0.0.0/0" });
  });
});
