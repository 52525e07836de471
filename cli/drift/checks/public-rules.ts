import { GetManagedPrefixListEntriesCommand, type SecurityGroupRule } from "@aws-sdk/client-ec2";
import { exceedsOrganization } from "../../../policies/addresses";
import type { Clients } from "../../aws-clients";
import { groupBy } from "../format-drift";

/**
 * Returns the inbound rules that let in everyone: by themselves, or together with others for the same ports, as 0.0.0.0/1 and
 * 128.0.0.0/1 do. Of a rule with a prefix list, the networks of the list count.
 */
export async function findPublic(
  rules: SecurityGroupRule[],
  ec2: Clients["ec2"],
): Promise<SecurityGroupRule[]> {
  const inbound = await Promise.all(
    rules
      .filter(({ IsEgress }) => IsEgress !== true)
      .map(async (rule) => ({ rule, networks: await readNetworks(rule, ec2) })),
  );
  const isOpen = (networks: string[]) => networks.some(exceedsOrganization());
  const alone = inbound.filter(({ networks }) => isOpen(networks));
  const others = inbound.filter(({ networks }) => networks.length > 0 && !isOpen(networks));
  const together = groupBy(others, ({ rule }) =>
    [rule.IpProtocol, rule.FromPort, rule.ToPort].join(" "),
  ).filter((same) => isOpen(same.flatMap(({ networks }) => networks)));
  return [...alone, ...together.flat()].map(({ rule }) => rule);
}

/** Returns the networks that a rule names; none if its peer is a security group. */
async function readNetworks(
  { CidrIpv4, CidrIpv6, PrefixListId }: SecurityGroupRule,
  ec2: Clients["ec2"],
): Promise<string[]> {
  const cidr = CidrIpv4 ?? CidrIpv6;
  if (PrefixListId === undefined) {
    return cidr === undefined ? [] : [cidr];
  }
  const networks: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, NextToken }));
    networks.push(...(page.Entries ?? []).flatMap(({ Cidr = [] }) => Cidr));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return networks;
}
