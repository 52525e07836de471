import { getsTags, hasOrGetsTags, hasTags, type Permission } from "./permission";
import { getDistributions } from "./resources";

/** What the setting `web.cloudFront` changes: the distribution in front of a single instance. */
export const distribution: Permission[] = [
  {
    sid: "CreateDistribution",
    purpose: "Creates the CloudFront distribution",
    actions: ["cloudfront:CreateDistribution"],
    resources: () => ["*"],
    anyResource: "The action has no resources.",
    conditions: getsTags,
  },
  {
    sid: "TagDistribution",
    purpose: "Tags it",
    actions: ["cloudfront:TagResource"],
    resources: getDistributions,
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeDistribution",
    purpose: "Changes and deletes it",
    actions: ["cloudfront:DeleteDistribution", "cloudfront:UntagResource", "cloudfront:UpdateDistribution"],
    resources: getDistributions,
    conditions: hasTags,
  },
];
