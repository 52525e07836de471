// Tells how much memory a run took at most, in KiB: on standard error, or in the file that BENCH_REPORT names.
const { appendFileSync } = require("node:fs");

process.on("exit", () => {
  const line = `RSS ${process.resourceUsage().maxRSS}\n`;
  if (process.env.BENCH_REPORT) {
    appendFileSync(process.env.BENCH_REPORT, line);
  } else {
    process.stderr.write(line);
  }
});
