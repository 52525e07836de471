import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at } from "../values";

/** Mail of a domain is signed with a key of 2,048 bits (DKIM). */
export const rule: ResourceRule = {
  name: "ses-domain-is-signed",
  description: "Mail of a domain is signed with a key of 2,048 bits (DKIM).",
  severity: "medium",
  level: "mandatory",
  controls: ["SES.1"],
  remediation:
    "Leave Easy DKIM on; set dkimSigningAttributes.nextSigningKeyLength to RSA_2048_BIT or leave it out.",
  url: "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html",
  reads: ["!dkimSigningAttributes.nextSigningKeyLength"],
  types: types.emailIdentity,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => at(props, "dkimSigningAttributes.nextSigningKeyLength") !== "RSA_1024_BIT",
      "dkimSigningAttributes.nextSigningKeyLength must not be RSA_1024_BIT.",
    );
  },
};
