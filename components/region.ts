import { getRegionOutput } from "@pulumi/aws/getRegion";
import type * as pulumi from "@pulumi/pulumi";

/** Returns the region of the AWS provider that a resource uses. */
export function getRegion(parent: pulumi.Resource): pulumi.Output<string> {
  // Its successor, `region`, is missing in providers before version 7; both hold the same text.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return getRegionOutput({}, { parent }).id;
}
