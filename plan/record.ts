import { inspect } from "node:util";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import { setMocks } from "@pulumi/pulumi/runtime/mocks";
import * as runtimeSettings from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import { mockInvoke } from "./invoke-mocks";
import { type InvokeMock, type Outputs, type RecordedResource, RecordingMonitor } from "./recording-monitor";

/** The stack that a program runs for. */
export interface RecordOptions {
  project: string;
  stack: string;
  /** The configuration as the engine passes it: qualified keys, string values. */
  config: Record<string, string>;
  /** The keys whose values are secret. */
  secretKeys?: string[];
  /** The outputs of resources. @default none: a preview, in which only inputs are known */
  outputs?: Outputs;
  /** The results of provider functions. @default the mocks of plan/invoke-mocks.ts */
  invoke?: InvokeMock;
}

/** The result of running a program. */
export interface Recording {
  resources: RecordedResource[];
  warnings: string[];
  /** The error that ended the program, if any. */
  error: Error | undefined;
}

const { setMockOptions, waitForRPCs } = runtimeSettings as typeof runtimeSettings & {
  waitForRPCs: () => Promise<void>;
};

/** Runs a program in this process, without the engine, and records what it registers. Not reentrant. */
export async function record(options: RecordOptions, program: () => unknown): Promise<Recording> {
  const { project, stack, config, secretKeys = [], outputs } = options;
  const region = config["aws:region"] ?? "us-west-1";
  const monitor = new RecordingMonitor(options.invoke ?? ((token) => mockInvoke(token, region)), outputs);
  const preview = outputs === undefined;
  // setMocks enables the test mode; setMockOptions then installs the recording monitor.
  await setMocks(monitor.mocks, project, stack, preview);
  // Every stack of a self-managed backend is in this organization.
  setMockOptions(monitor, project, stack, preview, "organization");
  setAllConfig(config, secretKeys);

  const warnings: string[] = [];
  const failures: unknown[] = [];
  const onRejection = (reason: unknown) => failures.push(reason);
  process.on("unhandledRejection", onRejection);
  // Without an engine, the SDK logs to the console.
  const { warn, error } = console;
  console.warn = (text: string) => warnings.push(text.replace(/^warning: \[runtime\] /, ""));
  console.error = (text: string) => {
    const message = text.replace(/^error: \[runtime\] /, "");
    // A logged error is only text: this line is not where it was thrown.
    failures.push(Object.assign(new Error(message), { stack: message }));
  };
  try {
    await runInPulumiStack(async () => (await program()) as Promise<Record<string, unknown>>);
    await waitForRPCs();
  } catch (reason) {
    failures.unshift(reason);
  } finally {
    // Node reports unhandled rejections at the end of the event loop turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onRejection);
    Object.assign(console, { warn, error });
  }
  const [failure] = failures;
  return {
    resources: [...monitor.recorded.values()],
    warnings,
    error:
      failure === undefined || failure instanceof Error
        ? failure
        : new Error(`The program failed: ${inspect(failure)}`, { cause: failure }),
  };
}
