import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { parse } from "yaml";
import { formatWorkflow, readNames, readRepository } from "../../cli/app-workflow/workflow";
import { fixtures } from "../support/stacks";

const commit = "0123456789abcdef0123456789abcdef01234567";
const args = {
  stack: "prod",
  infrastructure: "octo-org/infrastructure",
  commit,
  region: "us-west-1",
  application: "beo-datastore-prod",
  web: "beo-datastore-prod",
  worker: "beo-datastore-prod-worker",
  taskTimeLimit: 600,
  uploadLimit: 200,
};

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

interface Workflow {
  on: { push: Record<string, string[]> };
  permissions: object;
  concurrency: { group: string; "cancel-in-progress": boolean };
  jobs: Record<
    "check" | "deploy",
    { permissions: object; environment?: string; needs?: string; "timeout-minutes": number; steps: Step[] }
  >;
}

const read = (more: object = {}) => parse(formatWorkflow({ ...args, ...more })) as Workflow;

describe("the workflow of the application's repository", () => {
  it("checks the checkout first, with the infrastructure at a commit", () => {
    const { check, deploy } = read().jobs;
    expect(deploy.needs).to.equal("check");
    expect(check.steps.map(({ with: inputs }) => inputs?.repository ?? "")).to.include(
      "octo-org/infrastructure",
    );
    expect(check.steps.find(({ with: inputs }) => inputs?.repository !== undefined)?.with?.ref).to.equal(
      commit,
    );
    const steps = check.steps.map(({ run = "" }) => run);
    expect(steps.findIndex((run) => run.startsWith("npm ci"))).to.be.lessThan(
      steps.indexOf('npx beo overlay "$GITHUB_WORKSPACE/application" --stack prod --check'),
    );
  });

  it("lets the deploying job alone have a token, in the environment of the stack", () => {
    const { permissions, jobs } = read();
    expect(permissions).to.deep.equal({});
    expect(jobs.check.permissions).to.deep.equal({ contents: "read" });
    expect(jobs.check.environment).to.equal(undefined);
    expect(jobs.deploy.permissions).to.deep.equal({ contents: "read", "id-token": "write" });
    expect(jobs.deploy.environment).to.equal("prod");
  });

  it("runs no code of the application and no packages in the deploying job", () => {
    const runs = read().jobs.deploy.steps.map(({ run = "" }) => run);
    expect(runs.join("\n")).not.to.match(/\bnpm\b|\bnpx\b|\bpip\b|\.\/|python/);
  });

  it("pins every action by its commit", () => {
    const uses = formatWorkflow(args).match(/^.*uses:.*$/gm) ?? [];
    expect(uses).to.have.length(5);
    for (const line of uses) {
      expect(line).to.match(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("uses the same versions of actions as the workflows of this repository", () => {
    const own = readFileSync(join(__dirname, "../../.github/workflows/deploy.yml"), "utf8");
    for (const [action] of formatWorkflow(args).matchAll(/[\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+/g)) {
      expect(own).to.include(action);
    }
  });

  it("has one deployment of a stack at a time, and does not cancel it", () => {
    expect(read().concurrency).to.deep.equal({ group: "deploy-prod", "cancel-in-progress": false });
  });

  it("deploys prod for tags v…, and other stacks for main", () => {
    expect(read().on.push).to.deep.equal({ tags: ["v*"] });
    expect(read({ stack: "staging" }).on.push).to.deep.equal({ branches: ["main"] });
    expect(read({ stack: "live", tier: "prod" }).on.push).to.deep.equal({ tags: ["v*"] });
  });

  it("assumes the role that it was given, or the one of the environment", () => {
    const getRole = (workflow: Workflow) =>
      workflow.jobs.deploy.steps.find(({ with: inputs }) => inputs?.["role-to-assume"] !== undefined)?.with?.[
        "role-to-assume"
      ];
    const role = "arn:aws:iam::123456789012:role/beo-datastore-prod-application";
    expect(getRole(read())).to.equal("${{ vars.AWS_ROLE }}");
    expect(getRole(read({ role }))).to.equal(role);
  });

  it("has time for both environments, forwards and back, within the 6 hours of a job on GitHub", () => {
    // Three times the 11 minutes in which Celery stops and the 10 in which it starts, for each.
    expect(read().jobs.deploy["timeout-minutes"]).to.equal(4 * 63 + 15);
    expect(read({ taskTimeLimit: 7080 }).jobs.deploy["timeout-minutes"]).to.equal(360);
  });

  it("has every value", () => {
    expect(formatWorkflow(args)).not.to.match(/\{\{\w+\}\}|undefined/);
  });

  it("has the names of the stack's plan", async () => {
    expect(await readNames(fixtures, "prod")).to.deep.equal({
      stack: "prod",
      tier: "prod",
      region: "us-west-1",
      application: "beo-datastore-prod",
      web: "beo-datastore-prod",
      worker: "beo-datastore-prod-worker",
      taskTimeLimit: 600,
      uploadLimit: 200,
    });
  });

  describe("finds the infrastructure's repository", () => {
    let folder: string;
    const git = (...words: string[]) => execFileSync("git", ["-C", folder, ...words], { stdio: "pipe" });
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "beo-app-workflow-"));
      git("init", "--quiet");
      git(
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "A",
      );
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    for (const url of ["https://github.com/octo-org/infra.git", "git@github.com:octo-org/infra.git"]) {
      it(`by ${url}`, () => {
        git("remote", "add", "origin", url);
        git("update-ref", "refs/remotes/origin/main", "HEAD");
        expect(readRepository(folder).infrastructure).to.equal("octo-org/infra");
        expect(readRepository(folder).commit).to.match(/^[0-9a-f]{40}$/);
      });
    }

    it("and refuses a commit that was not pushed", () => {
      git("remote", "add", "origin", "https://github.com/octo-org/infra");
      expect(() => readRepository(folder)).to.throw(/is not on GitHub\. Push it first: git push\./);
    });

    it("and refuses a checkout without one", () => {
      expect(() => readRepository(folder)).to.throw(/Name the repository and the commit: --infrastructure/);
    });
  });
});
