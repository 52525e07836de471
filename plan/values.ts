import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

/**
 * A property value as the program and the engine exchange it: JSON, with signed objects for secrets and assets, and a
 * sentinel string for unknown values.
 */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyObject;

/** An object of property values. */
export interface PropertyObject {
  [key: string]: PropertyValue;
}

/** The sentinel for a value that is known only after deployment. */
export const unknown: string = unknownValue;

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Marks a value as a secret. */
export function secret(value: PropertyValue): PropertyValue {
  return { [signatureKey]: secretSignature, value };
}

/** Whether the whole value is a secret. */
export function isSecret(value: PropertyValue | undefined): boolean {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Returns the value for display: "[secret]" for a secret, "[unknown]" for a value known only after deployment. */
export function redact(value: PropertyValue): PropertyValue {
  return convert(value, () => "[secret]", "[unknown]");
}

/** Returns the value with its secrets in plain text: for checks, never for display. */
export function reveal(value: PropertyValue, unknownAs: unknown): unknown {
  return convert(value, (content) => reveal(content, unknownAs), unknownAs);
}

function convert(
  value: PropertyValue,
  convertSecret: (content: PropertyValue) => unknown,
  unknownAs: unknown,
): PropertyValue {
  if (value === unknown) {
    return unknownAs as PropertyValue;
  }
  if (Array.isArray(value)) {
    return value.map((item) => convert(item, convertSecret, unknownAs));
  }
  if (!isObject(value)) {
    return value;
  }
  switch (value[signatureKey]) {
    case secretSignature:
      return convertSecret(value.value ?? null) as PropertyValue;
    case assetSignature:
      return "[asset]";
    case archiveSignature:
      return "[archive]";
    default:
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, convert(item, convertSecret, unknownAs)]),
      );
  }
}

function isObject(value: PropertyValue | undefined): value is PropertyObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
