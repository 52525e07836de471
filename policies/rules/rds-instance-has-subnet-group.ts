import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText } from "../values";

/** A database stands in a subnet group of a VPC. */
export const rule: ResourceRule = {
  name: "rds-instance-has-subnet-group",
  description: "A database stands in a subnet group of a VPC.",
  severity: "high",
  level: "mandatory",
  controls: ["RDS.18"],
  remediation: "Set dbSubnetGroupName to a group of private subnets.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-18",
  reads: ["dbSubnetGroupName"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(() => isText(props.dbSubnetGroupName), "dbSubnetGroupName has to name a subnet group.");
  },
};
