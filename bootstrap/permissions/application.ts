import type { Permission } from "./permission";
import { getBeanstalkArns } from "./resources";
import { toIdentityArns } from "./scope";

/**
 * What `eb deploy` does: it creates a version, and updates an environment to it. Uploading the bundle is among what Elastic
 * Beanstalk does with files.
 */
export const application: Permission[] = [
  {
    sid: "DeployVersions",
    purpose: "Creates versions of the application, and runs them in its two environments",
    actions: [
      "elasticbeanstalk:CreateApplicationVersion",
      "elasticbeanstalk:DescribeApplicationVersions",
      "elasticbeanstalk:DescribeEvents",
      "elasticbeanstalk:UpdateEnvironment",
    ],
    resources: getBeanstalkArns,
  },
  {
    sid: "FindEnvironments",
    purpose: "Finds the environments by name, their platform, and Elastic Beanstalk's bucket",
    actions: [
      "elasticbeanstalk:CreateStorageLocation",
      "elasticbeanstalk:DescribeEnvironments",
      "elasticbeanstalk:DescribePlatformVersion",
      "elasticbeanstalk:ListPlatformBranches",
    ],
    resources: () => ["*"],
    anyResource:
      "CreateStorageLocation and ListPlatformBranches have no resources; a request for environments by name is one for all; platforms are AWS's own.",
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
