import { capacity } from "./capacity";
import { credentials } from "./credentials";
import { database } from "./database";
import { https } from "./https";
import { names } from "./names";
import { network } from "./network";
import { extraVariables } from "./extra-variables";
import type { Rules } from "./rule";

/** What holds between keys. */
export const rules: Rules = {
  ...names,
  ...https,
  ...database,
  ...capacity,
  ...network,
  ...credentials,
  ...extraVariables,
};
