import { commandLine, removeCommand, setCommand } from "../../../stacks/commands";
import { formatMove, formatRecordBack } from "../address";
import { getList, getMember, getOwnHost, isServing } from "../roles";
import type { ExistingEnvironment, Survey } from "../survey";
import { formatImport, formatRegion, formatUp } from "./commands";
import type { Context, Step } from "./step";

export function getMoveStep(context: Context, serving: ExistingEnvironment): Step {
  const { survey, existing } = context;
  const title = "Move the address to the new environment";
  const { domain, hostedZone } = survey.configuration;
  const web = existing.own.web;
  if (!isServing(web)) {
    return { title, isDone: false, commands: [] };
  }
  const check = getCheck(survey, web?.cname ?? getOwnHost(survey), domain ?? serving.cname ?? "");
  const isMarked = getMember(survey, "web", "dnsRecord") === false;
  const isAtOtherProvider = domain !== undefined && hostedZone === undefined;
  const isInZone = domain !== undefined && (isMarked || context.facts.records.length > 0);
  const step = isAtOtherProvider
    ? moveElsewhere(context, serving, isMarked)
    : isInZone
      ? moveRecord(context, serving, isMarked)
      : swap(context, serving);
  return { title, isDone: step.isDone, commands: [...check, ...step.commands] };
}

/** The request that tells whether the new environment answers for the address. */
function getCheck({ configuration, planned, stack }: Survey, cname: string, host: string): string[] {
  if (planned.some(({ type }) => type === "aws:cloudfront/distribution:Distribution")) {
    return [
      `# First log in to the new environment at its own address in CloudFront: npx pulumi stack output url -s ${stack}`,
    ];
  }
  const { domain, certificateArn, hostedZone } = configuration;
  const isHttps = domain !== undefined && (certificateArn ?? hostedZone) !== undefined;
  const request = isHttps
    ? `curl -sS -o /dev/null -w '%{http_code}\\n' --connect-to ${host}:443:${cname}:443 https://${host}/`
    : `curl -sS -o /dev/null -w '%{http_code}\\n' -H 'Host: ${host}' http://${cname}/`;
  return [`# First log in to the new environment, or at least see that it answers 200 to: ${request}`];
}

type Move = Pick<Step, "isDone" | "commands">;

/** The domain's record is in Route 53: Pulumi takes it over and points it to its environment. */
function moveRecord(
  { survey, facts, open, addressUrn, existing }: Context,
  serving: ExistingEnvironment,
  isMarked: boolean,
): Move {
  const { stack, region, inState, changes, configuration } = survey;
  const { domain = "" } = configuration;
  const zoneId = facts.records[0]?.zoneId ?? "";
  const isManaged = addressUrn !== undefined && inState.has(addressUrn);
  const isImported = isManaged || facts.records.length === 0;
  const cname = existing.own.web?.cname ?? getOwnHost(survey);
  return {
    isDone: !isMarked && isManaged && !changes.some(({ urn }) => urn === addressUrn),
    commands: isMarked
      ? [
          formatRegion(region),
          ...formatMove(facts.records, domain, cname, region),
          `# From now on the program has the record of ${domain}. The next commands, from npx beo adopt ${stack}, point it to ${cname}.`,
          commandLine([removeCommand("web.dnsRecord")], stack),
        ]
      : [
          ...(isImported ? [] : [formatImport(open.importFile, stack)]),
          `# Points ${domain} to ${cname}, at once. Way back: ${formatRecordBack(zoneId, domain, serving, region)}`,
          formatUp(stack),
        ],
  };
}

/** The domain's record is at another provider. */
function moveElsewhere(
  { survey, facts, existing }: Context,
  serving: ExistingEnvironment,
  isMarked: boolean,
): Move {
  const { stack, configuration } = survey;
  const { domain = "" } = configuration;
  const leadsToOld = facts.resolved.includes(serving.cname?.toLowerCase() ?? "");
  const cname = existing.own.web?.cname ?? getOwnHost(survey);
  return {
    isDone: !isMarked && !leadsToOld,
    commands: [
      `# At the provider of its DNS, set the record of ${domain}: CNAME ${cname} (an ALIAS or ANAME record at the top of a zone).`,
      `# Way back: CNAME ${serving.cname ?? ""}. Lower its TTL some hours before.`,
      ...(leadsToOld ? [`# DNS still leads ${domain} to ${serving.cname ?? ""}.`] : []),
      ...(isMarked
        ? ["# When the record is changed:", commandLine([removeCommand("web.dnsRecord")], stack)]
        : [`# Then run npx beo adopt ${stack} again.`]),
    ],
  };
}

/** The environments exchange their CNAMEs, and whatever leads to the old one's leads to the new one. */
function swap({ survey, existing }: Context, serving: ExistingEnvironment): Move {
  const { name = "", cname = "" } = existing.own.web ?? {};
  const { stack, region } = survey;
  const host = cname.toLowerCase();
  // The old address is among the additional hosts since the third step.
  const isSwapped = host !== getOwnHost(survey) || getList(survey, "web", "additionalHosts").includes(host);
  const address = (isSwapped ? cname : serving.cname) ?? "";
  const getPrefix = (from: string) => from.replace(`.${region}.elasticbeanstalk.com`, "");
  return {
    isDone: isSwapped && host === getOwnHost(survey),
    commands: [
      formatRegion(region),
      ...(isSwapped
        ? []
        : [
            `# ${address} leads to ${name} within about a minute. Way back: the same commands again, with web.cnamePrefix ${getPrefix(cname)}.`,
            `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${serving.name} --destination-environment-name ${name}`,
            `aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${serving.name} ${name}`,
          ]),
      "# The program learns the address that its environment has now:",
      `npx pulumi refresh --stack ${stack}`,
      commandLine([setCommand("web.cnamePrefix", getPrefix(address))], stack),
      formatUp(stack),
    ],
  };
}
