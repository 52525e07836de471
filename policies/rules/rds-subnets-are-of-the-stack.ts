import { ofTypes, type StackRule } from "../rule";
import { types } from "../types";

/** The routes of a database's subnets can be seen. */
export const rule: StackRule = {
  name: "rds-subnets-are-of-the-stack",
  description: "The routes of a database's subnets can be seen.",
  severity: "low",
  level: "advisory",
  controls: ["RDS.46"],
  remediation:
    "Use private subnets made for the database. The subnets of a default VPC have a route to the internet gateway; the database has no address to be reached by.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-46",
  reads: [],
  checkStack(resources, demandOf) {
    const subnets = ofTypes(resources, types.subnet).map(({ urn }) => urn);
    for (const group of ofTypes(resources, types.subnetGroup)) {
      demandOf(group)(
        () => group.refersTo("subnetIds").some((urn) => subnets.includes(urn)),
        "subnetIds are not of this stack, so nobody sees here whether they are private.",
      );
    }
  },
};
