import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { ignoreMissing } from "./adopt/matcher";
import type { Clients } from "./aws-clients";

/** What encrypts data with a key, by type: the output that has the key's ARN. */
const keyOutputs: Record<string, string> = {
  "aws:backup/vault:Vault": "kmsKeyArn",
  "aws:rds/instance:Instance": "kmsKeyId",
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "kmsKeyId",
};

/** A resource of a stack, as the state or AWS has it. */
interface Resource {
  urn: string;
  type: string;
  outputs?: Record<string, unknown>;
}

/** A KMS key that encrypts a stack's data and cannot decrypt it now, or soon. */
export interface UnusableKey {
  id: string;
  region: string;
  /** "Disabled", "PendingDeletion" or another state of KMS. */
  state: string;
  /** When it is deleted. */
  deletion?: Date | undefined;
  /** URNs of what it encrypts. */
  users: string[];
}

/**
 * Reads the keys that encrypt a stack's data, and returns those that are not enabled. To the provider, a key that waits for its
 * deletion does not exist, so that an update would create another one, which decrypts nothing of what there is.
 */
export async function findUnusableKeys(
  resources: readonly Resource[],
  kms: Clients["kms"],
): Promise<UnusableKey[]> {
  const users = new Map<string, string[]>();
  for (const { urn, type, outputs } of resources) {
    const arn = outputs?.[keyOutputs[type] ?? ""];
    if (typeof arn === "string" && arn.startsWith("arn:")) {
      users.set(arn, [...(users.get(arn) ?? []), urn]);
    }
  }
  const keys = await Promise.all(
    [...users].map(async ([arn, urns]): Promise<UnusableKey[]> => {
      const { 3: region = "", 5: resource = "" } = arn.split(":");
      // The policy of a key that is not the stack's may refuse it.
      const response = await ignoreMissing(
        kms(region).send(new DescribeKeyCommand({ KeyId: arn })),
        "NotFoundException",
        "AccessDeniedException",
      );
      const { KeyState: state = "Enabled", DeletionDate: deletion } = response?.KeyMetadata ?? {};
      return state === "Enabled"
        ? []
        : [{ id: resource.replace(/^key\//, ""), region, state, deletion, users: urns }];
    }),
  );
  return keys.flat();
}

/** Says what is wrong with a key. */
export function describeKey({ id, state, deletion, users }: UnusableKey): string {
  const names = users.map((urn) => urn.replace(/^.*::/, "")).join(", ");
  const problem = state.endsWith("PendingDeletion")
    ? `waits for its deletion${deletion === undefined ? "" : ` on ${deletion.toISOString().slice(0, 10)}`}`
    : `is in the state ${state}`;
  return `The KMS key ${id} of ${names} ${problem}. Without it, what it encrypts cannot be read, and its backups and snapshots neither.`;
}

/** The commands that make a key usable again; none for a state that no one can end. */
export function getEnableCommands({ id, region, state }: UnusableKey): string[] {
  const command = (operation: string) => `aws kms ${operation} --key-id ${id} --region ${region}`;
  return state.endsWith("PendingDeletion")
    ? [command("cancel-key-deletion"), command("enable-key")]
    : state === "Disabled"
      ? [command("enable-key")]
      : [];
}
