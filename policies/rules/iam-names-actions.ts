import { type ResourceRule } from "../rule";
import { types } from "../types";
import { statementsOf, type Statement } from "../values";

/** The service account's guide gives it its own buckets whole. */
function isOnNamedBuckets({ actions, resources }: Statement): boolean {
  return (
    actions.every((action) => action === "s3:*") &&
    resources.every((resource) => /^arn:aws[a-z-]*:s3:::[a-z0-9]/.test(resource))
  );
}

/** No policy allows all actions of a service, but S3's on named buckets. */
export const rule: ResourceRule = {
  name: "iam-names-actions",
  description: "No policy allows all actions of a service, but S3's on named buckets.",
  severity: "low",
  level: "mandatory",
  controls: ["IAM.21"],
  remediation: "Name the actions.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
  reads: ["@wildcard policy"],
  types: types.iamPolicy,
  check(resource, demand) {
    demand(
      () =>
        !statementsOf(resource.props.policy).some(
          (statement) =>
            statement.effect === "Allow" &&
            statement.actions.some((action) => /^[a-z0-9-]+:\*$/i.test(action)) &&
            !isOnNamedBuckets(statement),
        ),
      "policy must not allow all actions of a service.",
    );
  },
};
