import { commandLine, setSecretCommand } from "../../../stacks/commands";
import { formatPasswordCommand } from "../password-command";
import { getPlannedDatabase } from "../roles";
import type { Survey } from "../survey";
import { oldestPostgres } from "../upgrade-path";
import { formatRegion } from "./commands";
import type { Context, Facts, Step } from "./step";

export function getDatabaseStep({ survey, facts }: Context): Step {
  const { database, region } = survey;
  const title = "Prepare the database: snapshot, upgrade, password";
  const urn = getPlannedDatabase(survey)?.urn ?? "";
  if (database === undefined || survey.inState.has(urn)) {
    return { title, isDone: true, commands: [] };
  }
  const commands = [
    ...getSnapshotCommands(database, facts),
    ...getUpgradeCommands(database, facts, survey.stack),
    ...getPasswordCommands(survey, facts),
  ];
  return {
    title,
    isDone: commands.length === 0,
    commands: [formatRegion(region), ...commands],
  };
}

type ExistingDatabase = NonNullable<Survey["database"]>;

function getSnapshotCommands({ identifier }: ExistingDatabase, { snapshotStatus }: Facts): string[] {
  const snapshot = `${identifier}-before-adoption`;
  return [
    ...(snapshotStatus === undefined
      ? [
          "# A snapshot, from which the database can be restored (docs/restoring.md). It is kept until you delete it:",
          `aws rds create-db-snapshot --db-instance-identifier ${identifier} --db-snapshot-identifier ${snapshot}`,
        ]
      : []),
    ...(snapshotStatus === "available"
      ? []
      : [`aws rds wait db-snapshot-available --db-snapshot-identifier ${snapshot}`]),
  ];
}

/** The way to a version that the program accepts, through other major versions where RDS needs that. */
function getUpgradeCommands(database: ExistingDatabase, facts: Facts, stack: string): string[] {
  const { identifier, engineVersion } = database;
  if (Number.parseInt(engineVersion, 10) >= oldestPostgres) {
    return [];
  }
  const path = facts.upgradePath ?? ["<version>"];
  const target = path.at(-1) ?? "";
  const query = `aws rds describe-db-instances --db-instance-identifier ${identifier} --query 'DBInstances[0].EngineVersion' --output text`;
  return [
    `# The program needs PostgreSQL ${oldestPostgres} or newer; this is ${engineVersion}. The upgrade takes the database, and so the site, offline for 10 to 30 minutes.`,
    "# The only way back is the snapshot. psycopg2-binary 2.8 (libpq 12) works with the new version: password_encryption may be md5 or scram-sha-256, and it uses TLS by itself.",
    "# psycopg2 that was compiled on Amazon Linux 1 (libpq 9.2) cannot do scram-sha-256: keep password_encryption md5 until the old environments are gone.",
    `# More careful: try it on a copy first (docs/adopting.md, "PostgreSQL 13 or older").`,
    ...(facts.parameterGroup === undefined
      ? []
      : [
          `# Its own parameter group ${facts.parameterGroup} cannot be used with another major version; pulumi up gives it the program's.`,
        ]),
    ...(facts.upgradePath === undefined
      ? [
          "# RDS did not list the versions to upgrade to. Take the newest 14 of:",
          `aws rds describe-db-engine-versions --engine postgres --engine-version ${engineVersion} --query 'DBEngineVersions[0].ValidUpgradeTarget[?IsMajorVersionUpgrade].EngineVersion' --output text`,
        ]
      : []),
    ...path.flatMap((version) => {
      const major = version === "<version>" ? String(oldestPostgres) : String(Number.parseInt(version, 10));
      const group =
        facts.parameterGroup === undefined ? "" : ` --db-parameter-group-name default.postgres${major}`;
      return [
        `aws rds modify-db-instance --db-instance-identifier ${identifier} --engine-version ${version} --allow-major-version-upgrade --apply-immediately${group}`,
        `until [ "$(${query})" = "${version}" ]; do sleep 30; done`,
        `aws rds wait db-instance-available --db-instance-identifier ${identifier}`,
      ];
    }),
    `# Check the application before you go on: npx beo adopt ${stack} continues with PostgreSQL ${target}.`,
  ];
}

/** Gives the database and the environments in use the configured password, where theirs is not accepted. */
function getPasswordCommands({ stack, database }: Survey, facts: Facts): string[] {
  const refused = facts.variables.refused.SQL_PASSWORD;
  if (refused !== undefined && facts.variables.sqlUser === undefined && !facts.hasDatabasePassword) {
    return [
      `# SQL_PASSWORD: ${refused}`,
      "# Choose a new one; the next commands of this step give it to the database and the environments. Asks for <the new password>:",
      commandLine([setSecretCommand("databasePassword")], stack),
    ];
  }
  if (facts.otherPasswords.length === 0 || database === undefined) {
    return [];
  }
  const withJson = (command: string, document: object) => formatPasswordCommand(command, document, stack);
  return [
    `# databasePassword is not the SQL_PASSWORD of ${facts.otherPasswords.join(" and ")}. Sets it in the database, then in the environments; the site is unavailable in between, for some minutes:`,
    withJson("aws rds modify-db-instance", {
      DBInstanceIdentifier: database.identifier,
      MasterUserPassword: "%s",
      ApplyImmediately: true,
    }),
    ...facts.otherPasswords.flatMap((name) => [
      withJson("aws elasticbeanstalk update-environment", {
        EnvironmentName: name,
        OptionSettings: [
          {
            Namespace: "aws:elasticbeanstalk:application:environment",
            OptionName: "SQL_PASSWORD",
            Value: "%s",
          },
        ],
      }),
      // For an hour AWS also finds the terminated environments of a name, which never become Ready.
      `aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${name}`,
    ]),
  ];
}
