import {
  expectInput,
  findMismatch,
  getPath,
  isNonEmptyString,
  toBe,
  toBeAtLeast,
  toBeSet,
  toBeTrue,
  toStrings,
} from "../checks";
import { types } from "../resource-types";
import type { RuleDefinition } from "../rule";
import { describeSecret } from "../secrets";
import { listOf, some, unlessUnknown } from "../unknown-values";

/** Rules on parameters, log groups and tags. */
export const operations: RuleDefinition[] = [
  {
    name: "ssm-parameter-secure-string",
    title: "SSM parameters with secrets should be SecureString parameters",
    severity: "high",
    remediation: "Set type to SecureString.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    types: types.parameter,
    check({ name, props }, report) {
      report(() => {
        const names = [...toStrings(unlessUnknown(() => props.name, undefined)).map((read) => read()), name];
        return (
          props.type !== "SecureString" &&
          some(listOf(...names), (candidate) => describeSecret(candidate, () => props.value) !== undefined) &&
          `type is ${JSON.stringify(props.type)}, but the name or the value is that of a secret; expected "SecureString".`
        );
      });
    },
  },
  {
    name: "ssm-document-not-public",
    title: "SSM documents should not be public",
    severity: "critical",
    controls: ["SSM.4"],
    remediation: "Name the accounts that need the document.",
    types: types.document,
    check({ props }, report) {
      report(
        () =>
          String(
            getPath(props, "permissions.accountIds") ?? getPath(props, "permissions.account_ids"),
          ).toLowerCase() === "all" && 'permissions.accountIds is "All"; expected named accounts.',
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
          return undefined;
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
    // Not the managed rule cw-loggroup-retention-period-check: that one accepts logs without end.
    name: "log-group-retention-set",
    title: "CloudWatch log groups should have a retention period",
    level: "advisory",
    severity: "low",
    remediation: "Set retentionInDays. Without it, CloudWatch keeps the logs, and charges for them, forever.",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    types: types.logGroup,
    check: expectInput("retentionInDays", toBeAtLeast(1)),
  },
  {
    name: "sns-subscription-uses-tls",
    title: "SNS subscriptions should not send messages over HTTP",
    severity: "medium",
    remediation: "Set protocol to https, with an endpoint that has a certificate.",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    types: types.subscription,
    check({ props }, report) {
      report(() => props.protocol === "http" && 'protocol is "http"; expected "https".');
    },
  },
  {
    name: "cmk-backing-key-rotation-enabled",
    title: "KMS key rotation should be enabled",
    severity: "medium",
    controls: ["KMS.4", "CIS v5.0.0/3.6"],
    remediation: "Set enableKeyRotation to true.",
    types: types.key,
    check({ props }, report) {
      report(
        () =>
          // Other keys do not rotate.
          (props.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT" &&
          props.customKeyStoreId === undefined &&
          findMismatch("enableKeyRotation", props.enableKeyRotation, toBeTrue),
      );
    },
  },
  {
    name: "public-sharing-blocked",
    title: "Snapshots, images and documents should be blocked from public sharing in the account",
    severity: "high",
    controls: ["EC2.182", "SSM.7"],
    remediation:
      "Set the state to block-all-sharing or block-new-sharing, and the service setting to Disable.",
    types: types.publicSharing,
    check({ type, props }, report) {
      report(() => {
        if (type.endsWith(":ServiceSetting")) {
          return (
            String(props.settingId).endsWith("/public-sharing-permission") &&
            findMismatch("settingValue", props.settingValue, toBe("Disable"))
          );
        }
        const isImage = type.endsWith(":ImageBlockPublicAccess");
        return findMismatch("state", props.state, toBe(isImage ? "block-new-sharing" : "block-all-sharing"));
      });
    },
  },
  {
    name: "cloudwatch-alarm-action-check",
    title: "CloudWatch alarms should have an action for the ALARM state",
    severity: "high",
    controls: ["CloudWatch.15", "CloudWatch.17"],
    remediation: "Set alarmActions to the ARN of a topic, and leave actionsEnabled out or set it to true.",
    types: types.alarm,
    check({ props }, report) {
      report(
        () =>
          (props.actionsEnabled === false || !some(toStrings(props.alarmActions), () => true)) &&
          "alarmActions is empty, or actionsEnabled is false; expected an action.",
      );
    },
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
        expectInput(`tags.${tag()}`, toBeSet)(resource, report, context);
      }
    },
  },
];
