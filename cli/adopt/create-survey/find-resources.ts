import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import type { PlannedResource } from "../../../plan/plan";
import { resourceTypes } from "../../../plan/resource-types";
import type { Clients } from "../../aws-clients";
import type { AdoptionContext, Match } from "../matcher";
import { matchers } from "../matchers";
import { companions } from "../matchers/companions";
import type { ExistingResource, Survey } from "../survey";

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

export function getLabel({ urn }: ExistingResource, { planned }: Pick<Survey, "planned">): string {
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
export function markOthers({ environments, resources }: Survey): void {
  const taken = new Set(resources.map(({ id }) => id));
  for (const environment of environments) {
    if (environment.reasons.length === 0 && !environment.isManaged && !taken.has(environment.id)) {
      environment.reasons.push(
        `the program has one ${environment.role} environment, and takes over another one`,
      );
    }
  }
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

/** Returns the id of the account's default VPC. */
export async function getDefaultVpcId({ ec2 }: Pick<Clients, "ec2">): Promise<string | undefined> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  return vpc?.VpcId;
}
