import { Region } from "@pulumi/aws/types/enums";

const regions: readonly string[] = Object.values(Region);

/** Whether the AWS provider's list of regions has it. */
export function isKnownRegion(region: string): boolean {
  return regions.includes(region);
}

/** Says in which list a region is missing, and how to get a newer one. */
export const unknownRegion =
  "which the installed version of @pulumi/aws does not know. If it is a new region of AWS, update the package: npm install @pulumi/aws@latest";
