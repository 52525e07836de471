import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { measurePreviews } from "./bench/preview";
import { writeTenants } from "./bench/stacks";

/**
 * How fast and how large the offline plan is, as ratios to a baseline of the same run: the time and the memory that Node
 * takes to load Pulumi's SDK.
 */
const root = join(__dirname, "..");
const repetitions = 5;

interface Measure {
  seconds: number;
  megabytes: number;
}

function measure(args: string[], cwd = root): Measure {
  const runs = Array.from({ length: repetitions }, () => {
    const begin = process.hrtime.bigint();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--require", join(root, "scripts/bench/report.js"), ...args],
      { cwd, encoding: "utf8" },
    );
    if (status !== 0) {
      throw new Error(`node ${args.join(" ")} failed:\n${stderr}`);
    }
    return {
      seconds: Number(process.hrtime.bigint() - begin) / 1e9,
      megabytes: Number(/RSS (\d+)/.exec(stderr)?.[1]) / 1024,
    };
  });
  return runs.reduce((best, run) => (run.seconds < best.seconds ? run : best));
}

const preload = ["--require", "./preload.js"];
const baseline = measure(["-e", "require('@pulumi/pulumi')"]);
const show = (what: string, { seconds, megabytes }: Measure) => {
  const ratio = (seconds / baseline.seconds).toFixed(2);
  console.log(
    `${what.padEnd(44)} ${seconds.toFixed(2)} s  ${ratio.padStart(6)} ×  ${megabytes.toFixed(0).padStart(4)} MB`,
  );
};
show("node -e 'require(\"@pulumi/pulumi\")' (baseline)", baseline);
show("offline plan of all stacks", measure(["cli/beo.js", "plan", "--quiet"]));

/** Measures a number of datastores, and says how the time grows. */
function measureGrowth(what: (count: number) => string, measureOne: (count: number) => Measure): void {
  const counts = [1, 10, 25, 50];
  const runs = counts.map(measureOne);
  runs.forEach((run, index) => {
    show(what(counts[index] ?? 0), run);
  });
  console.log(
    `50 take ${((runs.at(-1)?.seconds ?? 0) / (runs[0]?.seconds ?? 1)).toFixed(1)} × the time of one.`,
  );
}

measureGrowth(
  (count) => `plan of ${count} datastores in one program`,
  (count) => measure([...preload, "scripts/bench/datastores.ts", String(count)]),
);
measureGrowth(
  (count) => `offline plan of ${count} stacks`,
  (count) => {
    const folder = writeTenants(count);
    try {
      return measure([join(root, "cli/beo.js"), "plan", "--quiet"], folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

measurePreviews().then(
  ({ fresh, ours }) => {
    const line = (what: string, { seconds, megabytes }: Measure) => {
      const [time, memory] = [seconds / fresh.seconds, megabytes / fresh.megabytes].map((ratio) =>
        ratio.toFixed(2),
      );
      console.log(
        `${what.padEnd(44)} ${seconds.toFixed(1)} s  ${time ?? ""} ×  ${megabytes.toFixed(0)} MB  ${memory ?? ""} ×`,
      );
    };
    line("pulumi preview, fresh aws-typescript", fresh);
    line("pulumi preview, prod, nothing compiled", ours);
  },
  (error: unknown) => {
    console.log(`The engine's previews were left out: ${(error as Error).message}`);
  },
);
