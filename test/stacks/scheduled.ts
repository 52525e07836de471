import { changed, dev } from "./configurations";
import type { Mistake } from "./mistakes";

const awake = { platform: { updateWindow: "Mon:15:30" } };
const alarmEmail = "operations@beotest.net";

/** Mistakes in scheduled actions, in the hours of a stack that sleeps, and in budgets. */
export const scheduled: Mistake[] = [
  [
    "one action instead of a list",
    changed({ web: { schedule: { name: "Night", recurrence: "0 3 * * *", minSize: 1 } } }),
    "web.schedule is a map. Expected a list of scheduled actions, each a map of name, recurrence, startTime, minSize, maxSize, desiredCapacity, suspended.",
    "npx pulumi config rm --path web.schedule --stack prod",
  ],
  [
    "an action with a misspelt member",
    changed({ web: { schedule: [{ name: "Night", cron: "0 3 * * *", minSize: 1 }] } }),
    "web.schedule[0].cron is not a known key. Expected name, recurrence, startTime, minSize, maxSize, desiredCapacity, suspended.",
    "npx pulumi config rm --path 'web.schedule[0].cron' --stack prod",
  ],
  [
    "an action whose size is text",
    changed({
      web: { schedule: [{ name: "Night", recurrence: "0 3 * * *", minSize: 1, maxSize: "two" }] },
    }),
    'web.schedule[0].maxSize is "two". Expected an integer.',
    "npx pulumi config rm --path 'web.schedule[0].maxSize' --stack prod && npx pulumi config set --path 'web.schedule[0].maxSize' --stack prod <integer>",
  ],
  [
    "a cron expression of EventBridge",
    changed({ web: { schedule: [{ name: "Night", recurrence: "0 3 ? * * *", minSize: 1, maxSize: 2 }] } }),
    'web.schedule[0].recurrence is "0 3 ? * * *". Expected a cron expression of five fields (minute, hour, day, month, day of the week) in UTC, such as "0 14 * * 1-5".',
    // Without it, the list would be empty.
    "npx pulumi config rm --path web.schedule --stack prod",
  ],
  [
    "two actions at the same time",
    changed({
      web: {
        schedule: [
          { name: "Campaign", startTime: "2027-03-01T15:00:00Z", minSize: 3, maxSize: 4 },
          { name: "Release", startTime: "2027-03-01T15:00:00Z", minSize: 2, maxSize: 4 },
        ],
      },
    }),
    'web.schedule[1].startTime is "2027-03-01T15:00:00Z", like that of Campaign. Expected another time for each action.',
    "npx pulumi config rm --path 'web.schedule[1]' --stack prod",
  ],
  [
    "an action that ends production's instances",
    changed({ web: { schedule: [{ name: "Down", recurrence: "0 2 * * *", minSize: 0, maxSize: 0 }] } }),
    "web.schedule[0].maxSize is 0, but environment is prod. Expected at least 1, without which production stops.",
    "npx pulumi config rm --path 'web.schedule[0]' --stack prod",
  ],
  [
    "an action that lets production's workers end",
    changed({ worker: { schedule: [{ name: "Down", recurrence: "0 2 * * *", minSize: 0, maxSize: 3 }] } }),
    "worker.schedule[0].minSize is 0, but environment is prod. Expected at least 1, without which production stops.",
    "npx pulumi config rm --path 'worker.schedule[0]' --stack prod",
  ],
  [
    "scheduled actions of a single instance",
    dev({ web: { schedule: [{ name: "Night", recurrence: "0 3 * * *", minSize: 0, maxSize: 0 }] } }),
    "web.schedule is set, but web.singleInstance is true. The environment always has one instance. Remove it, or set web.singleInstance to false.",
    "npx pulumi config rm --path web.schedule --stack dev",
  ],
  [
    "a prod that sleeps",
    changed({
      sleep: { from: "19:00" },
      platform: { updateWindow: "Mon:17:00" },
      web: { deploymentPolicy: "AllAtOnce" },
      worker: { deploymentPolicy: "AllAtOnce" },
    }),
    "sleep is set, but environment is prod. Only dev may sleep.",
    "npx pulumi config rm sleep --stack prod",
  ],
  [
    "a prod that sleeps, and rolls",
    changed({ sleep: { from: "19:00" } }),
    "sleep is set, but environment is prod. Only dev may sleep.",
    "npx pulumi config rm sleep --stack prod",
  ],
  [
    "backups while the stack sleeps",
    dev({ sleep: { from: "19:00" }, database: { backupWindow: "09:30-10:00" }, ...awake }),
    "database.backupWindow is 09:30-10:00 (UTC), when the database is stopped (sleep), so that RDS never backs it up. Expected a time in which the stack is awake, such as 15:00-15:30.",
    "npx pulumi config set --path database.backupWindow 15:00-15:30 --stack dev",
  ],
  [
    "database maintenance while the stack sleeps",
    dev({
      sleep: { from: "19:00" },
      database: { maintenanceWindow: "sun:10:00-sun:11:00", backupWindow: "18:00-18:30" },
      ...awake,
    }),
    "database.maintenanceWindow is sun:10:00-sun:11:00 (UTC), when the database is stopped (sleep), so that RDS never maintains it. Expected a time in which the stack is awake, such as Mon:15:00-Mon:15:30.",
    "npx pulumi config set --path database.maintenanceWindow Mon:15:00-Mon:15:30 --stack dev",
  ],
  [
    "a stack that is awake for less than two hours",
    dev({ sleep: { from: "08:30", to: "07:00", zone: "UTC" } }),
    'sleep.from is "08:30", 90 minutes after sleep.to, "07:00". Managed updates need two hours in which the stack is awake: expected more than 120.',
    "npx pulumi config set --path sleep.from --stack dev <later time of day>",
  ],
  [
    "managed updates while the stack sleeps",
    dev({ sleep: { days: ["Tue", "Wed"] } }),
    "platform.updateWindow is Tue:09:00 (UTC), when the stack sleeps: each managed update would fail. Expected two hours in which it is awake, such as Tue:15:00.",
    "npx pulumi config set --path platform.updateWindow Tue:15:00 --stack dev",
  ],
  [
    "an hour without minutes",
    dev({ sleep: { from: "7pm" }, ...awake }),
    'sleep.from is "7pm". Expected a time of day such as 19:00, in quotes.',
    "npx pulumi config set --path --type string sleep.from --stack dev <time of day such as 19:00, in quotes>",
  ],
  [
    "an abbreviation as the time zone",
    dev({ sleep: { zone: "Pacific" }, ...awake }),
    'sleep.zone is "Pacific". Expected an IANA time zone such as America/Los_Angeles.',
    "npx pulumi config set --path --type string sleep.zone --stack dev <IANA time zone such as America/Los_Angeles>",
  ],
  [
    "a range of days",
    dev({ sleep: { days: ["Mon-Fri"] }, ...awake }),
    'sleep.days[0] is "Mon-Fri". Expected Mon, Tue, Wed, Thu, Fri, Sat or Sun.',
    "npx pulumi config set --path 'sleep.days[0]' --stack dev <Mon|Tue|Wed|Thu|Fri|Sat|Sun>",
  ],
  [
    "a night that is too short",
    dev({ sleep: { from: "01:00", to: "02:30" }, ...awake }),
    'sleep.to is "02:30", 90 minutes after sleep.from, "01:00". Expected at least 120, in which the tasks end and the database stops and starts.',
    "npx pulumi config set --path sleep.to --stack dev <later time of day>",
  ],
  [
    "deployments that roll, in a stack that sleeps",
    dev({ sleep: { from: "19:00" }, worker: { deploymentPolicy: "Rolling" }, ...awake }),
    "worker.deploymentPolicy is Rolling, but sleep is set. An environment without instances cannot roll. Expected AllAtOnce.",
    "npx pulumi config set --path worker.deploymentPolicy AllAtOnce --stack dev",
  ],
  [
    "other scheduled actions in a stack that sleeps",
    dev({
      sleep: { from: "19:00" },
      worker: { schedule: [{ name: "Day", recurrence: "0 15 * * *", minSize: 1, maxSize: 1 }] },
      ...awake,
    }),
    "worker.schedule is set, but so is sleep, which sets the sizes too. Remove one of them.",
    "npx pulumi config rm --path worker.schedule --stack dev",
  ],
  [
    "a budget without an amount",
    dev({ alarmEmail, budget: { thresholds: [50] } }),
    "budget.monthly is missing. Expected an integer from 1 to 1000000.",
    "npx pulumi config set --path budget.monthly --stack dev <integer from 1 to 1000000>",
  ],
  [
    "a budget with cents",
    dev({ alarmEmail, budget: { monthly: 99.5 } }),
    "budget.monthly is not a valid integer. Expected an integer from 1 to 1000000.",
    "npx pulumi config set --path budget.monthly --stack dev <integer from 1 to 1000000>",
  ],
  [
    "a threshold as text",
    dev({ alarmEmail, budget: { monthly: 100, thresholds: ["80%"] } }),
    'budget.thresholds[0] is "80%". Expected an integer from 1 to 1000.',
    "npx pulumi config rm --path budget.thresholds --stack dev && npx pulumi config set --path 'budget.thresholds[0]' --stack dev <integer from 1 to 1000>",
  ],
  [
    "a budget that reaches no operator",
    dev({ budget: { monthly: 100 } }),
    "budget is set, but its reports reach no operator. Set alarmEmail.",
    "npx pulumi config set alarmEmail --stack dev <email address without special characters, in a lowercase domain>",
  ],
];
