import { type ChildProcess, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { browse, type Edge, startEdge } from "./support/edge";
import type { Instance } from "./support/instance";
import { startMetadataService } from "./support/metadata-service";
import {
  createStage,
  distributionHost,
  getClientOptions,
  host,
  type Stage,
  taskTimeLimit,
} from "./support/stage";
import { applicationUser, sleep, until } from "./support/tools";

const mebibyte = 2 ** 20;

for (const platform of ["docker", "python"] as const) {
  describe(`the overlay for the ${platform} platform`, () => {
    let stage: Stage;
    let web: Instance;
    const workers: { instance: Instance; worker: ChildProcess; beat: ChildProcess }[] = [];
    before(async () => {
      stage = await createStage(platform);
      web = stage.createInstance("web");
      runHook(web, "prebuild/10_logs.sh");
    });
    after(() => {
      stage.stop();
    });

    const runHook = (instance: Instance, hook: string) => {
      expect(instance.run(`.platform/hooks/${hook}`)).to.deep.equal({ status: 0, output: "" });
    };
    const startWorker = () => {
      const instance = stage.createInstance("worker");
      runHook(instance, "prebuild/10_logs.sh");
      const worker = instance.start(stage.getCommand("worker"));
      const beat = instance.start(stage.getCommand("beat"));
      workers.push({ instance, worker, beat });
      return workers.at(-1)!;
    };
    /** Runs a script in the application, with Django. */
    const runScript = (script: string) => {
      const { status, output } = web.run(`python manage.py shell -c "${script}"`, { user: applicationUser });
      expect(status, output).to.equal(0);
    };
    const request = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
      await fetchWithHost(`http://127.0.0.1:${stage.port}${path}`, { Host: host, ...headers }, init);

    const untilHealthy = async () => {
      await until("the application answers", 60, async () => {
        const response = await request("/health").catch(() => undefined);
        return response?.status === 200;
      });
    };
    /** What Elastic Beanstalk and the hook do before a deployment, or the entrypoint of nginx's image; starts nginx then. */
    const startProxy = (instance: Instance) => {
      const template = "nginx/admin.conf.template > nginx/conf.d/admin.conf";
      const commands = {
        docker: `sed 's/[$]{ADMIN_URL}/'"$ADMIN_URL/" ${template}`,
        python: "cd /var/app/current && sh .platform/hooks/predeploy/30_admin_path.sh",
      };
      const copy =
        "mkdir -p /var/proxy/staging && cp -r .platform/nginx /var/proxy/staging && cd /var/proxy/staging";
      expect(instance.run(`${copy} && ${commands[platform]}`)).to.deep.equal({ status: 0, output: "" });
      const nginx = "nginx -c /var/proxy/staging/nginx/nginx.conf -p /etc/nginx -g 'daemon off;'";
      return instance.start(nginx, {}, 0);
    };

    describe("at a release", () => {
      it("migrates and collects static files on the web environment only", async () => {
        const { container_commands: commands } = parse(
          web.read("var/app/current/.ebextensions/django.config"),
        ) as {
          container_commands: Record<string, { command: string; leader_only: boolean }>;
        };
        const [release, ...others] = Object.values(commands);
        expect(others).to.deep.equal([]);
        expect(release!.leader_only).to.equal(true);

        const worker = stage.createInstance("worker");
        runHook(worker, "prebuild/10_logs.sh");
        expect(worker.run(release!.command).status).to.equal(0);
        expect(
          stage.database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
        ).to.deep.equal(["0"]);

        const { status, output } = web.run(release!.command);
        expect(status, output).to.equal(0);
        expect(stage.database.count("migrate")).to.equal(1);
        const s3 = new S3Client({ ...getClientOptions(stage.aws), forcePathStyle: true });
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "beo-static" }));
        expect(Contents.map(({ Key }) => Key)).to.include("admin/css/base.css");
        // No command line contains a secret.
        expect(web.run("cat /var/log/calls").output).not.to.include(stage.database.password);
      });

      it("connects only to the database, which has a certificate of Amazon RDS for its host name", () => {
        const rds = "beo.abcdefghijkl.us-west-1.rds.amazonaws.com";
        // By name at this machine's address.
        const connect = (variables: Record<string, string>) =>
          web.run("sh beanstalk/run release", {
            user: applicationUser,
            variables: { SQL_HOST: rds, PGHOSTADDR: "127.0.0.1", ...variables },
          });
        expect(connect({}).output).to.include("server does not support SSL, but SSL was required");
        const authority = stage.database.useTls(rds);
        expect(connect({}).output).to.include("certificate verify failed");
        const trusted = { PGSSLROOTCERT: authority };
        expect(connect(trusted)).to.include({ status: 0 });
        const other = { ...trusted, SQL_HOST: `other-${rds}` };
        expect(connect(other).output).to.include(`does not match host name "other-${rds}"`);
        expect(connect({ ...other, PGSSLMODE: "require" })).to.include({ status: 0 });
      });

      it("creates the first superuser where CREATE_ADMIN is 1, once", () => {
        const release = () => {
          const variables = { CREATE_ADMIN: "1" };
          const { status, output } = web.run("sh beanstalk/run release", {
            user: applicationUser,
            variables,
          });
          expect(status, output).to.equal(0);
          return stage.database.query("SELECT username, email, is_superuser FROM auth_user");
        };
        const [mail, superuser] = ["support@beotest.net", "t"];
        expect(release()).to.deep.equal([`${mail}|${mail}|${superuser}`]);
        expect(release()).to.deep.equal([`${mail}|${mail}|${superuser}`]);
      });
    });

    describe("on a web instance", () => {
      let gunicorn: ChildProcess;
      let nginx: ChildProcess;
      let slow: Promise<Response>;
      before(async () => {
        gunicorn = web.start(stage.getCommand("web"));
        nginx = startProxy(web);
        await untilHealthy();
        // Longer than the defaults of gunicorn (30 s) and nginx (60 s).
        slow = request("/export?seconds=63");
      });

      it("answers the health check with any Host, and other paths with an allowed Host only", async () => {
        const address = { Host: "10.0.0.1" };
        expect((await request("/health", address)).status).to.equal(200);
        expect((await request("/", address)).status).to.equal(400);
        expect((await request("/")).status).to.equal(200);
      });

      it("keeps health checks out of Django's log", () => {
        expect(web.read("var/log/django/django.log")).not.to.include("/health");
      });

      it("writes each request with its time, in the form that the saved query slow-requests reads", async () => {
        await request("/");
        await until("the request is logged", 10, () =>
          Promise.resolve(/request GET \/ 200 \d+ ms/.test(web.read("output"))),
        );
      });

      it("keeps the path of the admin out of all logs, and the rest of the paths in them", async () => {
        for (const path of ["/hidden/login/?next=/hidden/", "/hidden", "/hidden-not/", "/v1/hidden/"]) {
          expect((await request(path)).status).to.equal(404);
        }
        const read = () => ({
          gunicorn: web.read("output"),
          django: web.read("var/log/django/django.log"),
          nginx: web.read("var/log/nginx/access.log"),
        });
        await until("the requests are logged", 10, () =>
          Promise.resolve(Object.values(read()).every((text) => text.includes("/v1/hidden/"))),
        );
        const { gunicorn: requests, django, nginx: access } = read();
        expect(requests).to.match(/request GET \/\(admin\)\/login\/ 404 \d+ ms/);
        expect(requests).to.match(/request GET \/\(admin\) 404 \d+ ms/);
        expect(django).to.include("Not Found: /(admin)/login/");
        for (const text of [requests, django, access]) {
          expect(text).to.include("/hidden-not/");
          expect(text).not.to.match(/[^1]\/hidden[/ \n?]/);
        }
      });

      if (platform === "python") {
        it("keeps the path in a file of root's alone, and out of nginx's configuration without a variable", () => {
          const mode = web.run("stat -c '%a %U' /var/proxy/staging/nginx/conf.d/beo-admin.conf").output;
          expect(mode).to.equal("600 root\n");
          const copy = "rm -r /var/proxy/staging/nginx && cp -r .platform/nginx /var/proxy/staging";
          const hook = "sh .platform/confighooks/predeploy/30_admin_path.sh";
          expect(web.run(`${copy} && env -u ADMIN_URL ${hook}`)).to.deep.equal({ status: 0, output: "" });
          expect(web.run("ls /var/proxy/staging/nginx/conf.d").output).to.equal("beo.conf\n");
          // A configuration of another form stays as it is, and the hook says so.
          const other = "sed -i 's/ main;/ combined;/' /var/proxy/staging/nginx/nginx.conf";
          expect(web.run(`${other} && ${hook}`)).to.deep.equal({
            status: 0,
            output:
              "nginx's access log has the path of the admin: /var/proxy/staging/nginx/nginx.conf has another form.\n",
          });
        });
      }

      it("keeps X-Forwarded-Proto and Host of the load balancer", async () => {
        const answer = await request("/", { "X-Forwarded-Proto": "https" });
        expect(await answer.json()).to.deep.equal({ isSecure: true, host });
      });

      it("does not trust CloudFront's headers, because CloudFront is not in front of it", async () => {
        const forged = { "CloudFront-Forwarded-Proto": "https", "X-Origin-Verify": "" };
        expect(await (await request("/", forged)).json()).to.deep.equal({ isSecure: false, host });
      });

      it("takes uploads up to the limit", async () => {
        const upload = async (size: number) => {
          const body = new FormData();
          body.set("file", new Blob([Buffer.alloc(size, "meter")]), "meter.csv");
          return await request("/upload", {}, { method: "POST", body });
        };
        const accepted = await upload(5 * mebibyte);
        expect(accepted.status).to.equal(200);
        expect(await accepted.json()).to.include({ size: 5 * mebibyte });
        expect((await upload(6.1 * mebibyte)).status).to.equal(413);
      });

      it("signs links to static files with Signature Version 4", async () => {
        const { url } = (await (await request("/stylesheet")).json()) as { url: string };
        expect(url).to.match(/X-Amz-Algorithm=AWS4-HMAC-SHA256/);
        expect((await fetch(url)).status).to.equal(200);
      });

      it("writes logs as the application's user", () => {
        const owners = web.run(
          "stat -c '%u' /var/log/django /var/log/django/django.log /var/log/celery",
        ).output;
        expect(owners.trim().split("\n")).to.deep.equal(Array(3).fill(String(applicationUser)));
      });

      it("does not start Celery", async () => {
        const [worker, beat] = [web.start(stage.getCommand("worker")), web.start(stage.getCommand("beat"))];
        await sleep(3);
        expect([worker.exitCode, beat.exitCode]).to.deep.equal([null, null]);
        expect(web.run("ls /var/log/celery").output).to.equal("");
        [worker, beat].forEach((child) => child.kill("SIGTERM"));
        await Promise.all([once(worker, "exit"), once(beat, "exit")]);
      });

      it("reports an application that accepts no Host as unhealthy", () => {
        const check = `python -c "
from beanstalk.wsgi import application
import io
print(application({'PATH_INFO': '/health', 'REQUEST_METHOD': 'GET', 'SERVER_NAME': 'x', 'SERVER_PORT': '80', 'wsgi.input': io.BytesIO()}, lambda status, headers: print(status)))"`;
        const run = (hosts: string) =>
          web.run(check, { user: applicationUser, variables: { DJANGO_ALLOWED_HOSTS: hosts } }).output;
        expect(run("")).to.match(/^503 /m);
        expect(run("*")).to.match(/^200 /m);
        expect(run(".beotest.net api.beotest.net")).to.match(/^200 /m);
      });

      it("lets a request take longer than a minute", async () => {
        expect((await slow).status).to.equal(200);
      });

      it("is unhealthy without Django", async () => {
        gunicorn.kill("SIGTERM");
        await once(gunicorn, "exit");
        expect((await request("/health")).status).to.equal(502);
      });

      it("finishes its requests when it is stopped, as long as they may take", async () => {
        gunicorn = web.start(stage.getCommand("web"));
        await untilHealthy();
        const answer = request("/export?seconds=65");
        await sleep(1);
        const codes = Promise.all([gunicorn, nginx].map(getExitCode));
        gunicorn.kill("SIGTERM");
        nginx.kill("SIGQUIT");
        expect((await answer).status).to.equal(200);
        expect(await codes).to.deep.equal([0, 0]);
      });

      it("has time for that before the platform ends the processes", () => {
        runHook(web, "predeploy/20_stop_timeouts.sh");
        const services = platform === "docker" ? ["docker"] : ["nginx", "web", "worker"];
        const units = services.map((name) => web.read(`systemd/${name}.service.d/beo.conf`));
        // 300 seconds for a request, 60 for a task in this stack; more than systemd's 90, and nginx's 5.
        const expected =
          platform === "docker"
            ? ["[Service]\nTimeoutStopSec=310\n"]
            : [
                "[Service]\nKillMode=mixed\nKillSignal=SIGQUIT\nTimeoutStopSec=310\n",
                "[Service]\nKillMode=mixed\nKillSignal=SIGTERM\nTimeoutStopSec=310\n",
                "[Service]\nKillMode=mixed\nKillSignal=SIGTERM\nTimeoutStopSec=120\n",
              ];
        expect(units).to.deep.equal(expected);
      });
    });

    describe("on a web instance behind CloudFront", () => {
      const secret = "v".repeat(32);
      const secretHash = createHash("sha256").update(secret).digest("hex");
      const origin = `https://${distributionHost}`;
      let edge: Edge;
      const processes: ChildProcess[] = [];
      before(async () => {
        const instance = stage.createInstance("web", { ORIGIN_VERIFY_SHA256: secretHash });
        runHook(instance, "prebuild/10_logs.sh");
        const release = { user: applicationUser, variables: { CREATE_ADMIN: "1" } };
        expect(instance.run("sh beanstalk/run release", release)).to.include({ status: 0 });
        processes.push(instance.start(stage.getCommand("web")), startProxy(instance));
        edge = await startEdge(stage.folder, stage.port, secret);
        await untilHealthy();
      });
      after(async () => {
        edge.stop();
        const ends = processes.map(getExitCode);
        processes.forEach((child) => child.kill("SIGTERM"));
        await Promise.all(ends);
      });
      /** A request as a browser sends it to the distribution. */
      const visit = (path: string, headers: Record<string, string> = {}, form?: Record<string, string>) =>
        browse(
          { scheme: "https", port: edge.ports.https, path },
          { Host: distributionHost, ...headers },
          form,
        );
      /** Fills in the form of Django's admin, as a page of some origin. */
      const login = async (from: string) => {
        const page = await visit("/staff/login/");
        const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(page.text)?.[1] ?? "";
        const form = { csrfmiddlewaretoken: token, username: "support@beotest.net", password: "password" };
        const headers = { Cookie: toCookies(page.cookies), Origin: from, Referer: `${from}/staff/login/` };
        return { page, answer: await visit("/staff/login/?next=/staff/", headers, form) };
      };

      it("redirects HTTP to HTTPS", async () => {
        const url = { scheme: "http", port: edge.ports.http, path: "/staff/login/?next=/staff/" } as const;
        const { status, location } = await browse(url, { Host: distributionHost });
        expect({ status, location }).to.deep.equal({
          status: 301,
          location: `${origin}/staff/login/?next=/staff/`,
        });
      });

      it("tells Django the host, and that the request came over HTTPS", async () => {
        const { text } = await visit("/");
        expect(JSON.parse(text)).to.deep.equal({ isSecure: true, host: distributionHost });
      });

      it("lets users log in, with secure cookies", async () => {
        const { page, answer } = await login(origin);
        expect(page.cookies).to.have.length(1);
        expect(page.cookies[0]).to.match(/^csrftoken=.*; Secure/i);
        expect([answer.status, answer.location]).to.deep.equal([302, "/staff/"]);
        const session = answer.cookies.find((cookie) => cookie.startsWith("sessionid="));
        expect(session).to.match(/; Secure/i);
        const home = await visit("/staff/", { Cookie: toCookies(answer.cookies) });
        expect(home.status).to.equal(200);
        expect((await visit("/staff/")).status).to.equal(302);
      });

      it("rejects the form of another site", async () => {
        const { answer } = await login("https://forger.example");
        expect(answer.status).to.equal(403);
        expect(answer.cookies.join()).not.to.include("sessionid");
      });

      it("does not let the client say how its request came", async () => {
        const forged = { "X-Forwarded-Proto": "http", "CloudFront-Forwarded-Proto": "http" };
        const { text } = await visit("/", { ...forged, "X-Origin-Verify": "forged" });
        expect(JSON.parse(text)).to.include({ isSecure: true });
      });

      it("does not trust the headers of requests that did not come through its distribution", async () => {
        const [proto, cloudFront] = [
          { "X-Forwarded-Proto": "https" },
          { "CloudFront-Forwarded-Proto": "https" },
        ];
        for (const forged of [
          proto,
          cloudFront,
          { ...proto, ...cloudFront },
          { ...proto, ...cloudFront, "X-Origin-Verify": "" },
          { ...proto, ...cloudFront, "X-Origin-Verify": "w".repeat(32) },
          // Who can read the environment's properties knows the hash.
          { ...proto, ...cloudFront, "X-Origin-Verify": secretHash },
        ]) {
          const answer = await request("/", { Host: distributionHost, ...forged });
          expect(await answer.json(), JSON.stringify(forged)).to.include({ isSecure: false });
        }
      });
    });

    describe("on three workers", () => {
      before(async () => {
        [1, 2, 3].forEach(startWorker);
        runScript(`
from django_celery_beat.models import IntervalSchedule, PeriodicTask
schedule = IntervalSchedule.objects.create(every=5, period='seconds')
PeriodicTask.objects.create(name='tick', task='beo_datastore.tasks.tick', interval=schedule)`);
        await until("the workers are ready", 60, () =>
          workers.every(({ instance }) => instance.read("var/log/celery/worker.log").includes(" ready.")),
        );
        await until("the first periodic task", 90, () => stage.database.count("tick") > 0);
      });

      const getLeaders = () =>
        workers.filter(
          ({ instance, beat }) =>
            beat.exitCode === null &&
            beat.signalCode === null &&
            instance.read("var/log/celery/beat.log").includes("got the lock"),
        );

      it("runs one scheduler, which sends a periodic task once", async () => {
        const start = stage.database.count("tick");
        await sleep(30);
        expect(stage.database.count("tick") - start).to.be.within(4, 7);
        expect(getLeaders()).to.have.length(1);
      });

      it("moves the scheduler to another worker within a minute after the loss of its instance", async () => {
        const [leader] = getLeaders();
        leader!.instance.kill();
        const start = stage.database.count("tick");
        const time = Date.now();
        await until("the next periodic task", 60, () => stage.database.count("tick") > start);
        expect(getLeaders().filter((other) => other !== leader)).to.have.length(1);
        await sleep(15);
        // No more than one every five seconds.
        const seconds = (Date.now() - time) / 1000;
        expect(stage.database.count("tick") - start).to.be.at.most(seconds / 5 + 1);
        workers.splice(workers.indexOf(leader!), 1);
      });

      it("moves the scheduler when its instance stops, and when PostgreSQL restarts", async () => {
        const [leader] = getLeaders();
        leader!.beat.kill("SIGTERM");
        await once(leader!.beat, "exit");
        const start = stage.database.count("tick");
        await until("the next periodic task", 30, () => stage.database.count("tick") > start);
        stage.database.restart();
        const next = stage.database.count("tick");
        await until("a periodic task after the restart", 60, () => stage.database.count("tick") > next);
        expect(getLeaders()).to.have.length(1);
      });

      it("ends a task that exceeds the limit", async () => {
        runScript(`
from beo_datastore.tasks import work
work.delay('endless', 600)`);
        await until("the task started", 60, () => stage.database.count("endless started") === 1);
        await sleep(taskTimeLimit + 5);
        const logs = workers.map(({ instance }) => instance.read("var/log/celery/worker.log")).join("");
        expect(logs).to.match(new RegExp(`Hard time limit \\(${taskTimeLimit}(\\.0)?s\\) exceeded`));
        expect(stage.database.count("endless finished")).to.equal(0);
      });

      it("takes a lower limit from the environment, and no higher one", async () => {
        const instance = stage.createInstance("worker");
        runHook(instance, "prebuild/10_logs.sh");
        const start = async (limit: string) => {
          const worker = instance.start(stage.getCommand("worker"), { TASK_TIME_LIMIT: limit });
          await sleep(1);
          const args = execFileSync("ps", ["-o", "args=", "-p", String(worker.pid)], { encoding: "utf8" });
          worker.kill("SIGTERM");
          await once(worker, "exit");
          return args;
        };
        expect(await start("30")).to.include("--time-limit=30");
        expect(await start("900")).to.include(`--time-limit=${taskTimeLimit}`);
      });

      const countAll = (task: string, event: string) =>
        Number(
          stage.database.query(
            `SELECT count(*) FROM beo_datastore_event WHERE name LIKE '${task} % ${event}'`,
          )[0],
        );
      const startTasks = async (task: string) => {
        runScript(`
from beo_datastore.tasks import work
for number in range(12):
    work.delay('${task} {}'.format(number), 8)`);
        await until("a task started", 60, () => countAll(task, "started") > 0);
      };
      /** Expects that running tasks were finished, that another worker does the others, and that none ran twice. */
      const expectNoLoss = async (task: string) => {
        expect(countAll(task, "started")).to.equal(countAll(task, "finished"));
        expect(countAll(task, "finished")).to.be.below(12);

        startWorker();
        await until("all tasks finished", 120, () => countAll(task, "finished") >= 12);
        await sleep(5);
        expect([countAll(task, "started"), countAll(task, "finished")]).to.deep.equal([12, 12]);
        expect(await countMessages()).to.deep.equal({ visible: 0, inFlight: 0 });
      };
      const countMessages = async () => {
        const sqs = new SQSClient(getClientOptions(stage.aws));
        const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "beo" }));
        const { Attributes = {} } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
        );
        return {
          visible: Number(Attributes.ApproximateNumberOfMessages),
          inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
        };
      };

      it("finishes running tasks on SIGTERM, and leaves the others to the next worker", async () => {
        stage.database.query("UPDATE django_celery_beat_periodictask SET enabled = false");
        await startTasks("task");
        for (const { worker } of workers) {
          worker.kill("SIGTERM");
        }
        const codes = await Promise.all(workers.map(({ worker }) => getExitCode(worker)));
        expect(codes).to.deep.equal(workers.map(() => 0));
        await expectNoLoss("task");
      });

      it("returns messages that arrive while it stops, before its running tasks have finished", async () => {
        const { worker } = workers.at(-1)!;
        // Sends the second task once there is an event "go".
        const sender = web.start(`python manage.py shell -c "
import time
from beo_datastore.models import Event
from beo_datastore.tasks import work
work.delay('stopping', 45)
while not Event.objects.filter(name='go').exists():
    time.sleep(0.1)
work.delay('waiting', 1)"`);
        const sent = getExitCode(sender);
        await until("the task started", 60, () => stage.database.count("stopping started") === 1);
        const code = getExitCode(worker);
        worker.kill("SIGTERM");
        // A request for messages is open, which SQS answers with this one.
        stage.database.query("INSERT INTO beo_datastore_event (name, created) VALUES ('go', now())");
        expect(await sent).to.equal(0);
        // Beat goes on sending messages, too.
        await until("its message is visible again", 40, async () => {
          const messages = await countMessages();
          return messages.visible > 0 && messages.inFlight === 0;
        });
        expect(stage.database.count("stopping finished")).to.equal(0);
        expect(await code).to.equal(0);
        expect(stage.database.count("stopping finished")).to.equal(1);
        expect(stage.database.count("waiting started")).to.equal(0);
        expect((await countMessages()).inFlight).to.equal(0);
        startWorker();
        await until("the waiting task", 60, () => stage.database.count("waiting finished") === 1);
      });

      /** Starts the service that the hook has installed, with an instance metadata service of its own. */
      const startDrain = async (instance: Instance, items: Record<string, string>) => {
        expect(instance.run(".platform/hooks/postdeploy/30_drain.sh")).to.deep.equal({
          status: 0,
          output: "",
        });
        expect(instance.read("var/log/calls")).to.match(/systemctl restart beo-drain$/m);
        const unit = instance.read("systemd/beo-drain.service");
        const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
        const log = /^StandardOutput=append:(.*)$/m.exec(unit)?.[1] ?? "";
        const metadata = await startMetadataService({
          "autoscaling/target-lifecycle-state": "InService",
          "instance-id": "i-0123456789abcdef0",
          "placement/region": "us-west-1",
          ...items,
        });
        const variables = { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url };
        return { drain: instance.start(`${command} >> ${log} 2>&1`, variables, 0), metadata };
      };

      it("finishes running tasks before Auto Scaling ends the instance", async () => {
        const { instance, worker } = workers.at(-1)!;
        writeFileSync(join(instance.args.folder, "run/worker.pid"), String(worker.pid));
        const { drain, metadata } = await startDrain(instance, {});
        await startTasks("drained");
        await sleep(6);
        expect([drain.exitCode, worker.exitCode]).to.deep.equal([null, null]);
        metadata.items["autoscaling/target-lifecycle-state"] = "Terminated";
        expect(await Promise.all([drain, worker].map(getExitCode))).to.deep.equal([0, 0]);
        metadata.stop();
        // The stop returns when Celery has ended.
        const all = instance.read("var/log/calls").trim().split("\n");
        // No Celery is found any more before the hook is completed.
        expect(all.at(-3)).to.match(/pgrep -f celery -A beo_datastore worker$/);
        const calls = all.filter((call) => !call.includes("pgrep"));
        expect(calls.at(-3)).to.match(/stop worker$/);
        expect(calls.slice(-2).map((call) => call.replace("/opt/bin/", ""))).to.deep.equal([
          "aws autoscaling describe-auto-scaling-instances --instance-ids i-0123456789abcdef0 --query AutoScalingInstances[0].AutoScalingGroupName --output text",
          "aws autoscaling complete-lifecycle-action --auto-scaling-group-name awseb-group --lifecycle-hook-name drain-celery --instance-id i-0123456789abcdef0 --lifecycle-action-result CONTINUE",
        ]);
        await expectNoLoss("drained");
      });

      it("finishes running tasks when EC2 gives notice of a Spot interruption", async () => {
        const { instance, worker } = workers.at(-1)!;
        writeFileSync(join(instance.args.folder, "run/worker.pid"), String(worker.pid));
        await startTasks("spot");
        const notice = JSON.stringify({ action: "terminate", time: "2026-11-26T12:02:00Z" });
        const { drain, metadata } = await startDrain(instance, { "spot/instance-action": notice });
        expect(await Promise.all([drain, worker].map(getExitCode))).to.deep.equal([0, 0]);
        metadata.stop();
        await expectNoLoss("spot");
      });

      it("does not drain web instances", () => {
        expect(web.run(".platform/hooks/postdeploy/30_drain.sh")).to.deep.equal({ status: 0, output: "" });
        expect(web.run("ls /etc/systemd/system").output).not.to.include("beo-drain");
      });

      it("does not start the scheduler where CELERY_BEAT is 0", async () => {
        const { instance } = workers.at(-1)!;
        const paused = instance.start(stage.getCommand("beat"), { CELERY_BEAT: "0" });
        await sleep(2);
        expect(execFileSync("ps", ["-o", "args=", "-p", String(paused.pid)], { encoding: "utf8" })).to.match(
          /^sleep infinity/,
        );
        paused.kill("SIGTERM");
      });

      it("does not start Celery where CELERY_WORKER is 0, as in maintenance", async () => {
        const { instance } = workers.at(-1)!;
        const paused = instance.start(stage.getCommand("worker"), { CELERY_WORKER: "0" });
        await sleep(2);
        expect(execFileSync("ps", ["-o", "args=", "-p", String(paused.pid)], { encoding: "utf8" })).to.match(
          /^sleep infinity/,
        );
        paused.kill("SIGTERM");
      });

      it("sends the log files that exist to CloudWatch Logs, and to the bundle and tail logs", async () => {
        const { instance } = workers.at(-1)!;
        const { drain, metadata } = await startDrain(instance, {});
        await sleep(1);
        drain.kill("SIGTERM");
        metadata.stop();
        const { output } = instance.run(".platform/hooks/postdeploy/20_cloudwatch_logs.sh");
        expect(output).to.equal("");
        const configuration = JSON.parse(instance.read("opt/aws/amazon-cloudwatch-agent/etc/beo.json")) as {
          logs: { logs_collected: { files: { collect_list: Record<string, unknown>[] } } };
        };
        const files = configuration.logs.logs_collected.files.collect_list;
        const existing = instance
          .run("ls /var/log/django/django.log /var/log/celery/*.log")
          .output.trim()
          .split("\n");
        expect(files.map(({ file_path }) => file_path)).to.have.members(existing);
        expect(files[0]).to.deep.equal({
          file_path: "/var/log/django/django.log",
          log_group_name: "/aws/elasticbeanstalk/beo/var/log/django/django.log",
          log_stream_name: "{instance_id}",
          retention_in_days: 90,
        });
        expect(instance.read("var/log/calls")).to.include("-a append-config -m ec2 -s -c file:");
        const { files: tasks } = parse(instance.read("var/app/current/.ebextensions/logs.config")) as {
          files: Record<string, { content: string }>;
        };
        for (const task of ["bundlelogs", "taillogs"]) {
          const patterns =
            tasks[`/opt/elasticbeanstalk/tasks/${task}.d/beo.conf`]!.content.trim().split("\n");
          const matched = instance
            .run(`ls ${patterns.join(" ")}`)
            .output.trim()
            .split("\n");
          expect(matched).to.include.members(existing);
        }
      });

      it("stops Celery through the platform's own means", () => {
        const { instance } = workers.at(-1)!;
        instance.run("sh beanstalk/stop-worker");
        const command = platform === "docker" ? "docker compose stop worker" : "systemctl stop worker";
        expect(instance.read("var/log/calls")).to.match(new RegExp(`/${command}$`, "m"));
      });
    });
  });
}

/** Returns cookies as a browser sends them back. */
function toCookies(cookies: string[]): string {
  return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}

async function getExitCode(child: ChildProcess): Promise<number> {
  return (await once(child, "exit"))[0] as number;
}

/** `fetch` sets Host itself, so that this is what the Node.js client for HTTP does. */
async function fetchWithHost(
  url: string,
  headers: Record<string, string>,
  init: RequestInit,
): Promise<Response> {
  const { request } = await import("node:http");
  const encoded = new Request(url, init);
  const body = Buffer.from(await encoded.arrayBuffer());
  return await new Promise((resolve, reject) => {
    const call = request(url, {
      method: encoded.method,
      headers: { ...Object.fromEntries(encoded.headers), "Content-Length": body.length, ...headers },
    });
    call.on("error", reject);
    call.on("response", (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => {
        resolve(new Response(Buffer.concat(chunks), { status: message.statusCode }));
      });
    });
    call.end(body);
  });
}
