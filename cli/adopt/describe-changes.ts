import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import { webDefaults } from "../../components/beanstalk/arguments";
import { getOptions, propertyNamespace } from "../../plan/application-environments";
import { type PropertyValue, unknown } from "../../plan/values";
import { parseJson } from "../../stacks/validators";
import type { Step } from "../preview";
import { flatten } from "../flatten";
import { notSet } from "./keep";
import type { ExistingEnvironment, ExistingResource, ResourceChange } from "./survey";

type Inputs = Record<string, PropertyValue>;

/** Inputs that tell Pulumi how to change a resource: AWS does not store them. */
const programOnly = new Set([
  ...["allowMajorVersionUpgrade", "applyImmediately", "deleteAutomatedBackups", "finalSnapshotIdentifier"],
  ...["forceDestroy", "overrideProvider", "skipFinalSnapshot", "tagsAll", "waitForReadyTimeout"],
]);
/** Properties of an environment that Pulumi does not read back, or leaves alone. */
const environmentOnly = new Set(["settings", "solutionStackName", "version", "application"]);
/** The tags that every resource of the program gets. */
export const ownTags = ["Environment", "ManagedBy", "Project"];
const created = "created by the program";

/** Describes what the update would change in the resources that exist. */
export function describeChanges(
  steps: Step[],
  resources: Pick<ExistingResource, "urn" | "label">[],
  environments: ExistingEnvironment[],
  configured: Configured,
): ResourceChange[] {
  return resources.flatMap(({ urn, label }) => {
    const step = steps.find((one) => one.urn === urn && one.op === "update");
    if (step === undefined) {
      return [];
    }
    const planned = step.newState?.inputs ?? {};
    const isEnvironment = urn.includes(":Environment::");
    const environment = environments.find(({ name }) => isEnvironment && name === planned.name);
    const changes = [
      ...compareInputs(step, isEnvironment ? environmentOnly : new Set(), configured),
      ...(environment === undefined ? [] : compareOptions(environment, planned)),
    ];
    return changes.map((change) => ({ urn, label, ...change }));
  });
}

type Change = Pick<ResourceChange, "path" | "from" | "to" | "isDefault">;

/** What the configuration says of inputs that a preview does not show. */
interface Configured {
  maxReceiveCount: number;
  hasPassword: boolean;
}

function compareInputs(
  { diffReasons = [], oldState, newState }: Step,
  ignored: ReadonlySet<string>,
  { maxReceiveCount, hasPassword }: Configured,
): Change[] {
  const keys = diffReasons.filter((key) => !programOnly.has(key) && !ignored.has(key));
  return keys.flatMap((key) => {
    const [from, to] = [oldState?.inputs?.[key], newState?.inputs?.[key]];
    if (/^(policy|dashboardBody)$/i.test(key)) {
      return [{ path: key, from: "its own", to: "the program's" }];
    }
    if (key === "password") {
      const password = hasPassword
        ? "databasePassword"
        : "a generated one, since databasePassword is not set";
      return [{ path: key, from: "not shown", to: password }];
    }
    if (key === "redrivePolicy" && to === unknown) {
      return compareRedrive(from, maxReceiveCount);
    }
    if (from === undefined && to === undefined) {
      return [...getLeaves(key, oldState?.outputs?.[key])].map(([path, value]) => ({
        path,
        from: format(value),
        to: "the provider's default",
      }));
    }
    const [before, after] = [getLeaves(key, from), getLeaves(key, to)];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
      const change = { path, from: format(before.get(path)), to: format(after.get(path)) };
      const isAddedTag = ownTags.some((tag) => path === `tags.${tag}`) && change.from === notSet;
      return change.from === change.to || isAddedTag ? [] : [change];
    });
  });
}

/** The program's dead-letter queue, whose ARN is not known yet, hides the rest of its policy. */
function compareRedrive(policy: PropertyValue | undefined, plannedCount: number): Change[] {
  const { deadLetterTargetArn = notSet, maxReceiveCount } = (parseJson(policy ?? "{}") ?? {}) as {
    deadLetterTargetArn?: string;
    maxReceiveCount?: number | string;
  };
  const count = { from: String(maxReceiveCount), to: String(plannedCount) };
  return [
    { path: "redrivePolicy.deadLetterTargetArn", from: deadLetterTargetArn, to: created },
    ...(maxReceiveCount === undefined || count.from === count.to
      ? []
      : [{ path: "redrivePolicy.maxReceiveCount", ...count }]),
  ];
}

/** Options in which an environment differs from the program. The provider reads none back. */
export function compareOptions({ options, defaults = {} }: ExistingEnvironment, planned: Inputs): Change[] {
  const getActual = (path: string) => options.find((option) => getPath(option) === path)?.Value;
  const compare = (path: string, value: string): Change[] => {
    const actual = getUsed(path, getActual(path));
    const [from, to] = [format(actual), format(getUsed(path, value))];
    const isDefault = from === notSet || from === getUsed(path, defaults[path]);
    return from === to || sortList(from) === sortList(to) ? [] : [{ path, from, to, isDefault }];
  };
  const changes = getOptions(planned)
    .filter(({ namespace }) => !namespace.startsWith(propertyNamespace))
    .flatMap(({ namespace, name, resource = "", value }) =>
      compare(`${namespace}${resource === "" ? "" : `/${resource}`} ${name}`, value as string),
    );
  const losesLoadBalancer = changes.some(({ path, from }) => path === typeOption && from === "LoadBalanced");
  return [
    ...changes,
    ...(losesLoadBalancer ? Object.entries(withLoadBalancer) : [])
      .flatMap(([path, value]) => compare(path, value))
      .filter(({ path, isDefault }) => isDefault !== true || path.startsWith("aws:autoscaling:asg")),
  ];
}

