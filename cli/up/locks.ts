import { formatHolder, isAlive, type Lock } from "../recover/locks";

/** Describes who locks a stack, and what to do; undefined if it is not locked. */
export function describeLocks(stack: string, locks: readonly Lock[]): string | undefined {
  const held = locks.map((lock) => ({ holder: formatHolder(lock), isAlive: isAlive(lock) }));
  const [first] = [...held.filter((lock) => lock.isAlive !== false), ...held];
  if (first === undefined) {
    return undefined;
  }
  return first.isAlive === false
    ? `is locked by ${first.holder}, which does not exist any more: it was killed. See what it left: npx beo recover ${stack}`
    : `is being updated by ${first.holder}. Wait until that has ended, and run the command again.`;
}

/** Whether an update failed because another one has the lock, in a bucket or folder, or in Pulumi Cloud. */
export function isLockError(message: string): boolean {
  return /the stack is currently locked by|\[409\] Conflict: Another update is currently in progress/.test(
    message,
  );
}
