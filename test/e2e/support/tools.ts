import { execFileSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { findExecutable } from "../../../cli/pulumi";

/** The Pulumi CLI. npm's package of that name is a launcher, which fetches the CLI when it is first used. */
export function findPulumi(): string {
  const file = findExecutable("pulumi");
  if (file === undefined) {
    throw new Error(
      "There is no `pulumi` on PATH: install the CLI (https://www.pulumi.com/docs/install/) with its plugins aws and random, or run `npm ci`, whose launcher fetches it.",
    );
  }
  try {
    execFileSync(file, ["version"], { stdio: "pipe", timeout: 120_000 });
  } catch (error) {
    throw new Error(`${file} does not run: is it a launcher that cannot fetch the CLI?`, { cause: error });
  }
  return file;
}

const yamlHost = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml@v1.25.0";

/**
 * The folder of the CLI's language host for YAML: on PATH, as the CLI's installer leaves it, or built with Go once.
 *
 * @throws Error where there is neither.
 */
export function findYamlHost(): string {
  const file = findExecutable("pulumi-language-yaml");
  if (file !== undefined) {
    return dirname(file);
  }
  const folder = join(__dirname, "../../../node_modules/.cache/pulumi-yaml");
  try {
    execFileSync("go", ["install", yamlHost], { env: { ...process.env, GOBIN: folder }, stdio: "pipe" });
  } catch (error) {
    throw new Error(
      `There is no \`pulumi-language-yaml\`, which comes with the Pulumi CLI's installer, and \`go install ${yamlHost}\` does not make it.`,
      { cause: error },
    );
  }
  return folder;
}

/** An emulated AWS, and how to end it. */
export interface Aws {
  environment: Record<string, string>;
  stop: () => void;
}

const recorder = join(__dirname, "../aws-models/recorder.py");
/** Where AWS answers otherwise than the emulated one. */
const corrections = [
  "access_logs.py",
  "backups.py",
  "distributions.py",
  "prefix_lists.py",
  "record_changes.py",
  "stopped_databases.py",
  "web_acls.py",
].map((name) => join(__dirname, name));

/**
 * Starts an emulated AWS of our own, or takes the one at AWS_ENDPOINT_URL.
 *
 * @param folder Where it keeps its files.
 * @param requests A file to which it appends the requests that it receives, secrets in plain text. The AWS at
 * AWS_ENDPOINT_URL does not.
 * @param plugins More plug-ins of the emulator.
 * @param permissions A file for the plug-in of test/e2e/permissions.
 *
 * @throws Error where there is none, and for an endpoint that is not on this machine: the suite makes and destroys.
 */
export function startAws(
  folder: string,
  requests?: string,
  plugins: string[] = [],
  permissions?: string,
): Aws {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (endpoint !== undefined) {
    if (!/^https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/?$/.test(endpoint)) {
      throw new Error(`AWS_ENDPOINT_URL is ${endpoint}: the end-to-end suite runs against 127.0.0.1 only.`);
    }
    return {
      environment: {
        AWS_ACCESS_KEY_ID: "emulated",
        AWS_SECRET_ACCESS_KEY: "emulated",
        AWS_ENDPOINT_URL: endpoint,
      },
      stop: () => undefined,
    };
  }
  const emulator = findExecutable("aws-emulator");
  if (emulator === undefined) {
    throw new Error(
      "There is no emulated AWS: set AWS_ENDPOINT_URL to one on 127.0.0.1 that has Elastic Beanstalk, or put `aws-emulator` on PATH.",
    );
  }
  const pidFile = join(folder, "aws.pid");
  const text = execFileSync(emulator, ["start", "--background", "--port", "0", "--pid-file", pidFile], {
    encoding: "utf8",
    env: {
      ...process.env,
      AWS_EMULATOR_PLUGINS: [...corrections, ...plugins, ...(requests === undefined ? [] : [recorder])].join(
        delimiter,
      ),
      AWS_REQUESTS: requests,
      AWS_PERMISSIONS: permissions,
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const environment = Object.fromEntries(
    [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [
      name,
      value.replace(/^['"]|['"]$/g, ""),
    ]),
  );
  return {
    environment,
    stop: () => execFileSync(emulator, ["stop", "--pid-file", pidFile], { stdio: "ignore" }),
  };
}
