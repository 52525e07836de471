import { graphlib, layout } from "@dagrejs/dagre";
import type { Graph } from "./graph";

/** Sizes in pixels; `character` is the average width of a character at the small font size. */
const size = { line: 16, padding: 12, character: 6.2, margin: 24, heading: 40 };

/** Formats a graph as an SVG image. */
export function formatSvg({ title, nodes, edges }: Graph): string {
  const positions = createLayout({ title, nodes, edges });
  const { width = 0, height = 0 } = positions.graph();
  const arrows = positions.edges().map((edge) => positions.edge(edge) as Arrow);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${-size.heading} ${Math.ceil(width)} ${Math.ceil(height + size.heading)}" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5f6b7a"/></marker></defs>`,
    `<rect y="${-size.heading}" width="100%" height="100%" fill="#fff"/>`,
    `<text x="${size.margin}" y="-14" font-size="16" font-weight="bold">${escapeXml(title)}</text>`,
    // Labels come after the lines, so that no line crosses a label.
    ...arrows.map(formatArrow),
    ...arrows.map(formatLabel),
    ...nodes.map(({ id, title: name, lines }) => formatBox(positions.node(id), name, lines)),
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

function createLayout({ nodes, edges }: Graph) {
  const positions = new graphlib.Graph();
  positions.setGraph({ rankdir: "LR", nodesep: 28, ranksep: 60, marginx: size.margin, marginy: size.margin });
  for (const { id, title, lines } of nodes) {
    const longest = Math.max(title.length * 1.45, ...lines.map((line) => line.length));
    positions.setNode(id, {
      width: longest * size.character + 2 * size.padding,
      height: (lines.length + 1) * size.line + 2 * size.padding,
    });
  }
  for (const { from, to, label } of edges) {
    positions.setEdge(from, to, {
      label,
      labelpos: "c",
      width: label.length * size.character,
      height: size.line,
    });
  }
  layout(positions);
  return positions;
}

function formatArrow({ points }: Arrow): string {
  const path = points.map((point, index) => `${index === 0 ? "M" : "L"}${round(point.x)} ${round(point.y)}`);
  return `<path d="${path.join("")}" fill="none" stroke="#5f6b7a" marker-end="url(#arrow)"/>`;
}

function formatLabel({ label: text, x, y }: Arrow): string {
  return `<text x="${round(x)}" y="${round(y) + 4}" text-anchor="middle" fill="#5f6b7a" stroke="#fff" stroke-width="4" paint-order="stroke">${escapeXml(text)}</text>`;
}

function formatBox(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  title: string,
  lines: string[],
): string {
  const [left, top] = [round(x - width / 2), round(y - height / 2)];
  const text = (line: string, index: number, style: string) =>
    `<text x="${left + size.padding}" y="${top + size.padding + (index + 0.75) * size.line}"${style}>${escapeXml(line)}</text>`;
  return [
    `<rect x="${left}" y="${top}" width="${round(width)}" height="${round(height)}" rx="6" fill="#f3f6fa" stroke="#35608f"/>`,
    text(title, 0, ' font-size="13" font-weight="bold"'),
    ...lines.map((line, index) => text(line, index + 1, "")),
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
