import { DescribeApplicationsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { getOption, getOptions, propertyNamespace } from "../../../plan/application-environments";
import { commandLine, removeCommand } from "../../../stacks/commands";
import { findKeptOptions } from "../describe-changes";
import { answersItself, getValue } from "../environments";
import { type AdoptionContext, createMatch, type Inputs, type Match, type Matcher, when } from "../matcher";
import type { ExistingEnvironment } from "../survey";

export const findApplication: Matcher = async (name, planned, { aws: { beanstalk } }) => {
  const { Applications = [] } = await beanstalk.send(
    new DescribeApplicationsCommand({ ApplicationNames: [name] }),
  );
  const { maxCount } = planned.appversionLifecycle as { maxCount: number };
  return Applications.map(({ Versions = [] }) =>
    createMatch(name, {
      notes: when(
        Versions.length >= maxCount,
        `Only the ${maxCount} newest of its ${Versions.length} versions are kept.`,
      ),
    }),
  );
};

/**
 * Finds the environment to take over: the one with the planned name, unless only another one answers at its address, as
 * after `eb swap`; else the only one that can be.
 */
export const findEnvironment: Matcher = (name, planned, context) => {
  const role = planned.tier === "Worker" ? "worker" : "web";
  const candidates = context.environments.filter(
    (environment) => environment.role === role && environment.reasons.length === 0,
  );
  const named = candidates.filter((environment) => environment.name === name);
  const answering = named.some(answersItself) ? [] : candidates.filter(answersItself);
  const [found = []] = [answering, named, candidates].filter(({ length }) => length > 0);
  return Promise.resolve(found.map((environment) => matchEnvironment(environment, planned, context)));
};

/** The Python platform sets it. */
const platformVariable = "PYTHONPATH";

export function matchEnvironment(
  environment: ExistingEnvironment,
  planned: Inputs,
  { stack, region, vpcId, branch }: Pick<AdoptionContext, "stack" | "region" | "vpcId" | "branch">,
): Match {
  const { name, role, cname, status, platform, version, options } = environment;
  const [, actualBranch = ""] = /^64bit Amazon Linux 2023 v[\d.]+ running (.+)$/.exec(platform) ?? [];
  const vpc = getValue(options, "aws:ec2:vpc", "VPCId") ?? "";
  const suffix = `.${region}.elasticbeanstalk.com`;
  const hosts = (getOption(planned, propertyNamespace, "DJANGO_ALLOWED_HOSTS") ?? "") as string;
  const hasOtherAddress =
    role === "web" && cname !== undefined && !hosts.toLowerCase().split(" ").includes(cname);
  const variables = compareVariables(environment, planned);
  const kept = findKeptOptions(environment, planned);
  return createMatch(environment.id, {
    requiredSettings: [
      ...when(planned.name !== name, {
        key: `${role}.environmentName`,
        value: name,
        reason: "an environment cannot be renamed",
      }),
      ...when(hasOtherAddress && cname.endsWith(suffix), {
        key: "web.cnamePrefix",
        value: cname?.slice(0, -suffix.length) ?? "",
        reason: `its address is ${cname ?? ""}`,
      }),
      ...when(actualBranch !== branch, {
        key: "platform.branch",
        value: actualBranch,
        reason: "change the platform branch separately (docs/upgrading.md)",
      }),
      ...when(vpc !== vpcId, { key: "network.vpcId", value: vpc, reason: "it is in that VPC" }),
      // With references of its own, plain properties would take their names: the import file removes the plain ones.
      ...when(variables.plainSecrets.length > 0 && Object.keys(environment.references).length === 0, {
        key: "platform.plainSecrets",
        value: true,
        reason:
          "its secrets are plain environment properties, and Elastic Beanstalk rejects a variable that is also a reference to a secret; a second pulumi up moves them",
      }),
    ],
    blockers: when(
      status !== "Ready",
      `Its status is ${status}. Wait until it is Ready: aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${name}`,
    ),
    notes: [
      `It keeps running version "${version}" on ${platform}.`,
      ...when(
        variables.changed.length > 0,
        `Variables that change to the program's values: ${variables.changed.join(", ")}.`,
      ),
      ...when(
        variables.unknown.length > 0,
        `Variables that the program does not set: ${variables.unknown.join(", ")}.`,
      ),
      ...when(kept.length > 0, `Options that were set by hand and stay: ${kept.join(", ")}.`),
    ],
    cleanup: when(
      variables.references.size === 0,
      `Secrets in plain text in the properties of ${name}: ${commandLine([removeCommand("platform.plainSecrets")], stack)} && npx pulumi up --stack ${stack}`,
    ),
  });
}

/** Compares the variables by name: their values may be secrets. */
function compareVariables({ variables, references: actual }: ExistingEnvironment, planned: Inputs) {
  const getPlanned = (name: string) => getOption(planned, propertyNamespace, name) as string | undefined;
  const references = new Set(
    getOptions(planned)
      .filter(({ namespace }) => namespace === `${propertyNamespace}secrets`)
      .map(({ name }) => name),
  );
  const names = Object.keys(variables);
  return {
    /** The variables that the program passes as references to secrets. */
    references,
    plainSecrets: names.filter((name) => references.has(name) && actual[name] === undefined),
    // A value that is not known offline either stays or is a secret, which variables.ts handles.
    changed: names.filter((name) => {
      const value = getPlanned(name);
      return value !== undefined && value !== variables[name] && !/^\[(unknown|secret)\]$/.test(value);
    }),
    unknown: names.filter(
      (name) =>
        !references.has(name) &&
        // The offline plan does not know the names of the extra secrets.
        actual[name] === undefined &&
        getPlanned(name) === undefined &&
        name !== platformVariable,
    ),
  };
}
