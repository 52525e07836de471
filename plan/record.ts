import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import { setMocks } from "@pulumi/pulumi/runtime/mocks";
import * as runtimeSettings from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import { answer } from "./answers";
import { Answer, Outputs, RecordedResource, RecordingMonitor } from "./monitor";

/** Where a program runs. */
export interface RecordOptions {
  project: string;
  stack: string;
  /** The configuration as the engine hands it over: full keys, texts. */
  config: Record<string, string>;
  /** The keys whose values are secret. */
  secretKeys?: string[];
  /** What resources give. Default: it is a preview, and only inputs are known. */
  outputs?: Outputs;
  /** What the provider answers. Default: what plan/answers.ts knows. */
  answer?: Answer;
}

/** What a program did. */
export interface Recording {
  resources: RecordedResource[];
  warnings: string[];
  /** What ended it, if it did not come to its end. */
  error: Error | undefined;
}

const { setMockOptions, waitForRPCs } = runtimeSettings as typeof runtimeSettings & {
  waitForRPCs: () => Promise<void>;
};

/** Runs a program in this process, without engine, and records what it registers. One at a time. */
export async function record(options: RecordOptions, program: () => unknown): Promise<Recording> {
  const { project, stack, config, secretKeys = [], outputs } = options;
  const region = config["aws:region"] ?? "us-west-1";
  const monitor = new RecordingMonitor(options.answer ?? ((token) => answer(token, region)), outputs);
  const preview = outputs === undefined;
  // Once for what it switches on, then the monitor that records.
  await setMocks(monitor.mocks, project, stack, preview);
  setMockOptions(monitor, project, stack, preview);
  setAllConfig(config, secretKeys);

  const warnings: string[] = [];
  const failures: unknown[] = [];
  const onRejection = (reason: unknown) => failures.push(reason);
  process.on("unhandledRejection", onRejection);
  // Without an engine the SDK writes its log to the console.
  const { warn, error } = console;
  console.warn = (text: string) => warnings.push(text.replace(/^warning: \[runtime\] /, ""));
  console.error = (text: string) => failures.push(new Error(text.replace(/^error: \[runtime\] /, "")));
  try {
    await runInPulumiStack(async () => (await program()) as Promise<Record<string, unknown>>);
    await waitForRPCs();
  } catch (reason) {
    failures.unshift(reason);
  } finally {
    // Rejections are told at the end of the turn.
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
        : new Error("The program failed", { cause: failure }),
  };
}
