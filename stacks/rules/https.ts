import { isInZone } from "../../components/dns-record";
import { removeCommand, setCommand } from "../commands";
import { zoneOf } from "../mends";
import { type Rules, when } from "./rule";

/** How the application is reached. */
export const https: Rules = {
  "HTTPS outside dev": ({ settings: { environment, domain, certificateArn } }) =>
    when(environment !== "dev" && domain === undefined && certificateArn === undefined, () => ({
      key: "domain",
      message: `is missing: ${environment} is served over HTTPS, or its secure cookies never come back and nobody can log in. Set domain with hostedZone, or domain with certificateArn.`,
      mend: [setCommand("domain", "beo.example.com"), setCommand("hostedZone", "example.com")],
    })),

  "a domain has a zone or a certificate": ({ settings: { domain, hostedZone, certificateArn } }) =>
    when(domain !== undefined && hostedZone === undefined && certificateArn === undefined, () => ({
      key: "domain",
      message: "needs hostedZone (the certificate is made) or certificateArn (one that you have).",
      mend: [setCommand("hostedZone", zoneOf(domain ?? ""))],
    })),

  "a zone and a certificate exclude each other": ({ settings: { hostedZone, certificateArn } }) =>
    when(hostedZone !== undefined && certificateArn !== undefined, () => ({
      key: "certificateArn",
      message: "and hostedZone are both set: with a hosted zone the certificate is made.",
      mend: [removeCommand("certificateArn")],
    })),

  "a zone or certificate has a domain": ({ settings: { domain, hostedZone, certificateArn } }) =>
    when(domain === undefined && (hostedZone !== undefined || certificateArn !== undefined), () => ({
      key: "domain",
      message: `is missing, but ${hostedZone === undefined ? "certificateArn" : "hostedZone"} is set.`,
      mend: [setCommand("domain", `beo.${hostedZone ?? "example.com"}`)],
    })),

  // ACM User Guide, "Quotas": the first name of a certificate has 64 characters at most.
  "the domain fits a certificate": ({ settings: { domain, hostedZone } }) =>
    when(hostedZone !== undefined && (domain ?? "").length > 64, () => ({
      key: "domain",
      message: `has ${(domain ?? "").length} characters: a certificate takes 64.`,
      mend: [setCommand("domain", `beo.${hostedZone ?? ""}`)],
    })),

  "the domain lies in its zone": ({ settings: { domain, hostedZone } }) =>
    when(domain !== undefined && hostedZone !== undefined && !isInZone(domain, hostedZone), () => ({
      key: "hostedZone",
      message: `is "${hostedZone ?? ""}", in which "${domain ?? ""}" does not lie.`,
      mend: [setCommand("hostedZone", zoneOf(domain ?? ""))],
    })),

  "the certificate is in the region": ({ settings: { certificateArn }, region }) =>
    when(
      certificateArn !== undefined && region !== undefined && certificateArn.split(":")[3] !== region,
      () => ({
        key: "certificateArn",
        message: `is of ${certificateArn?.split(":")[3] ?? ""}: a load balancer takes certificates of its own region, ${region ?? ""}.`,
        mend: [
          setCommand(
            "certificateArn",
            certificateArn?.replace(/^(arn:aws:acm:)[^:]*/, `$1${region ?? ""}`) ?? "",
          ),
        ],
      }),
    ),

  "HTTPS has a load balancer": ({ settings: { web, domain, certificateArn } }) =>
    when(Boolean(web.singleInstance) && (domain !== undefined || certificateArn !== undefined), () => ({
      key: "web.singleInstance",
      message:
        "is true, but a domain is set: HTTPS ends at a load balancer, which a single instance has not.",
      mend: [setCommand("web.singleInstance", false)],
    })),

  "the front end has https outside dev": ({ settings: { appUrl, environment } }) =>
    when(environment !== "dev" && (appUrl.startsWith("http:") || isLocal(appUrl)), () => ({
      key: "appUrl",
      message: `is "${appUrl}": in ${environment} legal is an https:// URL that everybody reaches.`,
      mend: [
        setCommand(
          "appUrl",
          isLocal(appUrl) ? "https://beo.example.com" : appUrl.replace(/^http:/, "https:"),
        ),
      ],
    })),
};

/** Whether it reaches nobody but this machine. */
function isLocal(url: string): boolean {
  return /\/\/localhost(:|$)/.test(url);
}
