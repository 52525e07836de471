import type { Kind } from "./kind";
import { application, environment } from "./kinds/beanstalk";
import { bucket } from "./kinds/bucket";
import { database } from "./kinds/database";
import { emailIdentity, logGroup } from "./kinds/others";
import { queue } from "./kinds/queue";
import { record } from "./kinds/record";
import { user } from "./kinds/user";

/** What people make by hand, by the program's type of resource. */
export const kinds: Record<string, Kind> = {
  "aws:rds/instance:Instance": database,
  "aws:s3/bucket:Bucket": bucket,
  "aws:sqs/queue:Queue": queue,
  "aws:iam/user:User": user,
  "aws:elasticbeanstalk/application:Application": application,
  "aws:elasticbeanstalk/environment:Environment": environment,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:sesv2/emailIdentity:EmailIdentity": emailIdentity,
  "aws:route53/record:Record": record,
};
