import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import type { PlannedResource } from "../../plan/plan";
import { resourceTypes } from "../../plan/resource-types";
import type { AdoptionContext, Match } from "./matcher";
import { matchers } from "./matchers";

/** A planned resource that may exist already, and its matches in AWS. */
export interface Candidate {
  resource: PlannedResource;
  label: string;
  /** Its physical name. */
  name: string;
  matches: Match[];
}

/** Searches AWS for every planned resource with a fixed physical name. */
export function findCandidates(planned: PlannedResource[], context: AdoptionContext): Promise<Candidate[]> {
  return Promise.all(
    planned.flatMap((resource) => {
      const find = matchers[resource.type];
      const { label = "", nameInput = "" } = resourceTypes[resource.type] ?? {};
      const name = resource.inputs[nameInput];
      // Resources with a generated or unknown name are always new.
      return find === undefined || typeof name !== "string" || name === "[unknown]"
        ? []
        : [
            find(name, resource.inputs, context).then((matches): Candidate => ({
              resource,
              label: `${label} ${name}`,
              name,
              matches,
            })),
          ];
    }),
  );
}

/** Returns the id of the account's default VPC. */
export async function getDefaultVpcId({
  ec2,
}: Pick<AdoptionContext["aws"], "ec2">): Promise<string | undefined> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  return vpc?.VpcId;
}
