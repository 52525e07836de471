import { getAddress } from "../../../components/names";
import { commandLine, removeCommand } from "../../../stacks/commands";
import { getSetting, isGroup } from "../../../stacks/schema";
import { numberItems } from "../keep";
import type { Rehearsal } from "../rehearsal";
import { getPlannedDatabase } from "../roles";
import type { ResourceChange, SuggestedSetting, Survey, Usage } from "../survey";
import { oldestPostgres } from "../upgrade-path";

/** Sets settings in the copy, and plans it again. Settings that the configuration does not allow block. */
export async function apply(
  survey: Survey,
  rehearsal: Rehearsal,
  required: SuggestedSetting[],
): Promise<void> {
  // Its password is set with it, and both change variables only.
  const settings = required.filter(({ key }) => key !== "sqlUser");
  if (survey.problems.length > 0) {
    return;
  }
  const invalid = settings.flatMap(describeInvalid);
  if (invalid.length > 0) {
    survey.problems.push(...invalid);
    return;
  }
  rehearsal.set(settings);
  const { errors, resources } = await rehearsal.plan();
  if (errors.length > 0) {
    survey.problems.push(...errors);
  } else {
    survey.planned = resources;
  }
}

/** Describes a setting whose value the configuration does not allow, although AWS has it. */
function describeInvalid({ key, value, reason }: SuggestedSetting): string[] {
  const item = key.endsWith("]");
  const { validator } = getSetting(key.replace(/\[\d+\]$/, "")) ?? {};
  const expected = item ? validator?.item : validator;
  return value === undefined || expected === undefined || expected.isValid(value)
    ? []
    : [
        `${key} would have to be ${String(value)} (${reason}), which is not allowed. Expected ${expected.expected}.`,
      ];
}

export function getGroup(
  configuration: Survey["configuration"],
  name: string,
): Record<string, string | undefined> {
  return isGroup(name) ? (JSON.parse(configuration[name] ?? "{}") as Record<string, string | undefined>) : {};
}

/** An old database is upgraded before the import: the rehearsal goes on from there. */
export function getUpgradeSettings({ database, inState, planned }: Survey): SuggestedSetting[] {
  const isImported = inState.has(getPlannedDatabase({ planned })?.urn ?? "");
  const reason = "the database is upgraded before";
  return database === undefined || isImported || Number.parseInt(database.engineVersion, 10) >= oldestPostgres
    ? []
    : [
        { key: "database.engineVersion", value: String(oldestPostgres), reason },
        { key: "database.allowMajorVersionUpgrade", value: true, reason },
      ];
}

/** AWS alone assigns a prefix with .eba- in it: no new environment can get one. */
export function checkPrefix({ configuration, environments, stack, region }: Survey): string[] {
  const { cnamePrefix = "" } = getGroup(configuration, "web");
  const address = getAddress(cnamePrefix, region);
  const isKept = environments.some(
    ({ cname, reasons, isManaged }) => cname === address && (isManaged || reasons.length === 0),
  );
  return !cnamePrefix.includes(".eba-") || isKept
    ? []
    : [
        `web.cnamePrefix is ${cnamePrefix}, but no environment that the program has or takes over has this address, and AWS gives it to no new one. Remove it: ${commandLine([removeCommand("web.cnamePrefix")], stack)}`,
      ];
}

export function numberUsage(usage: Usage[], configuration: Survey["configuration"]): Usage[] {
  const settings = usage.flatMap(({ setting }) => setting ?? []);
  const numbered = numberItems(settings, configuration);
  const find = ({ key, value }: SuggestedSetting) =>
    numbered.find((one) => one.value === value && one.key.startsWith(key.replace(/\]$/, "")));
  return usage.map(({ setting, ...entry }) => {
    const found = setting && find(setting);
    return { ...entry, ...(found !== undefined && { setting: found }) };
  });
}

export function numberChanges(
  changes: ResourceChange[],
  configuration: Survey["configuration"],
): ResourceChange[] {
  const numbered = numberItems(
    changes.flatMap(({ keep }) => keep ?? []),
    configuration,
  );
  const find = ({ key, value }: SuggestedSetting) =>
    numbered.find((one) =>
      key.endsWith("[]") ? one.value === value && one.key.startsWith(key.slice(0, -1)) : one.key === key,
    );
  return changes.map(({ keep, ...change }) => {
    const found = keep && find(keep);
    return { ...change, ...(found !== undefined && { keep: found }) };
  });
}
