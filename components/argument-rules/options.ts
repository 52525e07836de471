import { findOptionProblems } from "../beanstalk/custom-options";
import type { Context } from "./context";

/** Checks the options of Elastic Beanstalk that have no setting. */
export function checkOptions({ settings, knows, report, findClose }: Context): void {
  const { domain, platform, web, worker } = settings;
  const environments = { web, worker, platform, hasCertificate: domain !== undefined };
  for (const { path, message, fixes } of findOptionProblems(environments, knows, findClose)) {
    report(path, message, ...fixes);
  }
}
