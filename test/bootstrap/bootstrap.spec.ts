import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { getPolicies } from "../../bootstrap/permissions";
import { completeSettings } from "../../bootstrap/settings";
import { checkStackScopes, getStackScope } from "../../bootstrap/stack-scope";
import { always, byType } from "../../cli/preflight/actions.json";
import { evaluate } from "../../plan/evaluate-policies";
import { readPolicyConfig } from "../../plan/policy-config";
import { runProgram } from "../../plan/plan";
import { record } from "../../plan/record";
import type { RecordedResource } from "../../plan/recording-monitor";
import { reveal } from "../../plan/values";
import { account, answers, exampleOutputs } from "../support/examples";
import { type AccessRequest, isAllowed, type PolicyDocument } from "../support/iam";
import { readDocstrings } from "../../scripts/docs/docstrings";

const root = join(__dirname, "../..");
const github = "octo-org/octo-repo";
const bucket = `beo-datastore-state-${account}`;
const stacks = ["dev", "staging", "prod"];

interface Request extends Pick<AccessRequest, "action" | "principal"> {
  resource?: string;
  context?: Record<string, string>;
}

/** What policies decide on a request for one resource, with one value of each condition key. */
function evaluateIam(
  documents: PolicyDocument[],
  { resource, context = {}, ...request }: Request,
): "allowed" | "denied" {
  const values = Object.fromEntries(Object.entries(context).map(([key, value]) => [key, [value]]));
  return isAllowed(documents, {
    ...request,
    resource: resource === undefined ? resource : [resource],
    context: values,
  })
    ? "allowed"
    : "denied";
}

