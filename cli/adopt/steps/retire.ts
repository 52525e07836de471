import { commandLine, removeCommand } from "../../../stacks/commands";
import { type Environments, getList, getMember, getOwnHost } from "../roles";
import type { ExistingEnvironment, Survey } from "../survey";
import { keptNamespace } from "../variables";
import { formatRegion, formatUp } from "./commands";
import type { Context, Facts, Step } from "./step";

export function getRetireStep({ survey, facts, existing }: Context): Step {
  const { old } = existing;
  const commands = old.length > 0 ? terminate(survey, old, facts) : removeRest(survey, facts, existing);
  return {
    title: "Remove what is no longer used",
    isDone: !commands.some((line) => !line.startsWith("#")),
    commands: [formatRegion(survey.region), ...commands],
  };
}

function terminate({ stack }: Survey, old: readonly ExistingEnvironment[], { variables }: Facts): string[] {
  const refused = Object.entries(variables.refused);
  const running = old.filter(({ status }) => !status.startsWith("Terminat"));
  const names = old.map(({ name }) => name).join(" ");
  return [
    "# Until here the old environments are the way back. Wait until you have used the new ones for some days.",
    ...(refused.length === 0
      ? []
      : [
          `# Their variables are saved in Pulumi.${stack}.yaml. Not in the new environments, but kept encrypted under ${keptNamespace}:`,
          ...refused.map(([name, reason]) => `#   ${name}: ${reason}`),
        ]),
    ...running.flatMap(({ name, role, platform }) => [
      `# Deletes ${name} (${platform}) with its instances${role === "web" ? ", load balancer and address" : ""}:`,
      `aws elasticbeanstalk terminate-environment --environment-name ${name}`,
    ]),
    `aws elasticbeanstalk wait environment-terminated --environment-names ${names}`,
  ];
}

/** What is unused once no old environment exists: settings that kept it running, keys, policies and groups. */
function removeRest(survey: Survey, facts: Facts, existing: Environments): string[] {
  const { others } = existing;
  const { stack, resources } = survey;
  const settings = getTemporarySettings(survey, existing);
  // Those that remove a setting are above.
  const cleanup = resources
    .flatMap((resource) => resource.cleanup)
    .filter((text) => !text.includes("config rm"));
  const groups = getList(survey, "database", "additionalSecurityGroupIds");
  const isInUse = others.length > 0;
  return [
    ...(isInUse
      ? [
          `# Also uses the database: ${others.map(({ name, application }) => `${name} (application ${application})`).join(", ")}. It may use the old key and group, so they stay.`,
        ]
      : []),
    ...(settings.length === 0
      ? []
      : [
          `# Settings that were for the old environments: ${settings.join(", ")}`,
          ...settings.map((key) => commandLine([removeCommand(key)], stack)),
          formatUp(stack),
          ...(settings.includes("database.additionalSecurityGroupIds")
            ? groups.map(
                (id) =>
                  `# Then, if nothing else uses it: aws ec2 delete-security-group --group-id ${String(id)}`,
              )
            : []),
        ]),
    ...(settings.length > 0 ? [] : cleanup.flatMap((text) => formatCleanup(text, isInUse))),
    ...facts.keptKeys.map(
      (key) => `# Saved, and used by nothing: npx pulumi config rm ${key} --stack ${stack}`,
    ),
  ];
}

/** The settings that only old environments needed. */
function getTemporarySettings(survey: Survey, { own, others }: Environments): string[] {
  return [
    ...(getMember(survey, "platform", "plainSecrets") === true ? ["platform.plainSecrets"] : []),
    ...(others.length === 0 && getList(survey, "database", "additionalSecurityGroupIds").length > 0
      ? ["database.additionalSecurityGroupIds"]
      : []),
    ...getFormerHosts(survey, own),
  ];
}

/** The hosts of environments that are gone: another account may take such an address. */
function getFormerHosts(survey: Survey, own: Environments["own"]): string[] {
  const isInUse = (host: unknown) => host === own.web?.cname?.toLowerCase() && host !== getOwnHost(survey);
  const hosts = getList(survey, "web", "additionalHosts");
  const former = hosts.flatMap((host, index) =>
    String(host).endsWith(".elasticbeanstalk.com") && !isInUse(host) ? [index] : [],
  );
  // An empty list is no value. Removing an item moves those after it.
  return former.length === hosts.length && hosts.length > 0
    ? ["web.additionalHosts"]
    : former.reverse().map((index) => `web.additionalHosts[${index}]`);
}

/** Formats "<what>: <command>" as a comment and a command. */
function formatCleanup(text: string, isInUse: boolean): string[] {
  const [, what = text, command = ""] = /^(.*?): ((?:aws|npx) .*)$/s.exec(text) ?? [];
  return [`# ${what}${isInUse ? `: ${command}` : ""}`, ...(isInUse || command === "" ? [] : [command])];
}
