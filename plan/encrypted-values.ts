import { isRecord } from "../stacks/validators";

/** Whether any part of a value passes a test. An encrypted value is one part. */
export function hasPart(value: unknown, test: (part: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !isEncrypted(value)
    ? Object.values(value).some((part) => hasPart(part, test))
    : test(value);
}

export function isEncrypted(value: unknown): value is { secure: string } {
  return isRecord(value) && Object.keys(value).join() === "secure" && typeof value.secure === "string";
}
