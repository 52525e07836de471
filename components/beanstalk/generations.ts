import * as pulumi from "@pulumi/pulumi";
import type { Platform, PlatformArgs } from "./platform";

/** A pair of environments, web and worker. */
export interface Generation {
  number: number;
  /** What distinguishes its names from those of other generations; "" for the first one. */
  suffix: string;
  platform: Platform;
  /** Whether it stays from before, until it is dismissed. */
  isPrevious: boolean;
  /** Whether its web environment has the application's address. */
  isServing: boolean;
}

/** Returns the generations whose environments exist: the current one, and the previous one until it is dismissed. */
export function getGenerations(platform: Platform): Generation[] {
  const { generation, previousBranch, servingGeneration = generation } = platform;
  const current = { number: generation, platform, isPrevious: false };
  const generations =
    previousBranch === undefined
      ? [current]
      : [
          current,
          {
            number: generation - 1,
            platform: { ...platform, branch: previousBranch, update: false, initialVersion: undefined },
            isPrevious: true,
          },
        ];
  return generations.map((one) => ({
    ...one,
    suffix: getSuffix(one.number),
    isServing: one.number === servingGeneration,
  }));
}

/** Returns the end of the names of a generation's environments and resources. */
export function getSuffix(generation: number): string {
  return generation === 1 ? "" : `-${generation}`;
}

/** Returns the branch of the environments that serve the application. */
export function getServingBranch({
  branch,
  generation,
  previousBranch,
  servingGeneration,
}: Pick<Platform, "branch"> & PlatformArgs): string {
  return servingGeneration === undefined || servingGeneration === generation
    ? branch
    : (previousBranch ?? branch);
}

/** Returns the name of a generation's environment. */
export function toEnvironmentName(name: pulumi.Input<string>, { suffix }: Pick<Generation, "suffix">) {
  return suffix === "" ? name : pulumi.interpolate`${name}${suffix}`;
}
