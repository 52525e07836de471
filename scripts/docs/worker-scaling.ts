import { scalingThresholds } from "../../components/beanstalk/web-scaling";
import { getDrainTimeout, getStopTimeout, taskTimeLimit } from "../../components/celery";
import { tiers } from "../../stacks/tiers";
import { fleet, fleets, losses, outcomes, rules } from "../scaling/scenarios";
import type { Outcome, Sample } from "../scaling/model";
import { webOutcomes } from "../scaling/web";

/** docs/worker-scaling.md. */
export function workerScalingDocument(): string {
  const toMinutes = ({ in: { evaluationPeriods }, period }: typeof rules) =>
    (evaluationPeriods * period) / 60;
  return `# How instances are added and removed

## Workers

Production has ${fleet.minSize} to ${fleet.maxSize} worker instances (\`worker.minSize\`, \`worker.maxSize\`). Two alarms on the Celery queue decide:

- **Scale-out**: for ${rules.out.evaluationPeriods} minutes more than ${rules.out.messagesPerInstance} messages per running instance, waiting or in flight
  (\`worker.messagesPerInstance\`). Each evaluation adds ${rules.out.steps
    .map(({ percent }) => `${percent} %`)
    .join(", ")
    .replace(/, (?=[^,]*$)/, " or ")} of the running instances, depending on
  the number of messages.
- **Scale-in** to the minimum: after ${toMinutes(rules)} minutes without any message, waiting or in flight. Celery acknowledges a
  message when its task begins, so the queue does not show running tasks: the instances finish theirs before they end. With
  \`worker.drain\` false they do not, and scale-in comes after ${toMinutes(fleets.neither.rules ?? rules)} minutes, 1.5 times \`worker.taskTimeLimit\`.

Celery beat, which starts the periodic tasks, runs on one worker at a time, and moves to another one when that worker
ends: see [the application](application.md#one-scheduler).

### Simulated

\`scripts/scaling\` models the queue, the workers (${fleet.processes} processes each, which prefetch ${fleet.prefetch} messages) and the alarms, second
by second. A test checks the tables.

| Tasks | Fleet | Done after | Instance hours | Tasks lost |
| --- | --- | --- | --- | --- |
${outcomes().flatMap(rowsOf).join("\n")}

![10,000 tasks: messages and instances over time](worker-scaling.svg)

### When an instance ends

A lifecycle hook (\`worker.drain\`) keeps the instance until \`beanstalk/drain\` of [the overlay](application.md#when-workers-stop)
has stopped Celery after its tasks, at most ${getDrainTimeout(taskTimeLimit)} seconds: the limit of ${taskTimeLimit}, ${getStopTimeout(0)} to stop, and ${getDrainTimeout(0) - getStopTimeout(0)} to answer. Tasks lost
by four busy instances, with both, and with the hook or nothing alone:

| Event | Hook and overlay | Hook alone | Neither |
| --- | --- | --- | --- |
${losses()
  .map(({ name, killed }) => `| ${name} | ${Object.values(killed).join(" | ")} |`)
  .join("\n")}

With the hook alone, Celery goes on and takes new tasks until the instance ends. \`worker.spot\` saves most of the price of the
instances above \`worker.onDemandBase\`, and is for tasks that end within two minutes or may be lost. Where EC2 foresees an
interruption, capacity rebalancing starts another instance and ends this one through the hook, as far as there is time.

## The web environment

Production has ${tiers.prod.web.minSize ?? 1} to ${tiers.prod.web.maxSize ?? 1} web instances (\`web.minSize\`, \`web.maxSize\`). Every five minutes one is added or removed, by
\`web.scaling\`:

| \`web.scaling\` | Follows | Removes below (\`web.scalingLow\`) | Adds above (\`web.scalingHigh\`) | For |
| --- | --- | --- | --- | --- |
${webMetrics.map(([metric, follows, unit, use]) => `| \`${metric}\` | ${follows} | ${formatThreshold(metric, "low", unit)} | ${formatThreshold(metric, "high", unit)} | ${use} |`).join("\n")}

