import {
  describeKey,
  findUnusable,
  getEnableCommands,
  getKeys,
  type UnusableKey,
} from "../../encryption-keys";
import type { Check, Context } from "../context";
import type { Drift } from "../drift";

/** KMS keys that are deleted, are disabled or wait for their deletion. The provider takes the latter for deleted. */
export function checkEncryptionKeys({ deployed, missing, region, stack, clients }: Context): Check[] {
  const describe = (key: UnusableKey): Drift => {
    const lost = missing.find(
      ({ type, inputs }) => type === "aws:kms/key:Key" && (inputs.region ?? region) === key.region,
    );
    const isDeleted = key.state === "Deleted";
    return {
      // In place of the update that would create another key.
      urn: lost?.urn ?? key.users[0] ?? "",
      action: lost === undefined ? "none" : "create",
      severity: "critical",
      message: describeKey(key),
      meaning: isDeleted
        ? "Nothing brings the key back. Do not run pulumi up before the data is restored: it may create another key, which decrypts nothing of what there is."
        : "Do not run pulumi up before the key is enabled: it may create another one, which decrypts nothing of what there is.",
      undo: isDeleted ? [`npx beo recover ${stack}`] : getEnableCommands(key),
      keep: [],
    };
  };
  return getKeys(deployed).map((key) => ({
    what: "the keys that encrypt the data",
    find: async () => (await findUnusable(key, clients.kms)).map(describe),
  }));
}
