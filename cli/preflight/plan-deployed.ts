import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { mockInvoke } from "../../plan/invoke-mocks";
import { planStack, type StackPlan } from "../../plan/plan";
import type { PropertyValue } from "../../plan/values";
import type { Clients } from "../aws-clients";
import type { StateResource } from "../state";

/** A deployed stack and its account. */
interface Deployed {
  stack: string;
  folder: string;
  program: string;
  region: string;
  state: readonly StateResource[];
  account: string;
  clients: Pick<Clients, "ec2">;
}

/**
 * Plans a deployed stack with its state, as an update does: the program refuses what would replace deployed data.
 *
 * @returns undefined if AWS does not say which VPC is the default one, which the program compares with the deployed one.
 */
export async function planDeployed({
  stack,
  folder,
  program,
  region,
  state,
  account,
  clients,
}: Deployed): Promise<StackPlan | undefined> {
  const current = state.filter(({ delete: isReplaced }) => !isReplaced);
  const inUse = current.find(({ urn }) => urn.endsWith("::beo-net-instances"))?.outputs?.vpcId;
  const vpcs = await clients.ec2
    .send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }))
    .catch(() => undefined);
  if (vpcs === undefined) {
    return undefined;
  }
  const results: Record<string, object> = {
    "pulumi:pulumi:readStackResourceOutputs": {
      outputs: Object.fromEntries(current.map(({ urn, outputs = {} }) => [urn, { outputs }])),
    },
    "aws:index/getCallerIdentity:getCallerIdentity": {
      ...mockInvoke("aws:index/getCallerIdentity:getCallerIdentity", region),
      accountId: account,
    },
    // Without a default VPC, the topic Network has the error.
    "aws:ec2/getVpc:getVpc": { id: vpcs.Vpcs?.[0]?.VpcId ?? inUse },
  };
  const { plan } = await planStack(
    stack,
    folder,
    program,
    (token) => (results[token] ?? mockInvoke(token, region)) as Record<string, PropertyValue>,
  );
  return plan;
}
