import type { ScalingRules } from "../../components/beanstalk/worker-scaling";

/**
 * What lets an instance finish its tasks when it ends: the lifecycle hook with the overlay, which stops Celery; the hook
 * alone, while Celery goes on and takes new tasks; or nothing.
 */
export type Drain = "hook and overlay" | "hook alone" | "neither";

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
  drain: Drain;
  /** Seconds that Celery gets to finish its tasks. */
  stopTimeout: number;
  /** Seconds that Auto Scaling waits for an instance with the hook. */
  drainTimeout: number;
}

/** Tasks that arrive: when, in seconds, and how long each takes. */
export interface Arrival {
  at: number;
  seconds: number;
}

/**
 * What ends processes or instances: a deployment in place, to half of the instances at a time; the replacement of every
 * instance, one after the other; or a Spot interruption of half of the instances, two minutes after the notice.
 */
export interface Event {
  at: number;
  kind: "deployment" | "replacement" | "interruption";
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
  /** Tasks that ran on an instance when it, or its Celery, was ended. */
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
  /** When it ends at the latest, whether it takes tasks until then, and whether Celery starts again. */
  end?: { by: number; isBusy: boolean; restarts: boolean };
}

/** Seconds in which Celery starts again. */
const restart = 30;

/** The queue, the workers and the two alarms, second by second. */
class Simulation {
  readonly samples: Sample[] = [];
  drained = 0;
  killed = 0;
  scaleInsInFlight = 0;
  instanceSeconds = 0;
  private instances: Instance[];
  private readonly waiting: number[] = [];
  private readonly alarms = { out: 0, idle: 0 };
  /** What is to end, and how, batch by batch. */
  private batches: { kind: Event["kind"]; instances: Instance[] }[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly arrivals: Arrival[],
    private readonly events: Event[],
  ) {
    this.instances = Array.from({ length: fleet.minSize }, () => create(0));
  }

  /** Goes on by a second, and returns whether all is done and the fleet is small again. */
  step(now: number): boolean {
    while (this.arrivals[0] !== undefined && this.arrivals[0].at <= now) {
      this.waiting.push(this.arrivals.shift()?.seconds ?? 0);
    }
    this.startBatch(now);
    for (const instance of this.instances) {
      const before = instance.running.length;
      instance.running = instance.running.filter((end) => end > now);
      this.drained = instance.running.length < before ? now : this.drained;
      this.work(instance, now);
    }
    this.end(now);
    this.instanceSeconds += this.instances.length;
    if (now % 60 === 0) {
      this.scale(now);
    }
    const isIdle = this.instances.every(({ running, taken }) => running.length + taken.length === 0);
    return (
      isIdle &&
      this.arrivals.length + this.waiting.length + this.events.length + this.batches.length === 0 &&
      this.instances.length === this.fleet.minSize
    );
  }

  private work(instance: Instance, now: number): void {
    const { processes, prefetch } = this.fleet;
    if (instance.ready > now || instance.end?.isBusy === false) {
      return;
    }
    while (instance.taken.length < processes * prefetch && this.waiting.length > 0) {
      instance.taken.push(this.waiting.shift() ?? 0);
    }
    while (instance.running.length < processes && instance.taken.length > 0) {
      instance.running.push(now + (instance.taken.shift() ?? 0));
    }
  }

  /** Begins the next batch of an event, once the instances of the last one work again. */
  private startBatch(now: number): void {
    if (this.events[0] !== undefined && this.events[0].at <= now) {
      const { kind = "deployment" } = this.events.shift() ?? {};
      const current = this.instances.filter(({ end }) => end === undefined);
      const size = kind === "replacement" ? 1 : Math.ceil(current.length / 2);
      const batches = Array.from({ length: Math.ceil(current.length / size) }, (_, index) => ({
        kind,
        instances: current.slice(index * size, (index + 1) * size),
      }));
      this.batches.push(...(kind === "interruption" ? batches.slice(0, 1) : batches));
    }
    if (this.instances.every(({ end, ready }) => !end && ready <= now)) {
      const batch = this.batches.shift();
      batch?.instances.forEach((instance) => {
        this.stop(instance, now, batch.kind);
      });
    }
  }

  /** Ends an instance, or with a deployment its Celery. What it has taken ahead goes back to the queue. */
  private stop(instance: Instance, now: number, kind: Event["kind"] | "scale-in"): void {
    const { boot, drain, drainTimeout, stopTimeout } = this.fleet;
    const restarts = kind === "deployment";
    const seconds = kind === "interruption" ? 120 : restarts ? stopTimeout : drainTimeout;
    // Without the overlay nothing on the instance knows that it is to end.
    const isBusy = drain !== "hook and overlay" && !restarts;
    const hasTime =
      drain === "hook and overlay" || kind === "interruption" || (isBusy && drain === "hook alone");
    instance.end = { by: now + (hasTime ? seconds : 0), isBusy, restarts };
    if (!instance.end.isBusy) {
      this.waiting.unshift(...instance.taken.splice(0));
    }
    if (kind === "replacement" || kind === "interruption") {
      this.instances.push(create(now + boot));
    }
  }

  /** Ends what has finished its tasks, or has no more time. */
  private end(now: number): void {
    for (const instance of this.instances) {
      const { end } = instance;
      if (end === undefined || (now < end.by && (end.isBusy || instance.running.length > 0))) {
        continue;
      }
      this.killed += instance.running.length;
      // SQS delivers it again after the visibility timeout.
      this.waiting.unshift(...instance.taken.splice(0));
      instance.running = [];
      if (end.restarts) {
        instance.end = undefined;
        instance.ready = now + restart;
      }
    }
    this.instances = this.instances.filter(
      ({ end, running }) => end === undefined || (now < end.by && (end.isBusy || running.length > 0)),
    );
  }

  private scale(now: number): void {
    const inFlight = this.instances.reduce((sum, { taken }) => sum + taken.length, 0);
    const messages = this.waiting.length + inFlight;
    this.samples.push({ minute: now / 60, messages, instances: this.instances.length });
    const current = this.instances.filter(({ end }) => end === undefined);
    const wanted = desired(messages, current.length, this.fleet, this.alarms);
    if (wanted > current.length) {
      const more = Array.from({ length: wanted - current.length }, () => create(now + this.fleet.boot));
      this.instances.push(...more);
    } else if (wanted < current.length) {
      this.scaleInsInFlight += inFlight > 0 ? 1 : 0;
      // The oldest, which take tasks first: Auto Scaling does not know which instances are busy.
      current.slice(0, current.length - wanted).forEach((instance) => {
        this.stop(instance, now, "scale-in");
      });
    }
  }
}

const create = (ready: number): Instance => ({ ready, running: [], taken: [] });

/** Runs a simulation until all is done and the fleet is small again. */
export function simulate(
  fleet: Fleet,
  arrivals: Arrival[],
  events: Event[] = [],
  longest = 48 * 3600,
): Outcome {
  const coming = [...arrivals].sort((a, b) => a.at - b.at);
  const simulation = new Simulation(fleet, coming, [...events]);
  for (let now = 0; now < longest && !simulation.step(now); now += 1);
  const { samples, drained, instanceSeconds, killed, scaleInsInFlight } = simulation;
  return { samples, drained, instanceHours: instanceSeconds / 3600, killed, scaleInsInFlight };
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
