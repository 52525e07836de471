import type { PropertyValue } from "../../plan/values";
import { flatten } from "../flatten";
import type { Inputs, Match } from "./matcher";

/** Describes how the program changes an existing resource, one line for each input that AWS returned. */
export function describeChanges(actual: Match["actual"], planned: Inputs): string[] {
  return Object.entries(actual).flatMap(([key, value]) => {
    if (value === undefined || !(key in planned)) {
      return [];
    }
    const after = getLeaves(key, planned[key] ?? null);
    return [...getLeaves(key, value)].flatMap(([path, from]) => {
      const to = after.get(path) ?? "";
      return from === to ? [] : [`${path}: ${format(from)} → ${format(to)}`];
    });
  });
}

/** The leaves of a value; a list of strings counts as one. */
function getLeaves(key: string, value: PropertyValue): Map<string, string> {
  const isStringList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return new Map(flatten(key, isStringList ? value.join(", ") : value));
}

function format(value: string): string {
  return value === "" ? "not set" : value === "[unknown]" ? "created by the program" : value;
}
