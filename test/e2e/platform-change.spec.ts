import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { emulatorOf } from "./support/emulator";
import { Operator } from "./support/manual-changes";
import { Workspace } from "./support/workspace";

const root = join(__dirname, "../..");

/** A deployed stack with a version of the application, and a client that calls its address all the time. */
class Rehearsal {
  readonly workspace = new Workspace();
  readonly operator: Operator;
  private client: ChildProcess | undefined;
  private readonly log = join(this.workspace.folder, "client.log");

  constructor(private readonly stack: string) {
    this.operator = new Operator(this.workspace, stack);
  }

  async start(host: string): Promise<void> {
    await this.workspace.init(this.stack);
    await this.workspace.succeed("up", "--yes", "--skip-preview", "--stack", this.stack);
    const app = `beo-datastore-${this.stack}`;
    this.operator.run(
      `aws elasticbeanstalk create-application-version --application-name ${app} --version-label app-1`,
    );
    for (const name of [app, `${app}-worker`]) {
      this.operator.run(
        `aws elasticbeanstalk update-environment --environment-name ${name} --version-label app-1 && aws elasticbeanstalk wait environment-updated --environment-names ${name}`,
      );
    }
    this.client = spawn(
      process.execPath,
      ["--require", "./preload.js", join(__dirname, "platform-change/client.ts"), this.log, host],
      { cwd: root, env: this.workspace.environment(), stdio: "inherit" },
    );
  }

  stop(): void {
    this.client?.kill();
    this.workspace.remove();
  }

  /** The environments that the client reached, in order. Each answered at every moment. */
  getAnswers(): string[] {
    const lines = readFileSync(this.log, "utf8").split("\n");
    expect(lines.join("").replace(/[^.]/g, "").length, "calls").to.be.greaterThan(30);
    const answers = lines.filter((line) => /[^.]/.test(line));
    expect(answers.filter((line) => !/^\S+ Ready Green app-\S+$/.test(line))).to.deep.equal([]);
    return answers.map((line) => line.split(" ")[0] ?? "");
  }

