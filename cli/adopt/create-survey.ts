import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { getBranch, platformDefaults } from "../../components/beanstalk/platform";
import type { StackPlan } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { getSelection } from "../../stacks/aws-profile";
import { type Clients, createClients } from "../aws-clients";
import { findDatabaseInstance } from "../find-database-instance";
import { callAws as callWithAdvice } from "../call-aws";
import { projectFolder } from "../command";
import type { StateResource } from "../state";
import { UserError } from "../user-error";
import {
  findResources,
  getDefaultVpcId,
  getLabel,
  markOthers,
  requireExistingVpc,
} from "./create-survey/find-resources";
import { rehearse } from "./create-survey/rehearse";
import { apply, checkPrefix, getGroup, getUpgradeSettings, numberUsage } from "./create-survey/settings";
import { findEnvironments, type PlannedNames } from "./environments";
import { getKeptSettings } from "./matchers/database";
import { planWithHosts } from "./plan-hosts";
import { Rehearsal } from "./rehearsal";
import { getMember, getPlannedDatabase, getPlannedEnvironment, type Role } from "./roles";
import type { AdoptionPath, ExistingResource, Survey } from "./survey";
import { findUsage, isDeadEnd } from "./usage";

/** The options of a survey. */
export interface SurveyOptions {
  /** The account that the credentials must belong to. */
  account?: string;
  /** Whether to find out what `pulumi up` would change, which takes longest. */
  rehearse: boolean;
  /** Returns the way that the adoption takes, once it is known what exists. */
  getPath: (survey: Survey, aws: Clients) => Promise<AdoptionPath>;
}

/**
 * Finds out what exists in AWS, what is in use, and what `pulumi up` would change. Reads AWS only.
 *
 * @throws UserError if the configuration has errors or AWS cannot be read.
 */
export async function createSurvey(
  stack: string,
  state: StateResource[],
  options: SurveyOptions,
): Promise<Survey> {
  const { account } = options;
  const plan = await planWithHosts(stack, projectFolder);
  if (plan.errors.length > 0) {
    throw new UserError(plan.errors.join("\n"));
  }
  const { config, project } = readStack(projectFolder, stack);
  const aws = createClients(config, { stack });
  const actual = await callAws(getAccount(aws));
  if (account !== undefined && account !== actual) {
    throw new UserError(
      [
        `The credentials belong to account ${actual}, not ${account}.`,
        ...getSelection(config["aws:profile"], stack),
      ].join("\n  "),
    );
  }
  const configuration = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(`${project}:`, ""), value]),
  );
  const region = config["aws:region"] ?? "";
  const managed = new Set(state.flatMap(({ id }) => id ?? []));
  const environments = await callAws(findEnvironments(aws, getNames(plan), managed));
  const survey: Survey = {
    stack,
    applicationName: plan.applicationName,
    account: actual,
    region,
    environments,
    resources: [],
    usage: [],
    changes: [],
    planned: plan.resources,
    inState: new Set(state.map(({ urn }) => urn)),
    updated: new Set(
      state.flatMap(({ urn, additionalSecretOutputs }) => (additionalSecretOutputs === undefined ? [] : urn)),
    ),
    managed,
    configuration,
    problems: [],
    settings: [],
  };
  return Rehearsal.with(stack, (rehearsal) => complete(survey, rehearsal, aws, options));
}

/** Completes a survey on a copy of the project, which has the settings that the survey finds to be required. */
async function complete(
  survey: Survey,
  rehearsal: Rehearsal,
  aws: Clients,
  options: SurveyOptions,
): Promise<Survey> {
  const { region, configuration, environments } = survey;
  const usage = await callAws(findUsage({ ...survey, aws }));
  survey.usage = numberUsage(usage, configuration);
  await apply(
    survey,
    rehearsal,
    survey.usage.flatMap(({ setting }) => setting ?? []),
  );
  const { vpcId = await callAws(getDefaultVpcId(aws)) } = getGroup(configuration, "network");
  const branch = getBranch(getGroup(configuration, "platform"));
  const resources = await callAws(findResources({ ...survey, aws, vpcId, branch }));
  requireExistingVpc(survey, resources);
  // Without its setting, a planned resource is another one than the one in use.
  const isOther = ({ urn }: ExistingResource) => survey.usage.some((one) => one.urn === urn && one.setting);
  survey.resources = survey.problems.length > 0 ? resources.filter((one) => !isOther(one)) : resources;
  await apply(
    survey,
    rehearsal,
    survey.resources.flatMap(({ requiredSettings }) => requiredSettings),
  );
  survey.resources = survey.resources.map((resource) => ({ ...resource, label: getLabel(resource, survey) }));
  markOthers(survey);
  survey.problems.push(...checkPrefix(survey));
  const identifier = getPlannedDatabase(survey)?.inputs.identifier as string;
  const instance = await callAws(findDatabaseInstance(aws.rds(region), identifier));
  if (instance !== undefined) {
    const window = getMember(survey, "platform", "updateWindow");
    survey.database = {
      identifier: instance.DBInstanceIdentifier ?? "",
      engineVersion: instance.EngineVersion ?? "",
      status: instance.DBInstanceStatus ?? "",
      username: instance.MasterUsername ?? "",
      ...(instance.DBName !== undefined && { databaseName: instance.DBName }),
      kept: getKeptSettings(instance, typeof window === "string" ? window : platformDefaults.updateWindow),
    };
  }
  const path = await callAws(options.getPath(survey, aws));
  survey.settings = path.settings;
  survey.lost = path.lost;
  await apply(survey, rehearsal, [...survey.settings, ...getUpgradeSettings(survey)]);
  const urns = new Set(survey.planned.map(({ urn }) => urn));
  survey.resources = survey.resources.filter(({ urn }) => urns.has(urn));
  const isPossible = survey.problems.length === 0 && !isDeadEnd(survey);
  if (options.rehearse && survey.resources.length > 0 && isPossible) {
    await rehearse(survey, rehearsal, environments, path);
  }
  return survey;
}

function getNames({ applicationName, resources }: StackPlan): PlannedNames {
  const getName = (role: Role) => getPlannedEnvironment({ planned: resources }, role)?.inputs.name as string;
  return { application: applicationName, web: getName("web"), worker: getName("worker") };
}

async function getAccount({ sts }: Clients): Promise<string> {
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}

function callAws<T>(response: Promise<T>): Promise<T> {
  return callWithAdvice(response, "No file was written.");
}
