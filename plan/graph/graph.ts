import type { RecordedResource } from "../monitor";
import { getShortType, summarize } from "../resource-types";

/** A component, or the datastore itself for resources outside the components. */
export interface Node {
  id: string;
  title: string;
  /** Its resources with a physical name, and the number of all its resources. */
  lines: string[];
}

/** A flow of data: an output of one component is an input of the other. */
export interface Edge {
  from: string;
  to: string;
  /** The inputs that use the output. */
  label: string;
}

/** The components of a stack and the data flow between them. */
export interface Graph {
  title: string;
  nodes: Node[];
  edges: Edge[];
}

/** Groups a stack's resources by component and derives the data flow from their references. */
export function createGraph(applicationName: string, resources: RecordedResource[]): Graph {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  /** The component of the datastore that contains a resource; the datastore itself for resources outside. */
  const getComponent = (resource: RecordedResource): RecordedResource => {
    const parent = byUrn.get(resource.parent ?? "");
    if (parent === undefined) {
      return resource;
    }
    if (!parent.type.endsWith(":BeoDatastore")) {
      return getComponent(parent);
    }
    return resource.custom ? parent : resource;
  };

  const members = new Map<RecordedResource, RecordedResource[]>();
  const labels = new Map<string, { from: RecordedResource; to: RecordedResource; inputs: Set<string> }>();
  for (const resource of resources.filter(({ custom }) => custom)) {
    const to = getComponent(resource);
    members.set(to, [...(members.get(to) ?? []), resource]);
    for (const [input, urns] of Object.entries(resource.propertyDependencies)) {
      for (const source of urns.flatMap((urn) => byUrn.get(urn) ?? [])) {
        const from = getComponent(source);
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
      title: getShortType(component.type),
      lines: formatLines(applicationName, inside),
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

function formatLines(applicationName: string, resources: RecordedResource[]): string[] {
  const named = resources
    .map(({ type, inputs }) => ({ type: getShortType(type), summary: summarize(type, inputs) }))
    .filter(({ summary: [name] }) => name?.startsWith(applicationName))
    .map(({ type, summary }) => `${type} ${summary.slice(0, 2).join(", ")}`);
  return [...named, `${resources.length} resource${resources.length === 1 ? "" : "s"}`];
}

/** Formats a graph as a Mermaid flowchart, which GitHub renders. */
export function formatMermaid({ nodes, edges }: Graph): string {
  return [
    "flowchart LR",
    ...nodes.map(({ id, title, lines }) => `  ${id}["<b>${title}</b><br/>${lines.join("<br/>")}"]`),
    ...edges.map(({ from, to, label }) => `  ${from} -->|${label}| ${to}`),
    "",
  ].join("\n");
}
