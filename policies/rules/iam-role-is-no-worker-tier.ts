import { type ResourceRule } from "../rule";
import { types } from "../types";

/** No role has AWSElasticBeanstalkWorkerTier, which opens every queue. */
export const rule: ResourceRule = {
  name: "iam-role-is-no-worker-tier",
  description: "No role has AWSElasticBeanstalkWorkerTier, which opens every queue.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Attach a policy with what the worker needs on awseb-* queues.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html",
  reads: ["policyArn"],
  types: types.policyAttachment,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () =>
        !String(props.policyArn).endsWith("/AWSElasticBeanstalkWorkerTier") &&
        !String(props.policyArn).endsWith("/AdministratorAccess"),
      "policyArn must not be AWSElasticBeanstalkWorkerTier or AdministratorAccess.",
    );
  },
};
