import { setTimeout } from "node:timers/promises";
import {
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeDBInstancesCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { getOption } from "../../plan/application-environments";
import type { PropertyValue } from "../../plan/values";
import { ask } from "../ask";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { readDeployedStack } from "../deployed-stack";
import type { StateResource } from "../state";
import { getOutput, ofType } from "../status/context";
import { UserError } from "../user-error";
import { hasSleep } from "./schedules";

/** The options of `npx beo wake` and `npx beo sleep`. */
export interface SleepOptions {
  yes?: true;
}

/** The sizes of an Auto Scaling group. */
interface Sizes {
  min: number;
  max: number;
  desired: number;
}

/** A group of a stack, and its sizes while the stack is awake. */
interface Group {
  name: string;
  environment: string;
  awake: Sizes;
}

interface Facts {
  stack: string;
  clients: Clients;
  /** Whether it was deployed with the setting `sleep`. */
  sleeps: boolean;
  database: string;
  groups: Group[];
}

/** How long RDS may take to start or stop an instance, in seconds. */
const patience = 30 * 60;

const none: Sizes = { min: 0, max: 0, desired: 0 };

/** Wakes a stack: starts the database, waits for it, and starts the instances of the environments. */
export async function wake(stack: string, options: SleepOptions): Promise<void> {
  const facts = await readFacts(stack);
  const { clients, database, groups } = facts;
  const status = await getStatus(facts);
  const asleep = await findGroups(facts, ({ awake }, size) => size.max < awake.max || size.min < awake.min);
  if (status === "available" && asleep.length === 0) {
    console.log(`${stack} is awake.`);
    return;
  }
  confirm(
    `To wake ${stack}:`,
    [
      ...(status === "available" ? [] : [`start the database ${database} (${status}), about 10 minutes`]),
      ...asleep.map(({ environment, awake }) => `start ${formatSizes(awake)} of ${environment}`),
    ],
    options,
  );
  if (status !== "available") {
    await changeDatabase(facts, "stopped", "available", () =>
      clients.rds().send(new StartDBInstanceCommand({ DBInstanceIdentifier: database })),
    );
  }
  await resize(facts, asleep, ({ awake }) => awake);
  console.log(
    `${stack} is awake once its instances have started: ${groups.map(({ environment }) => `eb health ${environment}`).join(", ")}.${facts.sleeps ? ` ${describeNight(stack)}` : ""}`,
  );
}

/** Puts a stack to sleep before its time: ends the instances of the environments, and stops the database. */
export async function sleep(stack: string, options: SleepOptions): Promise<void> {
  const facts = await readFacts(stack);
  if (!facts.sleeps) {
    throw new UserError(
      `${stack} does not sleep: it has not been deployed with the setting sleep, and nothing would wake it.`,
    );
  }
  const { clients, database } = facts;
  const status = await getStatus(facts);
  const awake = await findGroups(facts, (_, size) => size.max > 0);
  if (status === "stopped" && awake.length === 0) {
    console.log(`${stack} is asleep.`);
    return;
  }
  confirm(
    `To put ${stack} to sleep, which ends the tasks that run:`,
    [
      ...awake.map(({ environment }) => `end the instances of ${environment}`),
      ...(status === "stopped" ? [] : [`stop the database ${database} (${status})`]),
    ],
    options,
  );
  await resize(facts, awake, () => none);
  if (status !== "stopped") {
    await changeDatabase(facts, "available", "stopped", () =>
      clients.rds().send(new StopDBInstanceCommand({ DBInstanceIdentifier: database })),
    );
  }
  console.log(
    `${stack} is asleep until the next time that sleep.to names. To wake it: npx beo wake ${stack}`,
  );
}

const describeNight = (stack: string) =>
  `It falls asleep again at the next time that sleep.from names. To keep it awake: npx pulumi config rm sleep -s ${stack} && npx pulumi up -s ${stack}`;

/** Does not ask whether the stack sleeps by itself: the setting may be gone, and the stack still asleep. */
async function readFacts(stack: string): Promise<Facts> {
  const { resources, clients } = await readDeployedStack(stack);
  const [database] = ofType({ resources }, "rds/instance:Instance");
  return {
    stack,
    clients,
    sleeps: hasSleep(resources),
    database: database === undefined ? "" : getOutput(database, "identifier"),
    groups: ofType({ resources }, "elasticbeanstalk/environment:Environment").flatMap(toGroups),
  };
}

function toGroups(environment: StateResource): Group[] {
  const autoscalingGroups = environment.outputs?.autoscalingGroups;
  const inputs = environment.inputs as Record<string, PropertyValue>;
  const getSize = (option: string) => Number(getOption(inputs, "aws:autoscaling:asg", option) ?? 1);
  const [min, max] = [getSize("MinSize"), getSize("MaxSize")];
  return Array.isArray(autoscalingGroups)
    ? autoscalingGroups.map((group) => ({
        name: String(group),
        environment: getOutput(environment, "name"),
        awake: { min, max, desired: min },
      }))
    : [];
}

async function getStatus({ clients, database }: Facts): Promise<string> {
  const { DBInstances: [instance] = [] } = await callAws(
    clients.rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: database })),
    "Nothing was changed.",
  );
  return instance?.DBInstanceStatus ?? "";
}

