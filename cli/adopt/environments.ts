import {
  type ConfigurationOptionSetting,
  DescribeConfigurationOptionsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { propertyNamespace } from "../../plan/application-environments";
import type { Clients } from "../aws-clients";
import { when } from "./matcher";
import type { ExistingEnvironment } from "./survey";

/** What the program would name, and so recognizes. */
export interface PlannedNames {
  application: string;
  web: string;
  worker: string;
}

/** What environments share if they serve the same application: variables that name what has data. */
const sharedVariables = [
  "SQL_HOST",
  "CELERY_DEFAULT_QUEUE",
  "AWS_MEDIA_BUCKET_NAME",
  "AWS_STORAGE_BUCKET_NAME",
];

/**
 * Returns all environments of the application, then those of other applications that use the same database, queue or
 * buckets.
 */
export async function findEnvironments(
  aws: Pick<Clients, "beanstalk" | "secretsManager" | "ssm">,
  names: PlannedNames,
  managed: ReadonlySet<string>,
): Promise<ExistingEnvironment[]> {
  const existing = (await listEnvironments(aws.beanstalk)).filter(
    ({ Status }) => !Status?.startsWith("Terminat"),
  );
  const all = await Promise.all(
    existing.map(async (environment) => {
      const options = await readOptions(aws.beanstalk, environment);
      return describeEnvironment(environment, options, names, managed);
    }),
  );
  const own = all.filter(
    ({ application, name }) => application === names.application || [names.web, names.worker].includes(name),
  );
  const shares = ({ variables }: ExistingEnvironment) =>
    own.length === 0
      ? variables.SQL_HOST?.startsWith(`${names.application}.`) === true ||
        [names.application, `${names.application}-media`, `${names.application}-static`].some((name) =>
          sharedVariables.some((variable) => variables[variable] === name),
        )
      : sharedVariables.some(
          (variable) =>
            variables[variable] !== undefined &&
            own.some((other) => other.variables[variable] === variables[variable]),
        );
  const found = [...own, ...all.filter((environment) => !own.includes(environment) && shares(environment))];
  await Promise.all(
    found.map(async (environment) => {
      await resolveReferences(environment, aws);
      if (environment.reasons.length === 0) {
        environment.defaults = await readDefaults(aws.beanstalk, environment);
      }
    }),
  );
  return found;
}

async function readDefaults(
  beanstalk: Clients["beanstalk"],
  { name, application }: ExistingEnvironment,
): Promise<Record<string, string>> {
  const { Options = [] } = await beanstalk.send(
    new DescribeConfigurationOptionsCommand({ ApplicationName: application, EnvironmentName: name }),
  );
  return Object.fromEntries(
    Options.map(({ Namespace = "", Name = "", DefaultValue = "" }) => [`${Namespace} ${Name}`, DefaultValue]),
  );
}

/** Returns all environments of the region, also those that are being terminated. */
export async function listEnvironments(beanstalk: Clients["beanstalk"]): Promise<EnvironmentDescription[]> {
  const environments: EnvironmentDescription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await beanstalk.send(
      new DescribeEnvironmentsCommand({ IncludeDeleted: false, MaxRecords: 100, NextToken }),
    );
    environments.push(...(page.Environments ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return environments;
}

/** Returns the option settings of an environment. */
export async function readOptions(
  beanstalk: Clients["beanstalk"],
  { ApplicationName, EnvironmentName }: EnvironmentDescription,
): Promise<ConfigurationOptionSetting[]> {
  const { ConfigurationSettings: [configuration] = [] } = await beanstalk.send(
    new DescribeConfigurationSettingsCommand({ ApplicationName, EnvironmentName }),
  );
  return configuration?.OptionSettings ?? [];
}

/** Whether a web environment's application answers at the environment's own address: Django rejects other hosts. */
export function answersItself(environment: ExistingEnvironment): boolean {
  const { role, cname } = environment;
  return role === "web" && cname !== undefined && getHosts(environment).includes(cname.toLowerCase());
}

/** The hosts that an environment's application answers to. */
export function getHosts({ variables }: ExistingEnvironment): string[] {
  return (variables.DJANGO_ALLOWED_HOSTS ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
}

/** The value of an option; undefined if it is not set. */
export function getValue(
  options: ConfigurationOptionSetting[],
  namespace: string,
  option: string,
): string | undefined {
  return options.find(({ Namespace, OptionName }) => Namespace === namespace && OptionName === option)?.Value;
}

/** Describes an environment; its references are not resolved yet. */
export function describeEnvironment(
  environment: EnvironmentDescription,
  options: ConfigurationOptionSetting[],
  names: PlannedNames,
  managed: ReadonlySet<string>,
): ExistingEnvironment {
  const read = (namespace: string) =>
    Object.fromEntries(
      options.flatMap(({ Namespace, OptionName = "", Value }) =>
        Namespace === namespace && Value !== undefined ? [[OptionName, Value]] : [],
      ),
    );
  const variables = read(propertyNamespace);
  const isWorker = environment.Tier?.Name === "Worker" || variables.WORKER === "1";
  const role = isWorker ? "worker" : "web";
  return {
    id: environment.EnvironmentId ?? "",
    name: environment.EnvironmentName ?? "",
    application: environment.ApplicationName ?? "",
    role,
    ...(environment.CNAME !== undefined && { cname: environment.CNAME.toLowerCase() }),
    ...(environment.EndpointURL !== undefined && { endpoint: environment.EndpointURL.toLowerCase() }),
    status: environment.Status ?? "",
    health: environment.HealthStatus ?? environment.Health ?? "",
    version: environment.VersionLabel ?? "",
    platform: environment.SolutionStackName ?? "",
    options,
    variables,
    references: read(`${propertyNamespace}secrets`),
    reasons: getReasons(environment, options, role, names),
    isManaged: managed.has(environment.EnvironmentId ?? ""),
  };
}

/** Returns why an environment cannot be taken over: what Elastic Beanstalk never changes. */
function getReasons(
  environment: EnvironmentDescription,
  options: ConfigurationOptionSetting[],
  role: "web" | "worker",
  { application }: PlannedNames,
): string[] {
  const { ApplicationName = "", SolutionStackName = "", CNAME, Tier } = environment;
  const tier = role === "web" ? "WebServer" : "Worker";
  const type = getValue(options, "aws:elasticbeanstalk:environment", "EnvironmentType");
  const balancer = getValue(options, "aws:elasticbeanstalk:environment", "LoadBalancerType") ?? "classic";
  return [
    ...when(
      ApplicationName !== application,
      `it belongs to the application "${ApplicationName}" instead of "${application}"`,
    ),
    ...when(Tier?.Name !== tier, `its tier is ${Tier?.Name ?? "not known"} instead of ${tier}`),
    ...when(
      !/^64bit Amazon Linux 2023 v[\d.]+ running (Python|Docker)/.test(SolutionStackName),
      `its platform is "${SolutionStackName}", which does not change to Python or Docker on Amazon Linux 2023`,
    ),
    ...when(
      role === "web" && type === "LoadBalanced" && balancer !== "application",
      `its load balancer is a ${balancer} one, which cannot become an application load balancer`,
    ),
    ...when(
      !getValue(options, "aws:ec2:vpc", "VPCId"),
      "it was created without the option VPCId, and AWS refuses to add it",
    ),
    ...when(
      role === "web" && CNAME !== undefined && !/^[^.]+(\.eba-\w+)?\.[a-z]+-[a-z]+-\d\./i.test(CNAME),
      `its address ${CNAME ?? ""} has no region, and the program's addresses have one`,
    ),
  ];
}

/** Replaces references to SSM parameters and secrets by their values. A reference that cannot be read has no value. */
async function resolveReferences(
  { references, variables }: ExistingEnvironment,
  aws: Pick<Clients, "secretsManager" | "ssm">,
): Promise<void> {
  await Promise.all(
    Object.entries(references).map(async ([name, arn]) => {
      const value = await readReference(arn, aws).catch(() => undefined);
      if (value !== undefined) {
        variables[name] = value;
      }
    }),
  );
}

/**
 * Reads the value that an ARN refers to, as Elastic Beanstalk does: a parameter, a secret, or a JSON key of a secret
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html).
 */
export async function readReference(
  arn: string,
  aws: Pick<Clients, "secretsManager" | "ssm">,
): Promise<string | undefined> {
  const [, , service, region = "", , kind = "", id = "", jsonKey = "", VersionStage = "", VersionId = ""] =
    arn.split(":");
  if (service === "ssm") {
    const { Parameter } = await aws
      .ssm(region)
      // A parameter's ARN has one slash after "parameter", its name begins with that slash or has none.
      .send(new GetParameterCommand({ Name: arn, WithDecryption: true }));
    return Parameter?.Value;
  }
  const SecretId = [...arn.split(":").slice(0, 5), kind, id].join(":");
  const { SecretString } = await aws.secretsManager(region).send(
    new GetSecretValueCommand({
      SecretId,
      ...(VersionStage !== "" && { VersionStage }),
      ...(VersionId !== "" && { VersionId }),
    }),
  );
  if (SecretString === undefined || jsonKey === "") {
    return SecretString;
  }
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[jsonKey];
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
