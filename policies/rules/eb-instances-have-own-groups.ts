import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText, isTrue, option } from "../values";

/** Instances are in our security groups and not in Elastic Beanstalk's, which opens SSH. */
export const rule: ResourceRule = {
  name: "eb-instances-have-own-groups",
  description: "Instances are in our security groups and not in Elastic Beanstalk's, which opens SSH.",
  severity: "medium",
  level: "mandatory",
  controls: ["EC2.19"],
  remediation: "Set SecurityGroups, and DisableDefaultEC2SecurityGroup to true.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.instances.sg.html",
  reads: [
    "aws:autoscaling:launchconfiguration/SecurityGroups",
    "aws:autoscaling:launchconfiguration/DisableDefaultEC2SecurityGroup",
  ],
  types: types.environment,
  check(resource, demand) {
    const group = "aws:autoscaling:launchconfiguration";
    demand(() => isText(option(resource, group, "SecurityGroups")), "SecurityGroups has to name own groups.");
    demand(
      () => isTrue(option(resource, group, "DisableDefaultEC2SecurityGroup")),
      "DisableDefaultEC2SecurityGroup has to be true.",
    );
  },
};
