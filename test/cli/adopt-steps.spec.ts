import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { findUpgradePath } from "../../cli/adopt/upgrade-path";
import { getSources } from "../../cli/adopt/facts";
import { formatPasswordCommand } from "../../cli/adopt/password-command";
import { getPath, getPathSettings } from "../../cli/adopt/path-settings";
import { formatReport } from "../../cli/adopt/report";
import { sortEnvironments } from "../../cli/adopt/roles";
import { formatSteps, getNextStep, getSteps } from "../../cli/adopt/steps";
import type { Facts } from "../../cli/adopt/steps/step";
import type { ExistingEnvironment, ExistingResource, Survey } from "../../cli/adopt/survey";
import type { PlannedResource } from "../../plan/plan";

const app = "beo-datastore-prod";
const host = (prefix: string) => `${prefix}.us-west-1.elasticbeanstalk.com`;
const urnOf = (type: string, name: string) => `urn:pulumi:prod::beo::${type}::${name}`;
const databaseUrn = urnOf("aws:rds/instance:Instance", "beo-db-instance");
const webUrn = urnOf("aws:elasticbeanstalk/environment:Environment", "beo-eb-web");
const workerUrn = urnOf("aws:elasticbeanstalk/environment:Environment", "beo-eb-worker");
const recordUrn = urnOf("aws:route53/record:Record", "beo-address");
const distributionUrn = urnOf("aws:cloudfront/distribution:Distribution", "beo-edge-cloudfront");

function plan(urn: string, inputs: PlannedResource["inputs"]): PlannedResource {
  const [, , type = "", name = ""] = urn.split("::");
  return { urn, type, name, parent: null, inputs, protect: false, ignoreChanges: [] };
}

interface Names {
  web?: string;
  worker?: string;
  hosts?: string;
  record?: boolean;
  prefix?: string;
}

function planAll({
  web = app,
  worker = `${app}-worker`,
  hosts = host(web),
  record = false,
  prefix = web,
}: Names = {}) {
  const property = "aws:elasticbeanstalk:application:environment";
  return [
    plan(databaseUrn, { identifier: app }),
    plan(webUrn, {
      name: web,
      cnamePrefix: prefix,
      tier: "WebServer",
      settings: [{ namespace: property, name: "DJANGO_ALLOWED_HOSTS", value: hosts }],
    }),
    plan(workerUrn, { name: worker, tier: "Worker", settings: [] }),
    ...(record ? [plan(recordUrn, { name: "beo.example.org", type: "A" })] : []),
  ];
}

function environment(name: string, over: Partial<ExistingEnvironment> = {}): ExistingEnvironment {
  const role = name.includes("worker") ? "worker" : "web";
  return {
    id: `e-${name}`,
    name,
    application: app,
    role,
    ...(role === "web" && { cname: host(name) }),
    status: "Ready",
    health: "Ok",
    version: "app-42",
    platform: "64bit Amazon Linux 2 v3.3.9 running Python 3.7",
    options: [
      { Namespace: "aws:autoscaling:asg", OptionName: "MinSize", Value: "2" },
      { Namespace: "aws:autoscaling:asg", OptionName: "MaxSize", Value: "4" },
    ],
    variables: { SQL_HOST: `${app}.abc.us-west-1.rds.amazonaws.com`, AWS_ACCESS_KEY_ID: "AKIAOLD" },
    references: {},
    reasons: ["Its platform is Amazon Linux 2."],
    isManaged: false,
    ...over,
  };
}

/** One that Pulumi has created and deployed to. */
const created = (name: string, over: Partial<ExistingEnvironment> = {}) =>
  environment(name, { isManaged: true, reasons: [], variables: {}, version: "app-50", ...over });
/** One that can be taken over. */
const modern = (name: string, over: Partial<ExistingEnvironment> = {}) =>
  environment(name, {
    reasons: [],
    platform: "64bit Amazon Linux 2023 v4.13.7 running Python 3.13",
    ...over,
  });
const placeholder = { version: "bootstrap-python-0a1b2c3d" };

function resource(urn: string, over: Partial<ExistingResource> = {}): ExistingResource {
  return { urn, label: urn, id: urn, blockers: [], notes: [], requiredSettings: [], cleanup: [], ...over };
}

interface Situation {
  environments?: ExistingEnvironment[];
  names?: Names;
  survey?: Partial<Survey>;
  facts?: Partial<Facts>;
  required?: string[];
  blockers?: string[];
}

const old = [environment(app), environment(`${app}-worker`)];
const second = { web: `${app}-2`, worker: `${app}-worker-2`, hosts: `${host(app)} ${host(`${app}-2`)}` };
const secondPlaced = [created(`${app}-2`, placeholder), created(`${app}-worker-2`, placeholder)];
const secondRunning = [created(`${app}-2`), created(`${app}-worker-2`)];
const everything = new Set([databaseUrn, webUrn, workerUrn, recordUrn]);
const imported = { inState: everything, resources: [resource(databaseUrn)] };
const nothingToSave = {
  writes: [],
  saved: {},
  refused: {},
  omitted: {},
  overridden: [],
  different: [],
};
const alias = (target: string) => ({
  zoneId: "Z1",
  Name: "beo.example.org.",
  Type: "A" as const,
  AliasTarget: { HostedZoneId: "Z1LQECGX5PH1X", DNSName: `${target}.`, EvaluateTargetHealth: false },
});
const domain = { domain: "beo.example.org", hostedZone: "example.org" };
const waiting = { ...domain, web: '{"dnsRecord":false}' };

