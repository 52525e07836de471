import { DescribePoliciesCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeApplicationsCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentResourcesCommand,
  ListTagsForResourceCommand as ListBeanstalkTagsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  DescribeListenersCommand,
  DescribeTagsCommand as DescribeListenerTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDocumentCommand } from "@aws-sdk/client-ssm";
import type { PlannedResource } from "../../../plan/plan";
import { ignoreMissing } from "../../adopt/matcher";
import { type ExistingResource, toTags } from "../existing";
import { getNames, hasType, type Scope } from "./scope";

export async function findApplications(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:elasticbeanstalk/application:Application";
  const names = getNames(scope, type);
  const { beanstalk } = scope.aws;
  const { Applications = [] } =
    names.length === 0
      ? {}
      : await beanstalk.send(new DescribeApplicationsCommand({ ApplicationNames: names }));
  return Promise.all(
    Applications.map(async ({ ApplicationName: name = "", ApplicationArn: ResourceArn = "" }) => ({
      type,
      id: name,
      importId: name,
      name,
      tags: await getBeanstalkTags(scope, ResourceArn),
      remove: [`aws elasticbeanstalk delete-application --application-name ${name}`],
    })),
  );
}

async function getBeanstalkTags({ aws: { beanstalk } }: Scope, ResourceArn: string) {
  const { ResourceTags } = await beanstalk.send(new ListBeanstalkTagsCommand({ ResourceArn }));
  return toTags(ResourceTags);
}

/**
 * Finds the program's versions that no environment runs. The provider cannot import versions. One whose random id is gone
 * belonged to environments that were replaced or dismissed: the program keeps it for Elastic Beanstalk to delete.
 */
export async function findVersions(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:elasticbeanstalk/applicationVersion:ApplicationVersion";
  const { beanstalk } = scope.aws;
  const [application] = getNames(scope, "aws:elasticbeanstalk/application:Application");
  const ids = scope.state.flatMap(({ urn, outputs }) =>
    /-bootstrap(-\d+)?-id$/.test(urn) ? [String(outputs?.hex)] : [],
  );
  const { ApplicationVersions = [] } =
    application === undefined || !hasType(scope, type)
      ? {}
      : await beanstalk.send(new DescribeApplicationVersionsCommand({ ApplicationName: application }));
  return Promise.all(
    ApplicationVersions.filter(
      ({ VersionLabel = "" }) =>
        VersionLabel.startsWith("bootstrap-") &&
        (ids.length === 0 || ids.some((id) => VersionLabel.endsWith(`-${id}`))) &&
        !scope.environments.some(({ version }) => version === VersionLabel),
    ).map(async ({ VersionLabel: name = "", ApplicationVersionArn = "" }) => ({
      type,
      id: name,
      importId: null,
      name,
      tags: await getBeanstalkTags(scope, ApplicationVersionArn),
      urn: scope.planned.find((resource) => resource.type === type)?.urn,
      remove: [
        `aws elasticbeanstalk delete-application-version --application-name ${application ?? ""} --version-label ${name}`,
      ],
    })),
  );
}

export async function findEnvironments(scope: Scope): Promise<ExistingResource[]> {
  return Promise.all(
    scope.environments
      .filter(({ status }) => status !== "Terminating")
      .map(async ({ id, name, arn }) => ({
        type: "aws:elasticbeanstalk/environment:Environment",
        id,
        importId: id,
        name,
        tags: await getBeanstalkTags(scope, arn),
        remove: [`aws elasticbeanstalk terminate-environment --environment-id ${id}`],
      })),
  );
}

export async function findScalingPolicies(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:autoscaling/policy:Policy";
  const policies = await Promise.all(
    (hasType(scope, type) ? await getEnvironmentResources(scope) : []).flatMap(({ groups }) =>
      groups.map(async (group) => {
        const { ScalingPolicies = [] } = await scope.aws.autoScaling.send(
          new DescribePoliciesCommand({ AutoScalingGroupName: group }),
        );
        return ScalingPolicies.map(({ PolicyName: name = "" }) => ({
          type,
          id: name,
          importId: `${group}/${name}`,
          name,
          remove: [`aws autoscaling delete-policy --auto-scaling-group-name ${group} --policy-name ${name}`],
        }));
      }),
    ),
  );
  return policies.flat();
}

async function getEnvironmentResources({ aws: { beanstalk }, environments }: Scope) {
  return Promise.all(
    environments
      .filter(({ status }) => status !== "Terminating")
      .map(async ({ id, name }) => {
        const { EnvironmentResources: { AutoScalingGroups = [], LoadBalancers = [] } = {} } =
          await beanstalk.send(new DescribeEnvironmentResourcesCommand({ EnvironmentId: id }));
        return {
          environment: name,
          groups: AutoScalingGroups.flatMap(({ Name }) => Name ?? []),
          loadBalancers: LoadBalancers.flatMap(({ Name }) => Name ?? []),
        };
      }),
  );
}

/** Elastic Beanstalk has listeners of its own; ours have the program's port and tags. */
export async function findListeners(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:lb/listener:Listener";
  const { loadBalancing } = scope.aws;
  if (!hasType(scope, type)) {
    return [];
  }
  const balancers = (await getEnvironmentResources(scope)).flatMap(({ environment, loadBalancers }) =>
    loadBalancers.filter((arn) => arn.startsWith("arn:")).map((arn) => ({ environment, arn })),
  );
  const listeners = await Promise.all(
    balancers.map(async ({ environment, arn: LoadBalancerArn }) => {
      const { Listeners = [] } = await loadBalancing.send(new DescribeListenersCommand({ LoadBalancerArn }));
      const planned = findRedirect(scope, environment);
      return Listeners.filter(({ Port }) => Port === planned?.inputs.port).map(({ ListenerArn = "" }) => ({
        arn: ListenerArn,
        urn: planned?.urn,
      }));
    }),
  );
  return Promise.all(
    listeners.flat().map(async ({ arn, urn }) => {
      const { TagDescriptions: [description] = [] } = await loadBalancing.send(
        new DescribeListenerTagsCommand({ ResourceArns: [arn] }),
      );
      const remove = [`aws elbv2 delete-listener --listener-arn ${arn}`];
      const tags = toTags(description?.Tags);
      return { type, id: arn, importId: arn, name: arn, tags, remove, urn };
    }),
  );
}

/** The planned listener of an environment: both end in the number of their generation. */
function findRedirect({ planned }: Scope, environment: string): PlannedResource | undefined {
  const name = planned.find(
    ({ type, inputs }) =>
      type === "aws:elasticbeanstalk/environment:Environment" && inputs.name === environment,
  )?.name;
  return planned.find(
    (one) =>
      one.type === "aws:lb/listener:Listener" && one.name === name?.replace(/-web(-\d+)?$/, "-redirect$1"),
  );
}

/** The document of sessions; an update does not take over one that exists. */
export async function findDocuments(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:ssm/document:Document";
  const ssm = scope.aws.ssm();
  const found = await Promise.all(
    getNames(scope, type).map((Name) =>
      ignoreMissing(ssm.send(new DescribeDocumentCommand({ Name })), "InvalidDocument"),
    ),
  );
  return found.flatMap((response) => {
    const { Name: name, Tags } = response?.Document ?? {};
    const remove = [`aws ssm delete-document --name ${name ?? ""}`];
    return name === undefined ? [] : [{ type, id: name, importId: name, name, tags: toTags(Tags), remove }];
  });
}
