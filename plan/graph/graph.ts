import { factsOf } from "../facts";
import type { RecordedResource } from "../monitor";

/** A component, or what stands beside the components. */
export interface Node {
  id: string;
  title: string;
  /** Its resources that people know by name, and how many there are. */
  lines: string[];
}

/** An arrow of data: an output of the one is an input of the other. */
export interface Edge {
  from: string;
  to: string;
  /** The inputs that it goes into. */
  label: string;
}

/** What a stack consists of, and where its data flows. */
export interface Graph {
  title: string;
  nodes: Node[];
  edges: Edge[];
}

/** Draws a stack's resources together into the components of its datastore, as the program's own references tell. */
export function graphOf(applicationName: string, resources: RecordedResource[]): Graph {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  /** The child of the datastore in which a resource lies; the datastore itself where that is no component. */
  const componentOf = (resource: RecordedResource): RecordedResource => {
    const parent = byUrn.get(resource.parent ?? "");
    if (parent === undefined) {
      return resource;
    }
    if (!parent.type.endsWith(":BeoDatastore")) {
      return componentOf(parent);
    }
    return resource.custom ? parent : resource;
  };

  const members = new Map<RecordedResource, RecordedResource[]>();
  const labels = new Map<string, { from: RecordedResource; to: RecordedResource; inputs: Set<string> }>();
  for (const resource of resources.filter(({ custom }) => custom)) {
    const to = componentOf(resource);
    members.set(to, [...(members.get(to) ?? []), resource]);
    for (const [input, urns] of Object.entries(resource.propertyDependencies)) {
      for (const source of urns.flatMap((urn) => byUrn.get(urn) ?? [])) {
        const from = componentOf(source);
        const key = `${from.urn} ${to.urn}`;
        const edge = labels.get(key) ?? { from, to, inputs: new Set<string>() };
        labels.set(key, edge);
        edge.inputs.add(input);
      }
    }
  }
  return {
    title: applicationName,
    nodes: [...members].map(([component, inside]) => ({
      id: component.name,
      title: component.type.replace(/^.*:/, ""),
      lines: linesOf(applicationName, inside),
    })),
    edges: [...labels.values()]
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, inputs }) => ({
        from: from.name,
        to: to.name,
        label: [...inputs].sort().join(", "),
      })),
  };
}

function linesOf(applicationName: string, resources: RecordedResource[]): string[] {
  const known = resources
    .map(({ type, inputs }) => ({ kind: type.replace(/^.*:/, ""), fact: factsOf(type, inputs) }))
    .filter(({ fact }) => fact.startsWith(applicationName))
    .map(({ kind, fact }) => `${kind} ${fact.split(", ").slice(0, 2).join(", ")}`);
  return [...known, `${resources.length} resource${resources.length === 1 ? "" : "s"}`];
}