function build({ environments = old, names, survey = {}, facts = {} }: Situation) {
  const planned = planAll(names);
  return {
    survey: {
      stack: "prod",
      applicationName: app,
      account: "123456789012",
      region: "us-west-1",
      environments,
      resources: [resource(databaseUrn)],
      usage: [],
      changes: [],
      planned,
      inState: new Set<string>(),
      managed: new Set<string>(),
      configuration: {},
      problems: [],
      settings: [],
      database: { identifier: app, engineVersion: "16.8", status: "available", username: "postgres" },
      ...survey,
    },
    facts: {
      variables: nothingToSave,
      hasDatabasePassword: true,
      otherPasswords: [],
      snapshotStatus: "available",
      takenNames: new Set(environments.map(({ name }) => name)),
      records: [],
      resolved: [],
      keptKeys: [],
      ...facts,
    } satisfies Facts,
  };
}

function run(situation: Situation) {
  const { survey, facts } = build(situation);
  const required = (situation.required ?? []).map((key) => ({ key, value: "x", reason: "because" }));
  const open = { required, blockers: situation.blockers ?? [], importFile: "adopt-prod.json" };
  const steps = getSteps(survey, facts, open);
  return { steps, lines: formatSteps(steps, getNextStep(steps, open)) };
}

const sentence = "export AWS_REGION=us-west-1 AWS_DEFAULT_REGION=us-west-1";
const up = "npx pulumi up --stack prod";

