import { variables } from "../../components/environment";

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

/** README.md with its tables as the code has them, each between two marks. */
export function readmeWithTables(text: string): string {
  return Object.entries({ outputs: outputTable, variables: variableTable }).reduce(
    (readme, [name, table]) =>
      readme.replace(
        new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`,
      ),
    text,
  );
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
    variables.map(({ name, use, source, secret }) => [`\`${name}\``, use, source, secret ? "yes" : ""]),
  );
}

function tableOf(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The outputs that the README explains. */
export const outputNames = Object.keys(outputs);
