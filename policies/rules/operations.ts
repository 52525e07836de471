import { expectInput, getPath, isNonEmptyString, toBe, toBeAtLeast, toBeSet, toStrings } from "../checks";
import { types } from "../resource-types";
import type { RuleDefinition } from "../rule";

/** Rules on parameters, documents of Systems Manager, log groups and tags. */
export const operations: RuleDefinition[] = [
  {
    name: "ssm-parameter-secure-string",
    title: "SSM parameters should be SecureString parameters",
    severity: "high",
    remediation: "Set type to SecureString.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    types: types.parameter,
    check: expectInput("type", toBe("SecureString")),
  },
  {
    name: "ssm-document-not-public",
    title: "SSM documents should not be public",
    severity: "critical",
    controls: ["SSM.4"],
    remediation: "Remove permissions, or name the accounts that may use the document.",
    types: types.document,
    check({ props }, report) {
      report(
        () =>
          String(getPath(props.permissions, "accountIds")).split(",").includes("All") &&
          "permissions.accountIds is All; expected named accounts.",
      );
    },
  },
  {
    name: "ssm-session-logging-enabled",
    title: "Session Manager sessions should be logged to CloudWatch Logs or S3",
    level: "advisory",
    severity: "medium",
    remediation: "Set inputs.cloudWatchLogGroupName or inputs.s3BucketName in the document's content.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html",
    types: types.document,
    check({ props }, report) {
      report(() => {
        if (props.documentType !== "Session" || props.documentFormat === "YAML") {
          return false;
        }
        const content: unknown = JSON.parse(String(props.content));
        return (
          // Sessions that forward a port have no output.
          getPath(content, "sessionType") !== "Port" &&
          !["cloudWatchLogGroupName", "s3BucketName"].some((key) =>
            isNonEmptyString(getPath(content, `inputs.${key}`)),
          ) &&
          "content sets neither cloudWatchLogGroupName nor s3BucketName; expected one of them."
        );
      });
    },
  },
  {
    name: "cw-loggroup-retention-period-check",
    title: "CloudWatch log groups should have a retention period",
    severity: "medium",
    controls: ["CloudWatch.16"],
    remediation: "Set retentionInDays. Without it, CloudWatch keeps the logs, and charges for them, forever.",
    types: types.logGroup,
    check: expectInput("retentionInDays", toBeAtLeast(1)),
  },
  {
    name: "required-tags",
    title: "Resources should have the required tags",
    severity: "low",
    remediation: "Set the tag.",
    url: "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    types: types.tagged,
    settings: {
      tags: {
        type: "array",
        items: { type: "string" },
        default: ["Project", "Environment", "ManagedBy"],
        description: "Names of the required tags",
      },
    },
    check(resource, report, context) {
      for (const tag of toStrings(context.setting("tags"))) {
        expectInput(`tags.${tag}`, toBeSet)(resource, report, context);
      }
    },
  },
];
