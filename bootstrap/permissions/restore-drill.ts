import { hasTags, named, type Permission } from "./permission";
import { type Scope, toArns, toBucketArns } from "./scope";

/** The throw-away database. */
const getDrill = (scope: Scope) =>
  toArns(scope, "rds", ...named(scope, "-drill").map((name) => `db:${name}`));
/** What the throw-away database is restored from, and the groups that it has from the original. */
const getSources = (scope: Scope) =>
  toArns(
    scope,
    "rds",
    ...named(scope, "").map((name) => `db:${name}`),
    ...named(scope, "-*").flatMap((name) => [`snapshot:${name}`, `snapshot:rds:${name}`]),
    "og:default:*",
  );
/** The parameters of drills, whose names end so. */
const getParameters = (scope: Scope, ...endings: string[]) =>
  toArns(
    scope,
    "ssm",
    ...endings.flatMap((ending) =>
      named(scope, `-operations/restore-drill${ending}`).map((name) => `parameter/${name}`),
    ),
  );

const withSnapshot = "Only with --snapshot.";

/**
 * What `npx beo restore-drill` does: it changes the throw-away database and the record of the last drill, reads files of the
 * media bucket, and connects to the databases through an instance.
 */
export const restoreDrill: Permission[] = [
  {
    sid: "RestoreDrill",
    purpose: "Restores the throw-away database, resets its password and deletes it",
    actions: [
      "rds:AddTagsToResource",
      "rds:DeleteDBInstance",
      "rds:ModifyDBInstance",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ],
    resources: getDrill,
    unlogged: [
      { reason: withSnapshot, actions: ["rds:RestoreDBInstanceFromDBSnapshot"] },
      { reason: "The password was changed after the recovery point.", actions: ["rds:ModifyDBInstance"] },
    ],
  },
  {
    sid: "RestoreFromBackups",
    purpose: "Names the original and its snapshots in the request to restore",
    actions: ["rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime"],
    resources: getSources,
    anyResource: "The default option groups are AWS's own.",
    unlogged: [{ reason: withSnapshot, actions: ["rds:RestoreDBInstanceFromDBSnapshot"] }],
  },
  {
    sid: "UseDatabaseGroups",
    purpose: "Gives the throw-away database the original's groups",
    actions: ["rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime"],
    resources: (scope) => toArns(scope, "rds", "pg:beo-db-*", "subgrp:beo-db-*"),
    conditions: hasTags,
    unlogged: [{ reason: withSnapshot, actions: ["rds:RestoreDBInstanceFromDBSnapshot"] }],
  },
  {
    sid: "UseDatabaseKey",
    purpose: "Lets RDS use the database's own key for the throw-away database",
    actions: ["kms:CreateGrant"],
    resources: (scope) => toArns(scope, "kms", "key/*"),
    anyResource: "Ids do not tell the stack.",
    conditions: (scope) => ({
      StringEquals: { ...hasTags(scope).StringEquals, "aws:ResourceTag/Use": "database" },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    unlogged: [
      {
        reason: "RDS creates the grant with the caller's permissions (RDS user guide, keys).",
        actions: "all",
      },
    ],
  },
  {
    sid: "FindAgents",
    purpose: "Finds the instance through which psql connects",
    actions: ["ssm:DescribeInstanceInformation"],
    resources: () => ["*"],
    anyResource: "The action has no resources.",
  },
  {
    sid: "ForwardPorts",
    purpose: "Forwards a port through an instance",
    actions: ["ssm:StartSession"],
    resources: (scope) => toArns(scope, "ec2", "instance/*"),
    conditions: hasTags,
  },
  {
    sid: "UseForwardingDocument",
    purpose: "Forwards ports only: no shell",
    actions: ["ssm:StartSession"],
    resources: ({ partition, region }) => [
      `arn:${partition}:ssm:${region}::document/AWS-StartPortForwardingSessionToRemoteHost`,
    ],
    anyResource: "The document is AWS's own.",
  },
  {
    sid: "EndOwnSessions",
    purpose: "Ends its own sessions",
    actions: ["ssm:ResumeSession", "ssm:TerminateSession"],
    resources: ({ partition }) => [`arn:${partition}:ssm:*:*:session/\${aws:userid}-*`],
    anyResource: "A session has the name of the caller.",
    unlogged: [{ reason: "The Session Manager plugin calls them.", actions: "all" }],
  },
  {
    sid: "FindFiles",
    purpose: "Looks whether files that the database refers to are in the media bucket",
    actions: ["s3:GetObject"],
    resources: (scope) => toBucketArns(scope, ...named(scope, "-media/media_root/*")),
  },
  {
    sid: "RecordDrill",
    purpose: "Records the result of the drill, and that one is running",
    actions: ["ssm:PutParameter"],
    resources: (scope) => getParameters(scope, "", "-lock"),
  },
  {
    sid: "UnlockDrill",
    purpose: "Deletes the record that a drill is running",
    actions: ["ssm:DeleteParameter"],
    resources: (scope) => getParameters(scope, "-lock"),
  },
];
