import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { createMatch, type Matcher } from "../matcher";

/** RDS creates the log group when log exports are enabled. */
export const findLogGroup: Matcher = async (name, _planned, { aws: { logs } }) => {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups.filter(({ logGroupName }) => logGroupName === name).map(() => createMatch(name));
};
