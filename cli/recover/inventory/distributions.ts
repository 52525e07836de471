import { ListTagsForResourceCommand, paginateListDistributions } from "@aws-sdk/client-cloudfront";
import { collect, type ExistingResource, toTags } from "../existing";
import { getNames, type Scope } from "./scope";

/** A distribution has no name: those with the planned comment are found, with the stack's tags. */
export async function findDistributions(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:cloudfront/distribution:Distribution";
  const { cloudFront } = scope.aws;
  const names = getNames(scope, type);
  if (names.length === 0) {
    return [];
  }
  const distributions = await collect(
    paginateListDistributions({ client: cloudFront }, {}),
    ({ DistributionList }) => DistributionList?.Items,
  );
  return Promise.all(
    distributions
      .filter(({ Comment = "" }) => names.includes(Comment))
      .map(async ({ Id: id = "", ARN, Comment: name = "" }) => {
        const { Tags } = await cloudFront.send(new ListTagsForResourceCommand({ Resource: ARN }));
        return { type, id, importId: id, name, tags: toTags(Tags?.Items), remove: getRemoval(id) };
      }),
  );
}

/** CloudFront deletes a distribution only once it is disabled everywhere. */
function getRemoval(id: string): string[] {
  const getTag = `$(aws cloudfront get-distribution-config --id ${id} --query ETag --output text)`;
  return [
    `aws cloudfront get-distribution-config --id ${id} --query DistributionConfig | jq '.Enabled = false' | aws cloudfront update-distribution --id ${id} --if-match "${getTag}" --distribution-config file:///dev/stdin`,
    `aws cloudfront wait distribution-deployed --id ${id}`,
    `aws cloudfront delete-distribution --id ${id} --if-match "${getTag}"`,
  ];
}