Elastic Beanstalk's own default follows the outgoing bytes (\`network\` below): it adds no instance for many small answers that
take long to compute, and does for few large ones.

\`scripts/scaling/web.ts\` models a day of production, minute by minute, with most requests at 13:00. Overloaded is a minute in
which more requests came than the instances could answer.

| Load | Scaled by | Most instances | Instance hours | Overloaded minutes |
| --- | --- | --- | --- | --- |
${webOutcomes()
  .map(
    ({ name, metric, day }) =>
      `| ${name} | ${metric} | ${day.most} | ${day.instanceHours.toFixed(0)} | ${day.overloaded} |`,
  )
  .join("\n")}
`;
}

const webMetrics = [
  ["cpu", "average CPU utilization", "%", "requests that compute: the default"],
  [
    "latency",
    "average time of the application's answers",
    "ms",
    "requests that wait, such as for the database",
  ],
  [
    "requests",
    "requests per minute for each instance",
    "",
    "requests of which you know how many an instance answers",
  ],
] as const;

function formatThreshold(metric: string, part: "low" | "high", unit: string): string {
  return `${scalingThresholds[metric]?.[part].toLocaleString("en") ?? ""} ${unit}`.trim();
}

function rowsOf({ name, scaled, least, most }: ReturnType<typeof outcomes>[number]): string[] {
  const row = (what: string, { drained, instanceHours, killed }: Outcome) =>
    `| ${name} | ${what} | ${duration(drained)} | ${instanceHours.toFixed(1)} | ${killed} |`;
  return [row("scaled", scaled), row(`always ${fleet.minSize}`, least), row(`always ${fleet.maxSize}`, most)];
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** docs/worker-scaling.svg: the burst. */
export function workerScalingPlot(): string {
  const samples = outcomes()[0]?.scaled.samples ?? [];
  const [width, height, margin] = [720, 300, 50];
  const minutes = samples.at(-1)?.minute ?? 1;
  const x = (minute: number) => margin + (minute / minutes) * (width - 2 * margin);
  const y = (share: number) => height - margin - share * (height - 2 * margin);
  const line = (of: (sample: Sample) => number) =>
    samples.map((sample) => `${x(sample.minute).toFixed(1)},${y(of(sample)).toFixed(1)}`).join(" ");
  const label = (left: number, top: number, text: string, anchor = "middle", colour = "#444") =>
    `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${text}</text>`;
  const hours = Array.from({ length: Math.floor(minutes / 120) + 1 }, (_, index) => index * 2);
  const marks = [0, 2500, 5000, 7500, 10_000];
  const sizes = Array.from({ length: fleet.maxSize + 1 }, (_, index) => index);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
  <rect width="${width}" height="${height}" fill="#fff"/>
  ${marks.map((mark) => `<line x1="${margin}" x2="${width - margin}" y1="${y(mark / 10_000)}" y2="${y(mark / 10_000)}" stroke="#ddd"/>`).join("\n  ")}
  ${marks.map((mark) => label(margin - 6, y(mark / 10_000) + 4, mark.toLocaleString("en"), "end", "#1f5fa8")).join("\n  ")}
  ${sizes.map((size) => label(width - margin + 6, y(size / fleet.maxSize) + 4, String(size), "start", "#b4500f")).join("\n  ")}
  ${hours.map((hour) => label(x(hour * 60), height - margin + 18, `${hour} h`)).join("\n  ")}
  <polyline fill="none" stroke="#1f5fa8" stroke-width="2" points="${line(({ messages }) => messages / 10_000)}"/>
  <polyline fill="none" stroke="#b4500f" stroke-width="2" points="${line(({ instances }) => instances / fleet.maxSize)}"/>
  ${label(margin, margin - 24, "messages", "middle", "#1f5fa8")}
  ${label(width - margin, margin - 24, "instances", "middle", "#b4500f")}
  ${label(width / 2, margin - 24, "10,000 tasks of 30 seconds at once")}
</svg>
`;
}
