import type { Permission } from "./permission";
import { getBeanstalkArns } from "./read";
import { getApplicationName, getBeanstalkBucketName, toBucketArns, toIdentityArns } from "./scope";

/** What `eb deploy` does: it uploads a bundle, creates a version, and updates an environment to it. */
export const application: Permission[] = [
  {
    sid: "DeployVersions",
    purpose: "Creates versions of the application, and runs them in its two environments",
    actions: [
      "elasticbeanstalk:CreateApplicationVersion",
      "elasticbeanstalk:DescribeApplicationVersions",
      "elasticbeanstalk:DescribeApplications",
      "elasticbeanstalk:DescribeEnvironmentHealth",
      "elasticbeanstalk:DescribeEnvironmentResources",
      "elasticbeanstalk:DescribeEnvironments",
      "elasticbeanstalk:DescribeEvents",
      "elasticbeanstalk:DescribeInstancesHealth",
      "elasticbeanstalk:UpdateEnvironment",
    ],
    resources: getBeanstalkArns,
  },
  {
    sid: "FindEnvironments",
    purpose: "Finds the environments by name",
    actions: ["elasticbeanstalk:CreateStorageLocation", "elasticbeanstalk:DescribeEnvironments"],
    resources: () => ["*"],
    anyResource: "CreateStorageLocation has no resources; a request for environments by name is one for all.",
  },
  {
    sid: "UploadBundles",
    purpose: "Uploads source bundles of this application",
    actions: ["s3:GetObject", "s3:PutObject"],
    resources: (scope) =>
      toBucketArns(scope, `${getBeanstalkBucketName(scope)}/${getApplicationName(scope)}/*`),
  },
  {
    sid: "PassInstanceRoles",
    purpose: "Hands the instances' roles to the instances that an immutable deployment starts",
    actions: ["iam:PassRole"],
    resources: (scope) => toIdentityArns(scope, "role"),
    conditions: () => ({ StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com"] } }),
    unlogged: [
      { reason: "Elastic Beanstalk starts instances with its caller's permissions.", actions: "all" },
    ],
  },
];
