import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { getBranch, platformDefaults } from "../../components/beanstalk/options";
import { getAddress } from "../../components/names";
import { queueDefaults } from "../../components/queue";
import type { PlannedResource, StackPlan } from "../../plan/plan";
import { resourceTypes } from "../../plan/resource-types";
import { readStack } from "../../plan/stack-files";
import { commandLine, removeCommand } from "../../stacks/commands";
import { getSetting, isGroup } from "../../stacks/schema";
import { callAws as callWithAdvice } from "../call-aws";
import { projectFolder } from "../command";
import type { StateResource } from "../state";
import { UserError } from "../user-error";
import { type Clients, createClients } from "../aws-clients";
import { oldestPostgres } from "./upgrade-path";
import { compareReplaced, describeChanges, findDestruction } from "./describe-changes";
import { describeParts, isPart } from "./describe-parts";
import { findEnvironments, type PlannedNames } from "./environments";
import {
  createImportFile,
  getEnvironmentStates,
  getImportIds,
  getProvisionalStates,
  type KnownState,
  providerVersion,
} from "./import-file";
import { addKeep, numberItems } from "./keep";
import type { AdoptionContext, Match } from "./matcher";
import { matchers } from "./matchers";
import { companions } from "./matchers/companions";
import { describeInstance, getKeptSettings } from "./matchers/database";

import { planWithHosts } from "./plan-hosts";
import { Rehearsal } from "./rehearsal";
import { getMember, getPlannedDatabase, getPlannedEnvironment, type Role } from "./roles";
import { findUsage, isDeadEnd } from "./usage";

/** What exists in AWS for a stack, what is in use, and what the program would change. */
export interface Survey {
  stack: string;
  applicationName: string;
  account: string;
  region: string;
  /** All environments of the application, and those of other applications that use its database, queue or buckets. */
  environments: ExistingEnvironment[];
  /** The planned resources that exist in AWS. */
  resources: ExistingResource[];
  /** What the environments' variables say is in use. */
  usage: Usage[];
  /** What `pulumi up` would change, from a rehearsal. */
  changes: ResourceChange[];
  /** The offline plan. */
  planned: PlannedResource[];
  /** The URNs of all resources in the stack. */
  inState: ReadonlySet<string>;
  /** The ids of all resources in the stack. */
  managed: ReadonlySet<string>;
  /** The stack file's values by key without namespace, encrypted ones as stored. */
  configuration: Readonly<Record<string, string>>;
  /** What prevents the adoption as a whole. */
  problems: string[];
  /** The URNs of what `pulumi up` would create or change, from the rehearsal. */
  pending?: string[];
  /** What the rehearsal read of environments, by URN. */
  states?: ReadonlyMap<string, KnownState>;
  /** The URNs of the environments that an update has reached, perhaps in vain. */
  updated?: ReadonlySet<string>;
  /** Settings that the steps need. */
  settings: SuggestedSetting[];
  /** What the old environments have and the new ones do not, with the reason. */
  lost?: string[];
  database?: {
    identifier: string;
    engineVersion: string;
    status: string;
    username: string;
    databaseName?: string;
    /** The settings that the program leaves to RDS, with the values that the instance has. */
    kept?: SuggestedSetting[];
  };
}

/** An Elastic Beanstalk environment that exists. */
export interface ExistingEnvironment {
  id: string;
  name: string;
  application: string;
  role: "web" | "worker";
  cname?: string;
  /** Host name of its load balancer, or IP address of its only instance. */
  endpoint?: string;
  status: string;
  health: string;
  version: string;
  platform: string;
  options: ConfigurationOptionSetting[];
  /** Elastic Beanstalk's default of each option, by namespace and name; only of one that can be taken over. */
  defaults?: Record<string, string>;
  /** Its variables, references resolved. Never shown. */
  variables: Record<string, string>;
  /** The ARN that a variable was resolved from. */
  references: Record<string, string>;
  /** Why it cannot be taken over; empty if it can. */
  reasons: string[];
  /** Whether it is in the stack. */
  isManaged: boolean;
}

/** A planned resource that exists in AWS. */
export interface ExistingResource {
  urn: string;
  label: string;
  /** The id for `pulumi import`. */
  id: string;
  /** Why the resource cannot be imported as it is, and what to do. */
  blockers: string[];
  /** What a difference of inputs does not show. */
  notes: string[];
  /** Without these settings the resource would be replaced, or its update would fail. */
  requiredSettings: SuggestedSetting[];
  /** What is unused after the migration, and the command that removes it. */
  cleanup: string[];
}

/** A resource that a variable or a DNS record says is in use. */
export interface Usage {
  variable: string;
  environment: string;
  value: string;
  what: string;
  /** The planned resource that takes it over. */
  urn?: string;
  /** Why it cannot be taken over, and the way. */
  blocker?: string;
  /** The setting with which it is taken over. */
  setting?: SuggestedSetting;
}

