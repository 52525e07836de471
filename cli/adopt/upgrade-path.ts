import { DescribeDBEngineVersionsCommand, type RDSClient, type UpgradeTarget } from "@aws-sdk/client-rds";

/** The oldest major version of PostgreSQL that the program's configuration accepts. */
export const oldestPostgres = 14;

/** Returns the versions that RDS can upgrade a version to. */
export async function readUpgradeTargets(rds: RDSClient, version: string): Promise<UpgradeTarget[]> {
  const { DBEngineVersions: [engine] = [] } = await rds.send(
    new DescribeDBEngineVersionsCommand({ Engine: "postgres", EngineVersion: version }),
  );
  return engine?.ValidUpgradeTarget ?? [];
}

/**
 * Finds the versions to upgrade to, one after the other, until a supported major version is reached: the oldest of them,
 * which changes least.
 *
 * @param oldest The oldest supported major version.
 * @returns undefined if no way leads there.
 */
export async function findUpgradePath(
  getTargets: (version: string) => Promise<UpgradeTarget[]>,
  from: string,
  oldest: number,
): Promise<string[] | undefined> {
  const path: string[] = [];
  for (let version = from; getMajor(version) < oldest;) {
    const targets = (await getTargets(version)).flatMap(({ EngineVersion }) => EngineVersion ?? []);
    const newer = targets.filter((target) => compare(target, version) > 0).sort(compare);
    const supported = newer.filter((target) => getMajor(target) >= oldest);
    const first = supported.filter((target) => getMajor(target) === getMajor(supported[0] ?? ""));
    const next = (supported.length > 0 ? first : newer).at(-1);
    if (next === undefined) {
      return undefined;
    }
    path.push(next);
    version = next;
  }
  return path;
}

export function getMajor(version: string): number {
  return Number.parseInt(version, 10);
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  return (left[0] ?? 0) - (right[0] ?? 0) || (left[1] ?? 0) - (right[1] ?? 0);
}
