import { expectInput, toBe, toBeAtLeast, toBeSet, toStrings } from "../checks";
import { types } from "../resource-types";
import type { RuleDefinition } from "../rule";

/** Rules on parameters, log groups and tags. */
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
