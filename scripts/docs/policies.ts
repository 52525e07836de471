import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";

export const notCovered: [controls: string, reason: string][] = [
  ["ACM.1", "ACM renews the certificates that it issues. Imported ones are no part of this project."],
  ["ACM.2", "ACM issues RSA certificates with 2,048 bits or more."],
  [
    "AutoScaling.1, AutoScaling.2, AutoScaling.6, AutoScaling.9",
    "Elastic Beanstalk creates the Auto Scaling groups. Its options set health checks, zones, instance types and launch templates.",
  ],
  [
    "EC2.4, EC2.16, EC2.17, EC2.20, EC2.23, EC2.24, EC2.51, EC2.171, EC2.173, EC2.180",
    "About the state of a running account, or about VPNs, transit gateways, fleets and network interfaces, which this project does not use.",
  ],
  [
    "EC2.1, EC2.172",
    "About snapshots that others share, and about settings of the account that would cut the application off.",
  ],
  [
    "EC2.10, EC2.55, EC2.56, EC2.57, EC2.58, EC2.60",
    "Interface endpoints cost money for each zone. Requests to AWS use TLS without them.",
  ],
  [
    "ELB.2, ELB.7, ELB.8, ELB.9, ELB.10",
    "About Classic Load Balancers, which the rules refuse for Elastic Beanstalk.",
  ],
  [
    "ELB.4 of Elastic Beanstalk's load balancers",
    "Elastic Beanstalk has no option for it. nginx, in front of Django, ignores header fields with invalid names by default. Load balancers that a program creates are checked.",
  ],
  [
    "ELB.6 of Elastic Beanstalk's load balancers",
    "Elastic Beanstalk could not terminate the environment. The load balancer has no data, and the domain's record follows the environment. Load balancers that a program creates are checked.",
  ],
  [
    "ELB.12 of Elastic Beanstalk's load balancers",
    "Elastic Beanstalk has no option for it, and Elastic Load Balancing's default, defensive, is compliant. Load balancers that a program creates are checked.",
  ],
  [
    "ELB.5 of Elastic Beanstalk's load balancers",
    "A setting, `web.accessLogDays`, which is on in prod. Load balancers that a program creates are checked.",
  ],
  [
    "ELB.18 of load balancers outside Elastic Beanstalk",
    "Covered for HTTP by ELB.1. Network Load Balancers may pass encrypted connections through as TCP.",
  ],
  [
    "ELB.21, ELB.22",
    "Elastic Beanstalk creates the target groups. Behind the load balancer, only its security group reaches the instances.",
  ],
  [
    "CloudFront.1, CloudFront.4, CloudFront.12, CloudFront.13, CloudFront.16, CloudFront.17",
    "About files in S3, failover, functions and signed URLs. The distribution of a dev stack has one origin, the application.",
  ],
  [
    "CloudFront.5, CloudFront.6",
    "A distribution serves dev stacks only. nginx and gunicorn log its requests; a web ACL costs 5 US dollars a month and more.",
  ],
  [
    "CloudFront.7, CloudFront.8, CloudFront.15",
    "About certificates of a domain. The distribution of a dev stack has CloudFront's own, with which CloudFront accepts TLS 1.0 and later.",
  ],
  ["CloudFront.14", "Covered by `required-tags`."],
  ["Backup.1", "About recovery points. Those of RDS are encrypted if their database is, which is checked."],
  [
    "EventBridge.3",
    "The project has no event bus of its own. A policy that gives everyone access is refused.",
  ],
  ["Lambda.2, Lambda.5", "The project has no functions."],
  ["S3.11", "Nothing in this project would receive the events of the buckets."],
  [
    "WAF.1, WAF.2, WAF.3, WAF.4, WAF.6, WAF.7, WAF.8",
    "About AWS WAF Classic, which this project does not use.",
  ],
  ["IAM.4, IAM.5, IAM.6, IAM.7, IAM.8", "Settings of the account, and the use of its users."],
  ["KMS.3", "About keys that are about to be deleted. Pulumi shows a deletion in the preview."],
  ["RDS.4", "A snapshot is encrypted if its database is, which is checked."],
  ["RDS.9", "Covered by RDS.36 and RDS.37 for PostgreSQL, the only engine of this project."],
  [
    "RDS.12, RDS.14, RDS.15, RDS.16, RDS.34, RDS.35, RDS.45, RDS.47, RDS.48",
    "About clusters and Aurora, which this project does not use. Encryption, access, backups and deletion protection of clusters are checked.",
  ],
  [
    "RDS.19, RDS.21, RDS.22",
    "About the events of clusters, parameter groups and security groups. The project subscribes to those of its instance.",
  ],
  ["RDS.23", "The application requires port 5432."],
  ["RDS.40, RDS.41, RDS.42, RDS.44", "About other engines."],
  ["Route53.2", "The hosted zone is not a part of the stack."],
  [
    "S3.6",
    "A rule would need the number of the own account, which a preview does not know. Access for everyone is checked by S3.2 and S3.3.",
  ],
  [
    "S3.24, S3.25",
    "About Multi-Region Access Points and directory buckets, which this project does not use.",
  ],
  [
    "SecretsManager.1, SecretsManager.2, SecretsManager.3, SecretsManager.4",
    "Secrets are SSM parameters. Keys are rotated by a setting.",
  ],
  ["SSM.1, SSM.2, SSM.3, SSM.6", "About the state of running instances."],
  [
    "CloudWatch.16, ELB.16, S3.17, SNS.1, WAF.11",
    "Not in the standard: a firewall with its logs, 365 days of logs and KMS keys cost more than this application's data needs. SSE-KMS would also refuse its signatures.",
  ],
];

