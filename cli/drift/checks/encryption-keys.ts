import { describeKey, findUnusableKeys, getEnableCommands } from "../../encryption-keys";
import type { Check, Context } from "../context";
import type { Drift } from "../drift";

/** KMS keys that are disabled or wait for their deletion. The provider takes the latter for deleted. */
export function checkEncryptionKeys({ deployed, missing, region, clients }: Context): Check[] {
  return [
    {
      what: "the keys that encrypt the data",
      find: async () =>
        (await findUnusableKeys(deployed, clients.kms)).map((key): Drift => {
          const lost = missing.find(
            ({ type, inputs }) => type === "aws:kms/key:Key" && (inputs.region ?? region) === key.region,
          );
          return {
            // In place of the update that would create another key.
            urn: lost?.urn ?? key.users[0] ?? "",
            action: lost === undefined ? "none" : "create",
            severity: "critical",
            message: describeKey(key),
            meaning:
              "Do not run pulumi up before the key is enabled: it may create another one, which decrypts nothing of what there is.",
            undo: getEnableCommands(key),
            keep: [],
          };
        }),
    },
  ];
}