/** What is next in a situation: the title's beginning, and lines that the commands contain; "!" before those they do not. */
const situations: [string, Situation, string, string[]][] = [
  [
    "nothing is saved yet",
    {
      facts: {
        variables: { ...nothingToSave, writes: [{ key: "secretKey", value: "s3cr3t-value", secret: true }] },
      },
    },
    "Save all variables",
    ["npx beo adopt prod --save-variables", "!s3cr3t-value"],
  ],
  [
    "there is no snapshot",
    { facts: { snapshotStatus: undefined } },
    "Prepare the database",
    [
      sentence,
      `aws rds create-db-snapshot --db-instance-identifier ${app} --db-snapshot-identifier ${app}-before-adoption`,
      `aws rds wait db-snapshot-available --db-snapshot-identifier ${app}-before-adoption`,
    ],
  ],
  [
    "the snapshot is being created",
    { facts: { snapshotStatus: "creating" } },
    "Prepare the database",
    ["!create-db-snapshot", "aws rds wait db-snapshot-available"],
  ],
  [
    "PostgreSQL 12 can be upgraded to 14 at once",
    {
      survey: {
        database: { identifier: app, engineVersion: "12.17", status: "available", username: "postgres" },
      },
      facts: { upgradePath: ["14.18"] },
    },
    "Prepare the database",
    [
      `aws rds modify-db-instance --db-instance-identifier ${app} --engine-version 14.18 --allow-major-version-upgrade --apply-immediately`,
      '= "14.18" ]; do sleep 30; done',
      "!--db-parameter-group-name",
      "!create-db-snapshot",
    ],
  ],
  [
    "PostgreSQL 11 needs another major version on the way, and has a parameter group of its own",
    {
      survey: {
        database: { identifier: app, engineVersion: "11.4", status: "available", username: "postgres" },
      },
      facts: { upgradePath: ["13.20", "14.18"], parameterGroup: "tuned" },
    },
    "Prepare the database",
    [
      "--engine-version 13.20 --allow-major-version-upgrade --apply-immediately --db-parameter-group-name default.postgres13",
      "--engine-version 14.18 --allow-major-version-upgrade --apply-immediately --db-parameter-group-name default.postgres14",
    ],
  ],
  [
    "RDS does not list the versions to upgrade to",
    {
      survey: {
        database: { identifier: app, engineVersion: "12.17", status: "available", username: "postgres" },
      },
    },
    "Prepare the database",
    [
      "--engine-version <version>",
      "aws rds describe-db-engine-versions --engine postgres --engine-version 12.17",
    ],
  ],
  [
    "the password in use is not accepted",
    {
      facts: {
        variables: { ...nothingToSave, refused: { SQL_PASSWORD: "databasePassword expects letters." } },
        hasDatabasePassword: false,
      },
    },
    "Prepare the database",
    ["npx pulumi config set --secret databasePassword --stack prod", "databasePassword expects letters."],
  ],
  [
    "another password is configured than the environments have",
    { facts: { otherPasswords: [app, `${app}-worker`] } },
    "Prepare the database",
    [
      `"DBInstanceIdentifier":"${app}","MasterUserPassword":"%s","ApplyImmediately":true`,
      `"EnvironmentName":"${app}-worker"`,
      "; f=$(mktemp); trap 'rm -f \"$f\"' EXIT; printf '{",
      `"$(npx pulumi config get databasePassword --stack prod)"`,
    ],
  ],
  [
    "settings are required",
    { required: ["web.environmentName"] },
    "Set what is required",
    ["npx pulumi config set --path web.environmentName x --stack prod"],
  ],
  [
    "something blocks",
    {
      blockers: [
        "IAM user x: It has two access keys. Find the one that is unused (aws iam list-access-keys --user-name x).",
      ],
    },
    "Resolve the blockers",
    ["# IAM user x: It has two access keys.", "npx beo adopt prod", "!\n  aws "],
  ],
  [
    "an environment is being updated",
    {
      blockers: [
        `Its status is Updating. Wait until it is Ready: aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${app}`,
      ],
    },
    "Resolve the blockers",
    [
      `Ready:\n  aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${app}\n`,
    ],
  ],
  [
    "something blocks before there is a snapshot",
    { blockers: ["SQL_HOST differs."], facts: { snapshotStatus: undefined } },
    "Resolve the blockers",
    ["# SQL_HOST differs.", "!aws "],
  ],
  [
    "something blocks before everything is saved",
    {
      blockers: ["SQL_HOST differs."],
      facts: {
        snapshotStatus: undefined,
        variables: { ...nothingToSave, writes: [{ key: "secretKey", value: "s3cr3t-value", secret: true }] },
      },
    },
    "Save all variables",
    ["npx beo adopt prod --save-variables", "!aws "],
  ],
  [
    "something blocks when everything is imported",
    { names: second, survey: { inState: new Set([databaseUrn]) }, blockers: ["SQL_HOST differs."] },
    "Resolve the blockers",
    ["!pulumi up"],
  ],
  [
    "something blocks when only the removal is left",
    {
      names: { ...second, prefix: app },
      environments: [...old, ...secondRunning],
      survey: { ...imported, configuration: { web: `{"additionalHosts":["${host(app)}"]}` } },
      blockers: ["SQL_HOST differs."],
    },
    "Resolve the blockers",
    ["!terminate-environment", "!swap-environment-cnames"],
  ],
  [
    "variables block that the program does not allow",
    {
      blockers: ["AWS_DEFAULT_ACL", "EMAIL_FILE_DIR"].map(
        (name) =>
          `${name} of ${app} is set. Remove it first: aws elasticbeanstalk update-environment --environment-name ${app} --options-to-remove Namespace=n,OptionName=${name}`,
      ),
    },
    "Resolve the blockers",
    [
      `  # AWS_DEFAULT_ACL of ${app} is set. Remove it first:\n  aws elasticbeanstalk update-environment --environment-name ${app} --options-to-remove Namespace=n,OptionName=AWS_DEFAULT_ACL\n  aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names ${app}\n`,
      "OptionName=EMAIL_FILE_DIR\n  aws elasticbeanstalk wait",
      sentence,
    ],
  ],
  [
    "the database is stopped",
    {
      blockers: [
        "RDS instance x: Its status is stopped. Start it:\n  aws rds start-db-instance --db-instance-identifier x\n  aws rds wait db-instance-available --db-instance-identifier x",
      ],
    },
    "Resolve the blockers",
    [
      "Start it:\n  aws rds start-db-instance --db-instance-identifier x\n  aws rds wait db-instance-available --db-instance-identifier x\n",
    ],
  ],
  [
    "commands would lose something, or help only under a condition",
    {
      blockers: [
        "The instance is in us-east-1:\n  aws rds create-db-snapshot --region us-east-1\n  aws rds wait db-snapshot-available --region us-east-1\n  aws rds restore-db-instance-from-db-snapshot --db-subnet-group-name <subnet group>\nThen set SQL_HOST.",
        "It is a read replica. Promote it: aws rds promote-read-replica --db-instance-identifier x",
        "Access is denied. If it belongs to another account: npx pulumi config set --path storage.accountNamespace true",
        "Its ACL grants access to others: aws s3api put-bucket-acl --bucket x --acl private",
        "Give both the same value: eb setenv SQL_HOST=<value> -e <environment>",
      ],
    },
    "Resolve the blockers",
    ["!\n  aws ", "!\n  npx pulumi", "!\n  eb "],
  ],
  [
    "everything is set",
    { names: second },
    "Import the existing resources",
    ["npx pulumi import --file adopt-prod.json --generate-code=false --stack prod"],
  ],
  [
    "an import ended half-way",
    {
      names: second,
      survey: { resources: [resource(databaseUrn), resource(webUrn)], inState: new Set([databaseUrn]) },
    },
    "Import the existing resources",
    ["# Adds 1 resources"],
  ],
  [
    "everything is imported, the environments are not there yet",
    { names: second, survey: { inState: new Set([databaseUrn]) } },
    "Create the new environments beside the old ones",
    [up, "keep running"],
  ],
  [
    "the update of an environment failed",
    {
      environments: [modern(app, { isManaged: true }), modern(`${app}-worker`, { isManaged: true })],
      survey: {
        ...imported,
        updated: new Set([webUrn]),
        changes: [
          {
            urn: webUrn,
            label: "EB environment",
            path: "IamInstanceProfile",
            from: "its own",
            to: "the program's",
          },
        ],
      },
    },
    "Update the resources",
    [`npx pulumi refresh --target '${webUrn}' --stack prod`, up],
  ],
  [
    "an update ended half-way",
    {
      names: second,
      environments: [...old, ...secondPlaced],
      survey: {
        ...imported,
        changes: [{ urn: databaseUrn, label: "RDS instance", path: "multiAz", from: "false", to: "true" }],
      },
    },
    "Create the new environments",
    [up],
  ],
  [
    "a setting was removed, and only variables change",
    { names: second, environments: [...old, ...secondRunning], survey: { ...imported, pending: [webUrn] } },
    "Create the new environments",
    [up],
  ],
  [
    "the new environments run the placeholder",
    { names: second, environments: [...old, ...secondPlaced], survey: imported },
    "Deploy the application",
    [
      `eb deploy ${app}-2 --timeout 63`,
      `eb deploy ${app}-worker-2 --timeout 63`,
      `--environment-name ${app}-worker --query`,
      "--min-size 0 --max-size 0 --desired-capacity 0",
      "--min-size 2 --max-size 4 --desired-capacity 2",
    ],
  ],
  [
    "only the web environment has the application",
    {
      names: second,
      environments: [...old, created(`${app}-2`), created(`${app}-worker-2`, placeholder)],
      survey: imported,
    },
    "Deploy the application",
    [`!eb deploy ${app}-2`, `eb deploy ${app}-worker-2 --timeout 63`],
  ],
  [
    "a new environment is not well",
    {
      names: second,
      environments: [...old, created(`${app}-2`, { health: "Severe" }), created(`${app}-worker-2`)],
      survey: imported,
    },
    "Deploy the application",
    ["Ready and Severe", `aws elasticbeanstalk describe-events --environment-name ${app}-2`, "!eb deploy"],
  ],
  [
    "a new environment is still updating",
    {
      names: second,
      environments: [
        ...old,
        created(`${app}-2`),
        created(`${app}-worker-2`, { status: "Updating", health: "Info" }),
      ],
      survey: imported,
    },
    "Deploy the application",
    ["Updating and Info"],
  ],
  [
    "there is no domain: the environments swap",
    { names: second, environments: [...old, ...secondRunning], survey: imported },
    "Move the address",
    [
      `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${app} --destination-environment-name ${app}-2`,
      `curl -sS -o /dev/null -w '%{http_code}\\n' -H 'Host: ${host(app)}' http://${host(`${app}-2`)}/`,
      `Way back: the same commands again, with web.cnamePrefix ${app}-2.`,
    ],
  ],
  [
    "there is no domain, and CloudFront is all that reaches the new environment",
    {
      names: second,
      environments: [...old, ...secondRunning],
      survey: {
        ...imported,
        inState: new Set([...everything, distributionUrn]),
        planned: [...planAll(second), plan(distributionUrn, { comment: app })],
      },
    },
    "Move the address",
    [
      "First log in to the new environment at its own address in CloudFront: npx pulumi stack output url -s prod",
    ],
  ],
  [
    "the environments have swapped, the configuration does not know it yet",
    {
      names: second,
      environments: [
        environment(app, { cname: host(`${app}-2`) }),
        environment(`${app}-worker`),
        created(`${app}-2`, { cname: host(app) }),
        created(`${app}-worker-2`),
      ],
      survey: { ...imported, configuration: { web: `{"additionalHosts":["${host(app)}"]}` } },
    },
    "Move the address",
    [
      "npx pulumi refresh --stack prod",
      `npx pulumi config set --path web.cnamePrefix ${app} --stack prod`,
      up,
      "!swap-environment-cnames",
    ],
  ],
  [
    "the environments have swapped: the old ones go",
    {
      names: { ...second, prefix: app },
      environments: [
        environment(app, { cname: host(`${app}-2`) }),
        environment(`${app}-worker`),
        created(`${app}-2`, { cname: host(app) }),
        created(`${app}-worker-2`),
      ],
      survey: { ...imported, configuration: { web: `{"additionalHosts":["${host(app)}"]}` } },
    },
    "Remove what is no longer used",
    [
      `aws elasticbeanstalk terminate-environment --environment-name ${app}`,
      `aws elasticbeanstalk terminate-environment --environment-name ${app}-worker`,
      `!terminate-environment --environment-name ${app}-2`,
      "!delete-access-key",
    ],
  ],
  [
    "the domain is an alias of the old environment",
    {
      names: second,
      environments: [...old, ...secondRunning],
      survey: { ...imported, configuration: waiting },
      facts: { records: [alias(host(app))] },
    },
    "Move the address",
    [
      "npx pulumi config rm --path web.dnsRecord --stack prod",
      `--connect-to beo.example.org:443:${host(`${app}-2`)}:443 https://beo.example.org/`,
      "!change-resource-record-sets --hosted-zone-id Z1 --change-batch",
      "!swap-environment-cnames",
    ],
  ],
  [
    "the domain is a CNAME of the old environment",
    {
      names: second,
      environments: [...old, ...secondRunning],
      survey: { ...imported, configuration: waiting },
      facts: {
        records: [
          {
            zoneId: "Z1",
            Name: "beo.example.org.",
            Type: "CNAME",
            TTL: 300,
            ResourceRecords: [{ Value: host(app) }],
          },
        ],
      },
    },
    "Move the address",
    [
      'aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch \'{"Changes":[{"Action":"DELETE"',
      `"TTL":300,"ResourceRecords":[{"Value":"${host(app)}"}]}},{"Action":"CREATE"`,
      `"DNSName":"${host(`${app}-2`)}"`,
      "npx pulumi config rm --path web.dnsRecord --stack prod",
    ],
  ],
  [
    "the program has the record, and it is to be imported",
    {
      names: { ...second, record: true },
      environments: [...old, ...secondRunning],
      survey: {
        configuration: domain,
        inState: new Set([databaseUrn, webUrn, workerUrn]),
        resources: [resource(databaseUrn), resource(recordUrn)],
        changes: [{ urn: recordUrn, label: "DNS record", path: "aliases", from: "old", to: "new" }],
      },
      facts: { records: [alias(host(app))] },
    },
    "Move the address",
    [
      "npx pulumi import --file adopt-prod.json",
      up,
      'Way back: aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch \'{"Changes":[{"Action":"UPSERT"',
    ],
  ],
  [
    "the record has moved",
    {
      names: { ...second, record: true },
      environments: [...old, ...secondRunning],
      survey: { ...imported, configuration: domain },
      facts: { records: [alias(host(`${app}-2`))] },
    },
    "Remove what is no longer used",
    [`terminate-environment --environment-name ${app}`],
  ],
  [
    "the domain is at another DNS provider",
    {
      names: second,
      environments: [...old, ...secondRunning],
      survey: {
        ...imported,
        configuration: { domain: "beo.example.org", certificateArn: "arn:…", web: '{"dnsRecord":false}' },
      },
    },
    "Move the address",
    [`CNAME ${host(`${app}-2`)}`, "npx pulumi config rm --path web.dnsRecord --stack prod"],
  ],
  [
    "the other provider still leads to the old environment",
    {
      names: second,
      environments: [...old, ...secondRunning],
      survey: { ...imported, configuration: { domain: "beo.example.org", certificateArn: "arn:…" } },
      facts: { resolved: [host(app)] },
    },
    "Move the address",
    ["DNS still leads beo.example.org", "!config rm"],
  ],
  [
    "the old environments are gone, their settings are left",
    {
      names: second,
      environments: [created(`${app}-2`, { cname: host(`${app}-2`) }), created(`${app}-worker-2`)],
      survey: {
        ...imported,
        configuration: {
          database: '{"additionalSecurityGroupIds":["sg-1"]}',
          web: `{"additionalHosts":["api.example.org","${host(app)}","${host("older")}"]}`,
          platform: '{"plainSecrets":true}',
        },
      },
    },
    "Remove what is no longer used",
    [
      "npx pulumi config rm --path platform.plainSecrets --stack prod",
      "npx pulumi config rm --path database.additionalSecurityGroupIds --stack prod",
      "additionalHosts[2]' --stack prod\n  npx pulumi config rm --path 'web.additionalHosts[1]' --stack prod",
      "!additionalHosts[0]",
      "# Then, if nothing else uses it: aws ec2 delete-security-group --group-id sg-1",
      up,
    ],
  ],
  [
    "the address of the old environment was the only additional host",
    {
      names: second,
      environments: [created(`${app}-2`, { cname: host(`${app}-2`) }), created(`${app}-worker-2`)],
      survey: { ...imported, configuration: { web: `{"additionalHosts":["${host(app)}"]}` } },
    },
    "Remove what is no longer used",
    ["npx pulumi config rm --path web.additionalHosts --stack prod", "!additionalHosts["],
  ],
  [
    "only the old key, policy and group are left",
    {
      names: { ...second, prefix: app },
      environments: [created(`${app}-2`, { cname: host(app) }), created(`${app}-worker-2`)],
      survey: {
        ...imported,
        configuration: {},
        resources: [
          resource(databaseUrn, {
            cleanup: [
              "The old key: aws iam delete-access-key --user-name x --access-key-id AKIAOLD",
              "The old group: npx pulumi config rm --path database.additionalSecurityGroupIds && npx pulumi up",
            ],
          }),
        ],
      },
    },
    "Remove what is no longer used",
    ["# The old key", "aws iam delete-access-key --user-name x --access-key-id AKIAOLD", "!config rm"],
  ],
  [
    "another application uses the database too",
    {
      names: { ...second, prefix: app },
      environments: [
        created(`${app}-2`, { cname: host(app) }),
        created(`${app}-worker-2`),
        environment("reports", { application: "reports" }),
      ],
      survey: {
        ...imported,
        configuration: { database: '{"additionalSecurityGroupIds":["sg-1"]}' },
        resources: [resource(databaseUrn, { cleanup: ["The old key: aws iam delete-access-key"] })],
      },
    },
    "complete",
    ["!terminate-environment", "!config rm"],
  ],
  [
    "web and worker can be taken over",
    {
      environments: [modern(app), modern(`${app}-worker`)],
      survey: {
        resources: [
          resource(databaseUrn),
          resource(webUrn, { id: `e-${app}` }),
          resource(workerUrn, { id: `e-${app}-worker` }),
        ],
      },
    },
    "Import the existing resources",
    ["# Adds 3 resources"],
  ],
  [
    "they are imported, and still have the old variables",
    {
      environments: [modern(app, { isManaged: true }), modern(`${app}-worker`, { isManaged: true })],
      survey: imported,
    },
    "Update the resources",
    [up, "!eb deploy"],
  ],
  [
    "only the worker cannot be taken over",
    {
      names: { worker: `${app}-worker-2` },
      environments: [created(app), environment(`${app}-worker`), created(`${app}-worker-2`, placeholder)],
      survey: imported,
    },
    "Deploy the application",
    [`!eb deploy ${app} `, `eb deploy ${app}-worker-2 --timeout 63`, "--min-size 0"],
  ],
  [
    "only the web environment cannot be taken over, and all is deployed",
    {
      names: { web: `${app}-2`, hosts: `${host(app)} ${host(`${app}-2`)}` },
      environments: [environment(app), created(`${app}-2`), created(`${app}-worker`)],
      survey: imported,
    },
    "Move the address",
    ["swap-environment-cnames"],
  ],
  [
    "everything is done",
    {
      names: { ...second, prefix: app },
      environments: [created(`${app}-2`, { cname: host(app) }), created(`${app}-worker-2`)],
      survey: imported,
      facts: { keptKeys: ["adopted:SECRET_KEY"] },
    },
    "complete",
    [],
  ],
];

