import {
  DescribeKeyCommand,
  ListResourceTagsCommand,
  paginateListAliases,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import { ignoreMissing } from "../../adopt/matcher";
import { collect, type ExistingResource } from "../existing";
import type { Scope } from "./scope";

const type = "aws:kms/key:Key";
const aliasType = "aws:kms/alias:Alias";

/** Finds the database's own key, the newest with the stack's tags, and its alias. Older ones encrypt snapshots. */
export async function findDatabaseKeys({ aws, planned, state }: Scope): Promise<ExistingResource[]> {
  const key = planned.find((resource) => resource.type === type);
  if (key === undefined || state.some((resource) => resource.type === type)) {
    return [];
  }
  const wanted = (key.inputs.tags ?? {}) as Record<string, string>;
  const all = await collect(paginateListKeys({ client: aws.kms }, {}), ({ Keys }) => Keys);
  const found = await Promise.all(
    all.map(async ({ KeyId = "" }) => {
      // The policy of another key may refuse it.
      const response = await ignoreMissing(
        aws.kms.send(new ListResourceTagsCommand({ KeyId })),
        "AccessDeniedException",
      );
      const tags = Object.fromEntries(
        (response?.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]),
      );
      if (Object.entries(wanted).some(([name, value]) => tags[name] !== value)) {
        return [];
      }
      const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
      const created = KeyMetadata?.CreationDate?.getTime() ?? 0;
      return KeyMetadata?.KeyState === "Enabled" ? [{ id: KeyId, tags, created }] : [];
    }),
  );
  const newest = found.flat().sort((one, other) => other.created - one.created)[0];
  if (newest === undefined) {
    return [];
  }
  const { id, tags } = newest;
  const aliases = await collect(
    paginateListAliases({ client: aws.kms }, { KeyId: id }),
    ({ Aliases }) => Aliases,
  );
  const alias = planned.find((resource) => resource.type === aliasType);
  return [
    { type, id, importId: id, name: id, tags, remove: [], urn: key.urn },
    ...aliases.map(({ AliasName: name = "" }) => ({
      type: aliasType,
      id: name,
      importId: name,
      name,
      remove: [`aws kms delete-alias --alias-name ${name}`],
      ...(alias && { urn: alias.urn }),
    })),
  ];
}
