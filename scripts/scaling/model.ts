import type { ScalingRules } from "../../components/beanstalk/worker-scaling";

/** A fleet of workers, and how it is scaled; without rules it stays at its least size. */
export interface Fleet {
  minSize: number;
  maxSize: number;
  rules?: ScalingRules;
  /** Tasks that one instance works on at a time: Celery's processes. */
  processes: number;
  /** Messages that a process takes ahead of its task. */
  prefetch: number;
  /** Seconds from the decision to a working instance. */
  boot: number;
}

/** Tasks that arrive: when, in seconds, and how long each takes. */
export interface Arrival {
  at: number;
  seconds: number;
}

/** One minute of a simulation. */
export interface Sample {
  minute: number;
  /** Messages, waiting and in flight. */
  messages: number;
  instances: number;
}

/** What came of it. */
export interface Outcome {
  samples: Sample[];
  /** Seconds until the last task was done. */
  drained: number;
  instanceHours: number;
  /** Tasks that ran on an instance when it was taken away. */
  killed: number;
  /** Times that instances were taken away while a message was in flight. */
  scaleInsInFlight: number;
}

interface Instance {
  /** When it begins to work. */
  ready: number;
  /** When each running task ends. */
  running: number[];
  /** Lengths of the messages taken ahead: in flight until their tasks begin, which is when Celery acknowledges. */
  taken: number[];
}

/** Runs the queue, the workers and the two alarms, second by second, until all is done and the fleet is small again. */
export function simulate(fleet: Fleet, arrivals: Arrival[], longest = 48 * 3600): Outcome {
  const coming = [...arrivals].sort((a, b) => a.at - b.at);
  const waiting: number[] = [];
  let instances: Instance[] = Array.from({ length: fleet.minSize }, () => ({
    ready: 0,
    running: [],
    taken: [],
  }));
  const samples: Sample[] = [];
  const alarms = { out: 0, idle: 0 };
  let [drained, instanceSeconds, killed, scaleInsInFlight] = [0, 0, 0, 0];

  for (let now = 0; now < longest; now += 1) {
    while (coming[0] !== undefined && coming[0].at <= now) {
      waiting.push(coming.shift()?.seconds ?? 0);
    }
    for (const instance of instances) {
      const before = instance.running.length;
      instance.running = instance.running.filter((end) => end > now);
      drained = instance.running.length < before ? now : drained;
      work(instance, waiting, fleet, now);
    }
    instanceSeconds += instances.length;
    const inFlight = instances.reduce((sum, { taken }) => sum + taken.length, 0);
    const busy = instances.some(({ running }) => running.length > 0);
    if (now % 60 === 0) {
      const messages = waiting.length + inFlight;
      samples.push({ minute: now / 60, messages, instances: instances.length });
      const wanted = desired(messages, instances.length, fleet, alarms);
      if (wanted > instances.length) {
        const more = Array.from({ length: wanted - instances.length }, () => ({
          ready: now + fleet.boot,
          running: [],
          taken: [],
        }));
        instances = [...instances, ...more];
      } else if (wanted < instances.length) {
        const gone = instances.slice(wanted);
        killed += gone.reduce((sum, { running, taken }) => sum + running.length + taken.length, 0);
        scaleInsInFlight += inFlight > 0 ? 1 : 0;
        instances = instances.slice(0, wanted);
      }
    }
    const isDone = coming.length + waiting.length + inFlight === 0 && !busy;
    if (isDone && instances.length === fleet.minSize) {
      break;
    }
  }
  return { samples, drained, instanceHours: instanceSeconds / 3600, killed, scaleInsInFlight };
}

function work(instance: Instance, waiting: number[], fleet: Fleet, now: number): void {
  if (instance.ready > now) {
    return;
  }
  while (instance.taken.length < fleet.processes * fleet.prefetch && waiting.length > 0) {
    instance.taken.push(waiting.shift() ?? 0);
  }
  while (instance.running.length < fleet.processes && instance.taken.length > 0) {
    instance.running.push(now + (instance.taken.shift() ?? 0));
  }
}

/** The size that the alarms ask for, as step scaling reckons it. */
function desired(
  messages: number,
  size: number,
  { rules, minSize, maxSize }: Fleet,
  alarms: { out: number; idle: number },
): number {
  if (rules === undefined) {
    return size;
  }
  const breach = messages / size - rules.out.messagesPerInstance;
  alarms.out = breach > 0 ? alarms.out + 1 : 0;
  alarms.idle = messages === 0 ? alarms.idle + 1 : 0;
  if (alarms.out >= rules.out.evaluationPeriods) {
    const step = rules.out.steps.filter(({ from }) => breach >= from).pop();
    const more = Math.max(1, Math.floor((size * (step?.percent ?? 0)) / 100));
    return Math.min(maxSize, size + more);
  }
  return alarms.idle >= rules.in.evaluationPeriods ? minSize : size;
}