describe("adoption: steps", () => {
  for (const [name, situation, title, expected] of situations) {
    it(name, () => {
      const { lines } = run(situation);
      const last = lines.findIndex((line) => /^Next: |^Adoption is complete/.test(line));
      expect(lines[last]).to.match(
        title === "complete" ? /^Adoption is complete\.$/ : new RegExp(`^Next: ${title}`),
      );
      const commands = `${lines.slice(last + 1).join("\n")}\n`;
      for (const text of expected) {
        if (text.startsWith("!")) {
          expect(commands).not.to.include(text.slice(1));
        } else {
          expect(commands).to.include(text);
        }
      }
    });
  }

  it("numbers the steps and marks those that are done", () => {
    const { lines } = run({ names: second, environments: [...old, ...secondPlaced], survey: imported });
    expect(lines.slice(0, 10)).to.deep.equal([
      "",
      "Steps",
      "  [x] 1. Save all variables in the stack's configuration",
      "  [x] 2. Prepare the database: snapshot, upgrade, password",
      "  [x] 3. Set what is required",
      "  [x] 4. Import the existing resources",
      "  [x] 5. Create the new environments beside the old ones",
      "  [ ] 6. Deploy the application to the new environments",
      "  [ ] 7. Move the address to the new environment",
      "  [ ] 8. Remove what is no longer used",
    ]);
  });

  it("terminates nothing before the address has moved", () => {
    for (const [, situation] of situations) {
      const { steps } = run(situation);
      const move = steps.find(({ title }) => title.startsWith("Move the address"));
      const next = steps.find(({ isDone }) => !isDone);
      if (move?.isDone === false) {
        expect(next?.commands.join()).not.to.match(/terminate-environment|delete-/);
      }
    }
  });

  it("stops the old workers before the new ones start", () => {
    const { steps } = run({ names: second, environments: [...old, ...secondPlaced], survey: imported });
    const commands = steps.find(({ isDone }) => !isDone)?.commands ?? [];
    const stop = commands.findIndex((line) => line.includes("--desired-capacity 0"));
    expect(stop).to.be.greaterThan(commands.indexOf(`eb deploy ${app}-2 --timeout 63`));
    expect(commands.indexOf(`eb deploy ${app}-worker-2 --timeout 63`)).to.be.greaterThan(stop);
  });
});

