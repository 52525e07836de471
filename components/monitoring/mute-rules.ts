import { AlarmMuteRule } from "@pulumi/aws/cloudwatch/alarmMuteRule";
import type { MetricAlarm } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { withDefaults } from "../defaults";
import { getSleepTimes, type SleepHoursArgs, sleepHoursDefaults, toCron, toDuration } from "../sleep-hours";

interface MuteArgs {
  /** The beginning of the rules' names, which are unique in the account and region. */
  namePrefix: pulumi.Input<string>;
  sleep: SleepHoursArgs;
  /** The alarms, each with its region; undefined is the stack's. */
  alarms: { region: string | undefined; alarm: MetricAlarm }[];
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Mutes alarms while a stack sleeps, with a rule for each region and length of a night. An alarm that is still in ALARM
 * afterwards is reported then (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html).
 */
export function muteAlarms(
  name: string,
  { namePrefix, sleep, alarms, tags }: MuteArgs,
  parent: pulumi.Resource,
): void {
  const { mute } = getSleepTimes(withDefaults(sleep, sleepHoursDefaults), 0);
  for (const region of new Set(alarms.map((one) => one.region))) {
    const names = alarms.filter((one) => one.region === region).map(({ alarm }) => alarm.name);
    mute.forEach(({ at, duration }, index) => {
      const suffix = `${index === 0 ? "" : `-${index + 1}`}${region === undefined ? "" : `-${region}`}`;
      new AlarmMuteRule(
        `${name}-sleep${suffix}`,
        {
          name: pulumi.interpolate`${namePrefix}-sleep${suffix}`,
          description: "Mutes the alarms while the stack sleeps",
          rule: {
            schedule: { expression: `cron(${toCron(at)})`, duration: toDuration(duration), timezone: "UTC" },
          },
          muteTargets: { alarmNames: names },
          region,
          tags,
        },
        { parent, deleteBeforeReplace: true },
      );
    });
  }
}
