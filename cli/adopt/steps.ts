import { commandLine, setCommand, setSecretCommand } from "../../stacks/commands";
import {
  type Environments,
  isUpdated,
  getPlannedEnvironment,
  roles,
  runsPlaceholder,
  sortEnvironments,
} from "./roles";
import { formatImport, formatRegion, formatUp } from "./steps/commands";
import { getDeployStep } from "./steps/deploy";
import { getMoveStep } from "./steps/move-address";
import { getDatabaseStep } from "./steps/prepare-database";
import { getRetireStep } from "./steps/retire";
import type { Context, Facts, Open, Step } from "./steps/step";
import type { Survey } from "./survey";

/** Returns the steps of the adoption, each with its state and its commands. */
export function getSteps(survey: Survey, facts: Facts, open: Open): Step[] {
  const existing = sortEnvironments(survey, facts.records);
  const record = survey.planned.find(
    ({ type, inputs }) => type === "aws:route53/record:Record" && inputs.name === survey.configuration.domain,
  );
  const addressUrn = existing.serving === undefined ? undefined : record?.urn;
  const context: Context = { survey, facts, open, existing, addressUrn };
  const { old, own } = existing;
  const replaces = old.length > 0 || roles.some((role) => own[role] && runsPlaceholder(own[role]));
  return [
    getSaveStep(context),
    getDatabaseStep(context),
    getSettingsStep(context),
    getImportStep(context),
    getUpdateStep(context),
    ...(replaces ? [getDeployStep(context)] : []),
    ...(existing.serving === undefined ? [] : [getMoveStep(context, existing.serving)]),
    getRetireStep(context),
  ];
}

/** Returns the first step that is not done. While something blocks, none that writes in AWS is next. */
export function getNextStep(steps: readonly Step[], { blockers }: Pick<Open, "blockers">): Step | undefined {
  return steps.find(
    ({ isDone, isAllowedWhileBlocked }) => !isDone && (blockers.length === 0 || isAllowedWhileBlocked),
  );
}

/** Formats the steps, and the commands of the next one. */
export function formatSteps(
  steps: readonly Step[],
  next: Step | undefined,
  complete = "Adoption is complete.",
): string[] {
  return [
    "",
    "Steps",
    ...steps.map(({ title, isDone }, index) => `  [${isDone ? "x" : " "}] ${index + 1}. ${title}`),
    "",
    ...(next === undefined
      ? [complete]
      : [`Next: ${next.title}`, ...next.commands.map((line) => `  ${line}`)]),
  ];
}

function getSaveStep({ survey: { stack }, facts: { variables } }: Context): Step {
  const { writes, saved } = variables;
  const keys = writes.map(({ key }) =>
    saved[key] === undefined ? key : `${key} (${saved[key].join(", ")})`,
  );
  return {
    title: "Save all variables in the stack's configuration",
    isDone: writes.length === 0,
    isAllowedWhileBlocked: true,
    commands: [
      `# Saves ${keys.join(", ")} in Pulumi.${stack}.yaml, secrets encrypted. Changes nothing in AWS.`,
      `npx beo adopt ${stack} --save-variables`,
    ],
  };
}

function getSettingsStep({ survey: { stack, region }, open: { required, blockers } }: Context): Step {
  const resolutions = blockers.flatMap(formatBlocker);
  return {
    title: blockers.length > 0 ? "Resolve the blockers" : "Set what is required",
    isDone: required.length === 0 && blockers.length === 0,
    isAllowedWhileBlocked: true,
    commands: [
      ...(blockers.length > 0
        ? [`# Until they are resolved, nothing else is done. Then run npx beo adopt ${stack} again.`]
        : []),
      ...(resolutions.some((line) => /^(aws|until) /.test(line)) ? [formatRegion(region)] : []),
      ...resolutions,
      ...required.flatMap(({ key, value, reason }) =>
        value === undefined
          ? [`# Asks for <${reason}>:`, commandLine([setSecretCommand(key)], stack)]
          : [commandLine([setCommand(key, value)], stack)],
      ),
    ],
  };
}