/** Returns docs/policies.md. */
export function policiesTable(): string {
  return `# Policies

The policy pack in \`policies/\` checks every resource before it is created. It shares no code with the components, so that
one mistake cannot hide in both. It runs in the offline plan (\`npm start\`) and in the engine:

\`\`\`sh
npx pulumi preview --policy-pack policies --policy-pack-config policy-config.json
npx pulumi up --policy-pack policies --policy-pack-config policy-config.json
\`\`\`

A violation of a mandatory policy stops the update; a violation of an advisory policy prints a warning. Policies read what a
resource does: policy documents by the semantics of IAM, addresses by how many they are, and options with all of their
duplicates. Values that are not known in a preview, such as IDs that AWS assigns, are checked during the update, before the
resource is created. The preview counts and names these policies: "4 rules can only be checked during the update: …".

The pack runs alone, in any project and for programs in any language: copy \`policies/\`, or install what
\`npm pack ./policies\` writes, and name its folder with \`--policy-pack\`.

## Configuration

\`policy-config.json\` configures the policies, for the offline plan, the workflows and the engine. Each policy takes:

- \`enforcementLevel\`: \`mandatory\`, \`advisory\` or \`disabled\`.
- \`exemptions\`: names of resources that the policy skips, each with a reason of at least 10 characters.
- \`productionStacks\` and \`developmentStacks\`: the stacks that count as production and development, \`["prod"]\` and
  \`["dev"]\` by default. For a stack in neither list, the tag \`Environment\` of its resources takes the place of its name.
- The settings of the policy: see [Settings](#settings).

\`\`\`json
{
  "app-no-plaintext-secrets": {
    "exemptions": { "beo-eb-web": "This platform is older than March 2025." }
  }
}
\`\`\`

## Rules

${rules.length} rules. Controls are those of [AWS Security Hub CSPM](https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html), as of August 2026, and of the CIS AWS Foundations Benchmark in the version that is named.

| Name | Rule | Level | Severity | Controls | Remediation |
| --- | --- | --- | --- | --- | --- |
${rules.map(toRuleRow).join("\n")}

## Not covered

Controls of AWS Foundational Security Best Practices for the services of this project that no rule checks.

| Controls | Reason |
| --- | --- |
${notCovered.map((row) => toRow([...row])).join("\n")}

## Settings

| Name | Setting | Default | Description |
| --- | --- | --- | --- |
${rules.flatMap(toSettingRows).join("\n")}
`;
}

function toRuleRow({ name, url, title, level, severity, controls, remediation }: Rule): string {
  return toRow([`[${name}](${url})`, title, level, severity, controls.join(", "), remediation]);
}

function toSettingRows({ name, settings = {} }: Rule): string[] {
  return Object.entries(settings).map(([setting, schema]) =>
    toRow([name, `\`${setting}\``, `\`${JSON.stringify(schema.default)}\``, schema.description]),
  );
}

function toRow(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("*", "\\*")).join(" | ")} |`;
}
