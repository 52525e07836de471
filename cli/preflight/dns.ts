import { GetHostedZoneCommand } from "@aws-sdk/client-route-53";
import { DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { listZones } from "../adopt/records";
import type { Check, Line } from "../report";
import { type Context, getSetting } from "./context";

/** The hosted zone and its delegation, or the certificate. */
export function checkDns(context: Context): Check[] {
  const zone = getSetting(context, "hostedZone");
  const certificate = getSetting(context, "certificateArn");
  return [
    ...(zone === undefined
      ? []
      : [
          {
            topic: "DNS",
            actions: ["route53:ListHostedZones", "route53:GetHostedZone"],
            read: () => readZone(zone, context),
          },
        ]),
    ...(certificate === undefined
      ? []
      : [
          {
            topic: "Certificate",
            actions: ["acm:DescribeCertificate"],
            read: () => readCertificate(certificate, context),
          },
        ]),
  ];
}

async function readZone(name: string, { clients, resolveNs, stack }: Context): Promise<Line[]> {
  const zones = (await listZones(clients.route53)).filter(({ Name }) => Name === `${name}.`);
  const [zone] = zones;
  if (zone === undefined) {
    return [
      {
        level: "error",
        text: `The account has no public hosted zone ${name} (hostedZone). Set one of this list, or create it:`,
        fix: [
          `aws route53 list-hosted-zones --query "HostedZones[?!Config.PrivateZone].Name"`,
          `aws route53 create-hosted-zone --name ${name} --caller-reference ${stack}-${name}`,
        ],
      },
    ];
  }
  if (zones.length > 1) {
    return [
      {
        level: "error",
        text: `The account has ${zones.length} public hosted zones ${name} (${zones.map(({ Id = "" }) => Id.replace("/hostedzone/", "")).join(", ")}). Delete those that the domain is not delegated to; its name servers:`,
        fix: [`dig +short NS ${name}`, "aws route53 delete-hosted-zone --id <zone-id>"],
      },
    ];
  }
  const { DelegationSet } = await clients.route53.send(new GetHostedZoneCommand({ Id: zone.Id }));
  const own = (DelegationSet?.NameServers ?? []).map(normalize);
  let actual: string[];
  try {
    actual = (await resolveNs(name)).map(normalize);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code !== "ENOTFOUND" && code !== "ENODATA") {
      return [
        {
          level: "warning",
          text: `The delegation of ${name} is not known, because DNS did not answer (${code}).`,
          fix: [`dig +short NS ${name}`],
        },
      ];
    }
    actual = [];
  }
  return actual.some((server) => own.includes(server))
    ? [{ level: "ok", text: `${name} is delegated to its hosted zone.` }]
    : [
        {
          level: "error",
          text: `${name} is not delegated to its hosted zone: ${actual.length === 0 ? "public DNS has no name servers for it" : `its name servers are ${actual.join(", ")}`}. ACM and SES would wait for their records for ever. Set these name servers at the domain's registrar or in the parent zone:`,
          fix: own,
        },
      ];
}

const normalize = (host: string) => host.toLowerCase().replace(/\.$/, "");

async function readCertificate(CertificateArn: string, context: Context): Promise<Line[]> {
  const { clients, region } = context;
  const domain = getSetting(context, "domain") ?? "";
  const list = `aws acm list-certificates --region ${region}`;
  if (CertificateArn.split(":")[3] !== region) {
    return [
      {
        level: "error",
        text: `certificateArn is in another region than ${region}, where the load balancer is. Use one of:`,
        fix: [list],
      },
    ];
  }
  const { Certificate } = await clients.acm
    .send(new DescribeCertificateCommand({ CertificateArn }))
    .catch((error: unknown) => {
      if ((error as Error).name === "ResourceNotFoundException") {
        return { Certificate: undefined };
      }
      throw error;
    });
  if (Certificate?.Status !== "ISSUED") {
    return [
      {
        level: "error",
        text:
          Certificate === undefined
            ? "certificateArn does not exist in the account. Use one of:"
            : `The certificate of certificateArn is ${Certificate.Status ?? ""}, not ISSUED. Its records:`,
        fix: [
          Certificate === undefined
            ? list
            : `aws acm describe-certificate --certificate-arn ${CertificateArn} --query "Certificate.DomainValidationOptions[].ResourceRecord" --region ${region}`,
        ],
      },
    ];
  }
  const names = [Certificate.DomainName ?? "", ...(Certificate.SubjectAlternativeNames ?? [])];
  const wildcard = `*.${domain.replace(/^[^.]*\./, "")}`;
  return names.includes(domain) || names.includes(wildcard)
    ? [{ level: "ok", text: `The certificate is issued for ${domain}.` }]
    : [
        {
          level: "error",
          text: `The certificate of certificateArn is for ${[...new Set(names)].join(", ")}, not for ${domain} (domain). Use one of:`,
          fix: [list],
        },
      ];
}
