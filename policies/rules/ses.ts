import { expectInput, getPath, toBeSet } from "../checks";
import { types } from "../resource-types";
import type { RuleDefinition } from "../rule";

/** Rules on SES identities and configuration sets. */
export const ses: RuleDefinition[] = [
  {
    name: "ses-sending-tls-required",
    title: "SES configuration sets should have TLS enabled for sending emails",
    severity: "medium",
    controls: ["SES.3"],
    remediation: "Set deliveryOptions.tlsPolicy to REQUIRE.",
    types: types.configurationSet,
    check: expectInput("deliveryOptions.tlsPolicy", {
      isMet: (policy) => String(policy).toUpperCase() === "REQUIRE",
      description: '"REQUIRE"',
    }),
  },
  {
    name: "ses-dkim-2048-bit-key",
    title: "SES identities should sign emails with a DKIM key of 2,048 bits",
    severity: "medium",
    remediation:
      "Remove dkimSigningAttributes.nextSigningKeyLength, or set it to RSA_2048_BIT. Easy DKIM must stay enabled.",
    url: "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html",
    types: types.emailIdentity,
    check({ props }, report) {
      report(
        () =>
          getPath(props, "dkimSigningAttributes.nextSigningKeyLength") === "RSA_1024_BIT" &&
          'dkimSigningAttributes.nextSigningKeyLength is "RSA_1024_BIT"; expected "RSA_2048_BIT".',
      );
    },
  },
  {
    name: "ses-identity-configuration-set",
    title: "SES identities should have a default configuration set, which requires TLS",
    severity: "medium",
    controls: ["SES.3"],
    remediation: "Set configurationSetName.",
    types: types.emailIdentity,
    check: expectInput("configurationSetName", toBeSet),
  },
];
