import * as pulumi from "@pulumi/pulumi";
import { DnsRecord } from "./dns-record";

/** What `.elasticbeanstalk/config.yml` in a checkout of the application holds, so that `eb` finds the environments. */
export function ebConfig(facts: {
  applicationName: pulumi.Input<string>;
  platform: string;
  region: pulumi.Input<string>;
}): pulumi.Output<string> {
  return pulumi.interpolate`branch-defaults:
  default:
    environment: ${facts.applicationName}
global:
  application_name: ${facts.applicationName}
  default_platform: ${facts.platform} running on 64bit Amazon Linux 2023
  default_region: ${facts.region}
  sc: git
  workspace_type: Application
`;
}

/** What is left to do by hand after an update. */
export function readme(facts: {
  applicationName: string;
  url: pulumi.Input<string>;
  dnsRecords: pulumi.Input<DnsRecord[]>;
  usesSes: boolean;
  alarmEmail?: string;
}): pulumi.Output<string> {
  return pulumi
    .all([facts.url, facts.dnsRecords])
    .apply(([url, records]) =>
      [
        `${facts.applicationName} runs at ${url}`,
        "",
        "Deploy. From here, with the folder of your checkout of the application for APPLICATION:",
        "  mkdir -p APPLICATION/.elasticbeanstalk",
        "  npx pulumi stack output ebConfig > APPLICATION/.elasticbeanstalk/config.yml",
        "and there:",
        `  eb deploy ${facts.applicationName}`,
        `  eb deploy ${facts.applicationName}-worker`,
        ...(records.length === 0
          ? []
          : [
              "",
              "Make these DNS records:",
              ...records.map((r) => `  ${r.name} ${r.type} ${r.value}  (${r.purpose})`),
            ]),
        ...(facts.alarmEmail === undefined
          ? []
          : ["", `Alarms: ${facts.alarmEmail} gets a mail from AWS, and has to confirm that it wants them.`]),
        ...(facts.usesSes
          ? [
              "",
              "Mail: SES begins in a sandbox and sends to verified addresses only. Ask AWS for production access in the",
              "SES console of the mail region. An address that is not of a verified domain gets a mail to confirm it.",
            ]
          : []),
        "",
      ].join("\n"),
    );
}
