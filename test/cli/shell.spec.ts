import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, beforeEach, describe, it } from "mocha";
import { getSessionTarget } from "../../cli/shell/deployment";
import { chooseInstance, type Instance } from "../../cli/shell/instances";
import type { StateResource } from "../../cli/state";
import { collectOutput } from "../e2e/support/collect-output";
import { fixtures } from "../support/stacks";

const beo = join(__dirname, "../../cli/beo.js");
const now = new Date("2026-11-26T12:00:00Z");

function instance(id: string, health: string, ping?: string, more: Partial<Instance> = {}): Instance {
  return { id, environment: "beo-prod", health, causes: [], launchedAt: new Date(0), ping, ...more };
}

describe("the instance of a session", () => {
  const choose = (instances: Instance[], id?: string, allowsUnhealthy?: boolean) =>
    chooseInstance("us-west-1", instances, { id, allowsUnhealthy }, now).id;

  it("is the first one that is healthy and registered", () => {
    const instances = [
      instance("i-1", "Severe", "Online"),
      instance("i-2", "Ok"),
      instance("i-3", "Ok", "ConnectionLost"),
      instance("i-4", "Info", "Online"),
      instance("i-5", "Ok", "Online"),
    ];
    expect(choose(instances)).to.equal("i-4");
    expect(choose(instances, "i-1"), "by its id, whatever its health").to.equal("i-1");
  });

  it("is missing if the environment has none, or none of that id", () => {
    expect(() => choose([])).to.throw(/^The environment has no running instance\. .*eb events/);
    expect(() => choose([instance("i-1", "Ok", "Online")], "i-2")).to.throw(
      /^There is no instance i-2\. The instances are:\n {2}i-1 of beo-prod: health Ok, agent Online$/,
    );
  });

  it("is missing if none is healthy, with the causes and the way to connect anyway", () => {
    const causes = ["100.0 % of the requests are failing with HTTP 5xx."];
    expect(() => choose([instance("i-1", "Ok"), instance("i-2", "Severe", "Online", { causes })])).to.throw(
      /^No instance is healthy:\n.*\n {2}i-2 of beo-prod: health Severe, agent Online; 100\.0 % of .*\n.* --instance i-2$/,
    );
  });

  it("is one that is not healthy where none is, if it only forwards a port", () => {
    const instances = [instance("i-1", "Severe"), instance("i-2", "Degraded", "Online")];
    expect(choose(instances, undefined, true)).to.equal("i-2");
    expect(choose([...instances, instance("i-3", "Ok", "Online")], undefined, true)).to.equal("i-3");
    expect(choose([...instances, instance("i-3", "Ok", "ConnectionLost")], undefined, true)).to.equal("i-2");
    expect(() => choose([instance("i-1", "Severe")], undefined, true)).to.throw(
      /^Systems Manager does not reach/,
    );
  });

  it("is missing if no agent is registered: a new instance needs minutes, an old one a reboot or an hour", () => {
    const launchedAt = new Date("2026-11-26T11:57:00Z");
    expect(() => choose([instance("i-1", "Ok", undefined, { launchedAt })])).to.throw(
      /agent not registered\nAn instance was launched less than 10 minutes ago.*Try again/,
    );
    expect(() => choose([instance("i-1", "Ok", "ConnectionLost")])).to.throw(
      /agent ConnectionLost\n.*platform\.shell.*within an hour\.\n.*interrupts.*aws ec2 reboot-instances --region us-west-1 --instance-ids i-1\n.*VPC endpoints/,
    );
  });
});

