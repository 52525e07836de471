import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue, option } from "../values";

/** Environments send their logs to CloudWatch. */
export const rule: ResourceRule = {
  name: "eb-logs-are-streamed",
  description: "Environments send their logs to CloudWatch.",
  severity: "high",
  level: "mandatory",
  controls: ["ElasticBeanstalk.3"],
  remediation: "Set aws:elasticbeanstalk:cloudwatch:logs StreamLogs to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticbeanstalk-controls.html#elasticbeanstalk-3",
  reads: ["aws:elasticbeanstalk:cloudwatch:logs/StreamLogs"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () => isTrue(option(resource, "aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs")),
      "StreamLogs has to be true.",
    );
  },
};