/**
 * The commands of a blocker that can be run as they are. Those that lose something, that help only under a condition, or
 * that need a value are left to people.
 */
const runnable =
  /^(until \[ "\$\(aws rds describe-db-instances|aws rds start-db-instance|aws \S+ wait|aws elasticbeanstalk update-environment|npx pulumi config rm) [^<>]*$/;

/** Formats a blocker as comments, and its commands, which stand in lines of their own or at its end. */
function formatBlocker(blocker: string): string[] {
  const lines = blocker
    .replace(/: ((?:aws|npx) .*)$/, (_, end: string) => `:\n  ${end.replaceAll(" && ", "\n  ")}`)
    .split("\n");
  const isCommand = (line: string) => line.startsWith("  ");
  const isRunnable = lines.filter(isCommand).every((line) => runnable.test(line.trim()));
  return lines.flatMap((line) => {
    const [, name] = /update-environment --environment-name (\S+)/.exec(line) ?? [];
    // Elastic Beanstalk refuses another update meanwhile.
    const wait = `aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${name ?? ""}`;
    return isCommand(line) && isRunnable
      ? [line.trim(), ...(name === undefined ? [] : [wait])]
      : [`# ${line}`];
  });
}

function getImportStep({ survey, open, addressUrn }: Context): Step {
  const { resources, inState, stack } = survey;
  const missing = resources.filter(({ urn }) => !inState.has(urn) && urn !== addressUrn);
  return {
    title: "Import the existing resources",
    isDone: missing.length === 0,
    commands: [
      `# Adds ${missing.length} resources to the stack's state; changes nothing in AWS. Way back: npx pulumi stack rm --force --preserve-config ${stack}, then npx pulumi stack init ${stack}.`,
      '# What is listed with "keep:" above and not set is changed by the next step.',
      formatImport(open.importFile, stack),
    ],
  };
}

function getUpdateStep({ survey, existing, addressUrn }: Context): Step {
  const { planned, inState, changes, managed, stack } = survey;
  const isMissing = planned.some(({ urn }) => !inState.has(urn) && urn !== addressUrn);
  const changing = [...changes.map(({ urn }) => urn), ...(survey.pending ?? [])];
  const isChanging = changing.some((urn) => urn !== addressUrn);
  const hasOldVariables = roles.some((role) => {
    const environment = existing.own[role];
    return environment !== undefined && !isUpdated(environment, managed);
  });
  const beside = existing.old.length > 0;
  return {
    title: beside ? "Create the new environments beside the old ones" : "Update the resources",
    isDone: !isMissing && !isChanging && !hasOldVariables,
    commands: [
      ...(beside
        ? [
            `# 30 to 60 minutes. ${existing.old.map(({ name }) => name).join(" and ")} keep running and keep their address.`,
            "# Way back: go on with the old environments; the new ones have no address that is in use.",
          ]
        : [
            "# 30 to 60 minutes; instances are replaced. With one instance the site is unavailable meanwhile.",
          ]),
      ...getFailedUpdates(survey, existing).flatMap((urn) => [
        "# The environment does not have what an update has set: Pulumi reads what it has, so that the next update sets it.",
        `npx pulumi refresh --target '${urn}' --stack ${stack}`,
      ]),
      "# Shows what it will do, and asks; with --diff it shows each property. Expected is what is listed above.",
      formatUp(stack),
    ],
  };
}

/**
 * The environments whose last update failed. The provider has their new options in the state then, and would not set them
 * again. An environment that no update has reached is not refreshed: its properties would be in the state in the clear.
 */
function getFailedUpdates(survey: Survey, { own }: Environments): string[] {
  const { updated, changes, managed } = survey;
  return roles.flatMap((role) => {
    const environment = own[role];
    const urn = getPlannedEnvironment(survey, role)?.urn ?? "";
    const isDifferent =
      changes.some((change) => change.urn === urn) ||
      (environment !== undefined && !isUpdated(environment, managed));
    return updated?.has(urn) === true && isDifferent ? [urn] : [];
  });
}
