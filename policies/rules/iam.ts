import { toStrings } from "../checks";
import {
  callerKeys,
  coversAll,
  getStatements,
  isRestricted,
  matchesGlob,
  rejectStatements,
  resourceKeys,
  type Statement,
} from "../policy-documents";
import { identityPolicies, types } from "../resource-types";
import type { Check, RuleDefinition } from "../rule";
import { every, find, listOf, some } from "../unknown-values";

const guide = "https://docs.aws.amazon.com/IAM/latest/UserGuide";
const instanceProfileGuide =
  "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html";
/** An action that only a pattern of all actions matches, and NotAction of others. */
const sampleAction = "q7zx:4f2a9c";
const identityTypes = Object.keys(identityPolicies);
const trustPolicies = { "aws:iam/role:Role": ["assumeRolePolicy"] };

/** Actions by which an identity gives itself the permissions of others, with the resources that they are about. */
const escalations = [
  ["iam:PassRole", "iam:role/"],
  ["iam:AttachRolePolicy", "iam:role/"],
  ["iam:PutRolePolicy", "iam:role/"],
  ["iam:UpdateAssumeRolePolicy", "iam:role/"],
  ["sts:AssumeRole", "iam:role/"],
  ["iam:AttachUserPolicy", "iam:user/"],
  ["iam:PutUserPolicy", "iam:user/"],
  ["iam:CreateAccessKey", "iam:user/"],
  ["iam:CreateLoginProfile", "iam:user/"],
  ["iam:UpdateLoginProfile", "iam:user/"],
  ["iam:CreatePolicyVersion", "iam:policy/"],
  ["iam:SetDefaultPolicyVersion", "iam:policy/"],
] as const;

const secretReads = [
  ...["GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory"].map(
    (action) => [`ssm:${action}`, "ssm:parameter/"] as const,
  ),
  ["secretsmanager:GetSecretValue", "secretsmanager:secret:"],
  ["secretsmanager:BatchGetSecretValue", "secretsmanager:secret:"],
] as const;

