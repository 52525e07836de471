import { getShortType, resourceTypes } from "../../plan/resource-types";
import { commandLine, setCommand, setCommands, setSecretCommand } from "../../stacks/commands";
import { ownTags } from "./describe-changes";
import { isPart } from "./describe-parts";
import { matchers } from "./matchers";
import type { ExistingResource, ResourceChange, SuggestedSetting, Survey } from "./survey";
import { isDeadEnd } from "./usage";

/** Formats what exists in AWS, what is in use, and what the program would change. */
export function formatReport(survey: Survey): string[] {
  const { stack, applicationName, account, region } = survey;
  return [
    `${stack}: ${applicationName} in account ${account}, ${region}`,
    `The aws commands below expect: export AWS_REGION=${region}`,
    ...formatSection("In use by the application", formatUsage(survey)),
    ...formatSection("Already in the stack", formatResources(survey, getManaged(survey))),
    ...(isDeadEnd(survey)
      ? []
      : [
          ...formatSection("Taken over", formatTakenOver(survey)),
          ...formatSection("Created by pulumi up", formatCreated(survey)),
        ]),
    ...formatSection("Cannot be taken over", formatRefused(survey)),
    ...formatSection("Not in the new environments", survey.lost ?? []),
    ...formatSection(
      "Blockers",
      getBlockers(survey).flatMap((blocker) => blocker.split("\n")),
    ),
    ...formatSection("Required settings", formatSettings(stack, getRequiredSettings(survey))),
    ...formatSection(
      "Keep it as it is: paste these to keep what the existing resources have",
      formatSettings(stack, getKeepSettings(survey), false),
    ),
  ];
}

