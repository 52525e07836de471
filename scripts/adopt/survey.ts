import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import type { PlannedResource } from "../../plan/plan";
import type { Found, Kind, Place } from "./kind";
import { kinds } from "./kinds";

/** A planned resource that people may have made by hand, and what AWS has of its name. */
export interface Candidate {
  resource: PlannedResource;
  kind: Kind;
  /** Its name in AWS. */
  name: string;
  found: Found[];
}

/** Looks for everything that the plan makes under a name of its own. */
export function survey(planned: PlannedResource[], place: Place): Promise<Candidate[]> {
  return Promise.all(
    planned.flatMap((resource) => {
      const kind = kinds[resource.type];
      const name = kind && resource.inputs[kind.name];
      // A name that is made up, or known later only, is no hand-made resource's.
      return kind === undefined || typeof name !== "string" || name === "[unknown]"
        ? []
        : [
            kind
              .look(name, resource.inputs, place)
              .then((found): Candidate => ({ resource, kind, name, found })),
          ];
    }),
  );
}

/** The VPC where the program puts everything that no setting puts elsewhere. */
export async function defaultVpcId({ ec2 }: Pick<Place["aws"], "ec2">): Promise<string | undefined> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  return vpc?.VpcId;
}