/** Rules on IAM policies, roles, users and access keys. */
export const iam: RuleDefinition[] = [
  {
    name: "iam-policy-no-statements-with-admin-access",
    title: 'IAM policies should not allow full "*" administrative privileges',
    severity: "high",
    controls: ["IAM.1", "CIS v1.4.0/1.16"],
    remediation: "Name the actions and the resources.",
    types: identityTypes,
    check: rejectStatements(
      identityPolicies,
      (statement) =>
        statement.isAllowed && statement.matchesAction(sampleAction) && coversAll(statement, "sample:"),
      "policy allows all actions, or all but some, on all resources; expected named actions and resources.",
    ),
  },
  {
    name: "iam-policy-no-statements-with-full-access",
    title: "IAM policies should not allow all actions of a service, except S3 on named buckets",
    severity: "low",
    controls: ["IAM.21"],
    remediation: "Name the actions.",
    types: identityTypes,
    check: rejectStatements(
      identityPolicies,
      (statement) =>
        statement.isAllowed &&
        (isNotActionOfService(statement) || some(statement.actions, (action) => /:[*?]+$/.test(action))) &&
        !isS3OnNamedBuckets(statement),
      "policy allows all actions of a service; expected named actions.",
    ),
  },
  {
    name: "iam-policy-no-access-to-all-queues",
    title: "IAM policies should not allow SQS actions on all queues of the account",
    severity: "high",
    remediation: "Name the queues.",
    url: instanceProfileGuide,
    types: identityTypes,
    check: rejectActions(
      [
        "SendMessage",
        "ReceiveMessage",
        "DeleteMessage",
        "ChangeMessageVisibility",
        "PurgeQueue",
        "DeleteQueue",
        "SetQueueAttributes",
        "GetQueueAttributes",
        "CreateQueue",
        "AddPermission",
      ].map((action) => [`sqs:${action}`, "sqs:"]),
      "on all queues; expected named queues.",
    ),
  },
  {
    name: "iam-policy-no-access-to-all-secrets",
    title: "IAM policies should not allow reading all parameters or secrets of the account",
    severity: "high",
    remediation: "Name the parameters, secrets, or their path.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html",
    types: identityTypes,
    check: rejectActions(secretReads, "on all parameters or secrets; expected named ones."),
  },
  {
    name: "iam-policy-no-decryption-on-all-keys",
    title: "IAM policies should not allow decryption with all KMS keys of the account",
    severity: "medium",
    controls: ["KMS.1", "KMS.2"],
    remediation: "Name the keys, or the service that uses them (kms:ViaService).",
    types: identityTypes,
    check: rejectActions(
      [
        ["kms:Decrypt", "kms:key/"],
        ["kms:ReEncryptFrom", "kms:key/"],
      ],
      "with all keys; expected named keys.",
    ),
  },
  {
    name: "iam-policy-no-privilege-escalation",
    title: "IAM policies should not allow passing, assuming or changing all roles, users or policies",
    severity: "high",
    remediation: "Name the roles, users or policies, and for iam:PassRole the service (iam:PassedToService).",
    url: `${guide}/id_roles_use_passrole.html`,
    types: identityTypes,
    check: rejectActions(escalations, "on all roles, users or policies; expected named ones."),
  },
  {
    name: "iam-no-worker-tier-policy",
    title:
      "IAM identities should not have AWSElasticBeanstalkWorkerTier or full access of a service attached",
    severity: "high",
    remediation:
      "AWSElasticBeanstalkWorkerTier allows access to all queues; attach a policy that allows what the worker needs on awseb-* queues. Replace full access by a policy that names actions and resources.",
    url: instanceProfileGuide,
    types: types.policyAttachment,
    check: rejectManagedPolicies(
      // Names go on with the policy's version, such as AmazonDynamoDBFullAccess_v2, or its service.
      /:iam::aws:policy\/.*(AWSElasticBeanstalk(Role)?WorkerTier|(Administrator|PowerUser|Full)Access|SecretsManagerReadWrite)/,
      "a policy with fewer permissions",
    ),
  },
  {
    name: "iam-no-policy-to-read-all-parameters",
    title: "IAM roles should not have AWS managed policies attached that allow reading all SSM parameters",
    severity: "high",
    remediation:
      "For Session Manager, attach a policy that allows ssm:UpdateInstanceInformation and the four actions of ssmmessages.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html",
    types: types.policyAttachment,
    check: rejectManagedPolicies(
      /\/(AmazonSSMManagedInstanceCore|AmazonEC2RoleforSSM|AmazonSSMReadOnlyAccess)/,
      "a policy that names the parameters",
    ),
  },
  {
    name: "iam-role-trust-restricted",
    title: "IAM roles should trust other accounts only under a condition, and never everyone",
    severity: "critical",
    remediation:
      "Name the principals, with the condition sts:ExternalId or aws:PrincipalOrgID for another account. Add an account of yours to the setting accounts.",
    url: `${guide}/id_roles_common-scenarios_third-party.html`,
    types: types.role,
    settings: {
      accounts: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Numbers of the accounts that roles may trust without a condition",
      },
    },
    check(role, report, context) {
      const accounts = context.setting("accounts");
      const isForeign = (principal: string) =>
        !["AROA", "AIDA"].includes(principal.slice(0, 4)) &&
        every(toStrings(accounts), (account) => !principal.split(":").includes(account));
      report(() => {
        const statement = find(
          getStatements(role, trustPolicies),
          (candidate) =>
            candidate.isAllowed &&
            !isRestricted(candidate, callerKeys) &&
            (candidate.notPrincipal ||
              some(candidate.principals("AWS"), (principal) => principal === "*") ||
              (some(candidate.principals("AWS"), isForeign) && !isRestricted(candidate, ["sts:ExternalId"]))),
        );
        return (
          statement !== undefined &&
          "assumeRolePolicy trusts everyone or another account; expected named principals and a condition."
        );
      });
    },
  },
  {
    name: "iam-role-web-identity-trust-restricted",
    title: "IAM roles should trust OpenID Connect providers for named subjects only",
    severity: "critical",
    remediation:
      "Add a condition on the provider's claim sub, such as token.actions.githubusercontent.com:sub equal to repo:<owner>/<repository>:ref:refs/heads/main.",
    url: `${guide}/id_roles_create_for-idp_oidc.html`,
    types: types.role,
    check: rejectStatements(
      trustPolicies,
      (statement) =>
        statement.isAllowed &&
        statement.matchesAction("sts:AssumeRoleWithWebIdentity") &&
        !hasSubject(statement) &&
        some(statement.principals("Federated"), () => true),
      "assumeRolePolicy trusts an OpenID Connect provider for any subject; expected a condition on its claim sub.",
    ),
  },
  {
    name: "iam-user-no-policies-check",
    title: "IAM users should not have IAM policies attached",
    level: "advisory",
    severity: "low",
    controls: ["IAM.2", "CIS v5.0.0/1.14"],
    remediation:
      "Use a group or a role. The guide of BEO Datastore gives its service account one policy of its own.",
    types: types.userPolicy,
    check(_resource, report) {
      report(() => "the policy is attached to a user; expected a group or a role.");
    },
  },
  {
    name: "iam-no-access-keys",
    title: "IAM users should not have long-lived access keys",
    level: "advisory",
    severity: "medium",
    controls: ["IAM.3", "CIS v5.0.0/1.13"],
    remediation:
      "Use a role. If the application reads access keys from its environment, rotate them every 90 days.",
    types: types.accessKey,
    check(_resource, report) {
      report(() => "an access key does not expire; expected temporary credentials.");
    },
  },
];

