import { type ResourceRule } from "../rule";
import { types } from "../types";
import { includesPort, ingressOf, isOpenToWorld } from "../values";

/** A database takes connections from security groups, not from addresses. */
export const rule: ResourceRule = {
  name: "sg-database-takes-groups",
  description: "A database takes connections from security groups, not from addresses.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Set referencedSecurityGroupId in place of a range.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
  reads: ["!cidrIpv4"],
  settings: { port: { type: "integer", default: 5432, minimum: 1, description: "Port of the database" } },
  types: types.ingress,
  check(resource, demand, context) {
    const port = Number(context.setting("port"));
    demand(
      () =>
        !ingressOf(resource).some(
          (ingress) => ingress.cidrs.length > 0 && !isOpenToWorld(ingress) && includesPort(ingress, port),
        ),
      `port ${port} may be open to security groups only.`,
    );
  },
};
