import type { PlannedResource } from "../../plan/plan";
import { resourceTypes } from "../../plan/resource-types";
import type { StateResource } from "../state";

/** A resource that exists in AWS. */
export interface ExistingResource {
  type: string;
  /** Its id in Pulumi's state. */
  id: string;
  /** Its id for `pulumi import`; null if the provider cannot import the type. */
  importId: string | null;
  name: string;
  /** Undefined if the type has no tags. */
  tags?: Record<string, string>;
  /** The commands that delete it, in order; none for data. */
  remove: string[];
  /** The planned resource that it is, where the search knows it. Otherwise its name and tags tell. */
  urn?: string;
}

/** An existing resource with the planned one that it is, if there is one. */
export interface MatchedResource extends ExistingResource {
  planned?: PlannedResource;
}

/** Converts the tags of AWS's APIs. */
export function toTags(
  tags: readonly { Key?: string; Value?: string }[] | Record<string, string> | undefined,
): Record<string, string> {
  return Array.isArray(tags)
    ? Object.fromEntries(
        (tags as { Key?: string; Value?: string }[]).map(({ Key = "", Value = "" }) => [Key, Value]),
      )
    : ((tags as Record<string, string> | undefined) ?? {});
}

/** The inputs that hold the physical names of types that the plan does not show by name. */
const nameInputs: Record<string, string> = {
  "aws:sesv2/configurationSet:ConfigurationSet": "configurationSetName",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
};

/** Types whose loss is a loss of data. They are never deleted by a command of this tool. */
export const dataTypes: ReadonlySet<string> = new Set([
  "aws:backup/vault:Vault",
  "aws:kms/key:Key",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:sqs/queue:Queue",
]);

/** Returns the physical name that the inputs of a resource fix. */
export function getFixedName(type: string, inputs: Record<string, unknown> = {}): string | undefined {
  const name = inputs[resourceTypes[type]?.nameInput ?? nameInputs[type] ?? "name"];
  return typeof name === "string" && !name.startsWith("[") ? name : undefined;
}

/**
 * Whether an existing resource is a planned one: it has its name, or the name that Pulumi generates from the logical one,
 * and its tags. Names that Pulumi generates are the same in all stacks of an account, tags are not.
 */
export function isPlanned(
  { type, name, tags, urn }: ExistingResource,
  planned: Pick<PlannedResource, "urn" | "type" | "name" | "inputs">,
): boolean {
  if (type !== planned.type) {
    return false;
  }
  if (urn !== undefined) {
    return urn === planned.urn && hasTags(tags, planned);
  }
  const fixedName = getFixedName(type, planned.inputs);
  if (fixedName !== undefined) {
    // The name says enough; other tags belong to another stack's or application's resource.
    return name === fixedName && (hasTags(tags, planned) || Object.keys(tags ?? {}).length === 0);
  }
  const generated = new RegExp(`^${planned.name.toLowerCase()}-[0-9a-f]{7}$`);
  return generated.test(name.toLowerCase()) && hasTags(tags, planned);
}

function hasTags(
  tags: Record<string, string> | undefined,
  { inputs }: Pick<PlannedResource, "inputs">,
): boolean {
  return Object.entries((inputs.tags ?? {}) as Record<string, unknown>).every(
    ([key, value]) => tags === undefined || tags[key] === value,
  );
}

/** Assigns the planned resources to the existing ones. */
export function matchResources(existing: ExistingResource[], planned: PlannedResource[]): MatchedResource[] {
  return existing.flatMap((resource): MatchedResource[] => {
    const match = planned.find((one) => isPlanned(resource, one));
    return match === undefined ? [] : [{ ...resource, planned: match }];
  });
}

/** Returns the ids of a type in the state. */
export function getIds(resources: readonly StateResource[], type: string): string[] {
  return resources.flatMap((resource) => (resource.type === type ? (resource.id ?? []) : []));
}

/** Returns the items of all pages of a list. */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  select: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) {
    items.push(...(select(page) ?? []));
  }
  return items;
}