describe("adoption: environments", () => {
  it("counts one that cannot be taken over as old, although a planned resource has its name", () => {
    const { survey } = build({ survey: { resources: [resource(webUrn, { id: `e-${app}` })] } });
    const { old: found, own } = sortEnvironments(survey, []);
    expect(found.map(({ name }) => name)).to.deep.equal([app, `${app}-worker`]);
    expect(own).to.deep.equal({});
  });

  it("saves the variables of the one with the address first, and of those that are taken over until they are updated", () => {
    const namesOf = (environments: ExistingEnvironment[], managed: string[] = []) => {
      const resources = environments.map(({ id, role }) =>
        resource(role === "web" ? webUrn : workerUrn, { id }),
      );
      const { survey } = build({ environments, survey: { resources } });
      return getSources(sortEnvironments(survey, []), new Set(managed)).map(({ name }) => name);
    };
    const withoutKey = { variables: {} };
    expect(namesOf(old)).to.deep.equal([app, `${app}-worker`]);
    expect(namesOf([modern(app, withoutKey), environment(`${app}-worker`)])).to.deep.equal([
      app,
      `${app}-worker`,
    ]);
    expect(namesOf([modern(app, { isManaged: true })])).to.deep.equal([app]);
    expect(namesOf([modern(app, { isManaged: true })], ["AKIAOLD"])).to.deep.equal([]);
  });

  it("takes the one that DNS leads to for the old one", () => {
    const environments = [environment(app), environment("clone", { cname: "clone.example.net" })];
    const { survey } = build({ environments });
    expect(sortEnvironments(survey, [alias("clone.example.net")]).serving?.name).to.equal("clone");
    expect(sortEnvironments(survey, []).serving?.name).to.equal(app);
  });

  it("takes the one that answers at its own address for the one with the address, as after a swap", () => {
    const address = "beo.eba-1.us-west-1.elasticbeanstalk.com";
    const variables = { ...old[0]?.variables, DJANGO_ALLOWED_HOSTS: `localhost, ${address}` };
    const environments = [
      environment(app, { variables, cname: "clone.eba-2.us-west-1.elasticbeanstalk.com" }),
      environment("clone", { variables, cname: address }),
    ];
    const { survey } = build({ environments, names: { ...second, hosts: address } });
    expect(sortEnvironments(survey, []).serving?.name).to.equal("clone");
  });

  it("leaves a third environment alone", () => {
    const environments = [...old, environment("reports"), ...secondRunning];
    const { survey } = build({ environments, names: second });
    const { old: found, others } = sortEnvironments(survey, []);
    expect(found.map(({ name }) => name)).to.deep.equal([app, `${app}-worker`]);
    expect(others.map(({ name }) => name)).to.deep.equal(["reports"]);
  });

  it("leaves the environments alone that a clone, which is taken over, has replaced", () => {
    const variables = { ...old[0]?.variables, DJANGO_ALLOWED_HOSTS: host(app) };
    const blue = modern(app, { variables, cname: host("green") });
    for (const isManaged of [false, true]) {
      const green = modern("green", { variables, cname: host(app), isManaged });
      const { survey } = build({
        environments: [blue, modern(`${app}-worker`), green],
        names: { web: "green", hosts: host(app), prefix: app },
        survey: {
          resources: [resource(webUrn, { id: green.id }), resource(workerUrn, { id: `e-${app}-worker` })],
        },
      });
      const { old: found, others, serving } = sortEnvironments(survey, []);
      expect(found).to.deep.equal([]);
      expect(serving).to.equal(undefined);
      expect(others.map(({ name }) => name)).to.deep.equal([app]);
    }
  });

  it("leaves a third environment alone beside those that are taken over, before and after", () => {
    for (const isManaged of [false, true]) {
      const taken = [modern(app, { isManaged }), modern(`${app}-worker`, { isManaged })];
      const { survey } = build({
        environments: [...taken, modern(`${app}-demo`), modern(`${app}-worker-demo`)],
        survey: {
          resources: taken.map(({ id, role }) => resource(role === "web" ? webUrn : workerUrn, { id })),
        },
      });
      const { old: found, others, serving } = sortEnvironments(survey, []);
      expect(found).to.deep.equal([]);
      expect(serving).to.equal(undefined);
      expect(others.map(({ name }) => name)).to.deep.equal([`${app}-demo`, `${app}-worker-demo`]);
    }
  });
});

