import { Certificate } from "../../../components";

new Certificate(
  "certificate",
  { domain: "api.example.com", hostedZone: "example.com" },
  {
    transforms: [
      // The emulated AWS issues a certificate after a minute: this one is late.
      ({ type, props, opts }) =>
        type === "aws:acm/certificateValidation:CertificateValidation"
          ? { props, opts: { ...opts, customTimeouts: { create: "5s" } } }
          : undefined,
    ],
  },
);
