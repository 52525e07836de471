import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateApplicationCommand,
  CreateApplicationVersionCommand,
  CreateEnvironmentCommand,
  CreateStorageLocationCommand,
  DescribeEnvironmentsCommand,
  ListAvailableSolutionStacksCommand,
  UpdateTagsForResourceCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { getPolicies, policies, type PolicyName, roles, type Scope } from "../../bootstrap/permissions";
import { formatWorkflow } from "../../cli/app-workflow/workflow";
import { isAllowed } from "../support/iam";
import { expectNeededRights } from "./support/rights";
import { clientsOf } from "./support/clients";
import { collectOutput } from "./support/collect-output";
import { installCommandLines } from "./support/command-lines";
import { emulatorOf } from "./support/emulator";
import { installPython } from "./support/python";
import {
  assumeStackRole,
  createStackRoles,
  getRoleName,
  permissionsPlugin,
  readDecisions,
} from "./support/stack-roles";
import { Workspace } from "./support/workspace";

const scope: Scope = {
  partition: "aws",
  account: "123456789012",
  region: "us-west-1",
  project: "beo-datastore",
  environment: "staging",
};
const name = "beo-datastore-staging";
const environments = [name, `${name}-worker`];
const tags = [
  { Key: "Project", Value: scope.project },
  { Key: "Environment", Value: scope.environment },
];
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const workflow = formatWorkflow({
  stack: "staging",
  infrastructure: "octo-org/infrastructure",
  commit: "0123456789abcdef0123456789abcdef01234567",
  region: "us-west-1",
  application: name,
  web: name,
  worker: `${name}-worker`,
  taskTimeLimit: 600,
  uploadLimit: 200,
});