/** An input that `pulumi up` would change. */
export interface ResourceChange {
  urn: string;
  label: string;
  path: string;
  from: string;
  to: string;
  /** Whether an option of an environment has its default so far: not set by hand. */
  isDefault?: boolean;
  /** The setting that keeps the value. */
  keep?: SuggestedSetting;
}

/** A setting to add to the stack's configuration; without a value, only a person knows it. */
export interface SuggestedSetting {
  key: string;
  value?: string | number | boolean;
  secret?: true;
  reason: string;
}

/** The way that an adoption takes. */
export interface AdoptionPath {
  /** Further settings that are required. */
  settings: SuggestedSetting[];
  /** The environments whose place new ones take. */
  replaced: ExistingEnvironment[];
  /** What the old environments have and the new ones do not, with the reason. */
  lost: string[];
  /** The version that an old database is upgraded to before the import; undefined if it is not old. */
  engineVersion?: string | undefined;
}

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
  const aws = createClients(config);
  const actual = await callAws(getAccount(aws));
  if (account !== undefined && account !== actual) {
    throw new UserError(
      `The credentials belong to account ${actual}, not ${account}. Set AWS_PROFILE or log in again.`,
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
  const instance = await callAws(describeInstance(aws.rds(region), identifier));
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

/** What exists is in a VPC that exists, and cannot move into one that the stack creates. */
export function requireExistingVpc(
  { planned }: Pick<Survey, "planned">,
  resources: ExistingResource[],
): void {
  const inVpc = resources.find(({ urn }) =>
    /\$aws:(rds\/instance:Instance|elasticbeanstalk\/environment:Environment)::/.test(urn),
  );
  if (planned.some(({ type }) => type === "aws:ec2/vpc:Vpc")) {
    inVpc?.requiredSettings.push({
      key: "network.create",
      value: false,
      reason: "it is in a VPC that exists, and cannot move to another one",
    });
  }
}

/** An old database is upgraded before the import: the rehearsal goes on from there. */
function getUpgradeSettings({ database, inState, planned }: Survey): SuggestedSetting[] {
  const isImported = inState.has(getPlannedDatabase({ planned })?.urn ?? "");
  const reason = "the database is upgraded before";
  return database === undefined || isImported || Number.parseInt(database.engineVersion, 10) >= oldestPostgres
    ? []
    : [
        { key: "database.engineVersion", value: String(oldestPostgres), reason },
        { key: "database.allowMajorVersionUpgrade", value: true, reason },
      ];
}

/** Tries out the import and the update, and adds what they would change. */
async function rehearse(
  survey: Survey,
  rehearsal: Rehearsal,
  environments: ExistingEnvironment[],
  path: AdoptionPath,
): Promise<void> {
  const { planned, inState, configuration } = survey;
  console.error("Rehearsing the import and the update on a copy of the stack …");
  const states = getProvisionalStates(planned);
  const file = createImportFile(planned, getImportIds(survey), inState, providerVersion, states);
  try {
    const steps = await rehearsal.run(file, inState.size > 0);
    const { maxReceiveCount = queueDefaults.maxReceiveCount } = getGroup(configuration, "queue");
    const own = survey.resources.filter((resource) => !isPart(resource));
    const changes = [
      ...describeChanges(steps, own, environments, {
        maxReceiveCount: Number(maxReceiveCount),
        hasPassword: "databasePassword" in configuration,
      }),
      ...describeParts(steps, planned, own),
      ...path.replaced.flatMap((environment) => describeReplaced(environment, survey)),
    ]
      .filter(({ path }) => !["engineVersion", "allowMajorVersionUpgrade"].includes(path))
      .map(addKeep);
    changes.unshift(...describeUpgrade(survey, path));
    survey.states = getEnvironmentStates(steps, environments);
    survey.pending = steps.filter(({ op }) => ["create", "update"].includes(op)).map(({ urn }) => urn);
    survey.changes = numberChanges(changes, configuration);
    addDestruction(survey, findDestruction(steps));
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    survey.problems.push(error.message);
  }
}

/** The upgrade that is done before the import. */
function describeUpgrade(
  { database, resources, planned }: Survey,
  { engineVersion }: AdoptionPath,
): ResourceChange[] {
  const urn = getPlannedDatabase({ planned })?.urn ?? "";
  const label = resources.find((one) => one.urn === urn)?.label ?? "";
  return database === undefined || engineVersion === undefined
    ? []
    : [
        {
          urn,
          label,
          path: "engineVersion",
          from: database.engineVersion,
          to: `${engineVersion}, before the import`,
        },
      ];
}

/** What a new environment has otherwise than the one whose place it takes. */
function describeReplaced(environment: ExistingEnvironment, { planned }: Survey): ResourceChange[] {
  const successor = getPlannedEnvironment({ planned }, environment.role);
  const label = `environment ${environment.name}`;
  return successor === undefined
    ? []
    : compareReplaced(environment, successor.inputs).map((change) => ({
        urn: successor.urn,
        label,
        ...change,
      }));
}

function addDestruction(survey: Survey, destruction: Map<string, string>): void {
  for (const [urn, blocker] of destruction) {
    const resource = survey.resources.find((one) => one.urn === urn);
    if (resource === undefined) {
      const label = urn.split("::").slice(-2).join(" ");
      survey.problems.push(`${label}: ${blocker}`);
    } else {
      resource.blockers.push(blocker);
    }
  }
}

/** Sets settings in the copy, and plans it again. Settings that the configuration does not allow block. */
async function apply(survey: Survey, rehearsal: Rehearsal, required: SuggestedSetting[]): Promise<void> {
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

function getNames({ applicationName, resources }: StackPlan): PlannedNames {
  const getName = (role: Role) => getPlannedEnvironment({ planned: resources }, role)?.inputs.name as string;
  return { application: applicationName, web: getName("web"), worker: getName("worker") };
}

function getGroup(configuration: Survey["configuration"], name: string): Record<string, string | undefined> {
  return isGroup(name) ? (JSON.parse(configuration[name] ?? "{}") as Record<string, string | undefined>) : {};
}

/** Searches AWS for every planned resource that people create by hand. */
export async function findResources(context: AdoptionContext): Promise<ExistingResource[]> {
  const resources = await Promise.all(
    context.planned.map(async (resource): Promise<ExistingResource[]> => {
      const matches = await findMatches(resource, context);
      const [first] = matches;
      return first === undefined ? [] : [{ urn: resource.urn, label: "", ...mergeMatches(first, matches) }];
    }),
  );
  return resources.flat();
}

function findMatches(resource: PlannedResource, context: AdoptionContext): Promise<Match[]> {
  const { type, inputs } = resource;
  const name = getName(resource, context.planned);
  const match = matchers[type];
  // Resources with a generated or unknown name are always new.
  if (name === undefined || name.startsWith("[")) {
    return Promise.resolve([]);
  }
  return (
    match?.(name, inputs, context) ?? companions[type]?.find(name, resource, context) ?? Promise.resolve([])
  );
}

function getName(resource: PlannedResource, planned: PlannedResource[]): string | undefined {
  const name = resource.inputs[resourceTypes[resource.type]?.nameInput ?? ""];
  const companion = companions[resource.type];
  return companion?.getName(resource, planned) ?? (typeof name === "string" ? name : undefined);
}

function getLabel({ urn }: ExistingResource, { planned }: Pick<Survey, "planned">): string {
  const resource = planned.find((one) => one.urn === urn);
  const type = resource?.type ?? "";
  const label = companions[type]?.label ?? resourceTypes[type]?.label ?? "";
  return `${label} ${(resource && getName(resource, planned)) ?? ""}`;
}

function mergeMatches(first: Match, matches: Match[]): Match {
  const ids = matches.map(({ id }) => id).join(", ");
  const several = `Several resources match: ${ids}. Remove or rename all but one.`;
  return { ...first, blockers: [...(matches.length > 1 ? [several] : []), ...first.blockers] };
}

/** Marks the environments that could be taken over, but are not, since others are. */
function markOthers({ environments, resources }: Survey): void {
  const taken = new Set(resources.map(({ id }) => id));
  for (const environment of environments) {
    if (environment.reasons.length === 0 && !environment.isManaged && !taken.has(environment.id)) {
      environment.reasons.push(
        `the program has one ${environment.role} environment, and takes over another one`,
      );
    }
  }
}

/** AWS alone assigns a prefix with .eba- in it: no new environment can get one. */
function checkPrefix({ configuration, environments, stack, region }: Survey): string[] {
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

function numberUsage(usage: Usage[], configuration: Survey["configuration"]): Usage[] {
  const settings = usage.flatMap(({ setting }) => setting ?? []);
  const numbered = numberItems(settings, configuration);
  const find = ({ key, value }: SuggestedSetting) =>
    numbered.find((one) => one.value === value && one.key.startsWith(key.replace(/\]$/, "")));
  return usage.map(({ setting, ...entry }) => {
    const found = setting && find(setting);
    return { ...entry, ...(found !== undefined && { setting: found }) };
  });
}

function numberChanges(changes: ResourceChange[], configuration: Survey["configuration"]): ResourceChange[] {
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

async function getAccount({ sts }: Clients): Promise<string> {
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}

/** Returns the id of the account's default VPC. */
export async function getDefaultVpcId({ ec2 }: Pick<Clients, "ec2">): Promise<string | undefined> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  return vpc?.VpcId;
}

function callAws<T>(response: Promise<T>): Promise<T> {
  return callWithAdvice(response, "No file was written.");
}
