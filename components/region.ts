import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";

/** The region that a resource's provider works in. */
export function regionOf(parent: pulumi.Resource): pulumi.Output<string> {
  // Its successor, `region`, is unknown to providers of the line before; both hold the same text.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return getRegionOutput({}, { parent }).id;
}
