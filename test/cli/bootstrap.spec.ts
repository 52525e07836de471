import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, describe, it } from "mocha";
import { completeSettings } from "../../bootstrap/settings";
import { findExisting, requireOwnPolicies } from "../../cli/bootstrap/existing";
import { formatPlan, getDeletions } from "../../cli/bootstrap/format-plan";
import {
  checkNames,
  formatPulumi,
  getBackendUrl,
  getGithubCommands,
  getInitCommands,
  getMoveCommand,
  getStatus,
} from "../../cli/bootstrap/next-steps";
import type { PlannedResource } from "../../plan/plan";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

const account = "123456789012";
const root = join(__dirname, "../..");

function getPlace(values: Record<string, unknown> = {}) {
  const { settings, problems } = completeSettings(values, account);
  expect(problems).to.deep.equal([]);
  return { settings, account, region: "us-west-1", partition: "aws" };
}

describe("the commands for GitHub", () => {
  const commands = getGithubCommands(getPlace({ github: "octo-org/octo-repo" }));
  /** The environments, with what the commands set of them. */
  const environments = new Map<
    string,
    { refs: string[]; variables: Record<string, string>; isReviewed: boolean }
  >();
  for (const line of commands) {
    const [, name = ""] =
      /repos\/octo-org\/octo-repo\/environments\/([\w-]+)|--env ([\w-]+)/.exec(line)?.filter(Boolean) ?? [];
    const known = environments.get(name) ?? { refs: [], variables: {}, isReviewed: false };
    const [, type, ref] = /-f type=(\w+) -f '?name=([^']+)'?$/.exec(line) ?? [];
    const [, variable = "", value = ""] = /^gh variable set (\w+) .* --body '?([^']+)'?$/.exec(line) ?? [];
    environments.set(name, {
      refs: ref === undefined ? known.refs : [...known.refs, `${type ?? ""} ${ref}`],
      variables: variable === "" ? known.variables : { ...known.variables, [variable]: value },
      isReviewed: known.isReviewed || line.includes("reviewers"),
    });
  }

  // docs/ci.md, "Environments".
  const table: [environment: string, refs: string[], role: string, isReviewed: boolean][] = [
    ["staging", ["branch main"], "staging-deploy", false],
    ["staging-preview", ["branch main"], "staging-preview", false],
    ["staging-pull-request", ["branch refs/pull/*/merge"], "staging-preview", false],
    ["prod", ["tag v*"], "prod-deploy", true],
    ["prod-preview", ["branch main", "tag v*"], "prod-preview", false],
    ["staging-restore", ["branch main"], "staging-restore", false],
    ["prod-restore", ["branch main", "tag v*"], "prod-restore", true],
  ];
  for (const [environment, refs, role, isReviewed] of table) {
    it(`create ${environment}, for ${refs.join(" and ")}`, () => {
      expect(environments.get(environment)).to.deep.equal({
        refs,
        isReviewed,
        variables: {
          AWS_ROLE: `arn:aws:iam::${account}:role/beo-datastore-${role}`,
          PULUMI_BACKEND_URL: `s3://beo-datastore-state-${account}?region=us-west-1`,
        },
      });
    });
  }

  it("create each environment before it gets rules or variables, and allow no pull request to read prod", () => {
    for (const name of [...environments.keys()].filter((one) => one !== "")) {
      const first = commands.find((line) => new RegExp(`(environments/|--env )${name}( |/|$)`).test(line));
      expect(first).to.match(
        /^gh api --method PUT .*'deployment_branch_policy\[custom_branch_policies\]=true'$/,
      );
    }
    expect(environments.has("prod-pull-request")).to.equal(false);
  });

  it("set the variables that the workflows read, and no others", () => {
    const texts = ["deploy", "drift", "pull-request"].map((file) =>
      readFileSync(join(root, `.github/workflows/${file}.yml`), "utf8"),
    );
    const read = new Set(
      texts.flatMap((text) => [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name = ""]) => name)),
    );
    const set = new Set(commands.flatMap((line) => /^gh variable set (\w+)/.exec(line)?.[1] ?? []));
    expect([...set]).to.have.members([...read]);
    expect(environments.get("")?.variables).to.deep.equal({
      DEPLOY_STACKS: '["staging","prod"]',
      PULL_REQUEST_STACKS: '["dev","staging"]',
    });
  });

  it("create the environments of the application's repository, with the role that deploys it", () => {
    const place = getPlace({ stacks: ["staging", "prod"], applicationRepository: "octo-org@1/octo-app@2" });
    const lines = getGithubCommands(place);
    expect(lines.join("\n")).not.to.match(/@1|_STACKS|preview|BACKEND/);
    expect(
      lines.filter((line) => line.includes("type=")).map((line) => /type=.*$/.exec(line)?.[0]),
    ).to.deep.equal(["type=branch -f 'name=main'", "type=tag -f 'name=v*'"]);
    for (const stack of ["staging", "prod"]) {
      expect(lines).to.include(
        `gh variable set AWS_ROLE --repo octo-org/octo-app --env ${stack} --body arn:aws:iam::${account}:role/beo-datastore-${stack}-application`,
      );
    }
    expect(lines.filter((line) => line.includes("reviewers"))).to.have.length(1);
  });

  it("review what deploys, previews or restores production, whatever its stack is called", () => {
    const folder = mkdtempSync(join(tmpdir(), "bootstrap-tier-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: beo-datastore\n");
    writeFileSync(join(folder, "Pulumi.live.yaml"), "config:\n  beo-datastore:environment: prod\n");
    const place = getPlace({
      stacks: ["live"],
      pullRequestStacks: ["live"],
      github: "octo-org/octo-repo",
      applicationRepository: "octo-org/octo-app",
    });
    const lines = getGithubCommands(place, folder);
    rmSync(folder, { recursive: true });
    const find = (text: string) => lines.filter((line) => line.includes(text));
    expect(find("reviewers").map((line) => /environments\/([\w-]+)/.exec(line)?.[1])).to.deep.equal([
      "live",
      "live-pull-request",
      "live-restore",
      "live",
    ]);
    expect(find("/live/deployment-branch-policies").join("\n")).not.to.include("name=main");
    expect(find("/live/deployment-branch-policies")).to.have.length(2);
    expect(find("name=v*")).to.have.length(4);
  });

  it("name the repository without IDs, and set no list that would be empty", () => {
    const place = getPlace({ github: "octo-org@1/octo-repo@2", stacks: ["dev"], pullRequestStacks: [] });
    const lines = getGithubCommands(place);
    expect(lines.join("\n")).not.to.match(/@1|_STACKS|pull-request/);
    expect(lines.every((line) => line.includes("octo-org/octo-repo"))).to.equal(true);
  });
});

