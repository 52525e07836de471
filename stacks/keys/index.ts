export { groups } from "./groups";
export type { Group, Key } from "./key";
export { keys } from "./keys";
