import { getVpc } from "@pulumi/aws/ec2/getVpc";
import * as pulumi from "@pulumi/pulumi";
import { getGenerations } from "../components/beanstalk/generations";
import { toBranch } from "./calendar";
import { checkAccount, findLostDatabase } from "./check-account";
import { checkReplica } from "./check-replica";
import type { LostDatabase } from "./database-sources";
import { type LiveEnvironment, readLiveEnvironments } from "./live-environments";
import type { CompleteSettings } from "./tiers";

/** The stack's last deployment, which need not have succeeded. */
export interface Deployment {
  resources: readonly { name: string; outputs: Record<string, unknown> }[];
  /** Id of the account's default VPC, where the configuration names no other. */
  defaultVpcId?: string;
  /** What is left of the database, where AWS has no database. */
  lost?: LostDatabase;
  /** The web environments as they are now, where the configuration deletes some. */
  environments?: readonly LiveEnvironment[] | undefined;
}

/**
 * Reads the stack's last deployment from its state. It is empty before the first one.
 *
 * @param options.asksAws Whether to look for what the state does not have, which needs valid settings and an engine.
 * @param options.ignored The settings that may replace what is deployed.
 * @param options.provider The configuration of the AWS provider.
 * @throws RunError if the credentials belong to another account, the environments cannot be read, or AWS has a replica of the
 * media bucket that the state does not have.
 */
export async function readDeployment(
  settings: CompleteSettings,
  options: { asksAws: boolean; ignored: ReadonlySet<string>; provider: Record<string, unknown> },
): Promise<Deployment> {
  const outputs = await readState();
  const resources = Object.entries(outputs).map(([urn, resource]) => ({
    ...resource,
    name: urn.replace(/^.*::/, ""),
  }));
  const { vpcId, create } = settings.network ?? {};
  const needsVpc = resources.length > 0 && vpcId === undefined && !create;
  const account = checkAccount(resources, pulumi.getStack(), options.provider);
  const [defaultVpcId, lost, environments] = await Promise.all([
    needsVpc ? getDefaultVpcId() : undefined,
    options.asksAws ? findLostDatabase(settings, resources, options.provider) : undefined,
    options.asksAws && !options.ignored.has("platform.generation")
      ? readRemaining(settings, resources, options.provider)
      : undefined,
    account,
    options.asksAws ? checkReplica(settings, resources, pulumi.getStack()) : undefined,
  ]).catch(async (error: unknown) => {
    // The wrong account explains every other failure.
    await account;
    throw error;
  });
  return {
    resources,
    ...(defaultVpcId !== undefined && { defaultVpcId }),
    ...(lost && { lost }),
    ...(environments && { environments }),
  };
}

/** Reads the web environments, if the configuration deletes some. */
async function readRemaining(
  settings: CompleteSettings,
  resources: Deployment["resources"],
  provider: Record<string, unknown>,
): Promise<LiveEnvironment[] | undefined> {
  return getWebs(settings, resources).every(({ stays }) => stays)
    ? undefined
    : readLiveEnvironments(settings.applicationName, String(provider["aws:region"]), provider["aws:profile"]);
}

/**
 * Reads the outputs of the stack's resources, by URN.
 *
 * @param attempts How often to try: the engine writes the state meanwhile, and in a folder a file is empty for a moment.
 */
export async function readState(attempts = 5): Promise<Record<string, { outputs: Record<string, unknown> }>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  try {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the engine defines the result
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { outputs: Record<string, { outputs: Record<string, unknown> }> };
    return outputs;
  } catch (error) {
    if (attempts <= 1 || !String(error).includes("failed to load checkpoint")) {
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return readState(attempts - 1);
  }
}

/** The account may have no default VPC; the network reports that. */
async function getDefaultVpcId(): Promise<string | undefined> {
  try {
    return (await getVpc({ default: true })).id;
  } catch {
    return undefined;
  }
}

/** The web environments of the state, and whether the configuration still has them. */
export function getWebs({ platform }: CompleteSettings, resources: Deployment["resources"]) {
  const configured = getGenerations(platform).map(({ number }) => number);
  return resources.flatMap(({ name: resource, outputs }) => {
    const number = getGeneration(resource, "beo-eb-web");
    const name = toText(outputs.name) ?? "";
    const branch = toBranch(toText(outputs.solutionStackName) ?? "");
    return number === undefined ? [] : [{ number, name, branch, stays: configured.includes(number) }];
  });
}

/** Returns the generation of an environment by the name of its resource, which is `resource` in the first one. */
export function getGeneration(name: string, resource: string): number | undefined {
  const match = new RegExp(`^${resource}(?:-(\\d+))?$`).exec(name);
  return match === null ? undefined : Number(match[1] ?? 1);
}

export function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
