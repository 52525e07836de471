import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import {
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { readSection, shellBlocks } from "../support/documents";
import { clientsOf } from "./support/clients";
import { DrillServer, joinAuthorities, writeAdministration } from "./support/drill-databases";
import { leftIn } from "./support/remaining";
import { getCommands, Runbook } from "./support/runbook";
import { Workspace } from "./support/workspace";

const root = join(__dirname, "../..");
/** The introduction of the section, and its steps by their numbers. */
const steps = readSection("docs/network.md", "## Move to another network")
  .split(/^\*\*(?=\d\. )/m)
  .map(getCommands);
const [oldMedia, newMedia] = ["media-of-the-old-stack", "beo2-prod-media"];
const hostOf = (identifier: string) => `${identifier}.aaaaaaaaaa.us-west-1.rds.amazonaws.com`;
const [newHost, restoredHost] = [hostOf("beo2-prod"), hostOf("beo2-prod-restored")];

interface Outputs {
  webEnvironment: Record<string, string>;
  loadBalancerDnsName: string;
  queueUrl: string;
  natAddresses: string[];
}

/**
 * Runs the commands of docs/network.md word for word. The emulated AWS restores databases that run nothing: servers on this
 * machine stand for the old one, the one of the trial and the restored one. Each test goes on where the last one ended.
 */
describe("a stack that moves to a network of its own", function () {
  this.timeout(20 * 60_000);
  this.bail(true);
  const folder = mkdtempSync(join(tmpdir(), "beo-move-"));
  const passwords = join(folder, "passwords.json");
  let workspace: Workspace;
  let runbook: Runbook;
  let aws: ReturnType<typeof clientsOf>;
  let servers: { old: DrillServer; trial: DrillServer; restored: DrillServer } | undefined;
  let old: Outputs;

  before(async function () {
    if (process.getuid?.() !== 0 || !existsSync("/usr/lib/postgresql")) {
      // PostgreSQL does not run as root, and another user is needed to start it.
      this.skip();
    }
    chmodSync(folder, 0o755);
    process.env.MASTER_PASSWORDS = passwords;
    writeAdministration(passwords, {});
    workspace = new Workspace({ PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined }, [
      join(__dirname, "support/gateway_endpoints.py"),
      join(__dirname, "support/master_passwords.py"),
    ]);
    runbook = new Runbook(workspace);
    aws = clientsOf(workspace.aws);
    for (const part of ["bootstrap", "plan"]) {
      cpSync(join(root, part), join(workspace.folder, part), { recursive: true });
    }
    const settings = 'config:\n  aws:s3UsePathStyle: "true"\n';
    writeFileSync(join(workspace.folder, "bootstrap/Pulumi.beo-datastore.yaml"), settings);
    // `login` keeps the backend here.
    process.env.PULUMI_CREDENTIALS_PATH = join(workspace.folder, "credentials");
    mkdirSync(process.env.PULUMI_CREDENTIALS_PATH);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "rehearsal" }),
    );
  });
  after(() => {
    delete process.env.PULUMI_CREDENTIALS_PATH;
    for (const server of Object.values(servers ?? {})) {
      server.stop();
    }
    workspace.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a step's blocks of commands, each in a shell of its own. */
  const follow = (step: number): string =>
    (steps[step]?.blocks ?? [])
      .map((block) =>
        runbook.run(
          ...(steps[0]?.blocks ?? []),
          block.replaceAll("api.your-domain.org", "api.beo.beo-e2e.net"),
        ),
      )
      .join("\n");
  const readOutputs = async (stack: string) => (await workspace.outputs(stack)) as unknown as Outputs;
  const put = (Bucket: string, Key: string, Body: string) =>
    aws.s3.send(new PutObjectCommand({ Bucket, Key: `media_root/${Key}`, Body }));
  const listFiles = async (Bucket: string) => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key, Size }) => `${Key?.replace("media_root/", "")} ${Size}`).sort();
  };
  /** Where the tunnels to the databases lead. */
  const connect = (ports: Record<string, DrillServer>) => {
    runbook.variables = {
      PLUGIN_RECORD: join(folder, "record"),
      PLUGIN_FORWARD_TO: JSON.stringify(
        Object.fromEntries(Object.entries(ports).map(([host, { port }]) => [host, port])),
      ),
      PGSSLROOTCERT: joinAuthorities(join(folder, "authorities.pem"), ...Object.values(ports)),
    };
  };
  const readUsers = (stack: string) =>
    runbook
      .run(`npx beo psql ${stack} -- -Atc 'SELECT username FROM auth_user ORDER BY id' 2> /dev/null`)
      .split("\n");
  /** The records of the zone: its own, the certificate's and the mail's by their kinds. */
  const listRecords = async () => {
    const { HostedZones: [zone] = [] } = await aws.route53.send(new ListHostedZonesCommand({}));
    const { ResourceRecordSets = [] } = await aws.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
    );
    return ResourceRecordSets.filter(({ Type = "" }) => !["NS", "SOA"].includes(Type)).map(
      ({ Name = "", Type, AliasTarget, ResourceRecords = [] }) =>
        `${Type} ${Name} ${AliasTarget?.DNSName ?? ResourceRecords.map(({ Value }) => Value).join()}`,
    );
  };

  const findAddress = async () => (await listRecords()).find((record) => record.startsWith("A "));

  it("is deployed in a VPC that exists, with data, a secret and names of its own", async () => {
    runbook.run("npx beo bootstrap");
    runbook.run(
      "npx pulumi config rm network -s prod",
      "npx pulumi config set aws:s3UsePathStyle true -s prod",
      "vpc=$(aws ec2 describe-vpcs --filters Name=is-default,Values=true --query 'Vpcs[0].VpcId' --output text)",
      "subnets=$(aws ec2 describe-subnets --filters Name=vpc-id,Values=$vpc --query 'Subnets[].SubnetId' --output text)",
      "npx pulumi config set --path network.vpcId $vpc -s prod",
      "index=0; for subnet in $subnets; do for kind in database instance loadBalancer; do",
      '  npx pulumi config set --path "network.${kind}SubnetIds[$index]" $subnet -s prod',
      "done; index=$((index + 1)); done",
      "npx pulumi config set --path queue.name old-tasks -s prod",
      `npx pulumi config set --path storage.mediaBucketName ${oldMedia} -s prod`,
      "echo -n value-of-the-token-0123456789 | npx pulumi config set --path --secret extraSecrets.TOKEN -s prod",
      "npx pulumi up -s prod",
    );
    await put(oldMedia, "changed.csv", "1");
    await put(oldMedia, "changed.csv", "22");
    await put(oldMedia, "deleted.csv", "1");
    old = await readOutputs("prod");
    const start = (host: string) =>
      DrillServer.start(join(folder, host), { ...old.webEnvironment, SQL_HOST: host });
    servers = {
      old: await start(old.webEnvironment.SQL_HOST!),
      trial: await start(newHost),
      restored: await start(restoredHost),
    };
    writeAdministration(passwords, { "beo2-prod": servers.trial, "beo2-prod-restored": servers.restored });
    servers.old.fill();
    connect({ [old.webEnvironment.SQL_HOST!]: servers.old });
    expect(readUsers("prod")).to.deep.equal(["ops"]);
  });

  it("gets a second stack with its settings, but names, key and roles of its own (1)", () => {
    const printed = follow(1);
    const set = /^ +(npx pulumi config set .*(?:permissionsBoundary|rolePath|autonaming).* --stack prod2)$/gm;
    runbook.run(...[...printed.matchAll(set)].map(([, command = ""]) => command));
    const text = readSection("docs/network.md", "## Move to another network");
    const [, list = ""] = /^It also copies names(.*?)^\*\*2\. /ms.exec(text) ?? [];
    const file = () => readFileSync(join(workspace.folder, "Pulumi.prod2.yaml"), "utf8");
    const { config } = parse(file()) as { config: Record<string, Record<string, unknown>> };
    const listed = [...list.matchAll(/`(\w+)\.(\w+)`/g)];
    expect(listed).to.have.length(17);
    for (const [, group = "", key = ""] of listed) {
      if (config[`beo-datastore:${group}`]?.[key] !== undefined) {
        runbook.run(`npx pulumi config rm --path ${group}.${key} -s prod2`);
      }
    }
    expect(file())
      .to.include("beo2-prod-boundary")
      .and.include("/beo2-prod/")
      .and.include("beo2-prod-bundles-")
      .and.include("alias/beo-datastore-prod2-state")
      .and.not.match(/old-|-old|subnet-|vpc-/);
  });

  it("gives it the secrets that were generated (2)", () => {
    follow(2);
  });

  it("is tried with a snapshot and a copy of the files, without the domain (3)", async () => {
    servers!.trial.fill();
    const printed = follow(3);
    expect([...printed.matchAll(/^ +✗ (.{20})/gm)].map(([, error]) => error)).to.deep.equal([
      "db.m6g.large with Po",
      "beo-e2e.net is not d",
    ]);
    expect(printed).to.match(/^Total Objects: 2\n +Total Size: 3$/m);
    const { loadBalancerDnsName, webEnvironment } = await readOutputs("prod2");
    expect(printed).to.include(
      `curl --connect-to api.beo.beo-e2e.net:443:${loadBalancerDnsName}:443 https://api.beo.beo-e2e.net/health`,
    );
    for (const name of ["SECRET_KEY", "ADMIN_URL", "SMTP_USER", "SMTP_PASSWORD", "TOKEN"]) {
      expect(webEnvironment[name] === old.webEnvironment[name], name).to.equal(true);
    }
    expect(webEnvironment.SQL_PASSWORD).not.to.equal(old.webEnvironment.SQL_PASSWORD);
    connect({ [newHost]: servers!.trial });
    expect(readUsers("prod2")).to.deep.equal(["ops"]);
    const [pause = "", up = ""] = steps[3]?.inline ?? [];
    runbook.run(pause, pause.replace("CELERY_WORKER", "CELERY_BEAT"), up);
    await put(newMedia, "trial.csv", "1");
    expect(await findAddress()).to.equal(
      "A api.beo.beo-e2e.net. beo-datastore-prod.us-west-1.elasticbeanstalk.com",
    );
  });

  it("is closed, once no task waits, and so is the new one (4)", async () => {
    const message = { QueueUrl: old.queueUrl, MessageBody: "task" };
    await aws.sqs.send(new SendMessageCommand(message));
    expect(runbook.try("npx beo status prod").output).to.include("1 task waiting, 0 running.");
    await aws.sqs.send(new PurgeQueueCommand(message));
    expect(runbook.try("npx beo status prod").output).to.include("0 tasks waiting, 0 running.");
    const [close = ""] = shellBlocks(readSection("docs/operating.md", "## Maintenance"));
    for (const stack of ["prod", "prod2"]) {
      runbook.run(close.replaceAll("-s prod", `-s ${stack}`).replace("<public address>", "203.0.113.7"));
    }
  });

  it("gives it the final data (5)", async () => {
    const written = "INSERT INTO auth_user (username, date_joined) VALUES ('late', now())";
    servers!.old.query(written);
    servers!.restored.fill(written);
    await put(oldMedia, "late.csv", "333");
    await aws.s3.send(new DeleteObjectCommand({ Bucket: oldMedia, Key: "media_root/deleted.csv" }));
    connect({ [newHost]: servers!.trial, [restoredHost]: servers!.restored });
    const printed = follow(5);
    expect(printed).to.match(/^ +public\.auth_user +1 +2 +\*$/m);
    expect(await listFiles(newMedia)).to.deep.equal(["changed.csv 2", "late.csv 3"]);
    servers!.restored.useHost(newHost);
    connect({ [newHost]: servers!.restored });
    expect(readUsers("prod2")).to.deep.equal(["ops", "late"]);
  });

  it("gives it the domain (6)", async () => {
    follow(6);
    runbook.run(
      ...["CELERY_WORKER", "CELERY_BEAT"].map(
        (name) => `npx pulumi config rm --path extraEnvironment.${name} -s prod2`,
      ),
      "npx pulumi up -s prod2",
    );
    expect(await findAddress()).to.equal("A api.beo.beo-e2e.net. beo2-prod.us-west-1.elasticbeanstalk.com");
  });

  it("is destroyed, but for its final snapshot and the key (7)", async () => {
    const [commands = ""] = steps[7]?.blocks ?? [];
    const { code, output } = runbook.try(...(steps[0]?.blocks ?? []), commands);
    expect(code).not.to.equal(0);
    expect(output).to.match(new RegExp(`deleting S3 Bucket \\(${oldMedia}\\).*BucketNotEmpty`));
    const { Versions = [], DeleteMarkers = [] } = await aws.s3.send(
      new ListObjectVersionsCommand({ Bucket: oldMedia }),
    );
    expect(Versions).to.have.length(4);
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await aws.s3.send(new DeleteObjectCommand({ Bucket: oldMedia, Key, VersionId }));
    }
    runbook.run("npx pulumi destroy -s prod");
    const remaining = (await leftIn(aws)).filter((one) => /beo-datastore-prod|old-(stack|tasks)/.test(one));
    expect(remaining.map((one) => one.replace(/-final-\w+$/, "-final"))).to.deep.equal([
      "bucket beo-datastore-prod-backup-us-west-2",
      "key alias alias/beo-datastore-prod-state",
      "key alias alias/beo-datastore-prod2-state",
      "policy beo-datastore-prod-boundary",
      "snapshot beo-datastore-prod-cut-over",
      "snapshot beo-datastore-prod-final",
      "snapshot beo-datastore-prod-trial",
    ]);
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).to.deep.equal(["beo2-prod"]);
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: DBInstances[0]?.KmsKeyId }));
    expect(KeyMetadata).to.deep.include({
      Description: "Storage and snapshots of the database beo-datastore-prod",
      KeyState: "Enabled",
    });
  });

  it("leaves its mail and its certificate's record to the new one, which changes no more (8)", async () => {
    const own = await listRecords();
    expect(own).to.deep.equal([await findAddress()]);
    follow(8);
    const added = (await listRecords()).filter((record) => !own.includes(record));
    expect(await findAddress()).to.equal(own[0]);
    // The names of the certificate's record and of DKIM's are theirs.
    expect(
      added
        .map((record) =>
          record
            .replace(/ _?\w{32}\./, " ….")
            .split(" ", 2)
            .join(" "),
        )
        .sort(),
    ).to.deep.equal([
      "CNAME …._domainkey.beo-e2e.net.",
      "CNAME …._domainkey.beo-e2e.net.",
      "CNAME …._domainkey.beo-e2e.net.",
      "CNAME ….api.beo.beo-e2e.net.",
      "MX ses-bounces.beo-e2e.net.",
      "TXT _dmarc.beo-e2e.net.",
      "TXT ses-bounces.beo-e2e.net.",
    ]);
    runbook.run("npx pulumi preview --refresh --expect-no-changes -s prod2");
    expect(runbook.run("npx beo drift prod2")).to.include("No drift.");
    const { natAddresses, webEnvironment } = await readOutputs("prod2");
    expect(natAddresses).to.have.length(1);
    expect(webEnvironment.SMTP_USER).not.to.equal(old.webEnvironment.SMTP_USER);
    expect(webEnvironment.SECRET_KEY === old.webEnvironment.SECRET_KEY).to.equal(true);
  });

  it("shows no secret", () => {
    for (const name of ["SECRET_KEY", "SQL_PASSWORD", "SMTP_PASSWORD", "TOKEN"]) {
      expect(workspace.printed.includes(old.webEnvironment[name]!), name).to.equal(false);
    }
  });
});
