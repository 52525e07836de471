import type { Graph } from "./graph";

/** A graph as Mermaid text, which GitHub draws. */
export function mermaid({ nodes, edges }: Graph): string {
  return [
    "flowchart LR",
    ...nodes.map(({ id, title, lines }) => `  ${id}["<b>${title}</b><br/>${lines.join("<br/>")}"]`),
    ...edges.map(({ from, to, label }) => `  ${from} -->|${label}| ${to}`),
    "",
  ].join("\n");
}
