import { type Permission, getsTags, hasOrGetsTags, hasTags, noResourceLevel } from "./permission";
import {
  getAlarms,
  getConfigurationSet,
  getEventSubscriptions,
  getHealthChecks,
  getIdentities,
  getLogGroups,
  getMailArns,
  getRules,
  getTopics,
} from "./resources";
import { getApplicationName, toArns, toGlobalArns } from "./scope";

/** What `pulumi up` and `pulumi destroy` change of logs, alarms, mail and DNS. */
export const operations: Permission[] = [
  {
    sid: "ChangeMonitoring",
    purpose: "Creates, changes and deletes the alarms, the dashboard, the topics and the log groups",
    actions: [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DeleteDashboards",
      "cloudwatch:PutDashboard",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
      "logs:CreateLogGroup",
      "logs:DeleteLogGroup",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sns:UntagResource",
    ],
    resources: (scope) => [
      ...getAlarms(scope),
      ...toGlobalArns(scope, "cloudwatch", `dashboard/${getApplicationName(scope)}`),
      ...getLogGroups(scope),
      ...getTopics(scope),
    ],
  },
  {
    sid: "ChangeEvents",
    purpose:
      "Creates, changes and deletes what sends events of the database and the environments to the topic",
    actions: [
      "events:DeleteRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:TagResource",
      "events:UntagResource",
      "rds:AddTagsToResource",
      "rds:CreateEventSubscription",
      "rds:DeleteEventSubscription",
      "rds:ModifyEventSubscription",
      "rds:RemoveTagsFromResource",
    ],
    resources: (scope) => [...getRules(scope), ...getEventSubscriptions(scope)],
    unlogged: [
      {
        reason: "A version of the program changes the categories of events.",
        actions: ["rds:ModifyEventSubscription"],
      },
    ],
  },
  {
    sid: "ChangeLogQueries",
    purpose: "Creates, changes and deletes the saved queries of Logs Insights",
    actions: ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition"],
    resources: () => ["*"],
    anyResource: noResourceLevel,
  },
  {
    sid: "CreateHealthCheck",
    purpose: "Creates the health check of the domain",
    actions: ["route53:CreateHealthCheck"],
    resources: ({ domains = [] }) => (domains.length > 0 ? ["*"] : []),
    anyResource: "The action has no resources.",
  },
  {
    sid: "ChangeHealthCheck",
    purpose: "Changes, tags and deletes the health check of the domain",
    actions: ["route53:ChangeTagsForResource", "route53:DeleteHealthCheck", "route53:UpdateHealthCheck"],
    resources: getHealthChecks,
    anyResource: "A health check's ARN has its id, and Route 53 has no conditions on tags.",
  },
  {
    sid: "EndSubscription",
    purpose: "Ends the subscription of an address to the alarms",
    actions: ["sns:Unsubscribe"],
    resources: () => ["*"],
    anyResource: "The action has no resources. A request needs the id of a subscription.",
  },
  {
    sid: "CreateMailIdentity",
    purpose: "Creates the SES identity",
    actions: ["ses:CreateEmailIdentity"],
    resources: getIdentities,
    conditions: getsTags,
  },
  {
    sid: "CreateMailConfiguration",
    purpose: "Creates the SES configuration set, which has the application name",
    actions: ["ses:CreateConfigurationSet"],
    resources: getConfigurationSet,
  },
  {
    sid: "TagMail",
    purpose: "Tags the SES identity and configuration set",
    actions: ["ses:TagResource"],
    resources: getMailArns,
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeMail",
    purpose: "Changes and deletes the SES identity and configuration set",
    actions: [
      "ses:DeleteConfigurationSet",
      "ses:DeleteEmailIdentity",
      "ses:PutEmailIdentityMailFromAttributes",
      "ses:UntagResource",
    ],
    resources: getMailArns,
    conditions: hasTags,
  },
  {
    sid: "RequestCertificate",
    purpose: "Requests the certificate",
    actions: ["acm:RequestCertificate"],
    resources: () => ["*"],
    anyResource: "The action has no resources.",
    conditions: getsTags,
  },
  {
    sid: "TagCertificate",
    purpose: "Tags the certificate",
    actions: ["acm:AddTagsToCertificate"],
    resources: () => ["*"],
    anyResource: "When a certificate is requested, its ARN does not exist yet.",
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeCertificate",
    purpose: "Deletes the certificate",
    actions: ["acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"],
    resources: (scope) => toArns(scope, "acm", "certificate/*"),
    conditions: hasTags,
  },
  {
    sid: "ChangeRecords",
    purpose: "Creates, changes and deletes the records of the stack's domains, and no others of the zone",
    actions: ["route53:ChangeResourceRecordSets"],
    resources: ({ partition, domains = [] }) =>
      domains.length > 0 ? [`arn:${partition}:route53:::hostedzone/*`] : [],
    anyResource: "A zone's ARN has its id. The names of the records tell the stack.",
    conditions: ({ domains = [] }) => ({
      "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": domains.flatMap((domain) => [
          domain,
          // ACM's validation, DKIM and the custom MAIL FROM domain.
          `_*.${domain}`,
          `*._domainkey.${domain}`,
          `*bounces*.${domain}`,
        ]),
      },
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME", "MX", "TXT"],
      },
      Null: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false" },
    }),
  },
  {
    sid: "ReadChangeOfRecords",
    purpose: "Waits until a change of records has reached Route 53's servers",
    actions: ["route53:GetChange"],
    resources: ({ partition, domains = [] }) =>
      domains.length > 0 ? [`arn:${partition}:route53:::change/*`] : [],
    anyResource: "A change has an id of its own.",
  },
];
