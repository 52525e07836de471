import { describeKey, findUnusable, getEnableCommands, getKeys } from "../encryption-keys";
import type { Check } from "../report";
import type { Context } from "./context";

/** Whether the keys of the data can be used. */
export function checkEncryption({ resources, clients, stack }: Context): Check[] {
  return getKeys(resources).map((encryptionKey) => ({
    topic: "Database",
    actions: ["kms:DescribeKey"],
    read: async () =>
      (await findUnusable(encryptionKey, clients.kms)).map((key) => ({
        level: "error",
        text: describeKey(key),
        fix: key.state === "Deleted" ? [`npx beo recover ${stack}`] : getEnableCommands(key),
      })),
  }));
}
