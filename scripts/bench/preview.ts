import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { clientsOf } from "../../test/e2e/support/clients";
import { findPulumi, startAws } from "../../test/e2e/support/tools";

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

/**
 * Previews prod, with nothing compiled before, and the fresh program in the same way.
 *
 * @throws Error where there is no CLI or no emulated AWS.
 */
export async function measurePreviews(): Promise<{ fresh: PreviewMeasure; ours: PreviewMeasure }> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const pulumi = findPulumi();
  const aws = startAws(folder);
  try {
    // Prod has its host name in it.
    await clientsOf(aws).route53.send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "bench" }),
    );
    const programs = { fresh: join(folder, "fresh"), ours: join(folder, "ours") };
    mkdirSync(programs.fresh);
    for (const [file, content] of Object.entries(fresh)) {
      writeFileSync(join(programs.fresh, file), content);
    }
    for (const part of [
      "index.ts",
      "package.json",
      "tsconfig.json",
      "components",
      "stacks",
      "Pulumi.yaml",
      "Pulumi.prod.yaml",
    ]) {
      cpSync(join(root, part), join(programs.ours, part), { recursive: true });
    }
    const preview = (cwd: string): PreviewMeasure => {
      symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
      mkdirSync(join(cwd, "state"));
      mkdirSync(join(cwd, "tmp"));
      const report = join(cwd, "report.txt");
      const run = (...args: string[]) => {
        const { status, stdout, stderr } = spawnSync(
          pulumi,
          [...args, "--non-interactive", "--stack", "prod"],
          {
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
          },
        );
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
    };
    return { fresh: preview(programs.fresh), ours: preview(programs.ours) };
  } finally {
    aws.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
