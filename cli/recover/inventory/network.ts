import { ListCertificatesCommand, ListTagsForCertificateCommand } from "@aws-sdk/client-acm";
import { DescribeSecurityGroupRulesCommand, paginateDescribeSecurityGroups } from "@aws-sdk/client-ec2";
import { ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { findZone, listZones } from "../../adopt/records";
import { collect, type ExistingResource, getFixedName, getIds, toTags } from "../existing";
import { getNames, hasPlannedName, hasType, type Scope } from "./scope";

export async function findSecurityGroups(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:ec2/securityGroup:SecurityGroup";
  if (!hasType(scope, type)) {
    return [];
  }
  const { ec2 } = scope.aws;
  const all = await collect(
    paginateDescribeSecurityGroups({ client: ec2 }, {}),
    ({ SecurityGroups }) => SecurityGroups,
  );
  const known = getIds(scope.state, type);
  const groups = all
    .filter(
      ({ GroupId = "", GroupName = "" }) => known.includes(GroupId) || hasPlannedName(scope, type, GroupName),
    )
    .map(({ GroupId: id = "", GroupName: name = "", Tags }) => ({
      type,
      id,
      importId: id,
      name,
      tags: toTags(Tags),
      remove: [`aws ec2 delete-security-group --group-id ${id}`],
    }));
  if (groups.length === 0) {
    return [];
  }
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: groups.map(({ id }) => id) }],
    }),
  );
  const rules = SecurityGroupRules.flatMap((rule): ExistingResource[] => {
    const { SecurityGroupRuleId: id = "", GroupId = "", IsEgress = false, Description, Tags } = rule;
    const direction = IsEgress ? "Egress" : "Ingress";
    const ruleType = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
    const planned = scope.planned.find(
      ({ type: plannedType, inputs }) =>
        plannedType === ruleType &&
        inputs.description === Description &&
        (inputs.fromPort ?? -1) === (rule.FromPort ?? -1),
    );
    const flag = IsEgress ? "egress" : "ingress";
    const command = `aws ec2 revoke-security-group-${flag} --group-id ${GroupId} --security-group-rule-ids ${id}`;
    return planned === undefined
      ? []
      : [
          {
            type: ruleType,
            id,
            importId: id,
            name: id,
            tags: toTags(Tags),
            remove: [command],
            urn: planned.urn,
          },
        ];
  });
  return [...groups, ...rules];
}

export async function findCertificates(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:acm/certificate:Certificate";
  const names = getNames(scope, type);
  const { CertificateSummaryList = [] } =
    names.length === 0 ? {} : await scope.aws.acm.send(new ListCertificatesCommand({ MaxItems: 1000 }));
  return Promise.all(
    CertificateSummaryList.filter(({ DomainName = "" }) => names.includes(DomainName)).map(
      async ({ DomainName: name = "", CertificateArn: arn = "" }) => {
        const { Tags } = await scope.aws.acm.send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
        const remove = [`aws acm delete-certificate --certificate-arn ${arn}`];
        // A certificate that a hand-made setup left has no tags.
        return { type, id: arn, importId: arn, name, tags: { "": "", ...toTags(Tags) }, remove };
      },
    ),
  );
}

/** Records have no tags. The program overwrites those that have the same value in every stack. */
export async function findRecords(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:route53/record:Record";
  const { route53 } = scope.aws;
  const planned = scope.planned.filter(
    ({ type: plannedType, inputs }) =>
      plannedType === type && getFixedName(type, inputs) !== undefined && inputs.allowOverwrite !== true,
  );
  const zones = planned.length === 0 ? [] : await listZones(route53);
  const records = await Promise.all(
    planned.map(async ({ urn, inputs }) => {
      const name = getFixedName(type, inputs) ?? "";
      const zone = findZone(zones, name);
      const { ResourceRecordSets = [] } =
        zone === undefined
          ? {}
          : await route53.send(
              new ListResourceRecordSetsCommand({ HostedZoneId: zone.Id, StartRecordName: name }),
            );
      const id = `${(zone?.Id ?? "").replace("/hostedzone/", "")}_${name}_${inputs.type as string}`;
      return ResourceRecordSets.filter(({ Name, Type }) => Name === `${name}.` && Type === inputs.type).map(
        () => ({
          type,
          id,
          importId: id,
          name: `${name} ${inputs.type as string}`,
          remove: [],
          urn,
        }),
      );
    }),
  );
  return records.flat();
}
