import { DescribeRegionsCommand } from "@aws-sdk/client-ec2";
import { DescribeSourceRegionsCommand } from "@aws-sdk/client-rds";
import type { Check, Line } from "../report";
import { type Context, plannedOf, toText } from "./context";

const topic = "Backups";

/** Whether the region of the backups is enabled, and gets backups from the stack's region. */
export function checkBackups(context: Context): Check[] {
  const type = "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
  return plannedOf(context, type).flatMap(({ inputs }) => {
    const region = toText(inputs.region);
    return [
      {
        topic,
        actions: ["ec2:DescribeRegions", "rds:DescribeSourceRegions"],
        read: () => readRegion(region, context),
      },
    ];
  });
}

async function readRegion(region: string, { clients, ...context }: Context): Promise<Line[]> {
  const { Regions: [found] = [] } = await clients.ec2.send(
    new DescribeRegionsCommand({
      Filters: [{ Name: "region-name", Values: [region] }],
      AllRegions: true,
    }),
  );
  const otherRegion = `npx pulumi config set --path backup.region us-west-2 -s ${context.stack}`;
  if (found === undefined) {
    return [
      { level: "error", text: `backup.region is ${region}, which is no region of AWS.`, fix: [otherRegion] },
    ];
  }
  if (found.OptInStatus === "not-opted-in") {
    return [
      {
        level: "error",
        text: `The region of the backups, ${region}, is not enabled in the account. Enable it, which takes some minutes, or choose another one:`,
        fix: [`aws account enable-region --region-name ${region}`, otherRegion],
      },
    ];
  }
  const { SourceRegions = [] } = await clients
    .rds(region)
    .send(new DescribeSourceRegionsCommand({ RegionName: context.region }));
  const isSource = SourceRegions.some(
    ({ RegionName, SupportsDBInstanceAutomatedBackupsReplication: isSupported }) =>
      RegionName === context.region && isSupported,
  );
  return isSource
    ? [{ level: "ok", text: `RDS replicates backups from ${context.region} to ${region}.` }]
    : [
        {
          level: "error",
          text: `RDS does not replicate backups from ${context.region} to ${region}. Choose another region, or none:`,
          fix: [otherRegion, `npx pulumi config set --path backup.region none -s ${context.stack}`],
        },
      ];
}
