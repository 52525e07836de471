import type { Aws } from "./tools";

/** A call that the emulated AWS had. */
export interface Call {
  service: string;
  action: string;
  /** Long values are cut. */
  params: Record<string, unknown>;
  error: string | null;
}

/** What goes wrong with the next calls. */
export interface Fault {
  /** "*": any. */
  service: string;
  action: string;
  error: string;
  message?: string;
  /** How many calls; below 0: all. */
  count: number;
  /** How many calls pass first. */
  after?: number;
  /** Only calls with these parameters. */
  match?: Record<string, string>;
  /** "event": the call succeeds, and what it began ends in an ERROR event. */
  mode?: "event";
}

/** The emulated AWS's own controls: what was called, and what is to fail. */
export function emulatorOf({ environment }: Aws) {
  const control = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${environment.AWS_ENDPOINT_URL ?? ""}/_emulator/${path}`, init);
    return await response.json();
  };
  return {
    async calls(): Promise<Call[]> {
      const answer = (await control("calls?limit=100000")) as { calls?: Call[] } | Call[];
      return Array.isArray(answer) ? answer : (answer.calls ?? []);
    },
    async fail(fault: Fault): Promise<void> {
      await control("faults", {
        method: "POST",
        body: JSON.stringify(fault),
        headers: { "Content-Type": "application/json" },
      });
    },
    /** The faults, and how often each has come up. */
    async faults(): Promise<(Fault & { hits: number })[]> {
      return ((await control("faults")) as { faults: (Fault & { hits: number })[] }).faults;
    },
    /** Changes settings of the emulated AWS, such as database_log_groups. */
    async set(settings: Record<string, string>): Promise<void> {
      await control("settings", {
        method: "POST",
        body: JSON.stringify(settings),
        headers: { "Content-Type": "application/json" },
      });
    },
    async clearFaults(): Promise<void> {
      await control("faults", { method: "DELETE" });
    },
  };
}