describe("the commands for the stacks", () => {
  const place = getPlace();
  const folder = mkdtempSync(join(tmpdir(), "bootstrap-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: beo-datastore\n");

  it("create a stack with its key, for one account", () => {
    expect(getInitCommands(place, "prod", folder).map(formatPulumi)).to.deep.equal([
      "npx pulumi stack init prod --no-select --secrets-provider 'awskms://alias/beo-datastore-prod-state?region=us-west-1'",
      "npx pulumi config set --path --type string 'aws:allowedAccountIds[0]' 123456789012 --stack prod",
      "npx pulumi config set --path permissionsBoundary arn:aws:iam::123456789012:policy/beo-datastore-prod-boundary --stack prod",
      "npx pulumi config set --path rolePath /beo-datastore-prod/ --stack prod",
      `npx pulumi config set --path 'pulumi:autonaming.providers.aws.resources["aws:s3/bucket:Bucket"].pattern' 'beo-datastore-prod-bundles-\${hex(7)}' --stack prod`,
    ]);
    expect(getBackendUrl(place)).to.equal("s3://beo-datastore-state-123456789012?region=us-west-1");
    expect(getMoveCommand(place, "prod")).to.match(
      /^npx pulumi stack migrate '<URL of the old backend>' prod --secrets-provider 'awskms:/,
    );
  });

  it("name the stacks as --name says", () => {
    const named = getPlace({ name: "foo" });
    expect(getInitCommands(named, "prod", folder).map(formatPulumi)).to.include(
      "npx pulumi config set --path name foo --stack prod",
    );
    writeFileSync(join(folder, "Pulumi.own.yaml"), "config:\n  beo-datastore:name: bar\n");
    expect(getInitCommands(named, "own", folder).map(formatPulumi).join("\n")).not.to.include(" name ");
    expect(getInitCommands(named, "own", folder).map(formatPulumi).join("\n")).to.include("/bar-own/");
  });

  it("refuse to give a stack that was created under another name the rights of --name", () => {
    writeFileSync(join(folder, "Pulumi.old.yaml"), "encryptionsalt: v1:abc\n");
    writeFileSync(
      join(folder, "Pulumi.set.yaml"),
      "config: { beo-datastore:name: foo }\nencryptionsalt: v1:a\n",
    );
    const stacks = ["old", "set", "new"];
    const [problem = "", ...others] = checkNames(getPlace({ name: "foo", stacks }), folder);
    expect(others).to.deep.equal([]);
    expect(problem).to.include("npx pulumi config set name beo-datastore --stack old if it is deployed");
    expect(checkNames(getPlace({ stacks }), folder)).to.deep.equal([]);
  });

  const statuses: [file: string | undefined, inBucket: string[], expected: string][] = [
    [undefined, [], "new"],
    ["config:\n  beo-datastore:appUrl: https://a.example.org\n", [], "new"],
    ["# only a comment\n", [], "new"],
    ["encryptionsalt: v1:abc\n", [], "elsewhere"],
    ["secretsprovider: awskms://alias/x?region=us-west-1\nencryptedkey: abc\n", [], "elsewhere"],
    ["secretsprovider: awskms://alias/x?region=us-west-1\nencryptedkey: abc\n", ["prod"], "ready"],
  ];
  for (const [index, [file, inBucket, expected]] of statuses.entries()) {
    it(`are for a stack that is ${expected} (${index})`, () => {
      if (file !== undefined) {
        writeFileSync(join(folder, "Pulumi.prod.yaml"), file);
      }
      expect(getStatus(folder, "prod", inBucket)).to.equal(expected);
    });
  }
});

describe("what exists for the bootstrap project", () => {
  const resource = (type: string, name: string, inputs: PlannedResource["inputs"]): PlannedResource => ({
    urn: `urn:pulumi:beo-datastore::beo-bootstrap::${type}::${name}`,
    type,
    name,
    parent: null,
    inputs,
    protect: false,
    ignoreChanges: [],
  });
  const bucket = resource("aws:s3/bucket:Bucket", "state-bucket", { bucket: "our-state" });
  const key = resource("aws:kms/key:Key", "prod-secrets-key", { description: "Secrets of prod" });
  const provider = resource("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "github", {});
  const find = (planned: PlannedResource[], responses: Responses) =>
    findExisting(planned, { ...getPlace(), aws: fakeAws(responses) });
  const failure = (name: string, httpStatusCode: number) => () => {
    throw Object.assign(awsError(name), { $metadata: { httpStatusCode } });
  };
  const message = (promise: Promise<unknown>) =>
    promise.then(
      () => "found",
      (error: unknown) => (error as Error).message,
    );

  it("finds a bucket of the account, and none", async () => {
    const found = await find([bucket], { HeadBucket: () => ({ BucketRegion: "us-west-1" }) });
    expect([...found.ids]).to.deep.equal([[bucket.urn, "our-state"]]);
    expect([...(await find([bucket], { HeadBucket: failure("NotFound", 404) })).ids]).to.deep.equal([]);
  });

  it("refuses a bucket of another account or region", async () => {
    expect(await message(find([bucket], { HeadBucket: failure("403", 403) }))).to.equal(
      "The bucket our-state belongs to another account, or your credentials may not read it. Choose another name with --bucket. Nothing was changed.",
    );
    expect(await message(find([bucket], { HeadBucket: () => ({ BucketRegion: "eu-west-1" }) }))).to.match(
      /^The bucket our-state is in eu-west-1, not in us-west-1\. Choose another name/,
    );
  });

  const described = (KeyState: string, more = {}) => ({
    KeyMetadata: {
      KeyId: "k-1",
      KeyState,
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyUsage: "ENCRYPT_DECRYPT",
      Description: "Secrets of prod",
      ...more,
    },
  });

  it("finds a key by its alias", async () => {
    const found = await find([key], {
      DescribeKey: ({ KeyId }) => (KeyId === "alias/beo-datastore-prod-state" ? described("Enabled") : {}),
    });
    expect(found.ids.get(key.urn)).to.equal("k-1");
  });

  const byTag = (tags: Record<string, string>, KeyState = "Enabled"): Responses => ({
    DescribeKey: ({ KeyId }) =>
      String(KeyId).startsWith("alias/") ? failure("NotFoundException", 400)() : described(KeyState),
    ListKeys: () => ({ Keys: [{ KeyId: "k-1" }] }),
    ListResourceTags: () => ({
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
  });
  const tags = { Project: "beo-datastore", Environment: "prod", ManagedBy: "Pulumi" };

  it("finds a key without an alias by description and tags, and no other key", async () => {
    expect((await find([key], byTag(tags))).ids.get(key.urn)).to.equal("k-1");
    expect((await find([key], byTag({ ...tags, Environment: "staging" }))).ids.size).to.equal(0);
    expect((await find([key], byTag(tags, "PendingDeletion"))).ids.size).to.equal(0);
  });

  it("refuses a key that is being deleted, with the commands that keep it", async () => {
    expect(await message(find([key], { DescribeKey: () => described("PendingDeletion") }))).to.include(
      "is in the state PendingDeletion. Expected Enabled. Nothing was changed. To use it again:\n  aws kms cancel-key-deletion --region us-west-1 --key-id k-1 && aws kms enable-key --region us-west-1 --key-id k-1",
    );
  });

  it("refuses a key that does not encrypt", async () => {
    const signing = described("Enabled", { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
    expect(await message(find([key], { DescribeKey: () => signing }))).to.include(
      "Expected a symmetric key that encrypts.",
    );
  });

  const arn = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const providers = (ClientIDList: string[]): Responses => ({
    ListOpenIDConnectProviders: () => ({
      OpenIDConnectProviderList: [
        { Arn: arn.replace("token.actions.githubusercontent.com", "gitlab.com") },
        { Arn: arn },
      ],
    }),
    GetOpenIDConnectProvider: () => ({ ClientIDList }),
  });

  it("finds GitHub's provider, and says if it lacks the audience of AWS", async () => {
    const complete = await find([provider], providers(["sts.amazonaws.com"]));
    expect(complete).to.deep.equal({ ids: new Map([[provider.urn, arn]]) });
    const other = await find([provider], providers(["https://github.com/octo-org"]));
    expect(other.providerWithoutAudience).to.equal(arn);
    const plan = { steps: [], imports: new Map([[provider.urn, arn]]) };
    expect(formatPlan(getPlace(), plan, [provider], other)).to.equal(
      [
        `beo-datastore in account ${account}, us-west-1:`,
        `  adopt   iam OpenIdConnectProvider github (${arn})`,
        `  update  ${arn}: add the audience sts.amazonaws.com`,
      ].join("\n"),
    );
  });

  const role = resource("aws:iam/role:Role", "prod-deploy-role", { name: "beo-datastore-prod-deploy" });
  const policy = resource("aws:iam/policy:Policy", "prod-data", { name: "beo-datastore-prod-data" });
  const ownArn = `arn:aws:iam::${account}:policy/beo-datastore-prod-data`;
  const checkRole = (attached: string[], inline: string[], adopted = true) =>
    requireOwnPolicies([role, policy], new Map(adopted ? [[role.urn, "beo-datastore-prod-deploy"]] : []), {
      ...getPlace(),
      aws: fakeAws({
        ListAttachedRolePolicies: () => ({ AttachedPolicies: attached.map((PolicyArn) => ({ PolicyArn })) }),
        ListRolePolicies: () => ({ PolicyNames: inline }),
      }),
    });

  it("refuses to adopt a role with other policies, which GitHub could use then", async () => {
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(await message(checkRole([ownArn, admin], ["state", "extra"]))).to.include(
      `Nothing was changed. Remove the policies, or choose another --name:\n  aws iam detach-role-policy --role-name beo-datastore-prod-deploy --policy-arn ${admin}\n  aws iam delete-role-policy --role-name beo-datastore-prod-deploy --policy-name extra`,
    );
    await checkRole([ownArn], ["state"]);
    await checkRole([admin], ["extra"], false);
  });

  it("says which settings of what it adopts will change", () => {
    const steps = [{ op: "update", urn: bucket.urn, diffReasons: ["policy", "tags"] }];
    const plan = { steps, imports: new Map([[bucket.urn, "our-state"]]) };
    expect(formatPlan(getPlace(), plan, [bucket], { ids: new Map() })).to.include(
      "  adopt   s3 Bucket state-bucket (our-state), and update policy, tags",
    );
  });

  it("passes on what AWS refuses", async () => {
    expect(await message(find([key], { DescribeKey: failure("AccessDeniedException", 400) }))).to.equal(
      "AccessDeniedException",
    );
  });

  it("lists deletions and replacements, and no components", () => {
    const step = (op: string, urn: string) => ({ op, urn, oldState: { type: "aws:kms/key:Key", id: "k-1" } });
    const component = "urn:pulumi:beo-datastore::beo-bootstrap::beo:bootstrap:StackKey::prod-secrets";
    const steps = [
      step("delete", component),
      step("delete", key.urn),
      step("replace", key.urn),
      step("update", bucket.urn),
    ];
    expect(getDeletions({ steps, imports: new Map() })).to.deep.equal([
      "delete kms Key prod-secrets-key (k-1)",
      "replace kms Key prod-secrets-key (k-1)",
    ]);
  });
});
