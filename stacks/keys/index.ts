export { groups } from "./groups";
export { type Group, type Key, own } from "./key";
export { keys } from "./keys";
