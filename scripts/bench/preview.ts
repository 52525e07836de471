import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { clientsOf } from "../../test/e2e/support/clients";
import { type Aws, findPulumi, startAws } from "../../test/e2e/support/tools";

/** Wall time of `pulumi preview`, and the memory of the program's process. */
export interface PreviewMeasure {
  seconds: number;
  megabytes: number;
}

const root = join(__dirname, "../..");

/** A new program as `pulumi new aws-typescript` makes it: the barrel import, the default options, one bucket. */
const fresh: Record<string, string> = {
  "Pulumi.yaml": "name: beo-datastore\nruntime: nodejs\n",
  "index.ts": 'import * as aws from "@pulumi/aws";\nexport const id = new aws.s3.Bucket("bucket").id;\n',
  "package.json": '{ "name": "fresh", "main": "index.ts" }',
  "tsconfig.json":
    '{ "compilerOptions": { "strict": true, "outDir": "bin", "target": "es2020", "module": "commonjs", "moduleResolution": "node", "sourceMap": true, "forceConsistentCasingInFileNames": true }, "files": ["index.ts"] }',
  "Pulumi.prod.yaml": "config:\n  aws:region: us-west-1\n",
};

const ourParts = [
  "index.ts",
  "preload.js",
  "package.json",
  "tsconfig.json",
  "components",
  "stacks",
  "Pulumi.yaml",
  "Pulumi.prod.yaml",
];
const repetitions = 3;

/**
 * Previews prod, with nothing compiled before, and the fresh program in the same way; of each the fastest of some runs.
 *
 * @throws Error where there is no CLI or no emulated AWS.
 */
export async function measurePreviews(): Promise<{ fresh: PreviewMeasure; ours: PreviewMeasure }> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const aws = startAws(folder);
  try {
    // Prod has its host name in it.
    await clientsOf(aws).route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "bench" }),
    );
    const runs = Array.from({ length: repetitions }, (_, index) => ({
      fresh: preview(programIn(join(folder, `fresh-${index}`), writeFresh), aws),
      ours: preview(programIn(join(folder, `ours-${index}`), copyOurs), aws),
    }));
    const fastest = (program: "fresh" | "ours") =>
      runs.map((run) => run[program]).reduce((best, run) => (run.seconds < best.seconds ? run : best));
    return { fresh: fastest("fresh"), ours: fastest("ours") };
  } finally {
    aws.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder with a program, and with an empty one each for its state and for what is compiled. */
function programIn(folder: string, write: (folder: string) => void): string {
  for (const part of ["state", "tmp"]) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  write(folder);
  return folder;
}

function writeFresh(folder: string): void {
  for (const [file, content] of Object.entries(fresh)) {
    writeFileSync(join(folder, file), content);
  }
}

function copyOurs(folder: string): void {
  for (const part of ourParts) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  // The program does not deploy the placeholders of a fresh clone.
  const stackFile = join(folder, "Pulumi.prod.yaml");
  writeFileSync(stackFile, readFileSync(stackFile, "utf8").replaceAll("example.com", "beo-e2e.net"));
}

function preview(cwd: string, aws: Aws): PreviewMeasure {
  const pulumi = findPulumi();
  const report = join(cwd, "report.txt");
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(pulumi, [...args, "--non-interactive", "--stack", "prod"], {
      cwd,
      encoding: "utf8",
      env: {
        ...process.env,
        ...aws.environment,
        PULUMI_BACKEND_URL: `file://${join(cwd, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "bench",
        TMPDIR: join(cwd, "tmp"),
        NODE_OPTIONS: `--require ${join(root, "scripts/bench/report.js")}`,
        BENCH_REPORT: report,
      },
    });
    if (status !== 0) {
      throw new Error(`pulumi ${args.join(" ")} failed:\n${stdout}${stderr}`);
    }
  };
  run("stack", "init");
  run("config", "set", "aws:s3UsePathStyle", "true");
  const begin = process.hrtime.bigint();
  run("preview");
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const sizes = [...readFileSync(report, "utf8").matchAll(/RSS (\d+)/g)].map(([, size]) => Number(size));
  return { seconds, megabytes: Math.max(...sizes) / 1024 };
}
