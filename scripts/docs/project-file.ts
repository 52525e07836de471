import { parseDocument } from "yaml";
import { readSettings } from "./settings";

/** Pulumi.yaml with the descriptions of its configuration keys: the first sentence of each argument's docstring. */
export function withDescriptions(text: string): string {
  const document = parseDocument(text);
  const { settings, groups } = readSettings();
  const descriptions = new Map(
    [
      ...settings.map(({ path, member }) => [path, member] as const),
      ...groups.map(({ name, member }) => [name, member] as const),
    ].map(([key, { description }]) => [key, firstSentence(description)]),
  );
  for (const [key, description] of descriptions) {
    if (document.hasIn(["config", key])) {
      document.setIn(["config", key, "description"], description);
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** The first sentence, without its full stop and without marks of code. */
function firstSentence(text: string): string {
  return (/^.*?(?=\.(\s|$)|$)/s.exec(text)?.[0] ?? text).replaceAll("`", "");
}
