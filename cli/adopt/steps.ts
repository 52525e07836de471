import { commandLine, removeCommand, setCommand, setSecretCommand } from "../../stacks/commands";
import { formatDeployWith } from "../deploy-command";
import { type AddressRecord, formatMove, formatRecordBack } from "./address";
import { formatPasswordCommand } from "./password-command";
import {
  type Environments,
  getList,
  getMember,
  getOwnHost,
  getPlannedDatabase,
  getPlannedEnvironment,
  isHealthy,
  isServing,
  isUpdated,
  roles,
  runsPlaceholder,
  sortEnvironments,
} from "./roles";
import type { ExistingEnvironment, SuggestedSetting, Survey } from "./survey";
import { oldestPostgres } from "./upgrade-path";
import { keptNamespace, type VariablePlan } from "./variables";

/** A step of the adoption. */
export interface Step {
  title: string;
  isDone: boolean;
  /** Whether it resolves what blocks the adoption, or changes only the configuration. */
  isAllowedWhileBlocked?: true;
  /** The commands that take it, and comments, one a line. */
  commands: string[];
}

/** What AWS and the configuration say beside the survey. */
export interface Facts {
  variables: VariablePlan;
  /** Whether the configuration has a password of the master user. */
  hasDatabasePassword: boolean;
  /** The environments in use whose SQL_PASSWORD is not the one that `pulumi up` will set. */
  otherPasswords: string[];
  /** The status of the snapshot that the second step creates. */
  snapshotStatus?: string;
  /** The versions to upgrade PostgreSQL to, one after the other; undefined if RDS does not tell. */
  upgradePath?: string[];
  /** The database's parameter group, if it is not RDS's default. */
  parameterGroup?: string;
  /** The names of all environments of the region. */
  takenNames: ReadonlySet<string>;
  /** A free CNAME prefix; undefined if the configured one is free. */
  freePrefix?: string;
  /** The addresses of the stack's domain in Route 53. */
  records: AddressRecord[];
  /** What public DNS says of a domain that is not in Route 53; empty if it does not answer. */
  resolved: string[];
  /** The configuration keys of values that no setting accepts. */
  keptKeys: string[];
}

/** What keeps the import from being possible. */
export interface Open {
  required: SuggestedSetting[];
  blockers: string[];
  /** The import file, and whether there is something to import. */
  importFile: string;
}

interface Context {
  survey: Survey;
  facts: Facts;
  open: Open;
  existing: Environments;
  /** URN of the planned record of the domain, where it moves as a step of its own. */
  addressUrn: string | undefined;
}

/** Returns the steps of the adoption, each with its state and its commands. */
export function getSteps(survey: Survey, facts: Facts, open: Open): Step[] {
  const existing = sortEnvironments(survey, facts.records);
  const record = survey.planned.find(
    ({ type, inputs }) => type === "aws:route53/record:Record" && inputs.name === survey.configuration.domain,
  );
  const addressUrn = existing.serving === undefined ? undefined : record?.urn;
  const context: Context = { survey, facts, open, existing, addressUrn };
  const { old, own } = existing;
  const replaces = old.length > 0 || roles.some((role) => own[role] && runsPlaceholder(own[role]));
  return [
    getSaveStep(context),
    getDatabaseStep(context),
    getSettingsStep(context),
    getImportStep(context),
    getUpdateStep(context),
    ...(replaces ? [getDeployStep(context)] : []),
    ...(existing.serving === undefined ? [] : [getMoveStep(context, existing.serving)]),
    getRetireStep(context),
  ];
}

/** Returns the first step that is not done. While something blocks, none that writes in AWS is next. */
export function getNextStep(steps: readonly Step[], { blockers }: Pick<Open, "blockers">): Step | undefined {
  return steps.find(
    ({ isDone, isAllowedWhileBlocked }) => !isDone && (blockers.length === 0 || isAllowedWhileBlocked),
  );
}

