import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

interface TopicArgs {
  /** The beginning of the topics' names. */
  namePrefix: pulumi.Input<string>;
  /** Regions with alarms besides the stack's. */
  regions: string[];
  alarmEmail: pulumi.Input<string> | undefined;
  emails: string[];
  /** Id of the key that encrypts the messages. */
  kmsKey: string | undefined;
  /** Existing topics that are used instead. */
  topicArns: string[];
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Creates a topic with its subscriptions for each region that has no existing one: alarms notify topics of their own region
 * only. Returns the ARN of the topic of a region, by default the stack's.
 */
export function createTopics(
  name: string,
  args: TopicArgs,
  parent: pulumi.Resource,
): (region?: string) => pulumi.Output<string> {
  const [mainArn, ...otherArns] = args.topicArns;
  const main = mainArn === undefined ? createTopic(name, args, undefined, parent) : pulumi.output(mainArn);
  const others = new Map(
    [...new Set(args.regions)].map((region) => {
      const arn = otherArns.find((other) => getArnRegion(other) === region);
      return [region, arn === undefined ? createTopic(name, args, region, parent) : pulumi.output(arn)];
    }),
  );
  return (region = "") => others.get(region) ?? main;
}

/** Returns the region in an ARN. */
export function getArnRegion(arn: string): string | undefined {
  return arn.split(":")[3];
}

function createTopic(
  name: string,
  { namePrefix, alarmEmail, emails, kmsKey, tags }: TopicArgs,
  region: string | undefined,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const suffix = region === undefined ? "" : `-${region}`;
  const topic = new sns.Topic(
    `${name}-alarms${suffix}`,
    { name: pulumi.interpolate`${namePrefix}-alarms${suffix}`, kmsMasterKeyId: kmsKey, region, tags },
    // A topic keeps its name, so that its subscriptions stay confirmed.
    { parent, deleteBeforeReplace: true, ignoreChanges: ["name"] },
  );
  const subscribe = (part: string, endpoint: pulumi.Input<string>) =>
    new sns.TopicSubscription(
      `${name}-${part}${suffix}`,
      { topic: topic.arn, protocol: "email", endpoint, region },
      // An address has one subscription to a topic: creating it again returns the one that is still to be deleted.
      { parent, deleteBeforeReplace: true },
    );
  if (alarmEmail !== undefined) {
    subscribe("email", alarmEmail);
  }
  for (const email of new Set(emails)) {
    if (email !== alarmEmail) {
      subscribe(`email-${email}`, email);
    }
  }
  return topic.arn;
}
