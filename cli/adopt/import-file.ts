import { createRequire } from "node:module";
import type { PlannedResource } from "../../plan/plan";
import type { PropertyValue } from "../../plan/values";
import { getOption, propertyNamespace } from "../../plan/application-environments";
import type { Step } from "../preview";
import { dataTypes } from "../recover/existing";
import { environmentType } from "./roles";
import type { ExistingEnvironment, Survey } from "./survey";

/** The version of the AWS provider. */
export const { version: providerVersion } = createRequire(__filename)("@pulumi/aws/package.json") as {
  version: string;
};

/** The ids of what is imported, by URN: what exists, is not in the stack yet, and is not blocked. */
export function getImportIds({
  resources,
  inState,
}: Pick<Survey, "resources" | "inState">): Map<string, string> {
  return new Map(
    resources
      .filter(({ urn, blockers }) => !inState.has(urn) && blockers.length === 0)
      .map(({ urn, id }) => [urn, id]),
  );
}

/** The file that `pulumi import --file` reads: https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations */
export interface ImportFile {
  /** URNs of parents that are already in the stack, by name. */
  nameTable: Record<string, string>;
  resources: ImportedResource[];
}

type ImportedResource = { type: string; name: string; parent?: string } & (
  ({ id: string; version: string } & Partial<KnownState>) | { component: true }
);

/** What the import takes for a resource's state instead of reading it. */
export interface KnownState {
  inputs: Record<string, PropertyValue>;
  outputs: Record<string, PropertyValue>;
}

const stackType = "pulumi:pulumi:Stack";

/**
 * Creates the file to import resources with the program's names and parents. Parents that are not in the stack yet are
 * components, which the import creates; they do not exist in AWS.
 *
 * @param ids The ids of the resources in AWS, by URN.
 * @param inState The URNs of all resources in the stack.
 * @param states What is known of resources, by URN. The import takes it instead of reading them. Of environments it would
 * store all options in the state, with the properties in the clear, also passwords; resources of other regions it does not
 * find, and generated names it does not keep.
 * @param version The version of the AWS provider.
 */
export function createImportFile(
  planned: PlannedResource[],
  ids: ReadonlyMap<string, string>,
  inState: ReadonlySet<string>,
  version: string,
  states: ReadonlyMap<string, KnownState> = new Map(),
): ImportFile {
  const byUrn = new Map(planned.map((resource) => [resource.urn, resource]));
  const file: ImportFile = { nameTable: {}, resources: [] };
  const declared = new Set<string>();

  /** Declares a component and its ancestors. Returns its name, or undefined for the stack. */
  const declareParent = (urn: string | null): string | undefined => {
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
    rest: { component: true } | ({ id: string; version: string } & Partial<KnownState>),
  ) => {
    const parentName = declareParent(parent);
    file.resources.push({ type, name, ...(parentName !== undefined && { parent: parentName }), ...rest });
  };
  for (const resource of planned) {
    const id = ids.get(resource.urn);
    if (id !== undefined) {
      add(resource, { id, version, ...states.get(resource.urn) });
    }
  }
  return file;
}

/**
 * Returns what the steps of a rehearsal have read of environments, without their options. Of these it has the plain
 * properties that become references to secrets, with no value: the provider removes them in the update that sets the
 * references, which Elastic Beanstalk rejects otherwise.
 */
export function getEnvironmentStates(
  steps: readonly Step[],
  environments: readonly ExistingEnvironment[],
): ReadonlyMap<string, KnownState> {
  const read = steps.filter(
    ({ op, urn, oldState }) => op !== "refresh" && urn.includes(`${environmentType}::`) && oldState,
  );
  return new Map(
    read.map(({ urn, oldState = {}, newState }) => {
      const { options = [] } = environments.find(({ id }) => id === oldState.id) ?? {};
      const isReference = (variable?: string) =>
        getOption(newState?.inputs ?? {}, `${propertyNamespace}secrets`, variable ?? "") !== undefined;
      const settings = options
        .filter(({ Namespace, OptionName }) => Namespace === propertyNamespace && isReference(OptionName))
        .map(({ OptionName = "" }) => ({
          namespace: propertyNamespace,
          name: OptionName,
          value: "",
          resource: "",
        }));
      const toKnown = ({ allSettings: _, settings: __, ...known }: Record<string, PropertyValue> = {}) =>
        settings.length === 0 ? known : { ...known, settings };
      return [urn, { inputs: toKnown(oldState.inputs), outputs: toKnown(oldState.outputs) }];
    }),
  );
}

/** States by which environments are found in a rehearsal, which reads them afterwards, into its own state. */
export function getProvisionalStates(planned: PlannedResource[]): ReadonlyMap<string, KnownState> {
  return new Map(
    planned
      .filter(({ type }) => type === environmentType)
      .map(({ urn, inputs: { name = "", application = "", tier = "" } }) => {
        const properties = { name, application, tier };
        return [urn, { inputs: properties, outputs: properties }];
      }),
  );
}

/**
 * States by which the next refresh finds resources of other regions than the stack's, and keeps the generated names of data,
 * which an import would not know as generated: the next update would generate others, and replace the data. Each has its id, as
 * every state of the provider, which would take a refresh without one for an import.
 *
 * @param ids The ids of the resources in AWS, by URN. A generated name is one of them.
 */
export function getKnownStates(
  planned: PlannedResource[],
  ids: ReadonlyMap<string, string>,
): ReadonlyMap<string, KnownState> {
  return new Map(
    planned.flatMap(({ urn, type, name, inputs }) => {
      const id = ids.get(urn);
      const isGenerated = id !== undefined && new RegExp(`^${name}-[0-9a-f]{7}$`).test(id);
      if (id === undefined || !(typeof inputs.region === "string" || (isGenerated && dataTypes.has(type)))) {
        return [];
      }
      // A secret, or a value that is not known before the update.
      const isRedacted = (value: PropertyValue) => /"\[(secret|unknown)\]"/.test(JSON.stringify(value));
      const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isRedacted(value)));
      const state: KnownState = isGenerated
        ? { inputs: { ...known, name: id, __defaults: ["name"] }, outputs: { ...known, name: id, id } }
        : { inputs: known, outputs: { ...known, id } };
      return [[urn, state]];
    }),
  );
}
