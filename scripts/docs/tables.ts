import { join } from "node:path";
import { applicationVariables } from "../../components/application-variables";
import { tiers } from "../../stacks/tiers";
import { readDocstrings } from "./docstrings";
import { type DocumentedSetting, readSettings } from "./settings";

/** A document with each region between two marks, `<!-- name -->` and `<!-- /name -->`, replaced by its table. */
export function withTables(text: string): string {
  const tables = { configuration, outputs, variables };
  return Object.entries(tables).reduce(
    (document, [name, table]) => replaceRegion(document, name, table()),
    text,
  );
}

/** A document with the region between two marks replaced by a table. */
export function replaceRegion(text: string, name: string, table: string): string {
  return text.replace(
    new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`,
  );
}

function configuration(): string {
  return tableOf(
    ["Key", "Description", "Allowed values", "Default", "Changing it"],
    readSettings().settings.map((documented) => [
      `\`${documented.path}\`${documented.setting.secret ? " (secret)" : ""}`,
      documented.member.description,
      documented.setting.validator.expected,
      defaultOf(documented),
      documented.member.changing ?? "",
    ]),
  );
}

/** What each tier sets, or the one value where they agree. */
function defaultOf({ path, member, setting }: DocumentedSetting): string {
  if (setting.required) {
    const [group] = path.split(".");
    return group === path ? "**required**" : `**required** with \`${group ?? ""}\``;
  }
  const byTier = Object.entries(tiers).map(([tier, settings]) => {
    const value = path
      .split(".")
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], settings);
    return { tier, text: value === undefined ? toText(member.default ?? "") : toText(JSON.stringify(value)) };
  });
  return new Set(byTier.map(({ text }) => text)).size === 1
    ? (byTier[0]?.text ?? "")
    : byTier.map(({ tier, text }) => `${tier}: ${text}`).join("<br>");
}

/** A JSON literal as code, a phrase as it is. */
function toText(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    // Nothing between backquotes would print the backquotes.
    const text = Array.isArray(parsed) ? parsed.join(", ") : String(parsed);
    return `\`${text === "" ? value : text}\``;
  } catch {
    return value;
  }
}

function outputs(): string {
  const fields = readDocstrings(join(__dirname, "../../components")).get("BeoDatastore") ?? [];
  return tableOf(
    ["Output", "Description"],
    fields.map(({ name, description }) => [`\`${name}\``, description]),
  );
}

function variables(): string {
  return tableOf(
    ["Variable", "Use", "Source", "Set by", "Secret"],
    applicationVariables.map(({ name, use, source, configurationKey, secret }) => [
      `\`${name}\``,
      use,
      source,
      configurationKey === undefined ? "" : `\`${configurationKey}\``,
      secret ? "yes" : "",
    ]),
  );
}

/** A table in Markdown. */
export function tableOf(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/<(?!br>)/g, "\\<")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
