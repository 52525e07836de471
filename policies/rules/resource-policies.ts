import {
  allowsEveryone,
  allowsServiceOfAnyAccount,
  getStatements,
  rejectStatements,
} from "../policy-documents";
import { bucketPolicies, otherResourcePolicies, queuePolicies, topicPolicies } from "../resource-types";
import type { Props, RuleDefinition } from "../rule";
import { some } from "../unknown-values";

const functionPermission = "aws:lambda/permission:Permission";
const busPermission = "aws:cloudwatch/eventPermission:EventPermission";
const servicePolicies = { ...queuePolicies, ...topicPolicies, ...bucketPolicies };
const notEveryone =
  "policy allows actions to everyone; expected named principals, or a condition that names them.";

/** Rules on the resource policies of all services but S3 and SQS, and on what they allow to AWS services. */
export const resourcePolicies: RuleDefinition[] = [
  {
    name: "resource-policy-no-public-access",
    title: "Policies of topics, keys, secrets, functions and event buses should not allow public access",
    severity: "critical",
    controls: ["SNS.4", "KMS.5", "Lambda.1"],
    remediation: "Name the principals that need access.",
    types: [...Object.keys(otherResourcePolicies), functionPermission, busPermission],
    check(resource, report, context) {
      rejectStatements(otherResourcePolicies, allowsEveryone, notEveryone)(resource, report, context);
      report(
        () =>
          [functionPermission, busPermission].includes(resource.type) &&
          resource.props.principal === "*" &&
          resource.props.condition === undefined &&
          !isFunctionRestricted(resource.props) &&
          "principal is everyone; expected a named principal.",
      );
    },
  },
  {
    name: "resource-policy-services-restricted",
    title: "Policies should allow actions to AWS services for named resources or accounts only",
    severity: "medium",
    remediation: "Add a condition on aws:SourceArn or aws:SourceAccount.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    types: [...Object.keys(servicePolicies), functionPermission],
    check(resource, report) {
      report(
        () =>
          (some(getStatements(resource, servicePolicies), allowsServiceOfAnyAccount) ||
            // Of these types, only permissions of functions have a principal of their own.
            (String(resource.props.principal).endsWith(".amazonaws.com") &&
              !isFunctionRestricted(resource.props))) &&
          "policy allows actions to a service on behalf of any account; expected a condition.",
      );
    },
  },
];

function isFunctionRestricted({ sourceArn, sourceAccount, principalOrgId }: Props): boolean {
  return sourceArn !== undefined || sourceAccount !== undefined || principalOrgId !== undefined;
}
