import { applicationVariables } from "../../components/application-variables";
import { groups, keys, type Key } from "../../stacks/keys";
import { tiers } from "../../stacks/tiers";

const outputs: Record<string, string> = {
  applicationName: "name of everything that people know by name",
  url: "where to open the application",
  webEnvironmentName: "for `eb deploy`",
  workerEnvironmentName: "for `eb deploy`",
  databaseHost: "host of the database",
  databasePort: "its port",
  mediaBucketName: "bucket of uploads and results",
  staticBucketName: "bucket of static files",
  queueName: "the Celery queue",
  queueUrl: "its URL",
  dnsRecords: "DNS records that are left to make by hand",
  dashboardUrl: "the stack's dashboard in CloudWatch",
  ebConfig: "text of `.elasticbeanstalk/config.yml`",
  readme: "what to do next",
  webEnvironment: "every variable of the web environment with its value (secret)",
  workerEnvironment: "every variable of the worker environment with its value (secret)",
};

/** docs/configuration.md with its tables as the code has them, each between two marks. */
export function readmeWithTables(text: string): string {
  return Object.entries({ configuration, outputs: outputTable, variables: variableTable }).reduce(
    (readme, [name, table]) =>
      readme.replace(
        new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`,
      ),
    text,
  );
}

function configuration(): string {
  const rows = [
    ...Object.entries(keys).map(([name, key]) => keyRow(name, key)),
    ...Object.entries(groups).flatMap(([group, { keys: inner }]) =>
      Object.entries(inner).map(([name, key]) => keyRow(`${group}.${name}`, key)),
    ),
  ];
  return tableOf(["Key", "What it is", "Legal", "Default"], rows);
}

function keyRow(name: string, key: Key): string[] {
  const fallback = key.required ? "**required**" : (key.default ?? tierDefault(name, key));
  return [
    `\`${name}\`${key.secret ? " (secret)" : ""}`,
    key.description.replaceAll("<", "\\<"),
    key.form.legal,
    fallback,
  ];
}

/** What each tier decides of a key, or the one value where they agree. */
function tierDefault(path: string, { form }: Key): string {
  const otherwise = { boolean: "false", integer: "0", string: "none", list: "none", object: "none" }[
    form.type
  ];
  const values = Object.entries(tiers).map(([tier, settings]) => {
    const decided = path
      .split(".")
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], settings);
    const value = (decided ?? otherwise) as string | number | boolean | string[];
    return { tier, text: Array.isArray(value) ? value.join(", ") : String(value) };
  });
  return new Set(values.map(({ text }) => text)).size === 1
    ? (values[0]?.text ?? otherwise)
    : values.map(({ tier, text }) => `${tier}: ${text}`).join("<br>");
}

function outputTable(): string {
  return tableOf(
    ["Output", "What it is"],
    Object.entries(outputs).map(([name, what]) => [`\`${name}\``, what]),
  );
}

function variableTable(): string {
  return tableOf(
    ["Variable", "Use", "Source", "Secret"],
    applicationVariables.map(({ name, use, source, secret }) => [
      `\`${name}\``,
      use,
      source,
      secret ? "yes" : "",
    ]),
  );
}

function tableOf(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The outputs that docs/configuration.md explains. */
export const outputNames = Object.keys(outputs);
