import {
  ListIPSetsCommand,
  ListResourcesForWebACLCommand,
  ListTagsForResourceCommand,
  ListWebACLsCommand,
  type WAFV2Client,
} from "@aws-sdk/client-wafv2";
import { type ExistingResource, toTags } from "../existing";
import { hasPlannedName, hasType, type Scope } from "./scope";

const aclType = "aws:wafv2/webAcl:WebAcl";
const ipSetType = "aws:wafv2/ipSet:IpSet";

/** What the lists of AWS WAF say of a web ACL or an IP set. */
interface Summary {
  Name?: string;
  Id?: string;
  ARN?: string;
  LockToken?: string;
}

/** The web ACL of a maintenance, and its IP set. */
export async function findWebAcls(scope: Scope): Promise<ExistingResource[]> {
  const { waf } = scope.aws;
  if (!hasType(scope, aclType)) {
    return [];
  }
  // An account has 100 of each at most: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html
  const page = { Scope: "REGIONAL", Limit: 100 } as const;
  const [{ WebACLs = [] }, { IPSets = [] }] = await Promise.all([
    waf.send(new ListWebACLsCommand(page)),
    waf.send(new ListIPSetsCommand(page)),
  ]);
  const ofType = (type: string, found: Summary[]) =>
    found.filter(({ Name = "" }) => hasPlannedName(scope, type, Name));
  return Promise.all([
    ...ofType(aclType, WebACLs).map(async (acl) => {
      const { ResourceArns = [] } = await waf.send(
        new ListResourcesForWebACLCommand({
          WebACLArn: acl.ARN,
          ResourceType: "APPLICATION_LOAD_BALANCER",
        }),
      );
      return describe(
        waf,
        aclType,
        acl,
        ResourceArns.map((arn) => `aws wafv2 disassociate-web-acl --resource-arn ${arn}`),
      );
    }),
    // After the web ACL that refers to it.
    ...ofType(ipSetType, IPSets).map((ipSet) => describe(waf, ipSetType, ipSet)),
  ]);
}

async function describe(
  waf: WAFV2Client,
  type: string,
  { Name: name = "", Id: id = "", ARN, LockToken = "" }: Summary,
  before: string[] = [],
): Promise<ExistingResource> {
  const { TagInfoForResource } = await waf.send(new ListTagsForResourceCommand({ ResourceARN: ARN }));
  const verb = type === aclType ? "delete-web-acl" : "delete-ip-set";
  const remove = `aws wafv2 ${verb} --scope REGIONAL --name ${name} --id ${id} --lock-token ${LockToken}`;
  return {
    type,
    id,
    importId: `${id}/${name}/REGIONAL`,
    name,
    tags: toTags(TagInfoForResource?.TagList),
    remove: [...before, remove],
  };
}
