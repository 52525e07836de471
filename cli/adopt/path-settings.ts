import { getSetting } from "../../stacks/schema";
import { getHosts } from "./environments";
import {
  type Environments,
  getAllowedHosts,
  getList,
  getMember,
  getOwnHost,
  getPlannedDatabase,
  getPlannedEnvironment,
  getReplaced,
  type Role,
  runsApplication,
} from "./roles";
import type { Facts } from "./steps/step";
import type { AdoptionPath, SuggestedSetting, Survey } from "./survey";

/** The way that an adoption takes. */
export function getPath(survey: Survey, existing: Environments, facts: Facts): AdoptionPath {
  return {
    settings: getPathSettings(survey, existing, facts),
    replaced: getReplaced(existing),
    lost: [
      ...findLostHosts(survey, existing),
      ...Object.entries(facts.variables.refused).map(([name, reason]) => `${name}: ${reason}`),
    ],
    engineVersion: facts.upgradePath?.at(-1),
  };
}

/** The settings that let the program's environments be created beside the old ones and answer for them. */
export function getPathSettings(survey: Survey, existing: Environments, facts: Facts): SuggestedSetting[] {
  const { serving, own } = existing;
  const hasApplication = runsApplication(own.web);
  return [
    ...getNameSettings(survey, existing, facts),
    ...(facts.freePrefix === undefined || own.web !== undefined
      ? []
      : [
          {
            key: "web.cnamePrefix",
            value: facts.freePrefix,
            reason: `another environment has ${getOwnHost(survey)}; the address moves later`,
          },
        ]),
    ...getHostSettings(survey, existing),
    ...(serving !== undefined && !hasApplication && needsMarker(survey, facts)
      ? [
          {
            key: "web.dnsRecord",
            value: false,
            reason: `${survey.configuration.domain ?? "the domain"} stays with ${serving.name} until the address moves`,
          },
        ]
      : []),
    ...getPasswordSettings(survey, facts),
    ...getKeptSettings(survey),
  ];
}

/** What the database has and keeps by itself, so that the configuration says it, too. */
function getKeptSettings(survey: Survey): SuggestedSetting[] {
  const isImported = survey.inState.has(getPlannedDatabase(survey)?.urn ?? "");
  const isSet = ({ key }: SuggestedSetting) =>
    getMember(survey, "database", key.replace("database.", "")) !== undefined;
  return isImported ? [] : (survey.database?.kept ?? []).filter((setting) => !isSet(setting));
}

function getNameSettings(survey: Survey, { own }: Environments, { takenNames }: Facts): SuggestedSetting[] {
  const suffixes: Record<Role, string[]> = { web: [""], worker: ["-worker", "-w"] };
  return (["web", "worker"] as const).flatMap((role) => {
    const name = getPlannedEnvironment(survey, role)?.inputs.name;
    return own[role] !== undefined || typeof name !== "string" || !takenNames.has(name)
      ? []
      : [
          {
            key: `${role}.environmentName`,
            value: getFreeName(survey.applicationName, suffixes[role], takenNames),
            reason: `${name} cannot be taken over; the new environment is created beside it`,
          },
        ];
  });
}

/** The first free name of `<name><suffix>-2`, `<name><suffix>-3` …; the first suffix that leaves at most 40 characters. */
function getFreeName(name: string, suffixes: string[], taken: ReadonlySet<string>): string {
  const suffix = suffixes.find((one) => `${name}${one}-2`.length <= 40) ?? "";
  let number = 2;
  while (taken.has(`${name}${suffix}-${number}`)) {
    number += 1;
  }
  return `${name}${suffix}-${number}`;
}

const hostPattern = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** The hosts that the application answers to today, and would not any more. */
function getHostSettings(survey: Survey, { own, serving }: Environments): SuggestedSetting[] {
  const current = serving ?? (own.web?.isManaged === false ? own.web : undefined);
  // Once the new environment has the application, others are addresses of what goes away.
  if (current === undefined || runsApplication(own.web)) {
    return [];
  }
  const allowed = new Set([...getAllowedHosts(survey), getOwnHost(survey)]);
  // In an environment that is taken over, its own address is web.cnamePrefix.
  const hosts = [
    ...(serving === undefined ? [] : [serving.cname?.toLowerCase() ?? ""]),
    ...getHosts(current),
  ].filter((host) => hostPattern.test(host) && host !== own.web?.cname?.toLowerCase() && !allowed.has(host));
  const first = getList(survey, "web", "additionalHosts").length;
  return [...new Set(hosts)].map((host, index) => ({
    key: `web.additionalHosts[${first + index}]`,
    value: host,
    reason: "the application answers to this host today",
  }));
}

/** The hosts that the application answers to as long as the old environment exists, and that are not suggested. */
export function findLostHosts(survey: Survey, { own, serving }: Environments): string[] {
  const current = serving ?? (own.web?.isManaged === false ? own.web : undefined);
  const allowed = getAllowedHosts(survey);
  const accepted = getSetting("web.additionalHosts")?.validator.item;
  return [...new Set(current === undefined ? [] : getHosts(current))]
    .filter((host) => !hostPattern.test(host) && !allowed.includes(host))
    .map((host) => {
      const reason =
        accepted?.isValid(host) === true
          ? "not taken over by itself. Add it to web.additionalHosts if users or monitoring need it."
          : `not accepted: web.additionalHosts expects ${accepted?.expected ?? ""}.`;
      return `${host} of DJANGO_ALLOWED_HOSTS: ${reason}`;
    });
}

/** Whether the configuration has to say that the domain still belongs to an old environment. */
function needsMarker(survey: Survey, { records }: Facts): boolean {
  const { domain, hostedZone } = survey.configuration;
  const isMarked = getMember(survey, "web", "dnsRecord") === false;
  return domain !== undefined && !isMarked && (records.length > 0 || hostedZone === undefined);
}

/** The master user's password, where the application's variables do not have it. */
function getPasswordSettings(survey: Survey, { variables, hasDatabasePassword }: Facts): SuggestedSetting[] {
  const user = survey.database?.username ?? "";
  return variables.sqlUser === undefined || hasDatabasePassword || survey.database === undefined
    ? []
    : [
        {
          key: "databasePassword",
          secret: true,
          reason: `the password of ${user}, the database's master user. The application connects as ${variables.sqlUser}, so only you know it; pulumi up gives ${user} the password that you set`,
        },
      ];
}
