import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { parse } from "yaml";
import { applicationVariables, type VariableInputs } from "../../../components/application-variables";
import { type Aws, startAws } from "../../e2e/support/tools";
import { Database } from "./database";
import { Instance } from "./instance";
import { createVenv, execute, findTools, getFreePort } from "./tools";

const root = join(__dirname, "../../..");
const names = { media: "beo-media", static: "beo-static", queue: "beo" };

/** Seconds after which Celery ends a task, in the stack's file. */
export const taskTimeLimit = 60;
/** The host by which the load balancer's clients know the application. */
export const host = "beo.us-west-1.elasticbeanstalk.com";

/** The host of CloudFront in front of the application. */
export const distributionHost = "d111111abcdef8.cloudfront.net";

/** A platform, with the Python that it has. */
export interface Stage {
  platform: "docker" | "python";
  /** A folder for files of a test. */
  folder: string;
  database: Database;
  aws: Aws;
  /** The port of the proxy on web instances. */
  port: number;
  /** Starts an instance of an environment, without processes. */
  createInstance: (tier: "web" | "worker", variables?: Record<string, string>) => Instance;
  /** The command of a process, as Elastic Beanstalk starts it. */
  getCommand: (name: "web" | "worker" | "beat") => string;
  stop: () => void;
}

/** Starts PostgreSQL and AWS, and prepares a checkout by `npx beo overlay`. */
export async function createStage(platform: Stage["platform"]): Promise<Stage> {
  const tools = findTools();
  const folder = mkdtempSync(join(tmpdir(), "overlay-"));
  execute("chmod", ["755", folder]);
  const python = platform === "docker" ? tools.python36 : tools.python;
  const venv = createVenv(python, platform === "docker" ? "requirements.txt" : "requirements-current.txt");
  const database = await Database.start(join(folder, "database"), tools.postgres);
  const aws = startAws(join(folder, "aws"));
  await createBucketsAndQueue(aws);
  const [gunicornPort, port] = [await getFreePort(), await getFreePort()];
  const checkout = createCheckout(join(folder, "checkout"), platform, join(folder, "project"));
  useFreePorts(checkout, platform, { gunicornPort, port });
  const instances: Instance[] = [];
  return {
    platform,
    folder,
    database,
    aws,
    port,
    createInstance: (tier, variables = {}) => {
      const instance = new Instance({
        folder: join(folder, `instance-${instances.length}`),
        checkout,
        venv,
        pythonHome: dirname(dirname(python)),
        variables: {
          ...getVariables(tier, database, aws),
          GUNICORN_BIND: `127.0.0.1:${gunicornPort}`,
          ...variables,
        },
      });
      instances.push(instance);
      return instance;
    },
    getCommand: (name) => getCommand(checkout, platform, name),
    stop: () => {
      instances.forEach((instance) => {
        instance.kill();
      });
      database.stop();
      aws.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createCheckout(checkout: string, platform: string, project: string): string {
  cpSync(join(root, "test/application"), checkout, { recursive: true });
  mkdirSync(project);
  cpSync(join(root, "test/fixtures/Pulumi.yaml"), join(project, "Pulumi.yaml"));
  const branch = platform === "docker" ? "Docker" : "Python 3.13";
  writeFileSync(
    join(project, "Pulumi.dev.yaml"),
    `config:
  aws:region: us-west-1
  beo-datastore:platform: { branch: ${branch} }
  beo-datastore:web: { uploadLimit: 6 }
  beo-datastore:worker: { taskTimeLimit: ${taskTimeLimit} }
`,
  );
  // The pinned requirements are the Docker image's.
  if (platform === "python") {
    cpSync(join(checkout, "requirements-current.txt"), join(checkout, "requirements.txt"));
  }
  execute("sh", ["-c", `cd ${project} && node ${root}/cli/beo.js overlay ${checkout} --stack dev`]);
  return checkout;
}

/** Instances are not machines of their own here: the ports have to be free on this one. */
function useFreePorts(checkout: string, platform: string, ports: { gunicornPort: number; port: number }) {
  const file = join(checkout, ".platform/nginx/nginx.conf");
  const source =
    platform === "docker"
      ? join(checkout, ".platform/nginx/docker.conf")
      : join(__dirname, "../nginx/python-platform.conf");
  const text = readFileSync(source, "utf8")
    .replace("listen 80 ", `listen 127.0.0.1:${ports.port} `)
    .replace("127.0.0.1:8000", `127.0.0.1:${ports.gunicornPort}`)
    .replaceAll(
      /include (\/etc\/nginx\/)?conf\.d\/\*\.conf/g,
      "include /var/proxy/staging/nginx/conf.d/*.conf",
    );
  writeFileSync(file, text);
}

/** The command that docker-compose.yml or Procfile has for a process. */
function getCommand(checkout: string, platform: string, name: string): string {
  if (platform === "docker") {
    const compose = parse(readFileSync(join(checkout, "docker-compose.yml"), "utf8"), { merge: true }) as {
      services: Record<string, { command: string[] }>;
    };
    return compose.services[name]?.command.join(" ") ?? "";
  }
  const line = new RegExp(`^${name}: (.*)$`, "m").exec(readFileSync(join(checkout, "Procfile"), "utf8"));
  return line?.[1] ?? "";
}

/** The variables of an environment as `npx beo env` writes them, with the addresses of this machine. */
function getVariables(
  tier: "web" | "worker",
  database: Database,
  { environment }: Aws,
): Record<string, string> {
  const endpoint = environment.AWS_ENDPOINT_URL ?? "";
  const inputs: VariableInputs = {
    adminUrl: "hidden",
    environment: "dev",
    appUrl: "https://app.beotest.net",
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    mediaBucketName: names.media,
    staticBucketName: names.static,
    queueName: names.queue,
    domain: undefined,
    distributionHost,
    additionalHosts: [],
    cnamePrefix: "beo",
    secretKey: "k".repeat(50),
    smtpUser: "user",
    smtpPassword: "password",
    databaseName: database.name,
    databaseHost: "127.0.0.1",
    databasePort: database.port,
    databaseUser: database.user,
    databasePassword: database.password,
    region: "us-west-1",
    supportEmail: "support@beotest.net",
    supportPassword: "password",
    tier,
  };
  return {
    ...Object.fromEntries(applicationVariables.map(({ name, value }) => [name, value(inputs)])),
    BROKER_URL: endpoint.replace("http:", "sqs:"),
    AWS_S3_ENDPOINT_URL: endpoint,
  };
}

async function createBucketsAndQueue({ environment }: Aws): Promise<void> {
  const options = getClientOptions({ environment });
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  for (const Bucket of [names.media, names.static]) {
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-1" } }),
    );
  }
  const attributes = { VisibilityTimeout: "3600" };
  await new SQSClient(options).send(
    new CreateQueueCommand({ QueueName: names.queue, Attributes: attributes }),
  );
}

/** The options of an AWS client. */
export function getClientOptions({ environment }: Pick<Aws, "environment">) {
  return {
    region: "us-west-1",
    endpoint: environment.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    },
  };
}
