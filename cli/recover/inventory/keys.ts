import {
  DescribeKeyCommand,
  type KMSClient,
  ListResourceTagsCommand,
  paginateListAliases,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import type { PlannedResource } from "../../../plan/plan";
import { ignoreMissing } from "../../adopt/matcher";
import { collect, type ExistingResource } from "../existing";
import { getRegion, type Scope } from "./scope";

const type = "aws:kms/key:Key";
const aliasType = "aws:kms/alias:Alias";

/**
 * The keys of the database and of its backups in another region that the state does not have, the newest with the stack's
 * tags each, and the aliases that it does not have. Older keys encrypt snapshots.
 */
export async function findKeys(scope: Scope): Promise<ExistingResource[]> {
  const keys = scope.planned.filter((resource) => resource.type === type);
  return (await Promise.all(keys.map((key) => findKey(scope, key)))).flat();
}

async function findKey({ aws, planned, state }: Scope, key: PlannedResource): Promise<ExistingResource[]> {
  const getKnown = (resource?: PlannedResource) => state.find(({ urn }) => urn === resource?.urn)?.id;
  const alias = planned.find((one) => one.type === aliasType && one.name === `${key.name}-alias`);
  const known = getKnown(key);
  if (known !== undefined && getKnown(alias) !== undefined) {
    return [];
  }
  const region = getRegion(key);
  const client = aws.kms(region);
  const newest =
    known === undefined
      ? await findNewest(client, (key.inputs.tags ?? {}) as Record<string, string>)
      : undefined;
  const KeyId = known ?? newest?.id;
  if (KeyId === undefined) {
    return [];
  }
  const aliases = await collect(paginateListAliases({ client }, { KeyId }), ({ Aliases }) => Aliases);
  const place = region === undefined ? "" : ` --region ${region}`;
  return [
    ...(newest
      ? [
          {
            ...{ type, id: newest.id, importId: newest.id, name: newest.id },
            ...{ tags: newest.tags, remove: [], urn: key.urn },
          },
        ]
      : []),
    // A key may have aliases of other programs.
    ...aliases
      .filter(({ AliasName = "" }) => {
        const prefix = alias?.inputs.namePrefix;
        return typeof prefix === "string" && AliasName.startsWith(prefix);
      })
      .map(({ AliasName: name = "" }) => ({
        type: aliasType,
        id: name,
        importId: name,
        name,
        remove: [`aws kms delete-alias${place} --alias-name ${name}`],
        ...(alias && { urn: alias.urn }),
      })),
  ];
}

/** Returns the newest enabled key of the client's region with these tags. */
async function findNewest(client: KMSClient, wanted: Record<string, string>) {
  const all = await collect(paginateListKeys({ client }, {}), ({ Keys }) => Keys);
  const found = await Promise.all(
    all.map(async ({ KeyId = "" }) => {
      // The policy of another key may refuse it.
      const response = await ignoreMissing(
        client.send(new ListResourceTagsCommand({ KeyId })),
        "AccessDeniedException",
      );
      const tags = Object.fromEntries(
        (response?.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]),
      );
      if (Object.entries(wanted).some(([name, value]) => tags[name] !== value)) {
        return [];
      }
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      const created = KeyMetadata?.CreationDate?.getTime() ?? 0;
      return KeyMetadata?.KeyState === "Enabled" ? [{ id: KeyId, tags, created }] : [];
    }),
  );
  return found.flat().sort((one, other) => other.created - one.created)[0];
}
