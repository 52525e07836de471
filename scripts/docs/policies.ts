import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";

/** docs/policies.md. */
export function policiesTable(): string {
  return `# Policies

The pack in \`policies/\` looks at every resource before it is made, in a second opinion that shares no code with the
components. It runs in the offline plan (\`npm start\`), and in the engine:

\`\`\`sh
npx pulumi preview --policy-pack policies --policy-pack-config policy-config.json
npx pulumi up --policy-pack policies --policy-pack-config policy-config.json
\`\`\`

A mandatory rule stops the update; an advisory one tells. A value that AWS makes up during the update, and that a
preview cannot know, is checked during the update.

## Configuration

Which stacks are production and which are development follows from their names, \`prod\` and \`dev\`; of a stack of another
name, from its resources' tag \`Environment\`. \`policy-config.json\` sets, for each rule, other names
(\`productionStacks\`, \`developmentStacks\`: \`["prod", "prod-eu"]\`), the rule's thresholds, its \`enforcementLevel\`, and exemptions
by resource name, each with a reason of at least 10 letters. The offline plan and the workflows read it too:

\`\`\`json
{
  "app-secrets-are-references": {
    "exemptions": { "beo-beanstalk-web": "This platform is older than March 2025." }
  }
}
\`\`\`

## Rules

${rules.length} rules. The controls are those of AWS Foundational Security Best Practices and of the CIS AWS Foundations Benchmark.

| Rule | Demand | Level | Severity | Controls | What to do |
| --- | --- | --- | --- | --- | --- |
${rules.map(rowOf).join("\n")}

## Thresholds

| Rule | Setting | Default | What it is |
| --- | --- | --- | --- |
${rules.flatMap(settingsOf).join("\n")}
`;
}

function rowOf({ name, url, description, level, severity, controls, remediation }: Rule): string {
  return row([`[${name}](${url})`, description, level, severity, controls.join(", "), remediation]);
}

function settingsOf({ name, settings = {} }: Rule): string[] {
  return Object.entries(settings).map(([setting, schema]) =>
    row([name, `\`${setting}\``, `\`${JSON.stringify(schema.default)}\``, schema.description]),
  );
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("*", "\\*")).join(" | ")} |`;
}