/** Returns a check that reports an allowed action on all resources of its kind, such as "iam:PassRole" on "iam:role/". */
function rejectActions(actions: readonly (readonly [action: string, kind: string])[], where: string): Check {
  return (resource, report) => {
    report(() => {
      const action = find(listOf(...actions), ([name, kind]) =>
        some(
          getStatements(resource, identityPolicies),
          (statement) =>
            statement.isAllowed &&
            statement.matchesAction(name) &&
            coversAll(statement, kind) &&
            !isRestricted(statement, resourceKeys),
        ),
      );
      return action && `policy allows ${action[0]} ${where}`;
    });
  };
}

/** Whether a statement allows a service but some of its actions. */
function isNotActionOfService(statement: Statement): boolean {
  return statement.notAction && !coversAll(statement, "sample:");
}

/** Whether a statement allows actions of S3 on named buckets only, as the guide's service account has them. */
function isS3OnNamedBuckets({ notAction, notResource, actions, resources }: Statement): boolean {
  return (
    !notAction &&
    !notResource &&
    every(actions, (action) => matchesGlob("s3:*", action)) &&
    every(resources, (resource) => /arn:aws[a-z-]*:s3:::[a-z0-9]/.test(resource))
  );
}

/** Whether a condition names whom an OpenID Connect provider speaks of. */
function hasSubject(statement: Statement): boolean {
  return (
    // These providers issue tokens for one application, which the audience names.
    isRestricted(
      statement,
      ["cognito-identity.amazonaws", "accounts.google", "graph.facebook", "www.amazon"].flatMap((provider) =>
        ["aud", "oaud", "app_id", "sub"].map((claim) => `${provider}.com:${claim}`),
      ),
    ) ||
    some(
      statement.conditions.map((condition) => () => condition),
      (condition) =>
        isRestricted({ conditions: [condition] }, [
          "*:sub",
          "*:repository",
          "*:repository_owner",
          "*:job_workflow_ref",
        ]) &&
        // "repo:*" is any repository, and "repo:*/beo" that of any owner.
        every(condition.values, (value) => !/^(repo|project_path|organization)?:?\*/.test(String(value))),
    )
  );
}

/** Returns a check that rejects the attachment of managed policies, in every form, by their ARNs. */
function rejectManagedPolicies(arns: RegExp, expected: string): Check {
  return ({ props }, report) => {
    report(() => {
      const policy = find(
        [
          () => String(props.policyArn ?? props.managedPolicyArn),
          ...toStrings(props.managedPolicyArns),
          ...toStrings(props.policyArns),
        ],
        (arn) => arns.test(arn),
      );
      return policy !== undefined && `${policy.replace(/.*\//, "")} is attached; expected ${expected}.`;
    });
  };
}
