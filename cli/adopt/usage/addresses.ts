import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { PlannedResource } from "../../../plan/plan";
import { describeRecord, getTargets, listRecordSets, pointsTo } from "../records";
import { getAllowedHosts } from "../roles";
import type { ExistingEnvironment, Usage } from "../survey";
import { readValues, type UsageContext } from "./context";

/** The host names under which users reach the application. */
export async function describeAddresses(
  environments: ExistingEnvironment[],
  { aws, planned }: UsageContext,
): Promise<Usage[]> {
  const web = environments.filter(({ role }) => role === "web");
  const kept = web.flatMap(({ cname, reasons }) =>
    cname === undefined || reasons.length > 0 ? [] : [cname],
  );
  const hosts = getAllowedHosts({ planned });
  const sets = web.length === 0 ? [] : await listRecordSets(aws.route53);
  const records = sets.flatMap((set) => describeRecord(set, web));
  const allowed = readValues(web, "DJANGO_ALLOWED_HOSTS", (value) => value.toLowerCase()).flatMap(
    ({ variable, environment, value }) =>
      value
        .split(/[\s,]+/)
        .filter((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(host))
        .map((host) => ({ variable, environment, value: host, what: "host that Django answers to" })),
  );
  const addresses = web
    .filter(({ isManaged }) => !isManaged)
    .flatMap(({ name, cname: value = "" }) =>
      value === ""
        ? []
        : [{ variable: "CNAME", environment: name, value, what: "address of the environment" }],
    );
  const seen = new Set([...hosts, ...kept]);
  // The program's own environment has had the hosts since it was created; others are addresses of what goes away.
  const isReplaced = web.some(({ isManaged }) => isManaged);
  const reached = [...records, ...addresses, ...allowed].map((usage): Usage => {
    if (isReplaced || seen.has(usage.value)) {
      return usage;
    }
    seen.add(usage.value);
    const reason = "Django answers 400 to other hosts";
    return { ...usage, setting: { key: "web.additionalHosts[]", value: usage.value, reason } };
  });
  return [...reached, ...keepAddress(sets, web, planned)];
}

/** Leaves the domain's record alone while it points to what the program does not have, or take over. */
export function keepAddress(
  sets: ResourceRecordSet[],
  web: ExistingEnvironment[],
  planned: PlannedResource[],
): Usage[] {
  const record = planned.find(
    ({ type, inputs }) => type === "aws:route53/record:Record" && inputs.type === "A",
  );
  const name = record?.inputs.name as string;
  const old = sets.filter(
    (set) =>
      set.Name === `${name}.` &&
      ["A", "AAAA", "CNAME"].includes(set.Type ?? "") &&
      !web.some((environment) => environment.reasons.length === 0 && pointsTo(set, environment)),
  );
  // Once the program has its own web environment, the record may move to it.
  if (record === undefined || old.length === 0 || web.some(({ isManaged }) => isManaged)) {
    return [];
  }
  const what = `record of the domain, which points to ${old.flatMap(getTargets).join(", ")}`;
  const reason = "the address moves last, once the new web environment serves the application";
  const setting = { key: "web.dnsRecord", value: false, reason };
  return [{ variable: "Route 53", environment: "", value: name, what, setting }];
}