/** Formats the steps, and the commands of the next one. */
export function formatSteps(
  steps: readonly Step[],
  next: Step | undefined,
  complete = "Adoption is complete.",
): string[] {
  return [
    "",
    "Steps",
    ...steps.map(({ title, isDone }, index) => `  [${isDone ? "x" : " "}] ${index + 1}. ${title}`),
    "",
    ...(next === undefined
      ? [complete]
      : [`Next: ${next.title}`, ...next.commands.map((line) => `  ${line}`)]),
  ];
}

function getSaveStep({ survey: { stack }, facts: { variables } }: Context): Step {
  const { writes, saved } = variables;
  const keys = writes.map(({ key }) =>
    saved[key] === undefined ? key : `${key} (${saved[key].join(", ")})`,
  );
  return {
    title: "Save all variables in the stack's configuration",
    isDone: writes.length === 0,
    isAllowedWhileBlocked: true,
    commands: [
      `# Saves ${keys.join(", ")} in Pulumi.${stack}.yaml, secrets encrypted. Changes nothing in AWS.`,
      `npx beo adopt ${stack} --save-variables`,
    ],
  };
}

function getDatabaseStep({ survey, facts }: Context): Step {
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

/** The AWS CLI 1 reads the second variable, and AWS CLI 2 the first. */
export function formatRegion(region: string): string {
  return `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`;
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

function getSettingsStep({ survey: { stack, region }, open: { required, blockers } }: Context): Step {
  const resolutions = blockers.flatMap(formatBlocker);
  return {
    title: blockers.length > 0 ? "Resolve the blockers" : "Set what is required",
    isDone: required.length === 0 && blockers.length === 0,
    isAllowedWhileBlocked: true,
    commands: [
      ...(blockers.length > 0
        ? [`# Until they are resolved, nothing else is done. Then run npx beo adopt ${stack} again.`]
        : []),
      ...(resolutions.some((line) => /^(aws|until) /.test(line)) ? [formatRegion(region)] : []),
      ...resolutions,
      ...required.flatMap(({ key, value, reason }) =>
        value === undefined
          ? [`# Asks for <${reason}>:`, commandLine([setSecretCommand(key)], stack)]
          : [commandLine([setCommand(key, value)], stack)],
      ),
    ],
  };
}

/**
 * The commands of a blocker that can be run as they are. Those that lose something, that help only under a condition, or
 * that need a value are left to people.
 */
const runnable =
  /^(until \[ "\$\(aws rds describe-db-instances|aws rds start-db-instance|aws \S+ wait|aws elasticbeanstalk update-environment|npx pulumi config rm) [^<>]*$/;

/** Formats a blocker as comments, and its commands, which stand in lines of their own or at its end. */
function formatBlocker(blocker: string): string[] {
  const lines = blocker
    .replace(/: ((?:aws|npx) .*)$/, (_, end: string) => `:\n  ${end.replaceAll(" && ", "\n  ")}`)
    .split("\n");
  const isCommand = (line: string) => line.startsWith("  ");
  const isRunnable = lines.filter(isCommand).every((line) => runnable.test(line.trim()));
  return lines.flatMap((line) => {
    const [, name] = /update-environment --environment-name (\S+)/.exec(line) ?? [];
    // Elastic Beanstalk refuses another update meanwhile.
    const wait = `aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${name ?? ""}`;
    return isCommand(line) && isRunnable
      ? [line.trim(), ...(name === undefined ? [] : [wait])]
      : [`# ${line}`];
  });
}

function getImportStep({ survey, open, addressUrn }: Context): Step {
  const { resources, inState, stack } = survey;
  const missing = resources.filter(({ urn }) => !inState.has(urn) && urn !== addressUrn);
  return {
    title: "Import the existing resources",
    isDone: missing.length === 0,
    commands: [
      `# Adds ${missing.length} resources to the stack's state; changes nothing in AWS. Way back: npx pulumi stack rm --force --preserve-config ${stack}, then npx pulumi stack init ${stack}.`,
      '# What is listed with "keep:" above and not set is changed by the next step.',
      formatImport(open.importFile, stack),
    ],
  };
}

function formatImport(file: string, stack: string): string {
  return `npx pulumi import --file ${file} --generate-code=false --stack ${stack}`;
}

function formatUp(stack: string): string {
  return `npx pulumi up --stack ${stack}`;
}

function getUpdateStep({ survey, existing, addressUrn }: Context): Step {
  const { planned, inState, changes, managed, stack } = survey;
  const isMissing = planned.some(({ urn }) => !inState.has(urn) && urn !== addressUrn);
  const changing = [...changes.map(({ urn }) => urn), ...(survey.pending ?? [])];
  const isChanging = changing.some((urn) => urn !== addressUrn);
  const hasOldVariables = roles.some((role) => {
    const environment = existing.own[role];
    return environment !== undefined && !isUpdated(environment, managed);
  });
  const beside = existing.old.length > 0;
  return {
    title: beside ? "Create the new environments beside the old ones" : "Update the resources",
    isDone: !isMissing && !isChanging && !hasOldVariables,
    commands: [
      ...(beside
        ? [
            `# 30 to 60 minutes. ${existing.old.map(({ name }) => name).join(" and ")} keep running and keep their address.`,
            "# Way back: go on with the old environments; the new ones have no address that is in use.",
          ]
        : [
            "# 30 to 60 minutes; instances are replaced. With one instance the site is unavailable meanwhile.",
          ]),
      ...getFailedUpdates(survey, existing).flatMap((urn) => [
        "# The environment does not have what an update has set: Pulumi reads what it has, so that the next update sets it.",
        `npx pulumi refresh --target '${urn}' --stack ${stack}`,
      ]),
      "# Shows what it will do, and asks; with --diff it shows each property. Expected is what is listed above.",
      formatUp(stack),
    ],
  };
}

/**
 * The environments whose last update failed. The provider has their new options in the state then, and would not set them
 * again. An environment that no update has reached is not refreshed: its properties would be in the state in the clear.
 */
function getFailedUpdates(survey: Survey, { own }: Environments): string[] {
  const { updated, changes, managed } = survey;
  return roles.flatMap((role) => {
    const environment = own[role];
    const urn = getPlannedEnvironment(survey, role)?.urn ?? "";
    const isDifferent =
      changes.some((change) => change.urn === urn) ||
      (environment !== undefined && !isUpdated(environment, managed));
    return updated?.has(urn) === true && isDifferent ? [urn] : [];
  });
}

function getDeployStep({ survey, existing: { own, old } }: Context): Step {
  const names = Object.fromEntries(roles.map((role) => [role, getPlannedName(survey, role)]));
  const needs = (role: (typeof roles)[number]) => own[role] === undefined || runsPlaceholder(own[role]);
  const ill = roles.flatMap((role) => {
    const environment = own[role];
    return environment === undefined || needs(role) || isHealthy(environment) ? [] : [environment];
  });
  const oldWorkers = old.filter(({ role }) => role === "worker");
  return {
    title: "Deploy the application to the new environments",
    isDone: !needs("web") && !needs("worker") && (ill.length === 0 || old.length === 0),
    commands: [
      formatRegion(survey.region),
      ...(needs("web") || needs("worker")
        ? [
            "# In the application's checkout, with its changes for Amazon Linux 2023 (docs/application.md). The deployment runs the migrations on the database in use: deploy none that the old version cannot live with.",
          ]
        : []),
      ...(needs("web") ? [formatDeployWith(names.web ?? "", survey.configuration)] : []),
      ...(needs("worker")
        ? [...stopWorkers(oldWorkers), formatDeployWith(names.worker ?? "", survey.configuration)]
        : []),
      ...ill.flatMap(({ name, status, health }) => [
        `# ${name} is ${status} and ${health}; expected Ready and Green or Ok. Its last events:`,
        `aws elasticbeanstalk describe-events --environment-name ${name} --max-items 20 --output table`,
      ]),
    ],
  };
}

function getPlannedName(survey: Survey, role: (typeof roles)[number]): string {
  const name = getPlannedEnvironment(survey, role)?.inputs.name;
  return typeof name === "string" ? name : "";
}

/** Every worker instance runs Celery's scheduler: two environments would send each periodic task twice. */
function stopWorkers(workers: readonly ExistingEnvironment[]): string[] {
  return workers.flatMap((worker) => {
    const group = `"$(aws elasticbeanstalk describe-environment-resources --environment-name ${worker.name} --query 'EnvironmentResources.AutoScalingGroups[0].Name' --output text)"`;
    const resize = (min: string, max: string) =>
      `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group} --min-size ${min} --max-size ${max} --desired-capacity ${min}`;
    const size = (name: string) =>
      worker.options.find(
        ({ Namespace, OptionName }) => Namespace === "aws:autoscaling:asg" && OptionName === name,
      )?.Value ?? "1";
    return [
      `# Terminates the instances of ${worker.name}: two environments with Celery's scheduler would run every periodic task twice. Tasks wait in the queue, but one that is running (at most 10 minutes) is lost: choose a quiet moment.`,
      resize("0", "0"),
      `# Way back: ${resize(size("MinSize"), size("MaxSize"))}`,
    ];
  });
}

function getMoveStep(context: Context, serving: ExistingEnvironment): Step {
  const { survey, existing } = context;
  const title = "Move the address to the new environment";
  const { domain, hostedZone } = survey.configuration;
  const web = existing.own.web;
  if (!isServing(web)) {
    return { title, isDone: false, commands: [] };
  }
  const check = getCheck(survey, web?.cname ?? getOwnHost(survey), domain ?? serving.cname ?? "");
  const isMarked = getMember(survey, "web", "dnsRecord") === false;
  const isAtOtherProvider = domain !== undefined && hostedZone === undefined;
  const isInZone = domain !== undefined && (isMarked || context.facts.records.length > 0);
  const step = isAtOtherProvider
    ? moveElsewhere(context, serving, isMarked)
    : isInZone
      ? moveRecord(context, serving, isMarked)
      : swap(context, serving);
  return { title, isDone: step.isDone, commands: [...check, ...step.commands] };
}

/** The request that tells whether the new environment answers for the address. */
function getCheck({ configuration, planned, stack }: Survey, cname: string, host: string): string[] {
  if (planned.some(({ type }) => type === "aws:cloudfront/distribution:Distribution")) {
    return [
      `# First log in to the new environment at its own address in CloudFront: npx pulumi stack output url -s ${stack}`,
    ];
  }
  const { domain, certificateArn, hostedZone } = configuration;
  const isHttps = domain !== undefined && (certificateArn ?? hostedZone) !== undefined;
  const request = isHttps
    ? `curl -sS -o /dev/null -w '%{http_code}\\n' --connect-to ${host}:443:${cname}:443 https://${host}/`
    : `curl -sS -o /dev/null -w '%{http_code}\\n' -H 'Host: ${host}' http://${cname}/`;
  return [`# First log in to the new environment, or at least see that it answers 200 to: ${request}`];
}

type Move = Pick<Step, "isDone" | "commands">;

/** The domain's record is in Route 53: Pulumi takes it over and points it to its environment. */
function moveRecord(
  { survey, facts, open, addressUrn, existing }: Context,
  serving: ExistingEnvironment,
  isMarked: boolean,
): Move {
  const { stack, region, inState, changes, configuration } = survey;
  const { domain = "" } = configuration;
  const zoneId = facts.records[0]?.zoneId ?? "";
  const isManaged = addressUrn !== undefined && inState.has(addressUrn);
  const isImported = isManaged || facts.records.length === 0;
  const cname = existing.own.web?.cname ?? getOwnHost(survey);
  return {
    isDone: !isMarked && isManaged && !changes.some(({ urn }) => urn === addressUrn),
    commands: isMarked
      ? [
          formatRegion(region),
          ...formatMove(facts.records, domain, cname, region),
          `# From now on the program has the record of ${domain}. The next commands, from npx beo adopt ${stack}, point it to ${cname}.`,
          commandLine([removeCommand("web.dnsRecord")], stack),
        ]
      : [
          ...(isImported ? [] : [formatImport(open.importFile, stack)]),
          `# Points ${domain} to ${cname}, at once. Way back: ${formatRecordBack(zoneId, domain, serving, region)}`,
          formatUp(stack),
        ],
  };
}

/** The domain's record is at another provider. */
function moveElsewhere(
  { survey, facts, existing }: Context,
  serving: ExistingEnvironment,
  isMarked: boolean,
): Move {
  const { stack, configuration } = survey;
  const { domain = "" } = configuration;
  const leadsToOld = facts.resolved.includes(serving.cname?.toLowerCase() ?? "");
  const cname = existing.own.web?.cname ?? getOwnHost(survey);
  return {
    isDone: !isMarked && !leadsToOld,
    commands: [
      `# At the provider of its DNS, set the record of ${domain}: CNAME ${cname} (an ALIAS or ANAME record at the top of a zone).`,
      `# Way back: CNAME ${serving.cname ?? ""}. Lower its TTL some hours before.`,
      ...(leadsToOld ? [`# DNS still leads ${domain} to ${serving.cname ?? ""}.`] : []),
      ...(isMarked
        ? ["# When the record is changed:", commandLine([removeCommand("web.dnsRecord")], stack)]
        : [`# Then run npx beo adopt ${stack} again.`]),
    ],
  };
}

/** The environments exchange their CNAMEs, and whatever leads to the old one's leads to the new one. */
function swap({ survey, existing }: Context, serving: ExistingEnvironment): Move {
  const { name = "", cname = "" } = existing.own.web ?? {};
  const { stack, region } = survey;
  const host = cname.toLowerCase();
  // The old address is among the additional hosts since the third step.
  const isSwapped = host !== getOwnHost(survey) || getList(survey, "web", "additionalHosts").includes(host);
  const address = (isSwapped ? cname : serving.cname) ?? "";
  const getPrefix = (from: string) => from.replace(`.${region}.elasticbeanstalk.com`, "");
  return {
    isDone: isSwapped && host === getOwnHost(survey),
    commands: [
      formatRegion(region),
      ...(isSwapped
        ? []
        : [
            `# ${address} leads to ${name} within about a minute. Way back: the same commands again, with web.cnamePrefix ${getPrefix(cname)}.`,
            `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${serving.name} --destination-environment-name ${name}`,
            `aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${serving.name} ${name}`,
          ]),
      "# The program learns the address that its environment has now:",
      `npx pulumi refresh --stack ${stack}`,
      commandLine([setCommand("web.cnamePrefix", getPrefix(address))], stack),
      formatUp(stack),
    ],
  };
}

function getRetireStep({ survey, facts, existing }: Context): Step {
  const { old } = existing;
  const commands = old.length > 0 ? terminate(survey, old, facts) : removeRest(survey, facts, existing);
  return {
    title: "Remove what is no longer used",
    isDone: !commands.some((line) => !line.startsWith("#")),
    commands: [formatRegion(survey.region), ...commands],
  };
}

function terminate({ stack }: Survey, old: readonly ExistingEnvironment[], { variables }: Facts): string[] {
  const refused = Object.entries(variables.refused);
  const running = old.filter(({ status }) => !status.startsWith("Terminat"));
  const names = old.map(({ name }) => name).join(" ");
  return [
    "# Until here the old environments are the way back. Wait until you have used the new ones for some days.",
    ...(refused.length === 0
      ? []
      : [
          `# Their variables are saved in Pulumi.${stack}.yaml. Not in the new environments, but kept encrypted under ${keptNamespace}:`,
          ...refused.map(([name, reason]) => `#   ${name}: ${reason}`),
        ]),
    ...running.flatMap(({ name, role, platform }) => [
      `# Deletes ${name} (${platform}) with its instances${role === "web" ? ", load balancer and address" : ""}:`,
      `aws elasticbeanstalk terminate-environment --environment-name ${name}`,
    ]),
    `aws elasticbeanstalk wait environment-terminated --environment-names ${names}`,
  ];
}

/** What is unused once no old environment exists: settings that kept it running, keys, policies and groups. */
function removeRest(survey: Survey, facts: Facts, existing: Environments): string[] {
  const { others } = existing;
  const { stack, resources } = survey;
  const settings = getTemporarySettings(survey, existing);
  // Those that remove a setting are above.
  const cleanup = resources
    .flatMap((resource) => resource.cleanup)
    .filter((text) => !text.includes("config rm"));
  const groups = getList(survey, "database", "additionalSecurityGroupIds");
  const isInUse = others.length > 0;
  return [
    ...(isInUse
      ? [
          `# Also uses the database: ${others.map(({ name, application }) => `${name} (application ${application})`).join(", ")}. It may use the old key and group, so they stay.`,
        ]
      : []),
    ...(settings.length === 0
      ? []
      : [
          `# Settings that were for the old environments: ${settings.join(", ")}`,
          ...settings.map((key) => commandLine([removeCommand(key)], stack)),
          formatUp(stack),
          ...(settings.includes("database.additionalSecurityGroupIds")
            ? groups.map(
                (id) =>
                  `# Then, if nothing else uses it: aws ec2 delete-security-group --group-id ${String(id)}`,
              )
            : []),
        ]),
    ...(settings.length > 0 ? [] : cleanup.flatMap((text) => formatCleanup(text, isInUse))),
    ...facts.keptKeys.map(
      (key) => `# Saved, and used by nothing: npx pulumi config rm ${key} --stack ${stack}`,
    ),
  ];
}

/** The settings that only old environments needed. */
function getTemporarySettings(survey: Survey, { own, others }: Environments): string[] {
  return [
    ...(getMember(survey, "platform", "plainSecrets") === true ? ["platform.plainSecrets"] : []),
    ...(others.length === 0 && getList(survey, "database", "additionalSecurityGroupIds").length > 0
      ? ["database.additionalSecurityGroupIds"]
      : []),
    ...getFormerHosts(survey, own),
  ];
}

/** The hosts of environments that are gone: another account may take such an address. */
function getFormerHosts(survey: Survey, own: Environments["own"]): string[] {
  const isInUse = (host: unknown) => host === own.web?.cname?.toLowerCase() && host !== getOwnHost(survey);
  const hosts = getList(survey, "web", "additionalHosts");
  const former = hosts.flatMap((host, index) =>
    String(host).endsWith(".elasticbeanstalk.com") && !isInUse(host) ? [index] : [],
  );
  // An empty list is no value. Removing an item moves those after it.
  return former.length === hosts.length && hosts.length > 0
    ? ["web.additionalHosts"]
    : former.reverse().map((index) => `web.additionalHosts[${index}]`);
}

/** Formats "<what>: <command>" as a comment and a command. */
function formatCleanup(text: string, isInUse: boolean): string[] {
  const [, what = text, command = ""] = /^(.*?): ((?:aws|npx) .*)$/s.exec(text) ?? [];
  return [`# ${what}${isInUse ? `: ${command}` : ""}`, ...(isInUse || command === "" ? [] : [command])];
}
