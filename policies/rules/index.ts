import { toRule, type Rule } from "../rule";
import { application } from "./application";
import { cloudFront } from "./cloudfront";
import { ec2 } from "./ec2";
import { elasticBeanstalk } from "./elastic-beanstalk";
import { iam } from "./iam";
import { loadBalancers } from "./load-balancers";
import { operations } from "./operations";
import { rds } from "./rds";
import { resourcePolicies } from "./resource-policies";
import { s3 } from "./s3";
import { ses } from "./ses";
import { sqs } from "./sqs";

/** All rules of the pack. A new rule goes into the file of its service. */
export const rules: Rule[] = [
  ...rds,
  ...application,
  ...elasticBeanstalk,
  ...loadBalancers,
  ...cloudFront,
  ...s3,
  ...sqs,
  ...resourcePolicies,
  ...iam,
  ...ec2,
  ...ses,
  ...operations,
].map(toRule);
