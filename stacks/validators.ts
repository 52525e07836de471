export interface Validator<T = unknown> {
  type: "string" | "integer" | "boolean" | "list" | "map";
  expected: string;
  isValid(value: unknown): value is T;
}

export { isMap as isRecord } from "./forms";