describe("adoption: settings of the new environments", () => {
  const settingsOf = (situation: Situation) => {
    const { survey, facts } = build(situation);
    return getPathSettings(survey, sortEnvironments(survey, facts.records), facts).map(({ key, value }) => [
      key,
      value,
    ]);
  };

  it("gives the new environments free names beside the old ones", () => {
    expect(settingsOf({ facts: { freePrefix: `${app}-2` } })).to.deep.equal([
      ["web.environmentName", `${app}-2`],
      ["worker.environmentName", `${app}-worker-2`],
      ["web.cnamePrefix", `${app}-2`],
    ]);
  });

  it("skips names that others have", () => {
    const takenNames = new Set([app, `${app}-worker`, `${app}-2`, `${app}-worker-2`, `${app}-worker-3`]);
    const settings = settingsOf({ facts: { takenNames } });
    expect(settings).to.deep.include(["web.environmentName", `${app}-3`]);
    expect(settings).to.deep.include(["worker.environmentName", `${app}-worker-4`]);
  });

  it("keeps the hosts that the application answers to", () => {
    const variables = {
      ...environment(app).variables,
      DJANGO_ALLOWED_HOSTS: `${host(app)} api.example.org * 10.0.0.1 localhost .example.net`,
    };
    const settings = settingsOf({
      environments: [environment(app, { variables }), environment(`${app}-worker`)],
      names: second,
      survey: { configuration: { web: '{"additionalHosts":["x.example.org"]}' } },
    });
    expect(settings).to.deep.equal([["web.additionalHosts[1]", "api.example.org"]]);
  });

  it("names the hosts that it does not keep, and why, as long as the old environment exists", () => {
    const variables = {
      ...environment(app).variables,
      DJANGO_ALLOWED_HOSTS: `${host(app)},api.example.org, .Acme-internal.org 10.1.2.3 * kept.example.org`,
    };
    const names = { ...second, hosts: `${host(app)} kept.example.org` };
    const before = [environment(app, { variables }), environment(`${app}-worker`)];
    for (const environments of [before, [...before, ...secondRunning]]) {
      const { survey, facts } = build({ environments, names });
      const { lost } = getPath(survey, sortEnvironments(survey, []), facts);
      const add = "not taken over by itself. Add it to web.additionalHosts if users or monitoring need it.";
      expect(lost.slice(0, 2)).to.deep.equal([
        `.acme-internal.org of DJANGO_ALLOWED_HOSTS: ${add}`,
        `10.1.2.3 of DJANGO_ALLOWED_HOSTS: ${add}`,
      ]);
      expect(lost[2]).to.match(/^\* of DJANGO_ALLOWED_HOSTS: not accepted: web\.additionalHosts expects /);
      expect(lost).to.have.length(3);
      expect(formatReport({ ...survey, lost }).join("\n")).to.include(
        `\nNot in the new environments\n  ${lost.join("\n  ")}`,
      );
    }
    const { survey, facts } = build({ environments: secondRunning, names });
    expect(getPath(survey, sortEnvironments(survey, []), facts).lost).to.deep.equal([]);
  });

  it("names the variables that no setting accepts before pulumi up, and before the old environments go", () => {
    const reason = "extraEnvironment expects other names.";
    const variables = { ...nothingToSave, refused: { lower_case: reason } };
    const { survey, facts } = build({ facts: { variables } });
    const { lost } = getPath(survey, sortEnvironments(survey, []), facts);
    expect(lost).to.deep.equal([`lower_case: ${reason}`]);
    const last = build({
      environments: [...old, ...secondRunning],
      names: { ...second, hosts: host(`${app}-2`), prefix: `${app}-2` },
      survey: imported,
      facts: { variables },
    });
    const open = { required: [], blockers: [], importFile: "adopt-prod.json" };
    const retire = getSteps(last.survey, last.facts, open).at(-1)?.commands ?? [];
    const terminates = retire.findIndex((line) =>
      line.startsWith("aws elasticbeanstalk terminate-environment"),
    );
    expect(retire.slice(0, terminates).join("\n")).to.include(
      `Not in the new environments, but kept encrypted under adopted:\n#   lower_case: ${reason}`,
    );
  });

  it("keeps an address that Elastic Beanstalk generated", () => {
    const cname = "prod.eba-x7k2m9qp.us-west-1.elasticbeanstalk.com";
    const settings = settingsOf({
      environments: [environment(app, { cname }), environment(`${app}-worker`)],
      names: { ...second, hosts: host(`${app}-2`) },
    });
    expect(settings).to.deep.equal([["web.additionalHosts[0]", cname]]);
  });

  it("leaves the domain to the old environment until the new one serves", () => {
    const situation = (environments: ExistingEnvironment[]) => ({
      environments,
      names: { ...second, record: true },
      survey: { configuration: domain },
      facts: { records: [alias(host(app))] },
    });
    expect(settingsOf(situation(old))).to.deep.include(["web.dnsRecord", false]);
    expect(settingsOf(situation([...old, ...secondRunning]))).to.deep.equal([]);
    expect(settingsOf({ ...situation(old), survey: { configuration: waiting } })).to.deep.equal([]);
  });

  it("asks for no address of what goes away, even while the new environment is being updated", () => {
    const moved = { names: { ...second, hosts: `${host(app)} ${host(app)}`, prefix: app } };
    const swapped = (over: Partial<ExistingEnvironment>) => [
      environment(app, { cname: host(`${app}-2`) }),
      environment(`${app}-worker`),
      created(`${app}-2`, { cname: host(app), ...over }),
      created(`${app}-worker-2`),
    ];
    expect(settingsOf({ ...moved, environments: swapped({}) })).to.deep.equal([]);
    const updating = { status: "Updating", health: "Info" };
    expect(settingsOf({ ...moved, environments: swapped(updating) })).to.deep.equal([]);
    const situation = {
      names: { ...second, record: true },
      environments: [...old, created(`${app}-2`, updating), created(`${app}-worker-2`)],
      survey: { configuration: domain },
      facts: { records: [alias(host(`${app}-2`))] },
    };
    expect(settingsOf(situation)).to.deep.equal([]);
  });

  it("asks for the master user's password if the application has a user of its own", () => {
    const facts = { variables: { ...nothingToSave, sqlUser: "beo_app" }, hasDatabasePassword: false };
    expect(settingsOf({ names: second, facts })).to.deep.equal([["databasePassword", undefined]]);
  });

  it("needs none where everything can be taken over", () => {
    const settings = settingsOf({
      environments: [modern(app), modern(`${app}-worker`)],
      survey: {
        resources: [resource(webUrn, { id: `e-${app}` }), resource(workerUrn, { id: `e-${app}-worker` })],
      },
    });
    expect(settings).to.deep.equal([]);
  });
});