/** Formats a section; nothing if it is empty. */
export function formatSection(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** Formats the commands that set settings, each below a comment with its reason. */
export function formatSettings(stack: string, settings: SuggestedSetting[], showReasons = true): string[] {
  return settings.flatMap(({ key, value, secret, reason }) => {
    const commands =
      value !== undefined ? [setCommand(key, value)] : secret ? [setSecretCommand(key)] : setCommands(key);
    return [...(showReasons ? [`# ${reason}`] : []), commandLine(commands, stack)];
  });
}

/** What prevents the adoption, and what to do. */
export function getBlockers({ problems, resources, usage }: Survey): string[] {
  const isReported = ({ label }: ExistingResource) =>
    usage.some(({ blocker, value }) => blocker !== undefined && label.endsWith(` ${value}`));
  return [
    ...problems,
    ...usage.flatMap(({ blocker }) => blocker ?? []),
    ...resources
      .filter((resource) => !isReported(resource))
      .flatMap(({ label, blockers }) => blockers.map((blocker) => `${label}: ${blocker}`)),
  ];
}

/** The settings without which something would be replaced, lost or unavailable, each key once. */
export function getRequiredSettings(survey: Survey): SuggestedSetting[] {
  const { resources, usage, inState, settings: own } = survey;
  if (isDeadEnd(survey)) {
    return [];
  }
  const settings = [
    ...own,
    // The user is saved with its password, by variables.ts.
    ...usage.flatMap(({ setting }) => (setting === undefined || setting.key === "sqlUser" ? [] : setting)),
    ...resources.filter(({ urn }) => !inState.has(urn)).flatMap(({ requiredSettings }) => requiredSettings),
  ];
  return [...new Map(settings.map((setting) => [setting.key, setting])).values()];
}

/** The settings that keep what the existing resources have, each key once. */
export function getKeepSettings(survey: Survey): SuggestedSetting[] {
  if (isDeadEnd(survey)) {
    return [];
  }
  const required = new Set(getRequiredSettings(survey).map(({ key }) => key));
  const settings = survey.changes.flatMap(({ keep }) => keep ?? []).filter(({ key }) => !required.has(key));
  return [...new Map(settings.map((setting) => [setting.key, setting])).values()];
}

function formatUsage({ environments, usage }: Survey): string[] {
  return [
    ...environments.map(
      ({ name, role, application, status, health, version, platform }) =>
        `${role} environment ${name} of ${application}: ${[status, health, `version ${version || "none"}`, platform].filter(Boolean).join(", ")}`,
    ),
    ...usage.map(({ variable, environment, value, what, setting }) => {
      const isEverywhere = environment === environments.map(({ name }) => name).join(", ");
      const where = environment === "" || isEverywhere ? "" : ` of ${environment}`;
      const key = setting && `; needs ${setting.key}`;
      return `${variable}${where}: ${what.includes(value) ? what : `${value}, ${what}`}${key ?? ""}`;
    }),
  ];
}

const getManaged = ({ resources, inState }: Survey) => resources.filter(({ urn }) => inState.has(urn));

function formatTakenOver(survey: Survey): string[] {
  const taken = survey.resources.filter(
    ({ urn, blockers }) => !survey.inState.has(urn) && blockers.length === 0,
  );
  const lines = formatResources(survey, taken);
  return lines.length === 0 ? [] : [`All of them get the tags ${ownTags.join(", ")}.`, ...lines];
}

/** Formats resources with what changes in them, and in one line those in which nothing does. */
function formatResources(survey: Survey, resources: ExistingResource[]): string[] {
  const own = resources.filter((resource) => !isPart(resource));
  const groups = sortByComponent(own).map((resource) => ({
    label: resource.label,
    lines: [...formatChanges(survey, resource), ...resource.notes.map((note) => `  ${note}`)],
  }));
  const same = groups.filter(({ lines }) => lines.length === 0).map(({ label }) => label);
  return [
    ...groups.flatMap(({ label, lines }) => (lines.length === 0 ? [] : [label, ...lines])),
    ...(same.length === 0 ? [] : [`Without a change: ${countLabels(same).join(", ")}`]),
  ];
}

/** Names a few resources of a type, and counts more. */
function countLabels(labels: string[]): string[] {
  const getType = (label: string) => label.replace(/ \S*$/, "");
  return [...new Set(labels.map(getType))].flatMap((type) => {
    const names = labels.filter((label) => getType(label) === type);
    return names.length > 3 ? [`${names.length} ${type}s`] : names;
  });
}

function formatChanges({ changes }: Survey, { urn }: Pick<ExistingResource, "urn">): string[] {
  const own = changes.filter((change) => change.urn === urn);
  const isMinor = ({ isDefault, keep }: ResourceChange) => isDefault === true && keep === undefined;
  const minor = own.filter(isMinor).map(({ path }) => path.replace(/^.* /, ""));
  return [
    ...own
      .filter((change) => !isMinor(change))
      .map(({ path, from, to, keep }) => {
        const setting = keep && `; keep: ${keep.key} ${String(keep.value)}`;
        return `  ~ ${path}: ${shorten(from)} → ${shorten(to)}${setting ?? ""}`;
      }),
    ...(minor.length === 0
      ? []
      : [`  ~ options that have their defaults: ${[...new Set(minor)].join(", ")} → the program's`]),
  ];
}

/** Long values, such as JSON documents, would hide the others. */
function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 79)}…` : value;
}

/** The database first, then what belongs to each bucket, queue and environment together. */
function sortByComponent(resources: ExistingResource[]): ExistingResource[] {
  const order = ["-db-", "-s3-media", "-s3-static", "-queue-", "-iam-", "-eb-", "-mail-", ""];
  const getRank = ({ urn }: ExistingResource) =>
    order.findIndex((part) => urn.replace(/^.*::/, "").includes(part));
  return [...resources].sort((a, b) => getRank(a) - getRank(b));
}

/** What people create by hand and is not there; log groups and dead-letter queues are rarely. */
function formatCreated(survey: Survey): string[] {
  const { planned, resources, inState, changes } = survey;
  const known = new Set([...resources.map(({ urn }) => urn), ...inState]);
  return planned
    .filter(
      ({ type, urn, name }) => type in matchers && !known.has(urn) && !/-log$|-dead-letters$/.test(name),
    )
    .flatMap(({ type, urn, inputs }) => {
      const { label = getShortType(type), nameInput = "" } = resourceTypes[type] ?? {};
      const name = inputs[nameInput];
      const replaced = changes.find((change) => change.urn === urn)?.label;
      return typeof name === "string" && !name.startsWith("[")
        ? [
            `${label} ${name}${replaced === undefined ? "" : `, which differs from ${replaced}:`}`,
            ...formatChanges(survey, { urn }),
          ]
        : [];
    });
}

function formatRefused({ environments }: Survey): string[] {
  return environments
    .filter(({ reasons, isManaged }) => reasons.length > 0 && !isManaged)
    .map(({ name, reasons }) => `environment ${name}: ${reasons.join("; ")}`);
}
