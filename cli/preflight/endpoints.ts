import { DescribeVpcEndpointServicesCommand } from "@aws-sdk/client-ec2";
import { commandLine, removeCommand } from "../../stacks/commands";
import type { Check, Line } from "../report";
import { type Context, getGroup, plannedOf, toText } from "./context";
import { getZones, listZones } from "./created-vpc";

/** Whether AWS offers the interface endpoints that will be created in all zones of the stack: each has a subnet in every one. */
export function checkEndpoints(context: Context): Check[] {
  const deployed = new Set(context.state.map(({ urn }) => urn));
  const services = plannedOf(context, "ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ urn, inputs }) => inputs.vpcEndpointType === "Interface" && !deployed.has(urn))
    .map(({ inputs }) => toText(inputs.serviceName));
  const actions = ["ec2:DescribeVpcEndpointServices", "ec2:DescribeAvailabilityZones"];
  return services.length === 0
    ? []
    : [{ topic: "Capacity", actions, read: () => readServices(context, services) }];
}

async function readServices(context: Context, services: string[]): Promise<Line[]> {
  const { clients, region, stack } = context;
  const zones = getZones(context, await listZones(context));
  // Of a service that the region does not have, ServiceNames would be an error.
  const { ServiceDetails = [] } = await clients.ec2.send(
    new DescribeVpcEndpointServicesCommand({
      Filters: [
        { Name: "service-name", Values: services },
        { Name: "service-type", Values: ["Interface"] },
      ],
    }),
  );
  const { interfaceEndpoints } = getGroup(context, "network");
  const names: unknown[] = Array.isArray(interfaceEndpoints) ? interfaceEndpoints : [];
  return services.map((service): Line => {
    const name = service.replace(`com.amazonaws.${region}.`, "");
    const found = ServiceDetails.find(({ ServiceName }) => ServiceName === service);
    const without = zones.filter((zone) => !found?.AvailabilityZones?.includes(zone));
    const what = `The interface endpoint ${name} (network.interfaceEndpoints)`;
    return without.length === 0
      ? { level: "ok", text: `${what} is offered in ${zones.join(" and ")}.` }
      : {
          level: "error",
          text: `${what} is not offered in ${found === undefined ? region : without.join(" and ")}, and needs a subnet in each zone of the stack. Remove it:`,
          fix: [commandLine([removeCommand(`network.interfaceEndpoints[${names.indexOf(name)}]`)], stack)],
        };
  });
}
