import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { measurePreviews } from "./bench/preview";

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

function measure(args: string[]): Measure {
  const runs = Array.from({ length: repetitions }, () => {
    const begin = process.hrtime.bigint();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--require", "./scripts/bench/report.js", ...args],
      { cwd: root, encoding: "utf8" },
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

const growth = [1, 10, 50].map((count) =>
  measure([...preload, "scripts/bench/datastores.ts", String(count)]),
);
growth.forEach((run, index) => {
  show(`plan of ${[1, 10, 50][index] ?? 0} datastores in one program`, run);
});
const [one, , fifty] = growth;
console.log(
  `50 datastores take ${((fifty?.seconds ?? 0) / (one?.seconds ?? 1)).toFixed(1)} × the time of one.`,
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