/** An AWS that answers what the commands ask before they start a session. */
class FakeAws {
  instances: { id: string; health: string }[] = [];
  registered: string[] = [];
  denied = false;
  /** The environments whose health was asked for. */
  asked: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => (body += data.toString()));
      request.on("end", () => {
        const isJson = request.headers["x-amz-target"] !== undefined;
        response.writeHead(this.denied ? (isJson ? 400 : 403) : 200);
        response.end(isJson ? this.#describeAgents(body) : this.#describeHealth(new URLSearchParams(body)));
      });
    });
  }

  #describeHealth(query: URLSearchParams): string {
    if (this.denied) {
      return `<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/eve is not authorized to perform: elasticbeanstalk:DescribeInstancesHealth</Message></Error></ErrorResponse>`;
    }
    this.asked.push(query.get("EnvironmentName") ?? "");
    const members = this.instances.map(
      ({ id, health }) =>
        `<member><InstanceId>${id}</InstanceId><HealthStatus>${health}</HealthStatus><Color>Green</Color><Causes/><LaunchedAt>2026-11-01T00:00:00Z</LaunchedAt></member>`,
    );
    return `<DescribeInstancesHealthResponse><DescribeInstancesHealthResult><InstanceHealthList>${members.join("")}</InstanceHealthList></DescribeInstancesHealthResult></DescribeInstancesHealthResponse>`;
  }

  #describeAgents(body: string): string {
    const { Filters } = JSON.parse(body) as { Filters: { Key: string; Values: string[] }[] };
    expect(Filters.map(({ Key }) => Key)).to.deep.equal(["InstanceIds"]);
    return JSON.stringify({
      InstanceInformationList: this.registered
        .filter((id) => Filters[0]!.Values.includes(id))
        .map((InstanceId) => ({ InstanceId, PingStatus: "Online" })),
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
  }
}

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const variables = {
  SQL_HOST: "db.example.com",
  SQL_PORT: "5432",
  SQL_DATABASE: "beo_datastore",
  SQL_USER: "beo_app_1",
  SQL_PASSWORD: "app-Password1",
};
const environment = (name: string, tier: string) => ({
  urn: name,
  type: "aws:elasticbeanstalk/environment:Environment",
  outputs: { name, tier },
});
const sessionDocument = {
  urn: "document",
  type: "aws:ssm/document:Document",
  outputs: { name: "beo-prod-session", documentType: "Session" },
};
const resources = [
  { urn: "s", type: "pulumi:pulumi:Stack", outputs: { webEnvironment: secret(variables) } },
  { urn: "p", type: "pulumi:providers:aws", inputs: { region: "us-west-1" } },
  environment("beo-prod", "WebServer"),
  environment("beo-prod-worker", "Worker"),
  sessionDocument,
  {
    urn: "d",
    type: "aws:rds/instance:Instance",
    outputs: { username: "beo_datastore", password: secret("master-Password1") },
  },
];

describe("the target of a session", () => {
  const created = [environment("beo-prod-2", "WebServer"), environment("beo-prod-worker-2", "Worker")];
  const all = [environment("beo-prod", "WebServer"), environment("beo-prod-worker", "Worker"), ...created];
  const getNames = (environments: object[], outputs: object[] = []) =>
    getSessionTarget("prod", [sessionDocument, ...environments, ...outputs] as StateResource[]).environments;

  it("has the environments that serve the application, whichever are beside them", () => {
    const serve = (webEnvironmentName: string, workerEnvironmentName: string) => ({
      ...{ urn: "eb", type: "beo:index:Beanstalk" },
      outputs: { webEnvironmentName, workerEnvironmentName },
    });
    for (const environments of [all, [...all].reverse()]) {
      for (const [web, worker] of [
        ["beo-prod", "beo-prod-worker"],
        ["beo-prod-2", "beo-prod-worker-2"],
      ] as const) {
        expect(getNames(environments, [serve(web, worker)])).to.deep.equal({ web, worker });
      }
    }
    expect(getNames(created)).to.deep.equal({ web: "beo-prod-2", worker: "beo-prod-worker-2" });
  });
});