/** Returns the groups whose sizes in AWS match. */
async function findGroups(
  { clients, groups }: Facts,
  matches: (group: Group, size: Sizes) => boolean,
): Promise<Group[]> {
  const { AutoScalingGroups = [] } = await callAws(
    clients.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: groups.map(({ name }) => name) }),
    ),
    "Nothing was changed.",
  );
  return groups.filter((group) => {
    const live = AutoScalingGroups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === group.name);
    const { MinSize: min = 0, MaxSize: max = 0, DesiredCapacity: desired = 0 } = live ?? {};
    return live !== undefined && matches(group, { min, max, desired });
  });
}

function confirm(title: string, steps: string[], { yes }: SleepOptions): void {
  console.log([title, ...steps.map((step) => `  - ${step}`)].join("\n"));
  if (yes !== true && !ask("Go on? Type yes: ")) {
    throw new UserError("Nothing was changed.");
  }
}

async function resize({ clients }: Facts, groups: Group[], getSizes: (group: Group) => Sizes): Promise<void> {
  for (const group of groups) {
    const { min, max, desired } = getSizes(group);
    await callAws(
      clients.autoScaling.send(
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: group.name,
          MinSize: min,
          MaxSize: max,
          DesiredCapacity: desired,
        }),
      ),
      `The size of ${group.environment} was not changed. Run the command again: it goes on where it stopped.`,
    );
    console.log(`${group.environment}: ${formatSizes({ min, max, desired })}.`);
  }
}

/** Waits until the database can be changed, changes it, and waits until it is done. It may be interrupted and run again. */
async function changeDatabase(
  facts: Facts,
  from: string,
  to: string,
  change: () => Promise<unknown>,
): Promise<void> {
  let isRequested = false;
  let shown = "";
  for (let waited = 0; waited < patience; waited += interval) {
    const status = await getStatus(facts);
    if (status !== shown) {
      console.log(`${facts.database}: ${status}.`);
      shown = status;
    }
    if (status === to) {
      return;
    }
    if (status === from && !isRequested) {
      await callAws(change(), "The database was not changed.");
      isRequested = true;
    }
    await setTimeout(interval * 1000);
  }
  const region = await facts.clients.rds().config.region();
  throw new UserError(
    `${facts.database} is still not ${to}. See why: aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${facts.database}. Then run the command again: it goes on where it stopped.`,
  );
}

/** Seconds between two looks at the database. */
const interval = 5;

function formatSizes({ min, max }: Sizes): string {
  return `${min === max ? String(min) : `${min} to ${max}`} instance${max === 1 ? "" : "s"}`;
}
