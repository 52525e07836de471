import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText, variable } from "../values";

/** The broker's URL has no credentials. */
export const rule: ResourceRule = {
  name: "app-broker-has-no-credentials",
  description: "The broker's URL has no credentials.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: 'Set BROKER_URL to "sqs://": boto3 finds the credentials.',
  url: "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html",
  reads: ["aws:elasticbeanstalk:application:environment/BROKER_URL"],
  types: types.environment,
  check(resource, demand) {
    demand(() => {
      const broker = variable(resource, "BROKER_URL");
      return isText(broker) && !broker.includes("@");
    }, "BROKER_URL has to be set, without credentials.");
  },
};