describe("npx beo shell, manage and psql", () => {
  const folder = mkdtempSync(join(tmpdir(), "shell-"));
  const bin = join(folder, "bin");
  const aws = new FakeAws();
  let endpoint = "";

  /** Writes a stand-in for a command. Each notes its arguments, one a line between brackets. */
  function writeCommand(name: string, script: string): void {
    const file = join(bin, name);
    writeFileSync(file, `#!/bin/sh\nprintf '<%s>\\n' "$@" >> '${folder}/${name}'\n${script}\n`);
    chmodSync(file, 0o755);
  }

  before(async () => {
    execute("mkdir", bin);
    endpoint = await aws.start();
    writeCommand("pulumi", `cat '${folder}/state.json'`);
    writeCommand("session-manager-plugin", "");
    // A session that forwards a port ends with SIGINT, like the plugin.
    writeCommand(
      "aws",
      `case "$*" in
*PortForwarding*)
  trap 'echo closed >> ${folder}/aws; exit 0' INT
  [ -z "$REFUSED" ] || { echo "An error occurred (AccessDeniedException) when calling the StartSession operation" >&2; exit 254; }
  echo "Port 54321 opened for sessionId me-1."; echo "Waiting for connections..."
  while :; do sleep 0.1; done ;;
esac
[ -z "$WAITS" ] || trap '' INT
echo "in the session"
[ -z "$WAITS" ] || { sleep 1; echo "still there"; }
[ -z "$REMOTE" ] || printf 'Exit code: %s\\r\\n\\n\\nExiting session with sessionId: x.\\n\\n' "$REMOTE"
exit "\${AWS_EXIT:-0}"`,
    );
    writeCommand(
      "psql",
      `[ -z "$WAITS" ] || trap '' INT
env | grep ^PG | sort > '${folder}/psql.env'
head -n 1 "$PGSSLROOTCERT" > '${folder}/certificates'
[ -z "$WAITS" ] || { touch '${folder}/ready'; sleep 1; echo "psql ended" >> '${folder}/aws'; }
exit "\${PSQL_EXIT:-0}"`,
    );
  });
  after(() => {
    aws.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    for (const name of ["aws", "psql", "psql.env", "certificates", "ready"]) {
      rmSync(join(folder, name), { force: true });
    }
    writeState(resources);
    Object.assign(aws, { denied: false, asked: [], registered: ["i-2"] });
    aws.instances = [
      { id: "i-1", health: "Severe" },
      { id: "i-2", health: "Ok" },
    ];
  });

  function execute(command: string, ...args: string[]): void {
    expect(spawnSync(command, args).status).to.equal(0);
  }
  function writeState(list: object[]): void {
    writeFileSync(join(folder, "state.json"), JSON.stringify({ deployment: { resources: list } }));
  }
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  /** The arguments that a stand-in got. */
  const got = (name: string) => [...read(name).matchAll(/^<(.*)>$/gm)].map(([, word]) => word);

  function start(args: string[], env: NodeJS.ProcessEnv = {}, cwd = fixtures): ChildProcess {
    return spawn(process.execPath, [beo, ...args], {
      cwd,
      env: {
        PATH: `${bin}:/usr/bin:/bin`,
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "b",
        AWS_ENDPOINT_URL: endpoint,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      // A terminal sends Ctrl-C to the whole process group.
      detached: true,
    });
  }
  const runBeo = (args: string[], env?: NodeJS.ProcessEnv) => collectOutput(start(args, env));

  /** What runs on the instance, of the command that started the session. */
  function getRemote() {
    const args = got("aws");
    const parameters = JSON.parse(args[args.indexOf("--parameters") + 1]!) as Record<string, [string]>;
    return {
      words: Buffer.from(parameters.arguments![0], "base64").toString(),
      user: parameters.user![0],
      target: args[args.indexOf("--target") + 1],
    };
  }

  it("open a shell on a healthy instance, and say on which", async () => {
    const { code, output, stdout } = await runBeo(["shell", "prod"]);
    expect(code, output).to.equal(0);
    expect(output).to.include("Instance i-2 of beo-prod, health Ok.");
    expect(stdout).to.equal("in the session\n");
    expect(got("aws").slice(0, 9)).to.deep.equal(
      "ssm start-session --region us-west-1 --target i-2 --document-name beo-prod-session --parameters".split(
        " ",
      ),
    );
    expect(getRemote()).to.deep.equal({ words: "bash", user: "application", target: "i-2" });
    expect(aws.asked).to.deep.equal(["beo-prod"]);
  });

  it("open a shell on a worker, as root, and with the provider's profile", async () => {
    const profile = {
      urn: "p",
      type: "pulumi:providers:aws",
      inputs: { region: "eu-west-1", profile: "beo" },
    };
    writeState([profile, ...resources.slice(2)]);
    const credentials = join(folder, "credentials");
    writeFileSync(credentials, "[beo]\naws_access_key_id = c\naws_secret_access_key = d\n");
    const { code, output } = await runBeo(["shell", "prod", "worker", "--root"], {
      AWS_SHARED_CREDENTIALS_FILE: credentials,
    });
    expect(code, output).to.equal(0);
    expect(aws.asked).to.deep.equal(["beo-prod-worker"]);
    expect(got("aws").slice(2, 6)).to.deep.equal(["--region", "eu-west-1", "--profile", "beo"]);
    expect(getRemote().user).to.equal("root");
  });

  it("open a shell on an instance of a given id, also if it is not healthy", async () => {
    aws.registered = ["i-1", "i-2"];
    expect((await runBeo(["shell", "prod", "--instance", "i-1"])).code).to.equal(0);
    expect(getRemote().target).to.equal("i-1");
  });

  it("run manage.py with its arguments as they are", async () => {
    const { code } = await runBeo([
      "manage",
      "prod",
      "--",
      "createsuperuser",
      "--email",
      'it\'s "me" & $HOME',
    ]);
    expect(code).to.equal(0);
    expect(getRemote()).to.deep.include({
      words: `python manage.py createsuperuser --email 'it'\\''s "me" & $HOME'`,
      user: "application",
    });
    await runBeo(["manage", "prod", "--worker", "--", "shell", "--help"]);
    expect(aws.asked.at(-1)).to.equal("beo-prod-worker");
  });

  it("exit with manage.py's exit code where the session prints it to a file or a pipe", async () => {
    expect((await runBeo(["manage", "prod", "--", "check"], { REMOTE: "3" })).code).to.equal(3);
    expect((await runBeo(["manage", "prod", "--", "check"], { REMOTE: "0" })).code).to.equal(0);
  });

  it("fail with a reference to the permissions if AWS refuses the session, in both versions of its CLI", async () => {
    for (const AWS_EXIT of ["254", "255"]) {
      const { code, output } = await runBeo(["shell", "prod"], { AWS_EXIT });
      expect(code).to.equal(1);
      expect(output).to.match(/session did not start.*docs\/shell\.md/);
    }
    const { code, output } = await runBeo(["psql", "prod"], { REFUSED: "1" });
    expect(code).to.equal(1);
    expect(output).to.match(/AccessDeniedException.*\n.*docs\/shell\.md/);
    expect(existsSync(join(folder, "psql"))).to.equal(false);
  });

  it("print the command without running it", async () => {
    const { stdout } = await runBeo(["manage", "prod", "--print", "--", "createsuperuser"]);
    expect(stdout).to.equal(
      `# Runs: python manage.py createsuperuser\naws ssm start-session --region us-west-1 --target i-2 --document-name beo-prod-session --parameters '{"arguments":["${Buffer.from("python manage.py createsuperuser").toString("base64")}"],"user":["application"]}'\n`,
    );
    expect(existsSync(join(folder, "aws"))).to.equal(false);
  });

  it("leave Ctrl-C to the session", async () => {
    const child = start(["shell", "prod"], { WAITS: "1" });
    child.stdout?.once("data", () => process.kill(-child.pid!, "SIGINT"));
    const { code, stdout } = await collectOutput(child);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "in the session\nstill there\n" });
  });

  it("connect psql through the forwarded port, verify the host's certificate, and close the session", async () => {
    const { code, output } = await runBeo(["psql", "prod", "--", "-c", "SELECT 'a b'"], { PSQL_EXIT: "3" });
    expect(code, output).to.equal(3);
    const args = got("aws");
    expect(args.slice(0, 9)).to.deep.equal(
      "ssm start-session --region us-west-1 --target i-2 --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters".split(
        " ",
      ),
    );
    expect(JSON.parse(args[9]!)).to.deep.equal({ host: ["db.example.com"], portNumber: ["5432"] });
    expect(got("psql")).to.deep.equal(["-c", "SELECT 'a b'"]);
    const certificates = /^PGSSLROOTCERT=(.*)$/m.exec(read("psql.env"))?.[1] ?? "";
    expect(read("psql.env")).to.equal(
      [
        "PGDATABASE=beo_datastore",
        "PGHOST=db.example.com",
        "PGHOSTADDR=127.0.0.1",
        "PGPASSWORD=app-Password1",
        "PGPORT=54321",
        "PGSSLMODE=verify-full",
        `PGSSLROOTCERT=${certificates}`,
        "PGUSER=beo_app_1",
        "",
      ].join("\n"),
    );
    expect(read("certificates")).to.equal("-----BEGIN CERTIFICATE-----\n");
    expect(existsSync(certificates)).to.equal(false);
    expect(read("aws")).to.match(/\nclosed\n$/);
    expect(output).to.include("as beo_app_1").and.not.include("Password1");
    expect(aws.asked).to.have.members(["beo-prod", "beo-prod-worker"]);
  });

  it("connect psql to that database whatever libpq's variables in the shell name", async () => {
    // https://www.postgresql.org/docs/current/libpq-envars.html
    const redirecting = {
      PGSERVICE: "other",
      PGSERVICEFILE: "/other/pg_service.conf",
      PGSYSCONFDIR: "/other",
      PGHOST: "other.example.com",
      PGHOSTADDR: "192.0.2.1",
      PGPORT: "1",
      PGDATABASE: "other",
      PGUSER: "other",
      PGPASSWORD: "other",
      PGPASSFILE: "/other/pgpass",
      PGSSLMODE: "disable",
      PGSSLNEGOTIATION: "direct",
      PGSSLCERT: "/other/cert",
      PGSSLCERTMODE: "require",
      PGSSLCRL: "/other/crl",
      PGREQUIREAUTH: "none",
      PGREQUIREPEER: "other",
      PGGSSENCMODE: "require",
      PGTARGETSESSIONATTRS: "standby",
      PGLOADBALANCEHOSTS: "random",
    };
    const meant = {
      PGCLIENTENCODING: "LATIN1",
      PGOPTIONS: "-c default_transaction_read_only=on",
      PG_COLOR: "never",
    };
    const { code, output } = await runBeo(["psql", "prod"], { ...redirecting, ...meant });
    expect(code, output).to.equal(0);
    expect(read("psql.env").replace(/^PGSSLROOTCERT=.*\n/m, "")).to.equal(
      [
        "PGCLIENTENCODING=LATIN1",
        "PGDATABASE=beo_datastore",
        "PGHOST=db.example.com",
        "PGHOSTADDR=127.0.0.1",
        "PGOPTIONS=-c default_transaction_read_only=on",
        "PGPASSWORD=app-Password1",
        "PGPORT=54321",
        "PGSSLMODE=verify-full",
        "PGUSER=beo_app_1",
        "PG_COLOR=never",
        "",
      ].join("\n"),
    );
  });

  it("keep the connection at Ctrl-C, which cancels a query in psql", async () => {
    const child = start(["psql", "prod"], { WAITS: "1" });
    const timer = setInterval(() => {
      if (existsSync(join(folder, "ready"))) {
        clearInterval(timer);
        process.kill(-child.pid!, "SIGINT");
      }
    }, 50);
    expect((await collectOutput(child)).code).to.equal(0);
    expect(read("aws")).to.match(/\npsql ended\nclosed\n$/);
  });

  it("connect psql as the master user, to another host", async () => {
    const { code } = await runBeo(["psql", "prod", "--master", "--host", "restored.example.com"]);
    expect(code).to.equal(0);
    expect(read("psql.env"))
      .to.include("PGUSER=beo_datastore\n")
      .and.include("PGPASSWORD=master-Password1\n")
      .and.include("PGHOST=restored.example.com\n");
    expect(read("aws")).to.include('"host":["restored.example.com"]');
  });

  it("connect psql through an instance that is not healthy where none is", async () => {
    aws.registered = ["i-1"];
    const { code, output } = await runBeo(["psql", "prod"]);
    expect(code, output).to.equal(0);
    expect(output).to.include("Instance i-1 of beo-prod, health Severe.");
  });

  it("print the commands of psql without the password", async () => {
    const { code, stdout, output } = await runBeo(["psql", "prod", "--print", "--", "-c", "SELECT 1"]);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^aws ssm start-session .*AWS-StartPortForwardingSessionToRemoteHost/m)
      .and.match(/^curl .*https:\/\/truststore\.pki\.rds\.amazonaws\.com\/global\/global-bundle\.pem$/m)
      .and.match(
        /^PGPASSWORD="\$\(npx pulumi stack output webEnvironment .*-s prod.* env -u PGSERVICE psql -c 'SELECT 1'$/m,
      );
    expect(output).not.to.include("Password1");
  });

  describe("explain what is missing", () => {
    const explains = async (args: string[], expected: RegExp, env?: NodeJS.ProcessEnv) => {
      const { code, output } = await runBeo(args, env);
      expect(output).to.match(expected);
      expect(code).to.equal(1);
    };

    for (const [tool, link] of [
      ["aws", "docs.aws.amazon.com/cli/"],
      ["session-manager-plugin", "docs.aws.amazon.com/systems-manager/"],
      ["psql", "www.postgresql.org/download/"],
    ] as const) {
      it(`${tool}, with a link`, async () => {
        const others = join(folder, `without-${tool}`);
        execute("cp", "-r", bin, others);
        rmSync(join(others, tool));
        const expected = new RegExp(`^${tool} is not installed .*https://${link}`, "m");
        await explains(["psql", "prod"], expected, { PATH: others });
      });
    }

    it("a deployment", async () => {
      writeState([]);
      await explains(["shell", "prod"], /^prod is not deployed\. Deploy it: npx pulumi up -s prod$/m);
    });

    it("an update, for a stack that was deployed before it allowed sessions", async () => {
      writeState(resources.filter((resource) => resource !== sessionDocument));
      await explains(
        ["psql", "prod"],
        /^prod was last updated before.*platform\.shell.*\n {2}npx pulumi up -s prod$/m,
      );
    });

    it("the setting, for a stack that does not allow sessions", async () => {
      writeState(resources.filter((resource) => resource !== sessionDocument));
      const off = join(folder, "off");
      execute("cp", "-r", fixtures, off);
      const file = join(off, "Pulumi.dev.yaml");
      const text = readFileSync(file, "utf8").trimEnd();
      writeFileSync(file, `${text}\n  beo-datastore:platform:\n    shell: false\n`);
      const { code, output } = await collectOutput(start(["shell", "dev"], {}, off));
      expect(output).to.match(
        /^platform\.shell is false: dev does not allow .*\n {2}npx pulumi config rm --path platform\.shell -s dev\n {2}npx pulumi up -s dev$/m,
      );
      expect(code).to.equal(1);
    });

    it("the permission of the credentials", async () => {
      aws.denied = true;
      await explains(
        ["shell", "prod"],
        /not authorized to perform: elasticbeanstalk:DescribeInstancesHealth/,
      );
    });

    it("an agent that is registered, and a healthy instance", async () => {
      aws.registered = [];
      await explains(["manage", "prod", "--", "check"], /does not reach the instances:[^]*reboot-instances/);
      aws.registered = ["i-1"];
      await explains(["manage", "prod", "--", "check"], /No instance is healthy:[^]*--instance i-1/);
    });

    it("the command of manage.py, as wrong usage", async () => {
      expect((await runBeo(["manage", "prod"])).code).to.equal(2);
      const { code, output } = await runBeo(["shell", "prod", "database"]);
      expect(code).to.equal(2);
      expect(output).to.match(/Allowed choices are web, worker/);
    });
  });
});
