import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { getPolicy, policies, type PolicyName, type Scope } from "../../bootstrap/permissions";
import { installPython } from "./support/python";

const folder = join(__dirname, "permissions");
const scope: Scope = {
  partition: "aws",
  account: "123456789012",
  region: "us-west-1",
  project: "beo-datastore",
  environment: "prod",
  domains: ["api.beo.example.org", "example.org"],
};

/**
 * Actions that parliament's list is too old for: https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html
 * and https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html.
 */
const newActions = {
  "read-account": ["cloudwatch:GetAlarmMuteRule", "elasticloadbalancing:GetLoadBalancerWebACL"],
  maintenance: [
    "cloudwatch:DeleteAlarmMuteRule",
    "cloudwatch:PutAlarmMuteRule",
    "elasticloadbalancing:CreateWebACLAssociation",
    "elasticloadbalancing:DeleteWebACLAssociation",
  ],
};

/** Why a finding of parliament is none: by policy ("*": any), issue and, where it matters, detail. */
const reasons: Record<string, string> = {
  "* PERMISSIONS_MANAGEMENT_ACTIONS":
    "Who creates a stack creates its roles, buckets and queues. The resources limit it to the stack.",
  "* RESOURCE_STAR": "The permissions say why (anyResource).",
  "* RESOURCE_MISMATCH":
    "Statements are of several resource types, in several statements where conditions differ, and of Application Load Balancers only. parliament wants every type of every action in each of them, and knows SES by an older reference.",
  "data RESOURCE_POLICY_PRIVILEGE_ESCALATION":
    "The stack's own buckets: who deploys the stack sets their policies, which Block Public Access limits.",
  "identities CREDENTIALS_EXPOSURE":
    "Pulumi creates the access keys of the stack's own users, which have the boundary.",
  "identities PRIVILEGE_ESCALATION": "Users are limited by path, and their policies by the boundary.",
  ...Object.fromEntries(
    Object.entries(newActions).flatMap(([policy, actions]) =>
      actions.map((action) => [
        `${policy} UNKNOWN_ACTION "Unknown action ${action}"`,
        "It is newer than parliament's list.",
      ]),
    ),
  ),
  "boundary PRIVILEGE_ESCALATION":
    "Elastic Beanstalk's service role passes the stack's own roles to instances.",
};

describe("the policy documents", () => {
  it("have no finding of parliament without a reason, and no reason without a finding", () => {
    const documents = Object.fromEntries(
      (Object.keys(policies) as PolicyName[]).map((policy) => [policy, getPolicy(policy, scope).document]),
    );
    const python = installPython(join(folder, "requirements.txt"), "parliament");
    const output = execFileSync(python, ["-B", join(folder, "check.py")], {
      input: JSON.stringify(documents),
      encoding: "utf8",
    });
    const findings = JSON.parse(output) as [policy: string, issue: string, detail: string][];
    const used = new Set<string>();
    const open = findings.filter(([policy, issue, detail]) => {
      const key = [`${policy} ${issue} ${detail}`, `${policy} ${issue}`, `* ${issue}`].find(
        (one) => one in reasons,
      );
      used.add(key ?? "");
      return key === undefined;
    });
    expect(open).to.deep.equal([]);
    expect(Object.keys(reasons).filter((key) => !used.has(key))).to.deep.equal([]);
  });
});
