import { describeKey, findUnusableKeys, getEnableCommands } from "../encryption-keys";
import type { Check } from "../report";
import type { Context } from "./context";

/** Whether the keys of the data can be used. */
export function checkEncryption({ resources, clients }: Context): Check[] {
  return [
    {
      topic: "Database",
      actions: ["kms:DescribeKey"],
      read: async () =>
        (await findUnusableKeys(resources, clients.kms)).map((key) => ({
          level: "error",
          text: describeKey(key),
          fix: getEnableCommands(key),
        })),
    },
  ];
}
