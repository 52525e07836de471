import type { Form } from "./forms";
import { suggest } from "./suggest";

/** The legal value that was most likely meant; undefined where none is near. */
export function repaired<T>(form: Form<T>, value: unknown): T | undefined {
  return [value, ...candidates(form, value)].find((candidate): candidate is T => form.accepts(candidate));
}

function candidates(form: Form, value: unknown): unknown[] {
  switch (form.type) {
    case "integer":
      return typeof value === "string" && /\d/.test(value) ? [Number(value.replace(/[\s_]/g, ""))] : [];
    case "boolean":
      return /^\s*(true|yes|on|1)\s*$/i.test(String(value))
        ? [true]
        : /^\s*(false|no|off|0)\s*$/i.test(String(value))
          ? [false]
          : [];
    case "list":
      return [itemsOf(form, value)];
    case "string":
      return ["string", "number"].includes(typeof value) ? texts(form, String(value).trim()) : [];
    case "object":
      return [];
  }
}

/** The items that are legal or nearly so, each once. */
function itemsOf({ item }: Form, value: unknown): string[] {
  const given = typeof value === "string" ? value.split(/[\s,]+/) : Array.isArray(value) ? value : [];
  return [...new Set(given.flatMap((one) => (item === undefined ? [] : (repaired(item, one) ?? []))))];
}

function texts(form: Form, text: string): string[] {
  const small = text.toLowerCase();
  return [
    text,
    ...wordsLike(form.words ?? [], small),
    // The host of an address is in small letters; what is before the @ may have others.
    text.replace(/@.*$/, (host) => host.toLowerCase()),
    small,
    // A day, a first letter.
    small.charAt(0).toUpperCase() + small.slice(1),
    // A final dot or slash.
    small.replace(/[./]+$/, ""),
    // A page of a site, and a site without its scheme.
    /^https?:\/\/[^/?#]+/.exec(small)?.[0] ?? "",
    `https://${small.replace(/[/?#].*$/, "")}`,
    // A host among other parts of a URL.
    /^https?:\/\/([^/:?#]+)/.exec(small)?.[1] ?? "",
    text.replace(/\s+/g, ""),
    small.replace(/[\s_]+/g, "-"),
  ];
}

function wordsLike(words: readonly string[], small: string): string[] {
  const bare = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, "");
  const given = bare(small);
  const begins = words.filter(
    (word) => given.length >= 3 && (given.startsWith(bare(word)) || bare(word).startsWith(given)),
  );
  const same = words.filter((word) => bare(word) === given);
  const near = suggest(small, words);
  // Where several begin so, none was meant more than another.
  return [...same, ...(begins.length === 1 ? begins : []), ...(near === undefined ? [] : [near])];
}
