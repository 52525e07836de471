import { graphlib, layout } from "@dagrejs/dagre";
import type { Graph } from "./graph";

/** Pixels; a character of the small text is about 6.2 wide. */
const size = { line: 16, padding: 12, character: 6.2, margin: 24, heading: 40 };

/** A graph as a picture. */
export function svg({ title, nodes, edges }: Graph): string {
  const placed = place({ title, nodes, edges });
  const { width = 0, height = 0 } = placed.graph();
  const arrows = placed.edges().map((edge) => placed.edge(edge) as Arrow);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${-size.heading} ${Math.ceil(width)} ${Math.ceil(height + size.heading)}" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5f6b7a"/></marker></defs>`,
    `<rect y="${-size.heading}" width="100%" height="100%" fill="#fff"/>`,
    `<text x="${size.margin}" y="-14" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    // All labels over all lines, so that none is struck through.
    ...arrows.map(line),
    ...arrows.map(label),
    ...nodes.map(({ id, title: name, lines }) => box(placed.node(id), name, lines)),
    "</svg>",
    "",
  ].join("\n");
}

interface Arrow {
  points: { x: number; y: number }[];
  label: string;
  x: number;
  y: number;
}

function place({ nodes, edges }: Graph) {
  const placed = new graphlib.Graph();
  placed.setGraph({ rankdir: "LR", nodesep: 28, ranksep: 60, marginx: size.margin, marginy: size.margin });
  for (const { id, title, lines } of nodes) {
    const longest = Math.max(title.length * 1.45, ...lines.map((line) => line.length));
    placed.setNode(id, {
      width: longest * size.character + 2 * size.padding,
      height: (lines.length + 1) * size.line + 2 * size.padding,
    });
  }
  for (const { from, to, label } of edges) {
    placed.setEdge(from, to, {
      label,
      labelpos: "c",
      width: label.length * size.character,
      height: size.line,
    });
  }
  layout(placed);
  return placed;
}

function line({ points }: Arrow): string {
  const path = points.map((point, index) => `${index === 0 ? "M" : "L"}${round(point.x)} ${round(point.y)}`);
  return `<path d="${path.join("")}" fill="none" stroke="#5f6b7a" marker-end="url(#arrow)"/>`;
}

function label({ label: text, x, y }: Arrow): string {
  return `<text x="${round(x)}" y="${round(y) + 4}" text-anchor="middle" fill="#5f6b7a" stroke="#fff" stroke-width="4" paint-order="stroke">${escaped(text)}</text>`;
}

function box(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  title: string,
  lines: string[],
): string {
  const [left, top] = [round(x - width / 2), round(y - height / 2)];
  const text = (line: string, index: number, style: string) =>
    `<text x="${left + size.padding}" y="${top + size.padding + (index + 0.75) * size.line}"${style}>${escaped(line)}</text>`;
  return [
    `<rect x="${left}" y="${top}" width="${round(width)}" height="${round(height)}" rx="6" fill="#f3f6fa" stroke="#35608f"/>`,
    text(title, 0, ' font-size="13" font-weight="bold"'),
    ...lines.map((line, index) => text(line, index + 1, "")),
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
