import { type Comparison, type Drift, sortDrift } from "./drift";
import { formatLabel } from "./resources";

/** Formats the differences of a stack for people: by resource, the most urgent first. */
export function formatDrift(stack: string, { drift, notes, pending, notCompared }: Comparison): string {
  const title =
    drift.length > 0 ? "Drift found." : notCompared.length > 0 ? "Not everything was compared." : "No drift.";
  return [
    `${stack}: ${title}${pending.length === 0 ? "" : " An update was not run, or something was deleted by hand."}`,
    ...groupBy(sortDrift(drift), ({ urn }) => urn).flatMap(formatResource),
    ...formatList(
      `Not in the state: added by a change of the program or its configuration, or deleted by hand and then removed from the state. To create it: npx pulumi up --refresh --stack ${stack}`,
      pending,
    ),
    ...formatList("Not drift:", notes),
    ...formatList("Not compared:", notCompared),
    ...(drift.length === 0 ? [] : ["", `Afterwards: npx beo drift ${stack}`]),
  ].join("\n");
}

function formatResource(drift: Drift[]): string[] {
  const [{ urn, severity }] = drift as [Drift];
  const label = formatLabel(urn);
  const getWay = ({ meaning, undo, keep }: Drift) => JSON.stringify([meaning, undo, keep]);
  const ways = groupBy(drift, getWay);
  const getUndo = ([one]: Drift[]) => one?.undo.join("\n");
  return [
    "",
    `[${severity}] ${label}`,
    ...ways.flatMap((way, index) => {
      // Commands that take back several differences are printed once, below the last.
      const isLast = ways.slice(index + 1).every((later) => getUndo(later) !== getUndo(way));
      return formatWay(label, way, isLast);
    }),
  ];
}

/** Formats differences that mean the same, and that the same commands take back or keep. */
function formatWay(label: string, drift: Drift[], showsUndo: boolean): string[] {
  const [{ meaning, undo, keep }] = drift as [Drift];
  return [
    ...drift.map(({ message }) => `  ${message.replace(`${label}: `, "")}`),
    `    ${meaning}`,
    ...(showsUndo ? formatCommands("Undo:", undo) : []),
    ...(keep.length === 0
      ? ["    Keep: no setting allows it; change the program (docs/adding.md)."]
      : formatCommands("Keep:", keep)),
  ];
}

function formatCommands(title: string, commands: string[]): string[] {
  return [`    ${title}`, ...commands.map((command) => `      ${command}`)];
}

function formatList(title: string, items: string[]): string[] {
  return items.length === 0 ? [] : ["", title, ...items.map((item) => `  ${item}`)];
}

export function groupBy<T>(items: T[], getKey: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    groups.set(getKey(item), [...(groups.get(getKey(item)) ?? []), item]);
  }
  return [...groups.values()];
}
