import { getPath, outsideDevelopment, toObjects, toStrings } from "../checks";
import { types } from "../resource-types";
import type { Resource, RuleDefinition } from "../rule";
import { type List, map, some } from "../unknown-values";

/** Rules on CloudFront distributions. */
export const cloudFront: RuleDefinition[] = [
  {
    name: "cloudfront-viewer-policy-https",
    title: "CloudFront distributions should require encryption in transit",
    severity: "medium",
    controls: ["CloudFront.3"],
    remediation: "Set viewerProtocolPolicy to redirect-to-https or https-only.",
    types: types.distribution,
    check(distribution, report) {
      report(() => {
        const isPlain = (policy: string) => policy !== "redirect-to-https" && policy !== "https-only";
        return (
          some(getViewerPolicies(distribution), isPlain) &&
          'viewerProtocolPolicy allows HTTP; expected "redirect-to-https" or "https-only".'
        );
      });
    },
  },
  {
    name: "cloudfront-no-deprecated-ssl-protocols",
    title: "CloudFront distributions should not use deprecated SSL protocols to custom origins",
    severity: "medium",
    controls: ["CloudFront.10"],
    remediation: "Set originSslProtocols to TLSv1.2.",
    types: types.distribution,
    check(distribution, report) {
      report(
        () =>
          some(getOfOrigins(distribution, "originSslProtocols"), (protocols) =>
            some(toStrings(protocols), (protocol) => protocol !== "TLSv1.2"),
          ) && "originSslProtocols allows older protocols than TLSv1.2; expected TLSv1.2 only.",
      );
    },
  },
  {
    name: "cloudfront-traffic-to-origin-encrypted",
    title: "CloudFront distributions should encrypt traffic to custom origins outside development",
    severity: "medium",
    controls: ["CloudFront.9"],
    remediation: "Give the origin a certificate, and set originProtocolPolicy to https-only.",
    types: types.distribution,
    check: outsideDevelopment((distribution, report) => {
      report(() => {
        const isPlain = (policy: unknown) =>
          policy === "http-only" ||
          (policy === "match-viewer" &&
            some(getViewerPolicies(distribution), (viewerPolicy) => viewerPolicy === "allow-all"));
        return (
          some(getOfOrigins(distribution, "originProtocolPolicy"), isPlain) &&
          "originProtocolPolicy sends requests over HTTP; expected https-only."
        );
      });
    }),
  },
];

/** Returns viewerProtocolPolicy of all cache behaviors. */
function getViewerPolicies({ props }: Resource): List<string> {
  return [
    () => String(getPath(props, "defaultCacheBehavior.viewerProtocolPolicy")),
    ...map(toObjects(props.orderedCacheBehaviors), (behavior) => String(behavior.viewerProtocolPolicy)),
  ];
}

/** Returns an input of all custom origins. */
function getOfOrigins({ props }: Resource, input: string): List<unknown> {
  return map(toObjects(props.origins), (origin) => getPath(origin, `customOriginConfig.${input}`));
}
