import { type ResourceRule } from "../rule";
import { types } from "../types";
import { highRiskPorts, includesPort, ingressOf, isOpenToWorld } from "../values";

const web = [80, 443];

/** Only ports 80 and 443 are open to the world. */
export const rule: ResourceRule = {
  name: "sg-opens-web-ports-only",
  description: "Only ports 80 and 443 are open to the world.",
  severity: "high",
  level: "mandatory",
  controls: ["EC2.18"],
  remediation: "Name the groups or ranges that may.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
  reads: ["fromPort", "toPort", "ipProtocol"],
  types: types.ingress,
  check(resource, demand) {
    demand(
      () =>
        !ingressOf(resource).some(
          (ingress) =>
            isOpenToWorld(ingress) &&
            !highRiskPorts.some((port) => includesPort(ingress, port)) &&
            !(ingress.protocol === "tcp" && ingress.from === ingress.to && web.includes(ingress.from)),
        ),
      "only tcp ports 80 and 443 may be open to the world.",
    );
  },
};
