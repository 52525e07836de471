import type { Severity } from "./drift";

/** What it means that a resource was deleted, and what `pulumi up` does about it. */
export interface Loss {
  /** The resource's type and name, separated by a space. */
  pattern: RegExp;
  severity: Severity;
  meaning: string;
  /** `pulumi up` would create an empty one in place of the data. */
  losesData?: true;
  /** A setting adds it to a component that is deployed already: what the state does not have may be wanted, and not lost. */
  isOptional?: true;
}

/** The first that matches applies, else {@link otherLoss}. */
export const losses: Loss[] = [
  {
    pattern: /^rds\/instance:Instance/,
    severity: "high",
    meaning: "The application has no database. `pulumi up` creates an EMPTY one: restore the data first.",
    losesData: true,
  },
  {
    pattern: /^s3\/bucket:Bucket/,
    severity: "high",
    meaning: "The objects are gone. `pulumi up` creates an EMPTY bucket.",
    losesData: true,
  },
  {
    pattern: /^kms\/key:Key/,
    severity: "critical",
    meaning:
      "What it encrypts cannot be read: the database or its copies. `pulumi up` creates ANOTHER key, which does not decrypt them.",
    losesData: true,
    isOptional: true,
  },
  {
    pattern: /^rds\/instanceAutomatedBackupsReplication:/,
    severity: "high",
    meaning:
      "The database's backups are not copied to the other region any more: what is written from now on would be lost with this region. What was copied stays there for its days.",
  },
  {
    pattern: /^s3\/bucketReplicationConfig:/,
    severity: "high",
    meaning:
      "Media files are not copied to the other region any more. `pulumi up` starts the replication again, for files that are stored from then on: copy the others once (docs/backups.md, Another region).",
  },
  {
    // AWS Backup deletes empty vaults only: https://docs.aws.amazon.com/aws-backup/latest/devguide/delete-a-vault.html
    pattern: /^backup\/vault:/,
    severity: "high",
    meaning:
      "The snapshots in the vault are gone, because AWS Backup deletes a vault only once it is empty. Daily snapshots or their copies fail until it exists again. `pulumi up` creates an EMPTY vault.",
  },
  {
    pattern: /^backup\/vaultLockConfiguration:/,
    severity: "critical",
    meaning: "The snapshots in the vault can be deleted by everyone with the right to do so.",
    isOptional: true,
  },
  {
    pattern: /^backup\/(plan|selection):/,
    severity: "high",
    meaning:
      "AWS Backup takes no snapshots of the database any more. Those in the vaults stay for their days.",
  },
  {
    pattern: /^sqs\/queue:Queue/,
    severity: "high",
    meaning: "The tasks in it are gone, and new ones fail. `pulumi up` creates an EMPTY queue.",
  },
  {
    pattern: /^elasticbeanstalk\/environment:/,
    severity: "high",
    meaning:
      "`pulumi up` creates it with the placeholder version. Deploy the application afterwards: eb deploy",
  },
  {
    pattern: /^(s3\/(bucketPublicAccessBlock|bucketPolicy|bucketOwnershipControls)|sqs\/queuePolicy):/,
    severity: "critical",
    meaning: "The bucket or queue may be open to others, or to connections without TLS.",
  },
  {
    pattern: /^ec2\/(route|natGateway|eip|internetGateway):/,
    severity: "high",
    meaning:
      "The instances do not reach the internet, and so neither SQS nor SES, or users do not reach the site.",
  },
  {
    pattern: /^ec2\/routeTableAssociation:/,
    severity: "high",
    meaning:
      "The subnet uses the main route table of the VPC, which the program gives no route to the internet.",
  },
  {
    pattern: /^ec2\/(vpc|subnet|routeTable|securityGroup):/,
    severity: "high",
    meaning: "A part of the network is missing, and what needs it: routes, rules, instances or the database.",
  },
  {
    pattern: /^wafv2\//,
    severity: "high",
    meaning: "Requests that the web ACL blocks reach the application.",
  },
  {
    pattern: /^ec2\/vpcEndpoint:/,
    severity: "medium",
    meaning: "The instances reach the service through the NAT gateway, which charges for each GB.",
  },
  {
    pattern: /^ec2\/flowLog:/,
    severity: "medium",
    meaning: "Rejected connections are not logged.",
  },
  { pattern: /^vpc\/securityGroup/, severity: "high", meaning: "Connections that the program allows fail." },
  {
    pattern: /^(iam|ssm)\//,
    severity: "high",
    meaning: "The application, its instances or AWS's services lack access.",
  },
  {
    pattern: /^(rds\/eventSubscription|route53\/healthCheck)/,
    severity: "medium",
    meaning: "Events of the database, or the URL's failures, are not reported.",
  },
  {
    pattern: /^(route53|lb|acm|sesv2)\//,
    severity: "high",
    meaning: "Users do not reach the site over HTTPS, or mail is not sent.",
  },
  {
    pattern: /^cloudwatch\/logGroup:LogGroup .*-flow-log-group$/,
    severity: "medium",
    meaning: "The log of rejected connections is gone, and they are not logged any more.",
  },
  {
    pattern: /^cloudwatch\/logGroup:/,
    severity: "medium",
    meaning:
      "The log is gone. The service that writes it may create it again, and CloudWatch keeps that one for ever.",
  },
  {
    pattern: /^cloudwatch\/(dashboard|queryDefinition):/,
    severity: "low",
    meaning: "The console does not show it. Alarms do not depend on it.",
  },
  {
    pattern: /^cloudwatch\/alarmMuteRule:/,
    severity: "medium",
    meaning: "Alarms fire while the stack sleeps.",
  },
  {
    pattern: /^(cloudwatch|sns)\//,
    severity: "medium",
    meaning: "Alarms do not fire, or their notifications do not arrive.",
  },
];

/**
 * Types that hold nothing, and through which no connection goes: a new resource of theirs does what the old one did. The
 * subscription of an e-mail address is not one of them, as its owner has to confirm it again.
 */
export const replaceableTypes =
  /^(ec2\/flowLog|cloudwatch\/(alarmMuteRule|dashboard|eventRule|eventTarget|metricAlarm|queryDefinition)|rds\/eventSubscription|route53\/healthCheck|scheduler\/schedule|budgets\/budget|autoscaling\/(lifecycleHook|policy)):/;

export const otherLoss: Omit<Loss, "pattern"> = {
  severity: "high",
  meaning: "It was deleted.",
};
