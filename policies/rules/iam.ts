import { rejectStatements, type Statement } from "../policy-documents";
import { types } from "../resource-types";
import type { RuleDefinition } from "../rule";

const instanceProfileGuide =
  "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html";

/** Rules on IAM policies, users and access keys. */
export const iam: RuleDefinition[] = [
  {
    name: "iam-policy-no-statements-with-admin-access",
    title: 'IAM policies should not allow full "*" administrative privileges',
    severity: "high",
    controls: ["IAM.1", "CIS 1.16"],
    remediation: "Name the actions and the resources.",
    types: types.iamPolicy,
    check: rejectStatements(
      ({ effect, actions, resources }) =>
        effect === "Allow" &&
        actions.some((action) => action === "*" || action === "*:*") &&
        resources.includes("*"),
      "policy allows all actions on all resources; expected named actions and resources.",
    ),
  },
  {
    name: "iam-policy-no-statements-with-full-access",
    title: "IAM policies should not allow all actions of a service, except S3 on named buckets",
    severity: "low",
    controls: ["IAM.21"],
    remediation: "Name the actions.",
    types: types.iamPolicy,
    check: rejectStatements(
      (statement) =>
        statement.effect === "Allow" &&
        statement.actions.some((action) => /^[a-z0-9-]+:\*$/i.test(action)) &&
        !isOnNamedBuckets(statement),
      "policy allows all actions of a service; expected named actions.",
    ),
  },
  {
    name: "iam-policy-no-access-to-all-queues",
    title: "IAM policies should not allow SQS actions on all queues of the account",
    severity: "high",
    remediation: "Name the queues.",
    url: instanceProfileGuide,
    types: types.iamPolicy,
    check: rejectStatements(
      ({ effect, actions, resources }) =>
        effect === "Allow" &&
        resources.includes("*") &&
        actions.some((action) => /^sqs:(?!List|GetQueueUrl)/i.test(action)),
      "policy allows SQS actions on all queues; expected named queues.",
    ),
  },
  {
    name: "iam-policy-no-access-to-all-parameters",
    title: "IAM policies should not allow reading all SSM parameters of the account",
    severity: "high",
    remediation: "Name the parameters.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html",
    types: types.iamPolicy,
    check: rejectStatements(
      ({ effect, actions, resources }) =>
        effect === "Allow" &&
        resources.some((resource) => /^(\*|arn:.*:parameter\/?\*)$/.test(resource)) &&
        actions.some((action) => /^ssm:(\*|G\*|Get\*|GetParam)/i.test(action)),
      "policy allows reading all SSM parameters; expected named parameters.",
    ),
  },
  {
    name: "iam-no-policy-to-read-all-parameters",
    title: "IAM roles should not have AWS managed policies attached that allow reading all SSM parameters",
    severity: "high",
    remediation:
      "For Session Manager, attach a policy that allows ssm:UpdateInstanceInformation and the four actions of ssmmessages.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html",
    types: types.policyAttachment,
    check({ props }, report) {
      report(() => {
        const policy =
          /\/(AmazonSSMManagedInstanceCore|AmazonEC2RoleforSSM|AmazonSSMFullAccess|AmazonSSMReadOnlyAccess)$/.exec(
            String(props.policyArn),
          );
        return (
          policy !== null &&
          `policyArn is ${policy[0].slice(1)}; expected a policy that names the parameters.`
        );
      });
    },
  },
  {
    name: "iam-no-worker-tier-policy",
    title: "IAM roles should not have AWSElasticBeanstalkWorkerTier or AdministratorAccess attached",
    severity: "high",
    remediation:
      "AWSElasticBeanstalkWorkerTier allows access to all queues; attach a policy that allows what the worker needs on awseb-* queues.",
    url: instanceProfileGuide,
    types: types.policyAttachment,
    check({ props }, report) {
      report(() => {
        const policy = /\/(AWSElasticBeanstalkWorkerTier|AdministratorAccess)$/.exec(String(props.policyArn));
        return (
          policy !== null && `policyArn is ${policy[0].slice(1)}; expected a policy with fewer permissions.`
        );
      });
    },
  },
  {
    name: "iam-user-no-policies-check",
    title: "IAM users should not have IAM policies attached",
    level: "advisory",
    severity: "low",
    controls: ["IAM.2", "CIS 1.15"],
    remediation:
      "Use a group or a role. The guide of BEO Datastore gives its service account one policy of its own.",
    types: types.userPolicy,
    check(_resource, report) {
      report(() => "the policy is attached to a user; expected a group or a role.");
    },
  },
  {
    name: "iam-no-access-keys",
    title: "IAM users should not have long-lived access keys",
    level: "advisory",
    severity: "medium",
    controls: ["IAM.3", "CIS 1.14"],
    remediation:
      "Use a role. If the application reads access keys from its environment, rotate them every 90 days.",
    types: types.accessKey,
    check(_resource, report) {
      report(() => "an access key does not expire; expected temporary credentials.");
    },
  },
];

/** Whether a statement allows actions of S3 on named buckets only, as the guide's service account has them. */
function isOnNamedBuckets({ actions, resources }: Statement): boolean {
  return (
    actions.every((action) => action === "s3:*") &&
    resources.every((resource) => /^arn:aws[a-z-]*:s3:::[a-z0-9]/.test(resource))
  );
}
