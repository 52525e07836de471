import * as pulumi from "@pulumi/pulumi";

/**
 * Returns hooks that repeat the update of an environment until Elastic Beanstalk accepts it: it refuses updates while
 * `eb deploy` or a managed update changes the environment. The engine repeats an update up to 100 times, for 50 minutes.
 * A preview and the offline plan update nothing, and do not need the hooks.
 */
export function waitUntilReady(name: string): pulumi.ResourceHookBinding | undefined {
  return pulumi.runtime.hasEngine() && !pulumi.runtime.isDryRun()
    ? { onError: [new pulumi.ErrorHook(name, (args) => waitIfBusy(args, 30))] }
    : undefined;
}

/** Waits if Elastic Beanstalk refused an update because the environment is not ready, and returns whether it did. */
export async function waitIfBusy(
  { name, errors: [newest = ""] }: Pick<pulumi.ErrorHookArgs, "name" | "errors">,
  seconds: number,
): Promise<boolean> {
  if (!newest.includes("Must be Ready")) {
    return false;
  }
  await pulumi.log.info(
    `Waiting for ${name}: Elastic Beanstalk is changing the environment, as by eb deploy or a managed platform update. Nothing is lost if you interrupt this update.`,
  );
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return true;
}
