import type { Wire } from "../../plan/wire";
import { flat } from "../flat";
import type { Found, Inputs } from "./kind";

/** How the program changes what is there, one line for each input of which AWS told. */
export function differencesOf(actual: Found["actual"], planned: Inputs): string[] {
  return Object.entries(actual).flatMap(([key, value]) => {
    if (value === undefined || !(key in planned)) {
      return [];
    }
    const wanted = leaves(key, planned[key] ?? null);
    return [...leaves(key, value)].flatMap(([path, from]) => {
      const to = wanted.get(path) ?? "";
      return from === to ? [] : [`${path}: ${said(from)} → ${said(to)}`];
    });
  });
}

/** A list of texts is one leaf. */
function leaves(key: string, value: Wire): Map<string, string> {
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === "string");
  return new Map(flat(key, isTexts ? value.join(", ") : value));
}

function said(value: string): string {
  return value === "" ? "not set" : value === "[unknown]" ? "the program's own" : value;
}
