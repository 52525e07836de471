import { describeAwsFailure } from "../aws-failure";
import { checkAdoption } from "./checks/adoption";
import { checkBuckets } from "./checks/buckets";
import { checkDatabases } from "./checks/databases";
import { checkEncryptionKeys } from "./checks/encryption-keys";
import { checkEnvironments } from "./checks/environments";
import { checkIdentities } from "./checks/identities";
import { checkMainRouteTable } from "./checks/main-route-table";
import { checkNetworkAcls } from "./checks/network-acls";
import { checkRoutes } from "./checks/routes";
import { checkSecurityGroups } from "./checks/security-groups";
import { checkSubnetRouteTables } from "./checks/subnet-route-tables";
import type { Check, Context } from "./context";
import type { Comparison, Drift } from "./drift";

// Its note is the first one.
const checks = [
  checkAdoption,
  checkSecurityGroups,
  checkRoutes,
  checkMainRouteTable,
  checkSubnetRouteTables,
  checkNetworkAcls,
  checkIdentities,
  checkEnvironments,
  checkDatabases,
  checkBuckets,
  checkEncryptionKeys,
];

/** Reads what AWS has beside the program. Pulumi does not see it. */
export async function readAws(context: Context): Promise<Omit<Comparison, "pending">> {
  const results = await Promise.all(checks.flatMap((check) => check(context)).map(runCheck));
  const found = results.flat();
  return {
    drift: found.filter((one) => typeof one === "object" && "urn" in one),
    notes: found.filter((one) => typeof one === "string"),
    notCompared: found.flatMap((one) => (typeof one === "object" && "reason" in one ? one.reason : [])),
  };
}

/** A check that fails is reported: what it would have found is not known. */
async function runCheck({ what, find }: Check): Promise<(Drift | string | { reason: string })[]> {
  try {
    return await find();
  } catch (error) {
    return [{ reason: `${what}: ${describeAwsFailure(error as Error).reason}` }];
  }
}
