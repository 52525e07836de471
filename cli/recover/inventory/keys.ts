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
import { findBackupKeys } from "./backups";
import { findInState, getRegion, type Scope } from "./scope";

const type = "aws:kms/key:Key";
const aliasType = "aws:kms/alias:Alias";

/**
 * The keys of the database and of its backups in another region that the state does not have, and the aliases that it does not
 * have. Of several keys with the stack's tags, it is the one that encrypts the backups which AWS has, without any the newest:
 * AWS adds to a vault or to replicated backups with their own key only. The others encrypt snapshots.
 */
export async function findKeys(scope: Scope): Promise<ExistingResource[]> {
  const keys = scope.planned.filter((resource) => resource.type === type);
  return (await Promise.all(keys.map((key) => findKey(scope, key)))).flat();
}

async function findKey(scope: Scope, key: PlannedResource): Promise<ExistingResource[]> {
  const { aws, planned, state } = scope;
  const getKnown = (resource?: PlannedResource) => resource && findInState(state, resource)?.id;
  const alias = planned.find((one) => one.type === aliasType && one.name === `${key.name}-alias`);
  const known = getKnown(key);
  if (known !== undefined && getKnown(alias) !== undefined) {
    return [];
  }
  const region = getRegion(key);
  const client = aws.kms(region);
  const own =
    known === undefined ? await listOwn(client, (key.inputs.tags ?? {}) as Record<string, string>) : [];
  const inUse = own.length > 1 ? await findBackupKeys(scope, region) : [];
  const found = inUse.flatMap((arn) => own.find(({ id }) => arn.endsWith(`key/${id}`)) ?? [])[0] ?? own[0];
  const KeyId = known ?? found?.id;
  if (KeyId === undefined) {
    return [];
  }
  const aliases = await collect(paginateListAliases({ client }, { KeyId }), ({ Aliases }) => Aliases);
  const place = region === undefined ? "" : ` --region ${region}`;
  return [
    ...(found
      ? [
          {
            ...{ type, id: found.id, importId: found.id, name: found.id },
            ...{ tags: found.tags, remove: [], urn: key.urn },
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

/** Returns the enabled keys of the client's region with these tags, the newest first. */
async function listOwn(client: KMSClient, wanted: Record<string, string>) {
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
  return found.flat().sort((one, other) => other.created - one.created);
}