/** The path of an option. Scheduled actions have the same options each. */
function getPath({ Namespace = "", OptionName = "", ResourceName = "" }: ConfigurationOptionSetting): string {
  const resource = Namespace === "aws:autoscaling:scheduledaction" ? `/${ResourceName}` : "";
  return `${Namespace}${resource} ${OptionName}`;
}

const typeOption = "aws:elasticbeanstalk:environment EnvironmentType";
const typesOption = "aws:ec2:instances InstanceTypes";
const healthCheckOption = "aws:elasticbeanstalk:environment:process:default HealthCheckPath";

/** What the program sets only with a load balancer, so that who keeps that sees at once what else there is to keep. */
const withLoadBalancer = {
  "aws:autoscaling:asg MinSize": String(webDefaults.minSize),
  "aws:autoscaling:asg MaxSize": String(webDefaults.maxSize),
  [healthCheckOption]: webDefaults.healthCheckPath,
  "aws:elasticbeanstalk:environment:process:default MatcherHTTPCode": webDefaults.healthCheckMatcher,
};

/** The part of a value that is used: without Spot Instances only the first instance type is. */
function getUsed(path: string, value: string | undefined): string | undefined {
  return path === typesOption ? value?.split(",")[0]?.trim() : value;
}

/** What people decide for an environment, and a new one does not take from the old one by itself. */
const decided = new Set([
  ...[typeOption, typesOption, healthCheckOption, "aws:elbv2:listener:443 SSLCertificateArns"],
  ...["aws:autoscaling:asg MinSize", "aws:autoscaling:asg MaxSize"],
  "aws:autoscaling:launchconfiguration RootVolumeSize",
]);

/** Where older platforms and classic load balancers have an option. */
const formerOptions: Record<string, string> = {
  "aws:autoscaling:launchconfiguration InstanceType": typesOption,
  "aws:elasticbeanstalk:application Application Healthcheck URL": healthCheckOption,
  "aws:elb:listener:443 SSLCertificateId": "aws:elbv2:listener:443 SSLCertificateArns",
};
/** What the program has no setting for. */
const notKept = [
  "aws:autoscaling:launchconfiguration EC2KeyName",
  "aws:elasticbeanstalk:sns:topics Notification Endpoint",
];

/** Describes in what a new environment differs from the one whose place it takes. */
export function compareReplaced(old: ExistingEnvironment, planned: Inputs): Change[] {
  const former = old.options.flatMap(({ Namespace = "", OptionName = "", Value = "" }) => {
    const [Current = "", Name = ""] = (formerOptions[`${Namespace} ${OptionName}`] ?? "").split(" ");
    // Such as "HTTP:80/health".
    return Current === ""
      ? []
      : [{ Namespace: Current, OptionName: Name, Value: Value.replace(/^[A-Z]+:\d+/, "") }];
  });
  const set = old.options.filter(({ Value = "" }) => Value !== "");
  return [
    ...compareOptions({ ...old, options: [...set, ...former] }, planned).filter(
      ({ path, from }) => decided.has(path) && from !== notSet,
    ),
    ...notKept.flatMap((path) => {
      const option = set.find(({ Namespace = "", OptionName = "" }) => `${Namespace} ${OptionName}` === path);
      return option?.Value === undefined ? [] : [{ path, from: option.Value, to: "not kept" }];
    }),
  ];
}

/** Options that Elastic Beanstalk sets, or that follow from others. */
const derived =
  /^aws:(cloudformation:|elasticbeanstalk:(application|control|sqsd)|ec2:vpc|elbv2:loadbalancer SecurityGroups)| (ImageId|InstanceType|SecurityGroups|LoadBalancerType|SupportedArchitectures|IamInstanceProfile|ServiceRole)$/;

/** Options that were set by hand and are not the program's: they stay. */
export function findKeptOptions({ options, defaults }: ExistingEnvironment, planned: Inputs): string[] {
  const own = new Set([
    ...getOptions(planned).map(({ namespace, name, resource }) =>
      getPath({ Namespace: namespace, OptionName: name, ResourceName: resource }),
    ),
    // They go with the load balancer.
    ...Object.keys(withLoadBalancer),
  ]);
  return options.flatMap((option) => {
    const { Value = "" } = option;
    const path = getPath(option);
    const isByHand = Value !== "" && defaults !== undefined && Value !== (defaults[path] ?? "");
    return isByHand && !own.has(path) && !derived.test(path) ? [`${path} ${Value}`] : [];
  });
}

const sortList = (text: string) => text.split(",").sort().join();

/** The leaves of a value; a list of strings counts as one. */
function getLeaves(key: string, value: PropertyValue = []): Map<string, string> {
  const isStringList =
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
  return new Map(flatten(key, isStringList ? value.map((item) => format(item)).join(", ") : value));
}

/** A name that Pulumi has generated in the preview. */
const generated = /^beo-[a-z0-9-]+-[0-9a-f]{7}$/;

function format(value: string | undefined): string {
  if (value === undefined || value === "" || value === "null") {
    return notSet;
  }
  return value === unknown || generated.test(value) ? created : value;
}

/** Describes replacements and deletions, by URN: they block. */
export function findDestruction(steps: Step[]): Map<string, string> {
  return new Map(
    steps.flatMap(({ op, urn, diffReasons = [] }): [string, string][] =>
      op === "replace"
        ? [[urn, `pulumi up would REPLACE it, because of ${diffReasons.join(", ")}.`]]
        : op === "delete"
          ? [[urn, "pulumi up would DELETE it."]]
          : [],
    ),
  );
}