describe("the role of the application's pipeline", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let credentials: Record<string, string>;
  let checkout: string;

  before(async () => {
    workspace = new Workspace({}, [permissionsPlugin]);
    aws = clientsOf(workspace.aws);
    await emulatorOf(workspace.aws).set({ delay: "0.2" });
    await createStackRoles(scope, aws.iam);
    await createEnvironments();
    credentials = await assumeStackRole("application", scope, aws);
    await emulatorOf(workspace.aws).set({ enforce_iam: "true" });
    checkout = join(workspace.folder, "application");
    mkdirSync(join(checkout, ".elasticbeanstalk"), { recursive: true });
    writeFileSync(
      join(checkout, ".elasticbeanstalk/config.yml"),
      `global:\n  application_name: ${name}\n  default_region: us-west-1\n  workspace_type: Application\n`,
    );
    writeFileSync(join(checkout, "manage.py"), "");
    await run(
      "git init --quiet && git add manage.py && git -c user.name=A -c user.email=a@b commit --quiet -m first",
    );
  });
  after(() => {
    workspace.remove();
  });

  async function createEnvironments(): Promise<void> {
    const { beanstalk, iam } = aws;
    const profile = { InstanceProfileName: "instances", Path: `/${name}/` };
    await iam.send(new CreateInstanceProfileCommand(profile));
    await iam.send(
      new CreateRoleCommand({ RoleName: "instances", Path: profile.Path, AssumeRolePolicyDocument: trust }),
    );
    await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: "instances" }));
    const { SolutionStacks = [] } = await beanstalk.send(new ListAvailableSolutionStacksCommand({}));
    await beanstalk.send(new CreateStorageLocationCommand({}));
    await beanstalk.send(new CreateApplicationCommand({ ApplicationName: name }));
    await beanstalk.send(
      new CreateApplicationVersionCommand({ ApplicationName: name, VersionLabel: "first" }),
    );
    for (const EnvironmentName of environments) {
      await beanstalk.send(
        new CreateEnvironmentCommand({
          ApplicationName: name,
          EnvironmentName,
          VersionLabel: "first",
          SolutionStackName: SolutionStacks.find((one) => /2023 .* running Python 3\.13$/.test(one)),
          OptionSettings: [
            {
              Namespace: "aws:autoscaling:launchconfiguration",
              OptionName: "IamInstanceProfile",
              Value: "instances",
            },
          ],
          ...(EnvironmentName.endsWith("-worker") && { Tier: { Name: "Worker", Type: "SQS/HTTP" } }),
          Tags: tags,
        }),
      );
    }
    await waitUntilReady();
  }

  const describeAll = async () => {
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: environments, IncludeDeleted: false }),
    );
    return Environments;
  };
  const waitUntilReady = async () => {
    while ((await describeAll()).some(({ Status }) => Status !== "Ready")) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  /** The version of web and worker. */
  const versions = async () =>
    (await describeAll())
      .sort((a, b) => (a.EnvironmentName ?? "").localeCompare(b.EnvironmentName ?? ""))
      .map(({ VersionLabel = "" }) => VersionLabel);

  /** Runs a command line in the checkout, with the role. */
  const run = (script: string, more: NodeJS.ProcessEnv = {}) =>
    collectOutput(
      spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        cwd: checkout,
        env: {
          ...workspace.environment(),
          ...credentials,
          PATH: [installCommandLines(), process.env.PATH].join(":"),
          HOME: workspace.folder,
          AWS_DEFAULT_REGION: "us-west-1",
          ...more,
        },
      }),
    );
  const health = async (EnvironmentName: string, Value: string) => {
    const [{ EnvironmentArn = "" } = {}] = (await describeAll()).filter(
      (one) => one.EnvironmentName === EnvironmentName,
    );
    await aws.beanstalk.send(
      new UpdateTagsForResourceCommand({
        ResourceArn: EnvironmentArn,
        TagsToAdd: [{ Key: "rehearsal:health", Value }],
      }),
    );
    await waitUntilReady();
  };

  /** Runs the script of the workflow's last step, as a runner does. */
  const deploy = async (sha: string) => {
    const { jobs } = parse(workflow) as {
      jobs: { deploy: { steps: { run?: string; env?: Record<string, string | number> }[] } };
    };
    const { run: script = "", env = {} } = jobs.deploy.steps.at(-1) ?? {};
    await run('git archive --format zip --output "$RUNNER_TEMP/bundle.zip" HEAD', {
      RUNNER_TEMP: workspace.folder,
    });
    const values = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)]));
    return run(script, {
      ...values,
      GITHUB_SHA: sha.padEnd(40, "0"),
      GITHUB_REPOSITORY: "octo-org/application",
      GITHUB_REF_NAME: "main",
      RUNNER_TEMP: workspace.folder,
      INTERVAL: "1",
      GRACE: "2",
    });
  };

  it("deploys with eb, web and worker", async () => {
    for (const environment of environments) {
      const { code, output } = await run(`eb deploy ${environment} --label by-eb-${environment} --timeout 5`);
      expect(code, output).to.equal(0);
    }
    expect(await versions()).to.deep.equal(environments.map((one) => `by-eb-${one}`));
  });

  it("deploys with the workflow, web and worker", async () => {
    const { code, output } = await deploy("abc");
    expect(code, output).to.equal(0);
    const [web, worker] = await versions();
    expect(web)
      .to.match(/^\d{8}T\d{6}Z-abc000000000$/)
      .and.to.equal(worker);
  });

  for (const red of environments) {
    it(`goes back where ${red} is not healthy`, async () => {
      const before = await versions();
      await health(red, "Severe");
      const { code, output } = await deploy("def");
      await health(red, "Ok");
      expect(code, output).to.equal(1);
      expect(output).to.match(
        /::error title=\S+-def000000000 is not healthy::Back to the version from before/,
      );
      expect(await versions()).to.deep.equal(before);
    });
  }

  it("does nothing else", async () => {
    for (const command of [
      `aws elasticbeanstalk terminate-environment --environment-name ${name}`,
      `aws elasticbeanstalk create-application-version --application-name other --version-label x`,
      `aws elasticbeanstalk describe-configuration-settings --application-name ${name} --environment-name ${name}`,
      `aws ssm get-parameter --name /${name}/SECRET_KEY`,
      `aws s3 cp manage.py s3://elasticbeanstalk-us-west-1-123456789012/beo-datastore-prod/x.zip`,
    ]) {
      const { code, output } = await run(command);
      expect(code, command).not.to.equal(0);
      expect(output, command).to.match(/AccessDenied|not authorized|InsufficientPrivileges/i);
    }
  });

  it("needs each of its rights, but for those with a reason", () => {
    const documents = getPolicies("application", scope).map(({ document }) => document);
    const decisions = readDecisions(workspace.permissions).filter(
      ({ role, allowed }) => allowed && role === getRoleName("application", scope),
    );
    expect(decisions.length).to.be.greaterThan(30);
    expect(decisions.filter((decision) => !isAllowed(documents, decision))).to.deep.equal([]);
    // What it shares with the role that deploys the stack is rehearsed in permissions.spec.ts.
    expectNeededRights(
      decisions.map((decision) => ({ decision, documents })),
      policies[roles.application[0] as PolicyName],
    );
  });
});

describe("the workflow that npx beo app-workflow writes", function () {
  this.timeout(5 * 60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "beo-workflow-"));
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(join(folder, ".github/workflows/deploy.yml"), workflow);
    execFileSync("git", ["-C", folder, "init", "--quiet"]);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has no finding of zizmor", () => {
    const python = installPython(join(__dirname, "permissions/zizmor-requirements.txt"), "zizmor");
    const output = execFileSync(
      join(dirname(python), "zizmor"),
      ["--offline", "--format", "json", ".github"],
      {
        cwd: folder,
        encoding: "utf8",
        stdio: "pipe",
      },
    );
    expect(JSON.parse(output)).to.deep.equal([]);
  });

  it("has no finding of actionlint", () => {
    const pinned = /github\.com\/rhysd\/actionlint\/\S+/.exec(
      readFileSync(join(__dirname, "../../.github/workflows/pull-request.yml"), "utf8"),
    )?.[0];
    const output = execFileSync("go", ["run", pinned ?? "", ".github/workflows/deploy.yml"], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
    expect(output).to.equal("");
  });
});
