import { type ResourceRule } from "../rule";
import { types } from "../types";

/** Log groups have a retention. */
export const rule: ResourceRule = {
  name: "logs-are-kept-for-a-time",
  description: "Log groups have a retention.",
  severity: "medium",
  level: "mandatory",
  controls: ["CloudWatch.16"],
  remediation: "Set retentionInDays.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16",
  reads: ["retentionInDays"],
  types: types.logGroup,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => Number(props.retentionInDays ?? 0) > 0,
      "retentionInDays has to be set: without it logs are kept, and paid for, forever.",
    );
  },
};
