import type { PlannedResource } from "../../plan/plan";

/** What `pulumi import --file` reads. */
export interface ImportFile {
  /** URNs of parents that are in the stack already, by name. */
  nameTable: Record<string, string>;
  resources: ImportedResource[];
}

type ImportedResource = { type: string; name: string; parent?: string } & (
  { id: string; version: string } | { component: true }
);

const stackType = "pulumi:pulumi:Stack";

/**
 * Tells Pulumi to take resources over under the program's own names and parents. Parents that are not in the stack yet
 * are made on the way: components, which are nothing in AWS.
 *
 * @param ids The resources' ids in AWS, by URN.
 * @param inState URNs of what is in the stack already.
 * @param version The provider's version, the program's own.
 */
export function importFile(
  planned: PlannedResource[],
  ids: ReadonlyMap<string, string>,
  inState: ReadonlySet<string>,
  version: string,
): ImportFile {
  const byUrn = new Map(planned.map((resource) => [resource.urn, resource]));
  const file: ImportFile = { nameTable: {}, resources: [] };
  const declared = new Set<string>();

  /** Declares a component and those above it; gives its name, or undefined for the stack. */
  const parentName = (urn: string | null): string | undefined => {
    const parent = byUrn.get(urn ?? "");
    if (parent === undefined || parent.type === stackType) {
      return undefined;
    }
    if (!declared.has(parent.urn)) {
      declared.add(parent.urn);
      if (inState.has(parent.urn)) {
        file.nameTable[parent.name] = parent.urn;
      } else {
        add(parent, { component: true });
      }
    }
    return parent.name;
  };
  const add = (
    { type, name, parent }: PlannedResource,
    rest: { component: true } | { id: string; version: string },
  ) => {
    const above = parentName(parent);
    file.resources.push({ type, name, ...(above !== undefined && { parent: above }), ...rest });
  };
  for (const resource of planned) {
    const id = ids.get(resource.urn);
    if (id !== undefined) {
      add(resource, { id, version });
    }
  }
  return file;
}
