import { type ResourceRule } from "../rule";
import { types } from "../types";
import { highRiskPorts, includesPort, ingressOf, isOpenToWorld } from "../values";

/** No port of a database, a shell or a remote desktop is open to the world. */
export const rule: ResourceRule = {
  name: "sg-opens-no-high-risk-port",
  description: "No port of a database, a shell or a remote desktop is open to the world.",
  severity: "critical",
  level: "mandatory",
  controls: ["EC2.19", "CIS 5.2"],
  remediation: "Name the groups or ranges that may.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
  reads: ["fromPort", "toPort", "ipProtocol"],
  types: types.ingress,
  check(resource, demand) {
    demand(
      () =>
        !ingressOf(resource).some(
          (ingress) => isOpenToWorld(ingress) && highRiskPorts.some((port) => includesPort(ingress, port)),
        ),
      "a high-risk port is open to the world.",
    );
  },
};
