import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { formatWords } from "../../cli/shell/session";
import { Beanstalk, type BeanstalkArgs } from "../../components";
import { run, type Run } from "../support/run";
import { createStage } from "../support/session-manager/stage";

const args: BeanstalkArgs = {
  applicationName: "beo-prod",
  vpcId: "vpc-1",
  instanceSubnetIds: ["subnet-1"],
  instanceSecurityGroupId: "sg-1",
  loadBalancerSecurityGroupId: "sg-2",
  platform: { logRetentionDays: 365 },
};

interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: string | string[];
}
interface SessionDocument {
  schemaVersion: string;
  sessionType: string;
  inputs: Record<string, unknown>;
  parameters: Record<string, { default: string; allowedPattern?: string; allowedValues?: string[] }>;
  properties: { linux: { commands: string; runAsElevated: boolean } };
}

describe("sessions with the instances", () => {
  let made: Run;
  let document: SessionDocument;
  before(async () => {
    made = await run(() => new Beanstalk("b", args));
    document = JSON.parse(String(made.inputs("b-session").content)) as SessionDocument;
  });

  it("have a document and a log group with the retention of all logs", () => {
    expect(made.inputs("b-session")).to.deep.include({ name: "beo-prod-session", documentType: "Session" });
    expect(made.inputs("b-session-log")).to.deep.include({
      name: "/beo-prod/sessions",
      retentionInDays: 365,
    });
    expect(document).to.deep.include({ schemaVersion: "1.0", sessionType: "InteractiveCommands" });
    expect(document.inputs).to.deep.equal({
      cloudWatchLogGroupName: "/beo-prod/sessions",
      cloudWatchEncryptionEnabled: false,
      cloudWatchStreamingEnabled: true,
      idleSessionTimeout: "20",
    });
  });

  for (const part of ["web", "worker"]) {
    it(`need a policy of their own in the role of the ${part} instances, before the environment`, () => {
      const name = `b-${part}-instances-sessions`;
      const { role, policy } = made.inputs(name);
      expect(role).to.equal(`b-${part}-instances`);
      const { Statement } = JSON.parse(String(policy)) as { Statement: Statement[] };
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
      expect(Statement.map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
        [
          [
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          "*",
        ],
        [
          ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          "arn:aws:logs:us-west-1:123456789012:log-group:/beo-prod/sessions:*",
        ],
        ["logs:DescribeLogGroups", "arn:aws:logs:us-west-1:123456789012:log-group:*"],
      ]);
      expect(made.resource(`b-${part}`).dependencies).to.include(made.resource(name).urn);
    });
  }

  it("are off without a document and a policy, and keep the logs of earlier ones", async () => {
    const off = await run(() => new Beanstalk("b", { ...args, platform: { shell: false } }));
    const names = (result: Run) => result.resources.map(({ name }) => name);
    expect(names(made).filter((name) => !names(off).includes(name))).to.have.members([
      "b-session",
      "b-web-instances-sessions",
      "b-worker-instances-sessions",
    ]);
    expect(names(off)).to.include("b-session-log");
  });

  it("accept encoded arguments only", () => {
    const { allowedPattern = "", default: fallback } = document.parameters.arguments!;
    const pattern = new RegExp(allowedPattern);
    expect(pattern.test(fallback)).to.equal(true);
    for (const wrong of ["", "YmFzaA==; reboot", "$(reboot)", "'", "YmFzaA==\n", "{{ssm:/x}}"]) {
      expect(pattern.test(wrong), wrong).to.equal(false);
    }
    expect(document.parameters.user!.allowedValues).to.deep.equal(["application", "root"]);
  });

  describe("run on an instance", () => {
    const folder = mkdtempSync(join(tmpdir(), "stage-"));
    const stage = (name: string, deployed: Parameters<typeof createStage>[1]) =>
      createStage(join(folder, name), deployed);
    after(() => {
      rmSync(folder, { recursive: true });
    });

    /** Runs words as the agent does, after it inserted the parameters. */
    function session(agent: string, words: string[], user = "application", env: NodeJS.ProcessEnv = {}) {
      const encoded = Buffer.from(formatWords(words)).toString("base64");
      const { commands, runAsElevated } = document.properties.linux;
      expect(runAsElevated).to.equal(true);
      const script = commands.replaceAll("{{ arguments }}", encoded).replaceAll("{{ user }}", user);
      expect(script).not.to.match(/\{\{/);
      const { status, stdout, stderr } = spawnSync(agent, [script], {
        encoding: "utf8",
        env: { PATH: process.env.PATH, ...env },
      });
      return { status, output: stdout + stderr };
    }

    const files = ["manage.py", "beanstalk/aws-config"];

    it("in the virtual environment as webapp, with the environment's variables", () => {
      const agent = stage("python", { platform: "python", files });
      expect(session(agent, ["python", "manage.py", "check"])).to.deep.equal({
        status: 0,
        output: [
          "python: <manage.py> <check>",
          "user: webapp",
          "folder: current",
          `config: ${join(folder, "python/var/app/current/beanstalk/aws-config")}`,
          "variables: db.example.com,api.example.com .example.org,a b,0",
          "",
        ].join("\n"),
      });
    });

    for (const worker of [false, true]) {
      const service = worker ? "worker" : "web";
      it(`in the container of ${service}, which has the variables itself`, () => {
        const agent = stage(`docker-${service}`, { platform: "docker", worker, files });
        expect(session(agent, ["python", "manage.py", "check"])).to.deep.equal({
          status: 0,
          output: `docker: <compose> <exec> <--env> <AWS_CONFIG_FILE=beanstalk/aws-config> <${service}> <python> <manage.py> <check>\n`,
        });
      });
    }

    it("as root on the instance itself", () => {
      const agent = stage("root", { platform: "docker", files });
      expect(session(agent, ["printf", "%s\n", "$HOME", "a b"], "root")).to.deep.equal({
        status: 0,
        output: "$HOME\na b\n",
      });
    });

    it("with arguments that arrive as they were, whatever they contain", () => {
      const agent = stage("arguments", { platform: "python", files });
      const text = fc.string({ unit: fc.constantFrom(...Array.from("ab \"'$`\\;&|<>(){}*?~#!\n\té{{")) });
      fc.assert(
        fc.property(fc.array(text, { maxLength: 4 }), (words) => {
          // Prints each argument between NULs, since a line may be part of one.
          const { output } = session(agent, ["printf", "%s\\0", ...words]);
          expect(output.split("\0").slice(0, -1)).to.deep.equal(words.length === 0 ? [""] : words);
        }),
        { numRuns: 40 },
      );
    });

    it("print the exit code of a command that fails", () => {
      const agent = stage("failing", { platform: "python", files });
      const { status, output } = session(agent, ["python", "manage.py", "check"], "application", {
        STAGE_EXIT: "3",
      });
      expect(status).to.equal(3);
      expect(output).to.match(/\nExit code: 3\n$/);
    });

    it("say that the application is not deployed yet", () => {
      const agent = stage("placeholder", { platform: "python" });
      expect(session(agent, ["python", "manage.py", "check"]).output).to.match(
        /^There is no manage\.py.*eb deploy/,
      );
    });
  });
});
