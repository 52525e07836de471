import * as pulumi from "@pulumi/pulumi";
import { type DeploymentArgs, getDeployCommand } from "./deploy-command";
import type { DnsRecord } from "./dns-record";
import type { Instructions } from "./instructions";

/**
 * Returns the text of `.elasticbeanstalk/config.yml`, by which `eb` finds the environments from a checkout of the
 * application. `eb` looks up the current Git branch, without a fallback; `default` is for a folder without Git and a
 * detached HEAD. Without `sc`, `eb` finds out itself whether the folder is a Git checkout.
 */
export function getEbConfig(inputs: {
  applicationName: string;
  webEnvironmentName: pulumi.Input<string>;
  branch: string;
  region: pulumi.Input<string>;
}): pulumi.Output<string> {
  const { applicationName, webEnvironmentName, branch } = inputs;
  return pulumi.interpolate`branch-defaults:
  default:
    environment: ${webEnvironmentName}
  main:
    environment: ${webEnvironmentName}
  master:
    environment: ${webEnvironmentName}
global:
  application_name: ${applicationName}
  default_platform: ${branch} running on 64bit Amazon Linux 2023
  default_region: ${inputs.region}
  workspace_type: Application
`;
}

/** Returns the steps that are left to do by hand after an update. */
export function getInstructions(inputs: {
  applicationName: string;
  webEnvironmentName: pulumi.Input<string>;
  workerEnvironmentName: pulumi.Input<string>;
  /** The settings that decide how long a deployment may take. */
  deployment: DeploymentArgs;
  url: pulumi.Input<string>;
  /** Whether the domain has yet to be pointed to the web environment. */
  movesDomain: boolean;
  dnsRecords: pulumi.Input<DnsRecord[]>;
  /** The sender and the region of SES; undefined with another mail provider. */
  mail: { fromAddress: pulumi.Input<string>; region: string; domain?: string } | undefined;
  /** The addresses that get the alarms, each with a subscription to confirm in each region. */
  alarmEmails?: pulumi.Input<string>[];
  instructions: Instructions;
}): pulumi.Output<string> {
  const { applicationName, webEnvironmentName, workerEnvironmentName, movesDomain, instructions } = inputs;
  const { pulumiCommand, beoCommand } = instructions;
  const stack = pulumi.getStack();
  const values = {
    url: inputs.url,
    records: inputs.dnsRecords,
    environments: [webEnvironmentName, workerEnvironmentName],
    mail: inputs.mail,
    emails: inputs.alarmEmails ?? [],
  };
  return pulumi.output(values).apply(({ url, records, environments, mail, emails }) => {
    const alarmEmails = [...new Set(emails)];
    const steps = [
      [
        "Deploy the application. In this directory, with the path of the application's checkout as APPLICATION:",
        "  mkdir -p APPLICATION/.elasticbeanstalk",
        `  ${pulumiCommand} stack output ebConfig -s ${stack} > APPLICATION/.elasticbeanstalk/config.yml`,
        ...(beoCommand === undefined ? [] : getOverlaySteps(beoCommand, stack)),
        `${beoCommand === undefined ? "" : "Commit the files with the commands that it prints. "}Deploy the web environment first: it migrates the database.`,
        ...environments.map((environment) => `  ${getDeployCommand(environment, inputs.deployment)}`),
      ],
      movesDomain && [
        `Once the application works at its own host name, point ${url} to it${beoCommand === undefined ? ". Remove web.dnsRecord, and run" : ""}:`,
        ...(beoCommand === undefined
          ? []
          : [`  ${pulumiCommand} config rm --path web.dnsRecord --stack ${stack}`]),
        `  ${pulumiCommand} up --stack ${stack}`,
      ],
      records.length > 0 && [
        "Create these DNS records:",
        ...records.map((record) => `  ${record.name} ${record.type} ${record.value}  (${record.purpose})`),
      ],
      alarmEmails.length > 0 && [
        `Confirm the subscriptions to the alarms: open the links that AWS sent to ${alarmEmails.join(", ")}, one for each region`,
        `with alarms.${beoCommand === undefined ? "" : ` Those that are left: ${beoCommand} status ${stack}`}`,
      ],
      ...(mail === undefined ? [] : getMailSteps(mail, instructions)),
    ].filter((step) => step !== false);
    const text = steps.flatMap((lines, index) => [
      "",
      ...lines.map((line, position) => `${position === 0 ? `${index + 1}. ` : "   "}${line}`),
    ]);
    return [`${applicationName} runs at ${url}`, ...text, ""].join("\n");
  });
}

/** The sender in the application's settings. */
const applicationSender = "support@navigader.com";

/** Returns how to add the files that the application needs on the platform to its checkout. */
function getOverlaySteps(beoCommand: string, stack: string): string[] {
  const command = `${beoCommand} overlay APPLICATION --stack ${stack}`;
  return [
    `  ${command}`,
    "It writes the files that are missing, and shows those that differ. Replace those:",
    `  ${command} --force`,
  ];
}

function getMailSteps(
  { fromAddress, region, domain }: { fromAddress: string; region: string; domain?: string },
  { documents }: Instructions,
) {
  return [
    domain === undefined && [
      `Verify the sender: open the link that SES sends to ${fromAddress}. It is valid for 24 hours.`,
    ],
    [
      `Request production access to SES in ${region}, once for the account. Until AWS grants it, SES is in a sandbox and sends`,
      "to verified addresses only:",
      `  https://${region}.console.aws.amazon.com/ses/home?region=${region}#/account`,
    ],
    fromAddress !== applicationSender && [
      `Make the application send from SUPPORT_EMAIL. Its settings contain the sender ${applicationSender}, but SES accepts mail`,
      `from ${fromAddress} only${documents === undefined ? "" : ` (${documents}/application.md)`}.`,
    ],
  ];
}
