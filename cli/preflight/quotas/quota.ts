import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import type { PlannedResource } from "../../../plan/plan";
import type { Clients } from "../../aws-clients";
import type { Line } from "../../report";

/** What shares the quotas of an account and region. */
export interface Scope {
  /** The stacks that have resources to create. */
  stacks: string[];
  region: string;
  clients: Clients;
  /** The resources that they have to create. */
  planned: PlannedResource[];
}

/** A quota, what is used of it, and what the stacks need. */
export interface Quota {
  what: string;
  /** The service and the code in Service Quotas. */
  service: string;
  code: string;
  used: number;
  needed: number;
  limit: number | undefined;
  /** Whether the stacks need it only after some time, so that the first deployment succeeds without it. */
  isLater?: boolean;
}

/** The actions that `readLimit` needs. */
export const limitActions = ["servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota"];

/** Services with one set of quotas for all regions. */
const globalServices = ["cloudfront", "iam", "route53"];

/** Returns a quota of the account. One that was never changed may have its default only. */
export async function readLimit(
  { clients }: Scope,
  service: string,
  code: string,
): Promise<number | undefined> {
  const client: ServiceQuotasClient = globalServices.includes(service)
    ? clients.globalQuotas
    : clients.quotas;
  const input = { ServiceCode: service, QuotaCode: code };
  const { Quota: found } = await client.send(new GetServiceQuotaCommand(input)).catch((error: unknown) => {
    if ((error as Error).name === "NoSuchResourceException") {
      return client.send(new GetAWSDefaultServiceQuotaCommand(input));
    }
    throw error;
  });
  return found?.Value;
}

/** Describes a quota whose value Service Quotas has. */
export async function describeLimit(scope: Scope, quota: Omit<Quota, "limit">): Promise<Line> {
  return describe(scope, { ...quota, limit: await readLimit(scope, quota.service, quota.code) });
}

export function describe({ region, stacks }: Scope, quota: Quota): Line {
  const { what, service, code, used, needed, limit, isLater = false } = quota;
  if (limit === undefined) {
    return { level: "note", text: `${what}: AWS does not say how many are allowed.` };
  }
  const by = stacks.length > 1 ? ", by all stacks together" : "";
  return used + needed <= limit
    ? { level: "ok", text: `${what}: ${used} of ${limit} used, ${needed} needed at most${by}.` }
    : {
        level: isLater ? "warning" : "error",
        text: `${what}: ${used} of ${limit} used, but up to ${needed} more are needed${by}${isLater ? " in time" : ""}. Request more:`,
        fix: [
          `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${used + needed} --region ${globalServices.includes(service) ? "us-east-1" : region}`,
        ],
      };
}
