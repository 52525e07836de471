import type * as pulumi from "@pulumi/pulumi";
import type { VolumeType } from "../enums";
import { formatValue, type OptionSettings } from "./option-settings";

/** The root volume of an environment's instances. */
export interface RootVolumeArgs {
  /**
   * GiB of an instance's root volume, 10–16,384.
   *
   * @default 20
   * @changing Replaces the instances.
   */
  rootVolumeSize?: pulumi.Input<number>;
  /**
   * Type of the root volume: gp3, gp2 or io1.
   *
   * @default "gp3"
   * @changing Replaces the instances.
   */
  rootVolumeType?: VolumeType;
  /**
   * I/O operations of the root volume per second: with gp3 3,000–16,000 and at most 500 for each GiB, with io1, which needs
   * them, 100–20,000 and at most 50 for each GiB.
   *
   * @default 3,000 with gp3
   * @changing Replaces the instances.
   */
  rootVolumeIops?: number;
  /**
   * Throughput of a gp3 root volume in MiB per second, 125–1,000 and at most a quarter of its I/O operations per second.
   *
   * @default 125 MiB per second
   * @changing Replaces the instances.
   */
  rootVolumeThroughput?: number;
}

/** Defaults of {@link RootVolumeArgs}. */
export const rootVolumeDefaults = { rootVolumeSize: 20, rootVolumeType: "gp3" } satisfies RootVolumeArgs;

/** I/O operations per second of the types that can have them: Elastic Beanstalk's range, and EBS's maximum for each GiB. */
export const iopsLimits = {
  gp3: { min: 3000, max: 16000, perGiB: 500 },
  io1: { min: 100, max: 20000, perGiB: 50 },
};

/** The options of the root volume, in the namespace `aws:autoscaling:launchconfiguration`. */
export function getRootVolumeOptions(
  volume: RootVolumeArgs & Required<Pick<RootVolumeArgs, "rootVolumeSize" | "rootVolumeType">>,
): OptionSettings[string] {
  const { rootVolumeIops, rootVolumeThroughput } = volume;
  return {
    RootVolumeType: volume.rootVolumeType,
    RootVolumeSize: formatValue(volume.rootVolumeSize),
    ...(rootVolumeIops !== undefined && { RootVolumeIOPS: formatValue(rootVolumeIops) }),
    ...(rootVolumeThroughput !== undefined && { RootVolumeThroughput: formatValue(rootVolumeThroughput) }),
  };
}
