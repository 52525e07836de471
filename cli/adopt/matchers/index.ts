import type { Matcher } from "../matcher";
import { findApplication, findEnvironment } from "./beanstalk";
import { findBucket } from "./bucket";
import { findDatabase } from "./database";
import { findEmailIdentity } from "./email-identity";
import { findLogGroup } from "./log-group";
import { findQueue } from "./queue";
import { findRecord } from "./record";
import { findUser } from "./user";

/** The matcher of each type that people create by hand. Label and name input are in plan/resource-types.ts. */
export const matchers: Record<string, Matcher> = {
  "aws:rds/instance:Instance": findDatabase,
  "aws:s3/bucket:Bucket": findBucket,
  "aws:sqs/queue:Queue": findQueue,
  "aws:iam/user:User": findUser,
  "aws:elasticbeanstalk/application:Application": findApplication,
  "aws:elasticbeanstalk/environment:Environment": findEnvironment,
  "aws:cloudwatch/logGroup:LogGroup": findLogGroup,
  "aws:sesv2/emailIdentity:EmailIdentity": findEmailIdentity,
  "aws:route53/record:Record": findRecord,
};