  /** The steps that `npx beo platform` prints: which are done, and the commands of the next one. */
  show(...args: string[]) {
    const { code, output } = this.workspace.beo("platform", this.stack, ...args);
    expect(code, output).to.equal(0);
    const [steps = "", next = ""] = output.split("\nNext: ");
    const [title = "", ...commands] = next.split("\n").map((line) => line.trim());
    return {
      output,
      done: [...steps.matchAll(/^ {2}\[x\] \d\. (.*)$/gm)].map(([, step]) => step),
      title,
      commands: commands.filter((line) => line !== "" && !/^(#|Reading the environments)/.test(line)),
    };
  }

  run(commands: string[]): void {
    this.operator.run(commands.join("\n"));
  }

  /** Runs the commands of the next steps until all are done. */
  finish(...args: string[]): string[] {
    const titles: string[] = [];
    for (
      let { title, commands } = this.show(...args);
      title !== "";
      { title, commands } = this.show(...args)
    ) {
      expect(titles, "a step that its commands do not take").not.to.include(title);
      titles.push(title);
      this.run(commands);
    }
    return titles;
  }

  async expectNoChanges(): Promise<void> {
    await this.workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", this.stack],
    );
  }

  readConfiguration(): string {
    return readFileSync(join(this.workspace.folder, `Pulumi.${this.stack}.yaml`), "utf8");
  }

  getEnvironments(): string[] {
    return this.operator
      .run(
        "aws elasticbeanstalk describe-environments --no-include-deleted --query 'Environments[].[EnvironmentName,VersionLabel]' --output text",
      )
      .trim()
      .split("\n")
      .map((line) => line.replace("\t", " "))
      .sort();
  }
}

const configure = (branch: string) => `Configure new environments, on ${branch}`;
const create = "Create them beside the old ones";
const deploy = "Have them run the application, and healthy";
const move = "Move the address to them";
const dismiss = "Dismiss the old environments";
const moveBack = "Move the address back to the old environments";
const remove = "Delete the new environments";

describe("a move to another branch and architecture, without a domain", function () {
  this.timeout(20 * 60_000);
  const rehearsal = new Rehearsal("dev");
  const { operator, workspace } = rehearsal;
  const request = ["Python 3.14", "--web", "t4g.small", "--worker", "t4g.small"];
  let initial = "";

  before(async () => {
    await rehearsal.start("beo-datastore-dev.us-west-1.elasticbeanstalk.com");
    initial = rehearsal.readConfiguration();
  });
  after(() => {
    rehearsal.stop();
  });

  it("asks where to, and refuses where there is nothing to do", () => {
    expect(rehearsal.show().output).to.include('npx beo platform dev "Docker"');
    expect(rehearsal.show("--back").output).to.include("There is nothing to go back from");
    for (const args of [["Python 3.13"], ["Python 3.13", "--web", "t3.small"]]) {
      expect(workspace.beo("platform", "dev", ...args).code).to.equal(1);
    }
  });

  it("is refused in place, with the command that moves without downtime", async () => {
    await workspace.succeed(
      ...["config", "set", "--path", "web.instanceTypes[0]", "t4g.small", "--stack", "dev"],
    );
    const output = await workspace.fail("preview", "--stack", "dev");
    expect(output).to.match(/web\.instanceTypes is arm64, but x86_64 .* npx beo platform dev 'Python 3\.13'/);
    await workspace.succeed("config", "rm", "web", "--stack", "dev");
  });

  it("goes back before anything is created", () => {
    expect(rehearsal.show(...request).title).to.equal(configure("Python 3.14"));
    rehearsal.run(rehearsal.show(...request).commands);
    expect(rehearsal.finish("--back")).to.deep.equal([remove]);
  });

  it("continues after the creation failed half-way", async () => {
    rehearsal.run(rehearsal.show(...request).commands);
    const emulator = emulatorOf(workspace.aws);
    await emulator.fail({
      ...{ service: "elasticbeanstalk", action: "CreateEnvironment", error: "AccessDenied" },
      ...{ count: 1, after: 1 },
    });
    const { title, commands } = rehearsal.show();
    expect(title).to.equal(create);
    expect(() => {
      rehearsal.run(commands);
    }).to.throw();
    expect(rehearsal.show().title).to.equal(create);
    rehearsal.run(rehearsal.show().commands);
    expect(rehearsal.getEnvironments()).to.deep.equal([
      "beo-datastore-dev app-1",
      "beo-datastore-dev-2 app-1",
      "beo-datastore-dev-worker app-1",
      "beo-datastore-dev-worker-2 app-1",
    ]);
    await rehearsal.expectNoChanges();
  });

  it("waits until the new environments are healthy", () => {
    const arn = operator
      .run(
        "aws elasticbeanstalk describe-environments --environment-names beo-datastore-dev-2 --no-include-deleted --query 'Environments[0].EnvironmentArn' --output text",
      )
      .trim();
    const tag = `aws elasticbeanstalk update-tags-for-resource --resource-arn ${arn}`;
    operator.run(`${tag} --tags-to-add Key=rehearsal:health,Value=Severe`);
    const { title, output } = rehearsal.show();
    expect(title).to.equal(deploy);
    expect(output).to.match(/# beo-datastore-dev-2 is Ready and Red/);
    operator.run(`${tag} --tags-to-remove rehearsal:health`);
    expect(rehearsal.show().title).to.equal(move);
  });

  it("does not delete the environments that have the address", async () => {
    const saved = rehearsal.readConfiguration();
    await workspace.succeed("config", "rm", "--path", "platform.servingGeneration", "--stack", "dev");
    await workspace.succeed("config", "rm", "--path", "platform.previousBranch", "--stack", "dev");
    const output = await workspace.fail("up", "--yes", "--skip-preview", "--stack", "dev");
    expect(output).to.match(
      /would delete the environments of generation 1, but the application's address belongs to beo-datastore-dev\./,
    );
    // The command finds the way from there.
    expect(rehearsal.show().title).to.equal(configure("Python 3.14"));
    rehearsal.run(rehearsal.show().commands);
    expect(rehearsal.show().title).to.equal(move);
    expect(rehearsal.readConfiguration().replaceAll(/platform:[^]*/g, "")).to.equal(
      saved.replaceAll(/platform:[^]*/g, ""),
    );
  });

  it("goes back before the address has moved", async () => {
    expect(rehearsal.finish("--back")).to.deep.equal([remove]);
    expect(rehearsal.getEnvironments()).to.deep.equal([
      "beo-datastore-dev app-1",
      "beo-datastore-dev-worker app-1",
    ]);
    await rehearsal.expectNoChanges();
    expect(operator.expectNoDrift()).to.be.an("array");
  });

  it("continues after it was interrupted while the address moved", async () => {
    for (const title of [configure("Python 3.14"), create]) {
      const next = rehearsal.show(...(title === create ? [] : request));
      expect(next.title).to.equal(title);
      rehearsal.run(next.commands);
    }
    const { title, commands } = rehearsal.show();
    expect(title).to.equal(move);
    rehearsal.run(commands.filter((line) => line.startsWith("export ") || line.startsWith("aws ")));
    const resumed = rehearsal.show();
    expect(resumed.title).to.equal(move);
    expect(resumed.commands.join()).not.to.include("swap");
    // The state has the addresses from before: the program asks AWS.
    const saved = rehearsal.readConfiguration();
    rehearsal.run(["npx pulumi config rm-all --stack dev --path platform web worker"]);
    const { output } = await workspace.pulumi("up", "--yes", "--skip-preview", "--stack", "dev");
    expect(output).to.match(
      /would delete the environments of generation 2, but the application's address belongs to beo-datastore-dev-2\./,
    );
    operator.run(`cat > Pulumi.dev.yaml <<'EOT'\n${saved}EOT`);
    rehearsal.run(resumed.commands);
    expect(rehearsal.show().title).to.equal(dismiss);
    const outputs = await workspace.outputs("dev");
    expect(outputs).to.deep.include({
      webEnvironmentName: "beo-datastore-dev-2",
      workerEnvironmentName: "beo-datastore-dev-worker-2",
    });
    expect(outputs.url).to.match(/^https:\/\/[a-z0-9]+\.cloudfront\.net$/);
    await rehearsal.expectNoChanges();
    expect(operator.expectNoDrift()).to.be.an("array");
  });

  it("goes back after the address has moved, and forth again", async () => {
    const { title, commands } = rehearsal.show("--back");
    expect(title).to.equal(moveBack);
    rehearsal.run(commands);
    expect((await workspace.outputs("dev")).webEnvironmentName).to.equal("beo-datastore-dev");
    await rehearsal.expectNoChanges();
    expect(rehearsal.show("--back").title).to.equal(remove);
    const forth = rehearsal.show();
    expect(forth.title).to.equal(move);
    rehearsal.run(forth.commands);
  });

  it("ends when the old environments are dismissed", async () => {
    expect(rehearsal.finish()).to.deep.equal([dismiss]);
    expect(rehearsal.getEnvironments()).to.deep.equal([
      "beo-datastore-dev-2 app-1",
      "beo-datastore-dev-worker-2 app-1",
    ]);
    await rehearsal.expectNoChanges();
    await workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes", "--stack", "dev"],
    );
    expect(operator.expectNoDrift()).to.be.an("array");
    expect(rehearsal.readConfiguration()).to.not.include("previous");
    const recover = workspace.beo("recover", "dev");
    expect(recover.code, recover.output).to.equal(0);
    expect(rehearsal.show("--back").output).to.include("There is nothing to go back from");
  });

  it("had a healthy environment with the application at its address at every moment", () => {
    const [old, next] = ["beo-datastore-dev", "beo-datastore-dev-2"];
    expect(rehearsal.getAnswers()).to.deep.equal([old, next, old, next]);
    expect(initial).not.to.include("platform");
  });
});

describe("a move from Python to Docker, with a domain", function () {
  this.timeout(20 * 60_000);
  const rehearsal = new Rehearsal("staging");
  const { operator, workspace } = rehearsal;

  before(async () => {
    operator.run("aws route53 create-hosted-zone --name beo-e2e.net --caller-reference zone");
    await rehearsal.start("api.staging.beo.beo-e2e.net");
  });
  after(() => {
    rehearsal.stop();
  });

  it("starts with the placeholder, and gets the application by `eb deploy`", async () => {
    const first = rehearsal.show("Docker");
    expect(first.title).to.equal(configure("Docker"));
    rehearsal.run(first.commands);
    rehearsal.run(rehearsal.show().commands);
    await rehearsal.expectNoChanges();
    const { title, commands } = rehearsal.show();
    expect(title).to.equal(deploy);
    const checkout = await operator.makeApplication();
    rehearsal.run(
      commands
        .filter((line) => !line.startsWith("npx beo overlay"))
        .map((line) => line.replace("APPLICATION", checkout)),
    );
    expect(operator.expectNoDrift()).to.be.an("array");
    const { output } = workspace.beo("status", "staging");
    expect(output.match(/beside the environments that serve/g)).to.have.length(2);
  });

  it("moves the domain with the address, and ends", async () => {
    const { commands, output } = rehearsal.show();
    expect(output).to.match(
      /curl .* --connect-to api\.staging\.beo\.beo-e2e\.net:443:beo-datastore-staging-2\.eba-\w+\./,
    );
    rehearsal.run(commands);
    await rehearsal.expectNoChanges();
    expect(rehearsal.finish()).to.deep.equal([dismiss]);
    await rehearsal.expectNoChanges();
    expect(operator.expectNoDrift()).to.be.an("array");
    const { webEnvironmentName, ebConfig } = await workspace.outputs("staging");
    expect(webEnvironmentName).to.equal("beo-datastore-staging-2");
    expect(ebConfig).to.match(/default_platform: Docker running/);
  });

  it("had a healthy environment with the application at its address at every moment", () => {
    expect(rehearsal.getAnswers()).to.deep.equal(["beo-datastore-staging", "beo-datastore-staging-2"]);
  });
});