/** Runs the bootstrap program with some settings. */
async function runBootstrap(settings: Record<string, unknown> = {}) {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `beo-bootstrap:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const { resources, error } = await record(
    {
      project: "beo-bootstrap",
      stack: "beo-datastore",
      config: { "aws:region": "us-west-1", ...config },
      outputs: exampleOutputs,
      invoke: answers,
    },
    () => runProgram(join(root, "bootstrap/index.ts")),
  );
  const find = (name: string) => resources.find((resource) => resource.name === name && resource.custom);
  return {
    resources,
    error,
    resource: (name: string): RecordedResource => find(name)!,
    inputs: (name: string) => reveal(find(name)!.inputs, "unknown") as Record<string, unknown>,
    document: (name: string, input = "policy") =>
      JSON.parse(find(name)!.inputs[input] as string) as PolicyDocument,
  };
}
type Bootstrap = Awaited<ReturnType<typeof runBootstrap>>;

describe("the bootstrap project", () => {
  let made: Bootstrap;
  before(async () => {
    made = await runBootstrap({ github });
  });

  it("creates a versioned, encrypted, private, protected bucket for the state", () => {
    expect(made.error).to.equal(undefined);
    expect(made.inputs("state-bucket")).to.deep.include({ bucket, forceDestroy: false });
    expect(made.resource("state-bucket").protect).to.equal(true);
    expect(made.inputs("state-versioning").versioningConfiguration).to.deep.equal({ status: "Enabled" });
    expect(made.inputs("state-lifecycle").rules).to.deep.include({
      id: "expire-noncurrent-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: 90 },
    });
    expect(JSON.stringify(made.inputs("state-lifecycle").rules)).not.to.include('"expiration"');
    const insecure = {
      action: "s3:GetObject",
      resource: `arn:aws:s3:::${bucket}/x`,
      context: { "aws:securetransport": "false" },
    };
    expect(made.document("state-tls-only").Statement).to.have.length(1);
    expect(evaluateIam([made.document("state-tls-only"), allowAll], insecure)).to.equal("denied");
  });

  it("logs the access to the state in a bucket whose objects expire", () => {
    const logs = `${bucket}-logs`;
    expect(made.inputs("state-logging")).to.deep.equal({
      bucket,
      targetBucket: logs,
      targetPrefix: `${bucket}/`,
    });
    expect(made.inputs("state-logs-lifecycle").rules).to.deep.include({
      id: "expire-objects",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { days: 90 },
    });
    const deliver = (source: string, owner: string) =>
      evaluateIam([made.document("state-logs-tls-only")], {
        action: "s3:PutObject",
        resource: `arn:aws:s3:::${logs}/${bucket}/2026-11-26`,
        principal: { kind: "Service", arn: "logging.s3.amazonaws.com" },
        context: {
          "aws:sourcearn": `arn:aws:s3:::${source}`,
          "aws:sourceaccount": owner,
          "aws:securetransport": "true",
        },
      });
    expect(deliver(bucket, account)).to.equal("allowed");
    expect(deliver("another-bucket", account)).to.equal("denied");
    expect(deliver(bucket, "210987654321")).to.equal("denied");
  });

  it("creates a rotated, protected key with an alias for each stack", () => {
    for (const stack of stacks) {
      expect(made.inputs(`${stack}-secrets-key`)).to.deep.include({
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      });
      expect(made.inputs(`${stack}-secrets-alias`).name).to.equal(`alias/beo-datastore-${stack}-state`);
      for (const part of ["key", "alias"]) {
        expect(made.resource(`${stack}-secrets-${part}`).protect).to.equal(true);
      }
    }
  });

  it("uses the settings", async () => {
    const other = await runBootstrap({
      name: "beo",
      bucketName: "our-state",
      stacks: ["live"],
      noncurrentVersionDays: 30,
      accessLogDays: 7,
    });
    expect(other.inputs("state-bucket").bucket).to.equal("our-state");
    expect(other.inputs("live-secrets-alias").name).to.equal("alias/beo-live-state");
    expect(JSON.stringify(other.inputs("state-lifecycle").rules)).to.include('"noncurrentDays":30');
    expect(JSON.stringify(other.inputs("state-logs-lifecycle").rules)).to.include('"expiration":{"days":7}');
    const identities = other.resources.filter(({ type }) => type.startsWith("aws:iam/"));
    expect(identities.map(({ type, inputs }) => [type, inputs.name])).to.deep.equal([
      ["aws:iam/policy:Policy", "beo-live-boundary"],
    ]);
  });

  it("violates no policy", () => {
    const config = readPolicyConfig(join(root, "bootstrap/policy-config.json"));
    expect(evaluate("beo-datastore", made.resources, config).violations).to.deep.equal([]);
  });

  it("keeps GitHub's provider, which other repositories may use", () => {
    expect(made.resource("github")).to.deep.include({
      retainOnDelete: true,
      ignoreChanges: ["clientIdLists", "thumbprintLists", "tags"],
    });
  });
});

describe("the settings of the bootstrap project", () => {
  const wrong: [settings: Record<string, unknown>, message: RegExp][] = [
    [{ name: "Beo" }, /^name is "Beo"\. Expected lowercase letters/],
    [{ name: "b".repeat(31) }, /^name is .* at most 30/],
    [{ bucketName: "b".repeat(59) }, /^bucketName is .* at most 58 characters/],
    [{ bucketName: "Upper" }, /^bucketName is "Upper"\. Expected 3 to 63 lowercase/],
    [{ stacks: [] }, /^stacks is \[\]\. Expected a list/],
    [{ stacks: ["dev", "dev"] }, /^stacks is .* different items/],
    [{ stacks: ["../prod"] }, /^stacks is /],
    // GitHub environments of the stack prod, which its preview role trusts.
    [{ stacks: ["prod", "prod-preview"] }, /^stacks is .* not ending in -preview, -pull-request or -restore/],
    [{ stacks: ["dev-pull-request"] }, /^stacks is /],
    [{ applicationRepository: "octo-app" }, /^applicationRepository is "octo-app"\. Expected a repository/],
    [{ github: "octo-org" }, /^github is "octo-org"\. Expected a repository: owner\/name/],
    [{ github: "https://github.com/octo-org/octo-repo" }, /^github is /],
    [{ github: "octo-org/*" }, /^github is /],
    [{ github: "octo-org@12/octo-repo" }, /^github is /],
    [{ pullRequestStacks: ["test"] }, /^pullRequestStacks has test, but stacks is dev, staging, prod\./],
    [{ noncurrentVersionDays: -1 }, /^noncurrentVersionDays is -1\. Expected an integer from 0/],
    [{ accessLogDays: 0 }, /^accessLogDays is 0\. Expected an integer from 1/],
    [{ bucket: "x" }, /^bucket is not a known key\. Expected one of name, bucketName/],
  ];
  for (const [settings, message] of wrong) {
    it(`refuses ${JSON.stringify(settings).slice(0, 60)}`, () => {
      const { problems } = completeSettings(settings, account);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(message);
    });
  }

  it("reports all mistakes at once, before anything is registered", async () => {
    const { error, resources } = await runBootstrap({ stacks: "dev", github: "x" });
    expect(error?.message).to.match(/2 errors\. Nothing was changed\.\n {2}stacks is .*\n {2}github is /);
    expect(resources.filter(({ custom }) => custom)).to.deep.equal([]);
  });

  it("accept a repository with the IDs of immutable subjects, and no previews of pull requests", () => {
    expect(
      completeSettings({ github: "octo-org@123456/octo.repo_1@456789", pullRequestStacks: [] }, account)
        .problems,
    ).to.deep.equal([]);
  });

  it("are documented with a default and what changing them does", () => {
    const members = readDocstrings(join(root, "bootstrap")).get("BootstrapSettings") ?? [];
    expect(members).to.have.length(8);
    for (const member of members) {
      expect(member.default, member.name).not.to.equal(undefined);
      expect(member.changing, member.name).to.match(/^(In place|Cannot be changed later)/);
    }
    const { settings } = completeSettings({}, account);
    for (const { name, default: text = "" } of members.filter((member) =>
      /^["[\d]/.test(member.default ?? ""),
    )) {
      expect((settings as unknown as Record<string, unknown>)[name], name).to.deep.equal(JSON.parse(text));
    }
  });
});

const allowAll: PolicyDocument = {
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
};

describe("the roles of GitHub", () => {
  let made: Bootstrap;
  before(async () => {
    made = await runBootstrap({ github });
  });

  const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const issuer = "token.actions.githubusercontent.com";
  /** Whether a token of GitHub gets a role. */
  const assume = (role: string, sub: string, aud: string | undefined = "sts.amazonaws.com", by = provider) =>
    evaluateIam([made.document(`${role}-role`, "assumeRolePolicy")], {
      action: "sts:AssumeRoleWithWebIdentity",
      principal: { kind: "Federated", arn: by },
      context: { [`${issuer}:sub`]: sub, ...(aud === "" ? {} : { [`${issuer}:aud`]: aud }) },
    });

  const repo = "repo:octo-org/octo-repo";
  const tokens: [title: string, sub: string, roles: string[]][] = [
    ["a job in the environment prod", `${repo}:environment:prod`, ["prod-deploy"]],
    ["a job in the environment staging", `${repo}:environment:staging`, ["staging-deploy"]],
    ["a job in prod-preview", `${repo}:environment:prod-preview`, ["prod-preview"]],
    ["a job in staging-preview", `${repo}:environment:staging-preview`, ["staging-preview"]],
    ["a job in prod-restore", `${repo}:environment:prod-restore`, ["prod-restore"]],
    ["a job in staging-pull-request", `${repo}:environment:staging-pull-request`, ["staging-preview"]],
    ["a job in prod-pull-request, which has to be allowed", `${repo}:environment:prod-pull-request`, []],
    ["a job of main without an environment", `${repo}:ref:refs/heads/main`, []],
    ["a tag without an environment", `${repo}:ref:refs/tags/v1.0.0`, []],
    ["a pull request without an environment", `${repo}:pull_request`, []],
    ["another environment", `${repo}:environment:production`, []],
    ["an environment in capitals", `${repo}:environment:PROD`, []],
    ["another repository of the owner", "repo:octo-org/octo-repo-2:environment:prod", []],
    ["a fork", "repo:mallory/octo-repo:environment:prod", []],
    [
      "a repository whose name contains the other one",
      "repo:mallory/octo-org/octo-repo:environment:prod",
      [],
    ],
    [
      "a repository with IDs, created later under the same name",
      "repo:octo-org@1/octo-repo@2:environment:prod",
      [],
    ],
    ["a wildcard", "repo:*", []],
    ["no subject", "", []],
  ];
  for (const [title, sub, roles] of tokens) {
    it(`are given to ${title}: ${roles.join() || "none"}`, () => {
      const all = stacks.flatMap((stack) => [`${stack}-deploy`, `${stack}-preview`, `${stack}-restore`]);
      expect(all.filter((role) => assume(role, sub) === "allowed")).to.deep.equal(roles);
      // Neither for another audience, nor without one, nor from another provider.
      const strange = all.filter(
        (role) =>
          assume(role, sub, "https://github.com/octo-org") === "allowed" ||
          assume(role, sub, "") === "allowed" ||
          assume(role, sub, undefined, provider.replace(issuer, "gitlab.com")) === "allowed",
      );
      expect(strange).to.deep.equal([]);
    });
  }

  it("name a repository with IDs exactly", async () => {
    made = await runBootstrap({ github: "octo-org@123456/octo-repo@456789" });
    expect(assume("prod-deploy", "repo:octo-org@123456/octo-repo@456789:environment:prod")).to.equal(
      "allowed",
    );
    expect(assume("prod-deploy", `${repo}:environment:prod`)).to.equal("denied");
    made = await runBootstrap({ github });
  });

  it("lose their inline policy before they are deleted: IAM deletes no role that has one", async () => {
    const { resources } = await runBootstrap({ github });
    const inline = resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    expect(inline).to.have.length(9);
    expect(inline.map(({ deletedWith }) => deletedWith)).to.deep.equal(inline.map(() => ""));
  });

  it("last an hour for previews, two for deployments, and 12 for restore drills", () => {
    for (const stack of stacks) {
      expect(made.inputs(`${stack}-restore-role`).maxSessionDuration).to.equal(43200);
      expect(made.inputs(`${stack}-deploy-role`).maxSessionDuration).to.equal(7200);
      expect(made.inputs(`${stack}-preview-role`).maxSessionDuration).to.equal(3600);
    }
  });

  /** The documents of a role: its own policy, and the attached ones. */
  const documentsOf = (stack: string, kind: "deploy" | "preview" | "restore") => [
    made.document(`${stack}-${kind}-state`),
    ...made.resources
      .filter(
        ({ name, type }) => type.endsWith(":RolePolicyAttachment") && name.startsWith(`${stack}-${kind}-`),
      )
      .map(({ inputs }) => made.document((inputs.policyArn as string).replace(/^.*\/beo-datastore-/, ""))),
  ];
  const region = { "aws:requestedregion": "us-west-1" };
  const allows = (
    stack: string,
    kind: "deploy" | "preview" | "restore",
    action: string,
    resource: string,
    context = {},
  ) =>
    evaluateIam(documentsOf(stack, kind), { action, resource, context: { ...region, ...context } }) ===
    "allowed";

  const object = (path: string) => `arn:aws:s3:::${bucket}/.pulumi/${path}`;
  const stateOf = (stack: string) =>
    [
      `stacks/beo-datastore/${stack}.json`,
      `stacks/beo-datastore/${stack}.json.bak`,
      `stacks/beo-datastore/${stack}.pulumi-tags`,
      `history/beo-datastore/${stack}/${stack}-1795706796802235229.history.json`,
      `backups/beo-datastore/${stack}/${stack}.1795706796824597623.json`,
      `locks/organization/beo-datastore/${stack}/4171e94a-81ce-4a92-b786-9e8381e4c259.json`,
    ].map(object);

  it("read the state of their stack only, and write it only to deploy", () => {
    for (const own of stacks) {
      for (const other of [...stacks, `${own}2`]) {
        for (const path of stateOf(other)) {
          const label = `${own}: ${path}`;
          expect(allows(own, "preview", "s3:GetObject", path), label).to.equal(own === other);
          expect(allows(own, "deploy", "s3:GetObject", path), label).to.equal(own === other);
          expect(allows(own, "preview", "s3:PutObject", path), label).to.equal(false);
          expect(allows(own, "deploy", "s3:PutObject", path), label).to.equal(own === other);
          for (const action of ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion"]) {
            const isLock = action === "s3:DeleteObject" && path.includes("/locks/") && own === other;
            expect(allows(own, "deploy", action, path), `${label} ${action}`).to.equal(isLock);
            expect(allows(own, "preview", action, path), `${label} ${action}`).to.equal(false);
          }
        }
      }
      const shared = object("meta.yaml");
      expect([
        allows(own, "deploy", "s3:GetObject", shared),
        allows(own, "deploy", "s3:PutObject", shared),
      ]).to.deep.equal([true, false]);
      const bootstrapState = object("stacks/beo-bootstrap/beo-datastore.json");
      expect(allows(own, "deploy", "s3:GetObject", bootstrapState)).to.equal(false);
      for (const action of [
        "s3:PutBucketPolicy",
        "s3:DeleteBucket",
        "s3:PutLifecycleConfiguration",
        "s3:PutBucketVersioning",
      ]) {
        expect(allows(own, "deploy", action, `arn:aws:s3:::${bucket}`), action).to.equal(false);
      }
    }
  });

  it("read the state of their stack to restore, and write and delete that of its drill only", () => {
    // As the backend names its files: project and stack.
    const filesOf = (project: string, name: string) =>
      [
        `stacks/${project}/${name}.json`,
        `stacks/${project}/${name}.json.bak`,
        `history/${project}/${name}/${name}-1795706796802235229.checkpoint.json`,
        `backups/${project}/${name}/${name}.1795706796824597623.json`,
        `locks/organization/${project}/${name}/4171e94a-81ce-4a92-b786-9e8381e4c259.json`,
      ].map(object);
    for (const own of stacks) {
      for (const other of stacks) {
        for (const path of filesOf("beo-datastore", other)) {
          expect(allows(own, "restore", "s3:GetObject", path), `${own}: ${path}`).to.equal(own === other);
          expect(allows(own, "restore", "s3:PutObject", path), path).to.equal(false);
          expect(allows(own, "restore", "s3:DeleteObject", path), path).to.equal(false);
        }
        for (const path of filesOf("beo-restore-drill", `beo-datastore-${other}`)) {
          for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
            expect(allows(own, "restore", action, path), `${own}: ${action} ${path}`).to.equal(own === other);
            expect(allows(own, "deploy", action, path), `${own}: ${action} ${path}`).to.equal(false);
          }
          expect(allows(own, "restore", "s3:DeleteObjectVersion", path), path).to.equal(false);
        }
      }
    }
  });

  it("decrypt with the key of their stack only: by their own policies, and by the policies of the keys", () => {
    for (const own of stacks) {
      for (const other of stacks) {
        for (const kind of ["deploy", "preview", "restore"] as const) {
          const resource = `arn:aws:kms:us-west-1:${account}:key/${other}-secrets-key`;
          expect(allows(own, kind, "kms:Decrypt", resource), `${own}-${kind} ${other}`).to.equal(
            own === other,
          );
          for (const action of ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant"]) {
            expect(allows(own, kind, action, resource), action).to.equal(false);
          }
          const arn = `arn:aws:iam::${account}:role/beo-datastore-${own}-${kind}`;
          const byKey = evaluateIam([made.document(`${other}-secrets-key`)], {
            action: "kms:Decrypt",
            resource,
            principal: { kind: "AWS", arn },
            context: { "aws:principalarn": arn },
          });
          expect(byKey, `${own}-${kind} ${other}`).to.equal(own === other ? "allowed" : "denied");
        }
      }
    }
    const operator = `arn:aws:iam::${account}:user/operator`;
    const request = { action: "kms:Decrypt", resource: "*", context: { "aws:principalarn": operator } };
    expect(
      evaluateIam([made.document("prod-secrets-key")], {
        ...request,
        principal: { kind: "AWS", arn: operator },
      }),
    ).to.equal("allowed");
    const stranger = "arn:aws:iam::210987654321:user/stranger";
    expect(
      evaluateIam([made.document("prod-secrets-key")], {
        ...request,
        principal: { kind: "AWS", arn: stranger },
      }),
    ).to.equal("denied");
  });

  const arn = (service: string, rest: string) => `arn:aws:${service}:us-west-1:${account}:${rest}`;
  /** What belongs to one stack: an action that deploying needs, and the resource. */
  const belongings = (stack: string): [action: string, resource: string, isRead?: true][] => [
    ["rds:DeleteDBInstance", arn("rds", `db:beo-datastore-${stack}`)],
    ["rds:ModifyDBInstance", arn("rds", `db:beo-datastore-${stack}`)],
    ["s3:PutBucketPolicy", `arn:aws:s3:::beo-datastore-${stack}-media`],
    ["s3:DeleteBucket", `arn:aws:s3:::beo-datastore-${stack}-static`],
    ["sqs:DeleteQueue", arn("sqs", `beo-datastore-${stack}`)],
    ["ssm:GetParameter", arn("ssm", `parameter/beo-datastore-${stack}/SECRET_KEY`), true],
    ["ssm:PutParameter", arn("ssm", `parameter/beo-datastore-${stack}/SECRET_KEY`)],
    [
      "elasticbeanstalk:TerminateEnvironment",
      arn("elasticbeanstalk", `environment/beo-datastore-${stack}/beo-datastore-${stack}`),
    ],
    [
      "elasticbeanstalk:UpdateEnvironment",
      arn("elasticbeanstalk", `environment/beo-datastore-${stack}/beo-datastore-${stack}-worker`),
    ],
    ["logs:DeleteLogGroup", arn("logs", `log-group:/aws/rds/instance/beo-datastore-${stack}/postgresql`)],
    ["cloudwatch:DeleteAlarms", arn("cloudwatch", `alarm:beo-datastore-${stack}-queue-age`)],
    ["sns:DeleteTopic", arn("sns", `beo-datastore-${stack}-alarms`)],
  ];

  it("deploy what belongs to their stack, and nothing of another one", () => {
    for (const own of stacks) {
      for (const other of stacks) {
        for (const [action, resource, isRead] of belongings(other)) {
          const label = `${own}: ${action} ${resource}`;
          expect(allows(own, "deploy", action, resource), label).to.equal(own === other);
          expect(allows(own, "preview", action, resource), label).to.equal(own === other && isRead === true);
        }
      }
    }
  });

  it("change the roles and users in the path of their stack only, with its boundary", () => {
    const identities: [action: string, resource: (stack: string) => string][] = [
      ["iam:PutRolePolicy", (stack) => `role/beo-datastore-${stack}/beo-eb-web-instances-1a2b3c4`],
      ["iam:UpdateAssumeRolePolicy", (stack) => `role/beo-datastore-${stack}/beo-eb-service-1a2b3c4`],
      [
        "iam:AddRoleToInstanceProfile",
        (stack) => `instance-profile/beo-datastore-${stack}/beo-eb-web-1a2b3c4`,
      ],
      ["iam:CreateAccessKey", (stack) => `user/beo-datastore-${stack}/beo-mail-smtp-1a2b3c4`],
      ["iam:DeleteUser", (stack) => `user/beo-datastore-${stack}/beo-datastore-${stack}`],
      ["iam:CreateRole", (stack) => `role/beo-datastore-${stack}/beo-mon-events-1a2b3c4`],
    ];
    const toBoundary = (stack: string) => ({
      "iam:permissionsboundary": `arn:aws:iam::${account}:policy/beo-datastore-${stack}-boundary`,
    });
    for (const [action, getResource] of identities) {
      for (const stack of stacks) {
        const resource = `arn:aws:iam::${account}:${getResource(stack)}`;
        expect(
          allows("staging", "deploy", action, resource, toBoundary("staging")),
          `${action} ${stack}`,
        ).to.equal(stack === "staging");
      }
    }
    const role = `arn:aws:iam::${account}:role/beo-datastore-staging/beo-mon-events-1a2b3c4`;
    expect(allows("staging", "deploy", "iam:CreateRole", role, toBoundary("prod"))).to.equal(false);
    expect(allows("staging", "deploy", "iam:CreateRole", role)).to.equal(false);
  });

  it("cannot change themselves, GitHub's provider or administrators", () => {
    const own = `arn:aws:iam::${account}:role/beo-datastore-staging-deploy`;
    const forbidden: [action: string, resource: string][] = [
      ["iam:CreateRole", own],
      ["iam:TagRole", own],
      ["iam:PutRolePolicy", own],
      ["iam:AttachRolePolicy", own],
      ["iam:UpdateAssumeRolePolicy", own],
      ["iam:UpdateAssumeRolePolicy", `arn:aws:iam::${account}:role/beo-datastore-prod-deploy`],
      ["iam:CreatePolicyVersion", `arn:aws:iam::${account}:policy/beo-datastore-staging-deploy-data`],
      ["iam:AddClientIDToOpenIDConnectProvider", provider],
      ["iam:CreateAccessKey", `arn:aws:iam::${account}:user/admin`],
      ["iam:PassRole", `arn:aws:iam::${account}:role/admin`],
      ["sts:AssumeRole", `arn:aws:iam::${account}:role/admin`],
    ];
    const allowed = forbidden.filter(([action, resource]) =>
      allows("staging", "deploy", action, resource, {
        "iam:passedtoservice": "ec2.amazonaws.com",
        // GitHub's roles have it too.
        "aws:resourcetag/environment": "staging",
        "aws:requesttag/environment": "staging",
      }),
    );
    expect(allowed).to.deep.equal([]);
  });

  it("have the documents of the table, and may do each action of a first update by them", () => {
    const place = {
      account,
      partition: "aws",
      region: "us-west-1",
      settings: completeSettings({}, account).settings,
    };
    for (const stack of stacks) {
      for (const policy of getPolicies("deploy", getStackScope(stack, place))) {
        expect(made.document(policy.name.replace("beo-datastore-", ""))).to.deep.equal(policy.document);
      }
    }
    const actions = [...new Set([...always, ...Object.values(byType).flat()])];
    const granted = getPolicies("deploy", {
      ...getStackScope("prod", place),
      domains: ["example.org"],
    }).flatMap(({ document }) => document.Statement.flatMap(({ Action }) => Action));
    expect(actions.filter((action) => !granted.includes(action))).to.deep.equal([]);
    expect(actions.length).to.be.above(100);
  });

  it("have policies within the limits of IAM", () => {
    const policies = made.resources.filter(({ type }) => type === "aws:iam/policy:Policy");
    expect(policies).to.have.length(36);
    for (const { name, inputs } of policies) {
      expect((inputs.policy as string).replaceAll(/\s/g, "").length, name).to.be.at.most(6144);
    }
    for (const { name } of made.resources.filter(({ type }) => type === "aws:iam/role:Role")) {
      expect(made.document(name.replace(/role$/, "state")).Statement).to.have.length.above(2);
      const attached = made.resources.filter(
        ({ type, parent }) => type.endsWith(":RolePolicyAttachment") && parent?.endsWith(`::${name}`),
      );
      expect(attached.length, name).to.be.within(2, 10);
    }
  });

  it("read only, to preview: no document has an action that changes something", () => {
    const changing = documentsOf("prod", "preview")
      .flatMap(({ Statement }) => [Statement].flat())
      .flatMap(({ Action = [] }) => Action)
      // AWS Budgets has ViewBudget for its descriptions.
      .filter((action) => !/^([a-z0-9-]+:(Describe|Get|List)[A-Za-z]*|budgets:ViewBudget)$/.test(action));
    expect(changing).to.deep.equal(["kms:Decrypt"]);
  });
});

describe("the role of the application's repository", () => {
  let made: Bootstrap;
  before(async () => {
    made = await runBootstrap({ github, applicationRepository: "octo-org/octo-app" });
  });
  const issuer = "token.actions.githubusercontent.com";
  const assume = (role: string, sub: string, aud = "sts.amazonaws.com") =>
    evaluateIam([made.document(`${role}-role`, "assumeRolePolicy")], {
      action: "sts:AssumeRoleWithWebIdentity",
      principal: { kind: "Federated", arn: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
      context: { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: aud },
    });

  it("trusts the environment of its stack in that repository, and nothing else", () => {
    expect(assume("prod-application", "repo:octo-org/octo-app:environment:prod")).to.equal("allowed");
    for (const [sub, aud] of [
      ["repo:octo-org/octo-app:environment:staging"],
      ["repo:octo-org/octo-app:ref:refs/heads/main"],
      ["repo:octo-org/octo-app:pull_request"],
      ["repo:octo-org/octo-repo:environment:prod"],
      ["repo:mallory/octo-app:environment:prod"],
      ["repo:octo-org/octo-app:environment:prod", "https://github.com/octo-org"],
    ] as [string, string?][]) {
      expect(assume("prod-application", sub, aud), sub).to.equal("denied");
    }
    for (const role of ["prod-deploy", "prod-preview"]) {
      expect(assume(role, "repo:octo-org/octo-app:environment:prod"), role).to.equal("denied");
    }
  });

  it("lasts 12 hours, and has the policies of the table for the application", () => {
    for (const stack of stacks) {
      expect(made.inputs(`${stack}-application-role`)).to.deep.include({
        name: `beo-datastore-${stack}-application`,
        maxSessionDuration: 43200,
      });
      const attached = made.resources.filter(
        ({ name, type }) =>
          type.endsWith(":RolePolicyAttachment") && name.startsWith(`${stack}-application-`),
      );
      expect(attached.map(({ inputs }) => (inputs.policyArn as string).replace(/^.*\//, ""))).to.have.members(
        ["application", "beanstalk", "beanstalk-files"].map((policy) => `beo-datastore-${stack}-${policy}`),
      );
    }
  });

  it("has no right on the state and the keys", () => {
    const documents = ["application", "beanstalk", "beanstalk-files"].map((policy) =>
      made.document(`prod-${policy}`),
    );
    const requests: [string, string][] = [
      ["s3:GetObject", `arn:aws:s3:::${bucket}/.pulumi/stacks/beo-datastore/prod.json`],
      ["s3:ListBucket", `arn:aws:s3:::${bucket}`],
      ["kms:Decrypt", `arn:aws:kms:us-west-1:${account}:key/prod-secrets-key`],
    ];
    for (const [action, resource] of requests) {
      expect(evaluateIam(documents, { action, resource }), action).to.equal("denied");
    }
    expect(made.resources.some(({ name }) => name === "prod-application-state")).to.equal(false);
    const arn = `arn:aws:iam::${account}:role/beo-datastore-prod-application`;
    const byKey = evaluateIam([made.document("prod-secrets-key")], {
      action: "kms:Decrypt",
      resource: "*",
      principal: { kind: "AWS", arn },
      context: { "aws:principalarn": arn },
    });
    expect(byKey).to.equal("denied");
  });

  it("works without a repository of the infrastructure", async () => {
    const other = await runBootstrap({ stacks: ["dev"], applicationRepository: "octo-org/octo-app" });
    const roles = other.resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.map(({ name }) => name)).to.deep.equal(["dev-application-role"]);
  });
});

describe("what the permissions of a stack depend on", () => {
  const folder = mkdtempSync(join(tmpdir(), "stack-scope-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const place = {
    account,
    region: "us-west-1",
    partition: "aws",
    settings: completeSettings({}, account).settings,
  };
  const common = { account, region: "us-west-1", partition: "aws", project: "beo-datastore" };

  it("is the stack's tier, domains, mail and topics", () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: beo-datastore\n");
    expect(getStackScope("dev", place, folder)).to.deep.equal({
      ...common,
      environment: "dev",
      backupRegion: "none",
      domains: [],
    });
    writeFileSync(
      join(folder, "Pulumi.live.yaml"),
      [
        "config:",
        "  beo-datastore:environment: prod",
        "  beo-datastore:domain: api.example.org",
        "  beo-datastore:backup: { region: eu-central-1 }",
        "  beo-datastore:mail: { domain: example.org, region: eu-west-1 }",
        '  beo-datastore:monitoring: { topicArns: ["arn:aws:sns:us-west-1:123456789012:ours"] }',
      ].join("\n"),
    );
    expect(getStackScope("live", place, folder)).to.deep.equal({
      ...common,
      environment: "prod",
      backupRegion: "eu-central-1",
      domains: ["api.example.org", "example.org"],
      mailIdentities: ["example.org"],
      mailRegion: "eu-west-1",
      topicArns: ["arn:aws:sns:us-west-1:123456789012:ours"],
    });
  });

  /** Checks stacks whose files have these lines. */
  const check = (files: Record<string, string[]>, values: Record<string, unknown> = {}) => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: beo-datastore\n");
    for (const [stack, lines] of Object.entries(files)) {
      const content = lines.length > 0 ? ["config:", ...lines] : [];
      writeFileSync(join(folder, `Pulumi.${stack}.yaml`), content.join("\n"));
    }
    const { settings } = completeSettings({ stacks: Object.keys(files), ...values }, account);
    return checkStackScopes({ ...place, settings }, folder);
  };

  it("is the name in the stack's file, as in docs/stacks.md", () => {
    const alice = ["  beo-datastore:name: alice", "  beo-datastore:environment: dev"];
    expect(check({ dev: [], alice })).to.deep.equal([]);
    expect(getStackScope("alice", place, folder)).to.include({ project: "alice", environment: "dev" });
  });

  it("refuses two stacks with one application name: their roles would be the same", () => {
    const second = ["  beo-datastore:environment: dev"];
    expect(check({ dev: [], second })).to.deep.equal([
      "The stacks dev and second have the same application name, beo-datastore-dev. Expected one for each: set beo-datastore:name in Pulumi.second.yaml.",
    ]);
  });

  it("refuses a name that begins with the one of another stack, whose snapshots a role would reach", () => {
    const alice = ["  beo-datastore:name: beo-datastore-dev-alice", "  beo-datastore:environment: dev"];
    for (const files of [
      { dev: [], alice },
      { alice, dev: [] },
    ]) {
      const [problem = "", ...others] = check(files);
      expect(others).to.deep.equal([]);
      expect(problem).to.match(
        /^The application name beo-datastore-dev-alice-dev, of the stack alice, begins with beo-datastore-dev-, .*set beo-datastore:name in Pulumi\.alice\.yaml\.$/,
      );
    }
  });

  it("refuses a stack without a tier", () => {
    const [problem = "", ...others] = check({ dev: [], test: [] });
    expect(others).to.deep.equal([]);
    expect(problem).to.match(
      /^The tier of the stack test is test\. Expected dev, staging or prod: set beo-datastore:environment in Pulumi\.test\.yaml/,
    );
  });
});
