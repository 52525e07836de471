import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { ignoreMissing } from "./adopt/matcher";
import type { Clients } from "./aws-clients";
import { isDenied } from "./report";
import { UserError } from "./user-error";

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
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A key that encrypts a stack's data. */
export interface EncryptionKey {
  arn: string;
  /** URNs of what it encrypts. */
  users: string[];
  /** Whether the program names it: otherwise it is AWS's, or what was adopted brought it. */
  isNamed: boolean;
}

/** A KMS key that encrypts a stack's data and cannot decrypt it now, or soon. */
export interface UnusableKey {
  id: string;
  region: string;
  /** "Disabled", "PendingDeletion" or another state of KMS; "Deleted" if KMS does not have the key any more. */
  state: string;
  /** When it is deleted. */
  deletion?: Date | undefined;
  /** URNs of what it encrypts. */
  users: string[];
}

/** Returns the keys that encrypt a stack's data, each once. */
export function getKeys(resources: readonly Resource[]): EncryptionKey[] {
  const keys = new Map<string, EncryptionKey>();
  for (const { urn, type, inputs, outputs } of resources) {
    const output = keyOutputs[type] ?? "";
    const arn = outputs?.[output];
    if (typeof arn === "string" && arn.startsWith("arn:")) {
      const { users = [], isNamed = false } = keys.get(arn) ?? {};
      const names = typeof inputs?.[output] === "string" && inputs[output] !== "";
      keys.set(arn, { arn, users: [...users, urn], isNamed: isNamed || names });
    }
  }
  return [...keys.values()];
}

/**
 * Returns a key if it is not enabled. To the provider, a key that waits for its deletion does not exist, so that an update would
 * create another one, which decrypts nothing of what there is.
 *
 * @throws UserError if the credentials may not read a key that the program names.
 */
export async function findUnusable(
  { arn, users, isNamed }: EncryptionKey,
  kms: Clients["kms"],
): Promise<UnusableKey[]> {
  const { 3: region = "", 5: resource = "" } = arn.split(":");
  const id = resource.replace(/^key\//, "");
  try {
    const response = await ignoreMissing(
      kms(region).send(new DescribeKeyCommand({ KeyId: arn })),
      "NotFoundException",
    );
    if (response === undefined) {
      return [{ id, region, state: "Deleted", users }];
    }
    const { KeyState: state = "Enabled", DeletionDate: deletion } = response.KeyMetadata ?? {};
    return state === "Enabled" ? [] : [{ id, region, state, deletion, users }];
  } catch (error) {
    if (!isDenied(error as Error)) {
      throw error;
    }
    // Rights that depend on the tags of a key do not include AWS's own, which can be neither disabled nor deleted.
    if (!isNamed) {
      return [];
    }
    throw new UserError(
      `The KMS key ${id} of ${listNames(users)} could not be read: the credentials lack kms:DescribeKey for it. Rights that depend on its tags end when it is deleted. With an administrator's credentials: aws kms describe-key --key-id ${id} --region ${region}`,
      { cause: error },
    );
  }
}

/**
 * Returns the keys that are not enabled.
 *
 * @param report Gets what could not be read.
 */
export async function findUnusableKeys(
  resources: readonly Resource[],
  kms: Clients["kms"],
  report: (message: string) => void,
): Promise<UnusableKey[]> {
  const keys = await Promise.all(
    getKeys(resources).map((key) =>
      findUnusable(key, kms).catch((error: unknown) => {
        if (!(error instanceof UserError)) {
          throw error;
        }
        report(error.message);
        return [];
      }),
    ),
  );
  return keys.flat();
}

function listNames(urns: readonly string[]): string {
  return urns.map((urn) => urn.replace(/^.*::/, "")).join(", ");
}

/** Says what is wrong with a key. */
export function describeKey({ id, state, deletion, users }: UnusableKey): string {
  const key = `The KMS key ${id} of ${listNames(users)}`;
  if (state === "Deleted") {
    return `${key} was deleted. What it encrypted cannot be read any more, and its backups and snapshots neither. Restore a copy that another key encrypts: docs/recovery.md#a-kms-key-was-deleted`;
  }
  const problem = state.endsWith("PendingDeletion")
    ? `waits for its deletion${deletion === undefined ? "" : ` on ${deletion.toISOString().slice(0, 10)}`}`
    : `is in the state ${state}`;
  return `${key} ${problem}. Without it, what it encrypts cannot be read, and its backups and snapshots neither.`;
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
