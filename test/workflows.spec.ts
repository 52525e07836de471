import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

interface Job {
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  environment?: string;
  env?: Record<string, string>;
  steps: Step[];
}

interface Workflow {
  on: unknown;
  permissions: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  defaults: { run: { shell: string } };
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = join(__dirname, "../.github/workflows");
const texts = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
const workflows = new Map([...texts].map(([file, text]) => [file, parse(text) as Workflow]));
const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ id: `${file} ${name}`, name, file, job })),
);
const steps = jobs.flatMap(({ job, ...rest }) => job.steps.map((step) => ({ ...rest, job, step })));
const jobOf = (file: string, name: string) => workflows.get(file)!.jobs[name]!;
const indexOf = ({ steps: all }: Job, part: string) =>
  all.findIndex(({ run = "", uses = "" }) => run.includes(part) || uses.includes(part));

const reachesAws = ({ steps: all }: Job) => all.some(({ uses }) => uses?.startsWith("aws-actions/"));

describe("the GitHub workflows", () => {
  it("pin every action by its commit, with the version in a comment", () => {
    for (const [file, text] of texts) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
        expect(line, file).to.match(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    }
  });

  it("keep no credentials in a checkout", () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts).to.have.length.above(4);
    for (const { id, step } of checkouts) {
      expect(step.with?.["persist-credentials"], id).to.equal(false);
    }
  });

  it("grant no permission to a workflow, and to a job only what it needs", () => {
    for (const [file, { permissions }] of workflows) {
      expect(permissions, file).to.deep.equal({});
    }
    for (const { id, name, job } of jobs) {
      const expected = name.startsWith("comment")
        ? { "pull-requests": "write" }
        : { contents: "read", ...(reachesAws(job) ? { "id-token": "write" } : {}) };
      expect(job.permissions, id).to.deep.equal(expected);
    }
  });

  it("give secrets and tokens to single steps, after the installation of packages", () => {
    for (const { id, job, step } of steps) {
      const { env, ...others } = step;
      expect(JSON.stringify(others), id).not.to.match(/secrets\.|github\.token/);
      if (JSON.stringify(env ?? {}).includes("secrets.")) {
        expect(step.run, id).to.match(/^npx (pulumi|beo)|\nnpx beo/);
        expect(job.steps.indexOf(step), id).to.be.above(indexOf(job, "npm ci"));
      }
    }
    for (const { id, file, job } of jobs) {
      expect(JSON.stringify([workflows.get(file)?.env, job.env, job.environment]), id).not.to.include(
        "secrets.",
      );
    }
  });

  it("run no code of packages and no installer in a step with secrets, or with credentials of AWS", () => {
    const withCredentials = jobs.filter(({ job }) => reachesAws(job));
    expect(withCredentials).to.have.length(4);
    for (const { id, job } of withCredentials) {
      const order = ["npm ci", "npm audit signatures", "npx pulumi plugin install", "aws-actions/"];
      const positions = order.map((part) => indexOf(job, part));
      expect(positions, id).to.not.include(-1);
      expect(positions, id).to.deep.equal([...positions].sort((a, b) => a - b));
      expect(job.steps[positions[0]!]?.run, id).to.equal("npm ci --ignore-scripts");
      for (const step of job.steps.slice(0, positions[3])) {
        expect(JSON.stringify(step.env ?? {}), id).not.to.include("secrets.");
      }
    }
    const installers =
      /curl|wget|pipx?\b|npm (ci|install|exec)|npx (?!pulumi |beo )|go (run|install)|plugin install/;
    for (const { id, step } of steps) {
      if (JSON.stringify(step.env ?? {}).includes("secrets.")) {
        expect(step.run, id).not.to.match(installers);
      }
    }
  });

  it("audit the packages of a pull request", () => {
    const audit = jobOf("pull-request.yml", "check").steps.find(({ run = "" }) => run.includes("npm audit"));
    expect(audit?.run).to.include("npm audit signatures\n").and.include("npm audit --audit-level high");
  });

  it("take secrets and roles from the environment of one stack", () => {
    const environments: Record<string, string> = {
      "deploy.yml preview": "${{ github.ref_type == 'tag' && 'prod' || 'staging' }}-preview",
      "deploy.yml up": "${{ github.ref_type == 'tag' && 'prod' || 'staging' }}",
      "drift.yml drift": "${{ matrix.stack }}-preview",
      "pull-request.yml preview": "${{ matrix.stack }}-pull-request",
    };
    for (const { id, job } of jobs) {
      expect(job.environment, id).to.equal(environments[id]);
      expect(reachesAws(job), id).to.equal(id in environments);
    }
  });

  it("are skipped where no variable is set", () => {
    expect(jobOf("deploy.yml", "preview").if).to.match(
      /^contains\(fromJSON\(vars\.DEPLOY_STACKS \|\| '\[\]'\), /,
    );
    expect(jobOf("deploy.yml", "up").needs).to.equal("preview");
    expect(jobOf("deploy.yml", "up").if).to.be.undefined;
    expect(jobOf("drift.yml", "drift").if).to.equal("vars.DEPLOY_STACKS != ''");
    expect(jobOf("pull-request.yml", "preview").if).to.match(/^vars\.PULL_REQUEST_STACKS != '' && /);
    // `if` sees the variables of the repository only: those of an environment exist once the job runs.
    for (const { id, job } of jobs) {
      const names = [...JSON.stringify(job.if ?? "").matchAll(/vars\.(\w+)/g)].map(([, name]) => name);
      expect(["DEPLOY_STACKS", "PULL_REQUEST_STACKS"], id).to.include.members(names);
    }
  });

  it("deploy a tag only if it is on main: checked before anything of the commit runs", () => {
    const preview = jobOf("deploy.yml", "preview");
    const check = preview.steps[indexOf(preview, "git merge-base --is-ancestor HEAD origin/main")];
    expect(check?.if).to.equal("github.ref_type == 'tag'");
    expect(preview.steps[0]?.with?.["fetch-depth"]).to.equal(0);
    expect(preview.steps.indexOf(check!)).to.be.below(indexOf(preview, "npm ci"));
    expect(workflows.get("deploy.yml")?.on).to.deep.equal({ push: { branches: ["main"], tags: ["v*"] } });
  });

  it("show the approver the preview of the same commit, with the policies, before `pulumi up`", () => {
    const [preview, up] = [jobOf("deploy.yml", "preview"), jobOf("deploy.yml", "up")];
    const order = ["npm start", "aws-actions/", "pulumi preview", "$GITHUB_STEP_SUMMARY"];
    const positions = order.map((part) => indexOf(preview, part));
    expect(positions).to.not.include(-1);
    expect(positions).to.deep.equal([...positions].sort((a, b) => a - b));
    expect(indexOf(preview, "pulumi up")).to.equal(-1);
    for (const command of [preview.steps[positions[2]!]?.run, up.steps.at(-1)?.run]) {
      expect(command).to.include("--policy-pack policies --policy-pack-config policy-config.json");
    }
    expect(up.steps.at(-1)?.run).to.match(/^npx pulumi up /);
  });

  it("plan and preview before a deployment, but do not test", () => {
    const commands = Object.values(workflows.get("deploy.yml")!.jobs).flatMap(({ steps: all }) =>
      all.map(({ run = "" }) => run),
    );
    expect(commands.filter((run) => /npm (test|run)/.test(run))).to.deep.equal([]);
  });

  it("deploy a stack one at a time, and cancel no deployment", () => {
    expect(workflows.get("deploy.yml")?.concurrency).to.deep.equal({
      group: "deploy-${{ github.ref_type == 'tag' && 'prod' || 'staging' }}",
      "cancel-in-progress": false,
    });
  });

  it("run no code of a pull request where they may write, or of a fork where they may read a stack", () => {
    expect(workflows.get("pull-request.yml")?.on).to.equal("pull_request");
    for (const { id, job } of jobs.filter(({ name }) => name.startsWith("comment"))) {
      const code = job.steps.filter(
        ({ uses = "", run = "" }) => uses.includes("checkout") || /np[mx] |node /.test(run),
      );
      expect(code, id).to.deep.equal([]);
    }
    expect(jobOf("pull-request.yml", "preview").if).to.include(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
  });

  it("fail on an error in a pipe, and insert no expression into a script", () => {
    for (const [file, { defaults }] of workflows) {
      expect(defaults.run.shell, file).to.equal("bash");
    }
    for (const { id, step } of steps) {
      expect(step.run ?? "", id).not.to.include("${{");
    }
  });

  it("use the Node.js version of .nvmrc", () => {
    for (const { id, step } of steps.filter(({ step: { uses } }) => uses?.includes("setup-node"))) {
      expect(step.with?.["node-version-file"], id).to.equal(".nvmrc");
    }
  });

  it("check themselves with pinned versions of actionlint and zizmor", () => {
    const check = jobOf("pull-request.yml", "check").steps.at(-1)?.run;
    expect(check)
      .to.match(/actionlint@v\d+\.\d+\.\d+\n/)
      .and.to.match(/zizmor==\d+\.\d+\.\d+ /);
  });
});