describe("adoption: the password", () => {
  /** Runs the command with an `npx` that prints this, and returns what `aws` would be given. */
  const run = (npx: string) => {
    const folder = mkdtempSync(join(tmpdir(), "beo-password-"));
    try {
      writeFileSync(join(folder, "npx"), `#!/bin/sh\n${npx}\n`, { mode: 0o755 });
      const print = `for word; do case $word in file://*) cat "\${word#file://}" >&2;; esac; done`;
      writeFileSync(join(folder, "aws"), `#!/bin/sh\n${print}\n`, { mode: 0o755 });
      const command = formatPasswordCommand("aws rds modify-db-instance", { Password: "%s" }, "prod");
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH ?? ""}` };
      const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", env });
      return { status, stderr };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("is given to AWS in a file", () => {
    expect(run("echo NewPassword1")).to.deep.equal({ status: 0, stderr: '{"Password":"NewPassword1"}' });
  });

  it("changes nothing if it is empty or cannot be read", () => {
    const stderr = "databasePassword cannot be read or is empty. Nothing was changed.\n";
    expect(run("echo")).to.deep.equal({ status: 1, stderr });
    expect(run("exit 255")).to.deep.equal({ status: 1, stderr });
    expect(run("echo x; exit 255")).to.deep.equal({ status: 1, stderr });
  });
});

describe("adoption: upgrade path", () => {
  // As describe-db-engine-versions lists them.
  const targets: Record<string, string[]> = {
    "9.6.22": ["10.23", "11.22"],
    "11.22": ["12.22", "13.20"],
    "13.20": ["13.21", "14.9", "14.18", "15.13", "17.5"],
    "12.17": ["12.22", "13.20", "14.18", "14.9", "15.13"],
  };
  const find = (from: string) =>
    findUpgradePath(
      (version) => Promise.resolve((targets[version] ?? []).map((EngineVersion) => ({ EngineVersion }))),
      from,
      14,
    );

  it("takes the newest minor version of the oldest supported major version", async () => {
    expect(await find("12.17")).to.deep.equal(["14.18"]);
  });

  it("goes through other major versions where there is no direct way", async () => {
    expect(await find("9.6.22")).to.deep.equal(["11.22", "13.20", "14.18"]);
  });

  it("is empty for a supported version, and unknown without a way", async () => {
    expect(await find("14.1")).to.deep.equal([]);
    expect(await find("8.4")).to.equal(undefined);
  });
});
