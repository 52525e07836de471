import { ofTypes, type Resource, type StackRule } from "../rule";
import { types } from "../types";

/** URNs of the subnets whose route table leads to an internet gateway. */
function publicSubnets(resources: Resource[]): string[] {
  const gateways = ofTypes(resources, types.internetGateway).map(({ urn }) => urn);
  const leadsOut = ({ refersTo }: Resource, input: string) =>
    refersTo(input).some((urn) => gateways.includes(urn));
  const tables = [
    ...ofTypes(resources, types.routeTable)
      .filter((table) => leadsOut(table, "routes"))
      .map(({ urn }) => urn),
    ...ofTypes(resources, types.route)
      .filter((route) => leadsOut(route, "gatewayId"))
      .flatMap(({ refersTo }) => refersTo("routeTableId")),
  ];
  return ofTypes(resources, types.routeTableAssociation)
    .filter(({ refersTo }) => refersTo("routeTableId").some((urn) => tables.includes(urn)))
    .flatMap(({ refersTo }) => refersTo("subnetId"));
}

/** No subnet of a database has a route to an internet gateway of the stack. */
export const rule: StackRule = {
  name: "rds-subnets-have-no-internet-gateway",
  description: "No subnet of a database has a route to an internet gateway of the stack.",
  severity: "high",
  level: "mandatory",
  controls: ["RDS.46"],
  remediation: "Take subnets whose route tables have no route to an internet gateway.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-46",
  reads: ["subnetIds"],
  checkStack(resources, demandOf) {
    for (const group of ofTypes(resources, types.subnetGroup)) {
      demandOf(group)(
        () => !publicSubnets(resources).some((urn) => group.refersTo("subnetIds").includes(urn)),
        "subnetIds has a subnet with a route to an internet gateway.",
      );
    }
  },
};
