import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";

/** Returns docs/policies.md. */
export function policiesTable(): string {
  return `# Policies

The policy pack in \`policies/\` checks every resource before it is created. It shares no code with the components, so that
one mistake cannot hide in both. It runs in the offline plan (\`npm start\`) and in the engine:

\`\`\`sh
npx pulumi preview --policy-pack policies --policy-pack-config policy-config.json
npx pulumi up --policy-pack policies --policy-pack-config policy-config.json
\`\`\`

A violation of a mandatory policy stops the update; a violation of an advisory policy prints a warning. Values that are not
known in a preview, such as IDs that AWS assigns, are checked during the update.

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

${rules.length} rules. Controls are those of AWS Foundational Security Best Practices and the CIS AWS Foundations Benchmark v3.0.0.

| Name | Rule | Level | Severity | Controls | Remediation |
| --- | --- | --- | --- | --- | --- |
${rules.map(toRuleRow).join("\n")}

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
