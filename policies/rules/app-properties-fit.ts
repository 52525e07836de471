import { type ResourceRule } from "../rule";
import { types } from "../types";
import { listOf } from "../values";

/** An environment's properties have at most 4,096 bytes. */
export const rule: ResourceRule = {
  name: "app-properties-fit",
  description: "An environment's properties have at most 4,096 bytes.",
  severity: "medium",
  level: "mandatory",
  controls: [],
  remediation: "Shorten or remove properties.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-softwaresettings.html",
  reads: ["!aws:elasticbeanstalk:application:environment/LONG"],
  types: types.environment,
  check(resource, demand) {
    demand(() => {
      const properties = listOf(resource.props.settings).filter(
        ({ namespace }) => namespace === "aws:elasticbeanstalk:application:environment",
      );
      const size = properties.reduce(
        (sum, { name, value }) => sum + Buffer.byteLength(`${String(name)}=${String(value)}`),
        0,
      );
      return size <= 4096;
    }, "the environment properties have more than 4,096 bytes.");
  },
};
