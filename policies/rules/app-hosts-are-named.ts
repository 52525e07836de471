import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText, variable } from "../values";

/** Django answers to named hosts only. */
export const rule: ResourceRule = {
  name: "app-hosts-are-named",
  description: "Django answers to named hosts only.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Set DJANGO_ALLOWED_HOSTS to the host names, separated by spaces.",
  url: "https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
  reads: ["aws:elasticbeanstalk:application:environment/DJANGO_ALLOWED_HOSTS"],
  types: types.environment,
  check(resource, demand) {
    demand(() => {
      const hosts = variable(resource, "DJANGO_ALLOWED_HOSTS");
      return isText(hosts) && !hosts.includes("*");
    }, "DJANGO_ALLOWED_HOSTS has to name hosts, without *.");
  },
};
